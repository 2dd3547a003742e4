-- What a mail says, read when it is sent: the outbox holds references only.

create function private.mail_data(email public.email_messages)
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
        else '{}'
    end
    from public.academies as a
    left join public.profiles as p on p.id = email.user_id
    where a.id = email.academy_id;
$$;
comment on function private.mail_data is 'One case per template: the data its folder''s sample shows.';

create function private.email_to_send(wanted uuid)
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
    select d.email into address from public.profile_details as d where d.user_id = email.user_id;
    if address is null or address ilike '%.local' then
        update public.email_messages set status = 'cancelled', error_code = 'no_address'
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

create function private.email_sent(email uuid, by_provider text, message text)
returns void
language sql
security definer
set search_path = ''
as $$
    update public.email_messages
    set status = 'sent', sent_at = now(), provider = by_provider, provider_message_id = message,
        error_code = null, error_message = null
    where id = email and status = 'sending';
$$;
comment on function private.email_sent is 'Definer: the outbox is DB-owned.';

create function private.email_failed(email uuid, code text, reason text, for_good boolean)
returns void
language sql
security definer
set search_path = ''
as $$
    update public.email_messages
    set status = case when for_good then 'failed' else 'queued' end,
        error_code = left(code, 100), error_message = left(reason, 1000)
    where id = email and status = 'sending';
$$;
comment on function private.email_failed is 'Definer: the outbox is DB-owned.';
