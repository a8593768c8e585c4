-- The tables of the schemas $1, other than what an extension made, and of partitions those
-- with the names $3 in the schemas $2.
FROM pg_namespace n
JOIN pg_class c
  ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
 AND CASE WHEN c.relispartition
          THEN EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS wanted (schema, name)
                       WHERE n.nspname = coalesce(wanted.schema, current_schema())
                         AND c.relname = wanted.name)
          ELSE n.nspname = ANY ($1::text[]) END
 AND NOT EXISTS (SELECT FROM pg_depend e
                 WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
