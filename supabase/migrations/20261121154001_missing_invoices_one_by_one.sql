-- Missing invoices, one order a transaction: a series is locked for one commit, whatever the backlog.

drop function private.issue_missing_invoices(integer);

create function private.issue_missing_invoices()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
    missing uuid;
begin
    for missing in
        select due.id from (
            select
                m.id, m.paid_at, series.moved_at,
                row_number() over (partition by m.academy_id order by m.paid_at, m.id) as turn
            from public.academies as a
            inner join public.orders as m on a.id = m.academy_id
            left join lateral (
                select max(c.updated_at) as moved_at from private.invoice_counters as c
                where c.academy_id = a.id and c.series = 'invoice'
            ) as series on true
            where a.settings #>> '{invoicing,since}' is not null
                and m.paid_at
                >= (a.settings #>> '{invoicing,since}')::date::timestamp at time zone a.timezone
                and m.total_amount > 0
                and not exists (
                    select 1 from public.invoices as i
                    where i.academy_id = m.academy_id and i.order_id = m.id
                )
        ) as due
        order by due.turn, due.moved_at nulls first, due.paid_at limit 200
    loop
        begin
            perform from public.orders as o where o.id = missing for no key update skip locked;
            continue when not found;
            perform private.issue_invoices(missing);
            return 1;
        exception
            when others then
                -- One faulty order must not keep the others waiting; it is tried again next minute.
                raise warning 'the invoices of order % are not issued: %', missing, sqlerrm;
        end;
    end loop;
    return 0;
end;
$$;
comment on function private.issue_missing_invoices is
'The invoices of one order that has none; returns how many orders: 1, or 0 when nothing is left. One, '
'since its numbers are locked until commit, and payments of its academy wait for them. What a faulty '
'order took is rolled back before the next is tried. The academy whose series moved longest ago comes '
'first, so that no backlog keeps another''s waiting. Only for academies that say since when invoices '
'are ours to issue: what was sold before has been invoiced elsewhere. Definer: runs for nobody in '
'particular.';

comment on function private.take_invoice_number is
'The next number of an academy''s series. Others wait for it until commit, so it is the last thing a '
'transaction takes: after seats, orders and jobs, and nothing contended comes later. For the same '
'reason a transaction numbers what belongs to one order, and no batch of orders.';

select cron.schedule('issue-missing-invoices', '* * * * *', 'select private.issue_missing_invoices()');
