//! `-- orm:batches`: a statement that is run for some rows at a time.

use std::time::Duration;

use super::Statement;
use crate::lexer::{Kind, Lexer, Token};
use crate::schema::Backend;
use crate::sql::identifier;

/// `-- orm:batches orders (id), 1000 rows, pause 50 ms`
///
/// The statement is run again and again, each time in a transaction of its own, for the
/// rows of the table between two keys: `$1` is the first key of the batch and `$2` the last,
/// of a key of two columns `$1, $2` and `$3, $4`. It ends with the last key there is when it
/// begins: rows that come behind it are written right by those who write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batches {
    /// Quoted, and qualified if it was.
    pub(crate) table: String,
    /// The columns of the key, quoted.
    pub(crate) key: Vec<String>,
    /// How many rows of the table a batch has.
    pub(crate) rows: u32,
    /// How long to wait after each; `None` is as long as it took.
    pub(crate) pause: Option<Duration>,
}

/// How many rows a batch has that does not say so: some milliseconds' work.
const ROWS: u32 = 1000;

impl Batches {
    /// Reads what stands after `orm:batches`.
    pub(super) fn parse(argument: &str, of: Backend) -> Result<Self, String> {
        let expected = "after `orm:batches` come the table and its key, and perhaps more: \
                        `orders (id)`, `orders (id), 5000 rows, pause 100 ms`";
        let tokens = tokens(argument, of).ok_or(expected)?;
        let mut rest = tokens.iter().peekable();
        let mut table = name(rest.next(), of).ok_or(expected)?;
        if rest.next_if(|it| it.text == ".").is_some() {
            let inner = name(rest.next(), of).ok_or(expected)?;
            table = format!("{table}.{inner}");
        }
        let mut key = Vec::new();
        rest.next_if(|it| it.kind == Kind::Open).ok_or(expected)?;
        loop {
            key.push(name(rest.next(), of).ok_or(expected)?);
            if rest.next_if(|it| it.kind == Kind::Close).is_some() {
                break;
            }
            rest.next_if(|it| it.text == ",").ok_or(expected)?;
        }
        let mut out = Batches {
            table,
            key,
            rows: ROWS,
            pause: None,
        };
        while let Some(comma) = rest.next() {
            let [first, second] = [rest.next(), rest.next()].map(|it| it.map_or("", |it| it.text));
            match (comma.text, first, second) {
                (",", "pause", number) => {
                    let unit = rest.next().map_or("", |it| it.text);
                    let number = number.parse().ok().filter(|_| unit == "ms");
                    out.pause = Some(Duration::from_millis(number.ok_or(expected)?));
                }
                (",", number, "rows") => {
                    let rows = number.parse().ok().filter(|it| *it > 0);
                    out.rows = rows.ok_or(expected)?;
                }
                _ => return Err(expected.to_owned()),
            }
        }
        Ok(out)
    }

    /// What is wrong with the statement that is to be run so.
    pub(super) fn flaw(&self, statement: &Statement, of: Backend) -> Option<String> {
        let wanted = self.key.len() * 2;
        let found = parameters(statement.text(), of);
        let complete = (1..=wanted).all(|it| found.contains(&it));
        if complete && found.iter().all(|it| *it <= wanted) {
            return None;
        }
        Some(format!(
            "a statement in batches says which rows it is for: it needs `WHERE {}`",
            self.condition(of)
        ))
    }

    /// The rows of one batch, as a condition of its statement.
    pub(crate) fn condition(&self, of: Backend) -> String {
        batch_range(&self.key, of)
    }

    /// Where a key begins that the values from `first` on are of: `($1, $2)`.
    pub(crate) fn values(&self, first: usize, of: Backend) -> String {
        row(&placeholders(self.key.len(), first, of))
    }

    /// The columns of the key, as one value.
    pub(crate) fn columns(&self) -> String {
        row(&self.key)
    }
}

/// The rows between two keys: `"id" BETWEEN $1 AND $2`.
pub(crate) fn batch_range(key: &[String], of: Backend) -> String {
    let last = placeholders(key.len(), key.len() + 1, of);
    let first = placeholders(key.len(), 1, of);
    format!("{} BETWEEN {} AND {}", row(key), row(&first), row(&last))
}

fn placeholders(count: usize, first: usize, of: Backend) -> Vec<String> {
    let mark = match of {
        Backend::Postgres => '$',
        Backend::Sqlite => '?',
    };
    (first..first + count)
        .map(|it| format!("{mark}{it}"))
        .collect()
}

/// One value by itself, several as a row.
fn row(parts: &[String]) -> String {
    match parts {
        [only] => only.clone(),
        _ => format!("({})", parts.join(", ")),
    }
}

fn tokens(text: &str, of: Backend) -> Option<Vec<Token<'_>>> {
    let mut lexer = Lexer::new(text, of);
    let mut out = Vec::new();
    while let Some(token) = lexer.token().ok()? {
        out.push(token);
    }
    Some(out)
}

/// A name as it is written, quoted: PostgreSQL folds what has no quotes.
fn name(token: Option<&Token<'_>>, of: Backend) -> Option<String> {
    let token = token?;
    let plain = match (token.kind, of) {
        (Kind::QuotedName, _) => return Some(token.text.to_owned()),
        (Kind::Word, Backend::Postgres) => token.text.to_lowercase(),
        (Kind::Word, Backend::Sqlite) => token.text.to_owned(),
        _ => return None,
    };
    let mut out = String::new();
    identifier::quote(&mut out, &plain);
    Some(out)
}

/// The numbers of the values that a statement asks for.
fn parameters(text: &str, of: Backend) -> Vec<usize> {
    let tokens = tokens(text, of).unwrap_or_default();
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let digits = match token.text.strip_prefix('$') {
            Some(digits) => digits,
            None if token.text == "?" => match tokens.get(at + 1) {
                Some(next) if next.start == token.end() => next.text,
                _ => continue,
            },
            None => continue,
        };
        out.extend(digits.parse::<usize>());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::script::two_files;

    fn parsed(argument: &str) -> Result<Batches, String> {
        Batches::parse(argument, Backend::Postgres)
    }

    #[test]
    fn a_directive_is_read() {
        let plain = parsed("orders (id)").unwrap();
        assert_eq!((plain.table.as_str(), plain.rows), ("\"orders\"", 1000));
        assert_eq!((plain.columns().as_str(), plain.pause), ("\"id\"", None));
        let said = r#"Sales."Order Lines" (tenant, "No"), 50 rows, pause 0 ms"#;
        let said = parsed(said).unwrap();
        assert_eq!(said.table, r#""sales"."Order Lines""#);
        assert_eq!((said.rows, said.pause), (50, Some(Duration::ZERO)));
        assert_eq!(
            said.condition(Backend::Sqlite),
            r#"("tenant", "No") BETWEEN (?1, ?2) AND (?3, ?4)"#
        );
    }

    #[test]
    fn what_it_is_not_is_refused() {
        for argument in [
            "",
            "orders",
            "orders id",
            "orders ()",
            "orders (id",
            "orders (id,)",
            "orders (lower(id))",
            "orders (id), 0 rows",
            "orders (id), -5 rows",
            "orders (id), rows",
            "orders (id), pause 5 s",
            "orders (id) 5 rows",
            "orders (id), 5 rows, ",
            "orders (\"id)",
        ] {
            let refusal = parsed(argument).unwrap_err();
            assert!(refusal.contains("`orders (id)`"), "{argument}");
        }
    }

    fn read(text: &str, of: Backend) -> Result<Option<Batches>, String> {
        let script = two_files(("up.sql", text), None, of).map_err(|(_, flaw)| flaw.reason)?;
        Ok(script.up.statements[0].batches().cloned())
    }

    #[test]
    fn its_statement_says_which_rows_it_is_for() {
        let of = |statement: &str| {
            let text = format!("-- orm:no-transaction\n-- orm:batches orders (id)\n{statement};");
            read(&text, Backend::Postgres)
        };
        assert!(
            of("UPDATE orders SET a = 1 WHERE id BETWEEN $1 AND $2").is_ok_and(|it| it.is_some())
        );
        assert!(of("UPDATE orders SET a = 1 WHERE id >= $1 AND id <= $2").is_ok());
        for wrong in [
            "UPDATE orders SET a = 1",
            "UPDATE orders SET a = 1 WHERE id > $1",
            "UPDATE orders SET a = '$2' WHERE id > $1",
            "UPDATE orders SET a = $3 WHERE id BETWEEN $1 AND $2",
        ] {
            let refusal = of(wrong).unwrap_err();
            assert!(
                refusal.contains(r#"WHERE "id" BETWEEN $1 AND $2"#),
                "{refusal}"
            );
        }
        let sqlite = "-- orm:no-transaction\n-- orm:batches orders (id)\n\
                      UPDATE orders SET a = 1 WHERE id BETWEEN ?1 AND ?2;";
        assert!(read(sqlite, Backend::Sqlite).is_ok_and(|it| it.is_some()));
    }

    #[test]
    fn it_stands_before_one_statement_outside_of_transactions() {
        let update = "UPDATE orders SET a = 1 WHERE id BETWEEN $1 AND $2;";
        for (text, reason) in [
            (
                format!("-- orm:batches orders (id)\n{update}"),
                "each batch is a transaction of its own",
            ),
            (
                format!("-- orm:no-transaction\n{update}\n-- orm:batches orders (id)"),
                "stands before the statement",
            ),
            (
                format!(
                    "-- orm:no-transaction\n-- orm:batches orders (id)\n\
                     -- orm:batches orders (id)\n{update}"
                ),
                "twice",
            ),
        ] {
            let refusal = read(&text, Backend::Postgres).unwrap_err();
            assert!(refusal.contains(reason), "{refusal}");
        }
    }
}
