-- The clock: each minute, what schedules made due is queued.

create function private.fire_schedule(schedule private.schedules, due timestamptz)
returns bigint
language sql
set search_path = ''
as $$
    select private.enqueue(
        schedule.queue,
        schedule.payload || jsonb_build_object(
            'due_at', to_char(due at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        ),
        schedule.name || to_char(due at time zone 'UTC', ':YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        private.schedule_delay(schedule.name, due, schedule.jitter_seconds)
    );
$$;
comment on function private.fire_schedule is
'Queues the job of one due minute, once: name and minute are its dedupe key; null: it was.';

create function private.last_due(schedule private.schedules, at timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    low timestamptz := schedule.next_run_at;
    high timestamptz := at;
    middle timestamptz;
    found timestamptz;
begin
    while high - low >= interval '1 minute' loop
        middle := low + make_interval(secs => extract(epoch from high - low) / 2);
        found := private.next_run(schedule.rule, schedule.time_zone, middle);
        if found <= at then
            low := found;
        else
            high := middle;
        end if;
    end loop;
    return low;
end;
$$;
comment on function private.last_due is
'The last due minute up to `at` of a schedule that is due, found by halving: a rule of each minute '
'that stood still for a year is no longer work than another.';

create function private.run_schedule(schedule private.schedules, at timestamptz, most integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
    due timestamptz := schedule.next_run_at;
    fired integer := 0;
begin
    if schedule.catch_up <> 'all' then
        due := private.last_due(schedule, at);
    end if;
    while due <= at and fired < most loop
        if schedule.catch_up <> 'skip' or due > at - interval '5 minutes' then
            perform private.fire_schedule(schedule, due);
            fired := fired + 1;
            schedule.last_due_at := due;
        end if;
        due := private.next_run(schedule.rule, schedule.time_zone, due);
    end loop;
    update private.schedules as s
    set next_run_at = due, last_run_at = at, last_due_at = schedule.last_due_at, last_error = null
    where s.name = schedule.name;
    return fired;
end;
$$;
comment on function private.run_schedule is
'Queues what a schedule made due up to `at`, at most so many jobs, and moves it on: in one '
'transaction, under the row''s lock.';

create function private.run_schedules(at timestamptz default now())
returns integer
language plpgsql
set search_path = ''
as $$
declare
    due private.schedules;
    names text [];
    fired integer := 0;
begin
    names := array(
        select s.name from private.schedules as s
        where s.enabled and s.next_run_at <= at
        order by s.last_run_at nulls first, s.next_run_at, s.name limit 1000
    );
    for due in
        select * from private.schedules as s
        where s.name = any(names) and s.enabled and s.next_run_at <= at
        order by s.next_run_at, s.name for update skip locked
    loop
        begin
            fired := fired + private.run_schedule(due, at, 1000 / cardinality(names));
        exception when others then
            update private.schedules as s
            set last_run_at = at, last_error = left(sqlerrm, 500)
            where s.name = due.name;
        end;
    end loop;
    return fired;
end;
$$;
comment on function private.run_schedules is
'What is due now, queued; returns how many jobs. A second clock passes over the rows the first has '
'locked and finds them moved on. At most 1,000 schedules and 1,000 jobs a call, shared out evenly and '
'the longest unserved first, so that one far behind keeps nobody waiting; one that fails says why in '
'last_error and is tried again.';

select cron.schedule('run-schedules', '* * * * *', 'select private.run_schedules()');

select private.classify('private.schedules', null);
