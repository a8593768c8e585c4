-- What is read of a table, a partition or whatever else has the name of one.
SELECT n.nspname::text, c.relname::text, c.oid::int8, c.relkind::text,
       obj_description(c.oid, 'pg_class'),
       -- Of a table of partitions it means nothing.
       c.relpersistence = 'u' AND c.relkind <> 'p', coalesce(c.reloptions, '{}'), p.partstrat::text,
       -- By columns, in their usual order and by their own collation; not by expressions.
       CASE WHEN 0 <> ALL (p.partattrs)
             AND (SELECT bool_and(o.opcdefault) FROM pg_opclass o WHERE o.oid = ANY (p.partclass))
             AND NOT EXISTS (SELECT FROM unnest(p.partattrs) WITH ORDINALITY AS k (number, place)
                             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                             WHERE a.attcollation <> p.partcollation[k.place - 1])
            THEN ARRAY(SELECT a.attname::text
                       FROM unnest(p.partattrs) WITH ORDINALITY AS k (number, place)
                       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                       ORDER BY k.place)
       END,
       c.relispartition, above.schemas, above.names
