//! Statement by statement: what breaks a release, and what does not.

use orm_core::schema::Backend;

use super::{assert_breaks, found, found_by, short};
use crate::lint::release::Release;
use crate::lint::rule::Level;

#[test]
fn tables_are_found_by_their_names() {
    for (sql, expected) in [
        ("DROP TABLE users", &["release-table users"][..]),
        (
            "ALTER TABLE users RENAME TO people",
            &["release-table users"],
        ),
        (
            "ALTER TABLE public.users SET SCHEMA old",
            &["release-table users"],
        ),
        ("ALTER TABLE users SET SCHEMA public", &[]),
        (
            "ALTER SCHEMA public RENAME TO old",
            &[
                "release-table orders",
                "release-table users",
                "release-type orders.status",
            ],
        ),
        (
            "DROP SCHEMA public CASCADE",
            &[
                "release-table orders",
                "release-table users",
                "release-type orders.status",
            ],
        ),
        ("ALTER SCHEMA other RENAME TO more; DROP SCHEMA more;", &[]),
        (
            "ALTER TABLE users RENAME TO people; CREATE VIEW users AS SELECT * FROM people;",
            &["release-table users"],
        ),
        (
            "ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME TO users;",
            &[],
        ),
        (
            "CREATE TABLE drafts (id int); ALTER TABLE drafts RENAME TO notes; DROP TABLE notes;",
            &[],
        ),
        // Made anew, with what can be read off it and what cannot.
        (
            "CREATE TABLE tmp (id int PRIMARY KEY, status status NOT NULL); \
             DROP TABLE orders; ALTER TABLE tmp RENAME TO orders;",
            &["release-default orders.id"],
        ),
        (
            "CREATE TABLE tmp (LIKE orders INCLUDING ALL, note text); \
             DROP TABLE orders; ALTER TABLE tmp RENAME TO orders;",
            &[],
        ),
        // A guess is made where the manifest says nothing.
        ("DROP TABLE drafts", &["drop-table"]),
    ] {
        assert_breaks(sql, expected);
    }
}

#[test]
fn columns_are_found_by_their_names() {
    for (sql, expected) in [
        (
            "ALTER TABLE users DROP COLUMN email",
            &["release-column users.email"][..],
        ),
        ("ALTER TABLE users DROP COLUMN nickname", &[]),
        (
            "ALTER TABLE users RENAME name TO full_name",
            &["release-column users.name"],
        ),
        ("ALTER TABLE users RENAME nickname TO nick", &[]),
        ("ALTER TABLE drafts DROP COLUMN email", &["drop-column"]),
        ("ALTER TABLE users ADD COLUMN nickname text", &[]),
        (
            "ALTER TABLE users RENAME TO people; ALTER TABLE people DROP COLUMN name",
            &["release-table users", "release-column users.name"],
        ),
        (
            "ALTER TABLE users RENAME name TO full_name; ALTER TABLE users ALTER full_name TYPE int",
            &["release-column users.name", "release-type users.name"],
        ),
        // Two columns that change places are one column of another type.
        (
            "ALTER TABLE users ADD COLUMN age_new bigint; ALTER TABLE users RENAME age TO age_old; \
             ALTER TABLE users RENAME age_new TO age;",
            &["release-type users.age"],
        ),
        (
            "ALTER TABLE users ADD COLUMN age_new int; ALTER TABLE users RENAME age TO age_old; \
             ALTER TABLE users RENAME age_new TO age;",
            &[],
        ),
    ] {
        assert_breaks(sql, expected);
    }
}

#[test]
fn types_are_those_that_are_read() {
    for (sql, expected) in [
        (
            "ALTER TABLE users ALTER age TYPE bigint",
            &["release-type users.age"][..],
        ),
        (
            "ALTER TABLE users ALTER age TYPE text",
            &["release-type users.age"],
        ),
        ("ALTER TABLE users ALTER age TYPE int4", &[]),
        (
            "ALTER TABLE users ALTER age TYPE smallint",
            &["release-refusal users.age"],
        ),
        (
            "ALTER TABLE users ALTER name TYPE varchar(20)",
            &["release-refusal users.name"],
        ),
        ("ALTER TABLE users ALTER name TYPE varchar", &[]),
        (
            "ALTER TABLE users ALTER name TYPE int USING 1",
            &["release-type users.name"],
        ),
        (
            "ALTER TABLE users ALTER joined TYPE timestamp",
            &["release-type users.joined"],
        ),
        ("ALTER TABLE users ALTER nickname TYPE int USING 1", &[]),
        (
            "CREATE DOMAIN years AS int4; ALTER TABLE users ALTER age TYPE years",
            &[],
        ),
        (
            "ALTER TABLE users ALTER age TYPE unknown_to_all",
            &["release-type users.age"],
        ),
        (
            "ALTER TYPE status RENAME TO state",
            &["release-type orders.status"],
        ),
        (
            "ALTER TYPE status SET SCHEMA app",
            &["release-type orders.status"],
        ),
        ("DROP TYPE status CASCADE", &["release-type orders.status"]),
        ("ALTER TYPE mood RENAME TO temper", &["rename-type"]),
        (
            "ALTER TABLE orders ALTER status TYPE text",
            &["release-type orders.status"],
        ),
        // Two types change places, and the column stays behind.
        (
            "ALTER TYPE status RENAME TO status_old; CREATE TYPE status AS ENUM ('open', 'done');",
            &["release-type orders.status"],
        ),
        // Made anew, with what the release knows and more.
        (
            "ALTER TYPE status RENAME TO status_old; \
             CREATE TYPE status AS ENUM ('open', 'done', 'sent'); \
             ALTER TABLE orders ALTER status TYPE status USING status::text::status; \
             DROP TYPE status_old;",
            &["release-new-label orders.status"],
        ),
        (
            "ALTER TYPE status RENAME TO status_old; CREATE TYPE status AS ENUM ('open'); \
             ALTER TABLE orders ALTER status TYPE status USING status::text::status;",
            &["release-label orders.status"],
        ),
    ] {
        assert_breaks(sql, expected);
    }
}

#[test]
fn labels_are_those_that_are_known() {
    for (sql, expected) in [
        (
            "ALTER TYPE status RENAME VALUE 'done' TO 'closed'",
            &["release-label orders.status"][..],
        ),
        (
            "ALTER TYPE status ADD VALUE 'closed'",
            &["release-new-label orders.status"],
        ),
        ("ALTER TYPE status ADD VALUE IF NOT EXISTS 'open'", &[]),
        ("ALTER TYPE mood ADD VALUE 'bad'", &[]),
    ] {
        assert_breaks(sql, expected);
    }
    let mut open = Release::example();
    for column in open
        .manifest
        .tables
        .iter_mut()
        .flat_map(|it| &mut it.columns)
    {
        column.takes_unknown = true;
    }
    let sql = "ALTER TYPE status ADD VALUE 'closed'";
    assert!(found_by(open, Backend::Postgres, &[sql]).is_empty());
}

#[test]
fn inserts_give_what_they_know() {
    for (sql, expected) in [
        (
            "ALTER TABLE users ALTER age SET NOT NULL",
            &["release-null users.age"][..],
        ),
        ("ALTER TABLE users ALTER name SET NOT NULL", &[]),
        ("ALTER TABLE users ALTER nickname SET NOT NULL", &[]),
        (
            "ALTER TABLE users ADD CHECK (age IS NOT NULL) NOT VALID",
            &["release-null users.age"],
        ),
        (
            "ALTER TABLE users ADD CONSTRAINT n NOT NULL age",
            &["release-null users.age"],
        ),
        (
            "ALTER TABLE users ADD COLUMN plan text NOT NULL",
            &["release-null users.plan"],
        ),
        (
            "ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free'",
            &[],
        ),
        (
            "ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT NULL",
            &["release-null users.plan"],
        ),
        (
            "ALTER TABLE users ADD COLUMN plan int GENERATED ALWAYS AS IDENTITY",
            &[],
        ),
        (
            "ALTER TABLE users ADD COLUMN plan int NOT NULL GENERATED ALWAYS AS (age + 1) STORED",
            &[],
        ),
        ("ALTER TABLE drafts ADD COLUMN plan text NOT NULL", &[]),
        // In one transaction nobody sees the first.
        (
            "ALTER TABLE users ADD COLUMN plan text NOT NULL; \
             ALTER TABLE users ALTER plan SET DEFAULT 'free';",
            &[],
        ),
        (
            "-- orm:no-transaction\nALTER TABLE users ADD COLUMN plan text NOT NULL; \
             ALTER TABLE users ALTER plan SET DEFAULT 'free';",
            &["release-null users.plan"],
        ),
        (
            "ALTER TABLE users ADD COLUMN plan text DEFAULT 'free'; \
             ALTER TABLE users ALTER plan SET NOT NULL;",
            &[],
        ),
        (
            "ALTER TABLE users ADD COLUMN plan text; ALTER TABLE users ALTER plan SET NOT NULL;",
            &["release-null users.plan"],
        ),
        (
            "ALTER TABLE users ALTER name DROP NOT NULL",
            &["release-reads-null users.name"],
        ),
        ("ALTER TABLE users ALTER age DROP NOT NULL", &[]),
        (
            "ALTER TABLE users ALTER joined DROP DEFAULT",
            &["release-default users.joined"],
        ),
        (
            "ALTER TABLE users ALTER joined SET DEFAULT NULL",
            &["release-default users.joined"],
        ),
        (
            "ALTER TABLE users ALTER joined SET DEFAULT clock_timestamp()",
            &[],
        ),
        (
            "ALTER TABLE users ALTER id DROP IDENTITY",
            &["release-default users.id"],
        ),
        ("ALTER TABLE users ALTER name DROP DEFAULT", &[]),
        (
            "ALTER TABLE users ALTER id SET GENERATED ALWAYS",
            &["release-generated users.id"],
        ),
        ("ALTER TABLE users ALTER id SET GENERATED BY DEFAULT", &[]),
        (
            "ALTER TABLE users DROP COLUMN age; \
             ALTER TABLE users ADD COLUMN age int GENERATED ALWAYS AS (1) STORED;",
            &["release-generated users.age"],
        ),
    ] {
        assert_breaks(sql, expected);
    }
}

#[test]
fn upserts_name_a_key() {
    for (sql, expected) in [
        (
            "ALTER TABLE users DROP CONSTRAINT users_email_key",
            &["release-key users"][..],
        ),
        ("DROP INDEX users_email_key", &["release-key users"]),
        ("DROP INDEX users_age_idx", &[]),
        // Something else keeps them unique.
        (
            "-- orm:no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY u ON users (email); \
             ALTER TABLE users DROP CONSTRAINT users_email_key;",
            &[],
        ),
        (
            "ALTER TABLE users DROP CONSTRAINT users_email_key, ADD UNIQUE (email)",
            &[],
        ),
        (
            "ALTER TABLE users DROP CONSTRAINT users_email_key, ADD UNIQUE (email) DEFERRABLE",
            &["release-key users"],
        ),
        (
            "ALTER TABLE users DROP CONSTRAINT users_email_key; \
             CREATE UNIQUE INDEX users_email_key ON users (email) WHERE age > 1;",
            &["release-key users"],
        ),
        (
            "ALTER TABLE users DROP CONSTRAINT users_email_key; \
             CREATE UNIQUE INDEX users_email_key ON users (lower(email));",
            &["release-refusal users", "release-key users"],
        ),
        (
            "ALTER INDEX users_email_key RENAME TO mails; DROP INDEX users_email_key;",
            &[],
        ),
        (
            "ALTER TABLE users RENAME CONSTRAINT users_email_key TO mails; \
             ALTER TABLE users DROP CONSTRAINT mails;",
            &["release-key users"],
        ),
        (
            "ALTER TABLE users DROP CONSTRAINT users_pkey",
            &["release-key users"],
        ),
    ] {
        let mut expected: Vec<&str> = expected.to_vec();
        let mut short = short(&found(&[sql]));
        short.sort();
        expected.sort_unstable();
        assert_eq!(short, expected, "{sql}");
    }
}

#[test]
fn rows_and_rights_are_not_withheld() {
    for (sql, expected) in [
        (
            "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
            &["release-rights users"][..],
        ),
        (
            "ALTER TABLE drafts ENABLE ROW LEVEL SECURITY",
            &["row-security"],
        ),
        (
            "REVOKE INSERT, UPDATE ON users, drafts FROM app",
            &["release-rights users"],
        ),
        (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM app",
            &["release-rights orders", "release-rights users"],
        ),
        ("REVOKE USAGE ON SCHEMA other FROM app", &[]),
        ("REVOKE ALL ON drafts FROM app", &[]),
        ("GRANT SELECT ON users TO app", &[]),
        (
            "ALTER TABLE users OWNER TO admin",
            &["release-rights users"],
        ),
        ("ALTER TABLE drafts OWNER TO admin", &[]),
    ] {
        assert_breaks(sql, expected);
    }
}

#[test]
fn what_refuses_rows_is_said_and_no_more() {
    for (sql, expected) in [
        (
            "ALTER TABLE users ADD CHECK (age > 1) NOT VALID",
            &["release-refusal users"][..],
        ),
        (
            "ALTER TABLE users ADD CONSTRAINT n UNIQUE (name)",
            &["release-refusal users"],
        ),
        ("ALTER TABLE users ADD CONSTRAINT n UNIQUE (email)", &[]),
        (
            "CREATE UNIQUE INDEX n ON users (name)",
            &["release-refusal users"],
        ),
        ("CREATE INDEX n ON users (name)", &[]),
        (
            "ALTER TABLE users ADD COLUMN n int DEFAULT 1 UNIQUE",
            &["release-refusal users"],
        ),
        ("ALTER TABLE users ADD COLUMN n int UNIQUE", &[]),
        (
            "ALTER TABLE users ADD COLUMN n uuid DEFAULT gen_random_uuid() UNIQUE",
            &[],
        ),
        ("ALTER TABLE drafts ADD CHECK (age > 1)", &[]),
        (
            "ALTER TABLE users ADD FOREIGN KEY (age) REFERENCES ages NOT VALID",
            &["release-refusal users"],
        ),
    ] {
        assert_breaks(sql, expected);
        assert!(found(&[sql]).iter().all(|it| it.level == Level::Advice));
    }
}
