//! Parts that several pages have.

use crate::studio::catalog::Column;
use crate::studio::html::{Attr, Html};
use crate::studio::kind::Kind;
use crate::studio::statement::Statement;

/// A value as it was read: a letter that says what it is, and the rest.
pub(super) fn value(page: &mut Html, column: &Column, cell: Option<&str>, most: usize) {
    let Some(cell) = cell else {
        page.of_text("span", "null", "NULL");
        return;
    };
    let (what, text) = cell.split_at_checked(1).unwrap_or(("t", cell));
    match (what, text) {
        ("b", "1") => page.of_text("span", "bytes", "1 byte"),
        ("b", length) => page.of_text("span", "bytes", &format!("{length} bytes")),
        (_, "") => page.of_text("span", "empty", "empty"),
        (_, "0") if column.kind == Kind::Bool => cut(page, "false", most),
        (_, "1") if column.kind == Kind::Bool => cut(page, "true", most),
        _ => cut(page, text, most),
    }
}

fn cut(page: &mut Html, text: &str, most: usize) {
    let end = text.char_indices().nth(most).map(|(at, _)| at);
    page.text(&text[..end.unwrap_or(text.len())]);
    if end.is_some() {
        page.of_text("span", "cut", "… cut");
    }
}

/// A query in Rust beside its SQL, with the values that are bound in it.
pub(super) fn queries(page: &mut Html, code: &str, statement: &Statement) {
    page.markup("<div class=\"queries\"><figure><figcaption>Rust</figcaption>");
    page.of_text("pre", "", code);
    page.markup("</figure><figure><figcaption>SQL</figcaption>");
    page.of_text("pre", "", &statement.text);
    for (place, value) in &statement.said {
        page.element("div", &[Attr::Class("bound")], |it| {
            it.text(place).text(" = ");
            it.of_text("code", "", value);
        });
    }
    page.markup("</figure></div>");
}

/// The columns that are not shown, in a line.
pub(super) fn hidden(page: &mut Html, names: &[String]) {
    if names.is_empty() {
        return;
    }
    page.element("p", &[Attr::Class("faint")], |it| {
        it.text("Not shown, for what may be in it: ");
        for (at, name) in names.iter().enumerate() {
            it.text(if at > 0 { ", " } else { "" });
            it.of_text("code", "", name);
        }
        it.text(". What is no secret is shown by ");
        it.of_text("code", "", "--show TABLE.COLUMN");
        it.text(".");
    });
}
