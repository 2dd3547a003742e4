-- payment-status: how the buyer's latest try is getting on.

create function private.payment_progress(the_order uuid, buyer uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'state', case
            when a.status not in ('created', 'open') then a.status
            when a.error_code = 'authentication_required' then 'action_needed'
            when a.error_code is not null then 'declined'
            else 'open'
        end,
        'error_code', a.error_code, 'kind', a.kind
    )
    from public.orders as o
    inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
    inner join public.payment_attempts as a on p.academy_id = a.academy_id and p.id = a.payment_id
    where o.id = the_order and o.buyer_id = buyer
    -- What is paid, or on its way, says more than the page that was opened last.
    order by a.status in ('succeeded', 'processing') desc, a.created_at desc, a.id desc limit 1;
$$;
comment on function private.payment_progress is
'The buyer alone hears of declined cards. Definer: no client reads attempts.';

create function worker.payment_progress(order_id uuid, user_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.payment_progress(order_id, user_id); $$;
comment on function worker.payment_progress is
'{state, error_code, kind} of the latest try, or null: open action_needed declined processing succeeded '
'failed expired. user_id is the caller the function has verified.';
grant execute on function private.payment_progress, worker.payment_progress to service_role;
