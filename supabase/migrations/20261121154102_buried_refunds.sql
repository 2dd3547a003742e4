-- A refund whose job died is a person's, whatever becomes of the letter: the row remembers it.

alter table public.refunds add column buried_at timestamptz;
comment on column public.refunds.buried_at is
'Since when the refund is a person''s: its job became a dead letter. Nobody asks the provider by '
'themselves any more, even where the letter was dropped; replaying the letter empties it.';
select private.classify('public.refunds', '{buried_at}');

create function private.bury_refund()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    update public.refunds as r set buried_at = new.died_at
    where r.status = 'pending' and r.id = case
        when pg_input_is_valid(new.payload ->> 'refund_id', 'uuid')
            then (new.payload ->> 'refund_id')::uuid
    end;
    return null;
end;
$$;
comment on function private.bury_refund is
'An operator may drop the letter because the money went back otherwise: it must not go twice.';
create trigger bury_refund after insert on private.dead_letters
for each row when (new.queue = 'refunds') execute function private.bury_refund();

update public.refunds as r set buried_at = d.died_at
from private.dead_letters as d
where d.queue = 'refunds' and d.payload ->> 'refund_id' = r.id::text and r.status = 'pending';

create function private.reopen_refunds(payloads jsonb)
returns void
language sql
set search_path = ''
as $$
    update public.refunds as r set buried_at = null
    from jsonb_array_elements(payloads) as p
    where r.buried_at is not null and p.value ->> 'refund_id' = r.id::text;
$$;
comment on function private.reopen_refunds is
'Replaying a refund''s dead letter gives it back to the workers, and to the sweeper after them.';

create or replace function private.sweep_refunds(most integer default 200)
returns integer
language sql
security definer
set search_path = ''
as $$
    with due as (
        select r.id from public.refunds as r
        where r.status = 'pending' and r.buried_at is null
            and r.updated_at < now() - interval '6 hours'
            and not exists (
                select 1 from pgmq.q_refunds as q where q.message ->> 'refund_id' = r.id::text
            )
        order by r.updated_at limit most for update skip locked
    ), waiting as (
        -- What the touch leaves in updated_at is when to ask again.
        update public.refunds as r set asked_at = r.asked_at
        from due where r.id = due.id returning r.id
    )
    select count(private.enqueue('refunds', jsonb_build_object('refund_id', w.id)))::integer
    from waiting as w;
$$;
comment on function private.sweep_refunds is
'Queues what has been quiet for six hours; what became a dead letter is for a person. Definer: '
'refunds are DB-owned.';
