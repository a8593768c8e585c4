//! What breaks a release, and where it is said.

mod breaks;

use orm_core::ddl::blueprint::{self, Blueprint, Constraint, Rule, Storage, Type};
use orm_core::migrate::{Embedded, EmbeddedSource, Migrator};
use orm_core::schema::{Backend, Deferrable};

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
        let rule = crate::lint::rule::all().find(|rule| rule.name == it.rule);
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
        sequence: None,
        default: default.map(Into::into),
        generated: None,
        collation: None,
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
                    deferrable: Deferrable::No,
                },
            }],
            indexes: Vec::new(),
            storage: Storage::default(),
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
