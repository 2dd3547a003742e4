-- What an operator is shown: differences, and the days that were compared.

create function private.differences_of_operator(
    account text, is_open boolean, after_id bigint, most integer
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
    perform private.check_stripe_account(account);
    return (
        select coalesce(jsonb_agg(to_jsonb(d) order by d.id), '[]')
        from (
            select
                d.id, p.slug as account, d.day, d.object, d.kind, d.provider_id, d.our_row,
                d.provider_amount, d.our_amount, d.provider_says, d.we_say, d.first_seen_at,
                d.last_seen_at, d.resolved_at
            from private.reconciliation_differences as d
            inner join private.provider_accounts as p
                on d.academy_id = p.academy_id and d.provider_account_id = p.id
            where p.slug = coalesce(differences_of_operator.account, p.slug)
                and (d.resolved_at is null or not is_open) and d.id > coalesce(after_id, 0)
            order by d.id limit least(greatest(most, 1), 1000)
        ) as d
    );
end;
$$;
comment on function private.differences_of_operator is
'For the command line, oldest first. Definer: differences are nobody''s.';

create function private.reconciliations_of_operator(account text, most integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
    perform private.check_stripe_account(account);
    return (
        select coalesce(jsonb_agg(to_jsonb(r) order by r.created_at desc, r.day desc), '[]')
        from (
            select
                r.id, p.slug as account, r.day, r.tries, r.started_at, r.finished_at, r.listed, r.differing,
                r.appeared, r.resolved, r.created_at
            from private.reconciliations as r
            inner join private.provider_accounts as p
                on r.academy_id = p.academy_id and r.provider_account_id = p.id
            where p.slug = coalesce(reconciliations_of_operator.account, p.slug)
            order by r.created_at desc, r.day desc limit least(greatest(most, 1), 1000)
        ) as r
    );
end;
$$;
comment on function private.reconciliations_of_operator is
'That nothing differs says something only where days were compared. Definer: runs are nobody''s.';
