-- Every table, index, trigger and view: its kind, its name, its table, its
-- text, whether it is strict, whether it has no rowid. Shadow tables are their
-- virtual table's own affair.
SELECT CASE l.type WHEN 'virtual' THEN 'virtual' ELSE s.type END, s.name, s.tbl_name, s.sql,
       CAST(l.strict AS TEXT), CAST(l.wr AS TEXT)
FROM sqlite_schema s
LEFT JOIN pragma_table_list l
       ON l.schema = 'main' AND l.name = s.name AND s.type IN ('table', 'view')
WHERE substr(s.name, 1, 7) <> 'sqlite_' AND coalesce(l.type, '') <> 'shadow'
ORDER BY s.name
