-- A run, step by step: taken up by a worker, filled with what the provider lists, asked what is missing.

create function private.start_reconciliation(wanted uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    run private.reconciliations;
    starts timestamptz := clock_timestamp();
begin
    select * into run from private.reconciliations as r where r.id = wanted for update;
    if run.id is null then
        perform private.fail(404, 'reconciliation_not_found', 'There is no such reconciliation.');
    end if;
    if run.finished_at is not null then
        return null;
    end if;
    update private.reconciliations as r
    set tries = r.tries + 1, started_at = starts, lists_from = r.day::timestamp at time zone 'UTC',
        lists_until = least(
            (r.day + 1)::timestamp at time zone 'UTC',
            starts - make_interval(mins => r.quiet_minutes)
        )
    where r.id = wanted returning * into run;
    delete from private.reconciliation_objects where reconciliation_id = wanted;
    return jsonb_build_object(
        'try', run.tries, 'account', private.account_facts(run.provider_account_id), 'day', run.day,
        'since', extract(epoch from run.lists_from)::bigint,
        'until', ceil(extract(epoch from run.lists_until))::bigint
    );
end;
$$;
comment on function private.start_reconciliation is
'Takes a run up, from its beginning, whoever had it before. Definer: runs are nobody''s.';

create function private.reconciliation_of(wanted uuid, try integer)
returns private.reconciliations
language plpgsql
set search_path = ''
as $$
declare
    run private.reconciliations;
begin
    select * into run from private.reconciliations as r where r.id = wanted for update;
    if run.id is null then
        perform private.fail(404, 'reconciliation_not_found', 'There is no such reconciliation.');
    end if;
    if run.finished_at is null and run.tries <> try then
        perform private.fail(
            409, 'reconciliation_taken_over', 'Another worker has taken this reconciliation up.'
        );
    end if;
    return run;
end;
$$;
comment on function private.reconciliation_of is
'The run, locked, for the worker that has it: one that slept through its lease writes nothing.';

create function private.stage_objects(wanted uuid, try integer, objects jsonb)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
    run private.reconciliations := private.reconciliation_of(wanted, try);
    kept integer;
begin
    if jsonb_array_length(objects) > 1000 then
        perform private.fail(
            422, 'too_many_objects', 'A call takes at most 1000 objects.', 'Send several pages.'
        );
    end if;
    if run.finished_at is not null then
        return 0;
    end if;
    insert into private.reconciliation_objects as known (
        reconciliation_id, try, object, provider_id, payment_intent, attempt, refund, status, amount,
        currency
    )
    select
        run.id, run.tries, o.object, o.id, o.payment_intent,
        case when pg_input_is_valid(o.attempt_id, 'uuid') then o.attempt_id::uuid end,
        case when pg_input_is_valid(o.refund_id, 'uuid') then o.refund_id::uuid end,
        o.status, o.amount, upper(o.currency)
    from jsonb_to_recordset(objects) as o (
        object text, id text, payment_intent text, attempt_id text, refund_id text, status text,
        amount bigint, currency text
    )
    on conflict on constraint reconciliation_objects_pkey do update set
        status = excluded.status, amount = excluded.amount;
    get diagnostics kept = row_count;
    return kept;
end;
$$;
comment on function private.stage_objects is
'A page of the provider''s list; sent twice it is kept once. Definer: the table is nobody''s.';

create function private.reconciliation_doubts(wanted uuid, try integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    run private.reconciliations := private.reconciliation_of(wanted, try);
    doubts jsonb;
begin
    select coalesce(jsonb_agg(jsonb_build_object('object', d.object, 'id', d.id)), '[]') into doubts
    from (
        (
            select 'payment' as object, p.stripe_payment_intent_id as id from public.payments as p
            where p.provider_account_id = run.provider_account_id and p.status = 'succeeded'
                and p.paid_at >= run.lists_from and p.paid_at < run.lists_until
                and p.stripe_payment_intent_id is not null and run.finished_at is null
            union all
            select 'refund', r.provider_refund_id from public.refunds as r
            where r.provider_account_id = run.provider_account_id
                and r.created_at >= run.lists_from and r.created_at < run.lists_until
                and r.provider_refund_id is not null and run.finished_at is null
            union all
            select 'dispute', d.provider_dispute_id from public.disputes as d
            where d.provider_account_id = run.provider_account_id
                and d.created_at >= run.lists_from and d.created_at < run.lists_until
                and run.finished_at is null
        )
        -- Not `not exists`: the planner takes a table that was filled a moment ago for an empty one.
        except
        select o.object, case o.object when 'payment' then o.payment_intent else o.provider_id end
        from private.reconciliation_objects as o where o.reconciliation_id = run.id
        limit 100
    ) as d;
    return doubts;
end;
$$;
comment on function private.reconciliation_doubts is
'What we have for the day and the list did not show: made on another day, or not there at all. The '
'worker asks for each by its id, until none is left. Definer: it reads what nobody else may.';
