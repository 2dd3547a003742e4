-- name: insert_object
insert into objects (account, id, object, created, body, private)
values (:account, :id, :object, :created, :body, :private);

-- name: update_object
update objects set body = :body where account = :account and id = :id;

-- name: update_private
update objects set private = :private where account = :account and id = :id;

-- name: find_object
select body, private from objects
where account = :account and id = :id and object = :object;

-- name: find_of_any_kind
select body from objects where account = :account and id = :id;

-- name: find_anywhere
select account, body, private from objects where id = :id and object = :object;

-- name: seq_of
select seq from objects where account = :account and id = :id and object = :object;

-- name: page_of_objects
select o.body
from objects as o
where
    o.account = :account
    and o.object = :object
    and (:after is null or o.seq < :after)
    and (:before is null or o.seq > :before)
    and (:gt is null or o.created > :gt)
    and (:gte is null or o.created >= :gte)
    and (:lt is null or o.created < :lt)
    and (:lte is null or o.created <= :lte)
    and not exists (
        select 1 from json_each(:filters) as f where json_extract(o.body, f.key) is not f.value
    )
    and (
        :among is null
        or exists (
            select 1 from json_each(:among) as a where json_extract(o.body, :among_path) glob a.value
        )
    )
    and (
        :delivered is null
        or :delivered = not exists (
            select 1 from deliveries as d where d.event_id = o.id and d.state <> 'delivered'
        )
    )
order by
    case when :before is null then o.seq end desc,
    case when :before is not null then o.seq end asc
limit :limit;

-- name: latest_objects
select account, body from objects
where object = :object and (:account is null or account = :account)
order by seq desc
limit :limit;

-- name: refunds_of
select body from objects
where account = :account and object = 'refund' and json_extract(body, '$.charge') = :charge
order by seq desc
limit 11;

-- name: dispute_of
select body from objects
where account = :account and object = 'dispute' and json_extract(body, '$.charge') = :charge
order by seq desc
limit 1;

-- name: balance_of
select
    json_extract(body, '$.currency') as currency,
    sum(iif(json_extract(body, '$.available_on') <= :now, json_extract(body, '$.net'), 0)) as available,
    sum(iif(json_extract(body, '$.available_on') > :now, json_extract(body, '$.net'), 0)) as pending
from objects
where account = :account and object = 'balance_transaction'
group by currency
order by currency;

-- name: plan_action
insert into agenda (account, at, action, object_id) values (:account, :at, :action, :object_id);

-- name: next_action
select seq, account, at, action, object_id from agenda
where at <= :now and account in (select a.value from json_each(:accounts) as a)
union all
select
    null as seq,
    account,
    json_extract(body, '$.expires_at') as at,
    'expire_session' as action,
    id as object_id
from objects
where
    object = 'checkout.session'
    and json_extract(body, '$.status') = 'open'
    and json_extract(body, '$.expires_at') <= :now
    and account in (select a.value from json_each(:accounts) as a)
order by at, seq
limit 1;

-- name: forget_action
delete from agenda where seq = :seq;

-- name: queue_delivery
insert into deliveries (event_id, account, state, next_at) values (:event_id, :account, 'pending', :next_at);

-- name: lose_delivery
insert into deliveries (event_id, account, state, next_at) values (:event_id, :account, 'failed', :next_at);

-- name: redeliver
update deliveries set next_at = :next_at where event_id = :event_id and state = 'pending';

-- name: pending_deliveries
select d.event_id, d.account, d.tries, o.body
from deliveries as d
inner join objects as o on o.id = d.event_id and o.account = d.account
where d.state = 'pending' and d.account in (select a.value from json_each(:accounts) as a)
order by o.seq;

-- name: find_delivery
select event_id, account, state, tries, next_at, forced from deliveries where event_id = :event_id;

-- name: due_deliveries
select d.event_id, d.account, d.tries, o.body
from deliveries as d
inner join objects as o on o.id = d.event_id and o.account = d.account
where
    d.account = :account
    and d.state = 'pending'
    and (d.forced or (
        d.next_at <= :now and d.account not in (select p.value from json_each(:paused) as p)
    ))
order by d.forced desc, o.seq
limit :limit;

-- name: next_delivery_at
select min(next_at) as at from deliveries
where state = 'pending' and account not in (select p.value from json_each(:paused) as p);

-- name: settle_delivery
update deliveries set state = :state, tries = :tries, next_at = :next_at, forced = 0
where event_id = :event_id;

-- name: force_delivery
insert into deliveries (event_id, account, state, next_at, forced)
values (:event_id, :account, 'pending', :next_at, 1)
on conflict (event_id) do update
set state = 'pending', tries = 0, next_at = excluded.next_at, forced = 1;

-- name: count_pending
select count(*) as pending from deliveries where state = 'pending';

-- name: insert_attempt
insert into attempts (event_id, at, url, status, error, answer, milliseconds)
values (:event_id, :at, :url, :status, :error, :answer, :milliseconds);

-- name: attempts_of
select at, url, status, error, answer, milliseconds from attempts
where event_id = :event_id
order by seq;

-- name: find_key
select path, fingerprint, status, body, request_id, created from idempotency_keys
where account = :account and key = :key;

-- name: keep_key
insert into idempotency_keys (account, key, path, fingerprint, status, body, request_id, created)
values (:account, :key, :path, :fingerprint, :status, :body, :request_id, :created)
on conflict (account, key) do update set
    path = excluded.path,
    fingerprint = excluded.fingerprint,
    status = excluded.status,
    body = excluded.body,
    request_id = excluded.request_id,
    created = excluded.created;

-- name: read_setting
select value from settings where name = :name;

-- name: write_setting
insert into settings (name, value) values (:name, :value)
on conflict (name) do update set value = excluded.value;

-- name: forget_attempts
delete from attempts
where event_id in (
    select d.event_id from deliveries as d where :account is null or d.account = :account
);

-- name: forget_deliveries
delete from deliveries where :account is null or account = :account;

-- name: forget_agenda
delete from agenda where :account is null or account = :account;

-- name: forget_objects
delete from objects where :account is null or account = :account;

-- name: forget_keys
delete from idempotency_keys where :account is null or account = :account;
