-- Invoices that could not be issued when they were due: their academy had not said who sells.

create function private.issue_missing_invoices(most integer default 200)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
    missing uuid;
    issued integer := 0;
begin
    for missing in
        select o.id from public.academies as a
        inner join public.orders as o on a.id = o.academy_id
        where a.settings #>> '{invoicing,since}' is not null
            and o.paid_at >= (a.settings #>> '{invoicing,since}')::date::timestamp at time zone a.timezone
            and o.total_amount > 0
            and not exists (
                select 1 from public.invoices as i
                where i.academy_id = o.academy_id and i.order_id = o.id
            )
        order by o.paid_at limit most for update of o skip locked
    loop
        begin
            perform private.issue_invoices(missing);
            issued := issued + 1;
        exception
            when others then
                -- One faulty order must not keep the others waiting; it is tried again next hour.
                raise warning 'the invoices of order % are not issued: %', missing, sqlerrm;
        end;
    end loop;
    return issued;
end;
$$;
comment on function private.issue_missing_invoices is
'Only for academies that say since when invoices are ours to issue: what was sold before has been '
'invoiced elsewhere. Definer: runs for nobody in particular.';

select cron.schedule('issue-missing-invoices', '17 * * * *', 'select private.issue_missing_invoices()');

select private.classify(
    'public.invoices', '{buyer_id,payer_id}', 'personal', 'whose invoice it is',
    '10 years after the year it was issued (code de commerce, L123-22)', 'kept_by_law'
);
select private.classify(
    'public.invoices',
    '{number,issued_on,net_amount,tax_amount,total_amount,buyer,lines,taxes,payment,object_name}',
    'sensitive', 'what a person bought and paid, as the law has it written down',
    '10 years after the year it was issued (code de commerce, L123-22)', 'kept_by_law'
);
select private.classify('public.invoices', null);
select private.classify('private.invoice_counters', null);
