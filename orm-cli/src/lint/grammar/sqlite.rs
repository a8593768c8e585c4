//! SQLite's few statements that take something from programs: their first words say
//! it all.

use orm_core::migrate::SqlStatement;

use crate::lint::fact::{Fact, Index};
use crate::lint::name::Name;

const IF_MISSING: &[&str] = &["if", "not", "exists"];

/// What a statement does, told by its words.
pub(super) fn fact(statement: &SqlStatement<'_>) -> Fact {
    let words: Vec<&str> = statement.words.iter().map(String::as_str).collect();
    match words[..] {
        ["create", "table", ref rest @ ..]
        | [
            "create",
            "virtual" | "temp" | "temporary",
            "table",
            ref rest @ ..,
        ] => named(rest, IF_MISSING).map_or(Fact::Other, |table| Fact::CreatesTable {
            table,
            columns: Vec::new(),
            constraints: Vec::new(),
            if_missing: rest.starts_with(IF_MISSING),
            is_whole: false,
        }),
        ["drop", "table", ref rest @ ..] => {
            named(rest, &["if", "exists"]).map_or(Fact::Other, Fact::DropsTable)
        }
        ["create", "unique", "index", ref rest @ ..] => {
            unique(rest, statement.text).map_or(Fact::Other, Fact::CreatesIndex)
        }
        ["drop", "index", ref rest @ ..] => {
            named(rest, &["if", "exists"]).map_or(Fact::Other, |index| Fact::DropsIndex {
                indexes: index.to_string(),
                concurrently: false,
            })
        }
        ["alter", "table", table, ref action @ ..] => altered(Name::of_sqlite(table), action),
        _ => Fact::Other,
    }
}

/// The name behind words that may be left out.
fn named(words: &[&str], optional: &[&str]) -> Option<Name> {
    let rest = words.strip_prefix(optional).unwrap_or(words);
    rest.first().map(|name| Name::of_sqlite(name))
}

fn altered(table: Name, action: &[&str]) -> Fact {
    let renamed = |table, from: &str, to: &str| Fact::RenamesColumn {
        table,
        column: Name::of_sqlite(from),
        to: Name::of_sqlite(to),
    };
    match *action {
        ["rename", "to", to, ..] => Fact::RenamesTable {
            table,
            to: Name::of_sqlite(to),
        },
        // A column may be called `column`.
        ["rename", from, "to", to, ..] => renamed(table, from, to),
        ["rename", "column", from, "to", to, ..] => renamed(table, from, to),
        ["drop", "constraint", _, ..] => Fact::Other,
        // A column may be called `column` here, too.
        ["drop", "column", column, ..] | ["drop", column, ..] => Fact::DropsColumn {
            table,
            column: Name::of_sqlite(column),
        },
        _ => Fact::Other,
    }
}

/// A unique index: what is between the first parentheses are its columns.
fn unique(words: &[&str], text: &str) -> Option<Index> {
    let words = words.strip_prefix(IF_MISSING).unwrap_or(words);
    let [name, "on", table, ..] = words else {
        return None;
    };
    let (open, mut depth) = (text.find('(')?, 0_usize);
    let close = text[open..].find(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let columns = text[open + 1..open + close].split(',').map(|part| {
        let part = part.trim();
        match part.contains('(') {
            true => Name::new(part),
            false => Name::of_sqlite(part.split_whitespace().next().unwrap_or_default()),
        }
    });
    let rest = text[open + close + 1..].trim();
    let is_where = |word: &str| word.eq_ignore_ascii_case("where");
    let filter = rest.split_at_checked(5).filter(|(word, _)| is_where(word));
    Some(Index {
        name: Some(Name::of_sqlite(name)),
        table: Name::of_sqlite(table),
        columns: columns.collect(),
        unique: true,
        filter: filter.map(|(_, condition)| condition.trim().to_owned()),
        concurrently: false,
    })
}
