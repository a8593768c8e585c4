//! Enum types as code.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::enums::{self, Enum};
use super::super::ident;
use super::doc;

/// The file of all enums.
pub(in crate::pull) fn file(all: &[Enum<'_>]) -> TokenStream {
    let enums = all.iter().map(one);
    quote! {
        //! The enum types.
        use orm::prelude::*;
        #(#enums)*
    }
}

fn one(of: &Enum<'_>) -> TokenStream {
    let (ident, name) = (ident::ident(&of.name), &of.kind.name.name);
    let schema = of
        .kind
        .name
        .schema
        .as_ref()
        .map(|schema| quote!(, schema = #schema));
    let docs = doc::outer(&format!("The type {}.", doc::name(name)));
    let variants = of
        .kind
        .labels
        .iter()
        .zip(&of.variants)
        .map(|(label, variant)| {
            let ident = ident::ident(variant);
            let docs = doc::outer(&format!("The label {}.", doc::name(label)));
            let written = !enums::is_evident(label, variant);
            let attribute = written.then(|| quote!(#[db_enum(label = #label)]));
            quote!(#docs #attribute #ident)
        });
    quote! {
        #docs
        #[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[db_enum(name = #name #schema)]
        pub enum #ident {
            #(#variants),*
        }
    }
}
