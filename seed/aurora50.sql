-- Aurora50: courses and salons for people over fifty. The academy and what it sells;
-- the seven pillars follow. Re-runnable.
-- settings.invoicing holds PLACEHOLDERS, to be replaced before anything is sold: while is_placeholder
-- stands, every invoice is marked SPÉCIMEN.

insert into public.academies (
    id, slug, name, country, currency, locale, timezone, site_url, sender_name, sender_email,
    branding, allowed_return_hosts, open_to_sign_up, settings
)
values (
    'a0000000-0000-4000-8000-000000000002', 'aurora50', 'Aurora50', 'FR', 'EUR', 'fr',
    'Europe/Paris', 'https://aurora50.fr', 'Aurora50', 'bonjour@aurora50.fr',
    '{"color": "#8b5cf6"}', '{aurora50.fr,www.aurora50.fr,localhost:3000}', true,
    '{
        "directory": {"student": "members", "coach": "members"},
        "invoicing": {
            "is_placeholder": true, "legal_name": "Aurora50 [raison sociale à compléter]",
            "legal_form": "SAS", "share_capital": "0 €", "address": "[adresse à compléter]",
            "postal_code": "00000", "city": "[ville]", "country": "FR", "siret": "00000000000000",
            "registry": "RCS [ville] 000 000 000", "vat_number": "FR00000000000"
        }
    }'
)
on conflict (id) do update set
    name = excluded.name, site_url = excluded.site_url, branding = excluded.branding,
    allowed_return_hosts = excluded.allowed_return_hosts;

insert into private.provider_accounts (id, academy_id, slug, provider, secret_name)
values (
    'ac000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000002',
    'aurora50-stripe', 'stripe', 'STRIPE_AURORA50'
)
on conflict (id) do nothing;

insert into public.formations (id, academy_id, slug, title, subtitle, max_students)
values (
    md5('aurora50/formation/bien-demarrer')::uuid, 'a0000000-0000-4000-8000-000000000002',
    'bien-demarrer', 'Bien démarrer sur Aurora50', 'Vos premiers pas parmi nous', 500
)
on conflict (id) do update set title = excluded.title, subtitle = excluded.subtitle;

insert into public.modules (
    id, academy_id, formation_id, order_index, title, content_type, duration_hours
)
values (
    md5('aurora50/module/bien-demarrer/1')::uuid, 'a0000000-0000-4000-8000-000000000002',
    md5('aurora50/formation/bien-demarrer')::uuid, 1, 'Rejoindre un premier salon', 'video', 1
)
on conflict (id) do update set title = excluded.title;

insert into public.offers (
    id, academy_id, kind, title, amount, currency, billing_interval, tax_rate, order_index
)
values
(
    md5('aurora50/offer/premium')::uuid, 'a0000000-0000-4000-8000-000000000002', 'subscription',
    'Aurora50 Premium', 4700, 'EUR', 'month', 20, 1
),
(
    md5('aurora50/offer/annuel')::uuid, 'a0000000-0000-4000-8000-000000000002', 'subscription',
    'Aurora50 Annuel', 47000, 'EUR', 'year', 20, 2
),
(
    md5('aurora50/offer/atelier')::uuid, 'a0000000-0000-4000-8000-000000000002', 'formation',
    'Atelier Bien démarrer', 1900, 'EUR', null, 20, 3
)
on conflict (id) do update set title = excluded.title, amount = excluded.amount;

insert into public.offer_grants (id, academy_id, offer_id, feature, formation_id)
values
(
    md5('aurora50/grant/premium')::uuid, 'a0000000-0000-4000-8000-000000000002',
    md5('aurora50/offer/premium')::uuid, 'premium', null
),
(
    md5('aurora50/grant/annuel')::uuid, 'a0000000-0000-4000-8000-000000000002',
    md5('aurora50/offer/annuel')::uuid, 'premium', null
),
(
    md5('aurora50/grant/atelier')::uuid, 'a0000000-0000-4000-8000-000000000002',
    md5('aurora50/offer/atelier')::uuid, null, md5('aurora50/formation/bien-demarrer')::uuid
)
on conflict (id) do nothing;
