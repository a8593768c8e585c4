//! What makes two rows the same.

use proc_macro2::TokenStream;
use quote::quote;

use super::position;
use crate::model::{Deferrable, Model, Term};

/// Columns in which no two rows agree, of all rows or of those that pass a condition.
pub(super) struct Key<'m> {
    pub(super) columns: Vec<usize>,
    pub(super) filter: Option<&'m String>,
    /// Whether all rows pass the condition that are seen.
    unless_deleted: bool,
}

impl Key<'_> {
    /// Whether it takes an implementation to name it; of one column that is unique
    /// among all rows, the column itself says so.
    pub(super) fn is_named(&self) -> bool {
        self.columns.len() > 1 || self.filter.is_some()
    }
}

/// The keys of a model that columns can name; of two over the same columns, the one
/// that holds of all rows.
pub(super) fn of(model: &Model) -> Vec<Key<'_>> {
    let primary = std::iter::once((model.key.clone(), None, false));
    // One that is checked late does not tell rows apart meanwhile, nor for an upsert.
    let uniques = model.uniques.iter();
    let uniques = uniques.filter(|it| it.deferrable == Deferrable::No);
    let uniques = uniques.map(|it| (it.columns.clone(), None, false));
    let indexes = model.indexes.iter().filter(|index| index.unique);
    let indexes = indexes.filter_map(|index| {
        let columns = index.parts.iter().map(|part| match part.term {
            Term::Column(at) => Some(at),
            Term::Expression(_) => None,
        });
        Some((
            columns.collect::<Option<Vec<usize>>>()?,
            index.filter.as_ref(),
            index.unless_deleted,
        ))
    });
    let mut all: Vec<Key<'_>> = Vec::new();
    for (columns, filter, unless_deleted) in primary.chain(uniques).chain(indexes) {
        let settable = |at: &usize| model.columns[*at].is_settable();
        if columns.is_empty() || columns.len() > 8 || !columns.iter().all(settable) {
            continue;
        }
        match all.iter_mut().find(|key| key.columns == columns) {
            Some(key) if filter.is_none() => key.filter = None,
            Some(_) => {}
            None => all.push(Key {
                columns,
                filter,
                unless_deleted,
            }),
        }
    }
    all
}

/// `impl UniqueOver<(At<0>, At<1>)> for Membership { .. }`
pub(super) fn implementations(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let keys = of(model).into_iter().filter(Key::is_named).map(|key| {
        let places = key.columns.iter().copied().map(position);
        let (rows, filter) = match key.filter {
            None => (quote!(Everywhere), None),
            Some(text) => (
                if key.unless_deleted {
                    quote!(Everywhere)
                } else {
                    quote!(Somewhere)
                },
                Some(quote! {
                    const FILTER: __::Option<&'static str> = __::Some(#text);
                }),
            ),
        };
        quote! {
            impl __::UniqueOver<(#(__::At<#places>,)*)> for #ident {
                type Rows = __::#rows;
                #filter
            }
        }
    });
    quote!(#(#keys)*)
}
