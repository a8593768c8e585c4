-- What has the name of an enum type: $1 are schemas, $2 names; no schema is the current one.
SELECT n.nspname::text, t.typname::text, t.typtype = 'e',
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e
             WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
FROM unnest($1::text[], $2::text[]) AS wanted (schema, name)
JOIN pg_namespace n ON n.nspname = coalesce(wanted.schema, current_schema())
JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = wanted.name
ORDER BY n.nspname, t.typname
