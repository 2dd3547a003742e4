-- A payment provider, or Storage, may be out for hours: about seven and a half hours of tries, as
-- mails have. Twelve are over in a quarter of an hour.
update private.queues set max_attempts = 100
where name in ('payments', 'refunds', 'sweeps', 'reconciliations', 'invoices');
