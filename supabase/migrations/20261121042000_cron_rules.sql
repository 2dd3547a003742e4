-- Cron rules, read and reckoned in local time: five fields as in Vixie cron, in any time zone.

create type private.cron_rule as (
    minutes integer [],
    hours integer [],
    days integer [],
    months integer [],
    weekdays integer [],
    either_day boolean,
    every_hour boolean
);
comment on type private.cron_rule is
'A rule taken apart. either_day: both day fields are restricted, so one of them is enough. '
'every_hour: the hour field begins with *, so the rule goes by real hours.';

create function private.cron_field(field text, low integer, high integer, names text [] default '{}')
returns integer []
language plpgsql
immutable
set search_path = ''
as $$
declare
    spelt text := coalesce(nullif(lower(field), ''), '?');
    part text;
    found text [];
    first integer;
    last integer;
    allowed integer [] := '{}';
begin
    for i in 1 .. cardinality(names) loop
        spelt := regexp_replace(spelt, '\m' || names[i] || '\M', (i - 1 + low)::text, 'g');
    end loop;
    foreach part in array string_to_array(spelt, ',') loop
        found := regexp_match(part, '^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$');
        if found is null or (found[4] is not null and found[1] is null and found[3] is null) then
            return null;
        end if;
        first := coalesce(found[2]::integer, low);
        last := case when found[1] is not null then high else coalesce(found[3], found[2])::integer end;
        if first < low or last > high or first > last or found[4]::integer = 0 then
            return null;
        end if;
        allowed := allowed || array(
            select n from generate_series(first, last, coalesce(found[4]::integer, 1)) as n
        );
    end loop;
    return array(select distinct n from unnest(allowed) as n order by n);
end;
$$;
comment on function private.cron_field is
'The values a field allows: lists, ranges, steps, names; null when it cannot be read.';

create function private.cron_rule(rule text)
returns private.cron_rule
language plpgsql
immutable
set search_path = ''
as $$
declare
    fields text [] := regexp_split_to_array(trim(rule), '\s+');
    found private.cron_rule;
begin
    found.minutes := private.cron_field(fields[1], 0, 59);
    found.hours := private.cron_field(fields[2], 0, 23);
    found.days := private.cron_field(fields[3], 1, 31);
    found.months := private.cron_field(
        fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}'
    );
    found.weekdays := private.cron_field(fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
    if cardinality(fields) <> 5 or length(rule) > 200 or num_nulls(
        found.minutes, found.hours, found.days, found.months, found.weekdays
    ) > 0 then
        perform private.fail(
            422, 'rule_invalid', 'Cette règle d''horaire ne se lit pas.',
            format(
                'Five fields: minute hour day month weekday, such as 30 2 * * mon-fri; not %L.',
                left(rule, 200)
            )
        );
    end if;
    if 7 = any(found.weekdays) then
        found.weekdays := array_append(array_remove(found.weekdays, 7), 0);
    end if;
    found.either_day := fields[3] not like '*%' and fields[5] not like '*%';
    found.every_hour := fields[2] like '*%';
    return found;
end;
$$;
comment on function private.cron_rule is 'Takes a rule apart, or refuses it with the reason.';

create function private.next_local(rule private.cron_rule, after timestamp)
returns timestamp
language plpgsql
immutable
set search_path = ''
as $$
declare
    day date := after::date;
    from_minute integer := extract(hour from after) * 60 + extract(minute from after) + 1;
    last date := day + 15000;
    found integer;
    day_fits boolean;
    weekday_fits boolean;
begin
    while day <= last loop
        if not extract(month from day)::integer = any(rule.months) then
            day := date_trunc('month', day) + interval '1 month';
            from_minute := 0;
            continue;
        end if;
        day_fits := extract(day from day)::integer = any(rule.days);
        weekday_fits := extract(dow from day)::integer = any(rule.weekdays);
        if (day_fits and weekday_fits) or (rule.either_day and (day_fits or weekday_fits)) then
            select h * 60 + m into found
            from unnest(rule.hours) as h cross join unnest(rule.minutes) as m
            where h * 60 + m >= from_minute
            order by 1 limit 1;
            if found is not null then
                return day + make_interval(mins => found);
            end if;
        end if;
        day := day + 1;
        from_minute := 0;
    end loop;
    perform private.fail(
        422, 'rule_never_due', 'Cette règle ne désigne aucune date.',
        'No such day in 41 years, such as 30 February: correct day, month or weekday.'
    );
    return null;
end;
$$;
comment on function private.next_local is
'The first minute after a local time that a rule names, on a calendar without clock changes. 41 '
'years hold every weekday of 29 February.';
