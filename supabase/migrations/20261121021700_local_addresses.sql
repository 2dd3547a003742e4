-- A mail to *.local says why it was not sent: demo people and parents' made-up addresses are no fault.

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
            when email.invitation_id is not null then 'invitation_closed'
            when exists (
                select 1 from public.profile_details as d
                where d.user_id = email.user_id and d.email ilike '%.local'
            ) then 'local_address'
            else 'no_address' end
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
