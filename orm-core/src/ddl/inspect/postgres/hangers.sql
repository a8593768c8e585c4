-- What is built on the tables $1 and on their columns, and no model speaks of:
-- the table, the column (NULL for the table as a whole), what it is, its name,
-- whether it is part of the table, whether it keeps the column's type.
WITH found (class, object, kind, name, home, holds_type) AS (
    SELECT 'pg_rewrite'::regclass, r.oid,
           CASE WHEN r.rulename <> '_RETURN' THEN 'rule'
                WHEN v.relkind = 'm' THEN 'materialized view' ELSE 'view' END,
           CASE WHEN r.rulename <> '_RETURN' THEN r.rulename::text
                ELSE n.nspname || '.' || v.relname END,
           CASE WHEN r.rulename <> '_RETURN' THEN v.oid END, true
    FROM pg_rewrite r
    JOIN pg_class v ON v.oid = r.ev_class
    JOIN pg_namespace n ON n.oid = v.relnamespace
    UNION ALL
    SELECT 'pg_policy'::regclass, oid, 'row policy', polname::text, polrelid, true FROM pg_policy
    UNION ALL
    SELECT 'pg_trigger'::regclass, oid, 'trigger', tgname::text, tgrelid, true
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'pg_constraint'::regclass, oid, 'exclusion constraint', conname::text, conrelid, false
    FROM pg_constraint WHERE contype = 'x'
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, oid, 'statistics', stxname::text, stxrelid, false
    FROM pg_statistic_ext
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 'function', n.nspname || '.' || p.proname, NULL, true
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    UNION ALL
    SELECT 'pg_publication_rel'::regclass, r.oid, 'publication', p.pubname::text, r.prrelid, false
    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, CASE WHEN c.relispartition THEN 'partition' ELSE 'inheriting table' END,
           n.nspname || '.' || c.relname, NULL, false
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f')
), hanging AS (
    SELECT DISTINCT d.refobjid, d.refobjsubid, f.kind, f.name,
           coalesce(f.home = d.refobjid, false) OR f.kind = 'partition' AS is_own, f.holds_type
    FROM pg_depend d
    JOIN found f ON f.class = d.classid AND f.object = d.objid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY ($1::int8[]::oid[])
      AND NOT (d.classid = 'pg_class'::regclass AND d.objid = d.refobjid)
    UNION ALL
    SELECT c.confrelid, k.number, 'foreign key', c.conname || '` of `' || n.nspname || '.' || t.relname, false, false
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid AND NOT t.relispartition
    JOIN pg_namespace n ON n.oid = t.relnamespace
    CROSS JOIN unnest(0::int2 || c.confkey) AS k (number)
    WHERE c.contype = 'f' AND c.confrelid = ANY ($1::int8[]::oid[])
      AND c.conrelid <> ALL ($1::int8[]::oid[])
)
SELECT h.refobjid::int8, a.attname::text, h.kind, h.name, h.is_own, h.holds_type
FROM hanging h
LEFT JOIN pg_attribute a ON h.refobjsubid > 0 AND a.attrelid = h.refobjid AND a.attnum = h.refobjsubid
ORDER BY h.refobjid, h.refobjsubid, h.kind, h.name
