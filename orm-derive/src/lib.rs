//! The derive macros of `orm`.
//!
//! Each derive is one pipeline: `parse` keeps what was written, `check`
//! judges it, `emit` writes code and cannot fail.

mod check;
mod db_enum;
mod db_type;
mod diag;
mod elsewhere;
mod embed;
mod emit;
mod expand;
mod json_fields;
mod loaded;
mod model;
mod parse;
mod polymorphic;
mod projection;
mod schemas;
mod vocab;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[doc = include_str!("docs/model.md")]
#[proc_macro_derive(Model, attributes(model, column, validate, association))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    expand::model(input.into()).into()
}

#[doc = include_str!("docs/db_enum.md")]
#[proc_macro_derive(DbEnum, attributes(db_enum))]
pub fn derive_db_enum(input: TokenStream) -> TokenStream {
    expand::db_enum(input.into()).into()
}

#[doc = include_str!("docs/db_type.md")]
#[proc_macro_derive(DbType, attributes(db_type))]
pub fn derive_db_type(input: TokenStream) -> TokenStream {
    expand::db_type(input.into()).into()
}

#[doc = include_str!("docs/polymorphic.md")]
#[proc_macro_derive(Polymorphic, attributes(polymorphic))]
pub fn derive_polymorphic(input: TokenStream) -> TokenStream {
    expand::polymorphic(input.into()).into()
}

#[doc = include_str!("docs/loaded.md")]
#[proc_macro]
pub fn loaded(input: TokenStream) -> TokenStream {
    expand::loaded(input.into()).into()
}

#[doc = include_str!("docs/embed_migrations.md")]
#[proc_macro]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    embed::migrations(input.into()).into()
}

#[doc = include_str!("docs/json_fields.md")]
#[proc_macro_derive(JsonFields, attributes(json_fields))]
pub fn derive_json_fields(input: TokenStream) -> TokenStream {
    expand::json_fields(input.into()).into()
}

#[doc = include_str!("docs/projection.md")]
#[proc_macro_derive(Projection, attributes(projection))]
pub fn derive_projection(input: TokenStream) -> TokenStream {
    expand::projection(input.into()).into()
}
