-- Rows as the log wrote them, value by value as JSON, and which conditions hold for each.
-- `described` is [[column, type], …], `images` [[text or null for each column], …], and a condition
-- an expression that `realtime_condition` made. bytea is bare hexadecimal, as upstream sends it.
-- The log leaves out generated columns: they are computed anew, from the values of the change.
-- Where an image has false the log tells nothing. That is not cast, and no generated column is
-- computed from it: a domain or a function may refuse a NULL that no row ever had.
-- Types may bring functions of their own, so all of it is done as the table's owner.
create or replace function pg_temp.realtime_pictures(
    relation oid, described jsonb, images jsonb, conditions text [], path text
)
returns table (number bigint, texts text [], met boolean [])
language plpgsql
set search_path = ''
as $$
declare
    typed text;
    computed text;
    told text;
begin
    select
        string_agg(
            format(
                'case when element.realtime_parts -> %1$s <> ''false'' '
                'then (element.realtime_parts ->> %1$s)::%2$s end as %3$I',
                part.position - 1, kind.name, part.name
            ),
            ', ' order by part.position
        ) filter (where kind.expression is null),
        string_agg(
            format(
                ', case when element.realtime_whole then (%s)::%s end as %I',
                kind.expression, kind.name, part.name
            ),
            '' order by part.position
        ) filter (where kind.expression is not null),
        string_agg(
            format(
                case when part.type = 'bytea'::regtype then 'to_jsonb(encode(image.%I, ''hex''))::text'
                else 'to_jsonb(image.%I)::text' end, part.name
            ),
            ', ' order by part.position
        )
    into typed, computed, told
    from (
        select pair ->> 0 as name, (pair ->> 1)::oid as type, position
        from jsonb_array_elements(described) with ordinality as element (pair, position)
    ) as part
    cross join lateral (
        select
            format_type(part.type, -1) as name,
            (
                select pg_get_expr(formula.adbin, formula.adrelid)
                from pg_catalog.pg_attribute as attribute
                inner join pg_catalog.pg_attrdef as formula
                    on attribute.attrelid = formula.adrelid and attribute.attnum = formula.adnum
                where attribute.attrelid = relation and attribute.attname = part.name
                and attribute.attgenerated <> ''
            ) as expression
    ) as kind;
    -- Their functions need not qualify what they name: `path` is the session's.
    perform set_config('search_path', path, true), set_config('role', owner.rolname, true)
    from pg_catalog.pg_class as class
    inner join pg_catalog.pg_roles as owner on class.relowner = owner.oid
    where class.oid = relation;
    return query execute format(
        'select element.realtime_number, array[%s]::text[], array[%s]::boolean[] '
        'from ('
        'select parts as realtime_parts, number as realtime_number, '
        'not parts @> ''false'' as realtime_whole '
        'from jsonb_array_elements($1) with ordinality as one (parts, number)'
        ') as element '
        'cross join lateral (select %s offset 0) as plain '
        'cross join lateral (select plain.*%s offset 0) as image',
        told, array_to_string(conditions, ', '), typed, computed
    ) using images;
    perform set_config('role', 'none', true);
end
$$
