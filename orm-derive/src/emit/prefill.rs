//! Which columns of a new row an association fills.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{create, position};
use crate::model::Model;

/// One `Prefill` per column that holds a key of another model, and the one
/// for "no column", which a one-sided association asks for.
// belongs_to(as = "customer", foreign_key = "user_id")  becomes
//     impl<Status> __orm::Prefill<1> for OrderCreate<__orm::Missing, Status> {
//         type Output = OrderCreate<__orm::Given, Status>; ..
//     }
pub(super) fn implementations(model: &Model) -> TokenStream {
    let mut columns: Vec<Option<usize>> = model.foreign_keys().into_iter().map(Some).collect();
    columns.push(None);
    columns
        .into_iter()
        .map(|column| implementation(model, column))
        .collect()
}

fn implementation(model: &Model, column: Option<usize>) -> TokenStream {
    let builder = &model.create;
    let parameters = create::parameters(model);
    let open: Vec<&Ident> = parameters
        .iter()
        .filter(|(at, _)| Some(*at) != column)
        .map(|(_, name)| name)
        .collect();
    let with = |state: &TokenStream| -> Vec<TokenStream> {
        parameters
            .iter()
            .map(|(at, name)| {
                if Some(*at) == column {
                    state.clone()
                } else {
                    quote!(#name)
                }
            })
            .collect()
    };
    let (before, after) = (with(&quote!(__orm::Missing)), with(&quote!(__orm::Given)));
    let (at, draft) = match column {
        Some(at) => {
            let at = position(at);
            (quote!(#at), quote!(self.draft.set_param(#at, value)))
        }
        None => (quote!({ __orm::NO_COLUMN }), quote!(self.draft)),
    };
    let value = if column.is_some() {
        quote!(value)
    } else {
        quote!(_)
    };
    quote! {
        impl<#(#open),*> __orm::Prefill<#at> for #builder<#(#before),*> {
            type Output = #builder<#(#after),*>;
            fn prefill(self, #value: __orm::Param) -> Self::Output {
                #draft.builder()
            }
        }
    }
}
