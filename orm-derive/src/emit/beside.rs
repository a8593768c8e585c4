//! What stands beside a model and not in the constant that hides the rest: it
//! is part of public types, and messages call it by its name.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Visibility;

/// For the constant: full paths, and names of fields where Rust has others.
pub(super) fn quiet() -> TokenStream {
    quote!(#[allow(deprecated, nonstandard_style, unused_qualifications, clippy::pedantic)])
}

/// For a struct: fields of it may be of a deprecated model.
pub(super) fn quiet_struct() -> TokenStream {
    quote!(#[allow(deprecated, unused_qualifications)])
}

/// For methods: not every program sets every column of a private model, and a
/// column may be called `is_active`.
pub(super) fn quiet_methods() -> TokenStream {
    quote!(#[allow(dead_code, deprecated, unused_qualifications, clippy::all, clippy::pedantic)])
}

/// A type that has no value and stands for an association.
pub(super) fn marker(vis: &Visibility, marker: &Ident) -> TokenStream {
    quote!(#[doc(hidden)] #[allow(missing_debug_implementations, non_camel_case_types)] #vis enum #marker {})
}
