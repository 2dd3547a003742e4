-- Which rows, named by the values of their primary `key`, each viewer finds now: `viewers` is
-- [{"role", "claims", "rows": [index into keys, …]}, …], one element for one set of claims.
-- A policy that fails shows nothing, and says why. Policies run on `path`, the session's search path:
-- functions of theirs need not qualify what they name.
create or replace function pg_temp.realtime_visible(
    relation oid, key text [], keys jsonb, viewers jsonb, transactions bigint [], path text
)
returns table (seen bigint [], problem text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
    question text;
    viewer jsonb;
begin
    -- The log tells of a commit just before other transactions see it. It names transactions by
    -- their lower 32 bits; the snapshot supplies the rest.
    while exists (
        select
        from
            unnest(transactions) as transaction (id),
            cast(pg_snapshot_xmax(pg_current_snapshot())::text as bigint) as upper_end,
            cast((upper_end - transaction.id + 2147483648) & 4294967295 as bigint) as distance
        where not pg_visible_in_snapshot(
            (upper_end - distance + 2147483648)::text::xid8, pg_current_snapshot()
        )
    ) loop
        perform pg_sleep(0.001);
    end loop;
    -- Each key is looked up by itself: a join might put the policies' question to other rows too.
    select format(
        'prepare realtime_visible (jsonb, bigint[]) as '
        'select array_agg(asked.number) from unnest($2) as asked (number) '
        'where exists (select from %s as found where %s offset 0)',
        relation::regclass,
        string_agg(
            format(
                'found.%I operator(%I.%s) ($1 -> asked.number::int ->> %s)::%s',
                attribute.attname, namespace.nspname, equality.oprname,
                array_position(key, attribute.attname::text) - 1,
                format_type(attribute.atttypid, -1)
            ), ' and '
        )
    )
    into question
    from pg_catalog.pg_index as index
    cross join lateral unnest(index.indkey::int2 [], index.indclass::oid []) as part (number, class)
    inner join pg_catalog.pg_attribute as attribute
        on index.indrelid = attribute.attrelid and part.number = attribute.attnum
    inner join pg_catalog.pg_opclass as class on part.class = class.oid
    -- The index's own: an extension's type has one in the extension's schema.
    inner join pg_catalog.pg_amop as member
        on class.opcfamily = member.amopfamily
        and class.opcintype = member.amoplefttype and class.opcintype = member.amoprighttype
        and member.amopstrategy = 3
    inner join pg_catalog.pg_operator as equality on member.amopopr = equality.oid
    inner join pg_catalog.pg_namespace as namespace on equality.oprnamespace = namespace.oid
    where index.indrelid = relation and index.indisprimary;
    if not exists (
        select from pg_catalog.pg_prepared_statements as known where known.statement = question
    ) then
        if exists (
            select from pg_catalog.pg_prepared_statements as known
            where known.name = 'realtime_visible'
        ) then
            deallocate realtime_visible;
        end if;
        execute question;
    end if;
    for place in 0 .. jsonb_array_length(viewers) - 1 loop
        viewer := viewers -> place;
        question := format(
            'execute realtime_visible (%L, %L)', keys, translate(viewer ->> 'rows', '[]', '{}')
        );
        seen := null;
        problem := null;
        begin
            perform
                set_config('request.jwt.claims', viewer ->> 'claims', true),
                set_config('search_path', path, true),
                set_config('role', viewer ->> 'role', true);
            execute question into seen;
            -- Takes back the role and whatever a policy has set, as to remember its viewer by;
            -- `seen` stays.
            raise sqlstate 'PRSEE';
        exception
            when sqlstate 'PRSEE' then
                null;
            when others then
                problem := sqlerrm;
        end;
        return next;
    end loop;
end
$$
