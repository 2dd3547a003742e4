-- MécaFormation: what each offer gives, and the outline of each formation. Re-runnable, fixed ids.

insert into public.offer_grants (id, academy_id, offer_id, formation_id)
select
    md5('mecaformation/grant/' || f.slug)::uuid, f.academy_id,
    md5('mecaformation/offer/' || f.slug)::uuid, f.id
from public.formations as f
where f.academy_id = 'a0000000-0000-4000-8000-000000000001'
on conflict (id) do nothing;

insert into public.offer_grants (id, academy_id, offer_id, feature, seats)
select
    md5('mecaformation/grant/' || g.name)::uuid, 'a0000000-0000-4000-8000-000000000001',
    md5('mecaformation/offer/' || g.offer)::uuid, g.feature, g.seats
from (
    values
    ('coaching-primo-arrivants/plan', 'coaching-primo-arrivants', 'coaching_newcomers', null::integer),
    ('coaching-garages/plan', 'coaching-garages', 'coaching_garages', null),
    ('coaching-garages/seats', 'coaching-garages', null, 8)
) as g (name, offer, feature, seats)
on conflict (id) do nothing;

insert into public.modules (
    id, academy_id, formation_id, order_index, title, content_type, duration_hours, is_mandatory
)
select
    md5('mecaformation/module/' || m.formation || '/' || m.place)::uuid,
    'a0000000-0000-4000-8000-000000000001', md5('mecaformation/formation/' || m.formation)::uuid,
    m.place, m.title, m.kind, m.hours, m.mandatory
from (
    values
    ('cap-maintenance-vehicules', 1, 'Accueil et test de positionnement', 'quiz', 2, true),
    ('cap-maintenance-vehicules', 2, 'Moteur thermique : essence et diesel', 'video', 40, true),
    ('cap-maintenance-vehicules', 3, 'Freinage, direction, suspension', 'video', 35, true),
    ('cap-maintenance-vehicules', 4, 'Entretien périodique', 'practical', 30, true),
    ('cap-maintenance-vehicules', 5, 'Bases d''électricité automobile', 'document', 25, true),
    ('cap-maintenance-vehicules', 6, 'Mathématiques et sciences appliquées', 'document', 30, true),
    ('cap-maintenance-vehicules', 7, 'Préparation à l''examen', 'quiz', 15, true),
    ('bac-pro-maintenance-vehicules', 1, 'Test de positionnement', 'quiz', 2, true),
    ('bac-pro-maintenance-vehicules', 2, 'Gestion moteur et dépollution', 'video', 45, true),
    ('bac-pro-maintenance-vehicules', 3, 'Réseaux multiplexés CAN et LIN', 'video', 30, true),
    ('bac-pro-maintenance-vehicules', 4, 'Diagnostic électronique', 'practical', 40, true),
    ('bac-pro-maintenance-vehicules', 5, 'Organisation de l''atelier', 'document', 20, true),
    ('bac-pro-maintenance-vehicules', 6, 'Examen blanc', 'quiz', 6, true),
    ('bts-maintenance-vehicules', 1, 'Test de positionnement', 'quiz', 2, true),
    ('bts-maintenance-vehicules', 2, 'Diagnostic complexe', 'practical', 60, true),
    ('bts-maintenance-vehicules', 3, 'Véhicules à hydrogène, GPL et GNV', 'video', 30, true),
    ('bts-maintenance-vehicules', 4, 'Relation client et gestion', 'document', 40, true),
    ('bts-maintenance-vehicules', 5, 'Projet tuteuré', 'practical', 50, true),
    ('vehicules-electriques', 1, 'Sécurité et habilitation électrique', 'video', 10, true),
    ('vehicules-electriques', 2, 'Batteries Li-ion : chimies, BMS, refroidissement', 'video', 14, true),
    ('vehicules-electriques', 3, 'Moteurs synchrones et asynchrones', 'document', 10, true),
    ('vehicules-electriques', 4, 'Onduleurs et électronique de puissance', 'video', 12, true),
    ('vehicules-electriques', 5, 'Systèmes de charge : AC, DC, CCS, CHAdeMO', 'video', 8, true),
    ('vehicules-electriques', 6, 'Diagnostic haute tension', 'practical', 16, true),
    ('vehicules-electriques', 7, 'Évaluation finale', 'quiz', 2, true),
    ('vehicules-hybrides', 1, 'Architectures série, parallèle, mixte', 'video', 10, true),
    ('vehicules-hybrides', 2, 'Toyota Hybrid Synergy Drive', 'video', 12, true),
    ('vehicules-hybrides', 3, 'Batteries NiMH et Li-ion hybrides', 'document', 8, true),
    ('vehicules-hybrides', 4, 'Récupération d''énergie au freinage', 'video', 6, false),
    ('vehicules-hybrides', 5, 'Diagnostic bi-technologie', 'practical', 14, true),
    ('diagnostic-avance', 1, 'Codes défaut constructeur', 'document', 10, true),
    ('diagnostic-avance', 2, 'Oscilloscope et signaux', 'practical', 14, true),
    ('diagnostic-avance', 3, 'Multiplexage CAN/LIN', 'video', 12, true),
    ('diagnostic-avance', 4, 'Programmation des calculateurs', 'video', 10, true),
    ('diagnostic-avance', 5, 'Systèmes ADAS', 'video', 10, false),
    ('decouverte-mecanique', 1, 'Les organes d''une voiture', 'video', 2, true),
    ('decouverte-mecanique', 2, 'Gestes de sécurité à l''atelier', 'document', 1, true),
    ('decouverte-mecanique', 3, 'Et maintenant ?', 'quiz', 1, false)
) as m (formation, place, title, kind, hours, mandatory)
on conflict (id) do update set
    title = excluded.title, content_type = excluded.content_type,
    duration_hours = excluded.duration_hours, is_mandatory = excluded.is_mandatory;
