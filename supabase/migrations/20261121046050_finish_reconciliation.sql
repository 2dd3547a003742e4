-- The end of a run: what differs now, what is new of it, what is no longer so.

create function private.keep_differences(run private.reconciliations, seen timestamptz)
returns table (differing integer, appeared integer, resolved integer)
language plpgsql
set search_path = ''
as $$
begin
    with kept as (
        insert into private.reconciliation_differences as known (
            academy_id, provider_account_id, day, object, kind, provider_id, our_row, provider_amount,
            our_amount, provider_says, we_say, first_seen_at, last_seen_at
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
    select count(*), count(*) filter (where k.first_seen_at = seen) into differing, appeared from kept as k;
    update private.reconciliation_differences as d set resolved_at = seen
    where d.academy_id = run.academy_id and d.provider_account_id = run.provider_account_id
        and d.day = run.day and d.resolved_at is null and d.last_seen_at < seen;
    get diagnostics resolved = row_count;
    return next;
end;
$$;
comment on function private.keep_differences is
'A difference is resolved when a run of its day, which sees everything that the first one saw, does '
'not see it any more.';

create function private.finish_reconciliation(wanted uuid, try integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    run private.reconciliations := private.reconciliation_of(wanted, try);
    seen timestamptz;
    differences record;
begin
    if run.finished_at is null then
        -- Two days of an account that are compared at once may see the same difference.
        perform pg_advisory_xact_lock(hashtextextended('reconcile:' || run.provider_account_id, 0));
        seen := clock_timestamp();
        select * into differences from private.keep_differences(run, seen);
        update private.reconciliations as r
        set finished_at = seen, differing = differences.differing, appeared = differences.appeared,
            resolved = differences.resolved, listed = (
                select count(*) from private.reconciliation_objects as o
                where o.reconciliation_id = run.id and o.status <> 'absent'
            )
        where r.id = wanted returning * into run;
        delete from private.reconciliation_objects where reconciliation_id = wanted;
        if run.appeared > 0 or run.resolved > 0 then
            perform private.audit(
                run.academy_id, 'payments.reconciled', 'reconciliations', run.id,
                jsonb_build_object('day', run.day, 'appeared', run.appeared, 'resolved', run.resolved)
            );
        end if;
    end if;
    return jsonb_build_object(
        'day', run.day, 'listed', run.listed, 'differing', run.differing, 'appeared', run.appeared,
        'resolved', run.resolved
    );
end;
$$;
comment on function private.finish_reconciliation is
'Compares and writes, all in one transaction; a second time it only says what came of it. Definer: '
'runs and differences are nobody''s.';
