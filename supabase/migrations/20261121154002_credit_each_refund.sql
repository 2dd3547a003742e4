-- Each refund has a credit note of its own, taken off its own line, even when several come at once.

create function private.credit_due(the_order uuid, the_refund uuid)
returns bigint
language sql
stable
set search_path = ''
as $$
    select least(back.own, back.whole - coalesce((
        select sum(n.total_amount) from public.invoices as n
        inner join public.orders as o on n.academy_id = o.academy_id and n.order_id = o.id
        where o.id = the_order and n.kind = 'credit_note'
    ), 0))::bigint
    from (
        select coalesce(sum(r.amount), 0) as whole,
            coalesce(sum(r.amount) filter (where r.id = the_refund), 0) as own
        from public.orders as o
        inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
        inner join public.refunds as r on p.academy_id = r.academy_id and p.id = r.payment_id
        where o.id = the_order and r.status = 'succeeded'
            and r.payment_intent_id = p.stripe_payment_intent_id
    ) as back;
$$;
comment on function private.credit_due is
'What of a refund is to be credited: what has gone back of the order''s money and is not credited yet, '
'and of that no more than this refund gave, for it may name another line than the next one does.';

create or replace function private.issue_credit_notes(the_order uuid, given_back public.refunds)
returns void
language plpgsql
set search_path = ''
as $$
declare
    academy uuid;
    due bigint;
    place integer;
    ids uuid [];
    parts bigint [];
    draft public.invoices;
    drafts public.invoices [] := '{}';
begin
    if given_back.id is null then
        for given_back in
            select r.* from public.orders as o
            inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
            inner join public.refunds as r on p.academy_id = r.academy_id and p.id = r.payment_id
            where o.id = the_order and r.status = 'succeeded' order by r.settled_at, r.id
        loop
            perform private.issue_credit_notes(the_order, given_back);
        end loop;
        return;
    end if;
    -- Refunds of one order take turns; whoever records one has locked its order before.
    select o.academy_id into academy from public.orders as o
    where o.id = the_order for no key update;
    select array_agg(s.id order by s.sequence), array_agg(s.rest order by s.sequence)
    into ids, parts
    from (
        select i.id, i.sequence, i.total_amount - coalesce((
            select sum(n.total_amount) from public.invoices as n
            where n.academy_id = i.academy_id and n.credited_invoice_id = i.id
        ), 0)::bigint as rest
        from public.invoices as i
        where i.academy_id = academy and i.order_id = the_order and i.kind = 'invoice'
    ) as s;
    due := least(
        private.credit_due(the_order, given_back.id),
        coalesce((select sum(part) from unnest(parts) as part), 0)
    );
    if due <= 0 then
        return;
    end if;
    parts := private.split_amount(due, parts);
    select p.place into place from private.payer_parts(the_order) as p
    where p.line = given_back.order_line_id limit 1;
    for n in 1 .. cardinality(ids) loop
        continue when parts[n] = 0;
        select * into draft from public.invoices as i where i.id = ids[n];
        draft.credited_invoice_id := draft.id;
        draft.id := gen_random_uuid();
        draft.kind := 'credit_note';
        draft.lines := private.credit_lines(ids[n], parts[n], place);
        draft.taxes := private.invoice_taxes(draft.lines);
        draft.mentions := private.invoice_mentions(draft.seller, draft.buyer, draft.lines, draft.kind);
        draft.payment := draft.payment || jsonb_build_object('refunded_at', given_back.settled_at);
        draft.total_amount := parts[n];
        draft.tax_amount := (
            select sum((t ->> 'tax_amount')::bigint) from jsonb_array_elements(draft.taxes) as t
        );
        draft.net_amount := draft.total_amount - draft.tax_amount;
        drafts := array_append(drafts, draft);
    end loop;
    perform private.number_invoices(drafts);
end;
$$;
comment on function private.issue_credit_notes is
'Takes off an order''s invoices what a refund gave back of their money and is not taken off yet: so a '
'refund told twice, or one that failed at the buyer''s bank and was made again, is credited once. Without '
'a refund, each that has succeeded, in their order: what went back before there was an invoice. Money '
'that came a second time was never invoiced, and its refund credits nothing.';
