-- The columns of the tables $1, in order.
SELECT a.attrelid::int8, a.attname::text, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
       a.attidentity::text, a.attgenerated <> '', pg_get_expr(d.adbin, d.adrelid),
       col_description(a.attrelid, a.attnum),
       en.nspname::text, e.typname::text, t.typcategory = 'A',
       EXISTS (SELECT FROM pg_depend s
               JOIN pg_class q ON q.oid = s.objid AND q.relkind = 'S'
               WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass
                 AND s.deptype = 'a' AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum)
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e
       ON e.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END AND e.typtype = 'e'
LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY ($1::int8[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
