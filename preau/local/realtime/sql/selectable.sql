-- Raises for the first selected column that is not there, or that the role may not read.
select count(
    pg_temp.realtime_readable(
        %(relation)s, %(role)s, column_name, 'invalid column for select %%'
    )
)
from unnest(%(columns)s::text []) as column_name
