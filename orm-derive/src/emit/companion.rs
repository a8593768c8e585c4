//! The companion: a row with some of its associations loaded.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::beside;
use super::parameters::Parameters;
use crate::model::Model;
use crate::schemas;

fn fields(model: &Model) -> Vec<&Ident> {
    model
        .slots()
        .into_iter()
        .map(|association| association.ident)
        .collect()
}

/// The struct; it stands beside the model, for users name it.
pub(super) fn definition(model: &Model, parameters: &Parameters) -> TokenStream {
    if model.slots().is_empty() {
        return TokenStream::new();
    }
    let (vis, owner, root, loaded) = (&model.vis, &model.ident, &model.root, &model.loaded);
    let (parameters, fields) = (&parameters.slots, fields(model));
    let doc = format!(" A `{owner}` with some of its associations loaded.");
    let docs = model
        .slots()
        .into_iter()
        .map(|association| format!(" The association `{}`.", association.name));
    let (marks, quiet) = (&model.marks, beside::quiet_struct());
    quote! {
        #[doc = #doc]
        #(#marks)*
        #quiet
        #vis struct #loaded<#(#parameters = #root::__::NotLoaded),*> {
            __row: #owner,
            #(#[doc = #docs] pub #fields: #parameters,)*
        }
    }
}

/// What a companion can do: be its row, be filled, and what its row can do.
pub(super) fn implementation(model: &Model, parameters: &Parameters) -> TokenStream {
    if model.slots().is_empty() {
        return TokenStream::new();
    }
    let (owner, loaded) = (&model.ident, &model.loaded);
    let parameters = parameters.slots.as_slice();
    let slots = slots(model, parameters);
    let traits = traits(model, parameters);
    quote! {
        impl<#(#parameters),*> #loaded<#(#parameters),*> {
            /// The row alone.
            pub fn into_inner(self) -> #owner {
                self.__row
            }
        }
        impl<#(#parameters),*> __::Deref for #loaded<#(#parameters),*> {
            type Target = #owner;
            fn deref(&self) -> &#owner {
                &self.__row
            }
        }
        #slots
        #traits
    }
}

/// The row with its slots, put together and taken apart: how a slot is filled is
/// written once, in the runtime.
// impl<Customer: __::Slot, Products: __::Slot> __::Loads<(Customer, (Products, ()))> for Order {
//     type Loaded = OrderLoaded<Customer, Products>;
//     fn load(self, slots: (Customer, (Products, ()))) -> Self::Loaded {
//         OrderLoaded { __row: self, customer: slots.0, products: slots.1.0 }
//     }
// }
fn slots(model: &Model, parameters: &[Ident]) -> TokenStream {
    let (owner, loaded) = (&model.ident, &model.loaded);
    let fields = fields(model);
    let slots = nested(parameters.iter().map(ToTokens::to_token_stream));
    let values = nested(fields.iter().map(|name| quote!(self.#name)));
    let places =
        (0..fields.len()).map(|at| (0..at).fold(quote!(slots), |before, _| quote!(#before.1)));
    quote! {
        impl<#(#parameters: __::Slot),*> __::Loads<#slots> for #owner {
            type Loaded = #loaded<#(#parameters),*>;
            fn load(self, slots: #slots) -> Self::Loaded {
                #loaded { __row: self, #(#fields: #places.0),* }
            }
        }
        impl<#(#parameters: __::Slot),*> __::Row for #loaded<#(#parameters),*> {
            type Model = #owner;
            type Slots = #slots;
            fn split(self) -> (#owner, #slots) {
                (self.__row, #values)
            }
        }
    }
}

/// `(a, (b, ()))`
fn nested(all: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    all.rfold(quote!(()), |rest, one| quote!((#one, #rest)))
}

/// The markers: `(User_orders, (User_profile, ()))`. What not everyone sees cannot be named
/// by `loaded!`, through a model that everyone sees.
pub(super) fn associations(model: &Model) -> TokenStream {
    let ordinary = model.associations.iter();
    let ordinary = ordinary.map(|it| (it.hidden, &it.marker));
    let polymorphic = model.polymorphic.iter().map(|it| (it.hidden, &it.marker));
    let all = ordinary
        .chain(polymorphic)
        .map(|(hidden, marker)| match hidden {
            true => quote!(__::Unnamed),
            false => marker.to_token_stream(),
        });
    let all: Vec<TokenStream> = all.collect();
    nested(all.into_iter())
}

/// `Debug`, `Clone` and `PartialEq`, each where the row has it.
///
/// The bound on the row is quantified over a lifetime it does not use: that
/// makes it a question to ask at each use, and no error where the answer is no.
fn traits(model: &Model, parameters: &[Ident]) -> TokenStream {
    let (owner, loaded, fields) = (&model.ident, &model.loaded, fields(model));
    let names = model
        .slots()
        .into_iter()
        .map(|association| association.name);
    let title = loaded.to_string();
    let keys = keys(model);
    let serialize = serialize(model, parameters, &keys);
    let slots = nested(parameters.iter().map(ToTokens::to_token_stream));
    let schemas = schemas::companion([owner, loaded], parameters, &slots, &keys);
    quote! {
        #[automatically_derived]
        impl<#(#parameters: __::Debug),*> __::Debug for #loaded<#(#parameters),*>
        where
            for<'__> #owner: __::Debug,
        {
            fn fmt(&self, f: &mut __::Formatter<'_>) -> __::fmt::Result {
                __::debug_loaded(f, #title, &self.__row, &[#((#names, &self.#fields)),*])
            }
        }
        #[automatically_derived]
        impl<#(#parameters: __::Clone),*> __::Clone for #loaded<#(#parameters),*>
        where
            for<'__> #owner: __::Clone,
        {
            fn clone(&self) -> Self {
                #loaded { __row: __::Clone::clone(&self.__row), #(#fields: __::Clone::clone(&self.#fields)),* }
            }
        }
        #[automatically_derived]
        impl<#(#parameters: __::PartialEq),*> __::PartialEq for #loaded<#(#parameters),*>
        where
            for<'__> #owner: __::PartialEq,
        {
            fn eq(&self, other: &Self) -> bool {
                self.__row == other.__row #(&& self.#fields == other.#fields)*
            }
        }
        #serialize
        #schemas
    }
}

/// What the associations are called when they are written.
fn keys(model: &Model) -> Vec<String> {
    let names = model.slots().into_iter().map(|it| it.name);
    names
        .map(|name| {
            let case = model.serde_case.as_ref();
            case.map_or_else(|| name.to_owned(), |case| case.apply_to_field(name))
        })
        .collect()
}

/// The row's own fields and, behind them, the associations that were loaded.
fn serialize(model: &Model, parameters: &[Ident], keys: &[String]) -> Option<TokenStream> {
    if !cfg!(feature = "serde") {
        return None;
    }
    let (owner, loaded) = (&model.ident, &model.loaded);
    let slots = fields(model).into_iter().zip(keys).rfold(
        quote!(()),
        |rest, (field, key)| quote!(__::LoadedSlot(#key, &self.#field, #rest)),
    );
    Some(quote! {
        #[automatically_derived]
        impl<#(#parameters: __::Serialize + 'static),*> __::Serialize for #loaded<#(#parameters),*>
        where
            for<'__> #owner: __::Serialize,
        {
            fn serialize<__S: __::Serializer>(&self, serializer: __S) -> __::StdResult<__S::Ok, __S::Error> {
                __::serialize_loaded(serializer, &self.__row, #slots)
            }
        }
    })
}
