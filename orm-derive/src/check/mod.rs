//! Judges what was written: `Item` in, `Model` out. Each rule reports what is
//! wrong and carries on with a stand-in, so that all faults are found at once.

mod association;
mod backends;
pub(crate) mod beside;
mod choice;
mod column;
mod default;
mod exclusion;
mod field_type;
mod foreign_key;
mod hiding;
mod key;
mod names;
mod pairs;
mod polymorphic;
mod rule;
mod sequence;
mod sql_type;
mod storage;
mod table;
mod through;
mod timestamps;
mod view;

use syn::ext::IdentExt;
use syn::parse_quote;

use crate::diag::{Diagnostics, suggest};
use crate::model::{Column, Model, Storage, TableKind, name};
use crate::parse::value::Name;
use crate::parse::{Field, Item};

/// The model that was written; after an error it is good enough for the fallback.
pub(crate) fn model(item: &Item, diag: &mut Diagnostics) -> Model {
    let fields = Fields::new(&item.fields);
    let options = &item.options;
    let kind = view::kind(options, diag);
    view::misplaced(item, kind, diag);
    let table = names::table(item, diag);
    let stamps = timestamps::fields(options, &fields, diag);
    let mut columns: Vec<Column> = Vec::new();
    for (at, field) in item.fields.iter().enumerate() {
        columns.push(column::column(item, field, stamps.of(at), diag));
    }
    beside::distinct_handles(&mut columns, diag);
    names::distinct_columns(item, &columns, diag);
    let key = key::primary(item, kind, &columns, diag);
    let mut associations = association::all(item, &fields, &columns, &key, diag);
    if kind != TableKind::Table {
        view::without_keys(&mut associations);
    }
    let polymorphic = polymorphic::all(item, &fields, &associations, diag);
    let soft_delete = hiding::mark(item, &fields, &columns, diag);
    let mut model = Model {
        ident: item.ident.clone(),
        vis: item.vis.clone(),
        marks: item.marks.clone(),
        create: beside::companion(item, "create", "Create", diag),
        loaded: beside::companion(item, "loaded", "Loaded", diag),
        root: options
            .path("crate")
            .cloned()
            .unwrap_or_else(|| parse_quote!(::orm)),
        kind,
        schema: options.text("schema").map(|text| names::sql(text, diag)),
        table,
        comment: options.text("comment").map(syn::LitStr::value),
        renamed_from: options
            .text("renamed_from")
            .map(|text| names::sql(text, diag)),
        columns,
        key,
        key_name: options
            .text("primary_key_name")
            .map(|text| names::sql(text, diag)),
        uniques: Vec::new(),
        exclusions: Vec::new(),
        checks: Vec::new(),
        indexes: Vec::new(),
        storage: Storage::default(),
        associations,
        associations_known: true,
        polymorphic,
        validate: options.path("validate").cloned(),
        soft_delete_failed: soft_delete.is_none() && hiding::is_asked(item),
        soft_delete,
        scopes: hiding::scopes(item, diag),
        hooks: match kind {
            TableKind::Table => options.get("hooks").map(|entry| entry.key.span()),
            _ => None,
        },
        serde_case: names::serde_case(&item.serde),
        backends: backends::named(options, diag),
        doubts: Vec::new(),
    };
    table::constraints(item, &fields, &mut model, diag);
    storage::kept(item, &fields, &mut model, diag);
    if model.is_table() {
        polymorphic::indexes(&mut model);
    }
    backends::doubts(item, &mut model);
    model
}

pub(crate) use association::rust_name;
pub(crate) use names::{passed_over, serde_case, sql as sql_name};

/// The fields of the struct, to be looked up by the names a user writes.
pub(crate) struct Fields {
    names: Vec<String>,
}

impl Fields {
    fn new(fields: &[Field]) -> Self {
        Fields {
            names: fields
                .iter()
                .map(|field| field.ident.unraw().to_string())
                .collect(),
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|field| field == name)
    }

    /// The position of a field, or a message with the near name.
    fn resolve(&self, name: &Name, owner: &syn::Ident, diag: &mut Diagnostics) -> Option<usize> {
        let found = self.position(&name.text);
        if found.is_none() {
            let choices: Vec<&str> = self.names.iter().map(String::as_str).collect();
            diag.error(
                name,
                format!("no field `{}` in `{owner}`", name.text),
                suggest::help(&name.text, &choices),
            );
        }
        found
    }

    fn resolve_all(
        &self,
        names: &[Name],
        owner: &syn::Ident,
        diag: &mut Diagnostics,
    ) -> Vec<usize> {
        names
            .iter()
            .filter_map(|name| self.resolve(name, owner, diag))
            .collect()
    }
}

/// The model's name in snake case, as conventions use it.
fn own_name(item: &Item) -> String {
    name::snake(&item.ident.unraw().to_string())
}
