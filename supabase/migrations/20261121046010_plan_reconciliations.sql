-- When which day of which account is reconciled: each night yesterday, and what may have changed since.

select private.create_queue(
    'reconciliations', 'Days of a provider account to compare with our books.'
);

create function private.request_reconciliation(
    account uuid, wanted_day date, quiet integer default 15
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    run uuid;
begin
    insert into private.reconciliations (academy_id, provider_account_id, day, quiet_minutes)
    select p.academy_id, p.id, wanted_day, quiet
    from private.provider_accounts as p where p.id = account
    on conflict (provider_account_id, day) where finished_at is null do nothing
    returning id into run;
    if run is null then
        select r.id into run from private.reconciliations as r
        where r.provider_account_id = account and r.day = wanted_day
            and r.finished_at is null;
    end if;
    if run is not null and not exists (
        select 1 from pgmq.q_reconciliations as q where q.message ->> 'reconciliation_id' = run::text
    ) then
        perform private.enqueue('reconciliations', jsonb_build_object('reconciliation_id', run));
    end if;
    return run;
end;
$$;
comment on function private.request_reconciliation is
'Has a day compared; one that waits already is not asked for twice, but queued again where its job '
'died. Returns the run, or null for an account that is not there.';

create function private.plan_reconciliations(due timestamptz)
returns integer
language sql
security definer
set search_path = ''
as $$
    with night as (
        select (due at time zone 'UTC')::date as today
    ), accounts as (
        select p.id from private.provider_accounts as p
        where p.provider = 'stripe' and exists (
            select 1 from public.payments as m
            where m.academy_id = p.academy_id and m.provider_account_id = p.id
        )
    ), days as (
        -- Webhooks are repeated for three days; a debit's answer takes a week, a refund's a month.
        select a.id as account, n.today - back as day
        from accounts as a cross join night as n
        cross join unnest('{1,2,3,7,30}'::integer []) as back
        union
        (
            select d.provider_account_id, d.day
            from private.reconciliation_differences as d cross join night as n
            where d.resolved_at is null and d.day < n.today
            group by d.provider_account_id, d.day order by d.day desc limit 500
        )
    )
    select count(private.request_reconciliation(d.account, d.day))::integer
    from days as d
    where not exists (
        select 1 from private.reconciliations as r
        where r.provider_account_id = d.account and r.day = d.day and r.created_at >= due
    );
$$;
comment on function private.plan_reconciliations is
'Yesterday, days whose objects may have moved on, and days with an open difference, so that what was '
'repaired is seen. Called again for the same night it adds nothing. Definer: runs are nobody''s.';

create function private.check_stripe_account(slug text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
    if check_stripe_account.slug is not null and not exists (
        select 1 from private.provider_accounts as p
        where p.slug = check_stripe_account.slug and p.provider = 'stripe'
    ) then
        perform private.fail(
            404, 'account_not_found', 'Ce compte de paiement n''existe pas.',
            'The slug of a Stripe account: private.provider_accounts.'
        );
    end if;
end;
$$;
comment on function private.check_stripe_account is
'Refuses a slug that nobody has, where an empty answer would sound like good news; null is all.';

create function private.request_reconciliations(account text, first_day date, last_day date)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    asked jsonb;
begin
    perform private.check_stripe_account(account);
    if last_day < first_day or last_day > (now() at time zone 'UTC')::date
        or last_day - first_day > 399 then
        perform private.fail(
            422, 'days_invalid', 'Cette période n''est pas valable.',
            'At most 400 days, the last of them today (UTC).'
        );
    end if;
    select coalesce(jsonb_agg(jsonb_build_object(
        'id', private.request_reconciliation(p.id, d.day::date), 'account', p.slug, 'day', d.day::date
    ) order by p.slug, d.day), '[]') into asked
    from private.provider_accounts as p
    cross join generate_series(first_day::timestamp, last_day::timestamp, '1 day') as d (day)
    where p.provider = 'stripe' and p.slug = coalesce(account, p.slug);
    return asked;
end;
$$;
comment on function private.request_reconciliations is
'Days an operator wants compared, of one account or of all. Definer: runs are nobody''s.';

create function worker.plan_reconciliations(due_at timestamptz)
returns integer
language sql
set search_path = ''
as $$ select private.plan_reconciliations(due_at); $$;
comment on function worker.plan_reconciliations is 'Queues the runs of a night; returns how many.';

create function worker.request_reconciliations(first_day date, last_day date, account text default null)
returns jsonb
language sql
set search_path = ''
as $$ select private.request_reconciliations(account, first_day, last_day); $$;
comment on function worker.request_reconciliations is
'Queues a run for each day: [{id, account, day}]. account: a slug, or null for all.';

grant execute on function
private.plan_reconciliations, private.request_reconciliations,
worker.plan_reconciliations, worker.request_reconciliations
to service_role;
