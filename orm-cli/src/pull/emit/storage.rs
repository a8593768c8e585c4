//! How the rows of a table are kept, as options of the struct.

use std::collections::BTreeMap;

use orm_core::ddl::blueprint::Partition;
use orm_core::schema::PartitionMethod;
use proc_macro2::TokenStream;
use quote::quote;

use super::super::ident;
use super::super::model::Model;

/// `unlogged`, `storage(..)`, `partition_by(..)`
pub(super) fn options(model: &Model<'_>) -> Vec<TokenStream> {
    let storage = &model.table.storage;
    let mut options = Vec::new();
    // Of a table of partitions it says nothing: each has its own.
    if storage.unlogged && storage.partition.is_none() {
        options.push(quote!(unlogged));
    }
    options.extend(parameters(&storage.parameters));
    options.extend(
        storage
            .partition
            .as_ref()
            .and_then(|it| partition(model, it)),
    );
    options
}

/// `storage(fillfactor = 70)`, of a table or an index that has parameters.
pub(super) fn parameters(all: &BTreeMap<String, String>) -> Option<TokenStream> {
    let sayable = all.iter().filter(|(name, _)| is_sayable(name));
    let parameters: Vec<TokenStream> = sayable
        .map(|(name, value)| parameter(name, value))
        .collect();
    (!parameters.is_empty()).then(|| quote!(storage(#(#parameters),*)))
}

/// Whether a parameter has a name that an option can have, as all of the server do.
fn is_sayable(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|it| it.is_ascii_lowercase())
        && letters.all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

fn parameter(name: &str, value: &str) -> TokenStream {
    let name = ident::ident(name);
    let is_plain = value.parse::<u32>().is_ok() || matches!(value, "true" | "false");
    match value.parse::<TokenStream>().ok().filter(|_| is_plain) {
        Some(value) => quote!(#name = #value),
        None => quote!(#name = #value),
    }
}

fn partition(model: &Model<'_>, partition: &Partition) -> Option<TokenStream> {
    let columns = model.field_names(&model.positions(&partition.columns)?);
    let columns = match columns.as_slice() {
        [one] => quote!(#one),
        all => quote!((#(#all),*)),
    };
    Some(match partition.method {
        PartitionMethod::Range => quote!(partition_by(range = #columns)),
        PartitionMethod::List => quote!(partition_by(list = #columns)),
        PartitionMethod::Hash => quote!(partition_by(hash = #columns)),
        _ => return None,
    })
}
