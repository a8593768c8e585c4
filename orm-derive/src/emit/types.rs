//! Names for the types that only the compiler can judge.
//!
//! Every use of such a type in generated code goes by its name, with the span
//! of the user's own words: where the type is no column type, or the other
//! model no model, all uses fail in one and the same way, which rustc reports
//! once. An ordinary type needs no name.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::model::{Association, Column, Model};
use crate::parse::ty;

/// Types that are column types whatever is in scope, unless somebody shadows
/// them, and then rustc says so.
const PLAIN: [&str; 10] = [
    "bool", "i16", "i32", "i64", "f32", "f64", "String", "DateTime", "Uuid", "Decimal",
];

/// Whether nobody can have hidden anything behind the type's name.
pub(super) fn is_plain(column: &Column) -> bool {
    let base = ty::option_of(&column.ty).unwrap_or(&column.ty);
    ty::last_name(base).is_some_and(|name| PLAIN.contains(&name.as_str()))
}

// took: Option<Duration>  becomes
//     type __column_took = __::Option<<Duration as __::Storable>::Type>;
pub(super) fn names(model: &Model) -> TokenStream {
    let columns = model
        .columns
        .iter()
        .filter(|column| !is_plain(column))
        .map(|column| {
            let (name, base) = (
                column_name(column),
                ty::option_of(&column.ty).unwrap_or(&column.ty),
            );
            let stored = quote_spanned!(base.span()=> <#base as __::Storable>::Type);
            let stored = if column.nullable {
                quote!(__::Option<#stored>)
            } else {
                stored
            };
            quote!(type #name = #stored;)
        });
    let targets = model.associations.iter().map(|association| {
        let (name, target) = (target(association), &association.target);
        let is_model = quote_spanned!(target.span()=> <#target as __::IsModel>::Itself);
        quote!(type #name = #is_model;)
    });
    quote!(#(#columns)* #(#targets)*)
}

/// The column's type, as generated code writes it.
pub(super) fn column(column: &Column) -> TokenStream {
    if is_plain(column) {
        column.ty.to_token_stream()
    } else {
        column_name(column).to_token_stream()
    }
}

/// The column's type where the names are out of reach, beside the model.
pub(super) fn inline(column: &Column, orm: &TokenStream) -> TokenStream {
    if is_plain(column) {
        return column.ty.to_token_stream();
    }
    let base = ty::option_of(&column.ty).unwrap_or(&column.ty);
    let stored = quote_spanned!(base.span()=> <#base as #orm::Storable>::Type);
    if column.nullable {
        quote!(#orm::Option<#stored>)
    } else {
        stored
    }
}

fn column_name(column: &Column) -> Ident {
    let base = ty::option_of(&column.ty).unwrap_or(&column.ty);
    format_ident!(
        "__column_{}",
        column.field,
        span = first(base.to_token_stream())
    )
}

/// The model on the other side, as generated code writes it.
pub(super) fn target(association: &Association) -> Ident {
    format_ident!(
        "__model_{}",
        association.name,
        span = first(association.target.to_token_stream())
    )
}

fn first(tokens: TokenStream) -> Span {
    tokens
        .into_iter()
        .next()
        .map_or_else(Span::call_site, |token| token.span())
}
