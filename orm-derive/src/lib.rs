//! The derive macros of `orm`.
//!
//! Each derive is one pipeline: [`parse`] keeps what was written, [`check`]
//! judges it, [`emit`] writes code and cannot fail.

mod check;
mod diag;
mod emit;
mod expand;
mod model;
mod parse;
mod vocab;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[doc = include_str!("docs/model.md")]
#[proc_macro_derive(Model, attributes(model, column, validate, association))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    expand::model(input.into()).into()
}
