-- Telephone numbers, SIRET and IBAN: read as people type them, kept in one form, wrong ones refused.

create function private.normal_phone(typed text, country text)
returns text
language sql
immutable
set search_path = ''
as $$
    with bare as (
        select regexp_replace(
            regexp_replace(replace(typed, '(0)', ''), '[[:space:]./()–-]', '', 'g'), '^00', '+'
        ) as digits
    ), whole as (
        select case
            when digits like '+%' then digits
            when country = 'TN' and digits ~ '^[0-9]{8}$' then '+216' || digits
            when country in ('FR', 'BE', 'CH', 'DE', 'MA') and digits like '0%' then case country
                when 'FR' then '+33' when 'BE' then '+32' when 'CH' then '+41' when 'DE' then '+49'
                else '+212' end || substr(digits, 2)
            when country in ('LU', 'ES', 'IT', 'PT', 'MC') then case country
                when 'LU' then '+352' when 'ES' then '+34' when 'IT' then '+39' when 'PT' then '+351'
                else '+377' end || digits
        end as number from bare
    )
    select number from whole where case
        when number like '+33%' then number ~ '^\+33[1-9][0-9]{8}$'
        when number like '+216%' then number ~ '^\+216[2-9][0-9]{7}$'
        else number ~ '^\+[1-9][0-9]{6,14}$'
    end;
$$;
comment on function private.normal_phone is
'A number as E.164 (ITU): "06 12 34 56 78" in FR is +33612345678, eight digits in TN +216…; null when '
'it is none. Numbers with a + are read as they are.';

alter table public.profile_details add column country text
constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$');
comment on column public.profile_details.country is
'Where national telephone numbers are read; else the locale''s (fr-TN), else France.';
grant update (country) on public.profile_details to authenticated;

create function private.normalise_phone()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    number text := private.normal_phone(
        new.phone, coalesce(new.country, nullif(substr(new.locale, 4, 2), ''), 'FR')
    );
begin
    if new.phone ~ '^\s*$' then
        new.phone := null;
    elsif number is null then
        perform private.fail(
            422, 'phone_invalid', 'Ce numéro de téléphone n''est pas valable.',
            'Write it with its country: +33612345678.'
        );
    else
        new.phone := number;
    end if;
    return new;
end;
$$;
comment on function private.normalise_phone is 'Definer: clients may not call private.fail.';

-- What parses is put into form; the rest stays until its owner edits it.
update public.profile_details as d
set phone = private.normal_phone(
    d.phone, coalesce(nullif(substr(d.locale, 4, 2), ''), 'FR')
)
where private.normal_phone(
    d.phone, coalesce(nullif(substr(d.locale, 4, 2), ''), 'FR')
) is distinct from d.phone and private.normal_phone(
    d.phone, coalesce(nullif(substr(d.locale, 4, 2), ''), 'FR')
) is not null;

create trigger normalise_phone before insert on public.profile_details
for each row when (new.phone is not null) execute function private.normalise_phone();
create trigger normalise_new_phone before update of phone on public.profile_details
for each row when (new.phone is not null and new.phone is distinct from old.phone)
execute function private.normalise_phone();

create function private.is_siret(number text)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select number ~ '^[0-9]{14}$' and (
        select sum(case when place % 2 = 0 then digit
                when digit > 4 then digit * 2 - 9 else digit * 2 end) % 10 = 0
            or (number like '356000000%' and sum(digit) % 5 = 0)
        from (
            select substr(number, place, 1)::integer as digit, place
            from generate_series(1, 14) as g (place) where number ~ '^[0-9]{14}$'
        ) as digits
    );
$$;
comment on function private.is_siret is
'14 digits whose Luhn sum is right (INSEE); La Poste''s establishments add up to a multiple of 5.';

create function private.is_iban(number text)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select coalesce(
        number ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'
        and length(number) = coalesce((
            '{"FR": 27, "MC": 27, "TN": 24, "BE": 16, "CH": 21, "LU": 20, "DE": 22, "ES": 24,
              "IT": 27, "PT": 25}'::jsonb ->> left(number, 2)
        )::integer, length(number))
        and (
            select string_agg(case when c ~ '[A-Z]' then (ascii(c) - 55)::text else c end, '' order by n)
            from regexp_split_to_table(substr(number, 5) || left(number, 4), '')
                with ordinality as s (c, n)
            where number ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'
        )::numeric % 97 = 1, false
    );
$$;
comment on function private.is_iban is 'ISO 13616: the country''s length where we know it, and 97 leaves 1.';
-- A constraint asks as whoever writes the row.
grant execute on function private.is_siret, private.is_iban to authenticated, service_role;
