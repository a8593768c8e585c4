//! `mod.rs`: the modules, their models, and what is not in them.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::enums::Enum;
use super::super::ident;
use super::super::model::Model;
use super::super::notice::Notice;
use super::doc;

/// The file that has all others.
pub(in crate::pull) fn file(
    models: &[Model<'_>],
    enums: &[Enum<'_>],
    notices: &[Notice],
) -> TokenStream {
    let written: Vec<&Model<'_>> = models.iter().filter(|it| !it.is_join_table).collect();
    let modules = written.iter().map(|it| ident::ident(&it.module));
    let uses = written.iter().map(|it| {
        let (module, name) = (ident::ident(&it.module), ident::ident(&it.name));
        quote!(pub use #module::#name;)
    });
    let names: Vec<_> = written.iter().map(|it| ident::ident(&it.name)).collect();
    let enum_module = (!enums.is_empty()).then(|| {
        quote!(
            mod enums;
        )
    });
    let enum_names = enums.iter().map(|it| ident::ident(&it.name));
    let enum_use = (!enums.is_empty()).then(|| quote!(pub use enums::{#(#enum_names),*};));
    let notices = notices_docs(notices);
    quote! {
        //! Models of a database, as `orm db pull` found it.
        #notices
        #enum_module
        #(mod #modules;)*
        #enum_use
        #(#uses)*
        /// All models.
        pub const MODELS: orm::ddl::Models = orm::models![#(#names),*];
    }
}

fn notices_docs(notices: &[Notice]) -> Option<TokenStream> {
    if notices.is_empty() {
        return None;
    }
    let head = doc::inner("\nWhat the models do not say, or say otherwise:\n");
    let lines = notices
        .iter()
        .map(|notice| doc::inner(&format!("- {notice}")));
    Some(quote!(#head #![doc = ""] #(#lines)*))
}
