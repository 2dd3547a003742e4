-- What changed: an outline moves its formation or course, and each change the catalogue's version.

create table private.catalogue_versions (
    academy_id uuid primary key references public.academies (id),
    version bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table private.catalogue_versions is
'Counts the changes of an academy''s catalogue. Not on the academy''s row, which people join and '
'leave under; a counter, since updated_at is when a change began, not when it could be seen.';
alter table private.catalogue_versions enable row level security;
create trigger touch_updated_at before update on private.catalogue_versions
for each row execute function private.touch_updated_at();

create function private.catalogue_changed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    insert into private.catalogue_versions as v (academy_id)
    select distinct c.academy_id from changed as c order by c.academy_id
    on conflict (academy_id) do update set version = v.version + 1;
    return null;
end;
$$;
comment on function private.catalogue_changed is
'Once for a statement, whatever its rows. Definer: clients edit titles, and write no versions.';

create function private.formation_outline_changed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    update public.formations as f set updated_at = now()
    where f.updated_at < now()
        and (f.academy_id, f.id) in (select c.academy_id, c.formation_id from changed as c);
    return null;
end;
$$;
comment on function private.formation_outline_changed is
'Who asks for updated_at=gt.… gets a formation whose modules changed. Definer, as above.';

create function private.course_outline_changed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    update public.courses as k set updated_at = now()
    where k.updated_at < now()
        and (k.academy_id, k.id) in (select c.academy_id, c.course_id from changed as c);
    return null;
end;
$$;
comment on function private.course_outline_changed is
'Who asks for updated_at=gt.… gets a course whose lessons changed. Definer, as above.';

do $$
declare
    shown text;
begin
    foreach shown in array array[
        'formations', 'modules', 'cohorts', 'courses', 'lessons', 'subjects', 'offers', 'offer_grants'
    ] loop
        execute format('create trigger catalogue_grew after insert on public.%I referencing '
            'new table as changed for each statement execute function private.catalogue_changed()',
            shown);
        execute format('create trigger catalogue_changed after update on public.%I referencing '
            'new table as changed for each statement execute function private.catalogue_changed()',
            shown);
        execute format('create trigger catalogue_shrank after delete on public.%I referencing '
            'old table as changed for each statement execute function private.catalogue_changed()',
            shown);
    end loop;
    for shown in
        select format(
            'create trigger outline_%s after %s on public.%I referencing %s table as changed '
            'for each statement execute function private.%s_outline_changed()',
            e.verb, e.event, t.child, e.side, t.parent
        )
        from (values ('modules', 'formation'), ('cohorts', 'formation'), ('lessons', 'course'))
            as t (child, parent)
        cross join (values
            ('grew', 'insert', 'new'), ('changed', 'update', 'new'), ('shrank', 'delete', 'old')
        ) as e (verb, event, side)
    loop
        execute shown;
    end loop;
end;
$$;

create function private.catalogue_version(academy uuid)
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce((select v.version from private.catalogue_versions as v where v.academy_id = academy), 0);
$$;
comment on function private.catalogue_version is
'Definer: reads a counter of schema private; the caller has found the academy with their own eyes.';

create function public.catalogue_version(academy_slug text)
returns bigint
language sql
stable
set search_path = ''
as $$
    select private.catalogue_version(a.id) from public.academies as a
    where a.slug = catalogue_version.academy_slug;
$$;
comment on function public.catalogue_version is
'A number that moves with each change of an academy''s catalogue, for clients that cache it; null for '
'an academy one does not see. PostgREST sends no ETag; seats left are not part of it.';
grant execute on function private.catalogue_version, public.catalogue_version
to anon, authenticated, service_role;
