//! What breaks a release, statement by statement, and what does not.

use orm_core::ddl::blueprint::{self, Blueprint, Constraint, Rule, Type};
use orm_core::migrate::{Embedded, EmbeddedSource, Migrator};
use orm_core::schema::Backend;

use super::Release;
use crate::lint::{Finding, Known, lint};

fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn found_by(release: Release, of: Backend, migrations: &[&str]) -> Vec<Finding> {
    let embedded = migrations.iter().enumerate().map(|(at, up)| Embedded {
        name: leaked(&format!("2024010100000{at}-change")),
        source: EmbeddedSource::TwoFiles {
            up: leaked(up),
            down: None,
        },
    });
    let migrator = Migrator::embedded(&embedded.collect::<Vec<_>>());
    let sql = migrator.sql(of).expect("migrations that can be read");
    let known = Known {
        release: Some(release),
        ..Known::default()
    };
    lint(&sql, of, known)
}

/// The findings about the release, and those that a guess about it would make.
fn found(migrations: &[&str]) -> Vec<Finding> {
    let mut found = found_by(Release::example(), Backend::Postgres, migrations);
    found.retain(|it| {
        let rule = super::super::rule::all().find(|rule| rule.name == it.rule);
        rule.is_none_or(|rule| rule.is_about_release() || rule.is_about_use())
    });
    found
}

/// `rule what` of each.
fn short(found: &[Finding]) -> Vec<String> {
    let line = |it: &Finding| format!("{} {}", it.rule, it.uses.join(" "));
    found.iter().map(|it| line(it).trim().to_owned()).collect()
}

#[track_caller]
fn assert_breaks(sql: &str, expected: &[&str]) {
    assert_eq!(short(&found(&[sql])), expected, "{sql}");
}

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
        ("ALTER TABLE drafts ADD CHECK (age > 1)", &[]),
        (
            "ALTER TABLE users ADD FOREIGN KEY (age) REFERENCES ages NOT VALID",
            &["release-refusal users"],
        ),
    ] {
        assert_breaks(sql, expected);
        assert!(
            found(&[sql])
                .iter()
                .all(|it| it.level == crate::lint::rule::Level::Advice)
        );
    }
}

#[test]
fn it_is_said_where_it_happens_once_and_not_where_it_is_meant() {
    let two = [
        "SELECT 1;\n\nALTER TABLE users\n  DROP COLUMN name;",
        "ALTER TABLE users DROP COLUMN age;",
    ];
    let places: Vec<(String, usize)> = found(&two)
        .into_iter()
        .map(|it| (it.file, it.line))
        .collect();
    let file = |at| format!("2024010100000{at}-change/up.sql");
    assert_eq!(places, [(file(0), 4), (file(1), 1)]);
    let allowed =
        "-- orm:allow release-column: it is stopped meanwhile\nALTER TABLE users DROP COLUMN name;";
    assert_breaks(allowed, &[]);
    // What it meant to a release before is nothing to be sorry for.
    let unused = "-- orm:allow release-column: it was stopped\n-- orm:allow drop-column: nobody reads it\n\
                  ALTER TABLE users DROP COLUMN nickname;";
    assert_breaks(unused, &[]);
}

#[test]
fn what_the_release_was_made_with_is_not_judged() {
    let mut release = Release::example();
    release.manifest.migrations = vec!["20240101000000-change".to_owned()];
    let found = found_by(
        release,
        Backend::Postgres,
        &[
            "ALTER TABLE users ALTER age SET NOT NULL;",
            "ALTER TABLE users DROP COLUMN email;",
        ],
    );
    let rules: Vec<&str> = found.iter().map(|it| it.rule).collect();
    assert_eq!(rules, ["set-not-null", "release-column"]);
}

// What a database has otherwise than its models is its own business, and known.
#[test]
fn the_database_says_more() {
    let column = |name: &str, default: Option<&str>, nullable| blueprint::Column {
        name: name.to_owned(),
        kind: Type::BuiltIn("text".to_owned()),
        nullable,
        identity: None,
        default: default.map(Into::into),
        generated: None,
        comment: None,
    };
    let catalog = || Blueprint {
        tables: vec![blueprint::Table {
            name: blueprint::Name::new(None, "users"),
            columns: vec![
                column("id", Some("nextval('s')"), false),
                column("name", None, false),
                column("email", None, true),
                column("age", None, true),
                column("joined", Some("now()"), false),
                column("plan", Some("'free'"), true),
                column("note", None, true),
            ],
            constraints: vec![Constraint {
                name: "mails".to_owned(),
                rule: Rule::Unique {
                    columns: vec!["email".to_owned()],
                    nulls_not_distinct: false,
                },
            }],
            indexes: Vec::new(),
            comment: None,
        }],
        ..Blueprint::default()
    };
    for (sql, expected) in [
        ("ALTER TABLE users ALTER plan SET NOT NULL", &[][..]),
        (
            "ALTER TABLE users ALTER note SET NOT NULL",
            &["release-null users.note"],
        ),
        (
            "ALTER TABLE users DROP CONSTRAINT mails",
            &["release-key users"],
        ),
        ("ALTER TABLE users DROP CONSTRAINT users_email_key", &[]),
        ("ALTER TABLE users DROP COLUMN plan", &[]),
        (
            "ALTER TABLE users ALTER plan SET NOT NULL; ALTER TABLE users ALTER plan DROP DEFAULT",
            &["release-null users.plan"],
        ),
    ] {
        let mut release = Release::example();
        release.catalog = Some(catalog());
        let mut found = found_by(release, Backend::Postgres, &[sql]);
        found.retain(|it| it.rule.starts_with("release-"));
        assert_eq!(short(&found), expected, "{sql}");
    }
}

#[test]
fn sqlite_is_judged_by_what_its_words_say() {
    for (sql, expected) in [
        (
            "ALTER TABLE Users DROP COLUMN [Email]",
            &["release-column users.email"][..],
        ),
        ("ALTER TABLE users DROP COLUMN nickname", &[]),
        (
            "ALTER TABLE users RENAME COLUMN name TO full_name",
            &["release-column users.name"],
        ),
        (
            "ALTER TABLE users RENAME TO people",
            &["release-table users"],
        ),
        ("DROP TABLE users", &["release-table users"]),
        ("DROP INDEX users_email_key", &["release-key users"]),
        (
            "CREATE UNIQUE INDEX u ON users (\"Email\" DESC); DROP INDEX users_email_key",
            &[],
        ),
        (
            "CREATE UNIQUE INDEX u ON users (email) WHERE age > 1; DROP INDEX users_email_key",
            &["release-key users"],
        ),
        // The table made anew: what it holds is not looked at.
        (
            "CREATE TABLE users_new (id integer primary key, name text); \
             INSERT INTO users_new SELECT id, name FROM users; DROP TABLE users; \
             ALTER TABLE users_new RENAME TO users;",
            &[],
        ),
    ] {
        let mut release = Release::example();
        release.manifest.database = "sqlite".to_owned();
        release.manifest.tables[1].columns[2].name = "Email".to_owned();
        release.manifest.tables[1].keys[1].columns = vec!["Email".to_owned()];
        let release = Release::new(release.manifest);
        let found = found_by(release, Backend::Sqlite, &[sql]);
        assert_eq!(short(&found), expected, "{sql}");
    }
}
