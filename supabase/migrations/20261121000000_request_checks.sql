-- What PostgREST asks before each request: a function of ours, in the request's own transaction.

create function private.check_request()
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
    if current_user <> 'service_role'
        and current_setting('request.headers', true)::json ->> 'prefer'
        ~* 'count\s*=\s*"?(planned|estimated)' then
        raise exception using
            errcode = 'PT400', message = 'Ce décompte n''est pas proposé.',
            detail = 'count_not_allowed', hint = 'Ask with count=exact.';
    end if;
end;
$$;
comment on function private.check_request is
'Refuses planned and estimated counts: they come from statistics, which know every row of every '
'academy, so anybody could learn how much another one sells.';
grant execute on function private.check_request to anon, authenticated, service_role;

-- The linter knows no parameter with a dot in its name.
alter role authenticator set pgrst.db_pre_request = 'private.check_request'; -- noqa: PRS
notify pgrst, 'reload config';
