-- A job whose mail was given up dies, too: only what has a dead letter can be replayed.

create function private.mail_given_up(wanted uuid)
returns jsonb
language plpgsql
volatile -- sees what the same statement has just written
security definer
set search_path = ''
as $$
begin
    return jsonb_build_object('failed', coalesce(m.error_code, 'mail_failed'))
    from public.email_messages as m where m.id = wanted and m.status = 'failed';
end;
$$;
comment on function private.mail_given_up is
'{failed: code} for a mail that is tried no more, else null: given up just now, or by a worker '
'that was killed before it could report it. Definer: the outbox is DB-owned.';

create or replace function worker.email_to_send(email_id uuid)
returns jsonb
language sql
set search_path = ''
as $$ select coalesce(private.email_to_send(email_id), private.mail_given_up(email_id)); $$;
comment on function worker.email_to_send is
'Everything one mail needs: recipient, academy, template, data, Message-ID; {failed: code}: it was '
'given up, its job belongs to the dead letters; null: nothing to do.';
grant execute on function private.mail_given_up to service_role;

create or replace function private.reopen_emails(payloads jsonb)
returns void
language sql
set search_path = ''
as $$
    update public.email_messages as mail
    set status = 'queued', error_code = null, error_message = null, unknown_outcomes = 0
    from jsonb_array_elements(payloads) as p
    where mail.status = 'failed' and p.value ->> 'email_id' = mail.id::text;
$$;
comment on function private.reopen_emails is
'A mail whose dead letter is replayed is due again, with all its tries; its own send-time check '
'still decides. Who replays accepts more copies.';
