//! Scripts as people write them, and as they should not.

use super::split::{Item, items};
use super::statement::ConcurrentIndex;
use super::{Down, Script, Statement, one_file, two_files};
use crate::schema::Backend;

fn statements(source: &str) -> Vec<Statement> {
    let statements = items(source, Backend::Postgres)
        .unwrap()
        .into_iter()
        .map(|item| match item {
            Item::Statement(statement) => statement,
            Item::Directive(directive) => panic!("no directive expected: {directive:?}"),
        });
    statements.collect()
}

fn texts(source: &str) -> Vec<String> {
    statements(source)
        .iter()
        .map(|it| it.text().to_owned())
        .collect()
}

fn one(source: &str) -> Script {
    one_file("m.sql", source, Backend::Postgres).unwrap()
}

fn flaw(source: &str) -> (usize, String) {
    let (_, flaw) = one_file("m.sql", source, Backend::Postgres).unwrap_err();
    (flaw.line, flaw.reason)
}

#[test]
fn statements_end_at_semicolons_of_their_own() {
    assert_eq!(texts("a;b ; c"), ["a", "b", "c"]);
    assert_eq!(texts(" ;; -- only\n /* comments */ ;"), [""; 0]);
    assert_eq!(texts("a -- why;\n b; -- after"), ["a -- why;\n b"]);
    assert_eq!(
        texts("INSERT INTO t VALUES (';');x"),
        ["INSERT INTO t VALUES (';')", "x"]
    );
}

#[test]
fn a_rule_keeps_the_semicolons_in_its_parentheses() {
    let rule = "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)";
    assert_eq!(texts(&format!("{rule};\nx")), [rule, "x"]);
}

#[test]
fn a_function_body_is_one_statement_in_either_syntax() {
    let quoted = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN 1; END; $f$";
    let atomic = "CREATE OR REPLACE FUNCTION g(x int) RETURNS int BEGIN ATOMIC; \
                  SELECT CASE WHEN x > 0 THEN 1 ELSE 2 END; SELECT 3; END";
    let procedure = "create procedure p() begin atomic insert into t values (1); end";
    assert_eq!(
        texts(&format!("{quoted}; {atomic}; {procedure}; x")),
        [quoted, atomic, procedure, "x"]
    );
}

#[test]
fn begin_is_a_body_only_with_atomic() {
    let odd = "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'";
    assert_eq!(texts(&format!("{odd}; x")), [odd, "x"]);
}

#[test]
fn lines_are_counted_in_the_file() {
    let statements = statements("-- a\n\nSELECT 1;\nSELECT\n  nope;");
    assert_eq!(statements[0].line(None), 3);
    assert_eq!(statements[1].line(None), 4);
    assert_eq!(statements[1].line(Some(10)), 5);
    assert_eq!(statements[1].first_line(), "SELECT");
}

#[test]
fn a_long_first_line_is_cut() {
    let long = format!("SELECT '{}'", "ß".repeat(200));
    let line = statements(&long)[0].first_line();
    assert_eq!(line.chars().count(), 121);
    assert!(line.ends_with('…'));
}

#[test]
fn two_sections_in_one_file() {
    let script = one("-- why\n-- orm:up\nCREATE TABLE t ();\n-- orm:down\nDROP TABLE t;\n");
    assert_eq!(script.up.statements.len(), 1);
    assert!(!script.up.no_transaction);
    assert_eq!(script.up.normalised, "\nCREATE TABLE t ();\n");
    let Down::Section(down) = script.down else {
        panic!("a down section");
    };
    assert_eq!(down.statements[0].text(), "DROP TABLE t");
    assert_eq!(down.statements[0].line(None), 5);
}

#[test]
fn directives_hold_for_their_section_and_those_of_the_head_for_both() {
    let script = one("-- orm:up\n-- orm:no-transaction\na;\n-- orm:down\nb;");
    assert!(script.up.no_transaction);
    assert!(matches!(script.down, Down::Section(down) if !down.no_transaction));

    let script = one("--orm:no-transaction\n-- orm:up\na;\n-- orm:down\nb;");
    assert!(script.up.no_transaction);
    assert!(matches!(script.down, Down::Section(down) if down.no_transaction));
}

#[test]
fn a_missing_way_back_is_told_from_one_that_cannot_be() {
    assert_eq!(one("-- orm:up\na;").down, Down::Missing);
    let script = one("-- orm:irreversible \"the rows are gone\"\n-- orm:up\na;");
    assert_eq!(script.down, Down::Irreversible("the rows are gone".into()));
}

#[test]
fn two_files_are_read_alike() {
    let script = two_files(
        ("up.sql", "a;"),
        Some(("down.sql", "-- orm:no-transaction\nb;")),
        Backend::Postgres,
    )
    .unwrap();
    assert!(matches!(script.down, Down::Section(down) if down.no_transaction));
    let script = two_files(
        ("up.sql", "-- orm:irreversible \"x\"\na;"),
        None,
        Backend::Postgres,
    )
    .unwrap();
    assert_eq!(script.down, Down::Irreversible("x".into()));

    let (file, flaw) = two_files(
        ("up.sql", "-- orm:irreversible \"x\"\na;"),
        Some(("down.sql", "b")),
        Backend::Postgres,
    )
    .unwrap_err();
    assert_eq!((file, flaw.line), ("up.sql", 1));
    let (file, _) = two_files(
        ("up.sql", "a"),
        Some(("down.sql", "-- orm:up\nb")),
        Backend::Postgres,
    )
    .unwrap_err();
    assert_eq!(file, "down.sql");
}

// A check-out on Windows must not look like an edit.
#[test]
fn line_endings_and_a_byte_order_mark_are_no_difference() {
    let unix = two_files(("up.sql", "a\n;\nb;\n"), None, Backend::Postgres).unwrap();
    let windows = two_files(
        ("up.sql", "\u{feff}a\r\n;\r\nb;\r\n"),
        None,
        Backend::Postgres,
    )
    .unwrap();
    assert_eq!(unix, windows);
}

#[test]
fn flaws_name_line_and_remedy() {
    assert_eq!(flaw("SELECT 1;").0, 1);
    assert_eq!(
        flaw("SELECT 1;\n-- orm:up\na").1,
        "a statement before `-- orm:up`: which direction does it belong to?"
    );
    let (line, reason) = flaw("-- orm:up\na;\n-- orm:no-transaction\nb;");
    assert_eq!(
        (line, reason.as_str()),
        (
            3,
            "`orm:no-transaction` must stand before the first statement"
        )
    );
    let (line, reason) = flaw("-- orm:up\n-- orm:no-transactions\nb;");
    assert!(
        line == 2 && reason.starts_with("unknown directive `orm:no-transactions`"),
        "{reason}"
    );
    let (line, reason) = flaw("-- orm:up\na\n-- orm:down\nb;");
    assert!(line == 3 && reason.contains("is a `;` missing"), "{reason}");
    let (line, reason) = flaw("-- orm:up\n-- orm:irreversible\nb;");
    assert!(line == 2 && reason.starts_with("say why"), "{reason}");
    assert_eq!(flaw("-- orm:up\n\n'a").0, 3);
    assert_eq!(flaw("-- orm:up\na;\n-- orm:up\n").0, 3);
    assert_eq!(flaw("-- orm:down\na;").0, 1);
    assert_eq!(
        flaw("-- orm:up\n-- orm:irreversible \"x\"\na;\n-- orm:down\nb").0,
        2
    );
}

// COMMIT in the middle would tear the migration's own transaction apart.
#[test]
fn a_migration_cannot_control_its_transaction() {
    for text in [
        "BEGIN",
        "begin work",
        "START TRANSACTION",
        "Commit",
        "END",
        "ABORT",
        "ROLLBACK",
    ] {
        let (line, reason) = flaw(&format!("-- orm:up\nx;\n{text};"));
        assert!(
            line == 3 && reason.contains("transactions"),
            "{text}: {reason}"
        );
    }
    one("-- orm:up\nSAVEPOINT a; ROLLBACK TO a; RELEASE a; SET TRANSACTION READ ONLY;");
    one("-- orm:up\nDO $$ BEGIN NULL; END $$;");
}

#[test]
fn copy_through_the_client_is_refused() {
    assert!(
        flaw("-- orm:up\nCOPY t (a, b) FROM STDIN;")
            .1
            .contains("INSERT")
    );
    one("-- orm:up\nCOPY t FROM '/data/t.csv';");
}

#[test]
fn a_directive_in_a_text_is_text() {
    let script = one("-- orm:up\nSELECT '\n-- orm:down\n';");
    assert_eq!(script.up.statements.len(), 1);
    assert_eq!(script.down, Down::Missing);
}

#[test]
fn a_concurrent_index_is_found_by_its_statement() {
    let index = |source: &str| statements(source)[0].concurrent_index();
    let expected = |table: &str, name: &str| {
        Some(ConcurrentIndex {
            table: table.into(),
            name: name.into(),
        })
    };
    assert_eq!(
        index("CREATE INDEX CONCURRENTLY i ON t (a)"),
        expected("t", "i")
    );
    assert_eq!(
        index("create unique index concurrently if not exists \"I\"\"x\" on only \"T\" (a)"),
        expected("\"T\"", "I\"x")
    );
    assert_eq!(
        index("CREATE INDEX CONCURRENTLY i ON s.t (a)"),
        expected("s.t", "i")
    );
    assert_eq!(index("CREATE INDEX CONCURRENTLY ON t (a)"), None);
    assert_eq!(index("CREATE INDEX i ON t (a)"), None);
    assert!(statements("DROP INDEX CONCURRENTLY i")[0].is_concurrent());
}

fn of_sqlite(source: &str) -> Vec<String> {
    let items = items(source, Backend::Sqlite).unwrap().into_iter();
    let statements = items.map(|item| match item {
        Item::Statement(statement) => statement.text().to_owned(),
        Item::Directive(directive) => panic!("no directive expected: {directive:?}"),
    });
    statements.collect()
}

// Each of these is something else to PostgreSQL: a quote that hides the rest, or none.
#[test]
fn sqlite_has_its_own_quotes() {
    for (one, other) in [
        ("INSERT INTO t VALUES ('$$')", "SELECT $$, $a$"),
        ("INSERT INTO [it's; one] VALUES (1)", "SELECT `a;\"` FROM t"),
        ("INSERT INTO t VALUES (e'\\')", "SELECT 'b\\'"),
        ("SELECT 1 /* /* ; */", "SELECT 2 /* not nested; */ + 1"),
        ("SELECT x'00', \"a\"\";\"", "SELECT 2"),
    ] {
        let split = of_sqlite(&format!("{one};\n{other};\n"));
        let one = one.trim_end_matches(" /* /* ; */");
        assert_eq!(split, [one, other]);
    }
    assert_eq!(of_sqlite("SELECT 1; /* never closed ; "), ["SELECT 1"]);
}

// As SQLite's shell has it: `; END ;`, for `begin` and `end` may be names.
#[test]
fn a_trigger_of_sqlite_is_one_statement() {
    for trigger in [
        "CREATE TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM u; SELECT 1; END",
        "create temp trigger b before update on t begin select case when 1 then 2 end; end",
        "CREATE TRIGGER IF NOT EXISTS begin AFTER DELETE ON t BEGIN \
         UPDATE u SET end = old.begin; UPDATE u SET a = CASE end WHEN 1 THEN 2 END; /* ; */ END",
        "CREATE TRIGGER [end] AFTER INSERT ON t BEGIN SELECT ';'; -- end;\n END",
    ] {
        assert_eq!(
            of_sqlite(&format!("{trigger};\nSELECT 3;")),
            [trigger, "SELECT 3"]
        );
    }
    // PostgreSQL's run a function.
    let trigger = "CREATE TRIGGER a BEFORE UPDATE ON begin EXECUTE FUNCTION f()";
    assert_eq!(
        texts(&format!("{trigger}; SELECT 1")),
        [trigger, "SELECT 1"]
    );
    let table = "CREATE TABLE t (a INTEGER)";
    assert_eq!(
        of_sqlite(&format!("{table}; END; SELECT 1")),
        [table, "END", "SELECT 1"]
    );
}

#[test]
fn what_one_database_refuses_the_other_may_take() {
    let flaw = |text: &str, of| two_files(("up.sql", text), None, of).err().map(|it| it.1);
    let of = Backend::Sqlite;
    for (line, text) in [
        (2, "SELECT 1;\nPRAGMA foreign_keys = OFF;"),
        (1, "pragma main.foreign_keys(0);"),
        (1, "COMMIT;"),
        (
            2,
            "-- orm:foreign-keys-off\n-- orm:no-transaction\nSELECT 1;",
        ),
        (
            2,
            "-- orm:no-transaction\n-- orm:foreign-keys-off\nSELECT 1;",
        ),
    ] {
        assert_eq!(flaw(text, of).map(|it| it.line), Some(line), "{text}");
    }
    assert_eq!(
        flaw("-- orm:foreign-keys-off\nPRAGMA foreign_key_check;", of),
        None
    );
    let of = Backend::Postgres;
    assert_eq!(
        flaw("\n-- orm:foreign-keys-off\na;", of).map(|it| it.line),
        Some(2)
    );
    assert!(flaw("INSERT INTO t VALUES ($$);", of).is_some());
}

#[test]
fn a_name_keeps_its_schema_with_it() {
    let index = "CREATE INDEX CONCURRENTLY i ON Sales . \"Orders\" (a)";
    let found = statements(index)[0].concurrent_index().unwrap();
    assert_eq!(found.table, "sales.\"Orders\"");
}
