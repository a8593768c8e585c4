//! The texts that SQLite keeps of tables and indexes, taken apart: the names of
//! constraints, checks, collations and expressions stand nowhere else.

use crate::ddl::blueprint::{ForeignKey, Name, Part, Term};
use crate::lexer::{Kind, Lexer, Token};
use crate::schema::{Action, Backend, Deferrable};

/// What a `CREATE TABLE` says beyond its columns' types.
#[derive(Debug, Default)]
pub(super) struct Definition {
    /// In order.
    pub(super) constraints: Vec<Demand>,
    /// The collations of columns.
    pub(super) collations: Vec<(String, String)>,
    /// The expressions of computed columns.
    pub(super) generated: Vec<(String, String)>,
    /// Whether the key never gets a number again.
    pub(super) autoincrement: bool,
}

/// A constraint with the name it was given.
#[derive(Debug)]
pub(super) struct Demand {
    pub(super) name: Option<String>,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    PrimaryKey(Vec<String>),
    Unique(Vec<String>),
    Check {
        condition: String,
        /// The column that it is part of.
        column: Option<String>,
    },
    ForeignKey(ForeignKey),
}

/// Takes a `CREATE TABLE` apart.
pub(super) fn table(sql: &str) -> Definition {
    let mut out = Definition::default();
    let words = words(sql);
    let Some(body) = body(&words) else {
        return out;
    };
    for item in split(body) {
        let mut at = Reader {
            sql,
            words: item,
            at: 0,
        };
        if at.begins_constraint() {
            at.constraint(&mut out, None);
        } else if let Some(column) = at.name() {
            at.column(&mut out, &column);
        }
    }
    out
}

/// Takes a `CREATE INDEX` apart: its parts, and the condition of a partial one.
/// A part in another collation than `collation` has for its column is an
/// expression.
pub(super) fn index(
    sql: &str,
    collation: impl Fn(&str) -> Option<String>,
) -> (Vec<Part>, Option<String>) {
    let words = words(sql);
    let Some(open) = words.iter().position(|it| it.kind == Kind::Open) else {
        return (Vec::new(), None);
    };
    let body = body(&words).unwrap_or_default();
    let parts = split(body).map(|item| part(sql, item, &collation));
    let after = &words[(open + body.len() + 2).min(words.len())..];
    let filter = after.first().filter(|it| it.is("where")).and_then(|_| {
        let rest = after.get(1..)?;
        Some(text_of(sql, rest))
    });
    (parts.collect(), filter)
}

/// What follows the name of the table in a `CREATE TABLE`.
pub(crate) fn after_name(sql: &str) -> Option<&str> {
    let words = words(sql);
    let open = words.iter().find(|it| it.kind == Kind::Open)?;
    Some(&sql[open.start..])
}

fn part(sql: &str, item: &[Word<'_>], collation: &impl Fn(&str) -> Option<String>) -> Part {
    let descending = item.last().is_some_and(|it| it.is("desc"));
    let ordered = descending || item.last().is_some_and(|it| it.is("asc"));
    let item = &item[..item.len() - usize::from(ordered && item.len() > 1)];
    let column = match item {
        [name] => name.as_name(),
        [name, collate, other] if collate.is("collate") => name.as_name().filter(|name| {
            let own = collation(name).unwrap_or_else(|| "BINARY".into());
            other
                .as_name()
                .is_some_and(|it| it.eq_ignore_ascii_case(&own))
        }),
        _ => None,
    };
    Part {
        term: column.map_or_else(|| Term::Expression(bare(sql, item)), Term::Column),
        descending,
        nulls_first: None,
        operator_class: None,
    }
}

/// The text, without parentheses around the whole.
fn bare(sql: &str, words: &[Word<'_>]) -> String {
    match words {
        [open, inner @ .., close]
            if open.kind == Kind::Open && close.kind == Kind::Close && is_whole(inner) =>
        {
            text_of(sql, inner)
        }
        all => text_of(sql, all),
    }
}

/// Whether every parenthesis that closes here was opened here.
fn is_whole(words: &[Word<'_>]) -> bool {
    let mut depth = 0_usize;
    for word in words {
        match word.kind {
            Kind::Open => depth += 1,
            Kind::Close if depth == 0 => return false,
            Kind::Close => depth -= 1,
            _ => {}
        }
    }
    true
}

/// A token, with a name in any of SQLite's four kinds of quotes as one.
#[derive(Debug, Clone, Copy)]
struct Word<'s> {
    kind: Kind,
    text: &'s str,
    start: usize,
}

impl Word<'_> {
    fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The name that it is. SQLite takes a text for one where a name must stand.
    fn as_name(&self) -> Option<String> {
        let inner = || &self.text[1..self.text.len() - 1];
        match (self.kind, self.text.as_bytes().first()?) {
            (Kind::Word, _) => Some(self.text.into()),
            (Kind::QuotedName, b'"') => Some(inner().replace("\"\"", "\"")),
            (Kind::QuotedName, b'`') => Some(inner().replace("``", "`")),
            (Kind::QuotedName, _) => Some(inner().into()),
            (Kind::Other, b'\'') if self.text.len() > 1 => Some(inner().replace("''", "'")),
            _ => None,
        }
    }
}

fn words(sql: &str) -> Vec<Word<'_>> {
    let mut found: Vec<Word<'_>> = Vec::new();
    let mut lexer = Lexer::new(sql, Backend::Sqlite);
    // SQLite has read the text before, so that nothing in it is open.
    while let Ok(Some(token)) = lexer.token() {
        let Token { kind, text, start } = token;
        if !matches!(kind, Kind::LineComment | Kind::BlockComment) {
            found.push(Word { kind, text, start });
        }
    }
    found
}

/// What is between the first parenthesis and the one that closes it.
fn body<'w, 's>(words: &'w [Word<'s>]) -> Option<&'w [Word<'s>]> {
    let open = words.iter().position(|it| it.kind == Kind::Open)?;
    Some(inside(&words[open..]))
}

/// What is in the parenthesis that the words begin with.
fn inside<'w, 's>(words: &'w [Word<'s>]) -> &'w [Word<'s>] {
    let mut depth = 0_usize;
    for (i, word) in words.iter().enumerate() {
        match word.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return words.get(1..i).unwrap_or_default();
        }
    }
    words.get(1..).unwrap_or_default()
}

/// The items between commas.
fn split<'w, 's>(words: &'w [Word<'s>]) -> impl Iterator<Item = &'w [Word<'s>]> {
    let mut depth = 0_usize;
    let items = words.split(move |word| {
        match word.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && word.text == ","
    });
    items.filter(|item| !item.is_empty())
}

fn text_of(sql: &str, words: &[Word<'_>]) -> String {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => sql[first.start..last.end()].into(),
        _ => String::new(),
    }
}

/// One item of a table's definition, being read.
struct Reader<'w, 's> {
    sql: &'s str,
    words: &'w [Word<'s>],
    at: usize,
}

impl<'w, 's> Reader<'w, 's> {
    fn peek(&self) -> Option<&'w Word<'s>> {
        self.words.get(self.at)
    }

    fn takes(&mut self, word: &str) -> bool {
        let is = self.peek().is_some_and(|it| it.is(word));
        self.at += usize::from(is);
        is
    }

    fn name(&mut self) -> Option<String> {
        let name = self.peek()?.as_name()?;
        self.at += 1;
        Some(name)
    }

    /// What is in a parenthesis, if one opens here.
    fn parenthesis(&mut self) -> Option<&'w [Word<'s>]> {
        let rest = self.words.get(self.at..)?;
        if rest.first()?.kind != Kind::Open {
            return None;
        }
        let inner = inside(rest);
        self.at += inner.len() + 2;
        Some(inner)
    }

    /// Names of columns in a parenthesis; their collation and order are left out.
    fn names(&mut self) -> Vec<String> {
        let items = split(self.parenthesis().unwrap_or_default());
        items.filter_map(|item| item.first()?.as_name()).collect()
    }

    fn begins_constraint(&self) -> bool {
        let words = ["constraint", "primary", "unique", "check", "foreign"];
        self.peek()
            .is_some_and(|it| words.iter().any(|word| it.is(word)))
    }

    fn column(&mut self, out: &mut Definition, column: &str) {
        while let Some(word) = self.peek() {
            if word.is("collate") {
                self.at += 1;
                let collation = self.name().map(|it| (column.to_owned(), it));
                out.collations.extend(collation);
            } else if word.is("default") {
                self.at += 1;
                if self.parenthesis().is_none() {
                    self.at += 1;
                }
            } else if word.is("as") {
                self.at += 1;
                let expression = text_of(self.sql, self.parenthesis().unwrap_or_default());
                out.generated.push((column.into(), expression));
            } else if self.begins_constraint() || word.is("references") {
                self.constraint(out, Some(column));
            } else {
                // The type, NOT NULL, and what follows a conflict.
                if self.parenthesis().is_none() {
                    self.at += 1;
                }
            }
        }
    }

    /// A constraint, of a column if it is part of one.
    fn constraint(&mut self, out: &mut Definition, column: Option<&str>) {
        let name = if self.takes("constraint") {
            self.name()
        } else {
            None
        };
        let own = || column.map(ToOwned::to_owned);
        let what = if self.takes("primary") {
            self.takes("key");
            let columns = own().map_or_else(|| self.names(), |it| vec![it]);
            out.autoincrement |= self.words[self.at..]
                .iter()
                .any(|it| it.is("autoincrement"));
            What::PrimaryKey(columns)
        } else if self.takes("unique") {
            What::Unique(own().map_or_else(|| self.names(), |it| vec![it]))
        } else if self.takes("check") {
            What::Check {
                condition: text_of(self.sql, self.parenthesis().unwrap_or_default()),
                column: own(),
            }
        } else if self.takes("foreign") {
            self.takes("key");
            let columns = self.names();
            self.takes("references");
            What::ForeignKey(self.references(columns))
        } else if self.takes("references") {
            What::ForeignKey(self.references(own().into_iter().collect()))
        } else {
            // `CONSTRAINT name NOT NULL`, which has no other meaning.
            self.at += 1;
            return;
        };
        out.constraints.push(Demand { name, what });
    }

    fn references(&mut self, columns: Vec<String>) -> ForeignKey {
        let target = self.name().unwrap_or_default();
        let mut key = ForeignKey {
            columns,
            target: Name::new(None, &target),
            target_columns: self.names(),
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            deferrable: Deferrable::No,
            match_full: false,
        };
        loop {
            if self.takes("on") {
                let of_delete = self.takes("delete");
                self.takes("update");
                let action = self.action();
                if of_delete {
                    key.on_delete = action;
                } else {
                    key.on_update = action;
                }
            } else if self.takes("match") {
                self.at += 1;
            } else if self.takes("deferrable") {
                key.deferrable = Deferrable::InitiallyImmediate;
                if self.takes("initially") {
                    if self.takes("deferred") {
                        key.deferrable = Deferrable::InitiallyDeferred;
                    }
                    self.takes("immediate");
                }
            } else if self.peek().is_some_and(|it| it.is("not"))
                && self
                    .words
                    .get(self.at + 1)
                    .is_some_and(|it| it.is("deferrable"))
            {
                self.at += 2;
                if self.takes("initially") {
                    self.at += 1;
                }
            } else {
                return key;
            }
        }
    }

    fn action(&mut self) -> Action {
        if self.takes("cascade") {
            return Action::Cascade;
        }
        if self.takes("restrict") {
            return Action::Restrict;
        }
        if self.takes("set") {
            let null = self.takes("null");
            self.takes("default");
            return if null {
                Action::SetNull
            } else {
                Action::SetDefault
            };
        }
        self.takes("no");
        self.takes("action");
        Action::NoAction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tables_text_is_taken_apart_whatever_its_quotes() {
        let found = table(
            "CREATE TABLE \"a(b\" (  -- a comment, with a comma\n \
             id INTEGER /* a /* b */ CONSTRAINT pk PRIMARY KEY AUTOINCREMENT,\n \
             [it's] $int$, [odd, name] TEXT COLLATE nocase NOT NULL DEFAULT 'a, b)' UNIQUE,\n \
             `it``s` NUMERIC(10, 2) CHECK (`it``s` > 0 AND 'x)' <> ',') DEFAULT (1 + (2)),\n \
             twice AS (id * 2) STORED, 'text' int REFERENCES other ON DELETE SET NULL,\n \
             CONSTRAINT two UNIQUE (id, [odd, name] COLLATE binary DESC),\n \
             CONSTRAINT \"f k\" FOREIGN KEY (id, twice) REFERENCES \"t\"(x, \"y\")\n \
             ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED\n) STRICT",
        );
        assert!(found.autoincrement);
        assert_eq!(found.collations, [("odd, name".into(), "nocase".into())]);
        assert_eq!(found.generated, [("twice".into(), "id * 2".into())]);
        let said: Vec<String> = found
            .constraints
            .iter()
            .map(|it| format!("{:?}: {:?}", it.name, it.what))
            .collect();
        assert_eq!(said.len(), 6, "{said:#?}");
        assert!(said[0].starts_with("Some(\"pk\"): PrimaryKey([\"id\"])"));
        assert_eq!(said[1], "None: Unique([\"odd, name\"])");
        assert!(
            said[2].contains("`it``s` > 0 AND 'x)' <> ','"),
            "{}",
            said[2]
        );
        assert!(said[3].contains("columns: [\"text\"]") && said[3].contains("SetNull"));
        assert_eq!(said[4], "Some(\"two\"): Unique([\"id\", \"odd, name\"])");
        assert!(said[5].contains("\"f k\"") && said[5].contains("InitiallyDeferred"));
        assert!(said[5].contains("on_delete: Restrict, on_update: Cascade"));
    }

    #[test]
    fn an_indexs_text_is_taken_apart() {
        let collation = |name: &str| (name == "tag").then(|| "NOCASE".to_owned());
        let (parts, filter) = index(
            "CREATE UNIQUE INDEX i ON t (a DESC, \"b\" ASC, tag COLLATE nocase, \
             name COLLATE nocase, (lower(x)), (a + 1) * (b)) WHERE a > 0 AND b = ')'",
            collation,
        );
        let terms: Vec<Term> = parts.iter().map(|it| it.term.clone()).collect();
        let column = |name: &str| Term::Column(name.into());
        let expression = |text: &str| Term::Expression(text.into());
        let expected = [
            column("a"),
            column("b"),
            column("tag"),
            expression("name COLLATE nocase"),
            expression("lower(x)"),
            expression("(a + 1) * (b)"),
        ];
        assert_eq!(terms, expected);
        assert!(parts[0].descending && !parts[1].descending);
        assert_eq!(filter.as_deref(), Some("a > 0 AND b = ')'"));
        assert_eq!(index("CREATE INDEX i ON t (a)", |_| None).1, None);
    }
}
