-- refund_order: an admin gives money back.

create function private.refund_order(
    the_order uuid, key text, amount bigint, reason text, note text, ends_access boolean, line uuid
)
returns setof public.refunds
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    bought public.orders;
    paid public.payments;
    asked public.refunds;
    wanted bigint := amount;
    going bigint;
begin
    perform private.ask_second_factor(
        (select o.academy_id from public.orders as o where o.id = the_order), '{admin}'
    );
    select * into bought from public.orders as o
    where o.id = the_order and o.academy_id = any((select private.my_admin_academies())::uuid[])
    for update;
    if bought.id is null then
        perform private.fail(
            404, 'order_not_found', 'Cette commande n''existe pas dans votre académie.',
            'Admins of the order''s academy only.'
        );
    end if;
    perform private.check_refund(key, amount, bought.currency, reason, note);

    return query
    select r.* from public.refunds as r
    inner join public.payments as p on r.academy_id = p.academy_id and r.payment_id = p.id
    where r.academy_id = bought.academy_id and r.request_key = key and p.order_id = bought.id
        and r.reason = refund_order.reason and r.note is not distinct from refund_order.note
        and r.order_line_id is not distinct from line and r.revoke_access = coalesce(ends_access, false)
        and coalesce(refund_order.amount = (
            select sum(s.amount) from public.refunds as s
            where s.academy_id = bought.academy_id and s.request_key = key
        ), true);
    if found then
        return;
    elsif exists (
        select 1 from public.refunds as r
        where r.academy_id = bought.academy_id and r.request_key = key
    ) then
        perform private.fail(
            409, 'request_key_reused', 'Cette demande a déjà servi à un autre remboursement.',
            'Make a new request_key for another refund.'
        );
    end if;

    if bought.status not in ('paid', 'partly_paid', 'partly_refunded', 'refunded', 'disputed') then
        perform private.fail(
            409, 'order_not_paid', 'Cette commande n''a pas été payée.', 'There is nothing to give back.'
        );
    end if;
    if line is not null then
        wanted := private.line_left(bought, line);
        if amount > wanted and wanted > 0 then
            perform private.fail(
                422, 'amount_too_large', 'Ce montant dépasse ce qui reste à rembourser.',
                format('At most %s is left of the line.', wanted)
            );
        end if;
        wanted := coalesce(amount, wanted);
    end if;
    for paid in
        select * from public.payments as p
        where p.academy_id = bought.academy_id and p.order_id = bought.id and p.status = 'succeeded'
        order by p.installment_number desc for update
    loop
        exit when wanted <= 0;
        going := (
            select coalesce(sum(r.amount), 0) from public.refunds as r
            where r.provider_account_id = paid.provider_account_id
                and r.payment_intent_id = paid.stripe_payment_intent_id
                and r.status in ('pending', 'succeeded')
        );
        continue when going >= paid.amount;
        asked := private.open_refund(
            paid, paid.stripe_payment_intent_id, least(wanted, paid.amount - going), reason, line,
            coalesce(ends_access, false), note, key
        );
        return next asked;
        wanted := wanted - asked.amount;
    end loop;
    if asked.id is null then
        perform private.fail(
            409, 'nothing_to_refund', 'Il n''y a plus rien à rembourser.',
            'All that was paid has gone back, or is on its way.'
        );
    elsif wanted > 0 and amount is not null then
        perform private.fail(
            422, 'amount_too_large', 'Ce montant dépasse ce qui reste à rembourser.',
            'Ask for less, or leave the amount out.'
        );
    end if;
end;
$$;
comment on function private.refund_order is
'Definer: refunds are DB-owned. The order is locked, so refunds of it take turns; of an order paid in '
'instalments the latest money goes back first.';

create function public.refund_order(
    order_id uuid, request_key text, amount bigint default null,
    reason text default 'requested_by_customer', note text default null,
    revoke_access boolean default false, line_id uuid default null
)
returns setof public.refunds
language sql
set search_path = ''
as $$
    select * from private.refund_order(
        refund_order.order_id, refund_order.request_key, refund_order.amount, refund_order.reason,
        refund_order.note, refund_order.revoke_access, refund_order.line_id
    );
$$;
comment on function public.refund_order is
'Gives money of an order back, all that is left or an amount, of the order or of one line; admins only. '
'Asked again with the same request_key: the same refund. note: what the buyer is told.';
grant execute on function public.refund_order, private.refund_order to authenticated;
