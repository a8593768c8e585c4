-- The indexes of the tables $1, without those that belong to a constraint.
SELECT i.indrelid, c.relname::text, am.amname::text, i.indisunique, i.indisvalid,
       pg_get_expr(i.indpred, i.indrelid), i.indnkeyatts,
       ARRAY(SELECT a.attname::text
             FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
             ORDER BY k.place),
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, true)
             FROM generate_series(1, i.indnkeyatts::int) AS n ORDER BY n),
       ARRAY(SELECT o FROM unnest(i.indoption) WITH ORDINALITY AS k (o, place) ORDER BY k.place)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
WHERE i.indrelid = ANY ($1::oid[])
  AND NOT EXISTS (SELECT FROM pg_constraint o
                  WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, c.relname
