-- The tables of the schemas $1, other than partitions and what an extension made.
SELECT n.nspname::text, c.relname::text, c.oid::int8, c.relkind::text, obj_description(c.oid, 'pg_class'),
       c.relpersistence = 'u', coalesce(c.reloptions, '{}'), p.partstrat::text,
       -- By columns, in their usual order; not by expressions.
       CASE WHEN 0 <> ALL (p.partattrs)
             AND (SELECT bool_and(o.opcdefault) FROM pg_opclass o WHERE o.oid = ANY (p.partclass))
            THEN ARRAY(SELECT a.attname::text
                       FROM unnest(p.partattrs) WITH ORDINALITY AS k (number, place)
                       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                       ORDER BY k.place)
       END
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname, c.relname
