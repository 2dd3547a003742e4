-- Refunds that stay pending: their webhook was lost, or their job. The provider is asked again.

create index refunds_pending on public.refunds (updated_at) where status = 'pending';
comment on index public.refunds_pending is 'What the sweeper looks through every hour.';

create function private.sweep_refunds(most integer default 200)
returns integer
language sql
security definer
set search_path = ''
as $$
    with due as (
        select r.id from public.refunds as r
        where r.status = 'pending' and r.updated_at < now() - interval '6 hours'
            and not exists (
                select 1 from pgmq.q_refunds as q where q.message ->> 'refund_id' = r.id::text
            )
            and not exists (
                select 1 from private.dead_letters as d
                where d.queue = 'refunds' and d.payload ->> 'refund_id' = r.id::text
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
'Queues what has been quiet for six hours; what is a dead letter is for a person. Definer: refunds are '
'DB-owned.';

create function worker.sweep_refunds()
returns integer
language sql
set search_path = ''
as $$ select private.sweep_refunds(); $$;
comment on function worker.sweep_refunds is 'Queues refunds that went quiet; returns how many.';
grant execute on function private.sweep_refunds, worker.sweep_refunds to service_role;

select private.add_schedule(
    'sweep_refunds', '20 * * * *', 'refunds', catch_up => 'once', description =>
    'Asks the payment provider about refunds that stay pending.'
);
