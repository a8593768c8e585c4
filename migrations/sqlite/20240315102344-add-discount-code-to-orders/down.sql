DROP INDEX orders_discount_code_idx;
ALTER TABLE orders DROP COLUMN discount_code;
