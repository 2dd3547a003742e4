-- True once a migration has created the stand-in for pg_cron.
select to_regprocedure('cron.play(timestamptz)') is not null;
