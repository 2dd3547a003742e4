-- Runs what is due now; a superuser's call, since each job runs as its own role.
select cron.play(clock_timestamp());
