-- Foundations: schemas, extensions, default privileges, and the few helpers every domain uses.

create extension if not exists pgmq;
create extension if not exists pg_cron with schema pg_catalog;

create schema private;
comment on schema private is
'Helpers, internals and rows no client may see. Never exposed through the API.';

create schema worker;
comment on schema worker is
'What workers and functions may ask of the database. Exposed, yet for service_role alone.';

revoke all on schema private, worker from public;
grant usage on schema private to anon, authenticated, service_role;
grant usage on schema worker to service_role;

-- A table or function is reachable only where a grant stands beside it, whatever a project's
-- defaults are: older hosted projects hand everything in public to the API roles.
alter default privileges in schema public
revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public
revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public
revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

create function private.fail(status integer, code text, message text, hint text default null)
returns void
language plpgsql
set search_path = ''
as $$
begin
    raise exception using
        errcode = 'PT' || status, message = message, detail = code, hint = coalesce(hint, '');
end;
$$;
comment on function private.fail is
'Ends the request with an HTTP status, a stable code (details) and a sentence for the user: '
'PostgREST turns SQLSTATE PTnnn into status nnn.';

create function private.signed_in()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
    if (select auth.uid()) is null then
        perform private.fail(401, 'not_signed_in', 'Vous devez être connecté.', 'Sign in first.');
    end if;
    return (select auth.uid());
end;
$$;
comment on function private.signed_in is
'The caller, or a clear refusal: RPC take the actor from the token, never from a parameter.';

create function private.touch_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.updated_at := now();
    return new;
end;
$$;
comment on function private.touch_updated_at is
'Keeps updated_at true on every table that has one, so that clients can cache and sync.';

create function private.refuse_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception using
        errcode = 'PT403',
        message = format('Rows of %I.%I are never changed.', tg_table_schema, tg_table_name),
        detail = 'append_only',
        hint = 'Write a new row that corrects the old one.';
end;
$$;
comment on function private.refuse_change is
'Guards append-only tables against every role, their owner included.';
