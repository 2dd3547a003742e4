-- The map of personal data: what each column is, why it is kept, how long, and how it is erased.

create table private.data_map (
    schema_name text not null,
    table_name text not null,
    column_name text not null,
    classification text not null constraint classification_is_known
    check (classification in ('none', 'personal', 'sensitive')),
    purpose text constraint purpose_is_short check (length(purpose) between 1 and 200),
    retention text constraint retention_is_short check (length(retention) between 1 and 200),
    erasure text not null constraint erasure_is_known
    check (erasure in ('none', 'deleted', 'emptied', 'pseudonymised', 'kept_by_law')),
    updated_at timestamptz not null default now(),
    primary key (schema_name, table_name, column_name),
    constraint personal_data_has_a_purpose_and_an_end check (
        (classification = 'none') = (erasure = 'none')
        and (classification = 'none' or (purpose is not null and retention is not null))
    )
);
comment on table private.data_map is
'Every column of ours, classified (GDPR article 30). Export and erasure are driven by it; a test '
'fails on a column that is not in it.';
comment on column private.data_map.classification is
'none; personal: says something about a person; sensitive: harms them if it leaks (health, money, '
'minors, secrets, papers).';
comment on column private.data_map.erasure is
'none · deleted with its row · emptied in place · pseudonymised: an id whose person has gone out of '
'the profile · kept_by_law, such as what an invoice says.';

alter table private.data_map enable row level security;
create trigger touch_updated_at before update on private.data_map
for each row execute function private.touch_updated_at();

create function private.classify(
    target regclass, columns text [], classification text default 'none',
    purpose text default null, retention text default null, erasure text default 'none'
)
returns void
language plpgsql
set search_path = ''
as $$
declare
    unknown text;
begin
    select string_agg(c.name, ', ') into unknown
    from unnest(classify.columns) as c (name)
    where not exists (
        select 1 from pg_catalog.pg_attribute as a
        where a.attrelid = target and a.attname = c.name and a.attnum > 0 and not a.attisdropped
    );
    if unknown is not null then
        raise exception 'private.classify: % has no column %', target, unknown
        using hint = 'Check the names; the table must exist by then.';
    end if;
    insert into private.data_map (
        schema_name, table_name, column_name, classification, purpose, retention, erasure
    )
    select
        t.relnamespace::regnamespace::text, t.relname, a.attname, classify.classification,
        classify.purpose, classify.retention, classify.erasure
    from pg_catalog.pg_class as t
    inner join pg_catalog.pg_attribute as a on t.oid = a.attrelid
    where t.oid = target and a.attnum > 0 and not a.attisdropped
        and case when classify.columns is null then not exists (
            select 1 from private.data_map as d
            where d.schema_name = t.relnamespace::regnamespace::text
                and d.table_name = t.relname and d.column_name = a.attname
        ) else a.attname = any(classify.columns) end
    on conflict (schema_name, table_name, column_name) do update set
        classification = excluded.classification, purpose = excluded.purpose,
        retention = excluded.retention, erasure = excluded.erasure;
end;
$$;
comment on function private.classify is
'Writes columns into the data map; without columns, those the table has now and the map has not. '
'A migration that adds a column calls it.';
