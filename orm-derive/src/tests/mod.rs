//! What the derives expand to, kept in files, and how much of it there is.
//!
//! `BLESS=1 cargo test -p orm-derive` rewrites the expected expansions.

mod budget;
mod fuzz;
mod snapshots;
mod vocabulary;

use proc_macro2::TokenStream;

use crate::expand;

/// The expansion of the last item of a file, laid out for reading.
fn expanded(source: &str) -> String {
    let file = syn::parse_file(source).unwrap();
    let item = file.items.last().unwrap();
    pretty(derive_of(source)(quote::quote!(#item)))
}

fn derive_of(source: &str) -> fn(TokenStream) -> TokenStream {
    match source {
        _ if source.contains("derive(DbEnum") => expand::db_enum,
        _ if source.contains("derive(DbType") => expand::db_type,
        _ if source.contains("JsonFields") => expand::json_fields,
        _ if source.contains("derive(Projection") => expand::projection,
        _ => expand::model,
    }
}

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}
