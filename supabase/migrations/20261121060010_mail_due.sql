-- Taking a mail up: asked again at the moment of sending whether it is still due, and to whom.

create function private.mail_obstacle(email public.email_messages)
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when private.mail_recipient(email) is not null then null
        when email.invitation_id is not null then 'invitation_closed'
        when exists (
            select 1 from public.profile_details as d
            where d.user_id = email.user_id and d.email ilike '%.local'
        ) then 'local_address'
        else 'no_address' end;
$$;
comment on function private.mail_obstacle is
'Why nobody can be written to; null: somebody can. Demo people and made-up addresses are no fault.';

create function private.email_content(email public.email_messages, facts jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'id', email.id, 'template', email.template, 'locale', email.locale,
        'attempt', email.attempts,
        'message_id', email.id || '@' || split_part(a.sender_email, '@', 2),
        'to', jsonb_build_object(
            'email', private.mail_recipient(email), 'name', p.full_name
        ),
        'academy', jsonb_build_object(
            'slug', a.slug, 'name', a.name, 'locale', a.locale, 'timezone', a.timezone,
            'currency', a.currency, 'site_url', a.site_url, 'branding', a.branding,
            'sender_name', a.sender_name, 'sender_email', a.sender_email, 'reply_to', a.reply_to
        ),
        'accounts', private.mail_accounts(email.academy_id),
        'unsubscribe_token', case when private.mail_kind(email.template) = 'bulk'
            then private.unsubscribe_token(email.academy_id, email.user_id) end,
        'data', facts - 'attachments',
        'attachments', coalesce(facts -> 'attachments', '[]')
    )
    from public.academies as a
    left join public.profiles as p on p.id = email.user_id
    where a.id = email.academy_id;
$$;
comment on function private.email_content is
'What Python writes and sends: recipient, academy, data, the files that go with it, Message-ID.';

create function private.end_email(email uuid, ended text, code text)
returns void
language sql
set search_path = ''
as $$
    update public.email_messages set status = ended, error_code = code where id = email;
$$;
comment on function private.end_email is 'A mail that will not be sent says so, and why.';

create or replace function private.email_to_send(wanted uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    email public.email_messages;
    obstacle text;
    held text;
    facts jsonb;
begin
    -- Still sending: a worker died with it, or its answer was lost. Nobody knows what it reached.
    update public.email_messages as m
    set status = 'sending', attempts = m.attempts + 1, unknown_outcomes = least(
        m.unknown_outcomes + case m.status when 'sending' then 1 else 0 end, 5
    )
    where m.id = wanted and m.status in ('queued', 'sending') returning * into email;
    if email.id is null then
        return null;
    end if;
    if email.unknown_outcomes >= 5 then
        perform private.end_email(email.id, 'failed', 'outcome_unknown');
        return null;
    end if;
    obstacle := private.mail_obstacle(email);
    if obstacle is null then
        facts := private.mail_data(email);
        obstacle := case when facts is null then 'not_due' end;
    end if;
    if obstacle is not null then
        perform private.end_email(email.id, 'cancelled', obstacle);
        return null;
    end if;
    held := private.suppression(email, private.mail_recipient(email));
    if held is not null then
        perform private.end_email(email.id, 'suppressed', held);
        return null;
    end if;
    if private.postpone(email) then
        return null;
    end if;
    return private.email_content(email, facts);
end;
$$;
comment on function private.email_to_send is
'Takes a mail up for sending; null when there is nothing to send. What it tells of may be gone by '
'then: its template''s facts are null, and it is cancelled as not_due. Definer: reads the address.';
