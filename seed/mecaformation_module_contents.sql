-- MécaFormation: what the modules of the free formation are made of. Re-runnable.

insert into public.module_contents (module_id, academy_id, content)
select m.id, m.academy_id, c.content
from (
    values
    (
        'decouverte-mecanique', 1,
        'Le moteur produit, la transmission porte, la suspension tient la route, le freinage arrête. '
        'Repérez chacun de ces organes sur votre propre voiture, capot ouvert et moteur froid.'
    ),
    (
        'decouverte-mecanique', 2,
        'Chaussures fermées, cheveux attachés, véhicule calé. On ne passe jamais sous une voiture '
        'tenue par un cric seul : les chandelles d''abord.'
    ),
    (
        'decouverte-mecanique', 3,
        'Ce qui vous a plu décide de la suite : l''atelier (CAP), le diagnostic (Bac Pro), '
        'l''encadrement (BTS) ou l''électrique.'
    )
) as c (formation, place, content)
inner join public.modules as m
    on m.id = md5('mecaformation/module/' || c.formation || '/' || c.place)::uuid
on conflict (module_id) do nothing;
