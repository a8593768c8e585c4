-- The indexes of the tables $1, without those that belong to a key; those of exclusion
-- constraints with their operators, NULL where the name alone does not find one.
-- A column in another collation than its own is an expression, as it is when
-- the index is created; which collation that is the definition tells. NULLS NOT
-- DISTINCT came with PostgreSQL 15.
SELECT i.indrelid::int8, c.relname::text, am.amname::text, i.indisunique, i.indisvalid,
       pg_get_expr(i.indpred, i.indrelid), i.indnkeyatts,
       ARRAY(SELECT CASE WHEN l.oid IS NULL THEN a.attname::text END
             FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
             LEFT JOIN pg_collation l
                    ON l.oid = i.indcollation[k.place - 1] AND l.oid <> a.attcollation
             ORDER BY k.place),
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, true)
             FROM generate_series(1, i.indnkeyatts::int) AS n ORDER BY n),
       ARRAY(SELECT o FROM unnest(i.indoption) WITH ORDINALITY AS k (o, place) ORDER BY k.place),
       ARRAY(SELECT CASE WHEN o.opcdefault AND x.attoptions IS NULL THEN NULL
                         ELSE CASE WHEN pg_opclass_is_visible(o.oid) THEN ''
                                   ELSE o.opcnamespace::regnamespace || '.' END
                              || quote_ident(o.opcname) || coalesce('(' || array_to_string(x.attoptions, ', ') || ')', '')
                    END
             FROM unnest(i.indclass) WITH ORDINALITY AS k (class, place)
             JOIN pg_opclass o ON o.oid = k.class
             JOIN pg_attribute x ON x.attrelid = i.indexrelid AND x.attnum = k.place
             ORDER BY k.place),
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false),
       -- Of a partitioned table, that of its partitions too: without the ONLY before its name.
       overlay(pg_get_indexdef(i.indexrelid, 0, true) PLACING '' FROM
               length(quote_ident(c.relname)) + CASE WHEN i.indisunique THEN 25 ELSE 18 END
               FOR CASE WHEN c.relkind = 'I' THEN 5 ELSE 0 END),
       c.relispartition, coalesce(c.reloptions, '{}'),
       CASE WHEN x.oid IS NOT NULL THEN ARRAY(
           SELECT CASE WHEN pg_operator_is_visible(o.oid) THEN o.oprname::text END
           FROM unnest(x.conexclop) WITH ORDINALITY AS k (operator, place)
           JOIN pg_operator o ON o.oid = k.operator
           ORDER BY k.place)
       END,
       pg_get_constraintdef(x.oid, true), x.condeferrable, x.condeferred
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_constraint x ON x.conindid = i.indexrelid AND x.contype = 'x'
WHERE i.indrelid = ANY ($1::int8[]::oid[])
  AND NOT EXISTS (SELECT FROM pg_constraint o
                  WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u'))
ORDER BY i.indrelid, c.relname
