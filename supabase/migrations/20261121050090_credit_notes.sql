-- Credit notes: what went back is taken off the invoice, in the transaction that records it.

create function private.issue_credit_notes(the_order uuid, given_back public.refunds)
returns void
language plpgsql
set search_path = ''
as $$
declare
    academy uuid;
    due bigint;
    last_day timestamptz;
    place integer;
    ids uuid [];
    parts bigint [];
    draft public.invoices;
    drafts public.invoices [] := '{}';
begin
    -- Refunds of one order take turns; whoever records one has locked its order before.
    select o.academy_id into academy from public.orders as o
    where o.id = the_order for no key update;
    select coalesce(sum(r.amount), 0), max(r.settled_at) into due, last_day
    from public.payments as p
    inner join public.refunds as r on p.academy_id = r.academy_id and p.id = r.payment_id
    where p.order_id = the_order and r.status = 'succeeded'
        and r.payment_intent_id = p.stripe_payment_intent_id;
    due := due - coalesce((
        select sum(i.total_amount) from public.invoices as i
        where i.academy_id = academy and i.order_id = the_order and i.kind = 'credit_note'
    ), 0);
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
    due := least(due, coalesce((select sum(part) from unnest(parts) as part), 0));
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
        draft.payment := draft.payment || jsonb_build_object(
            'refunded_at', coalesce(given_back.settled_at, last_day)
        );
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
'Takes off an order''s invoices what has gone back of their money and is not taken off yet: so a '
'refund told twice, or one that failed at the buyer''s bank and was made again, is credited once. Money '
'that came a second time was never invoiced, and its refund credits nothing.';

create function private.issue_credit_notes_of_refund()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform private.issue_credit_notes(p.order_id, new)
    from public.payments as p where p.academy_id = new.academy_id and p.id = new.payment_id;
    return null;
end;
$$;
comment on function private.issue_credit_notes_of_refund is
'Definer: it fires at commit, when the role is again that of the request.';
create constraint trigger issue_credit_notes after insert or update of status on public.refunds
deferrable initially deferred
for each row when (new.status = 'succeeded')
execute function private.issue_credit_notes_of_refund();
comment on trigger issue_credit_notes on public.refunds is
'Deferred, so that the number is the last thing the transaction waits for.';
