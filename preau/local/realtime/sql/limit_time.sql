-- For every statement of the transaction: a policy may be slow, and a migration may hold the table.
select set_config('statement_timeout', %(timeout)s, true)
