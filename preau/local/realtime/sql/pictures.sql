-- Rows as the log wrote them, value by value as JSON, and which conditions hold for each.
-- `described` is [[column, type], …], `images` [[text or null for each column], …], and a condition
-- an expression that `realtime_condition` made. bytea is bare hexadecimal, as upstream sends it.
create or replace function pg_temp.realtime_pictures(
    described jsonb, images jsonb, conditions text []
)
returns table (number bigint, texts text [], met boolean [])
language plpgsql
set search_path = ''
as $$
declare
    typed text;
    told text;
begin
    select
        string_agg(
            format('(element.parts ->> %s)::%s as %I', position - 1, type, name), ', '
            order by position
        ),
        string_agg(
            format(
                case when is_bytes then 'to_jsonb(encode(image.%I, ''hex''))::text'
                else 'to_jsonb(image.%I)::text' end, name
            ), ', '
            order by position
        )
    into typed, told
    from (
        select
            part.position, part.pair ->> 0 as name,
            format_type((part.pair ->> 1)::oid, -1) as type,
            (part.pair ->> 1)::oid = 'bytea'::regtype as is_bytes
        from jsonb_array_elements(described) with ordinality as part (pair, position)
    ) as columns;
    return query execute format(
        'select element.number, array[%s]::text[], array[%s]::boolean[] '
        'from jsonb_array_elements($1) with ordinality as element (parts, number) '
        'cross join lateral (select %s offset 0) as image',
        told, array_to_string(conditions, ', '), typed
    ) using images;
end
$$
