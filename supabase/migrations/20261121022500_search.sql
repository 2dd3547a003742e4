-- French search over the catalogue: one index of documents, kept by triggers.

create extension if not exists unaccent with schema extensions;

create text search configuration private.french_unaccented (copy = pg_catalog.french);
comment on text search configuration private.french_unaccented is
'French, whether accents are typed or not.';
alter text search configuration private.french_unaccented
alter mapping for hword, hword_part, word with extensions.unaccent, french_stem;

create text search configuration private.simple_unaccented (copy = pg_catalog.simple);
comment on text search configuration private.simple_unaccented is
'Words as they are, without accents: what an unfinished last word is compared with.';
alter text search configuration private.simple_unaccented
alter mapping for hword, hword_part, word with extensions.unaccent, simple;

create table private.catalogue_documents (
    kind text not null
    constraint kind_is_known check (kind in ('formation', 'module', 'course', 'lesson', 'subject')),
    id uuid not null,
    academy_id uuid not null references public.academies (id),
    published_with uuid,
    title text not null,
    body text not null,
    document tsvector generated always as (
        setweight(to_tsvector('private.french_unaccented', title), 'A')
        || setweight(to_tsvector('private.simple_unaccented', title), 'B')
        || setweight(to_tsvector('private.french_unaccented', body), 'C')
    ) stored,
    primary key (kind, id)
);
comment on table private.catalogue_documents is
'What can be found of each row of the catalogue. Apart from it: a policy keeps the planner off an '
'index of words, so the index is asked here and the rows are read under their policies.';
comment on column private.catalogue_documents.published_with is
'The formation of a module, the course of a lesson; itself otherwise.';
create index catalogue_documents_by_words on private.catalogue_documents using gin (document);
create index catalogue_documents_by_academy on private.catalogue_documents (academy_id);
alter table private.catalogue_documents enable row level security;

create function private.keep_document()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    what text := tg_argv[0];
    row_now jsonb := to_jsonb(coalesce(new, old));
begin
    if tg_op = 'DELETE' then
        delete from private.catalogue_documents as d where d.kind = what and d.id = old.id;
        return null;
    end if;
    insert into private.catalogue_documents (kind, id, academy_id, published_with, title, body)
    values (
        what, new.id, new.academy_id,
        coalesce(row_now ->> 'formation_id', case what when 'lesson' then row_now ->> 'course_id' end,
            new.id::text)::uuid,
        new.title, left(concat_ws(' · ', row_now ->> 'subtitle', row_now ->> 'short_description',
            row_now ->> 'description', row_now ->> 'code'), 20000)
    )
    on conflict (kind, id) do update set title = excluded.title, body = excluded.body,
        published_with = excluded.published_with
    where (catalogue_documents.title, catalogue_documents.body)
        is distinct from (excluded.title, excluded.body);
    return null;
end;
$$;
comment on function private.keep_document is
'Keeps the document of a row of the catalogue. Definer: staff edit titles, and write no documents.';

create trigger keep_document after insert or update or delete on public.formations
for each row execute function private.keep_document('formation');
create trigger keep_document after insert or update or delete on public.modules
for each row execute function private.keep_document('module');
create trigger keep_document after insert or update or delete on public.courses
for each row execute function private.keep_document('course');
create trigger keep_document after insert or update or delete on public.lessons
for each row execute function private.keep_document('lesson');
create trigger keep_document after insert or update or delete on public.subjects
for each row execute function private.keep_document('subject');

-- Rows that are there already become documents: a change of nothing.
update public.formations set order_index = order_index where true;
update public.modules set order_index = order_index where true;
