-- Signing off is a person's own. An address may have signed off before it was anybody's (from an
-- invitation), and may have had several owners: each has a row, and nobody takes back another's.

drop index private.suppressions_hold_once;
create unique index suppressions_hold_once
on private.suppressions (academy_id, email, reason, user_id) nulls not distinct
where lifted_at is null;
comment on index private.suppressions_hold_once is
'A second bounce of an address says nothing new; another owner of it who signs off does.';

create or replace function private.suppress(academy uuid, address text, person uuid, why text)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
    insert into private.suppressions (academy_id, email, user_id, reason)
    values (academy, lower(address), person, why)
    on conflict (academy_id, email, reason, user_id) where lifted_at is null do nothing;
    return found;
end;
$$;
comment on function private.suppress is 'Once for each reason and person; true: it is new.';

create or replace function private.suppression(email public.email_messages, address text)
returns text
language sql
stable
set search_path = ''
as $$
    select s.reason from private.suppressions as s
    where s.academy_id = email.academy_id and s.lifted_at is null
        and (
            s.user_id = email.user_id
            or (s.email = lower(address) and (s.user_id is null or email.user_id is null))
        )
        and (s.reason <> 'unsubscribe' or private.mail_kind(email.template) = 'bulk')
        and (s.reason = 'bounce' or email.template <> 'account')
    order by s.created_at limit 1;
$$;
comment on function private.suppression is
'Why a mail must not go: a bounce holds back all, signing off bulk mail only; a complaint or staff '
'all but mails of the account itself, or staff could keep a person from recovering it. What an '
'earlier owner of the address signed off from binds only mails that name no person.';

create or replace function private.subscribe_again(academy uuid)
returns void
language sql
security definer
set search_path = ''
as $$
    update private.suppressions as s set lifted_at = now(), lifted_by = m.user_id
    from public.members as m inner join auth.users as u on m.user_id = u.id
    where m.academy_id = academy and m.user_id = (select private.signed_in())
        and s.academy_id = m.academy_id and s.reason = 'unsubscribe' and s.lifted_at is null
        and (
            s.user_id = m.user_id
            or (
                s.user_id is null and s.email = lower(u.email)
                and u.email_confirmed_at is not null
            )
        );
$$;
comment on function private.subscribe_again is
'One''s own signing off, and that of one''s confirmed address from before it was anybody''s. '
'Definer: the table is private.';

create or replace function private.forget_suppressions()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from private.suppressions as s
    where s.user_id = old.user_id or (s.user_id is null and s.email = lower(old.email));
    return null;
end;
$$;
comment on function private.forget_suppressions is
'Who is gone gets no mail anyway, and the address goes with them; what an earlier owner of it '
'signed off from stays that person''s. Definer: the table is private.';

-- Who has the address of somebody who signed off may have signed off in vain: the row was there.
-- Until now it held for them, too; so it stays, as theirs to take back.
insert into private.suppressions (academy_id, email, user_id, reason)
select
    s.academy_id,
    s.email,
    d.user_id,
    s.reason
from private.suppressions as s
inner join public.profile_details as d on s.email = lower(d.email)
inner join public.members as m on s.academy_id = m.academy_id and d.user_id = m.user_id
where s.reason = 'unsubscribe' and s.lifted_at is null and s.user_id <> d.user_id
on conflict (academy_id, email, reason, user_id) where lifted_at is null do nothing;
