-- Missing invoices, each academy in turn: the faulty orders of one must not use up every hour's run.

create or replace function private.issue_missing_invoices(most integer default 200)
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
        select o.id from (
            select
                m.academy_id, m.id, m.paid_at,
                row_number() over (partition by m.academy_id order by m.paid_at, m.id) as turn
            from public.academies as a
            inner join public.orders as m on a.id = m.academy_id
            where a.settings #>> '{invoicing,since}' is not null
                and m.paid_at
                >= (a.settings #>> '{invoicing,since}')::date::timestamp at time zone a.timezone
                and m.total_amount > 0
                and not exists (
                    select 1 from public.invoices as i
                    where i.academy_id = m.academy_id and i.order_id = m.id
                )
        ) as due
        inner join public.orders as o on due.academy_id = o.academy_id and due.id = o.id
        order by due.turn, due.paid_at limit most for update of o skip locked
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
'invoiced elsewhere. One order of each academy, then the next of each, as many as a run has. Definer: '
'runs for nobody in particular.';
