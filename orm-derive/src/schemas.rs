//! Schemas of what `serde` writes of loaded rows: `ToSchema` of `utoipa` and `JsonSchema` of
//! `schemars`, each where the feature of its name is on.
//!
//! Macros of the runtime write them, for it alone knows whether it was built with these
//! crates: this one is built once for programs and for what runs while they are built.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

// The expansions that our own tests compare are the same whatever else is built with them.
const UTOIPA: bool = cfg!(all(feature = "utoipa", not(test)));
const SCHEMARS: bool = cfg!(all(feature = "schemars", not(test)));

/// Those of a companion; `slots` are its parameters as nested pairs, `keys` what its
/// associations are called when they are written.
pub(crate) fn companion(
    [owner, loaded]: [&Ident; 2],
    parameters: &[Ident],
    slots: &TokenStream,
    keys: &[String],
) -> TokenStream {
    each(&quote!(companion #owner, #loaded [#(#parameters)*] #slots, [#(#keys),*]))
}

/// Those of a row of one of several models: an object with the name of one.
pub(crate) fn one_of(
    with: &Ident,
    parameters: &[Ident],
    slots: &TokenStream,
    names: &[String],
) -> TokenStream {
    each(&quote!(one_of #with [#(#parameters)*] #slots, [#(#names),*]))
}

/// Those of the enum that tells models apart: a text, one of its labels.
pub(crate) fn labels(types: &Ident) -> TokenStream {
    each(&quote!(labels #types))
}

fn each(what: &TokenStream) -> TokenStream {
    let utoipa = UTOIPA.then(|| quote!(__::openapi! { #what }));
    let schemars = SCHEMARS.then(|| quote!(__::json_schema! { #what }));
    quote!(#utoipa #schemars)
}
