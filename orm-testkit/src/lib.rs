//! A real PostgreSQL for tests and examples.
