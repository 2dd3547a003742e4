-- What each mail is to its reader: which may wait for the morning, and which may be signed off from.

create table private.mail_templates (
    template text primary key constraint template_is_a_key check (template ~ '^[a-z][a-z0-9_]*$'),
    kind text not null constraint kind_is_known check (kind in ('urgent', 'normal', 'bulk')),
    description text not null constraint description_is_short
    check (length(description) between 1 and 200)
);
comment on table private.mail_templates is
'A template without a row is urgent: a mail nobody thought about is better early than never.';
comment on column private.mail_templates.kind is
'urgent: answers what its reader has just done, so it goes at once; normal: keeps quiet hours and '
'the day''s limit; bulk: as normal, and its reader may sign off from such mails with one click.';
alter table private.mail_templates enable row level security;

insert into private.mail_templates (template, kind, description) values
('welcome', 'urgent', 'Follows joining an academy.'),
('payment_confirmed', 'urgent', 'Follows a payment.'),
('enrollment_confirmed', 'urgent', 'Follows an enrolment, mostly one''s own.'),
('invitation', 'normal', 'Somebody else asked for it, at an hour of theirs.');

create function private.mail_kind(template text)
returns text
language sql
stable
set search_path = ''
as $$
    select coalesce((
        select t.kind from private.mail_templates as t where t.template = mail_kind.template
    ), 'urgent');
$$;
comment on function private.mail_kind is 'urgent, normal or bulk.';

select private.classify('private.mail_templates', null);
