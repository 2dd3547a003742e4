-- Aurora50: the fifty lessons of the seven pillars. The first of each is free, then one opens each week.

insert into public.lessons (
    id, academy_id, course_id, lesson_number, title, duration_minutes, release_day_offset, is_free,
    is_published
)
select
    md5('aurora50/lesson/' || l.course || '/' || l.place)::uuid,
    'a0000000-0000-4000-8000-000000000002', md5('aurora50/course/' || l.course)::uuid,
    l.place, l.title, 20, (l.place - 1) * 7, l.place = 1, true
from (
    values
    ('vitalite', 1, 'Faire le point sur son énergie'),
    ('vitalite', 2, 'Dix minutes de mouvement par jour'),
    ('vitalite', 3, 'Équilibre et prévention des chutes'),
    ('vitalite', 4, 'Bien dormir après cinquante ans'),
    ('vitalite', 5, 'Une assiette qui fait du bien'),
    ('vitalite', 6, 'Marcher, seul ou en groupe'),
    ('vitalite', 7, 'Dos, hanches, genoux : les ménager'),
    ('vitalite', 8, 'Tenir dans la durée'),
    ('serenite', 1, 'Respirer pour s''apaiser'),
    ('serenite', 2, 'Écouter ses émotions'),
    ('serenite', 3, 'Méditer cinq minutes'),
    ('serenite', 4, 'Traverser un deuil ou un départ'),
    ('serenite', 5, 'Lâcher prise sur ce qui ne dépend pas de nous'),
    ('serenite', 6, 'Un rituel du soir'),
    ('serenite', 7, 'Garder le cap'),
    ('memoire', 1, 'Comment fonctionne la mémoire'),
    ('memoire', 2, 'Les petits oublis et les autres'),
    ('memoire', 3, 'Retenir un nom, un visage'),
    ('memoire', 4, 'Lire, écouter, raconter'),
    ('memoire', 5, 'Apprendre une langue à tout âge'),
    ('memoire', 6, 'Jeux d''esprit de la semaine'),
    ('memoire', 7, 'Rester curieux'),
    ('liens', 1, 'Faire le tour de ses liens'),
    ('liens', 2, 'Oser la première conversation'),
    ('liens', 3, 'Écouter vraiment'),
    ('liens', 4, 'Renouer avec un ami perdu de vue'),
    ('liens', 5, 'Grands-parents et petits-enfants'),
    ('liens', 6, 'Rejoindre un salon, un club, une association'),
    ('liens', 7, 'Prendre soin de ses amitiés'),
    ('numerique', 1, 'Son téléphone sans stress'),
    ('numerique', 2, 'Des mots de passe sûrs'),
    ('numerique', 3, 'Reconnaître une arnaque'),
    ('numerique', 4, 'Photos : trier, garder, partager'),
    ('numerique', 5, 'Les appels en visio'),
    ('numerique', 6, 'Ses démarches en ligne'),
    ('numerique', 7, 'L''intelligence artificielle, pour quoi faire ?'),
    ('projets', 1, 'Ce qui compte pour moi'),
    ('projets', 2, 'Du rêve au projet'),
    ('projets', 3, 'Raconter sa vie, page après page'),
    ('projets', 4, 'Le bénévolat près de chez soi'),
    ('projets', 5, 'Transmettre un savoir-faire'),
    ('projets', 6, 'Mettre ses papiers en ordre'),
    ('projets', 7, 'Fêter le premier pas'),
    ('joie', 1, 'S''autoriser à commencer'),
    ('joie', 2, 'Écrire trois lignes par jour'),
    ('joie', 3, 'Dessiner ce que l''on voit'),
    ('joie', 4, 'Chanter ensemble'),
    ('joie', 5, 'Voyager autrement'),
    ('joie', 6, 'Cuisiner une histoire'),
    ('joie', 7, 'Partager ce que l''on crée')
) as l (course, place, title)
on conflict (id) do update set title = excluded.title;

insert into public.lesson_contents (lesson_id, academy_id, content)
select l.id, l.academy_id,
    '## ' || l.title || E'\n\nPrenez un carnet et vingt minutes au calme. ' || c.description
    || E'\n\nÀ vous : notez un geste que vous ferez d''ici la prochaine leçon.'
from public.lessons as l
inner join public.courses as c on l.academy_id = c.academy_id and l.course_id = c.id
where l.academy_id = 'a0000000-0000-4000-8000-000000000002' and l.id = md5(
    'aurora50/lesson/' || c.slug || '/' || l.lesson_number
)::uuid
on conflict (lesson_id) do nothing;
