-- A call of Auth's that comes twice is known by its key alone: which academy its mails went to is
-- found out only afterwards, and every other index begins with the academy.

create index email_messages_by_auth_key on public.email_messages (dedupe_key)
where auth_mail_id is not null;
comment on index public.email_messages_by_auth_key is
'For private.queue_auth_mails, which would otherwise walk through all mails of all academies for '
'each mail of Auth. Partial: only those can be meant, and they are purged after a week.';
