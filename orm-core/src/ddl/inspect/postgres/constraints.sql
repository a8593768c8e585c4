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
            WHEN stored.columns <> '{}' THEN 'stored'
       END,
       c.confmatchtype = 'f', c.coninhcount > 0 OR c.conparentid <> 0, stored.columns
FROM pg_constraint c
LEFT JOIN pg_class t ON t.oid = c.confrelid
LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
CROSS JOIN LATERAL (
    -- What the index of a key has beside its columns.
    SELECT ARRAY(SELECT a.attname::text
                 FROM pg_index x
                 CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (number, place)
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
                 WHERE c.contype IN ('p', 'u') AND x.indexrelid = c.conindid
                   AND k.place > x.indnkeyatts
                 ORDER BY k.place) AS columns
) stored
WHERE c.conrelid = ANY ($1::int8[]::oid[]) AND c.contype IN ('p', 'u', 'c', 'f')
  -- One for each partition of the other table is part of the key.
  AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.oid = c.conparentid AND o.conrelid = c.conrelid)
ORDER BY c.conrelid, c.contype, c.conname
