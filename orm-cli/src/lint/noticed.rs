//! What programs would notice, statement by statement, and what is told instead.

use super::tests::{findings, rules};

// Each of them was passed over once.
#[test]
fn what_programs_would_notice_is_not_missed() {
    for (migration, expected) in [
        (
            "ALTER TABLE t ADD COLUMN l int NOT NULL DEFAULT 0 REFERENCES lang",
            &["foreign-key-validates", "foreign-key-without-index"][..],
        ),
        // Without a value there is nothing to look up.
        (
            "ALTER TABLE t ADD COLUMN l int REFERENCES lang",
            &["foreign-key-without-index"],
        ),
        (
            "CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX t_a ON t (a)",
            &["index-not-concurrent"],
        ),
        ("UPDATE t SET x = 1 WHERE true", &["all-rows-at-once"]),
        ("UPDATE t SET x = 1 WHERE 1 = 1", &["all-rows-at-once"]),
        (
            "UPDATE t SET x = 1 WHERE now() > '2020-01-01'",
            &["all-rows-at-once"],
        ),
        ("UPDATE t SET x = 1 WHERE x IS NULL", &[]),
        ("UPDATE t SET x = 1 WHERE lower(y) = 'a'", &[]),
        (
            "UPDATE t SET x = u.x FROM u WHERE t.id = u.t_id",
            &["all-rows-at-once"],
        ),
        (
            "UPDATE t SET x = u.x FROM u WHERE t.id = u.t_id AND u.id < 100",
            &[],
        ),
        ("DELETE FROM t", &["all-rows-at-once"]),
        (
            "DELETE FROM t USING u WHERE t.id = u.t_id",
            &["all-rows-at-once"],
        ),
        (
            "WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM gone",
            &["all-rows-at-once"],
        ),
        (
            "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET x = u.x",
            &["copies-rows"],
        ),
        (
            "MERGE INTO t USING (SELECT * FROM u WHERE u.id < 9) AS u ON t.id = u.id \
             WHEN MATCHED THEN DO NOTHING",
            &[],
        ),
        ("INSERT INTO t SELECT * FROM u", &["copies-rows"]),
        (
            "INSERT INTO t SELECT * FROM u JOIN v ON u.id = v.id",
            &["copies-rows"],
        ),
        ("INSERT INTO t SELECT * FROM u WHERE u.id < 1000", &[]),
        ("INSERT INTO t SELECT * FROM u LIMIT 10", &[]),
        (
            "INSERT INTO t SELECT n FROM generate_series(1, 9) AS n",
            &[],
        ),
        ("INSERT INTO t VALUES (1), (2)", &[]),
        (
            "DROP EXTENSION citext CASCADE",
            &["drop-extension", "cascade"],
        ),
        ("DROP TYPE mood CASCADE", &["drop-type", "cascade"]),
        ("DROP DOMAIN email", &["drop-type"]),
        ("DROP FOREIGN TABLE far", &["drop-table"]),
        ("DROP FUNCTION f(int), g", &["drop-routine", "drop-routine"]),
        ("DROP PROCEDURE f", &["drop-routine"]),
        ("DROP AGGREGATE best(int)", &["drop-routine"]),
        ("DROP MATERIALIZED VIEW v", &["drop-view"]),
        (
            "ALTER TABLE t DROP COLUMN c CASCADE",
            &["drop-column", "cascade"],
        ),
        ("ALTER TYPE mood RENAME TO temper", &["rename-type"]),
        ("ALTER TYPE mood SET SCHEMA app", &["rename-type"]),
        (
            "ALTER TYPE pair RENAME ATTRIBUTE a TO b",
            &["rename-column"],
        ),
        ("ALTER TYPE pair DROP ATTRIBUTE a", &["drop-column"]),
        ("ALTER DOMAIN email RENAME TO address", &["rename-type"]),
        ("ALTER VIEW v RENAME TO w", &["rename-table"]),
        ("ALTER VIEW v RENAME COLUMN a TO b", &["rename-column"]),
        ("ALTER MATERIALIZED VIEW v SET SCHEMA app", &["move-table"]),
        ("ALTER FUNCTION f(int) RENAME TO g", &["rename-object"]),
        (
            "ALTER TABLE t DISABLE ROW LEVEL SECURITY",
            &["row-security"],
        ),
        ("ALTER TABLE t FORCE ROW LEVEL SECURITY", &["row-security"]),
        ("DROP POLICY own ON t", &["row-security"]),
        ("DROP OWNED BY someone CASCADE", &["drop-owned"]),
    ] {
        assert_eq!(rules(&[migration]), expected, "{migration}");
    }
}

#[test]
fn what_is_made_anew_is_missed_by_nobody() {
    for migration in [
        "DROP VIEW v; CREATE VIEW v AS SELECT 1 AS a;",
        "CREATE VIEW v AS SELECT 1 AS a; DROP VIEW v;",
        "DROP FUNCTION f(int); CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; REFRESH MATERIALIZED VIEW v;",
        "ALTER TYPE mood RENAME TO mood__former; CREATE TYPE mood AS ENUM ('good');",
        "CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t ENABLE ROW LEVEL SECURITY;",
        "CREATE TABLE t (id int PRIMARY KEY); DROP TABLE t CASCADE;",
    ] {
        assert_eq!(rules(&[migration]), [""; 0], "{migration}");
    }
    let replaced = "CREATE OR REPLACE VIEW v AS SELECT 1 AS a; DROP VIEW v;";
    assert_eq!(rules(&[replaced]), ["drop-view"]);
}

// What is written instead is SQL that runs, wherever the WHERE stood.
#[test]
fn a_batch_keeps_the_rest_of_the_statement() {
    for (migration, batch) in [
        (
            "UPDATE t SET x = 1 WHERE true RETURNING id",
            "UPDATE t SET x = 1 WHERE id BETWEEN $1 AND $2 RETURNING id;",
        ),
        (
            "UPDATE t SET x = 1 RETURNING id",
            "UPDATE t SET x = 1 WHERE id BETWEEN $1 AND $2 RETURNING id;",
        ),
        (
            "UPDATE t AS a SET x = u.x FROM u WHERE a.id = u.t_id",
            "UPDATE t AS a SET x = u.x FROM u WHERE (a.id = u.t_id) AND a.id BETWEEN $1 AND $2;",
        ),
        ("DELETE FROM t", "DELETE FROM t WHERE id BETWEEN $1 AND $2;"),
    ] {
        let found = findings(&[migration]);
        let last = found[0].rewrite.lines().last();
        assert_eq!(last, Some(batch), "{migration}");
        assert_eq!(rules(&[&found[0].rewrite]), [""; 0]);
    }
}

#[test]
fn an_index_that_is_told_to_be_concurrent_gets_a_name() {
    for (create, name) in [
        ("CREATE INDEX ON t (a, b)", "t_a_b_idx"),
        (
            "CREATE UNIQUE INDEX ON s.\"T\" (lower(a))",
            "\"T_expr_idx\"",
        ),
    ] {
        let found = findings(&[create]);
        assert_eq!(found[0].rule, "index-not-concurrent");
        assert!(found[0].rewrite.contains(name), "{}", found[0].rewrite);
        assert_eq!(rules(&[&found[0].rewrite]), [""; 0]);
    }
}

#[test]
fn the_statements_of_a_block_are_judged() {
    let block = "DO $$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_class) THEN\n    \
                 ALTER TABLE t DROP COLUMN a;\n  END IF;\nEND $$;";
    let found = findings(&[block]);
    assert_eq!(
        (found[0].rule, found[0].line, found.len()),
        ("drop-column", 3, 1)
    );
    assert!(found[0].rewrite.starts_with("-- as a statement of its own"));
    let allowed = format!("-- orm:allow drop-column: no release reads it\n{block}");
    assert_eq!(rules(&[&allowed]), [""; 0]);
    let dynamic = "DO $$ BEGIN UPDATE t SET a = 1; EXECUTE 'DROP TABLE t'; END $$;";
    assert_eq!(rules(&[dynamic]), ["all-rows-at-once", "unseen-code"]);
}
