-- Reminders answer nothing their reader did: they wait for the morning, and may be signed off from.

insert into private.mail_templates (template, kind, description) values
('getting_started_reminder', 'bulk', 'A day after enrolling, to who has hardly begun.'),
('course_reminder', 'bulk', 'Staff ask somebody to go on.');
