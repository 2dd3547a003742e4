-- Housekeeping: what becomes due by time alone. Set-based, bounded, safe to run twice or late.

create function private.housekeep()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
    lapsed uuid;
begin
    -- The provider's own "expired" normally comes first; this is for pages nobody ever opened.
    for lapsed in
        select o.id from public.orders as o
        where o.status = 'pending' and o.expires_at < now() - interval '10 minutes'
        order by o.expires_at limit 500 for update skip locked
    loop
        update public.payment_attempts as a set status = 'expired'
        from public.payments as p
        where p.order_id = lapsed and a.academy_id = p.academy_id and a.payment_id = p.id
            and a.status in ('created', 'open');
        perform private.expire_order(lapsed);
    end loop;

    delete from private.job_keys as k using (
        select j.queue, j.key from private.job_keys as j
        where j.expires_at < now() order by j.expires_at limit 10000
    ) as old
    where k.queue = old.queue and k.key = old.key;
end;
$$;
comment on function private.housekeep is
'Lapsed orders give their seats back, expired dedupe keys go. Definer: runs for nobody in particular.';

select cron.schedule('housekeep', '* * * * *', 'select private.housekeep()');
