-- One filter, ready to be asked of rows.
select
    condition.type_oid,
    condition.expression,
    condition.among
from pg_temp.realtime_condition(
    %(relation)s, %(role)s, %(column)s, %(operator)s, %(operand)s, %(negated)s
) as condition
