-- Addresses an academy must not write to. Hard bounces and complaints hold back every mail: a sender
-- who goes on loses the right to write to anybody. Signing off holds back bulk mail only.

create table private.suppressions (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    email text not null constraint email_is_one_lower_case_address
    check (email = lower(email) and email ~ '^[^\s@]+@[^\s@]+$' and length(email) <= 320),
    user_id uuid,
    reason text not null constraint reason_is_known
    check (reason in ('bounce', 'complaint', 'unsubscribe', 'manual')),
    created_at timestamptz not null default now(),
    lifted_at timestamptz,
    lifted_by uuid,
    constraint suppressions_person foreign key (academy_id, user_id)
    references public.members (academy_id, user_id),
    constraint suppressions_lifter foreign key (academy_id, lifted_by)
    references public.members (academy_id, user_id)
);
comment on table private.suppressions is
'Whom an academy''s mails leave alone, and why. Lifted ones stay, as what was decided.';
comment on column private.suppressions.user_id is
'Who signed off: it holds for the person, whatever their address becomes. Otherwise empty: a '
'bounce says something of an address only.';
create unique index suppressions_hold_once
on private.suppressions (academy_id, email, reason) where lifted_at is null;
comment on index private.suppressions_hold_once is 'A second bounce of an address says nothing new.';
create index suppressions_by_person on private.suppressions (academy_id, user_id);
create index suppressions_by_lifter on private.suppressions (academy_id, lifted_by);
alter table private.suppressions enable row level security;

create function private.suppress(academy uuid, address text, person uuid, why text)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
    insert into private.suppressions (academy_id, email, user_id, reason)
    values (academy, lower(address), person, why)
    on conflict (academy_id, email, reason) where lifted_at is null do nothing;
    return found;
end;
$$;
comment on function private.suppress is 'Once for each reason; true: it is new.';

create function private.suppression(email public.email_messages, address text)
returns text
language sql
stable
set search_path = ''
as $$
    select s.reason from private.suppressions as s
    where s.academy_id = email.academy_id and s.lifted_at is null
        and (s.email = lower(address) or s.user_id = email.user_id)
        and (s.reason <> 'unsubscribe' or private.mail_kind(email.template) = 'bulk')
        and (s.reason = 'bounce' or email.template <> 'account')
    order by s.created_at limit 1;
$$;
comment on function private.suppression is
'Why a mail must not go: a bounce holds back all, signing off bulk mail only; a complaint or staff '
'all but mails of the account itself, or staff could keep a person from recovering it.';

create function private.forget_suppressions()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from private.suppressions as s where s.email = lower(old.email) or s.user_id = old.user_id;
    return null;
end;
$$;
comment on function private.forget_suppressions is
'Who is gone gets no mail anyway, and the address goes with them. Definer: the table is private.';
create trigger forget_suppressions after delete on public.profile_details
for each row execute function private.forget_suppressions();

select private.classify(
    'private.suppressions', '{email,user_id}', 'personal',
    'addresses that bounced or whose owner wants no mail, so that none is sent',
    'until lifted, or the account''s end', 'deleted'
);
select private.classify(
    'private.suppressions', '{lifted_by}', 'personal', 'which of the staff lifted it',
    'as the row', 'pseudonymised'
);
select private.classify('private.suppressions', null);
