-- One row if a database of this name exists.
select 1 from pg_catalog.pg_database where datname = %(name)s;
