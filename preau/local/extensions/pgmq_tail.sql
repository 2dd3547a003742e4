-- Appended to pgmq's own script. Hosted Supabase runs a script after `create extension pgmq` that
-- hands everything in it to `postgres` (supabase/postgres, extension custom scripts); this does the
-- same, so that what a migration may do with a queue here it may do there.

do $tail$
declare
    member record;
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'postgres') then
        return;
    end if;
    for member in
        select
            object.identity,
            case object.type when 'composite type' then 'type' else object.type end as kind
        from pg_catalog.pg_depend as link
        cross join lateral
            pg_catalog.pg_identify_object(link.classid, link.objid, link.objsubid) as object
        where link.deptype = 'e'
            and link.refclassid = 'pg_catalog.pg_extension'::regclass
            and link.refobjid = (select oid from pg_catalog.pg_extension where extname = 'pgmq')
            and object.type in ('table', 'sequence', 'function', 'composite type')
    loop
        execute format('alter %s %s owner to postgres', member.kind, member.identity);
    end loop;
    grant usage, create on schema pgmq to postgres with grant option;
end
$tail$;
