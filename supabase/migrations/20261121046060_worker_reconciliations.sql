-- What workers and the command line call, the nightly schedule, and the data map.

create function worker.start_reconciliation(reconciliation_id uuid)
returns jsonb
language sql
set search_path = ''
as $$ select private.start_reconciliation(reconciliation_id); $$;
comment on function worker.start_reconciliation is
'{try, account, day, since, until} in epoch seconds, until excluded; null where it is finished.';

create function worker.stage_objects(reconciliation_id uuid, try integer, objects jsonb)
returns integer
language sql
set search_path = ''
as $$ select private.stage_objects(reconciliation_id, try, objects); $$;
comment on function worker.stage_objects is
'Keeps up to 1000 {object, id, payment_intent, attempt_id, refund_id, status, amount, currency}.';

create function worker.reconciliation_doubts(reconciliation_id uuid, try integer)
returns jsonb
language sql
set search_path = ''
as $$ select private.reconciliation_doubts(reconciliation_id, try); $$;
comment on function worker.reconciliation_doubts is
'Up to 100 {object, id} to ask the provider for one by one; a payment by its intent.';

create function worker.finish_reconciliation(reconciliation_id uuid, try integer)
returns jsonb
language sql
set search_path = ''
as $$ select private.finish_reconciliation(reconciliation_id, try); $$;
comment on function worker.finish_reconciliation is
'Compares what was staged; returns {day, listed, differing, appeared, resolved}.';

create function worker.reconciliation_differences(
    account text default null, is_open boolean default true, after_id bigint default null,
    most integer default 100
)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.differences_of_operator(account, is_open, after_id, most); $$;
comment on function worker.reconciliation_differences is
'Differences, oldest first, at most 1000; is_open false: those that were resolved as well.';

create function worker.reconciliations(account text default null, most integer default 20)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.reconciliations_of_operator(account, most); $$;
comment on function worker.reconciliations is
'Runs, newest first, at most 1000; finished_at is null while one waits or is under way.';

grant execute on function
private.start_reconciliation, private.stage_objects, private.reconciliation_doubts,
private.finish_reconciliation, private.differences_of_operator, private.reconciliations_of_operator,
worker.start_reconciliation, worker.stage_objects, worker.reconciliation_doubts,
worker.finish_reconciliation, worker.reconciliation_differences, worker.reconciliations
to service_role;

-- Late enough for the webhooks of the day, which ends at midnight UTC, to have come.
select private.add_schedule(
    'nightly_reconciliation', '30 3 * * *', 'reconciliations', jitter_seconds => 600,
    catch_up => 'once', description =>
    'Lays the payment provider''s lists of yesterday, and of days before, beside our books.'
);

select private.classify(
    'private.reconciliation_differences',
    '{provider_id,our_row,subject,provider_amount,our_amount,provider_says,we_say}', 'sensitive',
    'where a payment stands differently at the provider: ids and amounts',
    '10 years after the year of the purchase', 'kept_by_law'
);
select private.classify(
    'private.reconciliation_objects',
    '{provider_id,payment_intent,attempt,refund,status,amount,currency}', 'sensitive',
    'the provider''s payments of a day, while they are compared', 'until the run is finished',
    'deleted'
);
select private.classify('private.reconciliations', null);
select private.classify('private.reconciliation_objects', null);
select private.classify('private.reconciliation_differences', null);
