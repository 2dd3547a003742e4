-- What a credit note takes off: the lines of its invoice, to the last cent and no further.

create function private.invoice_left(the_invoice uuid)
returns table (place integer, amount bigint, tax bigint)
language sql
stable
set search_path = ''
as $$
    select (l ->> 'place')::integer, (l ->> 'amount')::bigint - coalesce(gone.amount, 0)::bigint,
        (l ->> 'tax_amount')::bigint - coalesce(gone.tax, 0)::bigint
    from public.invoices as i
    cross join jsonb_array_elements(i.lines) as l
    left join lateral (
        select sum((k ->> 'amount')::bigint) as amount, sum((k ->> 'tax_amount')::bigint) as tax
        from public.invoices as n
        cross join jsonb_array_elements(n.lines) as k
        where n.academy_id = i.academy_id and n.credited_invoice_id = i.id
            and k ->> 'place' = l ->> 'place'
    ) as gone on true
    where i.id = the_invoice;
$$;
comment on function private.invoice_left is 'What of each line of an invoice no credit note has taken off yet.';

create function private.credit_lines(the_invoice uuid, credit bigint, first_of_all integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
    with lines as (
        select w.place, w.amount as rest, w.tax,
            case when w.place = first_of_all then least(w.amount, credit) else 0 end as pinned
        from private.invoice_left(the_invoice) as w
    ),

    spread as (
        select u.place, u.part
        from (
            select array_agg(l.place order by l.place) as places,
                private.split_amount(
                    (credit - sum(l.pinned))::bigint, array_agg(l.rest - l.pinned order by l.place)
                ) as parts
            from lines as l
        ) as s
        cross join unnest(s.places, s.parts) as u (place, part)
    )

    select jsonb_agg(
        sold.line || jsonb_build_object(
            'amount', c.amount, 'tax_amount', c.tax, 'net_amount', c.amount - c.tax
        ) order by c.place
    )
    from (
        select l.place, l.pinned + s.part as amount,
            private.tax_within(l.tax, l.pinned + s.part, l.rest) as tax
        from lines as l
        inner join spread as s on l.place = s.place
    ) as c
    inner join (
        select k as line, (k ->> 'place')::integer as place
        from public.invoices as i cross join jsonb_array_elements(i.lines) as k
        where i.id = the_invoice
    ) as sold on c.place = sold.place
    where c.amount > 0;
$$;
comment on function private.credit_lines is
'An amount as parts of an invoice''s lines: first of the line it is given back for, if one is named, '
'then of all in proportion. The tax is that within each part; the last credit note gets the exact rest.';
