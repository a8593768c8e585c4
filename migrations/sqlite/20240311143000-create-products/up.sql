CREATE TABLE products (
  id INTEGER NOT NULL CONSTRAINT products_pkey PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  description TEXT,
  price_in_cents INTEGER NOT NULL,
  stock_quantity INTEGER NOT NULL DEFAULT 0,
  is_active INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CONSTRAINT products_id_type_check CHECK (id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT products_created_at_type_check
    CHECK (created_at GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT products_updated_at_type_check
    CHECK (updated_at GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT products_name_type_check CHECK (length(name) <= 200),
  CONSTRAINT products_price_in_cents_type_check CHECK (price_in_cents BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT products_stock_quantity_type_check CHECK (stock_quantity BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT products_is_active_type_check CHECK (is_active IN (0, 1)),
  CONSTRAINT products_name_len_check CHECK (length(name) BETWEEN 2 AND 200),
  CONSTRAINT products_price_in_cents_min_check CHECK (price_in_cents >= 0),
  CONSTRAINT products_stock_quantity_min_check CHECK (stock_quantity >= 0)
) STRICT;
