-- Issuing: the transaction that pays an order issues its invoices, or neither happens.

select private.create_queue('invoices', 'Invoices and credit notes whose PDF is to be made.');

create function private.number_invoices(drafts public.invoices [])
returns void
language plpgsql
set search_path = ''
as $$
declare
    draft public.invoices;
    given record;
begin
    -- Jobs first, numbers last: while a number is held nothing else is waited for.
    foreach draft in array drafts loop
        perform private.enqueue('invoices', jsonb_build_object('invoice_id', draft.id), draft.id::text);
    end loop;
    foreach draft in array drafts loop
        given := private.take_invoice_number(draft.academy_id, draft.kind);
        insert into public.invoices (
            id, academy_id, kind, year, sequence, number, order_id, order_payer_id, buyer_id, payer_id,
            credited_invoice_id, issued_on, currency, net_amount, tax_amount, total_amount,
            seller, buyer, lines, taxes, mentions, payment
        )
        values (
            draft.id, draft.academy_id, draft.kind, given.taken_year, given.taken_sequence,
            given.taken_number, draft.order_id, draft.order_payer_id, draft.buyer_id, draft.payer_id,
            draft.credited_invoice_id, given.taken_on, draft.currency, draft.net_amount,
            draft.tax_amount, draft.total_amount, draft.seller, draft.buyer, draft.lines, draft.taxes,
            draft.mentions, draft.payment
        );
    end loop;
end;
$$;
comment on function private.number_invoices is 'Numbers drafts and keeps them for good; their PDFs are made later.';

create function private.invoice_payment(bought public.orders)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'order_reference', bought.reference, 'ordered_at', bought.created_at,
        'paid_at', bought.paid_at, 'method', (
            select p.method from public.payments as p
            where p.academy_id = bought.academy_id and p.order_id = bought.id
                and p.status = 'succeeded' order by p.paid_at desc limit 1
        ),
        'supplied_from', min(c.starts_on), 'supplied_until', max(c.ends_on)
    )
    from public.enrollments as e
    left join public.cohorts as c on e.cohort_id = c.id
    where e.academy_id = bought.academy_id and e.order_id = bought.id and e.status = 'active';
$$;
comment on function private.invoice_payment is
'When and how it was paid, and from when to when the training runs, where it has dates.';

create function private.issue_invoices(the_order uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
    bought public.orders;
    share public.order_payers;
    draft public.invoices;
    drafts public.invoices [] := '{}';
begin
    select * into bought from public.orders as o where o.id = the_order;
    draft.seller := private.invoice_seller(bought.academy_id);
    if draft.seller is null then
        return;
    end if;
    draft.kind := 'invoice';
    draft.academy_id := bought.academy_id;
    draft.order_id := bought.id;
    draft.buyer_id := bought.buyer_id;
    draft.currency := bought.currency;
    draft.payment := private.invoice_payment(bought);
    for share in
        select * from public.order_payers as p
        where p.academy_id = bought.academy_id and p.order_id = bought.id and p.share_amount > 0
            and not exists (select 1 from public.invoices as i where i.order_payer_id = p.id)
        order by p.created_at, p.id
    loop
        draft.id := gen_random_uuid();
        draft.order_payer_id := share.id;
        draft.payer_id := share.payer_id;
        draft.buyer := private.invoice_buyer(share, bought.beneficiary_id);
        draft.lines := private.invoice_lines(bought.id, share.id, coalesce(
            draft.seller ->> 'tax_note',
            case when (draft.seller ->> 'training_exempt')::boolean
                then 'Exonération de TVA – article 261-4-4° a du CGI' end
        ));
        draft.taxes := private.invoice_taxes(draft.lines);
        draft.mentions := private.invoice_mentions(draft.seller, draft.buyer, draft.lines);
        draft.total_amount := share.share_amount;
        draft.tax_amount := (
            select sum((t ->> 'tax_amount')::bigint) from jsonb_array_elements(draft.taxes) as t
        );
        draft.net_amount := draft.total_amount - draft.tax_amount;
        drafts := array_append(drafts, draft);
    end loop;
    perform private.number_invoices(drafts);
    perform private.issue_credit_notes(bought.id, null); -- what went back before there was an invoice
end;
$$;
comment on function private.issue_invoices is
'One invoice per payer of a paid order, once, by the shares they pay. What costs nothing has none, and '
'so has an academy that has not said yet who sells.';

create function private.issue_invoices_of_order()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform private.issue_invoices(new.id);
    return null;
end;
$$;
comment on function private.issue_invoices_of_order is
'Definer: it fires at commit, when the role is again that of the request.';
create constraint trigger issue_invoices after update of status on public.orders
deferrable initially deferred
for each row when (new.status = 'paid' and old.status <> 'paid')
execute function private.issue_invoices_of_order();
comment on trigger issue_invoices on public.orders is
'Deferred, so that the number is the last thing that a payment waits for, and its locks the shortest.';
