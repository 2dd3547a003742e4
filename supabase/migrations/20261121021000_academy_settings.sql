-- What an academy may set, checked key by key, and admins editing their own academy.

create function private.settings_fault(settings jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select min(fault) from (
        select s.key as fault from jsonb_each(settings) as s
        left join (values
            ('invitation_days', 1, 60), ('cancellation_hours', 0, 720),
            ('credit_life_months', 1, 120), ('auto_offline_seconds', 30, 86400)
        ) as n (key, low, high) on s.key = n.key
        where case
            when s.key = 'staff_needs_aal2' then jsonb_typeof(s.value) <> 'boolean'
            when n.key is not null then not coalesce(
                s.value::text ~ '^[0-9]{1,6}$' and s.value::text::integer between n.low and n.high,
                false
            )
            else s.key not in ('directory', 'required_consents', 'freemium')
                or jsonb_typeof(s.value) <> 'object'
        end
        union all
        select 'directory.' || d.key
        from jsonb_path_query(settings, 'strict $.directory.keyvalue()', silent => true) as kv (pair)
        cross join lateral (select pair ->> 'key' as key, pair -> 'value' as value) as d
        where not d.key = any('{student,parent,coach,assistant,garage,admin}')
            or d.value not in ('"staff"', '"members"')
        union all
        select 'required_consents.' || left(c.key, 60)
        from jsonb_path_query(settings, 'strict $.required_consents.keyvalue()', silent => true) as kv (pair)
        cross join lateral (select pair ->> 'key' as key, pair -> 'value' as value) as c
        where c.key !~ '^[a-z][a-z0-9_]{0,59}$' or jsonb_typeof(c.value) <> 'string'
            or c.value #>> '{}' !~ '^[A-Za-z0-9._-]{1,40}$'
        union all
        select 'freemium.' || left(f.key, 60)
        from jsonb_path_query(settings, 'strict $.freemium.keyvalue()', silent => true) as kv (pair)
        cross join lateral (select pair ->> 'key' as key, pair -> 'value' as value) as f
        where f.key !~ '^[a-z][a-z0-9_]{0,59}$' or f.value::text !~ '^[0-9]{1,6}$'
        union all
        select 'settings' where length(settings::text) > 4000
    ) as faults;
$$;
comment on function private.settings_fault is
'The first key that is unknown, of the wrong type or out of range; null when all is well. A setting '
'with a typo would silently be the default.';

create function private.settings_are_valid(settings jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$ select private.settings_fault(settings) is null; $$;
comment on function private.settings_are_valid is 'The constraint behind the trigger that explains.';
grant execute on function private.settings_fault, private.settings_are_valid
to authenticated, service_role;

alter table public.academies
add constraint settings_are_known_and_in_range check (private.settings_are_valid(settings)),
add constraint locale_is_a_tag check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'),
add constraint site_url_is_short check (length(site_url) <= 200),
add constraint sender_name_is_one_short_line
check (length(sender_name) between 1 and 120 and sender_name !~ '[[:cntrl:]]'),
add constraint reply_to_is_short check (length(reply_to) <= 254),
add constraint branding_is_small check (length(branding::text) <= 8000),
add constraint return_hosts_are_few check (
    cardinality(allowed_return_hosts) <= 50 and length(allowed_return_hosts::text) <= 5000
);

create function private.check_academy()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    fault text := private.settings_fault(new.settings);
begin
    if fault is not null then
        perform private.fail(
            422, 'settings_invalid', format('Le réglage « %s » n''est pas valable.', fault),
            format('%s is unknown, of another type or out of range.', fault)
        );
    end if;
    if tg_op = 'UPDATE' and new.timezone <> old.timezone
        and not exists (select 1 from pg_catalog.pg_timezone_names as z where z.name = new.timezone)
    then
        perform private.fail(
            422, 'timezone_invalid', 'Ce fuseau horaire n''existe pas.', 'Such as Europe/Paris.'
        );
    end if;
    return new;
end;
$$;
comment on function private.check_academy is
'Names the setting at fault, which a check cannot. Definer: clients may not call private.fail.';
create trigger check_academy before insert or update of settings, timezone on public.academies
for each row execute function private.check_academy();

create function private.audit_academy()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform private.audit(new.id, 'academy.edited', 'academies', new.id, jsonb_build_object(
        'columns', (
            select jsonb_agg(n.key order by n.key)
            from jsonb_each(to_jsonb(new)) as n
            inner join jsonb_each(to_jsonb(old)) as o on n.key = o.key
            where n.value is distinct from o.value and n.key <> 'updated_at'
        )
    ));
    return null;
end;
$$;
comment on function private.audit_academy is
'Who changed which columns of an academy. Definer: nobody writes the audit log.';
create trigger audit_academy after update on public.academies
for each row when (to_jsonb(old) - 'updated_at' is distinct from to_jsonb(new) - 'updated_at')
execute function private.audit_academy();

-- The slug, the money, the country and the sender's domain stay the operator's.
grant update (
    name, locale, timezone, site_url, sender_name, reply_to, branding, settings,
    allowed_return_hosts, open_to_sign_up
) on public.academies to authenticated;
