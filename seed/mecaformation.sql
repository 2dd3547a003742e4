-- MécaFormation: vocational training for car mechanics and garages. Re-runnable, fixed ids.
-- settings.invoicing holds PLACEHOLDERS, to be replaced before anything is sold: while is_placeholder
-- stands, every invoice is marked SPÉCIMEN.

insert into public.academies (
    id, slug, name, country, currency, locale, timezone, site_url, sender_name, sender_email,
    reply_to, branding, allowed_return_hosts, open_to_sign_up, settings
)
values (
    'a0000000-0000-4000-8000-000000000001', 'mecaformation', 'MécaFormation', 'FR', 'EUR', 'fr',
    'Europe/Paris', 'https://mecaformation.fr', 'MécaFormation', 'bonjour@mecaformation.fr',
    'support@mecaformation.fr', '{"color": "#1e40af"}',
    '{mecaformation.fr,www.mecaformation.fr,localhost:3000,localhost:5173,127.0.0.1:3000}', true,
    '{
        "directory": {"coach": "members"},
        "invoicing": {
            "is_placeholder": true, "legal_name": "MécaFormation [raison sociale à compléter]",
            "legal_form": "SAS", "share_capital": "0 €", "address": "[adresse à compléter]",
            "postal_code": "00000", "city": "[ville]", "country": "FR", "siret": "00000000000000",
            "registry": "RCS [ville] 000 000 000", "training_exempt": true,
            "training_declaration":
            "Déclaration d''activité enregistrée sous le numéro [à compléter] auprès du préfet de région."
        }
    }'
)
on conflict (id) do update set
    name = excluded.name, site_url = excluded.site_url, branding = excluded.branding,
    sender_name = excluded.sender_name, sender_email = excluded.sender_email,
    reply_to = excluded.reply_to, allowed_return_hosts = excluded.allowed_return_hosts,
    open_to_sign_up = excluded.open_to_sign_up;

insert into private.provider_accounts (id, academy_id, slug, provider, secret_name)
values (
    'ac000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001',
    'mecaformation-stripe', 'stripe', 'STRIPE_MECAFORMATION'
)
on conflict (id) do nothing;

insert into public.formations (
    id, academy_id, slug, title, subtitle, description, level, duration_months, max_students,
    features, prerequisites, order_index, self_paced
)
select
    md5('mecaformation/formation/' || f.slug)::uuid, 'a0000000-0000-4000-8000-000000000001',
    f.slug, f.title, f.subtitle, f.description, f.level, f.months, f.seats,
    f.features, f.prerequisites, f.place, f.level is null
from (
    values
    (
        1, 'cap-maintenance-vehicules', 'CAP Maintenance des véhicules', 'Le premier diplôme du métier',
        'Entretenir et réparer les voitures particulières, du diagnostic à la remise au client.',
        'CAP', 12, 24,
        array['Coaching hebdomadaire', 'Stage en garage', 'Exercices pratiques', 'Préparation à l''examen'],
        array['Avoir 16 ans ou plus']
    ),
    (
        2, 'bac-pro-maintenance-vehicules', 'Bac Pro Maintenance des véhicules',
        'Diagnostiquer, organiser, encadrer',
        'Les systèmes mécaniques, électriques et électroniques, et la vie d''un atelier.',
        'BAC_PRO', 18, 20,
        array['Coaching hebdomadaire', 'Stages en entreprise', 'Examens blancs'],
        array['CAP du secteur ou niveau seconde']
    ),
    (
        3, 'bts-maintenance-vehicules', 'BTS Maintenance des véhicules', 'Expertise et gestion d''atelier',
        'Diagnostic complexe, relation client, gestion d''une équipe et d''une activité.',
        'BTS', 24, 16,
        array['Projet tuteuré', 'Stages en entreprise', 'Examens blancs'],
        array['Baccalauréat']
    ),
    (
        4, 'vehicules-electriques', 'Spécialisation Véhicules électriques', 'Haute tension en confiance',
        'Batteries Li-ion et BMS, moteurs, onduleurs, charge AC/DC, diagnostic haute tension.',
        'SPECIALIZATION', 4, 16,
        array['Préparation à l''habilitation électrique', 'Études de cas', 'Support permanent'],
        array['Expérience en mécanique automobile']
    ),
    (
        5, 'vehicules-hybrides', 'Spécialisation Véhicules hybrides', 'Deux technologies, un diagnostic',
        'Architectures série, parallèle et mixte, Toyota HSD, récupération d''énergie.',
        'SPECIALIZATION', 3, 16, array['Études de cas', 'Support permanent'],
        array['Expérience en mécanique automobile']
    ),
    (
        6, 'diagnostic-avance', 'Spécialisation Diagnostic électronique', 'Lire, mesurer, décider',
        'Codes défaut, oscilloscope, multiplexage CAN/LIN, calculateurs, systèmes ADAS.',
        'SPECIALIZATION', 3, 16, array['500 codes défaut commentés', 'Exercices à l''oscilloscope'],
        array['Bases d''électricité automobile']
    ),
    (
        7, 'decouverte-mecanique', 'Découvrir la mécanique automobile', 'Offert pour commencer',
        'Une semaine pour connaître les organes d''une voiture et les gestes de sécurité.',
        null, 1, 200, array['Accès immédiat'], array[]::text []
    )
) as f (place, slug, title, subtitle, description, level, months, seats, features, prerequisites)
on conflict (id) do update set
    title = excluded.title, subtitle = excluded.subtitle, description = excluded.description,
    features = excluded.features, prerequisites = excluded.prerequisites,
    order_index = excluded.order_index, self_paced = excluded.self_paced;

insert into public.cohorts (id, academy_id, formation_id, name, starts_on, ends_on, seats)
select
    md5('mecaformation/cohort/' || f.slug)::uuid, f.academy_id, f.id,
    'Prochaine session', d.starts, (d.starts + make_interval(months => f.duration_months))::date,
    f.max_students
from public.formations as f
cross join (select (date_trunc('month', now()) + interval '1 month')::date as starts) as d
where f.academy_id = 'a0000000-0000-4000-8000-000000000001' and f.level is not null
on conflict (id) do nothing;

insert into public.offers (
    id, academy_id, kind, title, description, amount, currency, installment_counts, tax_note,
    order_index
)
select
    md5('mecaformation/offer/' || o.slug)::uuid, 'a0000000-0000-4000-8000-000000000001',
    o.kind, o.title, o.description, o.amount, 'EUR', i.installments,
    'TVA non applicable, article 261-4-4° a du CGI', o.place
from (
    values
    (1, 'cap-maintenance-vehicules', 'formation', 'CAP Maintenance des véhicules', null, 69000, '{1,3,4}'),
    (2, 'bac-pro-maintenance-vehicules', 'formation', 'Bac Pro Maintenance des véhicules', null, 89000, '{1,3,4}'),
    (3, 'bts-maintenance-vehicules', 'formation', 'BTS Maintenance des véhicules', null, 119000, '{1,3,4}'),
    (4, 'vehicules-electriques', 'formation', 'Spécialisation Véhicules électriques', null, 49000, '{1,3}'),
    (5, 'vehicules-hybrides', 'formation', 'Spécialisation Véhicules hybrides', null, 39000, '{1,3}'),
    (6, 'diagnostic-avance', 'formation', 'Spécialisation Diagnostic électronique', null, 39000, '{1,3}'),
    (7, 'decouverte-mecanique', 'formation', 'Découvrir la mécanique automobile', null, 0, '{1}'),
    (
        8, 'coaching-primo-arrivants', 'coaching', 'Coaching primo-arrivants',
        'Accueil, parcours personnel, coaching hebdomadaire, stage et insertion sur 48 semaines.',
        89000, '{1,3,4}'
    ),
    (
        9, 'coaching-garages', 'coaching', 'Coaching garages pro',
        'Audit de l''atelier, formation de l''équipe (8 personnes au plus), suivi de la performance.',
        149000, '{1,3,4}'
    )
) as o (place, slug, kind, title, description, amount, installments_text)
cross join lateral (select o.installments_text::smallint []) as i (installments)
on conflict (id) do update set
    title = excluded.title, description = excluded.description, amount = excluded.amount;
