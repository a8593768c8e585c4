ALTER TABLE orders ADD COLUMN discount_code varchar(50) DEFAULT NULL;

-- Most orders have no code: the index holds only those that do.
CREATE INDEX orders_discount_code_idx ON orders (discount_code) WHERE discount_code IS NOT NULL;

DO $$ BEGIN RAISE NOTICE 'Migration up: discount_code column added to orders.'; END $$;
