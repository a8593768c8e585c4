//! What SQLite reports, by its extended result codes.
//!
//! Its messages name tables and columns and hold no values, but for those of paths
//! into JSON and of functions, which are worded anew.

use super::server::ServerFault;
use super::violation::{Rule, Violation};
use super::{Direction, Error, ErrorKind, Fault, ServerError};
use crate::ddl::{Reported, known, names_in};
use crate::lexer::{Kind, Lexer};
use crate::schema::Backend;

// The result codes of <https://www.sqlite.org/rescode.html>.
const ERROR: i32 = 1;
const PERM: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const NOMEM: i32 = 7;
const READONLY: i32 = 8;
const INTERRUPT: i32 = 9;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const TOOBIG: i32 = 18;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
const AUTH: i32 = 23;
const NOTADB: i32 = 26;
const CONSTRAINT_CHECK: i32 = CONSTRAINT | 1 << 8;
const CONSTRAINT_FOREIGNKEY: i32 = CONSTRAINT | 3 << 8;
const CONSTRAINT_NOTNULL: i32 = CONSTRAINT | 5 << 8;
const CONSTRAINT_PRIMARYKEY: i32 = CONSTRAINT | 6 << 8;
/// RAISE in a trigger, and ON DELETE RESTRICT, which is one inside.
const CONSTRAINT_TRIGGER: i32 = CONSTRAINT | 7 << 8;
const CONSTRAINT_UNIQUE: i32 = CONSTRAINT | 8 << 8;
const CONSTRAINT_ROWID: i32 = CONSTRAINT | 10 << 8;
const CONSTRAINT_DATATYPE: i32 = CONSTRAINT | 12 << 8;

impl Error {
    /// There is a file where a database was to be made.
    pub(crate) fn file_exists() -> Self {
        Self::of_file(
            ErrorKind::Database,
            "42P04",
            "the file of the database exists",
        )
    }

    /// There is no file where a database was to be dropped.
    pub(crate) fn file_missing() -> Self {
        let words = "the file of the database does not exist";
        Self::of_file(ErrorKind::DatabaseNotFound, "3D000", words)
    }

    fn of_file(kind: ErrorKind, state: &str, words: &str) -> Self {
        Self::new(Fault::Server(ServerFault::new(kind, state, words)))
    }

    /// What SQLite reports: its extended result code and its message.
    pub(crate) fn of_sqlite(code: i32, message: &str) -> Self {
        let mut error = match (violation(code, message), too_much(message)) {
            (Some(violation), _) => Self::new(Fault::Violation(violation)),
            (None, Some(words)) => Self::usage(words),
            (None, None) => {
                let (kind, state, words) = reported(code, message);
                Self::new(Fault::Server(ServerFault::new(kind, state, words)))
            }
        };
        error.0.server = Some(ServerError(Box::new(super::server_error::Reported {
            code: error.sqlstate().unwrap_or("54000").to_owned(),
            message: message.to_owned(),
            ..Default::default()
        })));
        error
    }
}

impl Error {
    /// Says which way a foreign key was broken by a statement, where it can only
    /// have been one: what is inserted refers to nothing, what is deleted is
    /// referred to. Of an update, and of several keys, the columns tell.
    #[must_use]
    pub(crate) fn broken_by(mut self, text: &str) -> Self {
        let Fault::Violation(violation @ Violation::ForeignKey(_)) = &mut self.0.fault else {
            return self;
        };
        let verb = text.split_whitespace().next().unwrap_or_default();
        let direction = match verb.to_ascii_uppercase().as_str() {
            "INSERT" | "REPLACE" => Some(Direction::RefersToNothing),
            "DELETE" => Some(Direction::IsReferredTo),
            _ => None,
        };
        violation.rule_mut().broken(direction, written(text));
        self
    }
}

/// The columns that a statement gives values: of its list, or behind SET.
fn written(text: &str) -> Vec<String> {
    let mut lexer = Lexer::new(text, Backend::Sqlite);
    let mut columns = Vec::new();
    let mut updates = false;
    let mut expects = false;
    let mut depth = 0_usize;
    while let Ok(Some(token)) = lexer.token() {
        let is = |word: &str| token.kind == Kind::Word && token.text.eq_ignore_ascii_case(word);
        match token.kind {
            Kind::Open => {
                depth += 1;
                expects |= !updates && depth == 1;
            }
            Kind::Close => {
                depth = depth.saturating_sub(1);
                if !updates && depth == 0 {
                    return columns;
                }
            }
            _ if depth == usize::from(!updates) && token.text == "," => expects = true,
            Kind::Word if depth == 0 && is("set") => (updates, expects) = (true, true),
            Kind::Word
                if depth == 0
                    && ["where", "returning", "from", "values", "select", "default"]
                        .iter()
                        .any(|it| is(it)) =>
            {
                return columns;
            }
            Kind::Word | Kind::QuotedName if expects => {
                columns.extend(names_in(token.text));
                expects = false;
            }
            _ => {}
        }
    }
    columns
}

fn violation(code: i32, message: &str) -> Option<Violation> {
    // `UNIQUE constraint failed: users.email, users.tenant`
    let subject = message.split_once(": ").map_or("", |(_, subject)| subject);
    let named = || Reported {
        constraint: Some(subject.into()),
        ..Reported::default()
    };
    Some(match code {
        CONSTRAINT_UNIQUE | CONSTRAINT_PRIMARYKEY | CONSTRAINT_ROWID => {
            let index = subject.strip_prefix("index '");
            let reported = match index.and_then(|it| it.strip_suffix('\'')) {
                Some(index) => Reported {
                    constraint: Some(index.into()),
                    ..Reported::default()
                },
                None => of_columns(subject),
            };
            Violation::Unique(Rule::reported("23505", reported))
        }
        CONSTRAINT_NOTNULL => {
            let (table, columns) = listed(subject);
            let reported = Reported {
                table: Some(table.unwrap_or(subject).into()),
                column: Some(columns.first().copied().unwrap_or_default().into()),
                ..Reported::default()
            };
            Violation::NotNull(Rule::reported("23502", reported))
        }
        CONSTRAINT_CHECK => Violation::Check(Rule::reported("23514", named())),
        CONSTRAINT_TRIGGER if !message.starts_with("FOREIGN KEY") => return None,
        CONSTRAINT_FOREIGNKEY | CONSTRAINT_TRIGGER => {
            Violation::ForeignKey(Rule::reported("23503", Reported::default()))
        }
        _ => return None,
    })
}

/// `users.email, users.tenant`: the table and the columns of the key.
fn of_columns(subject: &str) -> Reported {
    let (table, columns) = listed(subject);
    let mut key = String::new();
    for column in columns {
        if !key.is_empty() {
            key.push_str(", ");
        }
        crate::sql::identifier::quote(&mut key, column);
    }
    Reported {
        table: table.map(Into::into),
        key: Some(key.into()),
        ..Reported::default()
    }
}

/// The table and the columns that a message lists. Its names are not quoted: one with a
/// point or a comma in it is known by the models.
fn listed(subject: &str) -> (Option<&str>, Vec<&str>) {
    if let Some((table, columns)) = known::listed(subject) {
        return (Some(table), columns.iter().map(|it| it.name).collect());
    }
    let parts = subject.split(", ").map(|part| part.rsplit_once('.'));
    let (tables, columns): (Vec<_>, Vec<_>) = parts.flatten().unzip();
    (tables.first().copied(), columns)
}

/// What to do instead, where a statement is more than SQLite was built for.
fn too_much(message: &str) -> Option<&'static str> {
    let begins = |start: &str| message.starts_with(start);
    if begins("too many SQL variables") || begins("variable number must be") {
        Some(
            "the statement binds more values than SQLite takes (32766): bind a list as one value \
             with `.in_(..)`, or ask in several statements",
        )
    } else if begins("parser stack overflow") || begins("Recursion limit") {
        Some(
            "an expression has more levels than this version of SQLite takes: write it with fewer, \
             or link a newer one, which the feature `sqlite-bundled` brings along",
        )
    } else if begins("Expression tree is too large") {
        Some("an expression has more levels than SQLite takes (1000): write it with fewer")
    } else if begins("too many terms in compound SELECT") {
        Some("more queries are joined by UNION than SQLite takes (500): ask in several statements")
    } else if begins("at most 64 tables in a join") {
        Some("a query joins more tables than SQLite takes (64): ask in several statements")
    } else {
        None
    }
}

/// The kind of an error, PostgreSQL's code for it, and what is said.
fn reported(code: i32, message: &str) -> (ErrorKind, &'static str, &str) {
    match code & 0xff {
        BUSY | LOCKED => (
            ErrorKind::LockNotAvailable,
            "55P03",
            "another connection or program holds the lock of the database",
        ),
        INTERRUPT => (
            ErrorKind::QueryCancelled,
            "57014",
            "the statement was cancelled",
        ),
        READONLY => (
            ErrorKind::ReadOnly,
            "25006",
            "the database, or the transaction, is open for reading only",
        ),
        PERM | AUTH => (ErrorKind::PermissionDenied, "42501", "this is not allowed"),
        FULL => (
            ErrorKind::Database,
            "53100",
            "the disk is full, the file has reached its limit, or a table has given its last number",
        ),
        NOMEM => (ErrorKind::Database, "53200", "SQLite has no memory left"),
        IOERR | CANTOPEN => (
            ErrorKind::Database,
            "58030",
            "the file of the database could not be read or written",
        ),
        CORRUPT => (
            ErrorKind::Database,
            "XX001",
            "the file of the database is damaged",
        ),
        NOTADB => (
            ErrorKind::Database,
            "XX001",
            "the file is not a database of SQLite",
        ),
        TOOBIG => (
            ErrorKind::InvalidValue,
            "54000",
            "a value, or the statement, is larger than SQLite takes",
        ),
        MISMATCH => (
            ErrorKind::InvalidValue,
            "22P02",
            "a value is not of the column's type",
        ),
        // What the trigger's author wrote, as PostgreSQL shows it of RAISE EXCEPTION.
        CONSTRAINT if code == CONSTRAINT_TRIGGER => (ErrorKind::Database, "P0001", message),
        CONSTRAINT if code == CONSTRAINT_DATATYPE => (ErrorKind::InvalidValue, "22P02", message),
        ERROR => of_text(message),
        _ => (
            ErrorKind::Database,
            "XX000",
            "SQLite could not run the statement",
        ),
    }
}

/// What has no code of its own is told by the message.
fn of_text(message: &str) -> (ErrorKind, &'static str, &str) {
    let begins = |start: &str| message.starts_with(start);
    if begins("no such table") || begins("no such view") {
        (ErrorKind::UndefinedTable, "42P01", message)
    } else if begins("no such column") || message.contains("has no column named") {
        (ErrorKind::UndefinedColumn, "42703", message)
    } else if begins("division by zero") {
        (ErrorKind::InvalidValue, "22012", message)
    } else if message.ends_with(" out of range")
        || begins("value out of range")
        || begins("numeric field overflow")
        || begins("a decimal number has more")
    {
        (ErrorKind::NumericOutOfRange, "22003", message)
    } else if begins("a value ") || begins("a LIKE pattern ") {
        // The words of our own functions.
        (ErrorKind::InvalidValue, "22P02", message)
    } else if begins("integer overflow") {
        (
            ErrorKind::NumericOutOfRange,
            "22003",
            "a number is out of range for its type",
        )
    } else if begins("bad JSON path") || begins("JSON path error") {
        (
            ErrorKind::InvalidValue,
            "22000",
            "a path into JSON is not valid",
        )
    } else if begins("malformed JSON") {
        (
            ErrorKind::InvalidValue,
            "22032",
            "a value is not valid JSON",
        )
    } else if message.contains("syntax error") || begins("incomplete input") {
        (ErrorKind::Database, "42601", message)
    } else if begins("no such function") || begins("wrong number of arguments") {
        (ErrorKind::Database, "42883", message)
    } else if begins("table ") && message.ends_with("already exists") {
        (ErrorKind::Database, "42P07", message)
    } else {
        (ErrorKind::Database, "XX000", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: i32, message: &str) -> (ErrorKind, String) {
        let error = Error::of_sqlite(code, message);
        (error.kind(), error.to_string())
    }

    #[test]
    fn violations_name_what_sqlite_knows() {
        let (kind, text) = told(
            CONSTRAINT_UNIQUE,
            "UNIQUE constraint failed: no_m.a, no_m.b",
        );
        assert_eq!(kind, ErrorKind::UniqueViolation);
        assert_eq!(text, "no_m must be unique");
        let (_, text) = told(
            CONSTRAINT_UNIQUE,
            "UNIQUE constraint failed: index 'no_m_a_idx'",
        );
        assert_eq!(text, "a row must be unique (constraint `no_m_a_idx`)");
        let (kind, text) = told(CONSTRAINT_NOTNULL, "NOT NULL constraint failed: no_m.a");
        assert_eq!(kind, ErrorKind::NotNullViolation);
        assert_eq!(text, "no_m: a must not be NULL");
        let (kind, _) = told(CONSTRAINT_CHECK, "CHECK constraint failed: no_m_a_check");
        assert_eq!(kind, ErrorKind::CheckViolation);
        for code in [CONSTRAINT_FOREIGNKEY, CONSTRAINT_TRIGGER] {
            let (kind, _) = told(code, "FOREIGN KEY constraint failed");
            assert_eq!(kind, ErrorKind::ForeignKeyViolation);
        }
        let (kind, text) = told(CONSTRAINT_TRIGGER, "no more of these");
        assert_eq!(kind, ErrorKind::Database);
        assert!(text.contains("no more of these"), "{text}");
    }

    #[test]
    fn the_columns_that_a_statement_writes() {
        for (text, columns) in [
            (r#"INSERT INTO "a b" ("a", b) VALUES (?1, f(2, 3))"#, "a b"),
            ("INSERT INTO t DEFAULT VALUES", ""),
            ("INSERT INTO t SELECT a, b FROM u", ""),
            (
                r#"UPDATE t SET "a" = f(1, c), b = (SELECT d, e FROM u) WHERE c = 1"#,
                "a b",
            ),
            ("UPDATE t SET a = 1, b = 2 RETURNING c, d", "a b"),
            ("DELETE FROM t WHERE a = 1", ""),
        ] {
            assert_eq!(written(text).join(" "), columns, "{text}");
        }
    }

    #[test]
    fn codes_become_kinds() {
        let cases = [
            (BUSY, "database is locked", ErrorKind::LockNotAvailable),
            (INTERRUPT, "interrupted", ErrorKind::QueryCancelled),
            (READONLY, "attempt to write", ErrorKind::ReadOnly),
            (ERROR, "no such table: t", ErrorKind::UndefinedTable),
            (ERROR, "no such column: c", ErrorKind::UndefinedColumn),
            (ERROR, "integer overflow", ErrorKind::NumericOutOfRange),
            (FULL, "database or disk is full", ErrorKind::Database),
        ];
        for (code, message, kind) in cases {
            assert_eq!(told(code, message).0, kind, "{message}");
        }
        for message in [
            "too many SQL variables",
            "Expression tree is too large (maximum depth 1000)",
            "parser stack overflow",
        ] {
            assert_eq!(told(ERROR, message).0, ErrorKind::Usage, "{message}");
        }
        // The path is a value of the program's.
        let (_, text) = told(ERROR, "bad JSON path: 'canary'");
        assert!(!text.contains("canary"), "{text}");
    }
}
