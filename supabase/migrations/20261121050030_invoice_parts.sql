-- Dividing amounts so that the parts are the whole, to the last cent.

create function private.split_amount(amount bigint, parts bigint [])
returns bigint []
language sql
immutable
set search_path = ''
as $$
    select coalesce(array_agg(
        case when total = 0 then 0
            else div(reached * amount, total) - div((reached - part) * amount, total) end::bigint
        order by place
    ), '{}')
    from (
        select p.part, p.place, sum(p.part) over (order by p.place) as reached,
            sum(p.part) over () as total
        from unnest(parts) with ordinality as p (part, place)
    ) as sums;
$$;
comment on function private.split_amount is
'Divides an amount in proportion to the parts: what each gets is never more than it is, and together '
'it is the amount. Whole numbers all the way: the cent left over falls where the running sum steps. '
'The amount is at most the sum of the parts.';

create function private.tax_within(tax bigint, part bigint, whole bigint)
returns bigint
language sql
immutable
set search_path = ''
as $$ select case when whole = 0 then 0 else round(tax::numeric * part / whole) end::bigint; $$;
comment on function private.tax_within is
'The tax in a part of an amount. Asked of what is left each time, the last part gets the exact rest.';

create function private.payer_parts(the_order uuid)
returns table (payer uuid, line uuid, place integer, amount bigint, tax bigint)
language plpgsql
stable
set search_path = ''
as $$
declare
    ids uuid [];
    amounts bigint [];
    taxes bigint [];
    given bigint [];
    taxed bigint [];
    share public.order_payers;
begin
    select
        array_agg(l.id order by l.created_at, l.id),
        array_agg(l.total_amount order by l.created_at, l.id),
        array_agg(l.tax_amount order by l.created_at, l.id)
    into ids, amounts, taxes
    from public.orders as o
    inner join public.order_lines as l on o.academy_id = l.academy_id and o.id = l.order_id
    where o.id = the_order;
    for share in
        select p.* from public.orders as o
        inner join public.order_payers as p on o.academy_id = p.academy_id and o.id = p.order_id
        where o.id = the_order order by p.created_at, p.id
    loop
        given := private.split_amount(share.share_amount, amounts);
        taxed := array(
            select private.tax_within(u.tax, u.part, u.whole)
            from unnest(taxes, given, amounts) with ordinality as u (tax, part, whole, n) order by u.n
        );
        return query
        select share.id, u.id, u.n::integer, u.part, u.tax
        from unnest(ids, given, taxed) with ordinality as u (id, part, tax, n);
        amounts := array(
            select u.a - u.b from unnest(amounts, given) with ordinality as u (a, b, n) order by u.n
        );
        taxes := array(
            select u.a - u.b from unnest(taxes, taxed) with ordinality as u (a, b, n) order by u.n
        );
    end loop;
end;
$$;
comment on function private.payer_parts is
'Which part of each line each payer pays: a payer''s parts are the share, a line''s parts the line, '
'and so the tax.';
