-- What the provider's objects say, in our words: one vocabulary for pages and forms.

create function private.session_facts(session jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select jsonb_build_object(
        'intent', session ->> 'payment_intent', 'method', session ->> 'method',
        'error_code', case session ->> 'intent_status'
            when 'requires_action' then 'authentication_required' else session ->> 'error_code'
        end,
        'error_message', session ->> 'error_message',
        'state', case
            when session ->> 'payment_status' = 'paid' then 'paid'
            when session ->> 'status' = 'expired' then 'closed'
            -- Complete and unpaid is on its way, until the payment behind it says otherwise.
            when session ->> 'status' = 'complete' then case
                when session ->> 'intent_status' in ('requires_payment_method', 'canceled') then 'failed'
                else 'processing'
            end
            when session ->> 'intent_status' = 'requires_action' then 'action_needed'
            when session ->> 'error_code' is not null then 'declined'
            else 'unpaid'
        end
    );
$$;
comment on function private.session_facts is 'What a Checkout Session says, in our words.';

create function private.intent_facts(intent jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select jsonb_build_object(
        'intent', intent ->> 'id', 'method', intent ->> 'method',
        'error_code', case intent ->> 'status'
            when 'requires_action' then 'authentication_required' else intent ->> 'error_code'
        end,
        'error_message', intent ->> 'error_message',
        'state', case intent ->> 'status'
            when 'succeeded' then 'paid'
            when 'processing' then 'processing'
            when 'canceled' then 'closed'
            when 'requires_action' then 'action_needed'
            else case
                when intent ->> 'error_code' is null then 'unpaid'
                when private.is_delayed_method(intent ->> 'method') then 'failed'
                else 'declined'
            end
        end
    );
$$;
comment on function private.intent_facts is 'What a PaymentIntent says, in our words.';
