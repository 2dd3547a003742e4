-- Schedules: jobs that time alone makes due, by a cron rule in a time zone.

create table private.schedules (
    name text primary key constraint name_is_a_key check (name ~ '^[a-z][a-z0-9_]{0,59}$'),
    rule text not null,
    time_zone text not null,
    queue text not null references private.queues (name),
    payload jsonb not null default '{}'
    constraint payload_is_a_small_object
    check (jsonb_typeof(payload) = 'object' and length(payload::text) <= 2000),
    jitter_seconds integer not null default 0
    constraint jitter_is_at_most_a_day check (jitter_seconds between 0 and 86400),
    catch_up text not null default 'once' constraint catch_up_is_known
    check (catch_up in ('skip', 'once', 'all')),
    enabled boolean not null default true,
    next_run_at timestamptz not null,
    last_run_at timestamptz,
    last_due_at timestamptz,
    last_error text,
    description text not null constraint description_says_why check (length(description) <= 500),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table private.schedules is
'What is queued by the clock. private.run_schedules fires each due minute of a rule once, whatever '
'number of clocks call it, and catches up after the clock was stopped.';
comment on column private.schedules.catch_up is
'For due minutes missed by more than five: skip: none of them; once: the last one only; all: each, '
'oldest first.';
comment on column private.schedules.jitter_seconds is
'The job starts up to so many seconds late: by how many, name and due minute decide, so that it is '
'the same for every clock.';
create index schedules_due on private.schedules (next_run_at) where enabled;
comment on index private.schedules_due is 'What the clock asks for each minute.';
create index schedules_by_queue on private.schedules (queue);
alter table private.schedules enable row level security;
create trigger touch_updated_at before update on private.schedules
for each row execute function private.touch_updated_at();

create function private.add_schedule(
    name text, rule text, queue text, payload jsonb default '{}',
    time_zone text default 'Europe/Paris', jitter_seconds integer default 0,
    catch_up text default 'once', description text default ''
)
returns timestamptz
language plpgsql
set search_path = ''
as $$
declare
    first_run timestamptz;
    kept timestamptz;
begin
    if not exists (
        select 1 from pg_catalog.pg_timezone_names as z where z.name = add_schedule.time_zone
    ) then
        perform private.fail(
            422, 'time_zone_invalid', 'Ce fuseau horaire n''existe pas.', 'Such as Europe/Paris.'
        );
    end if;
    first_run := private.next_run(add_schedule.rule, add_schedule.time_zone, now());
    insert into private.schedules as known (
        name, rule, time_zone, queue, payload, jitter_seconds, catch_up, next_run_at, description
    )
    values (
        add_schedule.name, add_schedule.rule, add_schedule.time_zone, add_schedule.queue,
        add_schedule.payload, add_schedule.jitter_seconds, add_schedule.catch_up, first_run,
        add_schedule.description
    )
    on conflict on constraint schedules_pkey do update set
        rule = excluded.rule, time_zone = excluded.time_zone, queue = excluded.queue,
        payload = excluded.payload, jitter_seconds = excluded.jitter_seconds,
        catch_up = excluded.catch_up, description = excluded.description,
        next_run_at = case
            when (known.rule, known.time_zone) = (excluded.rule, excluded.time_zone)
                then known.next_run_at
            else excluded.next_run_at
        end
    returning known.next_run_at into kept;
    return kept;
end;
$$;
comment on function private.add_schedule is
'Makes a schedule, or changes the one of that name; called by the migration that needs it. Tells the '
'next run. What is due already stays due, and a paused one stays paused.';

create function private.schedule_delay(name text, due timestamptz, jitter_seconds integer)
returns integer
language sql
immutable
set search_path = ''
as $$
    select (
        (hashtextextended(name || extract(epoch from due)::bigint, 0) & 9223372036854775807)
        % (jitter_seconds + 1)
    )::integer;
$$;
comment on function private.schedule_delay is
'The jitter of one due minute, in seconds: no dice, so that two clocks agree.';
