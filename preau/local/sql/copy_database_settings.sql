-- `create database … template …` copies neither who owns the database, nor its grants, nor what
-- `alter database … set` says. This does, from the database %(source)s to %(target)s. The catalogues
-- are written directly, because no statement takes a whole list of grants as it is.
with settings as (
    insert into pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
    select
        target.oid,
        old.setrole,
        old.setconfig
    from pg_catalog.pg_db_role_setting as old
    inner join pg_catalog.pg_database as source on old.setdatabase = source.oid
    inner join pg_catalog.pg_database as target on target.datname = %(target)s
    where source.datname = %(source)s
)

update pg_catalog.pg_database as target
set datdba = source.datdba, datacl = source.datacl
from pg_catalog.pg_database as source
where source.datname = %(source)s and target.datname = %(target)s;
