-- The same for the API: schema worker, service_role alone.

create function worker.dead_letters(
    queue text default null, after_id bigint default null, most integer default 100
)
returns table (
    id bigint, queue text, msg_id bigint, attempts integer, code text, message text,
    enqueued_at timestamptz, died_at timestamptz
)
language sql
stable
set search_path = ''
as $$
    select d.id, d.queue, d.msg_id, d.attempts, d.code, d.message, d.enqueued_at, d.died_at
    from private.list_dead_letters(dead_letters.queue, after_id, most, null) as d;
$$;
comment on function worker.dead_letters is
'Newest first, of one queue or of all, at most 500; `after_id` is the last id of the page before.';

create function worker.dead_letter(id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$ select to_jsonb(d) from private.list_dead_letters(null, null, 1, dead_letter.id) as d; $$;
comment on function worker.dead_letter is
'One letter with its payload and the story of its tries; null: there is none.';

create function worker.replay_dead_letters(
    queue text, ids bigint [] default null, code text default null, up_to_id bigint default null
)
returns bigint
language sql
set search_path = ''
as $$ select private.replay_dead_letters(queue, ids, code, up_to_id); $$;
comment on function worker.replay_dead_letters is
'Queues letters again as new jobs: these ids, or the oldest 10,000 of the queue (with `code`, up to '
'`up_to_id`). Returns how many; in an ordered queue they go to the end of their line.';

create function worker.purge_dead_letters(
    queue text, ids bigint [] default null, code text default null, up_to_id bigint default null
)
returns bigint
language sql
set search_path = ''
as $$ select private.purge_dead_letters(queue, ids, code, up_to_id); $$;
comment on function worker.purge_dead_letters is
'Drops letters for good, chosen as replay chooses them. Returns how many.';

grant execute on function
private.list_dead_letters, private.replay_dead_letters, private.purge_dead_letters,
worker.dead_letters, worker.dead_letter, worker.replay_dead_letters, worker.purge_dead_letters
to service_role;

create function private.reopen_emails(payloads jsonb)
returns void
language sql
set search_path = ''
as $$
    update public.email_messages as mail
    set status = 'queued', error_code = null, error_message = null
    from jsonb_array_elements(payloads) as p
    where mail.status = 'failed' and p.value ->> 'email_id' = mail.id::text;
$$;
comment on function private.reopen_emails is
'A mail whose dead letter is replayed is due again; its own send-time check still decides.';
