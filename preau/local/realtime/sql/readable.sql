-- The attribute of a column that a role may read; otherwise an error in upstream's words.
create or replace function pg_temp.realtime_readable(
    relation oid, reader text, column_name text, complaint text
)
returns pg_catalog.pg_attribute
language plpgsql
stable
set search_path = ''
as $$
declare
    attribute pg_catalog.pg_attribute;
begin
    select * into attribute
    from pg_catalog.pg_attribute as candidate
    where candidate.attrelid = relation and candidate.attname = column_name
    and candidate.attnum > 0 and not candidate.attisdropped
    and has_column_privilege(reader, relation, candidate.attnum, 'select');
    if not found then
        raise exception using message = replace(complaint, '%', column_name);
    end if;
    return attribute;
end
$$
