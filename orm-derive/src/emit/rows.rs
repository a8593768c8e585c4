//! Between a row and the struct: the functions that name every field.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::types;
use crate::model::Model;

/// The key's type: the field's, or a tuple of the fields'.
pub(super) fn key_type(model: &Model) -> TokenStream {
    let types: Vec<_> = model.key.iter().map(|at| &model.columns[*at].ty).collect();
    match types.as_slice() {
        // After an error there may be none; any key will do then.
        [] => quote!(i32),
        [one] => quote!(#one),
        all => quote!((#(#all,)*)),
    }
}

/// `decode`, `param` and `key`
pub(super) fn methods(model: &Model) -> TokenStream {
    let ident = &model.ident;
    // Of one span each: in a struct that a `macro_rules!` wrote, variables of
    // different contexts are different variables.
    let (row, this) = (Ident::new("row", ident.span()), this(model));
    let takes = model.columns.iter().map(|column| {
        let (field, ty) = (&column.ident, types::column(column));
        let take = if types::is_plain(column) {
            quote!(#row.take()?)
        } else {
            quote!(#row.take::<#ty>()?)
        };
        quote_spanned!(column.ty.span()=> #field: #take)
    });
    let fields = model.columns.iter().map(|column| {
        let (field, ty) = (&column.ident, types::column(column));
        if types::is_plain(column) {
            return quote_spanned!(column.ty.span()=> &#this.#field);
        }
        quote_spanned!(column.ty.span()=> __::field::<#ty>(&#this.#field))
    });
    let (key_type, key) = (key_type(model), key(model));
    quote_spanned! {ident.span()=>
        fn decode(#row: &mut __::Cursor<'_>) -> __::Result<Self> {
            __::Ok(#ident { #(#takes),* })
        }
        fn param(&self, column: u16) -> __::Param {
            __::param_of(&[#(#fields),*], column)
        }
        fn key(&self) -> #key_type {
            #key
        }
    }
}

/// The same after an error: no field is looked at, for its type may be what is wrong.
pub(super) fn no_methods(model: &Model) -> TokenStream {
    let key_type = key_type(model);
    quote! {
        fn decode(_: &mut __::Cursor<'_>) -> __::Result<Self> {
            loop {}
        }
        fn param(&self, _: u16) -> __::Param {
            loop {}
        }
        fn key(&self) -> #key_type {
            loop {}
        }
    }
}

/// `self`, as the methods' signatures declare it.
fn this(model: &Model) -> TokenStream {
    quote_spanned!(model.ident.span()=> self)
}

fn key(model: &Model) -> TokenStream {
    let this = this(model);
    let fields: Vec<_> = model
        .key
        .iter()
        .map(|at| &model.columns[*at].ident)
        .collect();
    match fields.as_slice() {
        [] => quote!(0),
        [one] => quote!(__::Clone::clone(&#this.#one)),
        all => quote!((#(__::Clone::clone(&#this.#all),)*)),
    }
}

/// What the rows of a named query consist of.
pub(super) fn named(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let types: Vec<TokenStream> = model.columns.iter().map(types::column).collect();
    let shown = match types.as_slice() {
        [one] => one.clone(),
        all => quote!((#(#all,)*)),
    };
    quote! {
        impl __::NamedQuery for #ident {
            type Shown = #shown;
        }
    }
}
