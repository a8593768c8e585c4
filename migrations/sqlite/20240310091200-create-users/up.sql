CREATE TABLE users (
  id INTEGER NOT NULL CONSTRAINT users_pkey PRIMARY KEY AUTOINCREMENT,
  full_name TEXT NOT NULL,
  email TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CONSTRAINT users_id_type_check CHECK (id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT users_created_at_type_check
    CHECK (created_at GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT users_updated_at_type_check
    CHECK (updated_at GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT users_full_name_type_check CHECK (length(full_name) <= 150),
  CONSTRAINT users_email_type_check CHECK (length(email) <= 255),
  CONSTRAINT users_password_hash_type_check CHECK (length(password_hash) <= 255)
) STRICT;

CREATE UNIQUE INDEX users_email_key ON users (email);
