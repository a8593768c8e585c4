-- The file of the database; empty in memory.
SELECT file FROM pragma_database_list WHERE name = 'main'
