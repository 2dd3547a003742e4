-- Aurora50: the seven pillars, each a course opened by the feature premium. Re-runnable, fixed ids.

insert into public.courses (
    id, academy_id, slug, title, short_description, description, pillar_number, emoji,
    color_gradient, duration_weeks, required_feature, is_published, order_index
)
select
    md5('aurora50/course/' || c.slug)::uuid, 'a0000000-0000-4000-8000-000000000002', c.slug, c.title,
    c.short, c.description, c.pillar, c.emoji, c.gradient, c.weeks, 'premium', true, c.pillar
from (
    values
    (
        1, 'vitalite', 'Vitalité et santé', 'Bouger, dormir, se nourrir', '🌿',
        'from-emerald-400 to-teal-500', 8,
        'Retrouver de l''énergie par des gestes simples, à son rythme et sans matériel.'
    ),
    (
        2, 'serenite', 'Sérénité intérieure', 'Respirer, accueillir, lâcher prise', '🧘',
        'from-violet-400 to-purple-500', 7,
        'Apaiser le mental, traverser les changements et retrouver un sommeil tranquille.'
    ),
    (
        3, 'memoire', 'Mémoire et curiosité', 'Un esprit qui s''entraîne', '🧠',
        'from-sky-400 to-blue-500', 7,
        'Comprendre la mémoire, l''exercer chaque jour et continuer d''apprendre avec plaisir.'
    ),
    (
        4, 'liens', 'Liens et amitié', 'Se relier, jour après jour', '🤝',
        'from-rose-400 to-pink-500', 7,
        'Oser la première rencontre, entretenir ses amitiés, parler avec ses enfants devenus grands.'
    ),
    (
        5, 'numerique', 'Le numérique en confiance', 'Des outils à votre service', '💻',
        'from-indigo-400 to-violet-500', 7,
        'Téléphone, messages, visios et démarches en ligne, sans crainte des arnaques.'
    ),
    (
        6, 'projets', 'Projets et transmission', 'Donner, créer, passer le relais', '🌱',
        'from-amber-400 to-orange-500', 7,
        'Trouver le projet qui vous ressemble, raconter son histoire, s''engager près de chez soi.'
    ),
    (
        7, 'joie', 'Joie et créativité', 'Le plaisir de faire', '🎨',
        'from-yellow-400 to-amber-500', 7,
        'Écrire, dessiner, chanter, voyager : s''autoriser à commencer.'
    )
) as c (pillar, slug, title, short, emoji, gradient, weeks, description)
on conflict (id) do update set
    title = excluded.title, short_description = excluded.short_description,
    description = excluded.description, emoji = excluded.emoji,
    color_gradient = excluded.color_gradient, required_feature = excluded.required_feature;
