-- The second half of the stand-in for pg_cron: what the original has in C and in its background
-- worker. Everything in this file is the stand-in's own; migrations must not call it.

create table cron.played (
    jobid bigint not null references cron.job on delete cascade,
    due_at timestamptz not null,
    played_at timestamptz not null default clock_timestamp(),
    primary key (jobid, due_at)
);
comment on table cron.played is 'Which moments were played: a job runs at most once for each.';

-- The values one field of a schedule allows, or null if it is not one.
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

-- The moment a schedule is due in, if `at` lies in one: the minute, or the step of
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

-- The clock's call, for a superuser, since each job runs as its own role.
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
