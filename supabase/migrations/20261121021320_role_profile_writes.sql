-- Who writes which columns of what a person is; policies say which rows.

alter table public.member_profiles enable row level security;
alter table public.member_onboarding enable row level security;
alter table public.student_profiles enable row level security;
alter table public.garage_profiles enable row level security;
alter table public.coach_profiles enable row level security;
alter table public.parent_profiles enable row level security;
alter table public.bank_details enable row level security;

grant select on
public.member_profiles, public.member_onboarding, public.student_profiles, public.garage_profiles,
public.coach_profiles, public.parent_profiles
to authenticated, service_role;
grant select on public.bank_details to authenticated;

grant insert (academy_id, user_id, city, interests), update (city, interests)
on public.member_profiles to authenticated;
grant insert (academy_id, user_id, onboarding_completed, onboarding_answers),
update (onboarding_completed, onboarding_answers)
on public.member_onboarding to authenticated;
grant insert (
    academy_id, user_id, grade, education_level, employment_status, motivation_letter, financing_type
), update (grade, education_level, employment_status, motivation_letter, financing_type)
on public.student_profiles to authenticated;
grant insert (
    academy_id, user_id, company_name, siret, address, city, postal_code, team_size, specializations
), update (company_name, siret, address, city, postal_code, team_size, specializations)
on public.garage_profiles to authenticated;
grant insert (
    academy_id, user_id, pseudonym, subjects, available_online, available_in_person, bio
), update (pseudonym, subjects, available_online, available_in_person, bio)
on public.coach_profiles to authenticated;
grant insert (academy_id, user_id, city), update (city) on public.parent_profiles to authenticated;
grant insert (academy_id, user_id, holder, iban, bic), update (holder, iban, bic)
on public.bank_details to authenticated;

create trigger touch_updated_at before update on public.member_profiles
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.member_onboarding
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.student_profiles
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.garage_profiles
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.coach_profiles
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.parent_profiles
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.bank_details
for each row execute function private.touch_updated_at();

create function private.check_garage()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    new.siret := nullif(regexp_replace(new.siret, '\s', '', 'g'), '');
    if not private.is_siret(new.siret) then
        perform private.fail(
            422, 'siret_invalid', 'Ce numéro SIRET n''est pas valable.', 'Give its 14 digits.'
        );
    end if;
    if tg_op = 'UPDATE' and (new.siret, new.company_name)
        is distinct from (old.siret, old.company_name) then
        new.verified := false;
    end if;
    return new;
end;
$$;
comment on function private.check_garage is
'What staff verified is the company with that number: another one is not verified. Definer: clients '
'may not call private.fail.';
create trigger check_garage before insert or update of siret, company_name on public.garage_profiles
for each row execute function private.check_garage();

create function private.check_bank_details()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    new.iban := upper(regexp_replace(new.iban, '\s', '', 'g'));
    new.bic := nullif(upper(regexp_replace(new.bic, '\s', '', 'g')), '');
    if not private.is_iban(new.iban) then
        perform private.fail(
            422, 'iban_invalid', 'Cet IBAN n''est pas valable.', 'Check the number on a statement.'
        );
    end if;
    return new;
end;
$$;
comment on function private.check_bank_details is 'Definer: clients may not call private.fail.';
create trigger check_bank_details before insert or update on public.bank_details
for each row execute function private.check_bank_details();

create function private.unverify_coach()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.verified := false;
    return new;
end;
$$;
comment on function private.unverify_coach is 'Staff verified what somebody teaches: more is not verified.';
create trigger unverify_coach before update of subjects on public.coach_profiles
for each row when (not new.subjects <@ old.subjects) execute function private.unverify_coach();
