-- What an invoice says: seller, buyer, lines, taxes and the sentences the law asks for.

create function private.invoice_seller(academy uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select (a.settings -> 'invoicing') - '{since,invoice_prefix,credit_note_prefix,number_digits}'::text []
        || jsonb_build_object('trade_name', a.name, 'site_url', a.site_url, 'color', a.branding ->> 'color')
    from public.academies as a where a.id = academy;
$$;
comment on function private.invoice_seller is 'The academy as a seller; null until it has said who that is.';

create function private.invoice_buyer(share public.order_payers, beneficiary uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'kind', share.kind,
        'name', coalesce(firm.company_name, share.label, person.full_name, ''),
        'contact', case when coalesce(firm.company_name, share.label) is not null
            then person.full_name end,
        'siret', firm.siret,
        'address', coalesce(firm.address, details.address),
        'postal_code', coalesce(firm.postal_code, details.postal_code),
        'city', coalesce(firm.city, details.city),
        'country', details.country,
        'beneficiary', case when beneficiary is distinct from share.payer_id then (
            select b.full_name from public.profiles as b where b.id = beneficiary
        ) end
    ))
    from (select share.payer_id as id) as who
    left join public.profiles as person on who.id = person.id
    left join public.profile_details as details on who.id = details.user_id
    left join public.garage_profiles as firm
        on who.id = firm.user_id and firm.academy_id = share.academy_id
        and exists (
            select 1 from public.member_roles as r
            where r.academy_id = firm.academy_id and r.user_id = firm.user_id and r.role = 'garage'
        );
$$;
comment on function private.invoice_buyer is
'Whoever pays, by name and address; a garage as the company it is. Nothing the invoice does not need.';

create function private.invoice_lines(the_order uuid, the_payer uuid, exempt_note text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_agg(jsonb_build_object(
        'place', p.place, 'title', l.title, 'quantity', l.quantity, 'unit_amount', l.unit_amount,
        'unit_net_amount', l.unit_amount - round(l.unit_amount * l.tax_rate / (100 + l.tax_rate)),
        'discount_amount', l.discount_amount, 'ordered_amount', l.total_amount,
        'amount', p.amount, 'tax_amount', p.tax, 'net_amount', p.amount - p.tax,
        'tax_rate', l.tax_rate,
        'tax_note', coalesce(l.tax_note, case when l.tax_rate = 0 then exempt_note end)
    ) order by p.place)
    from private.payer_parts(the_order) as p
    inner join public.order_lines as l on p.line = l.id
    where p.payer = the_payer and (p.amount > 0 or l.total_amount = 0);
$$;
comment on function private.invoice_lines is
'The payer''s part of each line. Prices contain their tax, so the net unit price is told beside it.';

create function private.invoice_taxes(lines jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select jsonb_agg(to_jsonb(t) order by t.rate desc, t.note) from (
        select (l ->> 'tax_rate')::numeric as rate, l ->> 'tax_note' as note,
            sum((l ->> 'net_amount')::bigint)::bigint as net_amount,
            sum((l ->> 'tax_amount')::bigint)::bigint as tax_amount
        from jsonb_array_elements(lines) as l group by 1, 2
    ) as t;
$$;
comment on function private.invoice_taxes is 'Net and tax by rate (CGI, annexe II, art. 242 nonies A, I, 11°).';

create function private.invoice_mentions(
    seller jsonb, buyer jsonb, lines jsonb, kind text default 'invoice'
)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select coalesce(jsonb_agg(m.sentence order by m.place), '[]') from (
        select 1 as place, n.note as sentence
        from (select distinct l ->> 'tax_note' as note from jsonb_array_elements(lines) as l) as n
        union all
        select 2, 'Nature de l''opération : prestation de services.' where kind = 'invoice'
        union all
        select 3, coalesce(
            seller ->> 'payment_terms',
            'Paiement comptant à la commande ; pas d''escompte pour paiement anticipé.'
        ) where kind = 'invoice'
        union all
        select 4, 'En cas de retard de paiement : pénalités au taux de trois fois l''intérêt légal et '
            'indemnité forfaitaire pour frais de recouvrement de 40 € (articles L441-10 et D441-5 du '
            'code de commerce).'
        where kind = 'invoice' and seller ->> 'country' = 'FR'
            and (buyer ? 'siret' or buyer ->> 'kind' in ('garage', 'opco'))
        union all
        select 5, (seller ->> 'training_declaration')
            || ' Cet enregistrement ne vaut pas agrément de l''État.'
        union all
        select 6, seller ->> 'footer'
    ) as m where m.sentence is not null;
$$;
comment on function private.invoice_mentions is
'In French, the language of the document. Late payment: between professionals only. A training body '
'names its declaration and that it is no approval (code du travail, art. L6352-12). A credit note has '
'nothing to be paid.';
