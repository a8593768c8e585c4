//! The handles: one constant per column, one per association.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::{associations, keys, position};
use crate::model::{Column, Default, Model};

/// `impl User { pub const email: Column<User, String, Unique> = ..; }`
pub(super) fn handles(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let columns = model
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| handle(model, at, column));
    let associations = associations::handles(model);
    let vis = &model.vis;
    let scopes = model.scopes.iter().map(|scope| {
        let handle = &scope.handle;
        let (name, doc) = (&scope.name, format!(" The default scope `{}`.", scope.name));
        quote! {
            #[doc = #doc]
            #vis const #handle: __::DefaultScope<#ident> = __::DefaultScope::new(#name);
        }
    });
    quote! {
        // A model that a `macro_rules!` wrote would be told which handles nobody uses.
        #[allow(dead_code)]
        impl #ident {
            #(#columns)*
            #(#associations)*
            #(#scopes)*
        }
    }
}

fn handle(model: &Model, at: usize, column: &Column) -> TokenStream {
    let (vis, owner, name, ty) = (&column.vis, &model.ident, &column.handle, &column.ty);
    let doc = doc(column);
    let gap = (!column.docs.is_empty()).then(|| quote!(#[doc = ""]));
    let (docs, marks) = (&column.docs, &column.marks);
    let kind = kind(model, at, column);
    let at = position(at);
    // Rustc points here when a name is misspelt elsewhere and this is the near one.
    let handle = quote_spanned!(name.span()=> #name);
    quote! {
        #[doc = #doc]
        #gap
        #(#docs)*
        #(#marks)*
        #vis const #handle: __::Column<#owner, #ty #kind> = __::Column::new(#at);
    }
}

/// What can be done with the column; nothing is written for a plain one.
fn kind(model: &Model, at: usize, column: &Column) -> TokenStream {
    if !column.is_settable() {
        return quote!(, __::Generated);
    }
    let keys = keys::of(model);
    let alone = column.unique
        || keys
            .iter()
            .any(|key| key.columns == [at] && key.filter.is_none());
    let shared = keys
        .iter()
        .any(|key| key.is_named() && key.columns.contains(&at));
    let at = position(at);
    match (alone, shared) {
        (true, true) => quote!(, __::UniqueInKey<#at>),
        (true, false) => quote!(, __::Unique),
        (false, true) => quote!(, __::InKey<#at>),
        (false, false) => TokenStream::new(),
    }
}

fn doc(column: &Column) -> String {
    let mut facts = vec![
        if column.nullable {
            "nullable"
        } else {
            "not null"
        }
        .to_owned(),
    ];
    if let Some(declared) = &column.sql_type {
        facts.insert(0, format!("`{}`", declared.written));
    }
    if column.primary_key {
        facts.push("primary key".to_owned());
    }
    if column.unique {
        facts.push("unique".to_owned());
    }
    if column.identity.is_some() {
        facts.push("numbered by the database".to_owned());
    }
    match &column.default {
        Some(Default::Value(value)) => facts.push(format!("`{value}` by default")),
        Some(Default::Next) => facts.push("the next number of its sequence by default".to_owned()),
        Some(Default::Sql(sql)) => facts.push(format!("`{sql}` by default")),
        Some(Default::Now) => facts.push("`now()` by default".to_owned()),
        None => {}
    }
    if column.generated.is_some() {
        facts.push("generated".to_owned());
    }
    format!(
        " The column `{}`: {}.",
        column.ident.unraw(),
        facts.join(", ")
    )
}
