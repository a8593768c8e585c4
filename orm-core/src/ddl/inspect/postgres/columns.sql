-- The columns of the tables $1, in order.
SELECT a.attrelid::int8, a.attname::text, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
       a.attidentity::text, a.attgenerated <> '', pg_get_expr(d.adbin, d.adrelid),
       col_description(a.attrelid, a.attnum),
       en.nspname::text, e.typname::text, t.typcategory = 'A' AND t.typtype <> 'd',
       -- Whether its default asks a sequence of its own, or one that is of nobody and that no
       -- other column uses.
       EXISTS (SELECT FROM pg_depend s
               JOIN pg_class q ON q.oid = s.refobjid AND q.relkind = 'S'
               LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = q.oid
                AND o.refclassid = o.classid AND o.deptype IN ('a', 'i')
               WHERE s.classid = 'pg_attrdef'::regclass AND s.refclassid = 'pg_class'::regclass
                 AND s.objid = d.oid
                 AND CASE WHEN o.objid IS NOT NULL
                          THEN o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
                          ELSE NOT EXISTS (SELECT FROM pg_depend u
                                           WHERE u.refclassid = s.refclassid AND u.refobjid = s.refobjid
                                             AND u.classid = s.classid AND u.objid <> s.objid)
                     END),
       base.name,
       CASE WHEN a.attcollation NOT IN (0, t.typcollation) AND pg_collation_is_visible(a.attcollation)
            THEN (SELECT l.collname::text FROM pg_collation l WHERE l.oid = a.attcollation)
       END,
       a.attinhcount > 0,
       -- Whether the table, or a partition of it that has partitions, is partitioned by it.
       r.relkind = 'p' AND EXISTS (
           WITH RECURSIVE below (id) AS (
               SELECT a.attrelid
               UNION ALL
               SELECT h.inhrelid FROM below b JOIN pg_inherits h ON h.inhparent = b.id
           )
           SELECT FROM below b
           JOIN pg_partitioned_table p ON p.partrelid = b.id
           JOIN pg_attribute k ON k.attrelid = b.id AND k.attname = a.attname
           WHERE k.attnum = ANY (p.partattrs)
              OR EXISTS (SELECT FROM pg_depend e
                         WHERE e.classid = 'pg_class'::regclass AND e.objid = b.id
                           AND e.objsubid = k.attnum AND e.refclassid = e.classid
                           AND e.refobjid = b.id AND e.refobjsubid = 0 AND e.deptype = 'i')),
       number.options, number.schema, number.name
FROM pg_attribute a
JOIN pg_class r ON r.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN LATERAL (
    WITH RECURSIVE below (kind, modifier) AS (
        SELECT t.typbasetype, t.typtypmod WHERE t.typtype = 'd'
        UNION ALL
        SELECT u.typbasetype, u.typtypmod FROM below JOIN pg_type u ON u.oid = kind AND u.typtype = 'd'
    )
    SELECT kind, format_type(kind, modifier) AS name
    FROM below JOIN pg_type u ON u.oid = kind AND u.typtype <> 'd'
) base ON true
LEFT JOIN pg_type e
       ON e.oid = CASE WHEN t.typtype = 'd' THEN base.kind
                       WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END AND e.typtype = 'e'
LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
-- The sequence of an identity, or else the one that the default asks, with its name where
-- it is not the column's own.
LEFT JOIN LATERAL (
    SELECT ARRAY[s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle::int]::int8[]
               AS options,
           CASE WHEN NOT is_own THEN qn.nspname::text END AS schema,
           CASE WHEN NOT is_own THEN q.relname::text END AS name
    FROM (SELECT o.objid, true FROM pg_depend o
          WHERE o.classid = 'pg_class'::regclass AND o.refclassid = o.classid
            AND o.deptype = 'i' AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
          UNION ALL
          SELECT o.refobjid,
                 EXISTS (SELECT FROM pg_depend w
                         WHERE w.classid = o.refclassid AND w.objid = o.refobjid
                           AND w.refclassid = w.classid AND w.deptype = 'a'
                           AND w.refobjid = a.attrelid AND w.refobjsubid = a.attnum)
          FROM pg_depend o
          WHERE o.classid = 'pg_attrdef'::regclass AND o.refclassid = 'pg_class'::regclass
            AND o.objid = d.oid) asked (id, is_own)
    JOIN pg_sequence s ON s.seqrelid = asked.id
    JOIN pg_class q ON q.oid = asked.id
    JOIN pg_namespace qn ON qn.oid = q.relnamespace
    ORDER BY is_own DESC LIMIT 1
) number ON true
WHERE a.attrelid = ANY ($1::int8[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
