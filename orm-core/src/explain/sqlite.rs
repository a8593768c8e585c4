//! What SQLite says of its plans, line by line.

use super::PlanNode;
use crate::sql::identifier;

/// A line of `EXPLAIN QUERY PLAN`.
pub(crate) struct Line {
    pub(crate) id: i64,
    pub(crate) parent: i64,
    pub(crate) words: String,
}

/// The lines as nodes below each other. A line comes behind the one that it is below.
pub(crate) fn nodes(lines: Vec<Line>, text: &str) -> Vec<PlanNode> {
    let mut open: Vec<(i64, i64, PlanNode)> = Vec::new();
    let mut roots = Vec::new();
    for line in lines.into_iter().rev() {
        let mut made = node(&line.words, text);
        // Those below it came before, in this order from the end.
        while let Some((_, parent, _)) = open.last()
            && *parent == line.id
            && let Some((_, _, child)) = open.pop()
        {
            made.children.push(child);
        }
        open.push((line.id, line.parent, made));
    }
    while let Some((_, _, root)) = open.pop() {
        roots.push(root);
    }
    roots
}

/// `SEARCH t1 USING INDEX posts_author (author_id=?)`
fn node(words: &str, text: &str) -> PlanNode {
    let (operation, rest) = match words.split_once(' ') {
        Some((word @ ("SCAN" | "SEARCH"), rest)) => (word, rest),
        _ => (words, ""),
    };
    let (named, how) = rest.split_once(" USING ").unwrap_or((rest, ""));
    let named = named.trim_end();
    let table = table_of(named, text);
    let (by, condition) = how.rsplit_once(" (").unwrap_or((how, ""));
    let index = match by.strip_prefix("INTEGER ").unwrap_or(by) {
        "PRIMARY KEY" => Some("PRIMARY KEY"),
        // Made for this one query.
        by if by.starts_with("AUTOMATIC ") => None,
        by => by.rsplit_once("INDEX ").map(|(_, name)| name),
    };
    let made_for_it = by.starts_with("AUTOMATIC ");
    let mut details = Vec::new();
    if let Some(condition) = condition.strip_suffix(')') {
        details.push(("By".to_owned(), condition.to_owned()));
    }
    if made_for_it {
        details.push(("Index".to_owned(), "made for this query".to_owned()));
    }
    PlanNode {
        operation: operation.to_owned(),
        reads_all: table.is_some() && (operation == "SCAN" || made_for_it),
        table,
        index: index.map(str::to_owned),
        cost: None,
        rows: None,
        children: Vec::new(),
        details,
    }
}

/// The table that a name of the plan means: its own, or an alias that the statement gave
/// it. A query that has a name is no table.
fn table_of(named: &str, text: &str) -> Option<String> {
    let alias = format!("\" AS {named}");
    let places = text.match_indices(&alias).filter(|(at, alias)| {
        let behind = text.as_bytes().get(at + alias.len());
        behind.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    });
    let mut aliased = places.filter_map(|(at, _)| last_name(text.get(..at)?));
    let mut quoted = String::new();
    identifier::quote(&mut quoted, named);
    let is_named_so = |before: &str| text.contains(&format!("{before}{quoted}"));
    // One that a program names says its columns too.
    let is_query = |how: &str| text.contains(&format!("{quoted}{how}("));
    let is_table = || {
        ["FROM ", "JOIN ", "UPDATE ", "INTO ", "."]
            .into_iter()
            .any(is_named_so)
            && ![" ", " AS ", " AS MATERIALIZED ", " AS NOT MATERIALIZED "]
                .into_iter()
                .any(is_query)
    };
    aliased
        .next()
        .or_else(|| is_table().then(|| named.to_owned()))
}

/// The name that ends here, without the quote behind it.
fn last_name(text: &str) -> Option<String> {
    let mut end = text.len();
    loop {
        let quote = text.get(..end)?.rfind('"')?;
        match text.get(..quote)?.strip_suffix('"') {
            Some(before) => end = before.len(),
            None => return Some(text.get(quote + 1..)?.replace("\"\"", "\"")),
        }
    }
}
