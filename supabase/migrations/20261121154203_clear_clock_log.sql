-- pg_cron keeps a row of every run for ever: with ours, some ten thousand a day.

create function private.purge_clock_log()
returns void
language sql
set search_path = ''
as $$
    delete from cron.job_run_details where runid in (
        select d.runid from cron.job_run_details as d
        where coalesce(d.end_time, d.start_time) < now() - interval '14 days'
        order by d.runid limit 100000
    );
$$;
comment on function private.purge_clock_log is
'Two weeks tell how a job goes; what `preau doctor --production` reads stays short. Bounded: a log '
'of years is gone after some nights.';

select cron.schedule('purge-clock-log', '40 3 * * *', 'select private.purge_clock_log()');
