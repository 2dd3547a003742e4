-- What the clock does for the API's limits: yesterday's salt and counted calls go.

create function private.forget_calls()
returns void
language sql
security definer
set search_path = ''
as $$
    delete from private.api_calls where called_at < clock_timestamp() - make_interval(
        secs => (select max(l.window_seconds) from private.api_limits as l)
    );
    update private.visitor_salt set salt = gen_random_uuid(), made_on = current_date
    where made_on < current_date;
$$;
comment on function private.forget_calls is
'Calls outside every window, and the salt of a day that is over. Definer: nobody reaches the counts.';

select cron.schedule('forget-calls', '* * * * *', 'select private.forget_calls()');

select private.classify('private.api_limits', null);
select private.classify(
    'private.api_calls', '{caller,called_at}', 'personal', 'to slow down who calls too often',
    'the longest window, at most an hour', 'deleted'
);
select private.classify('private.api_calls', null);
select private.classify(
    'private.visitor_salt', '{salt}', 'sensitive', 'to tell visitors apart without their address',
    'a day', 'deleted'
);
select private.classify('private.visitor_salt', null);
