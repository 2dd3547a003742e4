-- True once the Supabase CLI has pushed: the table is its own, made at the first push.
select to_regclass('supabase_migrations.schema_migrations') is not null;
