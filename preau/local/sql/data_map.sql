-- What docs/data-map.md says: columns of one table with one fate in one row, personal ones first.
select
    schema_name || '.' || table_name as "table",
    string_agg('`' || column_name || '`', ', ' order by column_name) as columns,
    classification,
    purpose,
    retention,
    replace(erasure, '_', ' ') as erasure
from private.data_map
group by schema_name, table_name, classification, purpose, retention, erasure
order by 1, classification desc, 2;
