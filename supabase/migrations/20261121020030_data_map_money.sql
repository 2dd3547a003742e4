-- The data map, money and messages: what is kept of purchases, mails and the log.

select private.classify(
    'public.orders', '{buyer_id,beneficiary_id}', 'personal', 'who bought what for whom',
    '10 years after the year of the purchase (code de commerce, L123-22)', 'kept_by_law'
);
select private.classify(
    'public.orders', '{reference,status,total_amount,tax_amount,paid_at}', 'sensitive',
    'what a person bought and paid',
    '10 years after the year of the purchase (code de commerce, L123-22)', 'kept_by_law'
);
select private.classify('public.orders', null);

select private.classify(
    'public.order_lines', '{title,unit_amount,discount_amount,total_amount}', 'sensitive',
    'what a person bought, as an invoice says it',
    '10 years after the year of the purchase', 'kept_by_law'
);
select private.classify('public.order_lines', null);

select private.classify(
    'public.order_payers', '{payer_id,label,share_amount}', 'sensitive',
    'who pays which share: a parent, an employer, a fund',
    '10 years after the year of the purchase', 'kept_by_law'
);
select private.classify('public.order_payers', null);

select private.classify(
    'public.payments', '{amount,status,method,due_date,paid_at,stripe_payment_intent_id}', 'sensitive',
    'what was paid, and where to find it at the provider',
    '10 years after the year of the purchase', 'kept_by_law'
);
select private.classify('public.payments', null);

select private.classify(
    'public.payment_attempts', '{provider_session_id,url,success_url,cancel_url}', 'sensitive',
    'the payment page of one person', '13 months, the time a card payment may be disputed', 'deleted'
);
select private.classify(
    'public.payment_attempts', '{error_code,error_message}', 'sensitive',
    'why a payment did not succeed', '13 months', 'deleted'
);
select private.classify('public.payment_attempts', null);

select private.classify(
    'public.billing_customers', '{user_id}', 'personal', 'whose the provider''s customer is',
    'while a member, then until the last payment may be disputed', 'deleted'
);
select private.classify(
    'public.billing_customers', '{customer_id}', 'sensitive',
    'the person at the payment provider', 'as the row', 'deleted'
);
select private.classify('public.billing_customers', null);

select private.classify(
    'private.webhook_events', '{body}', 'sensitive',
    'what a provider told us, with name, address and amount as it has them; replayed after a fault',
    '13 months after it was received', 'deleted'
);
select private.classify(
    'private.webhook_events', '{event_id,object_id}', 'personal',
    'finds the event and its payment at the provider', '13 months after it was received', 'deleted'
);
select private.classify(
    'private.webhook_events', '{outcome,error}', 'personal', 'what became of the event',
    '13 months after it was received', 'deleted'
);
select private.classify('private.webhook_events', null);

select private.classify(
    'public.email_messages', '{user_id,invitation_id}', 'personal', 'whom a mail is to',
    '3 years after it was sent', 'pseudonymised'
);
select private.classify(
    'public.email_messages', '{refs,dedupe_key}', 'personal',
    'which event a mail tells of; ids only, the words are read when it is sent',
    '3 years after it was sent', 'pseudonymised'
);
select private.classify(
    'public.email_messages', '{provider_message_id,error_message}', 'personal',
    'finds a mail at the provider; a provider''s refusal may repeat the address',
    '3 years after it was sent', 'emptied'
);
select private.classify('public.email_messages', null);

select private.classify(
    'public.audit_log', '{actor_id,subject_id,details}', 'personal',
    'who did what to which row; ids and codes only', '5 years, the time a claim may be brought',
    'pseudonymised'
);
select private.classify('public.audit_log', null);
