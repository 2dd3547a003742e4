-- search_catalogue: what the caller may see of what they look for, best first.

create function private.search_words(query text)
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
declare
    asked text := btrim(regexp_replace(left(query, 200), '[[:cntrl:]]', ' ', 'g'));
    last_word text := substring(asked from '([[:alnum:]]{3,40})$');
    words tsquery := websearch_to_tsquery('private.french_unaccented', asked);
begin
    if length(query) > 200 or querytree(words) in ('', 'T') then
        return null;
    end if;
    -- Who types "élec" is looking for "électrique": the last word may go on.
    if last_word is not null and asked !~ '["-]' then
        words := coalesce(
            nullif(websearch_to_tsquery('private.french_unaccented',
                left(asked, length(asked) - length(last_word))), '')
            && to_tsquery('simple', lower(extensions.unaccent(last_word)) || ':*'),
            to_tsquery('simple', lower(extensions.unaccent(last_word)) || ':*')
        ) || words;
    end if;
    return words;
end;
$$;
comment on function private.search_words is
'What was typed as a query, whatever was typed; null when nothing is left to look for.';

create function private.search_hits(query text, only_academy uuid, at_most integer)
returns table (kind text, id uuid, rank real)
language sql
stable
security definer
set search_path = ''
as $$
    select d.kind, d.id, ts_rank(d.document, w.words) as rank
    from (select private.search_words(query) as words) as w
    inner join private.catalogue_documents as d on d.document @@ w.words
    left join public.formations as f
        on d.kind in ('formation', 'module') and d.published_with = f.id
    left join public.courses as c on d.kind in ('course', 'lesson') and d.published_with = c.id
    left join public.lessons as l on d.kind = 'lesson' and d.id = l.id
    left join public.subjects as s on d.kind = 'subject' and d.id = s.id
    where (only_academy is null or d.academy_id = only_academy)
        and (
            d.academy_id = any((select private.my_staff_academies())::uuid[])
            or (
                d.academy_id = any((select private.visible_academies())::uuid[])
                and (
                    f.is_active
                    or (c.is_published and c.archived_at is null and coalesce(l.is_published, true))
                    or (s.id is not null and s.archived_at is null)
                )
            )
        )
    order by rank desc, d.kind, d.id
    limit least(greatest(coalesce(at_most, 20), 1), 50);
$$;
comment on function private.search_hits is
'Ids and ranks alone. Definer: under a policy the index of words cannot be used, since what a word '
'matches could leak a row; the caller then reads the rows under their policies.';

create function public.search_catalogue(
    query text, academy_slug text default null, result_limit integer default 20
)
returns table (
    kind text, id uuid, academy_id uuid, title text, excerpt text, rank real
)
language sql
stable
set search_path = ''
as $$
    with hits as materialized (
        select h.kind, h.id, h.rank
        from private.search_hits(
            search_catalogue.query,
            (select a.id from public.academies as a where a.slug = search_catalogue.academy_slug),
            search_catalogue.result_limit
        ) as h
        where search_catalogue.academy_slug is null or exists (
            select 1 from public.academies as a where a.slug = search_catalogue.academy_slug
        )
    ),

    found as (
        select h.*, f.academy_id, f.title, concat_ws(' · ', f.subtitle, f.description) as body
        from hits as h inner join public.formations as f on h.kind = 'formation' and h.id = f.id
        union all
        select h.*, m.academy_id, m.title, m.description
        from hits as h inner join public.modules as m on h.kind = 'module' and h.id = m.id
        union all
        select h.*, c.academy_id, c.title, concat_ws(' · ', c.short_description, c.description)
        from hits as h inner join public.courses as c on h.kind = 'course' and h.id = c.id
        union all
        select h.*, l.academy_id, l.title, l.description
        from hits as h inner join public.lessons as l on h.kind = 'lesson' and h.id = l.id
        union all
        select h.*, s.academy_id, s.title, null
        from hits as h inner join public.subjects as s on h.kind = 'subject' and h.id = s.id
    )

    select found.kind, found.id, found.academy_id, found.title,
        ts_headline('private.french_unaccented', left(coalesce(nullif(found.body, ''), found.title), 5000),
            private.search_words(search_catalogue.query),
            'StartSel=**, StopSel=**, MaxFragments=1, MaxWords=25, MinWords=8'),
        found.rank
    from found order by found.rank desc, found.kind, found.id;
$$;
comment on function public.search_catalogue is
'Formations, modules, courses, lessons and subjects the caller may see, best first, at most 50. The '
'last word may be unfinished. Nothing to look for, or more than 200 characters: nothing found.';
grant execute on function private.search_words, private.search_hits, public.search_catalogue
to anon, authenticated, service_role;
