-- What an invitation's mail says: as before, with one template and one kind of recipient more.

create or replace function private.mail_data(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'first_name', coalesce(p.first_name, ''), 'academy_name', a.name
    ) || case email.template
        when 'welcome' then jsonb_build_object('formation_count', (
            select count(*) from public.formations as f
            where f.academy_id = a.id and f.is_active
        ))
        when 'payment_confirmed' then (
            select jsonb_build_object(
                'order_reference', o.reference, 'amount', o.total_amount,
                'currency', o.currency, 'paid_at', o.paid_at, 'lines', (
                    select jsonb_agg(jsonb_build_object(
                        'title', l.title, 'quantity', l.quantity, 'amount', l.total_amount
                    ) order by l.created_at, l.id)
                    from public.order_lines as l
                    where l.academy_id = o.academy_id and l.order_id = o.id
                )
            )
            from public.orders as o
            where o.academy_id = a.id and o.id = (email.refs ->> 'order_id')::uuid
        )
        when 'enrollment_confirmed' then (
            select jsonb_build_object(
                'formation_title', f.title, 'cohort_starts_on', c.starts_on,
                'formation_url', a.site_url || '/formations/' || f.slug
            )
            from public.enrollments as e
            inner join public.formations as f on e.formation_id = f.id
            left join public.cohorts as c on e.cohort_id = c.id
            where e.academy_id = a.id and e.id = (email.refs ->> 'enrollment_id')::uuid
        )
        when 'invitation' then (
            select jsonb_build_object(
                'first_name', coalesce(known.first_name, ''), 'role', i.role,
                'expires_at', i.expires_at, 'invitation_url', private.invitation_url(i.id)
            )
            from private.invitations as i
            left join auth.users as account on account.email = i.email
            left join public.profiles as known on known.id = account.id
            where i.id = email.invitation_id
        )
        else '{}'
    end
    from public.academies as a
    left join public.profiles as p on p.id = email.user_id
    where a.id = email.academy_id;
$$;
comment on function private.mail_data is 'One case per template: the data its folder''s sample shows.';

create or replace function private.email_to_send(wanted uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    email public.email_messages;
    address text;
begin
    update public.email_messages as m set status = 'sending', attempts = m.attempts + 1
    where m.id = wanted and m.status in ('queued', 'sending') returning * into email;
    if email.id is null then
        return null;
    end if;
    address := private.mail_recipient(email);
    if address is null then
        update public.email_messages set status = 'cancelled', error_code = case
            when email.invitation_id is null then 'no_address' else 'invitation_closed' end
        where id = email.id;
        return null;
    end if;
    return (
        select jsonb_build_object(
            'id', email.id, 'template', email.template, 'locale', email.locale,
            'attempt', email.attempts,
            'message_id', email.id || '@' || split_part(a.sender_email, '@', 2),
            'to', jsonb_build_object('email', address, 'name', p.full_name),
            'academy', jsonb_build_object(
                'slug', a.slug, 'name', a.name, 'locale', a.locale, 'timezone', a.timezone,
                'currency', a.currency, 'site_url', a.site_url, 'branding', a.branding,
                'sender_name', a.sender_name, 'sender_email', a.sender_email, 'reply_to', a.reply_to
            ),
            'data', private.mail_data(email)
        )
        from public.academies as a
        left join public.profiles as p on p.id = email.user_id
        where a.id = email.academy_id
    );
end;
$$;
comment on function private.email_to_send is
'Takes a mail up for sending; null when there is nothing to send. Definer: reads the address.';
