-- The columns of every table, in order: the table, the name, the type, whether
-- it is NOT NULL, its default, its place in the primary key, whether it is
-- hidden or computed.
SELECT s.name, c.name, c.type, CAST(c."notnull" AS TEXT), c.dflt_value, CAST(c.pk AS TEXT),
       CAST(c.hidden AS TEXT)
FROM sqlite_schema s
JOIN pragma_table_xinfo(s.name) c
WHERE s.type = 'table' AND substr(s.name, 1, 7) <> 'sqlite_'
ORDER BY s.name, c.cid
