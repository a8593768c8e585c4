//! SQLite's few statements that take something from programs: their first words say
//! it all.

use crate::lint::fact::Fact;
use crate::lint::name::Name;

/// What a statement does, told by its words.
pub(super) fn fact(words: &[String]) -> Fact {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["create", "table", ref rest @ ..]
        | [
            "create",
            "virtual" | "temp" | "temporary",
            "table",
            ref rest @ ..,
        ] => {
            const IF_MISSING: &[&str] = &["if", "not", "exists"];
            named(rest, IF_MISSING).map_or(Fact::Other, |table| Fact::CreatesTable {
                table,
                columns: Vec::new(),
                constraints: Vec::new(),
                if_missing: rest.starts_with(IF_MISSING),
            })
        }
        ["drop", "table", ref rest @ ..] => {
            named(rest, &["if", "exists"]).map_or(Fact::Other, Fact::DropsTable)
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
        ["drop", _, ..] => Fact::DropsColumn(table),
        _ => Fact::Other,
    }
}
