-- What an operator does with schedules: look, run one now, pause and resume.

create function private.schedules_of_operator()
returns setof private.schedules
language sql
stable
security definer
set search_path = ''
as $$ select * from private.schedules as s order by s.enabled desc, s.next_run_at, s.name; $$;
comment on function private.schedules_of_operator is
'All schedules, the next to run first. Definer: the table is nobody''s.';

create function private.locked_schedule(wanted text)
returns private.schedules
language plpgsql
set search_path = ''
as $$
declare
    found private.schedules;
begin
    select * into found from private.schedules as s where s.name = wanted for no key update;
    if found.name is null then
        perform private.fail(
            404, 'schedule_not_found', format('There is no schedule %s.', left(wanted, 60)),
            'List them: preau schedules list.'
        );
    end if;
    return found;
end;
$$;
comment on function private.locked_schedule is 'A schedule, held still against the clock.';

create function private.run_schedule_now(wanted text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    schedule private.schedules := private.locked_schedule(wanted);
    minute timestamptz := date_trunc('minute', now(), 'UTC');
    job bigint;
begin
    schedule.jitter_seconds := 0;
    job := private.fire_schedule(schedule, minute);
    return jsonb_build_object(
        'name', schedule.name, 'queue', schedule.queue, 'due_at', minute, 'queued', job is not null
    );
end;
$$;
comment on function private.run_schedule_now is
'Queues the job as if this minute were due; once a minute, and not if the rule names this minute '
'and it was queued. When it runs by itself is not changed. Definer: jobs and schedules are nobody''s.';

create function private.enable_schedule(wanted text, yes boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    schedule private.schedules := private.locked_schedule(wanted);
begin
    if schedule.enabled <> yes then
        update private.schedules as s
        set enabled = yes, next_run_at = case
            when yes then private.next_run(s.rule, s.time_zone, now()) else s.next_run_at end
        where s.name = wanted returning * into schedule;
    end if;
    return jsonb_build_object(
        'name', schedule.name, 'enabled', schedule.enabled, 'next_run_at', schedule.next_run_at
    );
end;
$$;
comment on function private.enable_schedule is
'Pauses or resumes. What was due while it was paused is not caught up: somebody wanted it not to run. '
'Definer: the table is nobody''s.';

create function worker.schedules()
returns setof private.schedules
language sql
stable
set search_path = ''
as $$ select * from private.schedules_of_operator(); $$;
comment on function worker.schedules is 'All schedules, the next to run first.';

create function worker.run_schedule(name text)
returns jsonb
language sql
set search_path = ''
as $$ select private.run_schedule_now(name); $$;
comment on function worker.run_schedule is
'Queues a schedule''s job now: {name, queue, due_at, queued}; queued is false within the same minute.';

create function worker.pause_schedule(name text)
returns jsonb
language sql
set search_path = ''
as $$ select private.enable_schedule(name, false); $$;
comment on function worker.pause_schedule is 'Stops a schedule until it is resumed, migrations or not.';

create function worker.resume_schedule(name text)
returns jsonb
language sql
set search_path = ''
as $$ select private.enable_schedule(name, true); $$;
comment on function worker.resume_schedule is 'Lets a schedule run again, from its next due minute on.';

grant execute on function
private.schedules_of_operator, private.run_schedule_now, private.enable_schedule,
worker.schedules, worker.run_schedule, worker.pause_schedule, worker.resume_schedule
to service_role;
