//! Mermaid's `erDiagram`.

use std::fmt::Write;

use super::diagram::{Diagram, Line, Row};

/// Words that begin a statement of their own, or a cardinality.
const RESERVED: &[&str] = &[
    "acctitle",
    "accdescr",
    "class",
    "classdef",
    "direction",
    "erdiagram",
    "many",
    "one",
    "only",
    "optionally",
    "style",
    "subgraph",
    "end",
    "title",
    "to",
    "u",
    "zero",
];

pub(super) fn write(diagram: &Diagram) -> String {
    let mut out = String::from("erDiagram\n");
    for entity in &diagram.entities {
        let _ = writeln!(out, "    {} {{", name(&entity.name));
        for row in &entity.rows {
            let _ = writeln!(out, "        {}", attribute(row));
        }
        out.push_str("    }\n");
    }
    for line in &diagram.lines {
        let _ = writeln!(out, "    {}", relation(diagram, line));
    }
    out
}

/// `integer user_id FK "NULL"`
fn attribute(row: &Row) -> String {
    let (kind, column) = (word(&row.kind), word(&row.name));
    let marks = [
        (row.primary_key, "PK"),
        (row.foreign_key, "FK"),
        (row.unique, "UK"),
    ];
    let marks: Vec<&str> = marks.iter().filter(|it| it.0).map(|it| it.1).collect();
    let mut notes = Vec::new();
    if column != row.name {
        notes.push(text(&row.name));
    }
    if kind != row.kind {
        notes.push(text(&row.kind));
    }
    if row.nullable {
        notes.push("NULL".into());
    }
    let mut out = format!("{kind} {column}");
    if !marks.is_empty() {
        let _ = write!(out, " {}", marks.join(", "));
    }
    if !notes.is_empty() {
        let _ = write!(out, " \"{}\"", notes.join("; "));
    }
    out
}

/// `users ||--o{ orders : "user_id"`
fn relation(diagram: &Diagram, line: &Line) -> String {
    let parent = name(&diagram.entities[line.parent].name);
    let child = name(&diagram.entities[line.child].name);
    let held = if line.optional { "|o" } else { "||" };
    let holders = if line.one { "o|" } else { "o{" };
    format!(
        "{parent} {held}--{holders} {child} : \"{}\"",
        text(&line.label)
    )
}

/// A name, in quotes unless it is a plain word.
fn name(name: &str) -> String {
    let reserved = RESERVED.contains(&name.to_lowercase().as_str());
    if word(name) == name && !reserved && !name.contains(['(', '[', '-']) {
        name.to_owned()
    } else {
        format!("\"{}\"", text(name))
    }
}

/// What the name or type of an attribute can be.
fn word(text: &str) -> String {
    let kept =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '(' | ')' | '[' | ']');
    let word: String = text
        .chars()
        .map(|c| if kept(c) { c } else { '_' })
        .collect();
    if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        word
    } else {
        format!("_{word}")
    }
}

/// What can stand between quotes.
fn text(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '"' | '`' => '\'',
        '%' | '\\' | '<' | '>' | '{' | '}' | ';' | '#' | '&' => '_',
        c if c.is_control() => ' ',
        c => c,
    });
    plain.collect()
}
