-- The versions the Supabase CLI has recorded.
select version from supabase_migrations.schema_migrations order by version;
