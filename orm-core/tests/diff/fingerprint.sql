WITH tables AS (
    SELECT c.oid, c.oid::regclass::text AS name FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg_toast%' AND c.relname <> 'orm_migrations'
)
SELECT 'schema ' || nspname FROM pg_namespace
WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
UNION ALL
SELECT concat_ws(' ', 'table', t.name, obj_description(t.oid, 'pg_class'), c.relpersistence, c.reloptions,
                 pg_get_partkeydef(t.oid))
FROM tables t JOIN pg_class c ON c.oid = t.oid
UNION ALL
SELECT concat_ws(' ', 'column', t.name, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                 a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid),
                 col_description(a.attrelid, a.attnum), a.attcollation)
FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL
SELECT concat_ws(' ', 'constraint', t.name, quote_ident(c.conname), pg_get_constraintdef(c.oid))
FROM tables t JOIN pg_constraint c ON c.conrelid = t.oid WHERE c.contype IN ('p', 'u', 'c', 'f', 'x')
UNION ALL
SELECT concat_ws(' ', 'index', i.indisvalid, pg_get_indexdef(i.indexrelid))
FROM tables t JOIN pg_index i ON i.indrelid = t.oid
UNION ALL
SELECT concat_ws(' ', 'enum', t.oid::regtype,
                 (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                  FROM pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_type t WHERE t.typtype = 'e'
ORDER BY 1
