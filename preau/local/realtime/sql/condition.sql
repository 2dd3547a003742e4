-- One filter as an expression over `image`, a row of the changed table; errors are upstream's words.
-- `among` are the values it compares with where comparing the log's text is as good as the type's
-- own equality, which no number with a fraction, no padded and no case-blind text has.
-- Types may bring functions of their own, so values are cast as the table's owner.
create or replace function pg_temp.realtime_condition(
    relation oid, reader text, column_name text, operator text, operand text, negated boolean,
    out type_oid bigint, out expression text, out among text []
)
language plpgsql
set search_path = ''
as $$
declare
    attribute constant pg_catalog.pg_attribute := pg_temp.realtime_readable(
        relation, reader, column_name, 'invalid column for filter %'
    );
    type constant text := format_type(attribute.atttypid, -1);
    image constant text := format('image.%I', column_name);
    symbol text := case operator
        when 'eq' then '=' when 'neq' then '<>' when 'in' then '=' when 'isdistinct' then '='
        when 'lt' then '<' when 'lte' then '<=' when 'gt' then '>' when 'gte' then '>='
        when 'like' then '~~' when 'ilike' then '~~*' when 'match' then '~' when 'imatch' then '~*'
    end;
    own_operator text;
begin
    type_oid := attribute.atttypid;
    perform set_config('role', owner.rolname, true)
    from pg_catalog.pg_class as class
    inner join pg_catalog.pg_roles as owner on class.relowner = owner.oid
    where class.oid = relation;
    -- The operators of an extension's type stand in the extension's schema.
    select format('operator(%I.%s)', namespace.nspname, symbol) into own_operator
    from pg_catalog.pg_operator as candidate
    inner join pg_catalog.pg_namespace as namespace on candidate.oprnamespace = namespace.oid
    where candidate.oprname = symbol and candidate.oprleft = attribute.atttypid
    and candidate.oprright = attribute.atttypid;
    if operator in ('like', 'ilike', 'match', 'imatch') then
        if own_operator is null and not exists (
            select from pg_catalog.pg_type as kind
            where kind.oid = attribute.atttypid and kind.typcategory = 'S'
        ) then
            raise exception 'operator % requires a text-compatible column type, got %',
                operator, type;
        end if;
        if operator in ('like', 'ilike') and operand ~ '(^|[^\\])(\\\\)*\\$' then
            raise exception 'LIKE pattern must not end with escape character'
            using errcode = 'invalid_escape_sequence';
        end if;
        if operator in ('match', 'imatch') then
            begin
                perform '' ~ operand;
            exception when others then
                raise exception 'invalid regular expression for % filter: %', operator, sqlerrm;
            end;
        end if;
        expression := format('%s %s %L', image, coalesce(own_operator, symbol), operand);
    elsif operator = 'is' then
        if operand not in ('null', 'true', 'false', 'unknown') then
            raise exception 'invalid value for is filter: must be null, true, false, or unknown';
        end if;
        if operand <> 'null' and attribute.atttypid <> 'boolean'::regtype then
            raise exception 'is % filter requires a boolean column, got %', operand, type;
        end if;
        expression := format('%s is %s', image, operand);
    elsif operator = 'in' then
        execute format('select array(select unnest(%L::%s[])::text)', operand, type) into among;
        if cardinality(among) > 100 then
            raise exception 'too many values for `in` filter. Maximum 100';
        end if;
        expression := format(
            '%s %s any (%L::%s[])', image, coalesce(own_operator, symbol), operand, type
        );
    else
        expression := format(
            '%s %s %L::%s', image, coalesce(own_operator, symbol), operand, type
        );
        if operator = 'isdistinct' then
            expression := format('(%s) is not true', expression);
        end if;
        execute format('select array[%L::%s::text]', operand, type) into among;
    end if;
    expression := case when negated then format('not (%s)', expression) else expression end;
    -- Whatever else is wrong with it is said now, and not at the first change.
    execute format(
        'select %s from (select case when false then null::%s end as %I) as image',
        expression, type, column_name
    );
    -- NULL is in no list of nothing, and that is true and not NULL.
    if operator not in ('eq', 'neq', 'in')
        or cardinality(among) = 0 or array_position(among, null) is not null
        or attribute.attgenerated <> '' -- the log does not tell its text
        or attribute.atttypid not in (
            'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'uuid'::regtype,
            'text'::regtype, 'varchar'::regtype
        )
        or exists (
            select from pg_catalog.pg_collation as rules
            where rules.oid = attribute.attcollation and not rules.collisdeterministic
        )
    then
        among := null;
    end if;
    perform set_config('role', 'none', true);
end
$$
