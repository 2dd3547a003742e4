-- Queuing what Auth asks for, in the colours of the academy it is about.

create function private.auth_mail_academy(account uuid, host text)
returns table (academy uuid, neutral boolean)
language sql
stable
set search_path = ''
as $$
    with candidates as (
        select
            a.id, a.created_at, coalesce(host = any(a.allowed_return_hosts), false) as is_theirs,
            m.here as is_member,
            (m.here and not m.elsewhere) or not exists (
                select 1 from private.provider_accounts as p
                where p.academy_id = a.id and p.is_default
                    and p.provider in ('sendgrid', 'smtp', 'console')
            ) as may_carry
        from public.academies as a
        cross join lateral (
            select
                coalesce(bool_or(k.academy_id = a.id), false) as here,
                coalesce(bool_or(k.academy_id <> a.id), false) as elsewhere
            from public.members as k where k.user_id = account and k.status = 'active'
        ) as m
    ), rated as (
        select
            c.*,
            case
                when not c.may_carry and count(*) over () > 1 then 6
                when c.is_theirs and c.is_member
                    and count(*) filter (where c.is_theirs and c.is_member) over () = 1 then 1
                when c.is_member and count(*) filter (where c.is_member) over () = 1 then 2
                when c.is_theirs and count(*) filter (where c.is_member) over () = 0
                    and count(*) filter (where c.is_theirs) over () = 1 then 3
                when count(*) over () = 1 then 4
                else 5
            end as place
        from candidates as c
    )
    select r.id, r.place > 4 from rated as r order by r.place, r.created_at, r.id limit 1;
$$;
comment on function private.auth_mail_academy is
'The academy of which the account is a member, of several the one whose page the link leads back to; '
'for a stranger the page alone decides; else nobody''s: neutral. A link signs its reader in '
'everywhere, so an academy''s own mail account carries it only for members of that academy alone.';

create function private.queue_auth_mails(webhook text, account uuid, host text, mails jsonb)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
    chosen record;
    mail record;
    made uuid;
    queued uuid;
    n integer := 0;
begin
    if jsonb_array_length(mails) > 2 then
        perform private.fail(422, 'too_many_mails', 'At most two mails for one event.');
    end if;
    -- Auth tries a call again that took too long; both tries may be here at once.
    perform pg_advisory_xact_lock(hashtextextended('auth:' || webhook, 0));
    if exists (
        select 1 from public.email_messages as m
        where m.auth_mail_id is not null and m.dedupe_key = 'auth:' || webhook || ':1'
    ) then
        return 0;
    end if;
    select * into chosen from private.auth_mail_academy(account, host);
    for mail in
        select * from jsonb_to_recordset(mails) as e (address text, action text, code text, link text)
    loop
        n := n + 1;
        insert into private.auth_mails (academy_id, email, action, neutral)
        values (chosen.academy, lower(mail.address), mail.action, chosen.neutral)
        returning id into made;
        insert into private.auth_mail_secrets (auth_mail_id, code, link)
        values (made, coalesce(mail.code, ''), mail.link);
        insert into public.email_messages
        (academy_id, auth_mail_id, template, locale, dedupe_key)
        select chosen.academy, made, 'account', coalesce(known.locale, home.locale),
            'auth:' || webhook || ':' || n
        from public.academies as home
        left join public.profile_details as known on known.user_id = account
        where home.id = chosen.academy
        returning id into queued;
        perform private.enqueue('emails', jsonb_build_object('email_id', queued));
    end loop;
    return n;
end;
$$;
comment on function private.queue_auth_mails is
'Address, secret, outbox row and job, all or nothing, once for each call of Auth''s. Definer: DB-owned.';

create function worker.queue_auth_mails(webhook_id text, account_id uuid, host text, mails jsonb)
returns integer
language sql
set search_path = ''
as $$ select private.queue_auth_mails(webhook_id, account_id, host, mails); $$;
comment on function worker.queue_auth_mails is
'Queues [{address, action, code, link}] for a verified call of the Send Email hook; how many are new.';
grant execute on function private.queue_auth_mails, worker.queue_auth_mails to service_role;

create function private.unbranded(academy jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select academy || jsonb_build_object(
        'name', 'Votre compte', 'sender_name', 'Votre compte', 'branding', '{}'::jsonb,
        'reply_to', null
    );
$$;
comment on function private.unbranded is 'An academy''s sender without its name and colours.';

alter function private.email_content(public.email_messages, jsonb) rename to branded_email_content;
create function private.email_content(email public.email_messages, facts jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select case when a.neutral
        then jsonb_set(content, '{academy}', private.unbranded(content -> 'academy'))
        || jsonb_build_object('data', content -> 'data' || '{"academy_name": "Votre compte"}')
        else content end
    from (select private.branded_email_content(email, facts)) as made (content)
    left join private.auth_mails as a on a.id = email.auth_mail_id;
$$;
comment on function private.email_content is
'What Python writes and sends. A mail about an account that belongs to no academy names none.';
comment on function private.branded_email_content is
'Recipient, academy, accounts, data, the files that go with it, Message-ID.';
