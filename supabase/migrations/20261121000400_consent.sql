-- Consent: what somebody agreed to or took back, in which version. Never an address, never a device.

create table public.consent_tracking (
    id bigint generated always as identity primary key,
    academy_id uuid not null,
    user_id uuid not null,
    purpose text not null constraint purpose_is_a_key
    check (purpose ~ '^[a-z][a-z0-9_]*$' and length(purpose) <= 60),
    version text not null constraint version_is_short
    check (version ~ '^[A-Za-z0-9._-]+$' and length(version) <= 40),
    granted boolean not null,
    created_at timestamptz not null default now(),
    constraint consent_tracking_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.consent_tracking is
'Append-only: the latest row of a person and purpose counts, the others say how it came about.';
create index consent_by_person on public.consent_tracking (academy_id, user_id, purpose, id);

alter table public.consent_tracking enable row level security;
grant select on public.consent_tracking to authenticated, service_role;
create trigger consent_is_append_only before update or delete on public.consent_tracking
for each row execute function private.refuse_change();
create trigger consent_is_never_emptied before truncate on public.consent_tracking
for each statement execute function private.refuse_change();

create function private.give_consent(academy uuid, topic text, edition text, answer boolean)
returns public.consent_tracking
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    membership public.members;
    latest public.consent_tracking;
begin
    -- One answer of a person at a time: a double click answers once.
    select * into membership from public.members as m
    where m.academy_id = academy and m.user_id = me for no key update;
    if membership.user_id is null or (answer and membership.status <> 'active') then
        perform private.fail(
            403, 'not_a_member', 'Vous n''êtes pas membre de cette académie.',
            'Join the academy first. Taking consent back is always possible.'
        );
    end if;
    if answer is null or topic is null or topic !~ '^[a-z][a-z0-9_]*$' or length(topic) > 60
        or edition is null or edition !~ '^[A-Za-z0-9._-]+$' or length(edition) > 40 then
        perform private.fail(
            422, 'consent_invalid', 'Ce consentement est incomplet.',
            'Give a purpose (lower-case words), a version and true or false.'
        );
    end if;
    select * into latest from public.consent_tracking as c
    where c.academy_id = academy and c.user_id = me and c.purpose = topic
    order by c.id desc limit 1;
    if latest.version = edition and latest.granted = answer then
        return latest;
    end if;
    if answer and (
        select count(*) from public.consent_tracking as c
        where c.academy_id = academy and c.user_id = me and c.created_at > now() - interval '1 hour'
    ) >= 100 then
        perform private.fail(
            429, 'too_many_answers', 'Trop de réponses en peu de temps.', 'Try again in an hour.'
        );
    end if;
    insert into public.consent_tracking (academy_id, user_id, purpose, version, granted)
    values (academy, me, topic, edition, answer) returning * into latest;
    return latest;
end;
$$;
comment on function private.give_consent is
'Definer: nobody writes consent but through here, and only their own. Taking it back is never refused '
'(GDPR article 7(3)): a former member may, too.';

create function public.give_consent(academy_id uuid, purpose text, version text, granted boolean)
returns public.consent_tracking
language sql
set search_path = ''
as $$
    select * from private.give_consent(
        give_consent.academy_id, give_consent.purpose, give_consent.version, give_consent.granted
    );
$$;
comment on function public.give_consent is
'Records the caller''s answer to a purpose, true or false. The same answer again: the same row.';
grant execute on function public.give_consent, private.give_consent to authenticated;
