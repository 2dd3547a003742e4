-- PostgREST reads the schema again.
notify pgrst, 'reload schema';
