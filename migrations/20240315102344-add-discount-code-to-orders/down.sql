DROP INDEX orders_discount_code_idx;
ALTER TABLE orders DROP COLUMN discount_code;

DO $$ BEGIN RAISE NOTICE 'Migration down: discount_code column removed from orders.'; END $$;
