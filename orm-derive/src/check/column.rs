//! One field.

use quote::quote;
use syn::LitStr;
use syn::ext::IdentExt;

use super::{beside, default, field_type, names, rule, sequence, sql_type};
use crate::diag::Diagnostics;
use crate::model::{Column, Default, Identity, Timestamp};
use crate::parse::options::{Entry, Options};
use crate::parse::value::Value;
use crate::parse::{Field, Item, ty};

/// Checks a field and what is written on it.
pub(super) fn column(
    item: &Item,
    field: &Field,
    timestamp: Option<Timestamp>,
    diag: &mut Diagnostics,
) -> Column {
    let options = &field.column;
    let sequence = sequence::of(item, field, diag);
    let shared = sequence.as_ref().and_then(|it| it.shared.as_ref());
    let column = Column {
        ident: field.ident.clone(),
        handle: beside::handle(&field.ident),
        setter: beside::setter(&field.ident, &item.fields),
        ty: field_type::judged(field, diag),
        vis: beside::visibility(&item.vis, &field.vis),
        docs: field.docs.clone(),
        marks: field.marks.clone(),
        name: names::column(field, diag),
        field: field.ident.unraw().to_string(),
        nullable: ty::option_of(&field.ty).is_some(),
        primary_key: options.has("primary_key"),
        unique: is_unique(options),
        identity: identity(options, diag),
        sql_type: sql_type::declared(options, diag),
        default: match options.has("version") {
            // No row was written yet.
            true => Some(Default::Value(quote!(0))),
            false => match shared {
                Some(_) => Some(Default::Next),
                None => default::of(options),
            },
        },
        sequence,
        generated: options.text("generated").map(LitStr::value),
        timestamp,
        version: options.has("version"),
        collation: options.text("collation").map(|text| {
            names::sql(text, diag);
            text.clone()
        }),
        comment: options.text("comment").map(LitStr::value),
        renamed_from: options
            .text("renamed_from")
            .map(|text| names::sql(text, diag)),
        rules: rule::all(field, diag),
    };
    one_source(field, &column, diag);
    numbered(field, &column, diag);
    column
}

/// Whether a row is found by the column, whatever hides rows: of those that are not
/// marked alone an index says so. What is checked late tells no row from another meanwhile.
fn is_unique(options: &Options) -> bool {
    let entry = options.get("unique");
    entry.is_some_and(|entry| match &entry.value {
        Value::Options(options) => !options.has("unless_deleted") && !options.has("deferrable"),
        _ => true,
    })
}

fn identity(options: &Options, diag: &mut Diagnostics) -> Option<Identity> {
    let entry = match (options.get("auto_increment"), options.get("identity")) {
        (Some(first), Some(second)) => {
            diag.error(
                &second.key,
                "`identity` says the same as `auto_increment`",
                format!("keep `{}`", first.name),
            );
            second
        }
        (first, second) => first.or(second)?,
    };
    match &entry.value {
        Value::Options(kind) if kind.has("always") => Some(Identity::Always),
        _ => Some(Identity::ByDefault),
    }
}

/// What fills a column when nothing is given: at most one thing.
fn one_source(field: &Field, column: &Column, diag: &mut Diagnostics) {
    const SOURCES: [&str; 7] = [
        "version",
        "auto_increment",
        "identity",
        "sequence",
        "default",
        "default_sql",
        "generated",
    ];
    let given: Vec<&Entry> = SOURCES
        .iter()
        .filter_map(|source| field.column.get(source))
        .collect();
    if let [first, second, ..] = given.as_slice()
        && (first.name, second.name) != ("auto_increment", "identity")
    {
        let what = format!("`{}` and `{}` exclude each other", first.name, second.name);
        diag.error(
            &second.key,
            what,
            "keep the one that should fill the column",
        );
    }
    if let (Some(_), [first, ..]) = (column.timestamp, given.as_slice()) {
        let what = format!(
            "`timestamps` sets `{}`, so it takes no `{}`",
            column.field, first.name
        );
        diag.error(&first.key, what, format!("remove `{}`", first.name));
    }
}

/// Only whole numbers count. Types are the type checker's business; these are
/// the ones that nobody can have meant.
fn numbered(field: &Field, column: &Column, diag: &mut Diagnostics) {
    const NEVER: [&str; 8] = [
        "String",
        "bool",
        "f32",
        "f64",
        "Uuid",
        "Decimal",
        "DateTime",
        "NaiveDate",
    ];
    let (is, does, word) = match column.version {
        true => ("version", "counts the writes of a row", "version"),
        false if column.identity.is_some() => ("numbered column", "numbers rows", "auto_increment"),
        false => return,
    };
    if column.version && column.primary_key {
        let what = format!(
            "`{}` is a key, and a version changes with every write",
            column.field
        );
        diag.error(&field.ident, what, "mark another field with `version`");
    }
    let name = ty::last_name(&field.ty).unwrap_or_default();
    if column.nullable {
        let what = format!(
            "a {is} is never NULL, but `{}` is an `Option`",
            column.field
        );
        diag.error(&field.ty, what, "remove the `Option`");
    } else if NEVER.contains(&name.as_str()) {
        let what = format!(
            "the database {does} with whole numbers, but `{}` is a `{name}`",
            column.field
        );
        let help = format!("use `i16`, `i32` or `i64`, or remove `{word}`");
        diag.error(&field.ty, what, help);
    }
}
