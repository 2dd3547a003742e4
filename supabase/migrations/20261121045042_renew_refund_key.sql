-- A key that the provider has answered with an error gets that answer for a day: the next try has its own.

create function private.renew_refund_key(refund uuid)
returns void
language sql
security definer
set search_path = ''
as $$
    update public.refunds set idempotency_key = 'refund:' || gen_random_uuid()
    where id = refund and status = 'pending' and provider_refund_id is null;
$$;
comment on function private.renew_refund_key is
'Only after an answer: what was asked without one is asked again under the same key. That the refund was '
'made all the same is found by our id in its metadata. Definer: refunds are DB-owned.';

create function worker.renew_refund_key(refund_id uuid)
returns void
language sql
set search_path = ''
as $$ select private.renew_refund_key(refund_id); $$;
comment on function worker.renew_refund_key is
'The provider answered a refund''s key with an error that may pass.';
grant execute on function private.renew_refund_key, worker.renew_refund_key to service_role;
