-- Invitations: a role offered to an e-mail address, accepted once by whoever confirmed that address.

create table private.invitations (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    email text not null constraint email_is_a_lower_case_address check (
        email = lower(email) and length(email) <= 254 and email ~ '^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$'
    ),
    role public.member_role not null,
    token_hash bytea not null unique
    constraint token_hash_is_sha256 check (length(token_hash) = 32),
    invited_by uuid,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by uuid,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    constraint invitations_of_academy unique (academy_id, id),
    constraint accepted_invitation_says_by_whom check ((accepted_at is null) = (accepted_by is null)),
    constraint invitation_ends_one_way check (num_nonnulls(accepted_at, revoked_at) <= 1),
    constraint invitations_invited_by foreign key (academy_id, invited_by)
    references public.members (academy_id, user_id),
    constraint invitations_accepted_by foreign key (academy_id, accepted_by)
    references public.members (academy_id, user_id)
);
comment on table private.invitations is
'Who was invited as what. Holds the hash of the token, never the token. Gone 90 days after its end.';
comment on column private.invitations.invited_by is 'Empty when the operator invited.';
create unique index one_live_invitation_per_address_and_role
on private.invitations (academy_id, email, role) where accepted_at is null and revoked_at is null;
comment on index private.one_live_invitation_per_address_and_role is
'Inviting again is the same invitation, until it is accepted or revoked.';
create index invitations_by_address on private.invitations (email, academy_id, created_at);
create index invitations_by_inviter on private.invitations (academy_id, invited_by);
create index invitations_by_acceptor on private.invitations (academy_id, accepted_by);
create index invitations_by_expiry on private.invitations (expires_at);

create table private.invitation_seeds (
    invitation_id uuid primary key references private.invitations (id) on delete cascade,
    seed bytea not null
);
comment on table private.invitation_seeds is
'What a token is derived from, for as long as its mail is not sent: a payload holds ids only, so '
'the link is made when the mail is written. Gone once sent, accepted, revoked or expired.';

alter table private.invitations enable row level security;
alter table private.invitation_seeds enable row level security;

create function private.invitation_token(invitation uuid, seed bytea)
returns text
language sql
immutable
set search_path = ''
as $$ select encode(sha256(seed || uuid_send(invitation)), 'hex'); $$;
comment on function private.invitation_token is
'64 hexadecimal digits. The seed has 244 random bits from the system''s own source (RFC 9562).';

create function private.invitation_url(invitation uuid)
returns text
language sql
stable
set search_path = ''
as $$
    select rtrim(a.site_url, '/') || '/invitation#token=' || private.invitation_token(i.id, s.seed)
    from private.invitations as i
    inner join private.invitation_seeds as s on i.id = s.invitation_id
    inner join public.academies as a on i.academy_id = a.id
    where i.id = invitation;
$$;
comment on function private.invitation_url is
'The link, while its seed is there. Behind #, so that no server''s log and no Referer has the token.';

create function private.invitation_days(academy uuid)
returns integer
language sql
stable
set search_path = ''
as $$
    select case when a.settings ->> 'invitation_days' ~ '^[0-9]{1,2}$'
        then least(greatest((a.settings ->> 'invitation_days')::integer, 1), 60) else 7 end
    from public.academies as a where a.id = academy;
$$;
comment on function private.invitation_days is
'How long an invitation holds: 7 days, or academies.settings.invitation_days from 1 to 60.';

create function private.may_invite(academy uuid, person uuid, wanted public.member_role)
returns boolean
language sql
stable
set search_path = ''
as $$
    select wanted is not null and exists (
        select 1 from public.member_roles as r
        inner join public.members as m on r.academy_id = m.academy_id and r.user_id = m.user_id
        where r.academy_id = academy and r.user_id = person and m.status = 'active' and (
            r.role = 'admin' or (r.role = 'assistant' and wanted in ('student', 'parent'))
        )
    );
$$;
comment on function private.may_invite is
'Admins invite anybody, assistants students and parents. Asked again when somebody accepts: what a '
'dismissed admin had promised no longer holds.';
