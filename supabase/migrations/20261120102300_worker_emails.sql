-- The worker's door to the outbox.

create function worker.email_to_send(email_id uuid)
returns jsonb
language sql
set search_path = ''
as $$ select private.email_to_send(email_id); $$;
comment on function worker.email_to_send is
'Everything one mail needs: recipient, academy, template, data, Message-ID; null: nothing to do.';

create function worker.email_sent(email_id uuid, provider text, provider_message_id text)
returns void
language sql
set search_path = ''
as $$ select private.email_sent(email_id, provider, provider_message_id); $$;
comment on function worker.email_sent is 'The provider has accepted the mail.';

create function worker.email_failed(email_id uuid, code text, message text, permanent boolean)
returns void
language sql
set search_path = ''
as $$ select private.email_failed(email_id, code, message, permanent); $$;
comment on function worker.email_failed is 'The provider refused the mail, for now or for good.';

grant execute on function
private.email_to_send, private.email_sent, private.email_failed,
worker.email_to_send, worker.email_sent, worker.email_failed
to service_role;
