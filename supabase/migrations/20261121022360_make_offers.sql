-- Admins make offers: the price, in the academy's currency, and what it gives.

create function private.append_grants(offer public.offers, grants jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
    grants := private.outline_items(grants, 50);
    if jsonb_array_length(grants) = 0 and offer.kind <> 'booking' then
        perform private.fail(
            422, 'offer_gives_nothing', 'Une offre donne au moins une chose.',
            'Pass grants: formation_id, course_id, subject_id, feature, credits or seats, one each.'
        );
    end if;
    insert into public.offer_grants (
        academy_id, offer_id, formation_id, course_id, subject_id, feature, credits, seats,
        duration_days
    )
    select offer.academy_id, offer.id, g.formation_id, g.course_id, g.subject_id, g.feature,
        g.credits, g.seats, g.duration_days
    from jsonb_populate_recordset(null::public.offer_grants, grants) as g;
end;
$$;
comment on function private.append_grants is
'Keeps what an offer gives; its own academy''s things alone, by the foreign keys.';

create function private.create_offer(academy uuid, facts jsonb)
returns public.offers
language plpgsql
security definer
set search_path = ''
as $$
declare
    made public.offers;
    broken text;
begin
    perform private.as_admin(academy);
    if (select count(*) from public.offers as o where o.academy_id = academy and o.is_active) >= 500
    then
        perform private.fail(
            422, 'too_many_offers', 'L''académie a trop d''offres.', 'Archive some; at most 500.'
        );
    end if;
    insert into public.offers (
        academy_id, kind, title, description, amount, currency, billing_interval,
        installment_counts, tax_rate, tax_note, valid_from, valid_until, order_index
    )
    select a.id, o.kind, o.title, o.description, o.amount, a.currency, o.billing_interval,
        coalesce(o.installment_counts, '{1}'), coalesce(o.tax_rate, 0), o.tax_note, o.valid_from,
        o.valid_until, coalesce(o.order_index, 0)
    from public.academies as a
    cross join lateral jsonb_populate_record(null::public.offers, facts) as o
    where a.id = academy
    returning * into made;
    perform private.append_grants(made, facts -> 'grants');
    perform private.audit(academy, 'offer.created', 'offers', made.id);
    return made;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.create_offer is
'Definer: no client writes prices. An offer with all it gives, or nothing; admins only.';

create function private.archive_offer(offer uuid)
returns public.offers
language plpgsql
security definer
set search_path = ''
as $$
declare
    closed public.offers;
begin
    select * into closed from public.offers as o
    where o.id = offer and o.academy_id = any((select private.my_admin_academies())::uuid[])
    for no key update;
    if closed.id is null then
        perform private.fail(
            404, 'offer_not_found', 'Cette offre n''existe pas dans votre académie.',
            'Admins of the offer''s academy only.'
        );
    end if;
    if closed.is_active then
        update public.offers as o set is_active = false where o.id = offer returning o.* into closed;
        perform private.audit(closed.academy_id, 'offer.archived', 'offers', closed.id);
    end if;
    return closed;
end;
$$;
comment on function private.archive_offer is
'Definer: is_active is written here alone. What was ordered is not touched.';

create function public.create_offer(
    academy_id uuid, kind text, title text, amount bigint, grants jsonb,
    description text default null, billing_interval text default null,
    installment_counts smallint [] default '{1}', tax_rate numeric default 0,
    tax_note text default null, valid_from timestamptz default null,
    valid_until timestamptz default null, order_index integer default 0
)
returns public.offers
language sql
set search_path = ''
as $$
    select * from private.create_offer(create_offer.academy_id, jsonb_build_object(
        'kind', kind, 'title', title, 'amount', amount, 'grants', grants,
        'description', description, 'billing_interval', billing_interval,
        'installment_counts', installment_counts, 'tax_rate', tax_rate, 'tax_note', tax_note,
        'valid_from', valid_from, 'valid_until', valid_until, 'order_index', order_index
    ));
$$;
comment on function public.create_offer is
'An admin makes an offer in the academy''s currency, amount in minor units, with what it grants.';

create function public.archive_offer(offer_id uuid)
returns public.offers
language sql
set search_path = ''
as $$ select * from private.archive_offer(archive_offer.offer_id); $$;
comment on function public.archive_offer is
'An admin takes an offer off sale. Another price is another offer.';

grant execute on function
private.create_offer, private.archive_offer, public.create_offer, public.archive_offer
to authenticated;
