//! What a statement does and to which tables, told from its text.

use std::borrow::Cow;

use crate::lexer::{Kind, Lexer, Token};
use crate::schema::Backend;

/// The longest summary, in bytes, as the conventions have it.
const LONGEST: usize = 255;

/// `SELECT orders users`: the operation, then the tables in the order in which they are named.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Summary {
    text: String,
    /// How long the operation is in it.
    operation: usize,
    tables: usize,
}

impl Summary {
    pub(super) fn of(sql: &str, of: Backend) -> Self {
        let tokens = tokens(sql, of);
        let operation = operation(&tokens);
        let mut text = operation.to_uppercase();
        let operation = text.len();
        let mut all: Vec<String> = Vec::new();
        for table in tables(&tokens) {
            if !all.contains(&table) {
                all.push(table);
            }
        }
        for table in &all {
            if text.len() + 1 + table.len() > LONGEST {
                break;
            }
            text.push(' ');
            text.push_str(table);
        }
        Summary {
            text,
            operation,
            tables: all.len(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn operation(&self) -> &str {
        &self.text[..self.operation]
    }

    /// The table, where it is only one.
    pub(super) fn only_table(&self) -> Option<&str> {
        let rest = self.text.get(self.operation + 1..);
        rest.filter(|_| self.tables == 1)
    }

    pub(super) fn reads(&self) -> bool {
        self.operation() == "SELECT"
    }
}

/// The text with `?` for every number and text that is written in it, and without comments:
/// those of a statement by hand may hold what is not to be told. Values that are bound are not
/// in it. A text that does not end anywhere is left out whole.
pub(in crate::exec) fn without_literals(sql: &str, of: Backend) -> Cow<'_, str> {
    let mut told = String::with_capacity(sql.len());
    let (mut lexer, mut at, mut changed) = (Lexer::new(sql, of), 0, false);
    // Where a `?` ends: in `?1` the number belongs to it.
    let mut asked = None;
    loop {
        match lexer.token() {
            Ok(Some(token)) => {
                let is_bound = asked == Some(token.start);
                asked = (token.text == "?").then_some(token.end());
                let instead = match token.kind {
                    Kind::LineComment | Kind::BlockComment => "",
                    Kind::Other if is_literal(&token) && !is_bound => "?",
                    _ => continue,
                };
                told.push_str(&sql[at..token.start]);
                told.push_str(instead);
                (at, changed) = (token.end(), true);
            }
            Ok(None) => break,
            Err(_) => return Cow::Borrowed("?"),
        }
    }
    if !changed {
        return Cow::Borrowed(sql);
    }
    told.push_str(&sql[at..]);
    Cow::Owned(told)
}

fn is_literal(token: &Token<'_>) -> bool {
    let mut bytes = token.text.bytes();
    match (bytes.next(), bytes.next()) {
        (Some(b'\''), _) | (Some(b'E' | b'e'), Some(b'\'')) => true,
        // `$1` is a value that was bound, `$$..$$` a text.
        (Some(b'$'), Some(second)) => !second.is_ascii_digit() && token.text.ends_with('$'),
        (Some(first), _) => first.is_ascii_digit(),
        (None, _) => false,
    }
}

/// All that is no comment, as far as it can be read.
fn tokens(sql: &str, of: Backend) -> Vec<Token<'_>> {
    let mut lexer = Lexer::new(sql, of);
    let read = std::iter::from_fn(|| lexer.token().ok().flatten());
    read.filter(|it| !matches!(it.kind, Kind::LineComment | Kind::BlockComment))
        .collect()
}

fn is_word(token: Option<&Token<'_>>, words: &[&str]) -> bool {
    token.is_some_and(|it| {
        it.kind == Kind::Word && words.iter().any(|word| it.text.eq_ignore_ascii_case(word))
    })
}

/// What the statement does: behind WITH, the first write, or else a SELECT.
fn operation<'s>(tokens: &[Token<'s>]) -> &'s str {
    let Some(first) = tokens.first() else {
        return "";
    };
    if !is_word(Some(first), &["with"]) {
        return first.text;
    }
    let begins = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        before.is_some_and(|it| matches!(it.kind, Kind::Open | Kind::Close))
    };
    let mut at = 0..tokens.len();
    let write = at.find(|&at| {
        is_word(tokens.get(at), &["insert", "update", "delete", "merge"]) && begins(at)
    });
    write.map_or("SELECT", |at| tokens[at].text)
}

/// The tables that the statement names, without functions, subqueries and what it names itself.
fn tables(tokens: &[Token<'_>]) -> Vec<String> {
    let named = named(tokens);
    let mut tables = Vec::new();
    // Whether FROM within these parentheses belongs to a function: `extract(year FROM x)`.
    let mut of_function = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => {
                let before = at.checked_sub(1).and_then(|at| tokens.get(at));
                of_function.push(is_word(
                    before,
                    &["extract", "substring", "trim", "overlay", "position"],
                ));
            }
            Kind::Close => {
                of_function.pop();
            }
            _ => {}
        }
        if !leads_to_table(tokens, at) || of_function.last() == Some(&true) {
            continue;
        }
        let mut next = at + 1;
        while is_word(tokens.get(next), &["only", "lateral"]) {
            next += 1;
        }
        // `FROM a, b`
        let may_call = !is_word(Some(token), &["into", "update"]);
        while let Some((table, behind)) = table_at(tokens, next, &named, may_call) {
            tables.extend(table);
            let mut after = behind;
            if is_word(tokens.get(after), &["as"]) || is_alias(tokens, after) {
                after += 1 + usize::from(is_word(tokens.get(after), &["as"]));
            }
            match tokens.get(after) {
                Some(it) if it.text == "," && is_word(Some(token), &["from"]) => next = after + 1,
                _ => break,
            }
        }
    }
    tables
}

/// What the statement itself gives a name, behind WITH: `a AS (..)`, `a (b, c) AS (..)`.
fn named<'s>(tokens: &[Token<'s>]) -> Vec<&'s str> {
    let mut named = Vec::new();
    // The name before each parenthesis that is open, and the last that was closed.
    let (mut open, mut closed) = (Vec::new(), None);
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        match token.kind {
            Kind::Open => open.push(before.filter(|it| is_name(Some(it)))),
            Kind::Close => closed = open.pop().flatten(),
            Kind::Word if is_word(Some(token), &["as"]) => {
                let mut next = at + 1;
                while is_word(tokens.get(next), &["not", "materialized"]) {
                    next += 1;
                }
                if tokens.get(next).is_some_and(|it| it.kind == Kind::Open) {
                    let name = match before {
                        Some(it) if it.kind == Kind::Close => closed,
                        before => before.filter(|it| is_name(Some(it))),
                    };
                    named.extend(name.map(|it| it.text));
                }
            }
            _ => {}
        }
    }
    named
}

/// Whether a name behind the token is that of a table.
fn leads_to_table(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    let token = tokens.get(at);
    if is_word(token, &["from"]) {
        return !is_word(before, &["distinct"]);
    }
    if is_word(token, &["update"]) {
        // Neither `FOR UPDATE` nor `DO UPDATE`.
        return before
            .is_none_or(|it| matches!(it.kind, Kind::Open | Kind::Close | Kind::Semicolon));
    }
    is_word(token, &["join", "into"])
}

fn is_name(token: Option<&Token<'_>>) -> bool {
    token.is_some_and(|it| matches!(it.kind, Kind::Word | Kind::QuotedName))
}

/// Whether a word behind a table is another name for it.
fn is_alias(tokens: &[Token<'_>], at: usize) -> bool {
    const GOES_ON: [&str; 16] = [
        "where",
        "set",
        "join",
        "left",
        "right",
        "full",
        "inner",
        "cross",
        "natural",
        "order",
        "group",
        "limit",
        "on",
        "using",
        "values",
        "returning",
    ];
    is_name(tokens.get(at)) && !is_word(tokens.get(at), &GOES_ON)
}

/// The table that is named at a place, if it is one, and where it ends.
fn table_at(
    tokens: &[Token<'_>],
    at: usize,
    named: &[&str],
    may_call: bool,
) -> Option<(Option<String>, usize)> {
    let mut parts = vec![tokens.get(at).filter(|it| is_name(Some(it)))?];
    let mut at = at + 1;
    while tokens.get(at).is_some_and(|it| it.text == ".") && is_name(tokens.get(at + 1)) {
        parts.extend(tokens.get(at + 1));
        at += 2;
    }
    let calls = may_call && tokens.get(at).is_some_and(|it| it.kind == Kind::Open);
    let is_own = matches!(&parts[..], [one] if named.contains(&one.text));
    let name: Vec<Cow<'_, str>> = parts.iter().map(|it| unquoted(it)).collect();
    Some(((!calls && !is_own).then(|| name.join(".")), at))
}

fn unquoted<'s>(name: &Token<'s>) -> Cow<'s, str> {
    let inner = || name.text.get(1..name.text.len().saturating_sub(1));
    match (name.kind, inner()) {
        (Kind::QuotedName, Some(inner)) if inner.contains("\"\"") => {
            Cow::Owned(inner.replace("\"\"", "\""))
        }
        (Kind::QuotedName, Some(inner)) => Cow::Borrowed(inner),
        _ => Cow::Borrowed(name.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(sql: &str) -> String {
        Summary::of(sql, Backend::Postgres).text
    }

    #[test]
    fn operation_and_tables_are_told() {
        for (sql, told) in [
            (
                r#"SELECT "id" FROM "users" WHERE "id" = $1"#,
                "SELECT users",
            ),
            (
                r#"select * from Users u, "Order Items" as i where 1 = 1"#,
                "SELECT Users Order Items",
            ),
            (
                r#"SELECT 1 FROM a JOIN b.c ON true LEFT JOIN "d"."e" AS f ON f.x = 1"#,
                "SELECT a b.c d.e",
            ),
            (
                r#"INSERT INTO "orders" ("id") VALUES ($1) ON CONFLICT (id) DO UPDATE SET x = 1"#,
                "INSERT orders",
            ),
            (
                r#"UPDATE "s"."t" AS t0 SET "a" = given.v0 FROM unnest(CAST($1 AS int[])) AS given (v0)"#,
                "UPDATE s.t",
            ),
            (
                r#"DELETE FROM "t" WHERE "a" IS DISTINCT FROM "b""#,
                "DELETE t",
            ),
            (
                r#"WITH written AS (UPDATE "t" SET a = 1 RETURNING *) SELECT * FROM written"#,
                "UPDATE t",
            ),
            ("INSERT INTO t(a) SELECT 1 FROM unnest($1)", "INSERT t"),
            (
                r#"WITH a (b) AS MATERIALIZED (SELECT 1 FROM "t") SELECT * FROM a, c"#,
                "SELECT t c",
            ),
            (
                r#"WITH RECURSIVE "orm tree" AS (SELECT 1 FROM "t") SELECT * FROM "orm tree""#,
                "SELECT t",
            ),
            (
                "SELECT extract(year FROM placed_at) FROM orders FOR UPDATE",
                "SELECT orders",
            ),
            ("SELECT x FROM (SELECT x FROM only a) AS b, c", "SELECT a"),
            (r#"SELECT 1 FROM "a""b""#, r#"SELECT a"b"#),
            ("/* hint */ BEGIN", "BEGIN"),
            ("", ""),
            ("SELECT 'never closed FROM a", "SELECT"),
        ] {
            assert_eq!(summary(sql), told, "{sql}");
        }
    }

    #[test]
    fn a_summary_ends_with_a_whole_table() {
        let tables: Vec<String> = (0..40).map(|at| format!("table_number_{at}")).collect();
        let sql = format!("SELECT 1 FROM {}", tables.join(" JOIN "));
        let told = summary(&sql);
        assert!((LONGEST - 16..=LONGEST).contains(&told.len()), "{told}");
        assert!(tables.iter().any(|it| told.ends_with(it)), "{told}");
    }

    #[test]
    fn one_table_is_a_collection() {
        let of = |sql| Summary::of(sql, Backend::Sqlite);
        assert_eq!(of("SELECT 1 FROM [a b]").only_table(), Some("a b"));
        assert_eq!(of("SELECT 1 FROM a JOIN b ON true").only_table(), None);
        assert_eq!(of("SELECT 1").only_table(), None);
        assert_eq!(
            (of("SELECT 1").operation(), of("SELECT 1").reads()),
            ("SELECT", true)
        );
    }

    #[test]
    fn literals_and_comments_are_not_told() {
        for (sql, told) in [
            (
                "SELECT a1 FROM t WHERE a = $1 LIMIT 10",
                "SELECT a1 FROM t WHERE a = $1 LIMIT ?",
            ),
            (
                "SELECT 'it''s', E'\\'', $x$y$x$, 1.5e3",
                "SELECT ?, ?, ?, ?",
            ),
            ("SELECT /* secret */ \"it's\" -- more", "SELECT  \"it's\" "),
            ("SELECT 'open", "?"),
        ] {
            assert_eq!(without_literals(sql, Backend::Postgres), told, "{sql}");
        }
        let plain = r#"SELECT "id" FROM "users" WHERE "id" = $1"#;
        assert!(matches!(
            without_literals(plain, Backend::Postgres),
            Cow::Borrowed(_)
        ));
        assert_eq!(
            without_literals("SELECT x WHERE y = ?1", Backend::Sqlite),
            "SELECT x WHERE y = ?1"
        );
    }
}
