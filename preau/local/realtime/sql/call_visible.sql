-- One row per viewer, in their order.
select
    answer.seen,
    answer.problem
from pg_temp.realtime_visible(
    %(relation)s, %(key)s, %(keys)s, %(viewers)s, %(transactions)s,
    current_setting('search_path')
) as answer
