-- When a rule is due next, on a clock that is put forward and back.

create function private.first_instant(clock timestamp, zone text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    late timestamptz := clock at time zone zone;
    shown timestamp := late at time zone zone;
    day_before timestamp := (late - interval '24 hours') at time zone zone;
    -- In seconds: a day in an interval would be one of the session's time zone.
    early timestamptz := late - make_interval(
        secs => 86400 - extract(epoch from shown - day_before)::integer
    );
begin
    if shown > clock then
        return (
            select min(t)
            from generate_series(
                late - make_interval(secs => extract(epoch from shown - clock)), late,
                interval '1 minute'
            ) as t
            where (t at time zone zone) >= clock
        );
    end if;
    if early < late and (early at time zone zone) = clock then
        return early;
    end if;
    return late;
end;
$$;
comment on function private.first_instant is
'The first instant at which a local clock shows this time or has passed it: the earlier of two in '
'autumn, the end of the gap in spring. Postgres alone would take the later, and go on past the gap.';

create function private.next_run(rule text, zone text, after timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    read private.cron_rule := private.cron_rule(rule);
    here timestamptz := date_trunc('minute', after, 'UTC');
    clock timestamp;
    found timestamp;
    due timestamptz;
    near timestamptz;
begin
    clock := here at time zone zone;
    if not read.every_hour then
        found := clock;
        loop
            found := private.next_local(read, found);
            due := private.first_instant(found, zone);
            if due > after then
                return due;
            end if;
        end loop;
    end if;
    loop
        found := private.next_local(read, clock);
        due := here + make_interval(secs => extract(epoch from found - clock));
        near := least(due, here + interval '24 hours');
        if (near at time zone zone) - clock = near - here then
            if near = due then
                return due;
            end if;
            -- Far away: no clock is put back so far that a time before `found` comes again.
            due := private.first_instant(found, zone);
            if (due at time zone zone) = found then
                return due;
            end if;
            near := due;
        else
            select min(t) into near
            from generate_series(here + interval '1 minute', near, interval '1 minute') as t
            where (t at time zone zone) - clock <> t - here;
            if due < near then
                return due;
            end if;
        end if;
        -- The clock was changed on the way: go on from there, that minute included.
        here := near - interval '1 minute';
        clock := (near at time zone zone) - interval '1 minute';
    end loop;
exception when invalid_parameter_value then
    perform private.fail(
        422, 'time_zone_invalid', 'Ce fuseau horaire n''existe pas.', 'Such as Europe/Paris.'
    );
end;
$$;
comment on function private.next_run is
'The first minute after an instant at which a rule is due in a time zone. A rule that names its hours '
'goes by the day: a time the clock skips in spring is due once, at the first instant after the gap, '
'and one it shows twice in autumn is due once, at the first. A rule whose hour field begins with * '
'goes by real hours: nothing for what is skipped, and again for what is repeated.';
