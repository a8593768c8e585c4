//! A page's query as one would type it.

use super::asked::{Asked, Filter, Place};
use super::catalog::{Column, Relation};
use super::kind::Kind;
use super::statement::ROWS;
use crate::pull::naming;

/// The query of a page in Rust.
pub(super) fn query(of: &Relation, asked: &Asked) -> String {
    let model = &of.rust;
    let mut code = format!("{model}::query()") + &seeing(of);
    for filter in &asked.filters {
        code += &format!("\n    .filter({})", condition(of, filter));
    }
    if let Some(order) = asked.order {
        let field = &of.columns[order.column].field;
        let way = if order.descending { ".desc()" } else { "" };
        code += &format!("\n    .order_by({model}::{field}{way})");
    }
    let pages = format!("\n    .page({ROWS})");
    let pages = match &asked.place {
        _ if of.key.is_empty() => match asked.place {
            Place::Skipping(rows) => format!("\n    .limit({ROWS})\n    .offset({rows})"),
            _ => format!("\n    .limit({ROWS})"),
        },
        Place::After(_) => pages + "\n    .at(cursor)",
        _ => pages,
    };
    let end = if of.key.is_empty() { "all" } else { "fetch" };
    code + &pages + &format!("\n    .{end}(&db)\n    .await?")
}

/// The query of one row in Rust.
pub(super) fn find(of: &Relation, key: &[String]) -> String {
    let columns = of.key.iter().map(|&at| &of.columns[at]);
    let values: Vec<String> = columns
        .zip(key)
        .map(|(column, value)| literal(column, value))
        .collect();
    let key = match values.as_slice() {
        [one] => one.clone(),
        all => format!("({})", all.join(", ")),
    };
    let seeing = seeing(of);
    format!("{}::find({key}){seeing}.one_or_none(&db).await?", of.rust)
}

/// What lifts what the model hides: all rows are shown here.
fn seeing(of: &Relation) -> String {
    let Some(model) = of.model else {
        return String::new();
    };
    let deleted = model.soft_delete.map(|_| ".with_deleted()".to_owned());
    let scopes = model.scopes.iter();
    let scopes = scopes.map(|it| format!(".unscoped({}::{})", model.model, it.name));
    deleted.into_iter().chain(scopes).collect()
}

fn condition(of: &Relation, filter: &Filter) -> String {
    let column = &of.columns[filter.column];
    let method = filter.test.method();
    let value = match filter.test.takes_value() {
        true => literal(column, &filter.value),
        false => String::new(),
    };
    format!("{}::{}.{method}({value})", of.rust, column.field)
}

/// A value as it is written in Rust.
fn literal(column: &Column, value: &str) -> String {
    let value = value.trim_matches('\0');
    match &column.kind {
        Kind::Integer => value.trim().to_owned(),
        Kind::Bool => matches!(value.trim(), "true" | "t" | "1").to_string(),
        Kind::Float => match value.trim().parse::<f64>() {
            Ok(number) => format!("{number:?}"),
            Err(_) => format!("{value:?}"),
        },
        Kind::Enum(name) => format!("{name}::{}", naming::variant(value)),
        Kind::Decimal => format!("{value:?}.parse::<Decimal>()?"),
        Kind::Other => match parsed(&column.words) {
            Some(name) => format!("{value:?}.parse::<{name}>()?"),
            None => format!("{value:?}.parse()?"),
        },
        Kind::Text | Kind::Bytes | Kind::Incomparable => format!("{value:?}"),
    }
}

/// The type that a field of such a column usually has.
fn parsed(words: &str) -> Option<&'static str> {
    Some(match words.split('(').next()?.trim() {
        "uuid" => "Uuid",
        "date" => "NaiveDate",
        "timestamp without time zone" => "NaiveDateTime",
        "time without time zone" => "NaiveTime",
        "timestamp with time zone" | "timestamp" if words.ends_with("with time zone") => {
            "DateTime<Utc>"
        }
        "timestamp" => "NaiveDateTime",
        _ => return None,
    })
}
