-- What has the name of a table: $1 are schemas, $2 names; no schema is the current one.
SELECT n.nspname::text, c.relname::text, c.oid::int8, c.relkind::text,
       obj_description(c.oid, 'pg_class'),
       c.relpersistence = 'u', coalesce(c.reloptions, '{}'), p.partstrat::text,
       -- By columns, in their usual order; not by expressions.
       CASE WHEN 0 <> ALL (p.partattrs)
             AND (SELECT bool_and(o.opcdefault) FROM pg_opclass o WHERE o.oid = ANY (p.partclass))
            THEN ARRAY(SELECT a.attname::text
                       FROM unnest(p.partattrs) WITH ORDINALITY AS k (number, place)
                       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                       ORDER BY k.place)
       END
FROM unnest($1::text[], $2::text[]) AS wanted (schema, name)
JOIN pg_namespace n ON n.nspname = coalesce(wanted.schema, current_schema())
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
ORDER BY n.nspname, c.relname
