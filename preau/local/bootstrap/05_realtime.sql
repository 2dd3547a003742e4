-- Schema realtime: the messages table and the functions that SQL uses to broadcast (the public part
-- of supabase/realtime). Realtime's internals (subscriptions, apply_rls …) are no API and not here.

grant usage on schema realtime to anon, authenticated, service_role;
grant usage on schema realtime to postgres with grant option;
grant all on schema realtime to supabase_realtime_admin with grant option;

create table if not exists realtime.messages (
    topic text not null,
    extension text not null,
    payload jsonb,
    event text,
    private boolean default false,
    updated_at timestamp without time zone default now() not null,
    inserted_at timestamp without time zone default now() not null,
    id uuid default gen_random_uuid() not null,
    binary_payload bytea,
    primary key (id, inserted_at),
    constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);
comment on table realtime.messages is
'One row is one broadcast; Realtime delivers it on commit. Policies here decide who joins a private channel.';

create index if not exists messages_inserted_at_topic_index
on realtime.messages (inserted_at desc, topic)
where extension = 'broadcast' and private is true;

-- A partition a day, as on hosted (05_realtime_partitions.sql). The default takes what has no day:
-- a stack that was down for days would otherwise lose a message with no more than a warning.
create table if not exists realtime.messages_default partition of realtime.messages default;

alter table realtime.messages enable row level security;
alter table realtime.messages_default enable row level security;
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages_default owner to supabase_realtime_admin;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
grant all on realtime.messages to postgres, dashboard_user;

create or replace function realtime.topic()
returns text
language sql
stable
as $$
  select nullif(current_setting('realtime.topic', true), '')::text
$$;
comment on function realtime.topic() is 'The channel name a Realtime policy is being asked about.';

create or replace function realtime.send(
    payload jsonb, event text, topic text, private boolean default true
)
returns void
language plpgsql
as $$
declare
    message_id constant uuid := gen_random_uuid();
begin
    perform set_config('realtime.topic', send.topic, true);
    insert into realtime.messages (id, payload, event, topic, private, extension)
    values (
        message_id,
        case
            when send.payload ? 'id' then send.payload
            else jsonb_set(send.payload, '{id}', to_jsonb(message_id))
        end,
        send.event, send.topic, send.private, 'broadcast'
    );
exception
    -- As on hosted: a broadcast that fails warns, and never undoes the caller's transaction.
    when others then
        raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send(jsonb, text, text, boolean) is
'Broadcasts on commit, with the caller''s rights; a failure is a warning, never an error.';

create or replace function realtime.send_binary(
    payload bytea, event text, topic text, private boolean default true
)
returns void
language plpgsql
as $$
begin
    perform set_config('realtime.topic', send_binary.topic, true);
    insert into realtime.messages (binary_payload, event, topic, private, extension)
    values (
        send_binary.payload, send_binary.event, send_binary.topic, send_binary.private, 'broadcast'
    );
exception
    when others then
        raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send_binary(bytea, text, text, boolean) is
'As realtime.send, for bytes; delivered to protocol 2.0.0 clients only.';

create or replace function realtime.broadcast_changes(
    topic_name text,
    event_name text,
    operation text,
    table_name text,
    table_schema text,
    new record,
    old record,
    level text default 'ROW'
)
returns void
language plpgsql
as $$
begin
    if level = 'STATEMENT' then
        raise exception 'function can only be triggered for each row, not for each statement';
    end if;
    -- `not in` would let a null pass.
    if operation in ('INSERT', 'UPDATE', 'DELETE') then
        perform realtime.send(
            jsonb_build_object(
                'old_record', old, 'record', new, 'operation', operation,
                'table', table_name, 'schema', table_schema
            ),
            event_name, topic_name
        );
    else
        raise exception 'Unexpected operation type: %', operation;
    end if;
exception
    -- Hosted's words: this one does undo the caller's transaction.
    when others then
        raise exception 'Failed to process the row: %', sqlerrm;
end
$$;
comment on function realtime.broadcast_changes(text, text, text, text, text, record, record, text) is
'For row triggers: sends {old_record, record, operation, table, schema} privately on a topic.';

do $$
declare
    function_signature text;
begin
    foreach function_signature in array array[
        'topic()', 'send(jsonb, text, text, boolean)', 'send_binary(bytea, text, text, boolean)',
        'broadcast_changes(text, text, text, text, text, record, record, text)'
    ] loop
        execute format('alter function realtime.%s owner to supabase_realtime_admin', function_signature);
        execute format('grant execute on function realtime.%s to public', function_signature);
    end loop;
end
$$;

-- Hosted's supautils lets `postgres` write policies on realtime.messages; see 04_storage.sql.
grant supabase_realtime_admin to postgres with inherit true, set false;
