-- Mails that may wait do so: over an academy's quiet hours, and when a person had enough for a day.

create function private.setting_fault_mail(value jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select min('mail' || coalesce('.' || left(f.key, 60), '')) from (
        select null as key where jsonb_typeof(value) is distinct from 'object'
        union all
        select s.key
        from jsonb_path_query(value, 'strict $.keyvalue()', silent => true) as kv (pair)
        cross join lateral (select pair ->> 'key' as key, pair -> 'value' as told) as s
        where not coalesce(case s.key
            when 'quiet_from' then s.told #>> '{}' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
            when 'quiet_until' then s.told #>> '{}' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
            when 'per_recipient_per_day' then s.told::text ~ '^([1-9]|[1-9][0-9]|100)$'
        end, false)
        union all
        select 'quiet_until'
        where (value ? 'quiet_from') <> (value ? 'quiet_until')
            or value -> 'quiet_from' = value -> 'quiet_until'
    ) as f;
$$;
comment on function private.setting_fault_mail is
'quiet_from and quiet_until, both or neither, such as 21:00 and 08:00 in the academy''s time zone; '
'per_recipient_per_day, 1 to 100, 10 where nothing is said.';
grant execute on function private.setting_fault_mail to authenticated, service_role;

create function private.quiet_until(moment timestamptz, zone text, quiet_from time, quiet_end time)
returns timestamptz
language sql
stable
set search_path = ''
as $$
    select case
        when quiet_from < quiet_end and local::time >= quiet_from and local::time < quiet_end
            then (local::date + quiet_end) at time zone zone
        when quiet_from > quiet_end and local::time >= quiet_from
            then (local::date + 1 + quiet_end) at time zone zone
        when quiet_from > quiet_end and local::time < quiet_end
            then (local::date + quiet_end) at time zone zone
    end
    from (select moment at time zone zone) as here (local);
$$;
comment on function private.quiet_until is
'When the quiet hours end in which the moment lies; null: it lies in none. By the clock on the wall, '
'so a night in which the clock changes is an hour longer or shorter.';

create function private.mail_rests_until(email public.email_messages, moment timestamptz)
returns table (until timestamptz, because text)
language plpgsql
stable
set search_path = ''
as $$
declare
    home public.academies;
    rules jsonb;
    today date;
begin
    select a.* into home from public.academies as a where a.id = email.academy_id;
    rules := coalesce(home.settings -> 'mail', '{}');
    today := (moment at time zone home.timezone)::date;
    until := moment;
    if coalesce((rules ->> 'per_recipient_per_day')::integer, 10) <= (
        select count(*) from public.email_messages as m
        where m.academy_id = email.academy_id and m.user_id = email.user_id and m.id <> email.id
            and private.mail_kind(m.template) <> 'urgent'
            and (
                m.status = 'sending'
                or m.sent_at >= today::timestamp at time zone home.timezone
            )
    ) then
        because := 'daily_limit';
        until := (today + 1)::timestamp at time zone home.timezone;
    end if;
    if private.quiet_until(
        until, home.timezone, (rules ->> 'quiet_from')::time, (rules ->> 'quiet_until')::time
    ) is not null then
        because := coalesce(because, 'quiet_hours');
        until := private.quiet_until(
            until, home.timezone, (rules ->> 'quiet_from')::time, (rules ->> 'quiet_until')::time
        );
    end if;
    if because is not null then
        return next;
    end if;
end;
$$;
comment on function private.mail_rests_until is
'Until when a mail waits, and why; nothing: it goes. Urgent mails do not count towards the limit.';

create function private.postpone(email public.email_messages)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
    rest record;
begin
    if private.mail_kind(email.template) = 'urgent' then
        return false;
    end if;
    -- One mail to a person at a time, or two of them would each find room for one more.
    perform pg_advisory_xact_lock(hashtextextended('mail:' || email.academy_id || email.user_id, 0));
    select * into rest from private.mail_rests_until(email, now());
    if rest.until is null then
        return false;
    end if;
    update public.email_messages as m
    set status = 'queued', attempts = m.attempts - 1, error_code = rest.because
    where m.id = email.id;
    insert into public.email_events (academy_id, email_id, user_id, kind, code, detail)
    values (email.academy_id, email.id, email.user_id, 'postponed', rest.because, rest.until::text);
    -- Without a dedupe key: one job too many finds the mail sent, one too few would lose it.
    perform private.enqueue(
        'emails', jsonb_build_object('email_id', email.id), null,
        ceil(extract(epoch from rest.until - now()))::integer + 1
    );
    return true;
end;
$$;
comment on function private.postpone is
'Puts a mail off, with the job that will ask again then, in one transaction; true: it waits.';
