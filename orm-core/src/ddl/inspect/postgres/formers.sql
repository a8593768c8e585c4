-- The triggers of the tables $1 that keep a column the same under an old and a new name:
-- the table, the trigger, its function with its schema, and both names as JSON.
SELECT t.tgrelid::int8, t.tgname::text, p.proname::text, n.nspname::text,
       substr(obj_description(t.oid, 'pg_trigger'), 12)
FROM pg_trigger t
JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE NOT t.tgisinternal AND t.tgrelid = ANY ($1::int8[]::oid[])
  AND starts_with(obj_description(t.oid, 'pg_trigger'), 'orm:former ')
ORDER BY t.tgrelid, t.tgname
