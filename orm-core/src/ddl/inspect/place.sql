-- Where the connection is: $1 are the schemas the models name. For the rest of
-- the transaction, expressions come back with their texts in one spelling.
SELECT current_database()::text,
       current_schema()::text,
       ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname = ANY ($1::text[])),
       set_config('standard_conforming_strings', 'on', true)
