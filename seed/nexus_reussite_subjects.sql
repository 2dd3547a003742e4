-- Nexus Réussite: the ten subjects, a course in three of them, and packs. Re-runnable, fixed ids.

insert into public.subjects (id, academy_id, code, title, order_index)
select
    md5('nexus-reussite/subject/' || s.code)::uuid, 'a0000000-0000-4000-8000-000000000003',
    s.code, s.title, s.place
from (
    values
    (1, 'MATHEMATIQUES', 'Mathématiques'),
    (2, 'NSI', 'Numérique et sciences informatiques'),
    (3, 'FRANCAIS', 'Français'),
    (4, 'PHILOSOPHIE', 'Philosophie'),
    (5, 'HISTOIRE_GEO', 'Histoire-géographie'),
    (6, 'ANGLAIS', 'Anglais'),
    (7, 'ESPAGNOL', 'Espagnol'),
    (8, 'PHYSIQUE_CHIMIE', 'Physique-chimie'),
    (9, 'SVT', 'Sciences de la vie et de la Terre'),
    (10, 'SES', 'Sciences économiques et sociales')
) as s (place, code, title)
on conflict (id) do update set title = excluded.title, order_index = excluded.order_index;

insert into public.courses (
    id, academy_id, subject_id, slug, title, short_description, duration_weeks, required_feature,
    is_published, order_index
)
select
    md5('nexus-reussite/course/' || c.slug)::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/subject/' || c.subject)::uuid, c.slug, c.title, c.short, 4, 'platform',
    true, c.place
from (
    values
    (1, 'suites-terminale', 'MATHEMATIQUES', 'Les suites en terminale', 'Récurrence, limites, méthodes'),
    (2, 'python-premiere', 'NSI', 'Python en première', 'Listes, dictionnaires, tris'),
    (3, 'bac-francais', 'FRANCAIS', 'Réussir le bac de français', 'Commentaire, dissertation, oral')
) as c (place, slug, subject, title, short)
on conflict (id) do update set title = excluded.title, short_description = excluded.short_description;

insert into public.lessons (
    id, academy_id, course_id, lesson_number, title, duration_minutes, is_free, is_published
)
select
    md5('nexus-reussite/lesson/' || l.course || '/' || l.place)::uuid,
    'a0000000-0000-4000-8000-000000000003', md5('nexus-reussite/course/' || l.course)::uuid,
    l.place, l.title, 45, l.place = 1, true
from (
    values
    ('suites-terminale', 1, 'Démontrer par récurrence'),
    ('suites-terminale', 2, 'Limites et comparaison'),
    ('suites-terminale', 3, 'Un sujet de bac corrigé'),
    ('python-premiere', 1, 'Listes et compréhensions'),
    ('python-premiere', 2, 'Dictionnaires'),
    ('python-premiere', 3, 'Trier : sélection et insertion'),
    ('bac-francais', 1, 'Lire un sujet'),
    ('bac-francais', 2, 'Le commentaire pas à pas'),
    ('bac-francais', 3, 'L''oral : explication et entretien')
) as l (course, place, title)
on conflict (id) do update set title = excluded.title;

insert into public.lesson_contents (lesson_id, academy_id, content)
select l.id, l.academy_id, '## ' || l.title || E'\n\nLe cours, trois exercices et leur correction.'
from public.lessons as l
where l.academy_id = 'a0000000-0000-4000-8000-000000000003'
on conflict (lesson_id) do nothing;

insert into public.offers (id, academy_id, kind, title, amount, currency, order_index)
values (
    md5('nexus-reussite/offer/credits-5')::uuid, 'a0000000-0000-4000-8000-000000000003',
    'credit_pack', 'Pack 5 crédits', 200000, 'TND', 5
)
on conflict (id) do update set title = excluded.title, amount = excluded.amount;

insert into public.offer_grants (id, academy_id, offer_id, credits)
values (
    md5('nexus-reussite/grant/credits-5')::uuid, 'a0000000-0000-4000-8000-000000000003',
    md5('nexus-reussite/offer/credits-5')::uuid, 500
)
on conflict (id) do nothing;
