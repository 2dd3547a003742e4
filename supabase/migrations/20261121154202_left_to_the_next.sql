-- A run passes over what changed here since it began; so it cannot say that a difference is gone.

create function private.changed_since(
    run private.reconciliations, found private.reconciliation_differences
)
returns boolean
language sql
stable
set search_path = ''
as $$
    with ours as (
        select found.our_row as id
        union all
        select p.payment_id
        from private.reconciliation_objects as o
        cross join lateral private.payments_of_intent(
            run.provider_account_id, o.payment_intent, o.attempt
        ) as p
        where o.reconciliation_id = run.id and o.object = found.object
            and o.provider_id = found.provider_id and found.object = 'payment'
        union all
        select r.id from public.refunds as r
        where r.provider_refund_id = found.provider_id and found.object = 'refund'
        union all
        select d.id from public.disputes as d
        where d.provider_dispute_id = found.provider_id and found.object = 'dispute'
    )
    select exists (
        select from ours inner join public.payments as p on ours.id = p.id
        where found.object = 'payment' and p.updated_at >= run.started_at
    ) or exists (
        select from ours inner join public.refunds as r on ours.id = r.id
        where found.object = 'refund' and r.updated_at >= run.started_at
    ) or exists (
        select from ours inner join public.disputes as d on ours.id = d.id
        where found.object = 'dispute' and d.updated_at >= run.started_at
    );
$$;
comment on function private.changed_since is
'Whether our row of a difference, or the one that we have of it by now, changed since the run '
'began: then the run did not look at it.';

create or replace function private.keep_differences(run private.reconciliations, seen timestamptz)
returns table (differing integer, appeared integer, resolved integer)
language plpgsql
set search_path = ''
as $$
begin
    with kept as (
        insert into private.reconciliation_differences as known (
            academy_id, provider_account_id, day, object, kind, provider_id, our_row,
            provider_amount, our_amount, provider_says, we_say, first_seen_at, last_seen_at
        )
        select
            run.academy_id, run.provider_account_id, run.day, f.object, f.kind, f.provider_id,
            f.our_row, f.provider_amount, f.our_amount, f.provider_says, f.we_say, seen, seen
        from (
            select * from private.payment_differences(run)
            union all
            select * from private.money_back_differences(run)
        ) as f
        on conflict (provider_account_id, object, kind, subject) where resolved_at is null
        do update set
            last_seen_at = excluded.last_seen_at, our_row = excluded.our_row,
            provider_amount = excluded.provider_amount, our_amount = excluded.our_amount,
            provider_says = excluded.provider_says, we_say = excluded.we_say
        returning known.first_seen_at
    )
    select count(*), count(*) filter (where k.first_seen_at = seen) into differing, appeared
    from kept as k;
    update private.reconciliation_differences as d set resolved_at = seen
    where d.academy_id = run.academy_id and d.provider_account_id = run.provider_account_id
        and d.day = run.day and d.resolved_at is null and d.last_seen_at < seen
        and not private.changed_since(run, d);
    get diagnostics resolved = row_count;
    return next;
end;
$$;
comment on function private.keep_differences is
'A difference is resolved when a run of its day, which sees everything that the first one saw, '
'looked at it and does not see it any more. One that it passed over stays open, so that its day is '
'compared again the next night.';
