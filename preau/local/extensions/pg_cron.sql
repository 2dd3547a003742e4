-- A stand-in for pg_cron 1.6: its tables, columns and functions, so that the same migration runs
-- here and on hosted Supabase. Nothing runs by itself: the local stack's clock calls cron.play().
-- Told apart from the original: job.database is not read (each database plays its own jobs), and a
-- job runs inside a transaction, so `vacuum` and procedures that commit are not for it.

create schema cron;
create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
    jobid bigint primary key default nextval('cron.jobid_seq'),
    schedule text not null,
    command text not null,
    nodename text not null default 'localhost',
    nodeport integer not null
    default coalesce(inet_server_port(), current_setting('port')::integer),
    database text not null default current_database(),
    username text not null default current_user,
    active boolean not null default true,
    jobname text,
    constraint jobname_username_uniq unique (jobname, username)
);
comment on table cron.job is 'What is to run and when; each role sees its own.';

create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key default nextval('cron.runid_seq'),
    job_pid integer,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);
comment on table cron.job_run_details is 'What ran, and how it ended: succeeded or failed.';

alter table cron.job enable row level security;
alter table cron.job_run_details enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select on cron.job, cron.job_run_details to public;

-- Stand-in only. Writes for the functions below, which know the caller; clients have no DML here.
create function cron.put_job(job_name text, schedule text, command text, owner text)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
    id bigint;
begin
    perform cron.due_at(schedule, clock_timestamp());
    insert into cron.job as job (jobname, schedule, command, username)
    values (job_name, schedule, command, owner)
    on conflict (jobname, username)
    do update set schedule = excluded.schedule, command = excluded.command
    returning job.jobid into id;
    return id;
end
$$;

create function cron.remove_job(job_name text, job_id bigint, owner text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from cron.job as job
    where job.username = owner and (job.jobid = job_id or job.jobname = job_name);
    if not found then
        raise exception 'could not find valid entry for job ''%''', coalesce(job_name, job_id::text)
        using errcode = '22023';
    end if;
    return true;
end
$$;

create function cron.change_job(
    job_id bigint, new_schedule text, new_command text, new_active boolean, owner text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform cron.due_at(new_schedule, clock_timestamp());
    update cron.job as job
    set
        schedule = coalesce(new_schedule, job.schedule),
        command = coalesce(new_command, job.command),
        active = coalesce(new_active, job.active)
    where job.jobid = job_id and job.username = owner;
    if not found then
        raise exception 'Job % does not exist or you don''t own it', job_id using errcode = '22023';
    end if;
end
$$;

create function cron.schedule(schedule text, command text)
returns bigint
language sql
strict
begin atomic
select cron.put_job(null, schedule, command, current_user::text);
end;
comment on function cron.schedule(text, text) is 'schedule a pg_cron job';

create function cron.schedule(job_name text, schedule text, command text)
returns bigint
language sql
begin atomic
select cron.put_job(job_name, schedule, command, current_user::text);
end;
comment on function cron.schedule(text, text, text) is 'schedule a pg_cron job';

create function cron.unschedule(job_id bigint)
returns boolean
language sql
strict
begin atomic
select cron.remove_job(null, job_id, current_user::text);
end;
comment on function cron.unschedule(bigint) is 'unschedule a pg_cron job';

create function cron.unschedule(job_name text)
returns boolean
language sql
strict
begin atomic
select cron.remove_job(job_name, null, current_user::text);
end;
comment on function cron.unschedule(text) is 'unschedule a pg_cron job';

create function cron.alter_job(
    job_id bigint,
    schedule text default null,
    command text default null,
    database text default null,
    username text default null,
    active boolean default null
)
returns void
language sql
begin atomic
select cron.change_job(job_id, schedule, command, active, current_user::text);
end;
comment on function cron.alter_job(bigint, text, text, text, text, boolean) is
'Alter the job identified by job_id. Any option left as NULL will not be modified.';
