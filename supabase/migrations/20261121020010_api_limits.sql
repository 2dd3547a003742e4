-- How often one caller may write: counted in the request's own transaction, before it does anything.

create table private.api_limits (
    caller text primary key constraint caller_is_known
    check (caller in ('person', 'visitor', 'unknown')),
    calls integer constraint calls_are_positive check (calls > 0),
    window_seconds integer not null default 60
    constraint window_is_at_most_an_hour check (window_seconds between 1 and 3600),
    updated_at timestamptz not null default now()
);
comment on table private.api_limits is
'How many writing calls one caller has in a window. An operator updates a row; it counts at the '
'next call.';
comment on column private.api_limits.caller is
'person: each who is signed in; visitor: each address without a token; unknown: all calls together '
'that come without either.';
comment on column private.api_limits.calls is 'Empty means no limit, and nothing is counted.';
insert into private.api_limits (caller, calls)
values ('person', 300), ('visitor', 120), ('unknown', 1200);

-- Lost in a crash, and nobody minds: no write-ahead log for it.
create unlogged table private.api_calls (
    caller uuid not null,
    called_at timestamptz not null default clock_timestamp(),
    backend integer not null default pg_backend_pid(),
    primary key (caller, called_at, backend)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
comment on table private.api_calls is
'One row a call, for as long as the longest window. Rows, not counters: the calls of one person '
'then never wait for each other.';
comment on column private.api_calls.caller is
'The person; or a hash of a visitor''s network with the day''s salt, never an address.';

create table private.visitor_salt (
    the_one boolean primary key default true constraint there_is_one_salt check (the_one),
    salt uuid not null default gen_random_uuid(),
    made_on date not null default current_date
);
comment on table private.visitor_salt is
'What addresses are hashed with today. It is thrown away daily, and with it the way back.';
insert into private.visitor_salt default values;

alter table private.api_limits enable row level security;
alter table private.api_calls enable row level security;
alter table private.visitor_salt enable row level security;
create trigger touch_updated_at before update on private.api_limits
for each row execute function private.touch_updated_at();

create function private.visitor(address text)
returns uuid
language sql
stable
set search_path = ''
as $$
    select md5(s.salt::text || set_masklen(
        address::inet, case family(address::inet) when 6 then 64 else 32 end
    )::cidr::text)::uuid
    from private.visitor_salt as s
    where pg_input_is_valid(address, 'inet');
$$;
comment on function private.visitor is
'Stands for an address for a day. Of IPv6 the first half: one line has all of the second.';

create function private.count_call()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
    person uuid := (select auth.uid());
    visitor uuid;
    rule private.api_limits;
    used integer;
    free_at timestamptz;
begin
    if person is null then
        -- Written by the gateway: whatever a client sends there is replaced.
        visitor := private.visitor(
            current_setting('request.headers', true)::json ->> 'cf-connecting-ip'
        );
    end if;
    select * into rule from private.api_limits as l
    where l.caller = case
        when person is not null then 'person' when visitor is not null then 'visitor' else 'unknown'
    end;
    if rule.calls is null then
        return;
    end if;
    person := coalesce(person, visitor, '00000000-0000-0000-0000-000000000000');
    select count(*), min(c.called_at) + make_interval(secs => rule.window_seconds)
    into used, free_at
    from (
        select calls.called_at from private.api_calls as calls
        where calls.caller = person
            and calls.called_at > clock_timestamp() - make_interval(secs => rule.window_seconds)
        order by calls.called_at desc limit rule.calls
    ) as c;
    if used >= rule.calls then
        -- Not private.fail: PostgREST takes headers only this way.
        raise sqlstate 'PGRST' using
        message = jsonb_build_object(
            'code', 'PT429', 'details', 'rate_limited',
            'message', 'Trop de demandes en peu de temps. Réessayez dans un instant.',
            'hint', 'Wait for the seconds that the header Retry-After says, then try again.'
        )::text,
        detail = jsonb_build_object('status', 429, 'headers', jsonb_build_object(
            'Retry-After', ceil(greatest(extract(epoch from free_at - clock_timestamp()), 1))::text
        ))::text;
    end if;
    insert into private.api_calls (caller) values (person);
end;
$$;
comment on function private.count_call is
'Counts a writing call or refuses it with 429 and Retry-After. Sees committed calls: a caller may '
'be over by as many as run at once, at most PostgREST''s pool. What fails rolls its own count back. '
'Definer: nobody reaches the counts.';
grant execute on function private.count_call to anon, authenticated;

create or replace function private.check_request()
returns void
language plpgsql
set search_path = ''
as $$
begin
    if current_user = 'service_role' then
        return;
    end if;
    if current_setting('request.headers', true)::json ->> 'prefer'
        ~* 'count\s*=\s*"?(planned|estimated)' then
        raise exception using
            errcode = 'PT400', message = 'Ce décompte n''est pas proposé.',
            detail = 'count_not_allowed', hint = 'Ask with count=exact.';
    end if;
    -- PostgREST reads in read-only transactions, where nothing can be counted.
    if current_setting('transaction_read_only') = 'off' then
        perform private.count_call();
    end if;
end;
$$;
comment on function private.check_request is
'Before each request. Refuses planned and estimated counts: they come from statistics, which know '
'every row of every academy, so anybody could learn how much another one sells. Counts what writes.';
