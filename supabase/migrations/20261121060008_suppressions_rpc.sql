-- Staff see whom their mails leave alone, add an address, and lift what was a mistake.

create function private.suppressions_of(academy uuid, at_most integer, after_id uuid)
returns table (id uuid, email text, reason text, created_at timestamptz)
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform private.as_staff(academy);
    return query
    select s.id, s.email, s.reason, s.created_at from private.suppressions as s
    where s.academy_id = academy and s.lifted_at is null and (after_id is null or s.id > after_id)
    order by s.id limit least(greatest(coalesce(at_most, 100), 1), 500);
end;
$$;
comment on function private.suppressions_of is 'Definer: addresses are in no table a client sees.';

create function private.suppress_address(academy uuid, address text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
    wanted text := lower(btrim(address));
begin
    perform private.as_staff(academy);
    if wanted is null or length(wanted) > 320 or wanted !~ '^[^\s@]+@[^\s@]+\.[^\s@]+$' then
        perform private.fail(
            422, 'email_invalid', 'Cette adresse e-mail n''est pas valable.', 'One address.'
        );
    end if;
    if private.suppress(academy, wanted, null, 'manual') then
        perform private.audit(academy, 'suppression.made', 'suppressions', s.id)
        from private.suppressions as s
        where s.academy_id = academy and s.email = wanted and s.reason = 'manual'
            and s.lifted_at is null;
    end if;
    return s.id from private.suppressions as s
    where s.academy_id = academy and s.email = wanted and s.reason = 'manual'
        and s.lifted_at is null;
end;
$$;
comment on function private.suppress_address is 'Definer: the table is private.';

create function private.lift_suppression(suppression uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    held private.suppressions;
begin
    select s.* into held from private.suppressions as s
    where s.id = suppression and s.academy_id = any((select private.my_staff_academies())::uuid[])
    for update;
    if held.id is null then
        perform private.fail(
            404, 'suppression_not_found', 'Cette adresse n''est pas bloquée.',
            'Take the id from list_suppressions.'
        );
    end if;
    perform private.as_staff(held.academy_id);
    if held.lifted_at is not null then
        return;
    end if;
    if held.reason = 'unsubscribe' then
        perform private.fail(
            409, 'suppression_is_theirs', 'Cette personne s''est désabonnée elle-même.',
            'Only they can subscribe again; mails that answer what they do still reach them.'
        );
    end if;
    update private.suppressions as s set lifted_at = now(), lifted_by = me where s.id = held.id;
    perform private.audit(
        held.academy_id, 'suppression.lifted', 'suppressions', held.id,
        jsonb_build_object('reason', held.reason)
    );
end;
$$;
comment on function private.lift_suppression is
'A bounce may be cured, a complaint a slip; whoever signed off decided for themselves. Definer: the '
'table is private.';

create function public.list_suppressions(
    academy_id uuid, result_limit integer default 100, after_id uuid default null
)
returns table (id uuid, email text, reason text, created_at timestamptz)
language sql
set search_path = ''
as $$
    select * from private.suppressions_of(
        list_suppressions.academy_id, list_suppressions.result_limit, list_suppressions.after_id
    );
$$;
comment on function public.list_suppressions is
'For staff: addresses the academy''s mails leave alone, 100 at a time, by id; reasons: bounce, '
'complaint, unsubscribe (bulk mail only), manual.';

create function public.suppress_address(academy_id uuid, email text)
returns uuid
language sql
set search_path = ''
as $$ select private.suppress_address(suppress_address.academy_id, suppress_address.email); $$;
comment on function public.suppress_address is 'For staff: no mail of the academy goes there any more.';

create function public.lift_suppression(suppression_id uuid)
returns void
language sql
set search_path = ''
as $$ select private.lift_suppression(lift_suppression.suppression_id); $$;
comment on function public.lift_suppression is
'For staff: mails may go there again. Refused for who unsubscribed. Lifted again: nothing.';

grant execute on function
private.suppressions_of, private.suppress_address, private.lift_suppression,
public.list_suppressions, public.suppress_address, public.lift_suppression
to authenticated;
