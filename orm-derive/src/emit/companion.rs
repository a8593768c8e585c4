//! The companion: a row with some of its associations loaded.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::{beside, create};
use crate::check::beside::parameter;
use crate::model::{Model, Slot};

/// The companion's type parameters, one per association.
fn parameters(model: &Model) -> Vec<Ident> {
    let mut taken = create::taken(model);
    let models = model
        .associations
        .iter()
        .filter_map(|it| it.target.segments.last());
    taken.extend(models.map(|segment| segment.ident.unraw().to_string()));
    let name = |slot: Slot<'_>| {
        let name = parameter(slot.name, &mut taken);
        Ident::new(&name, slot.ident.span())
    };
    model.slots().into_iter().map(name).collect()
}

fn fields(model: &Model) -> Vec<&Ident> {
    model
        .slots()
        .into_iter()
        .map(|association| association.ident)
        .collect()
}

/// The struct; it stands beside the model, for users name it.
pub(super) fn definition(model: &Model) -> TokenStream {
    if model.slots().is_empty() {
        return TokenStream::new();
    }
    let (vis, owner, root, loaded) = (&model.vis, &model.ident, &model.root, &model.loaded);
    let (parameters, fields) = (parameters(model), fields(model));
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
        #vis struct #loaded<#(#parameters = #root::__private::NotLoaded),*> {
            __row: #owner,
            #(#[doc = #docs] pub #fields: #parameters,)*
        }
    }
}

/// What a companion can do: be its row, be filled, and what its row can do.
pub(super) fn implementation(model: &Model) -> TokenStream {
    if model.slots().is_empty() {
        return TokenStream::new();
    }
    let (owner, loaded) = (&model.ident, &model.loaded);
    let parameters = parameters(model);
    let fills = (0..parameters.len()).map(|at| fill(model, &parameters, at));
    let traits = traits(model, &parameters);
    quote! {
        impl<#(#parameters),*> #loaded<#(#parameters),*> {
            /// The row alone.
            pub fn into_inner(self) -> #owner {
                self.__row
            }
        }
        #[automatically_derived]
        impl<#(#parameters),*> __orm::Deref for #loaded<#(#parameters),*> {
            type Target = #owner;
            fn deref(&self) -> &#owner {
                &self.__row
            }
        }
        #(#fills)*
        #traits
    }
}

/// How one slot is filled, of the bare row and of a companion.
fn fill(model: &Model, parameters: &[Ident], at: usize) -> TokenStream {
    let (owner, loaded) = (&model.ident, &model.loaded);
    let (marker, fields) = (model.slots()[at].marker, fields(model));
    let others: Vec<&Ident> = others(parameters, at);
    let slots = |empty: &TokenStream| -> Vec<TokenStream> {
        let slot = |(other, name): (usize, &Ident)| {
            if other == at {
                empty.clone()
            } else {
                quote!(#name)
            }
        };
        parameters.iter().enumerate().map(slot).collect()
    };
    let (before, after) = (slots(&quote!(__orm::NotLoaded)), slots(&quote!(__V)));
    let alone = (0..parameters.len()).map(|other| {
        if other == at {
            quote!(__V)
        } else {
            quote!(__orm::NotLoaded)
        }
    });
    let made = (0..parameters.len()).map(|other| {
        if other == at {
            quote!(value)
        } else {
            quote!(__orm::NotLoaded)
        }
    });
    let kept = fields.iter().enumerate().map(|(other, name)| {
        if other == at {
            quote!(value)
        } else {
            quote!(self.#name)
        }
    });
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<__V: __orm::Slot> __orm::Fill<#marker, __V> for #owner {
            type Output = #loaded<#(#alone),*>;
            fn fill(self, value: __V) -> Self::Output {
                #loaded { __row: self, #(#fields: #made),* }
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<__V: __orm::Slot, #(#others: __orm::Slot),*> __orm::Fill<#marker, __V> for #loaded<#(#before),*> {
            type Output = #loaded<#(#after),*>;
            fn fill(self, value: __V) -> Self::Output {
                #loaded { __row: self.__row, #(#fields: #kept),* }
            }
        }
    }
}

fn others(parameters: &[Ident], at: usize) -> Vec<&Ident> {
    parameters
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at)
        .map(|(_, name)| name)
        .collect()
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
    let serialize = serialize(model, parameters);
    quote! {
        #[automatically_derived]
        impl<#(#parameters: __orm::Debug),*> __orm::Debug for #loaded<#(#parameters),*>
        where
            for<'__orm> #owner: __orm::Debug,
        {
            fn fmt(&self, f: &mut __orm::Formatter<'_>) -> __orm::fmt::Result {
                __orm::debug_loaded(f, #title, &self.__row, &[#((#names, &self.#fields)),*])
            }
        }
        #[automatically_derived]
        impl<#(#parameters: __orm::Clone),*> __orm::Clone for #loaded<#(#parameters),*>
        where
            for<'__orm> #owner: __orm::Clone,
        {
            fn clone(&self) -> Self {
                #loaded { __row: __orm::Clone::clone(&self.__row), #(#fields: __orm::Clone::clone(&self.#fields)),* }
            }
        }
        #[automatically_derived]
        impl<#(#parameters: __orm::PartialEq),*> __orm::PartialEq for #loaded<#(#parameters),*>
        where
            for<'__orm> #owner: __orm::PartialEq,
        {
            fn eq(&self, other: &Self) -> bool {
                self.__row == other.__row #(&& self.#fields == other.#fields)*
            }
        }
        #serialize
    }
}

/// The row's own fields and, behind them, the associations that were loaded.
fn serialize(model: &Model, parameters: &[Ident]) -> Option<TokenStream> {
    if !cfg!(feature = "serde") {
        return None;
    }
    let (owner, loaded) = (&model.ident, &model.loaded);
    let slots = model
        .slots()
        .into_iter()
        .rev()
        .fold(quote!(()), |rest, association| {
            let field = association.ident;
            let key = model.serde_case.map_or_else(
                || association.name.to_owned(),
                |case| case.apply_to_field(association.name),
            );
            quote!(__orm::LoadedSlot(#key, &self.#field, #rest))
        });
    Some(quote! {
        #[automatically_derived]
        impl<#(#parameters: __orm::Serialize + 'static),*> __orm::Serialize for #loaded<#(#parameters),*>
        where
            for<'__orm> #owner: __orm::Serialize,
        {
            fn serialize<__S: __orm::Serializer>(&self, serializer: __S) -> __orm::StdResult<__S::Ok, __S::Error> {
                __orm::serialize_loaded(serializer, &self.__row, #slots)
            }
        }
    })
}
