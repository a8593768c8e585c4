//! The databases a model says it lives in, and what of it the compiler has to
//! judge for them. What fits is known to the runtime's tables; here is only where
//! the user wrote it.

use proc_macro2::Span;
use syn::LitStr;
use syn::spanned::Spanned;

use crate::diag::Diagnostics;
use crate::model::{Doubt, Model};
use crate::parse::options::Options;
use crate::parse::value::Value;
use crate::parse::{Field, Item, ty};

/// The databases: what the user writes, and the runtime's variant.
const BACKENDS: [(&str, &str); 2] = [("postgres", "Postgres"), ("sqlite", "Sqlite")];

/// The databases that were named.
pub(super) fn named(options: &Options, diag: &mut Diagnostics) -> Vec<&'static str> {
    let Some(entry) = options.get("backends") else {
        return Vec::new();
    };
    let Value::Options(written) = &entry.value else {
        return Vec::new();
    };
    // What is in it and cannot be read was reported.
    if written.entries.is_empty() && diag.count() == 0 {
        let help = "write `backends(postgres, sqlite)`, or leave it out";
        diag.error(&entry.key, "`backends` names no database", help);
    }
    let known = BACKENDS.iter().filter(|(word, _)| written.has(word));
    known.map(|(_, variant)| *variant).collect()
}

fn doubt(model: &mut Model, span: Span, part: &'static str, at: Option<usize>) {
    if !model.backends.is_empty() {
        model.doubts.push(Doubt { span, part, at });
    }
}

/// The table, the columns and the keys; constraints and indexes are noted where
/// they are made.
pub(super) fn doubts(item: &Item, model: &mut Model) {
    let options = &item.options;
    if let Some(entry) = options.get("materialized_view") {
        doubt(model, entry.key.span(), "Kind", None);
    }
    if let Some(schema) = options.text("schema") {
        doubt(model, schema.span(), "Schema", None);
    }
    for (option, part) in [
        ("unlogged", "Unlogged"),
        ("storage", "Parameters"),
        ("partition_by", "Partition"),
    ] {
        if let Some(entry) = options.get(option) {
            doubt(model, entry.key.span(), part, None);
        }
    }
    let name = options
        .text("table")
        .map_or(item.ident.span(), LitStr::span);
    doubt(model, name, "Name", None);
    for (at, field) in item.fields.iter().enumerate() {
        column(field, at, model);
    }
    for at in 0..model.associations.len() {
        let span = model.associations[at].key_span;
        doubt(model, span, "Association", Some(at));
    }
}

fn column(field: &Field, at: usize, model: &mut Model) {
    let options = &field.column;
    let name = options
        .text("name")
        .map_or(field.ident.span(), LitStr::span);
    doubt(model, name, "ColumnName", Some(at));
    let kind = match options.text("sql_type") {
        Some(text) => text.span(),
        None => ty::option_of(&field.ty).unwrap_or(&field.ty).span(),
    };
    doubt(model, kind, "ColumnType", Some(at));
    let numbering = options.get("identity").or(options.get("auto_increment"));
    if let Some(entry) = numbering {
        doubt(model, entry.key.span(), "Numbering", Some(at));
    }
    if model.columns[at].sequence.is_some()
        && let Some(entry) = options.get("sequence").or(options.get("identity"))
    {
        doubt(model, entry.key.span(), "Sequence", Some(at));
    }
    for (option, part) in [
        ("generated", "Generated"),
        ("default_sql", "Default"),
        ("collation", "Collation"),
    ] {
        if let Some(text) = options.text(option) {
            doubt(model, text.span(), part, Some(at));
        }
    }
}

/// A unique constraint that is about to be added.
pub(super) fn unique(options: &Options, model: &mut Model) {
    if let Some(entry) = options.get("nulls_not_distinct") {
        let at = model.uniques.len();
        doubt(model, entry.key.span(), "Nulls", Some(at));
    }
    if let Some(entry) = options.get("deferrable") {
        let at = model.uniques.len();
        doubt(model, entry.key.span(), "Deferred", Some(at));
    }
}

/// An exclusion constraint that is about to be added.
pub(super) fn exclusion(options: &Options, model: &mut Model) {
    let at = model.exclusions.len();
    doubt(model, options.owner.span(), "Exclusion", Some(at));
}

/// A check that is about to be added.
pub(super) fn check(expression: Option<&LitStr>, model: &mut Model) {
    if let Some(text) = expression {
        let at = model.checks.len();
        doubt(model, text.span(), "Check", Some(at));
    }
}

/// An index that is about to be added.
pub(super) fn index(options: &Options, model: &mut Model) {
    let at = Some(model.indexes.len());
    for (option, part) in [("name", "IndexName"), ("where", "IndexFilter")] {
        if let Some(text) = options.text(option) {
            doubt(model, text.span(), part, at);
        }
    }
    for (option, part) in [("method", "IndexMethod"), ("include", "IndexInclude")] {
        if let Some(name) = options.name(option) {
            doubt(model, name.token.span(), part, at);
        }
    }
    if let Some(entry) = options.get("storage") {
        doubt(model, entry.key.span(), "IndexParameters", at);
    }
    let of_parts = ["ops", "expression", "columns"];
    if let Some(entry) = of_parts.iter().find_map(|option| options.get(option)) {
        let span = match &entry.value {
            Value::Text(text) => text.span(),
            _ => entry.key.span(),
        };
        doubt(model, span, "IndexParts", at);
    }
}
