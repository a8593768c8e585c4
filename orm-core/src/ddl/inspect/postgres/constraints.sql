-- The primary keys, uniques, checks and foreign keys of the tables $1.
SELECT c.conrelid::int8, c.conname::text, c.contype::text,
       ARRAY(SELECT a.attname::text
             FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
             ORDER BY k.place),
       pg_get_constraintdef(c.oid, true),
       tn.nspname::text, t.relname::text,
       ARRAY(SELECT a.attname::text
             FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number
             ORDER BY k.place),
       c.confdeltype::text, c.confupdtype::text, c.condeferrable, c.condeferred,
       pg_get_expr(c.conbin, c.conrelid), c.convalidated,
       CASE WHEN c.contype = 'p' AND c.condeferrable THEN 'deferrable'
            WHEN to_jsonb(c) ->> 'confdelsetcols' IS NOT NULL THEN 'partly set'
            WHEN c.contype = 'c' AND c.connoinherit THEN 'not inherited'
       END,
       c.confmatchtype = 'f'
FROM pg_constraint c
LEFT JOIN pg_class t ON t.oid = c.confrelid
LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE c.conrelid = ANY ($1::int8[]::oid[]) AND c.contype IN ('p', 'u', 'c', 'f')
  -- One for each partition of the other table is part of the key.
  AND c.conparentid = 0
ORDER BY c.conrelid, c.contype, c.conname
