-- This session's runs after the one last told about, for the clock's log.
select
    details.runid,
    coalesce(job.jobname, details.command) as job,
    details.status,
    details.return_message as message,
    extract(epoch from details.end_time - details.start_time)::float8 as seconds
from cron.job_run_details as details
left join cron.job as job using (jobid)
where details.job_pid = pg_backend_pid() and details.runid > %(after)s
order by details.runid;
