-- Nexus Réussite: tutoring in Tunisia, in dinars of a thousand millimes. The academy and its plans;
-- subjects and courses follow. Re-runnable.
-- settings.invoicing holds PLACEHOLDERS, to be replaced before anything is sold: while is_placeholder
-- stands, every invoice is marked SPÉCIMEN.

insert into public.academies (
    id, slug, name, country, currency, locale, timezone, site_url, sender_name, sender_email,
    branding, allowed_return_hosts, open_to_sign_up, settings
)
values (
    'a0000000-0000-4000-8000-000000000003', 'nexus-reussite', 'Nexus Réussite', 'TN', 'TND', 'fr',
    'Africa/Tunis', 'https://nexusreussite.academy', 'Nexus Réussite',
    'contact@nexusreussite.academy', '{"color": "#0f766e"}',
    '{nexusreussite.academy,localhost:3000}', true,
    '{
        "directory": {"student": "staff", "parent": "staff", "coach": "staff"},
        "invoicing": {
            "is_placeholder": true, "legal_name": "Nexus Réussite [raison sociale à compléter]",
            "legal_form": "SARL", "address": "[adresse à compléter]", "postal_code": "0000",
            "city": "[ville]", "country": "TN", "tax_id": "0000000/X/X/X/000",
            "tax_note": "[mention du régime de TVA à compléter]"
        }
    }'
)
on conflict (id) do update set
    name = excluded.name, site_url = excluded.site_url, branding = excluded.branding,
    allowed_return_hosts = excluded.allowed_return_hosts;

insert into private.provider_accounts (id, academy_id, slug, provider, secret_name)
values (
    'ac000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000003',
    'nexus-reussite-stripe', 'stripe', 'STRIPE_NEXUS_REUSSITE'
)
on conflict (id) do nothing;

insert into public.formations (
    id, academy_id, slug, title, subtitle, duration_months, max_students
)
values (
    md5('nexus-reussite/formation/grand-oral')::uuid, 'a0000000-0000-4000-8000-000000000003',
    'grand-oral', 'Préparation au Grand Oral', 'Construire, dire, convaincre', 2, 30
)
on conflict (id) do update set title = excluded.title, subtitle = excluded.subtitle;

insert into public.modules (
    id, academy_id, formation_id, order_index, title, content_type, duration_hours
)
values
(
    md5('nexus-reussite/module/grand-oral/1')::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/formation/grand-oral')::uuid, 1, 'Choisir sa question', 'document', 2
),
(
    md5('nexus-reussite/module/grand-oral/2')::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/formation/grand-oral')::uuid, 2, 'S''entraîner devant un jury', 'practical', 4
)
on conflict (id) do update set title = excluded.title;

insert into public.offers (
    id, academy_id, kind, title, amount, currency, billing_interval, order_index
)
values
(
    md5('nexus-reussite/offer/acces')::uuid, 'a0000000-0000-4000-8000-000000000003',
    'subscription', 'ACCES_PLATEFORME', 79000, 'TND', 'month', 1
),
(
    md5('nexus-reussite/offer/hybride')::uuid, 'a0000000-0000-4000-8000-000000000003',
    'subscription', 'HYBRIDE', 179000, 'TND', 'month', 2
),
(
    md5('nexus-reussite/offer/immersion')::uuid, 'a0000000-0000-4000-8000-000000000003',
    'subscription', 'IMMERSION', 299000, 'TND', 'month', 3
),
(
    md5('nexus-reussite/offer/grand-oral')::uuid, 'a0000000-0000-4000-8000-000000000003',
    'special_pack', 'Pack Grand Oral', 450000, 'TND', null, 4
)
on conflict (id) do update set title = excluded.title, amount = excluded.amount;

insert into public.offer_grants (id, academy_id, offer_id, feature, credits, formation_id)
values
(
    md5('nexus-reussite/grant/acces')::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/offer/acces')::uuid, 'platform', null, null
),
(
    md5('nexus-reussite/grant/hybride')::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/offer/hybride')::uuid, 'platform', null, null
),
(
    md5('nexus-reussite/grant/hybride/credits')::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/offer/hybride')::uuid, null, 400, null
),
(
    md5('nexus-reussite/grant/immersion')::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/offer/immersion')::uuid, 'platform', null, null
),
(
    md5('nexus-reussite/grant/grand-oral')::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/offer/grand-oral')::uuid, null, null,
    md5('nexus-reussite/formation/grand-oral')::uuid
)
on conflict (id) do nothing;
