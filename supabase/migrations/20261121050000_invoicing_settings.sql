-- What an academy says of itself on its invoices, checked key by key like its other settings.

create function private.setting_fault(key text, value jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    fault text := key;
begin
    if to_regprocedure(format('private.%I(jsonb)', 'setting_fault_' || key)) is not null then
        execute format('select private.%I($1)', 'setting_fault_' || key) into fault using value;
    end if;
    return fault;
end;
$$;
comment on function private.setting_fault is
'A domain adds a setting by adding private.setting_fault_<key>(value), which names the fault or says '
'null, and edits no other. A key without such a function is unknown, and at fault itself.';

create or replace function private.settings_fault(settings jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select min(fault) from (
        select case
            when s.key = 'staff_needs_aal2'
                then case when jsonb_typeof(s.value) <> 'boolean' then s.key end
            when n.key is not null then case when not coalesce(
                s.value::text ~ '^[0-9]{1,6}$' and s.value::text::integer between n.low and n.high,
                false
            ) then s.key end
            when s.key in ('directory', 'required_consents', 'freemium')
                then case when jsonb_typeof(s.value) <> 'object' then s.key end
            else private.setting_fault(s.key, s.value)
        end as fault
        from jsonb_each(settings) as s
        left join (values
            ('invitation_days', 1, 60), ('cancellation_hours', 0, 720),
            ('credit_life_months', 1, 120), ('auto_offline_seconds', 30, 86400)
        ) as n (key, low, high) on s.key = n.key
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
        select 'settings' where length(settings::text) > 8000
    ) as faults;
$$;

create function private.setting_fault_invoicing(value jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select min('invoicing' || coalesce('.' || left(f.key, 60), '')) from (
        select null as key where jsonb_typeof(value) is distinct from 'object'
        union all
        select s.key
        from jsonb_path_query(value, 'strict $.keyvalue()', silent => true) as kv (pair)
        cross join lateral (select pair ->> 'key' as key, pair -> 'value' as told) as s
        left join (values
            ('legal_name', 160, '.+'), ('legal_form', 80, '.+'), ('share_capital', 60, '.+'),
            ('address', 300, '.+'), ('postal_code', 12, '[0-9A-Za-z -]+'), ('city', 120, '.+'),
            ('country', 2, '[A-Z]{2}'), ('siret', 14, '[0-9]+'), ('registry', 120, '.+'),
            ('vat_number', 14, '[A-Z]{2}[0-9A-Z]{2,12}'), ('tax_id', 40, '[0-9A-Za-z/ .-]{4,}'),
            ('training_declaration', 300, '.+'), ('tax_note', 300, '.+'),
            ('payment_terms', 400, '.+'), ('footer', 400, '.+'), ('email', 254, '[^\s@]+@[^\s@]+'),
            ('phone', 30, '[0-9+() .-]{4,}'), ('invoice_prefix', 8, '[A-Z][A-Z0-9]*'),
            ('credit_note_prefix', 8, '[A-Z][A-Z0-9]*'), ('since', 10, '20[0-9]{2}-[01][0-9]-[0-3][0-9]')
        ) as t (key, longest, shape) on s.key = t.key
        where not coalesce(case
            when s.key in ('training_exempt', 'is_placeholder') then jsonb_typeof(s.told) = 'boolean'
            when s.key = 'number_digits' then s.told::text ~ '^[3-9]$'
            when s.key = 'siret'
                then jsonb_typeof(s.told) = 'string' and private.is_siret(s.told #>> '{}')
            when s.key = 'since' and not pg_input_is_valid(s.told #>> '{}', 'date') then false
            else jsonb_typeof(s.told) = 'string' and s.told #>> '{}' ~ ('^(' || t.shape || ')$')
                and s.told #>> '{}' !~ '[[:cntrl:]]' and length(s.told #>> '{}') <= t.longest
        end, false)
        union all
        select needed.key
        from unnest('{legal_name,address,postal_code,city,country}'::text []) as needed (key)
        where jsonb_typeof(value) = 'object' and not value ? needed.key
        union all
        select case value ->> 'country' when 'FR' then 'siret' else 'tax_id' end
        where value ? 'country'
            and not value ? case value ->> 'country' when 'FR' then 'siret' else 'tax_id' end
        union all
        select 'credit_note_prefix'
        where coalesce(value ->> 'invoice_prefix', 'F') = coalesce(value ->> 'credit_note_prefix', 'A')
    ) as f;
$$;
comment on function private.setting_fault_invoicing is
'What the law wants of a seller is there: name, address, SIRET in France or a tax number elsewhere '
'(CGI, annexe II, art. 242 nonies A). Without the setting no invoice is issued: better none than one '
'that lacks it. training_exempt: teaching free of VAT, art. 261-4-4° a CGI.';
grant execute on function private.setting_fault, private.setting_fault_invoicing
to authenticated, service_role;
