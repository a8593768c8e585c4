//! From models to code. Everything of the database goes through `quote`: it is
//! a literal, or an identifier that `ident` made, and can be nothing else.

mod association;
mod constraint;
pub(super) mod doc;
mod enumeration;
mod exclusion;
mod field;
mod module;
mod storage;

pub(super) use enumeration::file as enums;
pub(super) use module::file as module;

use std::collections::BTreeSet;

use orm_core::ddl::blueprint::{Index, Type};
use proc_macro2::TokenStream;
use quote::quote;

use super::enums::Enum;
use super::ident;
use super::index;
use super::model::{Field, Kind, Model, Through};

/// The file of one model.
pub(super) fn model(models: &[Model<'_>], at: usize, enums: &[Enum<'_>]) -> TokenStream {
    let model = &models[at];
    let ident = ident::ident(&model.name);
    let table = &model.table.name.name;
    let module = doc::inner(&format!("The table {}.", doc::name(table)));
    let docs = match &model.table.comment {
        Some(comment) if !comment.trim().is_empty() => doc::outer(comment),
        _ => doc::outer(&format!("A row of {}.", doc::name(table))),
    };
    let imports = imports(models, at, enums);
    let imports = (!imports.is_empty()).then(|| {
        let imports = imports.iter().map(|name| ident::ident(name));
        quote!(use super::{#(#imports),*};)
    });
    let indexes = declared(model);
    let options = options(model, &indexes);
    let associations = model
        .associations
        .iter()
        .map(|it| association::of(models, it));
    let fields = model
        .fields
        .iter()
        .map(|it| field(model, it, enums, &indexes));
    quote! {
        #module
        use orm::prelude::*;
        #imports
        #docs
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(#(#options),*)]
        #(#associations)*
        pub struct #ident {
            #(#fields),*
        }
    }
}

fn field(
    model: &Model<'_>,
    field: &Field<'_>,
    enums: &[Enum<'_>],
    indexes: &[&Index],
) -> TokenStream {
    let own = indexes.iter().filter(|index| {
        constraint::is_of_column(index)
            && index.columns().as_deref() == Some(&[&*field.column.name])
    });
    let own: Vec<&Index> = own.copied().collect();
    let stamped = has_timestamps(model) && is_timestamp(field).is_some();
    field::of(model.table, field, stamped, enums, &own)
}

/// What is written in `#[model(..)]`.
fn options(model: &Model<'_>, indexes: &[&Index]) -> Vec<TokenStream> {
    let table = model.table;
    let name = &table.name.name;
    let mut options = vec![quote!(table = #name)];
    if let Some(schema) = &table.name.schema {
        options.push(quote!(schema = #schema));
    }
    options.extend(constraint::primary_key_name(table));
    if has_timestamps(model) {
        options.push(quote!(timestamps));
    }
    options.extend(constraint::uniques(model));
    options.extend(exclusion::all(model));
    let own = indexes
        .iter()
        .filter(|index| !constraint::is_of_column(index));
    options.extend(own.map(|index| constraint::index(model, index)));
    options.extend(constraint::checks(table));
    options.extend(storage::options(model));
    if let Some(comment) = &table.comment {
        options.push(quote!(comment = #comment));
    }
    options
}

/// The indexes that the model writes down.
fn declared<'b>(model: &Model<'b>) -> Vec<&'b Index> {
    let keys: BTreeSet<&[String]> = model
        .associations
        .iter()
        .filter_map(|it| match &it.kind {
            Kind::BelongsTo { key, .. } => Some(key.columns.as_slice()),
            _ => None,
        })
        .collect();
    index::of(model.table, &keys).declared
}

/// The ORM sets both columns to the time of the write, as Sequelize does:
/// they have no default, so somebody has to.
fn has_timestamps(model: &Model<'_>) -> bool {
    let mut names: Vec<&str> = model.fields.iter().filter_map(is_timestamp).collect();
    names.sort_unstable();
    names == ["created_at", "updated_at"]
}

fn is_timestamp<'f>(field: &'f Field<'_>) -> Option<&'f str> {
    let column = field.column;
    let is_bare = !column.nullable && column.default.is_none() && column.generated.is_none();
    let is_moment = column.kind == Type::BuiltIn("timestamp with time zone".into());
    let named = matches!(field.name.as_str(), "created_at" | "updated_at");
    (is_bare && is_moment && named).then_some(&*field.name)
}

/// The other models and enums that the file names.
fn imports(models: &[Model<'_>], at: usize, enums: &[Enum<'_>]) -> BTreeSet<String> {
    let model = &models[at];
    let mut names = BTreeSet::new();
    for association in &model.associations {
        names.insert(models[association.target].name.clone());
        if let Kind::ManyToMany {
            through: Through::Model(between),
            ..
        } = association.kind
        {
            names.insert(models[between].name.clone());
        }
    }
    names.remove(&model.name);
    for field in &model.fields {
        if let Type::Enum { name, .. } = field.column.kind.base() {
            let known = enums.iter().find(|it| it.kind.name == *name);
            names.extend(known.map(|it| it.name.clone()));
        }
    }
    names
}
