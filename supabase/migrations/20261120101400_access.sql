-- Access: entitlements (each reason to have access) and enrollments (each learner in a formation).

create table public.entitlements (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    user_id uuid not null,
    source_kind text not null constraint source_is_known
    check (source_kind in ('order_line', 'free_offer', 'staff')),
    source_id uuid not null,
    grant_id uuid not null,
    formation_id uuid,
    feature text,
    credits bigint,
    seats integer,
    valid_from timestamptz not null default now(),
    valid_until timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint entitlement_gives_exactly_one_thing
    check (num_nonnulls(formation_id, feature, credits, seats) = 1),
    constraint entitlement_is_given_once unique (source_kind, source_id, grant_id),
    constraint entitlements_of_academy unique (academy_id, id),
    constraint entitlements_person foreign key (academy_id, user_id)
    references public.members (academy_id, user_id),
    constraint entitlements_grant foreign key (academy_id, grant_id)
    references public.offer_grants (academy_id, id),
    constraint entitlements_formation foreign key (academy_id, formation_id)
    references public.formations (academy_id, id)
);
comment on table public.entitlements is
'One row per reason to have access, copied from the offer''s grants. Its unique source is the key '
'for giving it once and for taking it back with a refund.';
create index entitlements_by_person on public.entitlements (academy_id, user_id);
create index entitlements_by_grant on public.entitlements (academy_id, grant_id);
create index entitlements_by_formation on public.entitlements (academy_id, formation_id);

create table public.enrollments (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    student_id uuid not null,
    formation_id uuid not null,
    cohort_id uuid,
    order_id uuid,
    status text not null default 'pending' constraint status_is_known
    check (status in ('pending', 'active', 'completed', 'cancelled')),
    held_until timestamptz,
    progress_percentage smallint not null default 0
    constraint progress_is_a_percentage check (progress_percentage between 0 and 100),
    start_date date,
    end_date date,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pending_enrollment_holds_until check ((status = 'pending') = (held_until is not null)),
    constraint active_enrollment_has_started
    check (status in ('pending', 'cancelled') or start_date is not null),
    constraint enrollments_of_academy unique (academy_id, id),
    constraint enrollments_student foreign key (academy_id, student_id)
    references public.members (academy_id, user_id),
    constraint enrollments_formation foreign key (academy_id, formation_id)
    references public.formations (academy_id, id),
    constraint enrollments_cohort foreign key (academy_id, formation_id, cohort_id)
    references public.cohorts (academy_id, formation_id, id),
    constraint enrollments_order foreign key (academy_id, order_id)
    references public.orders (academy_id, id)
);
comment on table public.enrollments is
'A learner in a formation. Pending means a seat is held while somebody pays.';
create unique index one_live_enrollment_per_formation
on public.enrollments (student_id, formation_id) where status in ('pending', 'active');
comment on index public.one_live_enrollment_per_formation is
'Nobody buys the same formation twice at once; a finished or cancelled one may be taken again.';
create index idx_enrollments_student_status on public.enrollments (student_id, status);
create index enrollments_by_student on public.enrollments (academy_id, student_id);
create index enrollments_by_formation on public.enrollments (academy_id, formation_id, cohort_id);
create index enrollments_by_order on public.enrollments (academy_id, order_id);
create index enrollments_seats on public.enrollments (cohort_id, held_until)
where status in ('pending', 'active', 'completed');
comment on index public.enrollments_seats is 'Counting the seats taken of a cohort.';

alter table public.entitlements enable row level security;
alter table public.enrollments enable row level security;
grant select on public.entitlements, public.enrollments to authenticated, service_role;
create trigger touch_updated_at before update on public.entitlements
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.enrollments
for each row execute function private.touch_updated_at();

create function private.seats_left(cohort uuid)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
    select c.seats - (
        select count(*)::integer from public.enrollments as e
        where e.cohort_id = c.id
            and (e.status in ('active', 'completed')
                or (e.status = 'pending' and e.held_until > now()))
    )
    from public.cohorts as c where c.id = cohort;
$$;
comment on function private.seats_left is
'Seats neither taken nor held. A decision on it needs the cohort''s row locked first. Definer: it '
'counts enrolments the reader may not see, and tells their number alone.';

create function public.seats_left(public.cohorts)
returns integer
language sql
stable
set search_path = ''
as $$ select greatest(private.seats_left($1.id), 0); $$;
comment on function public.seats_left is
'cohorts.seats_left: what a page may offer now; create_order counts again under the lock.';
grant execute on function private.seats_left, public.seats_left
to anon, authenticated, service_role;
