LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
LEFT JOIN LATERAL (
    -- The tables that it inherits from or is a partition of, nearest first.
    WITH RECURSIVE parents (id, steps) AS (
        SELECT h.inhparent, 1 FROM pg_inherits h WHERE h.inhrelid = c.oid
        UNION
        SELECT h.inhparent, a.steps + 1 FROM parents a JOIN pg_inherits h ON h.inhrelid = a.id
    )
    SELECT array_agg(an.nspname::text ORDER BY a.steps, a.id) AS schemas,
           array_agg(ac.relname::text ORDER BY a.steps, a.id) AS names
    FROM parents a
    JOIN pg_class ac ON ac.oid = a.id
    JOIN pg_namespace an ON an.oid = ac.relnamespace
) above ON true
ORDER BY n.nspname, c.relname
