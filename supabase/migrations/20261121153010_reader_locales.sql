-- In whose language a function answers: the person's own choice, and what their academy speaks.

create function private.unsubscribe_locales(token text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object('locale', d.locale, 'academy_locale', a.locale)
    from private.unsubscribe_reader(token) as reader
    inner join public.academies as a on reader.academy = a.id
    left join public.profile_details as d on reader.person = d.user_id;
$$;
comment on function private.unsubscribe_locales is 'Definer: nobody is signed in.';

create function worker.unsubscribe_locales(token text)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.unsubscribe_locales(unsubscribe_locales.token); $$;
comment on function worker.unsubscribe_locales is
'{locale, academy_locale} of whom a link to sign off is for, or null for a link that is none. Signs '
'nobody off.';
grant execute on function private.unsubscribe_locales, worker.unsubscribe_locales to service_role;

create or replace function private.payment_progress(the_order uuid, buyer uuid)
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
        'error_code', a.error_code, 'kind', a.kind, 'locale', d.locale, 'academy_locale', h.locale
    )
    from public.orders as o
    inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
    inner join public.payment_attempts as a on p.academy_id = a.academy_id and p.id = a.payment_id
    inner join public.academies as h on o.academy_id = h.id
    left join public.profile_details as d on o.buyer_id = d.user_id
    where o.id = the_order and o.buyer_id = buyer
    -- What is paid, or on its way, says more than the page that was opened last.
    order by a.status in ('succeeded', 'processing') desc, a.created_at desc, a.id desc limit 1;
$$;
comment on function worker.payment_progress is
'{state, error_code, kind, locale, academy_locale} of the latest try, or null: open action_needed '
'declined processing succeeded failed expired. user_id is the caller the function has verified.';
