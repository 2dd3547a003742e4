-- Whom a link to sign off is for, read in one place: signing off needs it, and the page's language.

create function private.unsubscribe_reader(token text, out academy uuid, out person uuid)
language plpgsql
stable
set search_path = ''
as $$
declare
    raw bytea;
begin
    if token is null or token !~ '^[A-Za-z0-9_-]{64}$' then
        return;
    end if;
    raw := decode(translate(token, '-_', '+/'), 'base64');
    academy := encode(substring(raw from 1 for 16), 'hex')::uuid;
    person := encode(substring(raw from 17 for 16), 'hex')::uuid;
    if private.unsubscribe_token(academy, person) <> token then
        academy := null;
        person := null;
    end if;
end;
$$;
comment on function private.unsubscribe_reader is
'The academy and the person a token of ours names; nulls for one that is none.';

create or replace function private.unsubscribe(token text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
    reader record;
    address text;
begin
    reader := private.unsubscribe_reader(token);
    select d.email into address from public.members as m
    inner join public.profile_details as d on d.user_id = m.user_id
    where m.academy_id = reader.academy and m.user_id = reader.person;
    if address is not null
        and private.suppress(reader.academy, address, reader.person, 'unsubscribe') then
        perform private.audit(reader.academy, 'mail.unsubscribed', 'members', reader.person);
    end if;
    return a.name from public.academies as a where a.id = reader.academy;
end;
$$;
