ALTER TABLE orders ADD COLUMN discount_code TEXT DEFAULT NULL
  CONSTRAINT orders_discount_code_type_check CHECK (length(discount_code) <= 50);

-- Most orders have no code: the index holds only those that do.
CREATE INDEX orders_discount_code_idx ON orders (discount_code) WHERE discount_code IS NOT NULL;
