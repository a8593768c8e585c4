INSERT INTO users (id, full_name, email, password_hash, age, referrer_id, created_at, updated_at) VALUES
    (1, 'Ann', 'ann@shop.example', 'h1', 30, NULL, '2024-01-01', '2024-01-01'),
    (2, 'Bob', 'bob@shop.example', 'h2', NULL, 1, '2024-01-02', '2024-01-02'),
    (3, 'Cid', 'cid@shop.example', 'h3', 20, 1, '2024-01-03', '2024-01-03'),
    (4, 'Dee', 'dee@shop.example', 'h4', 40, NULL, '2024-01-04', '2024-01-04');
INSERT INTO profiles (id, user_id, bio) VALUES (1, 1, 'painter'), (2, 3, NULL);
INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, 'editor'), (3, 'guest');
INSERT INTO user_roles (user_id, role_id, note) VALUES (1, 1, 'founder'), (1, 2, NULL), (2, 2, 'since May');
INSERT INTO tags (id, name) VALUES (1, 'vip'), (2, 'new');
INSERT INTO user_tags (user_id, tag_id) VALUES (1, 1), (2, 1), (2, 2);
INSERT INTO products (id, name, description, price_in_cents, stock_quantity, is_active, created_at, updated_at) VALUES
    (1, 'Pro Laptop 15', 'A laptop', 149999, 25, true, '2024-01-01', '2024-01-01'),
    (2, 'Mouse', NULL, 1999, 0, true, '2024-01-01', '2024-01-01'),
    (3, 'Desk', 'Wood', 29999, 3, false, '2024-01-01', '2024-01-01'),
    (4, '100% wool_rug\', NULL, 0, 7, true, '2024-01-01', '2024-01-01');
INSERT INTO orders (id, user_id, handler_id, status, total_in_cents, note, created_at, updated_at) VALUES
    (1, 1, 4, 'delivered', 149999, NULL, '2024-02-01', '2024-02-01'),
    (2, 1, NULL, 'pending', 3998, 'gift', '2024-02-02', '2024-02-02'),
    (3, 2, 4, 'cancelled', 0, NULL, '2024-03-03', '2024-03-03'),
    (4, 3, 1, 'pending', 31998, NULL, '2024-03-04', '2024-03-04'),
    (5, 1, NULL, 'processing', 29999, 'call first', '2024-03-05', '2024-03-05');
INSERT INTO order_items (id, order_id, product_id, quantity, unit_price_in_cents) VALUES
    (1, 1, 1, 1, 149999), (2, 2, 2, 2, 1999), (3, 2, NULL, 1, 0),
    (4, 4, 3, 1, 29999), (5, 4, 2, 1, 1999), (6, 5, 3, 1, 29999);
INSERT INTO categories (id, parent_id, name) VALUES
    (1, NULL, 'all'), (2, 1, 'home'), (3, 1, 'work'), (4, 2, 'kitchen'), (5, NULL, 'other');
ALTER TABLE users ALTER COLUMN id RESTART WITH 100;
ALTER TABLE profiles ALTER COLUMN id RESTART WITH 100;
ALTER TABLE roles ALTER COLUMN id RESTART WITH 100;
ALTER TABLE tags ALTER COLUMN id RESTART WITH 100;
ALTER TABLE products ALTER COLUMN id RESTART WITH 100;
ALTER TABLE orders ALTER COLUMN id RESTART WITH 100;
ALTER TABLE order_items ALTER COLUMN id RESTART WITH 100;
ALTER TABLE categories ALTER COLUMN id RESTART WITH 100;
