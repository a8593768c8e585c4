-- Where the connection is: $1 are the schemas the models name. For the rest of
-- the transaction, types and expressions come back in one spelling, which reads
-- the same in every session.
SELECT current_database()::text,
       current_schema()::text,
       ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname = ANY ($1::text[])),
       set_config('standard_conforming_strings', 'on', true),
       set_config('quote_all_identifiers', 'off', true),
       set_config('datestyle', 'ISO', true),
       set_config('intervalstyle', 'postgres', true),
       set_config('extra_float_digits', '1', true),
       set_config('bytea_output', 'hex', true)
