//! Which columns of a new row an association fills.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::parameters::Parameters;
use super::position;
use crate::model::Model;

/// One `Prefill` per column that holds a key of another model.
// belongs_to(as = "customer", foreign_key = "user_id")  becomes
//     impl<Status> __::Prefill<1> for OrderCreate<__::Missing, Status> {
//         type Output = OrderCreate<__::Given, Status>;
//         type Holder = __::Held;
//     }
pub(super) fn implementations(model: &Model, parameters: &Parameters) -> TokenStream {
    let columns = model.foreign_keys().into_iter();
    columns
        .map(|at| implementation(model, &parameters.required, at))
        .collect()
}

fn implementation(model: &Model, parameters: &[(usize, Ident)], column: usize) -> TokenStream {
    let builder = &model.create;
    let open = parameters.iter().filter(|(at, _)| *at != column);
    let open = open.map(|(_, name)| name);
    let with = |state: &TokenStream| -> Vec<TokenStream> {
        let each = parameters.iter().map(|(at, name)| match *at == column {
            true => state.clone(),
            false => quote!(#name),
        });
        each.collect()
    };
    let (before, after) = (with(&quote!(__::Missing)), with(&quote!(__::Given)));
    let at = position(column);
    let holder = match model.columns[column].nullable {
        true => quote!(HeldOrNull),
        false => quote!(Held),
    };
    quote! {
        impl<#(#open),*> __::Prefill<#at> for #builder<#(#before),*> {
            type Output = #builder<#(#after),*>;
            type Holder = __::#holder;
        }
    }
}
