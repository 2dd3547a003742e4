-- Signing off from bulk mail with one click (RFC 8058): the link alone is enough, and never ends.

create table private.signing_keys (
    purpose text primary key constraint purpose_is_a_key check (purpose ~ '^[a-z][a-z0-9_]*$'),
    key bytea not null constraint key_is_long check (length(key) >= 32),
    created_at timestamptz not null default now()
);
comment on table private.signing_keys is
'Keys for links that only we can make. Changing one ends every link made with it.';
alter table private.signing_keys enable row level security;
-- As with the seeds of invitations: 244 random bits.
insert into private.signing_keys (purpose, key) values
('unsubscribe', sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

create function private.unsubscribe_token(academy uuid, person uuid)
returns text
language sql
stable
set search_path = ''
as $$
    select translate(encode(who.ids || substring(
        extensions.hmac(who.ids, k.key, 'sha256') from 1 for 16
    ), 'base64'), E'+/\n', '-_')
    from (select uuid_send(academy) || uuid_send(person) as ids) as who
    cross join private.signing_keys as k
    where k.purpose = 'unsubscribe';
$$;
comment on function private.unsubscribe_token is
'64 characters: academy, person, and 128 bits of HMAC that only this database can make. It names no '
'mail, so it holds as long as the account does (RFC 8058 and the law want no end).';

create function private.unsubscribe(token text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
    raw bytea;
    academy uuid;
    person uuid;
    address text;
begin
    if token is null or token !~ '^[A-Za-z0-9_-]{64}$' then
        return null;
    end if;
    raw := decode(translate(token, '-_', '+/'), 'base64');
    academy := encode(substring(raw from 1 for 16), 'hex')::uuid;
    person := encode(substring(raw from 17 for 16), 'hex')::uuid;
    if private.unsubscribe_token(academy, person) <> token then
        return null;
    end if;
    select d.email into address from public.members as m
    inner join public.profile_details as d on d.user_id = m.user_id
    where m.academy_id = academy and m.user_id = person;
    if address is not null and private.suppress(academy, address, person, 'unsubscribe') then
        perform private.audit(academy, 'mail.unsubscribed', 'members', person);
    end if;
    return a.name from public.academies as a where a.id = academy;
end;
$$;
comment on function private.unsubscribe is
'Clicked twice: once. A person who is gone is told the same. Definer: nobody is signed in.';

create function private.subscribe_again(academy uuid)
returns void
language sql
security definer
set search_path = ''
as $$
    update private.suppressions as s set lifted_at = now(), lifted_by = s.user_id
    where s.academy_id = academy and s.user_id = (select private.signed_in())
        and s.reason = 'unsubscribe' and s.lifted_at is null;
$$;
comment on function private.subscribe_again is 'Definer: the table is private.';

create function worker.unsubscribe(token text)
returns text
language sql
set search_path = ''
as $$ select private.unsubscribe(unsubscribe.token); $$;
comment on function worker.unsubscribe is
'Takes a person off an academy''s bulk mail; the academy''s name, or null for a link that is none.';

create function public.subscribe_again(academy_id uuid)
returns void
language sql
set search_path = ''
as $$ select private.subscribe_again(subscribe_again.academy_id); $$;
comment on function public.subscribe_again is 'Takes back one''s own signing off from bulk mail.';

grant execute on function private.unsubscribe, worker.unsubscribe to service_role;
grant execute on function private.subscribe_again, public.subscribe_again to authenticated;

select private.classify(
    'private.signing_keys', '{key}', 'sensitive', 'makes links that act without a sign-in',
    'until replaced', 'deleted'
);
select private.classify('private.signing_keys', null);
