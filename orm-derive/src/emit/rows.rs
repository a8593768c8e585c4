//! Between a row and the struct: the functions that name every field.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::position;
use crate::model::Model;

/// The key's type: the field's, or a tuple of the fields'.
pub(super) fn key_type(model: &Model) -> TokenStream {
    let types: Vec<_> = model.key.iter().map(|at| &model.columns[*at].ty).collect();
    match types.as_slice() {
        [one] => quote!(#one),
        all => quote!((#(#all,)*)),
    }
}

/// `decode`, `param` and `key`
pub(super) fn methods(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let fields = model.columns.iter().map(|column| &column.ident);
    let takes = model.columns.iter().map(|column| {
        let (field, ty) = (&column.ident, &column.ty);
        quote_spanned!(ty.span()=> #field: __orm::Cursor::take(row)?)
    });
    let at = (0..model.columns.len()).map(position);
    let key = key(model);
    quote! {
        fn decode(row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(#ident { #(#takes),* })
        }
        fn param(&self, column: u16) -> __orm::Param {
            match column {
                #(#at => __orm::ColumnType::to_param(&self.#fields),)*
                _ => __orm::Param::Null,
            }
        }
        fn key(&self) -> Self::Key {
            #key
        }
    }
}

fn key(model: &Model) -> TokenStream {
    let fields: Vec<_> = model
        .key
        .iter()
        .map(|at| &model.columns[*at].ident)
        .collect();
    match fields.as_slice() {
        [one] => quote!(__orm::Clone::clone(&self.#one)),
        all => quote!((#(__orm::Clone::clone(&self.#all),)*)),
    }
}
