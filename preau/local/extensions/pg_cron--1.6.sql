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

-- Stand-in only.
create table cron.played (
    jobid bigint not null references cron.job on delete cascade,
    due_at timestamptz not null,
    played_at timestamptz not null default clock_timestamp(),
    primary key (jobid, due_at)
);
comment on table cron.played is 'Which moments were played: a job runs at most once for each.';

alter table cron.job enable row level security;
alter table cron.job_run_details enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select on cron.job, cron.job_run_details to public;

-- Stand-in only. The values one field of a schedule allows, or null if it is not one.
create function cron.field_values(field text, low integer, high integer)
returns integer[]
language plpgsql
immutable strict
as $$
declare
    part text;
    found text[];
    first integer;
    last integer;
    step integer;
    allowed integer[] := '{}';
begin
    foreach part in array string_to_array(field, ',') loop
        found := regexp_match(part, '^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$');
        first := case when found[1] is null then found[2]::integer else low end;
        last := case when found[1] is null then coalesce(found[3], found[2])::integer else high end;
        step := coalesce(found[4]::integer, 1);
        if found is null or first < low or last > high or first > last or step = 0
            or (found[4] is not null and found[1] is null and found[3] is null) then
            return null;
        end if;
        allowed := allowed || array(select generate_series(first, last, step));
    end loop;
    return allowed;
end
$$;

-- Stand-in only. The moment a schedule is due in, if `at` lies in one: the minute, or the step of
-- '[1-59] seconds'. Null when it is not due. Raises what pg_cron raises on a schedule it can't read.
-- Times are UTC, hosted's cron.timezone.
create function cron.due_at(schedule text, at timestamptz)
returns timestamptz
language plpgsql
immutable strict
as $$
declare
    clock constant timestamp := at at time zone 'UTC';
    every constant text[] := regexp_match(schedule, '^\s*([1-9]|[1-5]\d)\s+seconds?\s*$', 'i');
    fields constant text[] := regexp_split_to_array(trim(schedule), '\s+');
    minutes constant integer[] := cron.field_values(fields[1], 0, 59);
    hours constant integer[] := cron.field_values(fields[2], 0, 23);
    days constant integer[] := cron.field_values(fields[3], 1, 31);
    months constant integer[] := cron.field_values(fields[4], 1, 12);
    weekdays constant integer[] := cron.field_values(fields[5], 0, 7);
    day_fits boolean;
    weekday_fits boolean;
begin
    if every is not null then
        return to_timestamp(floor(extract(epoch from at) / every[1]::integer) * every[1]::integer);
    end if;
    if array_length(fields, 1) <> 5 or minutes is null or hours is null or days is null
        or months is null or weekdays is null then
        raise exception 'invalid schedule: %', schedule
        using errcode = '22023',
        hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
    end if;
    day_fits := extract(day from clock) = any (days);
    weekday_fits := extract(dow from clock) = any (weekdays)
        or (extract(dow from clock) = 0 and 7 = any (weekdays));
    -- Both day fields restricted: either may fit, as in every cron.
    if fields[3] like '*%' or fields[5] like '*%' then
        day_fits := day_fits and weekday_fits;
    else
        day_fits := day_fits or weekday_fits;
    end if;
    if day_fits and extract(minute from clock) = any (minutes)
        and extract(hour from clock) = any (hours) and extract(month from clock) = any (months) then
        return date_trunc('minute', at);
    end if;
    return null;
end
$$;

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

-- Stand-in only: the clock's call, for a superuser, since each job runs as its own role.
create function cron.play(at timestamptz default clock_timestamp())
returns integer
language plpgsql
as $$
declare
    job record;
    run bigint;
    played integer := 0;
    caller constant text := current_setting('role');
    caller_path constant text := current_setting('search_path');
begin
    delete from cron.played where played_at < clock_timestamp() - interval '7 days';
    for job in
        select due.jobid, due.command, due.username, due.due_at, setting.path
        from (select jobs.*, cron.due_at(jobs.schedule, at) as due_at from cron.job as jobs) as due
        left join lateral (
            select substring(entry from 'search_path=(.*)') as path
            from pg_catalog.pg_db_role_setting as role_settings
            cross join lateral unnest(role_settings.setconfig) as entry
            where role_settings.setdatabase = 0
                and role_settings.setrole = to_regrole(quote_ident(due.username))
                and entry like 'search\_path=%'
        ) as setting on true
        where due.active and due.due_at is not null
        order by due.jobid
    loop
        insert into cron.played (jobid, due_at) values (job.jobid, job.due_at)
        on conflict do nothing;
        continue when not found;
        played := played + 1;
        insert into cron.job_run_details (
            jobid, job_pid, database, username, command, status, start_time
        )
        values (
            job.jobid, pg_backend_pid(), current_database(), job.username, job.command,
            'running', clock_timestamp()
        )
        returning runid into run;
        begin
            perform set_config('search_path', coalesce(job.path, '"$user", public'), true);
            perform set_config('role', job.username, true);
            execute job.command;
            perform set_config('role', caller, true);
            perform set_config('search_path', caller_path, true);
            update cron.job_run_details
            set status = 'succeeded', return_message = 'done', end_time = clock_timestamp()
            where runid = run;
        exception
            -- One job's failure is that job's: recorded, and the others run.
            when others then
                update cron.job_run_details
                set
                    status = 'failed',
                    return_message = 'ERROR: ' || sqlerrm,
                    end_time = clock_timestamp()
                where runid = run;
        end;
    end loop;
    return played;
end
$$;
comment on function cron.play(timestamptz) is
'Runs the jobs that are due at this moment, each as its role and once; returns how many ran.';

-- As hosted leaves it (supabase/postgres, extension custom scripts): all for postgres, except
-- writing to cron.job. Nobody else may even look inside the schema.
revoke all on function cron.play(timestamptz) from public;
do $$
begin
    if exists (select from pg_catalog.pg_roles where rolname = 'postgres') then
        grant usage on schema cron to postgres with grant option;
        grant all on all functions in schema cron to postgres with grant option;
        revoke all on function cron.play(timestamptz) from postgres;
        grant all on cron.job_run_details to postgres with grant option;
        grant select on cron.job to postgres with grant option;
        grant select on cron.played to postgres;
    end if;
end
$$;
