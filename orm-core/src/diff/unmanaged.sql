-- What models do not speak of: what it is, its name, the table it is on.
WITH ours AS (
    SELECT c.oid, c.relname, c.relkind, c.relispartition, n.nspname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), found (kind, name, on_table) AS (
    SELECT 'exclusion constraint', conname::text, nspname || '.' || relname
    FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype = 'x'
      -- By operators that models have no word for, or in an order.
      AND (EXISTS (SELECT FROM pg_operator o
                   WHERE o.oid = ANY (conexclop)
                     AND NOT (pg_operator_is_visible(o.oid)
                              AND oprname IN ('=', '<>', '&&', '-|-', '~=', '&&&')))
           OR EXISTS (SELECT FROM pg_index x
                      WHERE x.indexrelid = conindid AND 0 <> ANY (x.indoption)))
    UNION ALL
    SELECT 'trigger', tgname::text, nspname || '.' || relname
    FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT 'row policy', polname::text, nspname || '.' || relname
    FROM pg_policy JOIN ours ON ours.oid = polrelid
    UNION ALL
    SELECT 'collation of column', attname::text, nspname || '.' || relname
    FROM pg_attribute JOIN ours ON ours.oid = attrelid AND relkind IN ('r', 'p')
    JOIN pg_type t ON t.oid = atttypid
    WHERE attnum > 0 AND NOT attisdropped AND attcollation NOT IN (0, t.typcollation)
      AND NOT pg_collation_is_visible(attcollation)
    UNION ALL
    SELECT 'rule', rulename::text, nspname || '.' || relname
    FROM pg_rewrite JOIN ours ON ours.oid = ev_class WHERE rulename <> '_RETURN'
    UNION ALL
    SELECT 'inheritance', n.nspname || '.' || p.relname, ours.nspname || '.' || ours.relname
    FROM pg_inherits JOIN ours ON ours.oid = inhrelid AND relkind = 'r' AND NOT relispartition
    JOIN pg_class p ON p.oid = inhparent JOIN pg_namespace n ON n.oid = p.relnamespace
    UNION ALL
    SELECT 'INCLUDE of constraint', conname::text, nspname || '.' || relname
    FROM pg_constraint JOIN ours ON ours.oid = conrelid
    JOIN pg_index x ON x.indexrelid = conindid AND x.indnatts > x.indnkeyatts
    WHERE contype IN ('p', 'u', 'x') AND conparentid = 0
    UNION ALL
    SELECT 'NO INHERIT of check', conname::text, nspname || '.' || relname
    FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype = 'c' AND connoinherit
    UNION ALL
    SELECT 'columns of SET of foreign key', conname::text, nspname || '.' || relname
    FROM pg_constraint c JOIN ours ON ours.oid = conrelid
    WHERE to_jsonb(c) ->> 'confdelsetcols' IS NOT NULL AND conparentid = 0
    UNION ALL
    SELECT 'storage parameter of TOAST table', split_part(option, '=', 1), nspname || '.' || ours.relname
    FROM ours JOIN pg_class c ON c.oid = ours.oid JOIN pg_class t ON t.oid = c.reltoastrelid
    CROSS JOIN LATERAL unnest(t.reloptions) AS option
    UNION ALL
    SELECT 'storage parameter of column', attname || '.' || split_part(option, '=', 1), nspname || '.' || relname
    FROM pg_attribute JOIN ours ON ours.oid = attrelid AND relkind IN ('r', 'p')
    CROSS JOIN LATERAL unnest(attoptions) AS option
    WHERE attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT 'statistics', stxname::text, nspname || '.' || relname
    FROM pg_statistic_ext JOIN ours ON ours.oid = stxrelid
    UNION ALL
    SELECT what, nspname || '.' || ours.relname, NULL
    FROM ours JOIN pg_class c ON c.oid = ours.oid
    CROSS JOIN LATERAL (
        SELECT 'row level security' WHERE c.relrowsecurity
        UNION ALL SELECT 'replica identity' WHERE c.relreplident <> 'd' AND c.relkind IN ('r', 'p')
        -- One that numbers a column, or a default asks, is the column's.
        UNION ALL SELECT 'sequence' WHERE c.relkind = 'S' AND NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE (d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
               OR (d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
                   AND d.refobjid = c.oid))
    ) found (what)
    UNION ALL
    SELECT 'collation', n.nspname || '.' || collname, NULL
    FROM pg_collation l JOIN pg_namespace n ON n.oid = collnamespace
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_collation'::regclass AND d.objid = l.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'storage of column', attname::text, nspname || '.' || relname
    FROM pg_attribute a JOIN ours ON ours.oid = attrelid AND relkind IN ('r', 'p')
    JOIN pg_type t ON t.oid = atttypid
    WHERE attnum > 0 AND NOT attisdropped
      AND (attstorage <> typstorage OR to_jsonb(a) ->> 'attcompression' <> '' OR attstattarget > 0)
    UNION ALL
    SELECT 'DEFERRABLE of primary key', conname::text, nspname || '.' || relname
    FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype = 'p' AND condeferrable
    UNION ALL
    SELECT 'NOT VALID of constraint', conname::text, nspname || '.' || relname
    FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE NOT convalidated
    UNION ALL
    SELECT 'storage parameters of index', i.relname::text, ours.nspname || '.' || ours.relname
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid AND i.reloptions IS NOT NULL
    JOIN ours ON ours.oid = x.indrelid
    WHERE EXISTS (SELECT FROM pg_constraint c
                  WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'extension', extname::text, NULL FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT CASE typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'composite type' END,
           n.nspname || '.' || typname, NULL
    FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
    LEFT JOIN pg_class c ON c.oid = typrelid
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND (typtype IN ('d', 'r') OR (typtype = 'c' AND c.relkind = 'c'))
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'function', n.nspname || '.' || proname, NULL
    FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
    UNION ALL
    SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
             ELSE 'foreign table' END,
           nspname || '.' || relname, NULL
    FROM ours WHERE NOT relispartition AND relkind IN ('v', 'm', 'f')
    UNION ALL
    SELECT 'partitioning by ' || how, nspname || '.' || relname, NULL
    FROM ours JOIN pg_partitioned_table p ON p.partrelid = ours.oid
    CROSS JOIN LATERAL (
        SELECT 'expressions' WHERE 0 = ANY (p.partattrs)
        UNION ALL
        SELECT 'operator classes'
        WHERE EXISTS (SELECT FROM pg_opclass o WHERE o.oid = ANY (p.partclass) AND NOT o.opcdefault)
        UNION ALL
        SELECT 'collations'
        WHERE EXISTS (SELECT FROM unnest(p.partattrs) WITH ORDINALITY AS k (number, place)
                      JOIN pg_attribute a ON a.attrelid = ours.oid AND a.attnum = k.number
                      WHERE a.attcollation <> p.partcollation[k.place - 1])
    ) found (how)
    WHERE NOT relispartition
)
SELECT kind, name, on_table FROM found ORDER BY kind, on_table, name
