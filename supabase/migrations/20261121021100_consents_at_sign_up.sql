-- Consent given on the way in, with the membership or not at all; and no academy without an account.

create function private.has_account()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
begin
    if (select auth.jwt()) ->> 'is_anonymous' = 'true' then
        perform private.fail(
            403, 'account_required', 'Créez d''abord un compte.',
            'Link an e-mail address to the anonymous user, and refresh its session.'
        );
    end if;
    return me;
end;
$$;
comment on function private.has_account is
'The caller, who signed in as somebody: an anonymous user is a stranger everywhere.';

create function private.take_consents(academy uuid, consents jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
    answer jsonb;
begin
    if jsonb_typeof(consents) is distinct from 'array' or jsonb_array_length(consents) > 20 then
        perform private.fail(
            422, 'consent_invalid', 'Ces consentements sont mal formés.',
            'Give an array of at most 20: [{"purpose": …, "version": …, "granted": …}].'
        );
    end if;
    for answer in select a.item from jsonb_array_elements(consents) as a (item) loop
        if jsonb_typeof(answer -> 'granted') is distinct from 'boolean' then
            perform private.fail(
                422, 'consent_invalid', 'Ce consentement est incomplet.',
                'Give a purpose (lower-case words), a version and true or false.'
            );
        end if;
        perform private.give_consent(
            academy, answer ->> 'purpose', answer ->> 'version', (answer -> 'granted')::boolean
        );
    end loop;
end;
$$;
comment on function private.take_consents is
'Records the answers of a sign-up form as give_consent would, in the transaction that admits.';

create function private.require_consents(academy uuid, person uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
    missing text;
begin
    select string_agg(r.key, ', ' order by r.key) into missing
    from public.academies as a
    cross join lateral jsonb_each_text(a.settings -> 'required_consents') as r
    where a.id = academy and not exists (
        select 1 from (
            select c.version, c.granted from public.consent_tracking as c
            where c.academy_id = academy and c.user_id = person and c.purpose = r.key
            order by c.id desc limit 1
        ) as latest
        where latest.granted and latest.version = r.value
    );
    if missing is not null then
        perform private.fail(
            403, 'consent_required', format('Il manque votre accord : %s.', missing),
            format('Send consents with purpose and version of settings.required_consents: %s.', missing)
        );
    end if;
end;
$$;
comment on function private.require_consents is
'Nobody comes in without the academy''s terms in their present version; an earlier answer counts.';

drop function public.join_academy (text);
drop function private.join_academy (text);

create function private.join_academy(wanted_slug text, consents jsonb)
returns public.members
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.has_account();
    academy public.academies;
    membership public.members;
begin
    -- Shared with other arrivals: whoever changes the directory's rules waits, or is seen here.
    select * into academy from public.academies where slug = wanted_slug for share;
    if not found then
        perform private.fail(
            404, 'academy_not_found', 'Cette académie n''existe pas.', 'Check the slug.'
        );
    end if;
    perform private.ensure_profile();
    -- One arrival of a person at a time: a double click joins once.
    perform from public.profiles where id = me for no key update;

    select * into membership from public.members
    where academy_id = academy.id and user_id = me for update;
    if membership.status = 'active' then
        perform private.take_consents(academy.id, consents);
        return membership;
    end if;
    if membership.status in ('suspended', 'pending') then
        perform private.fail(
            403, 'member_' || membership.status, case membership.status
                when 'pending' then 'Votre inscription attend encore d''être validée.'
                else 'Votre accès à cette académie est suspendu.' end,
            'Ask the academy''s staff.'
        );
    end if;
    if not academy.open_to_sign_up then
        perform private.fail(
            403, 'invitation_required', 'Cette académie n''accueille que sur invitation.',
            'Ask the academy for an invitation.'
        );
    end if;
    membership := private.admit(academy.id, me, 'student');
    perform private.take_consents(academy.id, consents);
    perform private.require_consents(academy.id, me);
    return membership;
end;
$$;
comment on function private.join_academy is
'Definer: gives the role student and nothing else, which no client could grant itself.';
