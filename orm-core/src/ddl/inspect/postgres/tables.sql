-- What has the name of a table: $1 are schemas, $2 names; no schema is the current one.
FROM unnest($1::text[], $2::text[]) AS wanted (schema, name)
JOIN pg_namespace n ON n.nspname = coalesce(wanted.schema, current_schema())
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
