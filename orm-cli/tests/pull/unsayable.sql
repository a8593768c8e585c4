-- Things that models say otherwise, or not at all: each has its notice.
CREATE TYPE nothing AS ENUM ();
CREATE TABLE keyless (id integer);
CREATE TABLE users (id integer CONSTRAINT users_primary PRIMARY KEY, code bigint UNIQUE, UNIQUE (code, id));
CREATE TABLE orders (
  id integer PRIMARY KEY,
  small smallint REFERENCES users,
  user_id integer NOT NULL REFERENCES users ON DELETE SET NULL,
  other_id integer CONSTRAINT other_key REFERENCES users,
  CONSTRAINT twice FOREIGN KEY (other_id) REFERENCES users ON DELETE CASCADE,
  nothing nothing,
  a text, b text
);
CREATE INDEX two_expressions ON orders (lower(a), lower(b));
CREATE INDEX ordered ON orders (lower(a) DESC);
CREATE INDEX classes ON orders (a text_pattern_ops, b);
CREATE UNIQUE INDEX nulls ON orders (a) NULLS NOT DISTINCT;
ALTER TABLE orders ADD CONSTRAINT ordered CHECK (a <> b);
