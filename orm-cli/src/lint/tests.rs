//! Every rule on its own example, and what rules share.

use orm_core::exec::Config;
use orm_core::migrate::{Embedded, EmbeddedSource, Migrator};
use orm_core::schema::Backend;
use orm_testkit::TestDatabase;

use super::rule::{self, Level, Lock};
use super::{Finding, Known, explain, lint};

fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn migrator(migrations: &[&str]) -> Migrator {
    let embedded = migrations.iter().enumerate().map(|(at, up)| Embedded {
        name: leaked(&format!("2024010100000{at}-change")),
        source: EmbeddedSource::TwoFiles {
            up: leaked(up),
            down: None,
        },
    });
    Migrator::embedded(&embedded.collect::<Vec<_>>())
}

/// The findings of migrations that are pending together.
pub(super) fn findings(migrations: &[&str]) -> Vec<Finding> {
    let migrator = migrator(migrations);
    let sql = migrator.sql(Backend::Postgres);
    let sql = sql.expect("migrations that can be read");
    lint(&sql, Backend::Postgres, Known::default())
}

pub(super) fn rules(migrations: &[&str]) -> Vec<&'static str> {
    findings(migrations).iter().map(|it| it.rule).collect()
}

/// The rules that a migration breaks, for who knows what this one has to know.
fn rules_by(rule: &rule::Rule, up: &str) -> Vec<&'static str> {
    let migrator = migrator(&[up]);
    let sql = migrator.sql(Backend::Postgres);
    let sql = sql.expect("a migration that can be read");
    let found = lint(&sql, Backend::Postgres, explain::known(rule));
    found.iter().map(|it| it.rule).collect()
}

#[test]
fn every_rule_stops_its_example_and_nothing_else_does() {
    for rule in rule::all() {
        assert_eq!(rules_by(rule, rule.example.migration), [rule.name]);
    }
}

#[test]
fn what_every_rule_says_to_write_passes() {
    for rule in rule::all() {
        let rewrite = explain::rewrite(rule);
        let found = rules_by(rule, &rewrite);
        assert_eq!(found, [""; 0], "{}:\n{rewrite}", rule.name);
    }
}

// What is said must not only look right.
#[tokio::test]
async fn what_every_rule_says_to_write_runs() {
    // Of what the grammar does not know there is nothing to run, and a role belongs to the
    // whole server.
    let runs = |rule: &&rule::Rule| !["unreadable", "drop-owned"].contains(&rule.name);
    for rule in rule::all().filter(runs) {
        let database = TestDatabase::create().await.expect("a database");
        let client = database.connect().await.expect("a connection");
        let before = client.batch_execute(rule.example.before).await;
        before.unwrap_or_else(|error| panic!("{}: {error:?}", rule.name));
        let rewrite = leaked(&explain::rewrite(rule));
        let config = Config::from_url(&database.url()).expect("a URL");
        let done = migrator(&[rewrite]).up(&config).await;
        done.unwrap_or_else(|error| panic!("{}: {error}\n{rewrite}", rule.name));
    }
}

// The lock is not remembered from somewhere: the server is asked which one
// the example holds.
#[tokio::test]
async fn the_locks_are_those_the_server_takes() {
    // What is dropped is in the catalog no more, and locked nevertheless.
    const HELD: &str = "SELECT DISTINCT mode FROM pg_locks LEFT JOIN pg_class ON oid = relation \
         WHERE pid = pg_backend_pid() AND locktype = 'relation' \
         AND (relnamespace IS NULL OR relnamespace::regnamespace::text !~ '^pg_')";
    for rule in rule::all() {
        let Some(lock) = rule.lock else { continue };
        let database = TestDatabase::create().await.expect("a database");
        let client = database.connect().await.expect("a connection");
        let run = async |sql: &str| {
            let done = client.batch_execute(sql).await;
            done.unwrap_or_else(|error| panic!("{}: {error:?}", rule.name));
        };
        run(rule.example.before).await;
        run("BEGIN").await;
        run(rule.example.migration).await;
        let held = client.query(HELD, &[]).await.expect("the locks");
        let held: Vec<String> = held.iter().map(|row| row.get(0)).collect();
        let mode = match lock {
            Lock::AccessExclusive => "AccessExclusiveLock",
            Lock::ShareRowExclusive => "ShareRowExclusiveLock",
            Lock::Share => "ShareLock",
        };
        assert!(held.iter().any(|it| it == mode), "{}: {held:?}", rule.name);
    }
}

#[test]
fn an_index_that_is_made_in_the_same_go_may_go() {
    let create = "CREATE TABLE t (id int PRIMARY KEY); CREATE INDEX t_id ON t (id);";
    assert_eq!(rules(&[create, "DROP INDEX t_id;"]), [""; 0]);
    assert_eq!(
        rules(&[create, "DROP INDEX t_id, other;"]),
        ["drop-index-not-concurrent"]
    );
}

// The page in the documentation is written from the rules.
#[test]
fn the_documentation_lists_the_rules() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/migration-rules.md");
    let page = documentation();
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(path).expect("the page is there");
    assert!(
        written == page,
        "docs/migration-rules.md is not what the rules say: run this test with WRITE_DOCS=1"
    );
}

fn documentation() -> String {
    let mut page = include_str!("guide.md").to_owned();
    for rule in rule::all() {
        let advice = match rule.level {
            Level::Danger => "",
            Level::Advice => " (advice)",
        };
        let lock = rule.lock.map(|lock| format!(" Lock: {lock}."));
        let databases = match rule.is_of_every_database() {
            true => " In every database.",
            false => "",
        };
        let needs = match rule.is_about_release() {
            true => " Needs a manifest.",
            false => "",
        };
        page += &format!(
            "\n## `{}`{advice}\n\n{}.{}{databases}{needs}\n\n```sql\n{}\n```\n\nInstead:\n\n```sql\n{}\n```\n",
            rule.name,
            capital(rule.reason),
            lock.unwrap_or_default(),
            rule.example.migration,
            explain::rewrite(rule).trim_end(),
        );
    }
    page
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|it| it.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

#[test]
fn names_of_rules_are_distinct_and_in_kebab_case() {
    let mut names: Vec<&str> = rule::all().map(|rule| rule.name).collect();
    for name in &names {
        assert!(orm_core::migrate::is_kebab(name), "{name}");
    }
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn nothing_is_dangerous_on_a_new_table() {
    let create = "CREATE TABLE orders (id int PRIMARY KEY, user_id int, total int);";
    let change = "CREATE INDEX orders_user ON orders (user_id); \
                  ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0); \
                  ALTER TABLE public.orders ALTER COLUMN total SET NOT NULL; \
                  ALTER TABLE Orders ADD COLUMN token uuid DEFAULT gen_random_uuid(); \
                  UPDATE orders SET total = 1; \
                  DROP TABLE orders;";
    assert_eq!(rules(&[create, change]), [""; 0]);
    assert_eq!(rules(&[&format!("{create} {change}")]), [""; 0]);
    assert!(!rules(&[change]).is_empty());
}

#[test]
fn a_quoted_name_is_another_table() {
    let migration = "CREATE TABLE \"Orders\" (id int PRIMARY KEY); CREATE INDEX i ON orders (id);";
    assert_eq!(rules(&[migration]), ["index-not-concurrent"]);
}

#[test]
fn the_line_is_that_of_the_clause() {
    let migration = "-- a comment\n\nALTER TABLE orders\n  ADD COLUMN note text,\n  \
                     ADD COLUMN token uuid DEFAULT gen_random_uuid();";
    let found = findings(&[migration]);
    assert_eq!((found[0].rule, found[0].line), ("volatile-default", 5));
    assert_eq!(found[0].file, "20240101000000-change/up.sql");
}

#[test]
fn the_default_of_a_rewrite_is_the_expression_alone() {
    let migration = "ALTER TABLE t ADD COLUMN default_rate float8 \
                     DEFAULT (random() * 2) NOT NULL;";
    let found = findings(&[migration]);
    assert_eq!(found[0].rule, "volatile-default");
    let set = "ALTER TABLE t ALTER COLUMN default_rate SET DEFAULT (random() * 2);";
    assert!(found[0].rewrite.contains(set), "{}", found[0].rewrite);
}

#[test]
fn a_not_null_that_a_check_has_shown_passes() {
    let shown = "-- orm:no-transaction\n\
                 ALTER TABLE t ADD CONSTRAINT c CHECK (\"Email\" IS NOT NULL) NOT VALID;\n\
                 ALTER TABLE t VALIDATE CONSTRAINT c;";
    let set = "ALTER TABLE t ALTER COLUMN \"Email\" SET NOT NULL;";
    assert_eq!(rules(&[shown, set]), [""; 0]);
    // It shows nothing about another column, nor before it is validated.
    let other = "ALTER TABLE t ALTER COLUMN email SET NOT NULL;";
    assert_eq!(rules(&[shown, other]), ["set-not-null"]);
    let unshown = shown.replace("ALTER TABLE t VALIDATE CONSTRAINT c;", "SELECT 1;");
    assert_eq!(rules(&[&unshown, set]), ["set-not-null"]);
}

#[test]
fn a_steady_default_passes() {
    let migration = "ALTER TABLE t ADD COLUMN at timestamptz NOT NULL DEFAULT now(); \
                     ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 7; \
                     ALTER TABLE t ADD COLUMN tags text[] DEFAULT '{}'::text[];";
    assert_eq!(rules(&[migration]), [""; 0]);
}

#[test]
fn exceptions_need_a_rule_a_reason_and_a_use() {
    let drop = "ALTER TABLE users DROP COLUMN nickname;";
    let allowed = format!("-- orm:allow drop-column: no release reads it\n{drop}");
    assert_eq!(rules(&[&allowed]), [""; 0]);

    let message = |migration: &str| -> Vec<String> {
        let found = findings(&[migration]);
        let faults = found.into_iter().filter(|it| it.rule == "allow");
        faults
            .map(|it| format!("{}: {}", it.line, it.reason))
            .collect()
    };
    assert_eq!(
        message(&format!("-- orm:allow drop-column\n{drop}")),
        ["1: say why: `-- orm:allow drop-column: it is meant because ..`"]
    );
    assert_eq!(
        message(&format!("\n-- orm:allow drop-colum: why\n{drop}")),
        ["2: there is no rule `drop-colum`: did you mean `drop-column`?"]
    );
    assert_eq!(
        message("-- orm:allow drop-table: why\nSELECT 1;"),
        ["1: nothing here breaks `drop-table`: remove the exception"]
    );
    // It is about the next statement, not about all.
    let twice = format!("{allowed}\n{}", drop.replace("nickname", "age"));
    assert_eq!(rules(&[&twice]), ["drop-column"]);
}

#[test]
fn an_exception_excuses_its_rule_alone() {
    let migration = "-- orm:allow column-type: the table is small\n\
                     ALTER TABLE t ALTER COLUMN a TYPE bigint, DROP COLUMN b;";
    assert_eq!(rules(&[migration]), ["drop-column"]);
}

#[test]
fn a_statement_may_break_several_rules() {
    let migration = "ALTER TABLE t ADD COLUMN a int NOT NULL UNIQUE CHECK (a > 0);";
    assert_eq!(
        rules(&[migration]),
        [
            "check-validates",
            "unique-builds-index",
            "not-null-without-default"
        ]
    );
}

#[test]
fn text_the_grammar_does_not_know_is_said_and_not_passed_over() {
    let found = findings(&["SELECT 1;\nFROB THE TABLE;"]);
    assert_eq!((found[0].rule, found[0].line), ("unreadable", 2));
}

// Without a database it is not known which of the files were applied long ago.
#[test]
fn apart_each_migration_finds_the_tables_of_those_before_in_use() {
    let migrator = migrator(&["CREATE TABLE t (a int);", "ALTER TABLE t DROP COLUMN a;"]);
    let sql = migrator.sql(Backend::Postgres).expect("migrations");
    let judged = |apart| {
        let known = Known {
            apart,
            ..Known::default()
        };
        let found = lint(&sql, Backend::Postgres, known);
        found.iter().map(|it| it.rule).collect::<Vec<_>>()
    };
    assert_eq!(judged(false), [""; 0]);
    assert_eq!(judged(true), ["drop-column"]);
}

#[test]
fn a_table_that_is_known_to_be_missing_is_made() {
    let migrator = migrator(&["CREATE TABLE IF NOT EXISTS t (a int); DROP TABLE t;"]);
    for (of, missing, expected) in [
        (Backend::Postgres, &[][..], &["drop-table"][..]),
        (Backend::Postgres, &["t"], &[]),
        (Backend::Sqlite, &[], &["drop-table"]),
        (Backend::Sqlite, &["t"], &[]),
    ] {
        let sql = migrator.sql(of).expect("migrations");
        assert_eq!(super::perhaps_made(&sql, of), ["t"]);
        let known = Known {
            missing: missing.iter().map(|it| (*it).to_owned()).collect(),
            ..Known::default()
        };
        let found = lint(&sql, of, known);
        let found: Vec<&str> = found.iter().map(|it| it.rule).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_block_that_only_says_something_passes() {
    assert_eq!(
        rules(&["DO $$ BEGIN RAISE NOTICE 'added'; END $$;"]),
        [""; 0]
    );
}

#[test]
fn only_dangers_fail_the_check() {
    let report = |migration: &str| super::Report {
        findings: findings(&[migration]),
        migrations: 1,
        rows: [("orders".to_owned(), 1_234_567)].into(),
    };
    let advice = report("DO $$ BEGIN PERFORM 1; END $$;");
    assert!(!advice.is_dangerous());
    assert_eq!(advice.findings[0].level, Level::Advice);
    let danger = report("DROP TABLE orders;");
    assert!(danger.is_dangerous());
    assert_eq!(
        danger.to_string(),
        "20240101000000-change/up.sql:1: drop-table: programs that run while this is deployed \
         still use it, and its rows are gone\n  \
         table: orders, about 1,234,567 rows\n  \
         lock: ACCESS EXCLUSIVE: nobody reads or writes\n  \
         write instead:\n    \
         -- orm:allow drop-table: no running release uses it\n    \
         DROP TABLE orders;\n\
         1 danger in 1 pending migration."
    );
    assert_eq!(danger.to_json()[0]["rows"], 1_234_567);
}

// A table of SQLite that is made anew is gone for nobody.
#[test]
fn sqlite_is_asked_what_programs_would_miss() {
    let judged = |up: &'static str| {
        let migrator = Migrator::embedded(&[Embedded {
            name: "20240101000000-example",
            source: EmbeddedSource::TwoFiles { up, down: None },
        }]);
        let sql = migrator.sql(Backend::Sqlite).expect("SQL of SQLite");
        let found = lint(&sql, Backend::Sqlite, Known::default());
        assert!(found.iter().all(|it| it.lock.is_none()));
        found.into_iter().map(|it| it.rule).collect::<Vec<_>>()
    };
    let anew = "-- orm:foreign-keys-off\nPRAGMA legacy_alter_table = ON;\n\
                CREATE TABLE \"orm_new_t\" (id INTEGER PRIMARY KEY) STRICT;\n\
                INSERT INTO \"orm_new_t\" (id) SELECT id FROM \"t\";\nDROP TABLE \"t\";\n\
                ALTER TABLE \"orm_new_t\" RENAME TO \"t\";\nCREATE INDEX i ON t (id);";
    assert_eq!(judged(anew), [""; 0]);
    // In whatever way SQLite may be told so.
    for text in [
        "DROP TABLE t;",
        "drop table if exists [main].`t`;",
        "DROP TABLE 't';",
        "SELECT '$$'; DROP TABLE t; SELECT '$$';",
        "CREATE TABLE u (a INTEGER) STRICT; DROP TABLE t;",
        "CREATE TABLE u (a INTEGER); ALTER TABLE u RENAME TO t; DROP TABLE v; DROP TABLE t;",
    ] {
        assert_eq!(judged(text), ["drop-table"], "{text}");
    }
    for text in [
        "ALTER TABLE t DROP COLUMN c;",
        "ALTER TABLE main.[t] DROP c;",
        "ALTER TABLE t /* -- */ DROP 'c';",
    ] {
        assert_eq!(judged(text), ["drop-column"], "{text}");
    }
    for text in [
        "ALTER TABLE t RENAME a TO b;",
        "ALTER TABLE `t` RENAME COLUMN [a] TO b;",
    ] {
        assert_eq!(judged(text), ["rename-column"], "{text}");
    }
    assert_eq!(judged("ALTER TABLE t RENAME TO u;"), ["rename-table"]);
    // What is made by the migration nobody uses yet, but for what takes another's place.
    assert_eq!(
        judged("CREATE TABLE [T] (a); ALTER TABLE t DROP COLUMN a;"),
        [""; 0]
    );
    let after = format!("{anew}\nALTER TABLE t DROP COLUMN c;");
    assert_eq!(judged(after.leak()), ["drop-column"]);
    // Exceptions from rules of another database are needed there.
    let both = "-- orm:allow index-not-concurrent: a small table\nCREATE INDEX i ON t (a);";
    assert_eq!(judged(both), [""; 0]);
    assert_eq!(judged("-- orm:allow drop-table: why\nSELECT 1;"), ["allow"]);
}
