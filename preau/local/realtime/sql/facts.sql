-- What changes of a table are judged by, as it is now: its columns, its key, whether it has
-- row-level security, and what each of some roles may read and pass by. No row if it is gone.
select
    relation.relrowsecurity as has_policies,
    coalesce(
        (
            select jsonb_agg(
                jsonb_build_array(
                    attribute.attname, type.typname, attribute.atttypid::bigint,
                    attribute.attgenerated <> ''
                )
                order by attribute.attnum
            )
            from pg_catalog.pg_attribute as attribute
            inner join pg_catalog.pg_type as type on attribute.atttypid = type.oid
            where attribute.attrelid = relation.oid
            and attribute.attnum > 0 and not attribute.attisdropped
        ),
        '[]'
    ) as columns,
    array(
        select attribute.attname::text
        from pg_catalog.pg_index as index
        inner join pg_catalog.pg_attribute as attribute
            on index.indrelid = attribute.attrelid and attribute.attnum = any(index.indkey)
        where index.indrelid = relation.oid and index.indisprimary
        order by attribute.attnum
    ) as key,
    coalesce(
        (
            select jsonb_object_agg(
                role.rolname,
                jsonb_build_array(
                    role.rolsuper or role.rolbypassrls,
                    array(
                        select attribute.attname::text
                        from pg_catalog.pg_attribute as attribute
                        where attribute.attrelid = relation.oid
                        and attribute.attnum > 0 and not attribute.attisdropped
                        and has_column_privilege(
                            role.oid, relation.oid, attribute.attnum, 'select'
                        )
                    )
                )
            )
            from pg_catalog.pg_roles as role
            where role.rolname = any(%(roles)s)
        ),
        '{}'
    ) as roles
from pg_catalog.pg_class as relation
where relation.oid = %(relation)s
