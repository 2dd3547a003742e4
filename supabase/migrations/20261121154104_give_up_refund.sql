-- Giving a buried refund up: the money went back otherwise, or shall go another way.

create function private.give_up_refund(wanted uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
    given public.refunds;
begin
    -- The same order of locks as everywhere: order, then refund.
    perform from public.orders as o
    inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
    inner join public.refunds as r on p.academy_id = r.academy_id and p.id = r.payment_id
    where r.id = wanted for update of o;
    select * into given from public.refunds as r where r.id = wanted for update;
    if given.id is null then
        perform private.fail(404, 'refund_not_found', 'There is no such refund.');
    elsif given.status <> 'pending' or given.buried_at is null or exists (
        select 1 from pgmq.q_refunds as q where q.message ->> 'refund_id' = wanted::text
    ) then
        perform private.fail(
            409, 'refund_not_buried', 'Only a pending refund whose job died can be given up.',
            'While its job lives the provider may be asked at any moment.'
        );
    elsif given.provider_refund_id is not null then
        perform private.fail(
            409, 'refund_is_made', 'The provider has made this refund already.',
            'Replay its dead letter: the provider says what became of it.'
        );
    end if;
    perform private.fail_refund(wanted, 'given_up', 'An operator gave it up.');
end;
$$;
comment on function private.give_up_refund is
'Frees the amount. Whoever is about to ask waits for the row and finds it over; a refund that an '
'earlier try made after all is recorded when the provider tells of it. Definer: refunds are '
'DB-owned.';

create function worker.give_up_refund(refund_id uuid)
returns void
language sql
set search_path = ''
as $$ select private.give_up_refund(refund_id); $$;
comment on function worker.give_up_refund is
'For an operator: a pending refund whose job is a dead letter, or was, becomes failed (given_up).';
grant execute on function private.give_up_refund, worker.give_up_refund to service_role;

create or replace function private.give_back_won(paid public.payments, intent text)
returns void
language sql
set search_path = ''
as $$
    select private.request_refund(paid.id, null, 'duplicate', intent)
    where exists (
        select 1 from public.refunds as r
        where r.provider_account_id = paid.provider_account_id and r.payment_intent_id = intent
            and r.reason in ('no_seat', 'paid_twice') and r.status = 'failed'
    ) and not exists (
        select 1 from public.refunds as r
        where r.provider_account_id = paid.provider_account_id and r.payment_intent_id = intent
            and (r.status in ('pending', 'succeeded') or r.failure_code = 'given_up')
    );
$$;
comment on function private.give_back_won is
'Money that bought nothing was to go back, and the dispute kept it from going: now that it is here '
'again it goes, and the buyer is told when it has. Where an operator gave a refund of it up, it is '
'a person''s.';
