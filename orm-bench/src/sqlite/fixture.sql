-- The rows of ../fixture.sql, as `orm` declares such tables on SQLite.
CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    full_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE products (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    price_in_cents INTEGER NOT NULL,
    stock_quantity INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE orders (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    status TEXT NOT NULL,
    total_in_cents INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE order_items (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL,
    unit_price_in_cents INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
-- Two collections of one owner, 100 rows each.
CREATE TABLE posts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    title TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE TABLE comments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    post_id INTEGER NOT NULL REFERENCES posts (id),
    body TEXT NOT NULL
) STRICT;
-- What is written goes elsewhere, so that what is read stays as it is.
CREATE TABLE articles (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    price_in_cents INTEGER NOT NULL,
    stock_quantity INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE stocked (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    price_in_cents INTEGER NOT NULL,
    stock_quantity INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
-- Streamed row by row; filled only when that is measured.
CREATE TABLE events (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

BEGIN;

WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000)
INSERT INTO users (full_name, email, password_hash, created_at, updated_at)
SELECT 'User Number ' || n, 'user' || n || '@example.com', printf('%032x', n * 2654435761),
       '2024-05-06 07:08:09.123456+00:00', '2024-05-06 07:08:09.123456+00:00' FROM n;

WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
INSERT INTO products (name, price_in_cents, stock_quantity, created_at, updated_at)
SELECT 'Product ' || n, 100 + n * 7 % 90000, n % 50,
       '2024-05-06 07:08:09.123456+00:00', '2024-05-06 07:08:09.123456+00:00' FROM n;

WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 99999)
INSERT INTO orders (user_id, status, total_in_cents, created_at, updated_at)
SELECT 1 + n / 10,
       CASE n % 4 WHEN 0 THEN 'pending' WHEN 1 THEN 'processing' WHEN 2 THEN 'shipped' ELSE 'delivered' END,
       n * 13 % 100000,
       strftime('%Y-%m-%d %H:%M:%S', '2024-05-06 07:08:09', '+' || n || ' seconds') || '.123456+00:00',
       '2024-05-06 07:08:09.123456+00:00' FROM n;

WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 299999)
INSERT INTO order_items (order_id, product_id, quantity, unit_price_in_cents, created_at)
SELECT 1 + n / 3, 1 + (n * 7919 + n / 30000 * 137) % 1000, 1 + n % 5, 100 + n % 9000,
       '2024-05-06 07:08:09.123456+00:00' FROM n;

WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 9999)
INSERT INTO posts (user_id, title, created_at)
SELECT 1 + n % 100, 'Post number ' || n || ' of many', '2024-05-06 07:08:09.123456+00:00' FROM n;

WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 29999)
INSERT INTO comments (post_id, body) SELECT 1 + n / 3, 'Comment ' || n FROM n;

INSERT INTO stocked (name, price_in_cents, stock_quantity, created_at, updated_at)
SELECT name, price_in_cents, stock_quantity, created_at, updated_at FROM products;

CREATE INDEX orders_user_id ON orders (user_id);
CREATE INDEX order_items_order_id ON order_items (order_id);
CREATE INDEX order_items_product_id ON order_items (product_id);
CREATE INDEX posts_user_id ON posts (user_id);
CREATE INDEX comments_post_id ON comments (post_id);

COMMIT;
