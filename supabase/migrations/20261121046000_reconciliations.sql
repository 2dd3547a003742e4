-- Reconciliation: each night the provider's own lists are laid beside our books, a day at a time.

create table private.reconciliations (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    provider_account_id uuid not null,
    day date not null,
    quiet_minutes integer not null default 15
    constraint quiet_is_at_most_a_day check (quiet_minutes between 0 and 1440),
    tries integer not null default 0,
    started_at timestamptz,
    lists_from timestamptz,
    lists_until timestamptz,
    finished_at timestamptz,
    listed integer,
    differing integer,
    appeared integer,
    resolved integer,
    created_at timestamptz not null default now(),
    constraint reconciliations_of_academy unique (academy_id, id),
    constraint finished_run_says_what_came_of_it check (
        (finished_at is null) = (listed is null)
        and num_nulls(listed, differing, appeared, resolved) in (0, 4)
    ),
    constraint started_run_has_its_span
    check (num_nulls(started_at, lists_from, lists_until) in (0, 3)),
    constraint reconciliations_account foreign key (academy_id, provider_account_id)
    references private.provider_accounts (academy_id, id)
);
comment on table private.reconciliations is
'Runs: one account, one day (UTC). What a run finds stands in private.reconciliation_differences.';
comment on column private.reconciliations.quiet_minutes is
'What happened that short before the run is left out: its webhook may be on its way.';
comment on column private.reconciliations.tries is
'Grows with each worker that takes the run up; one whose number has passed may write no more.';
comment on column private.reconciliations.listed is 'How many objects of the provider''s were compared.';
create index reconciliations_by_account
on private.reconciliations (academy_id, provider_account_id, day);
create unique index one_run_at_a_time
on private.reconciliations (provider_account_id, day) where finished_at is null;
comment on index private.one_run_at_a_time is
'A day that waits to be reconciled is not asked for a second time.';

create table private.reconciliation_objects (
    reconciliation_id uuid not null references private.reconciliations (id) on delete cascade,
    try integer not null,
    object text not null constraint object_is_known
    check (object in ('payment', 'refund', 'dispute')),
    provider_id text not null,
    payment_intent text,
    attempt uuid,
    refund uuid,
    status text not null,
    amount bigint,
    currency text,
    primary key (reconciliation_id, object, provider_id),
    constraint absent_object_has_no_amount check ((status = 'absent') = (amount is null))
);
comment on table private.reconciliation_objects is
'What the provider listed, while a run compares it; gone when the run is finished.';
comment on column private.reconciliation_objects.status is
'In the provider''s words; absent: we asked for it by its id, and it is not there.';
comment on column private.reconciliation_objects.attempt is 'The payment_attempt its metadata names.';
comment on column private.reconciliation_objects.refund is 'The refund of ours its metadata names.';
create index reconciliation_objects_by_intent
on private.reconciliation_objects (reconciliation_id, payment_intent);

create table private.reconciliation_differences (
    id bigint generated always as identity primary key,
    academy_id uuid not null,
    provider_account_id uuid not null,
    day date not null,
    object text not null constraint object_is_known
    check (object in ('payment', 'refund', 'dispute')),
    kind text not null constraint kind_is_known check (kind in (
        'missing_here', 'missing_there', 'amount', 'currency', 'status', 'duplicate',
        'wrong_payment', 'wrong_account'
    )),
    provider_id text,
    our_row uuid,
    subject text generated always as (coalesce(provider_id, our_row::text)) stored,
    provider_amount bigint,
    our_amount bigint,
    provider_says text,
    we_say text,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    resolved_at timestamptz,
    constraint difference_is_about_something check (num_nonnulls(provider_id, our_row) > 0),
    constraint reconciliation_differences_account foreign key (academy_id, provider_account_id)
    references private.provider_accounts (academy_id, id)
);
comment on table private.reconciliation_differences is
'Where the provider and our books differ. A run of its day that no longer sees one marks it resolved; '
'if it comes back, that is another row.';
comment on column private.reconciliation_differences.kind is
'missing_here: the provider has it, we do not; missing_there: the other way round; duplicate: paid a '
'second time, and nobody gives it back; wrong_payment, wrong_account: we have it elsewhere.';
comment on column private.reconciliation_differences.our_row is
'Our row, of the table that `object` names.';
create index reconciliation_differences_by_account
on private.reconciliation_differences (academy_id, provider_account_id, day);
create unique index open_difference_is_listed_once
on private.reconciliation_differences (provider_account_id, object, kind, subject)
where resolved_at is null;
comment on index private.open_difference_is_listed_once is
'Seen again it is the same difference, whichever run sees it.';

alter table private.reconciliations enable row level security;
alter table private.reconciliation_objects enable row level security;
alter table private.reconciliation_differences enable row level security;

-- From the provider's object to our row, whichever account we have it under.
create index payments_by_intent on public.payments (stripe_payment_intent_id);
create index refunds_by_provider_id on public.refunds (provider_refund_id);
create index disputes_by_provider_id on public.disputes (provider_dispute_id);
-- From our row to the provider's object, a day at a time.
create index payments_by_day on public.payments (provider_account_id, paid_at)
where status = 'succeeded';
comment on index public.payments_by_day is 'Reconciliation asks what came on a day.';
create index refunds_by_day on public.refunds (provider_account_id, created_at);
create index disputes_by_day on public.disputes (provider_account_id, created_at);
