CREATE TABLE orders (
  id INTEGER NOT NULL CONSTRAINT orders_pkey PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  total_in_cents INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CONSTRAINT orders_id_type_check CHECK (id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT orders_created_at_type_check
    CHECK (created_at GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT orders_updated_at_type_check
    CHECK (updated_at GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT orders_user_id_type_check CHECK (user_id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT orders_status_type_check
    CHECK (status IN ('pending', 'processing', 'shipped', 'delivered', 'cancelled')),
  CONSTRAINT orders_total_in_cents_type_check CHECK (total_in_cents BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT
) STRICT;

CREATE INDEX orders_user_id_idx ON orders (user_id);

CREATE TABLE order_items (
  id INTEGER NOT NULL CONSTRAINT order_items_pkey PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL,
  product_id INTEGER,
  quantity INTEGER NOT NULL,
  unit_price_in_cents INTEGER NOT NULL,
  CONSTRAINT order_items_id_type_check CHECK (id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT order_items_order_id_type_check CHECK (order_id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT order_items_product_id_type_check CHECK (product_id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT order_items_quantity_type_check CHECK (quantity BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT order_items_unit_price_in_cents_type_check CHECK (unit_price_in_cents BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT order_items_quantity_min_check CHECK (quantity >= 1),
  CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT order_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX order_items_order_id_idx ON order_items (order_id);
CREATE INDEX order_items_product_id_idx ON order_items (product_id);
