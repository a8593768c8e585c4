//! From a checked model to code. Nothing here can fail.
//!
//! Generated code is data plus field names: whatever does not name a field of
//! this struct is a function of the runtime.

mod asserts;
mod associations;
mod beside;
mod columns;
mod companion;
mod create;
mod fallback;
mod keys;
mod parameters;
mod polymorphic;
mod prefill;
mod rows;
mod table;
mod types;
mod validators;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::model::{Model, TableKind};
use parameters::Parameters;

pub(crate) use fallback::fallback;

/// Everything a model expands to.
pub(crate) fn model(model: &Model) -> TokenStream {
    let parameters = &Parameters::new(model);
    let named = [
        create::definition(model, parameters),
        create::methods(model, parameters),
        companion::definition(model, parameters),
        associations::markers(model),
        polymorphic::markers(model),
    ];
    let (types, keys) = (types::names(model), associations::keys(model));
    let implementation = implementation(model, &rows::methods(model));
    let handles = columns::handles(model);
    let rest = [
        create::implementation(model, parameters),
        prefill::implementations(model, parameters),
        keys::implementations(model),
        companion::implementation(model, parameters),
        associations::implementations(model),
        polymorphic::implementations(model),
        written(model),
        asserts::columns(model),
        asserts::soft_delete(model).unwrap_or_default(),
        asserts::associations(model),
        asserts::owners(model),
        asserts::backends(model),
    ];
    let (root, quiet) = (&model.root, beside::quiet());
    quote! {
        #(#named)*
        #quiet
        const _: () = {
            use #root::__ as __;
            #types
            #keys
            #implementation
            #handles
            #(#rest)*
        };
    }
}

/// `impl Model for User`
fn implementation(model: &Model, methods: &TokenStream) -> TokenStream {
    let (ident, name) = (&model.ident, model.ident.unraw().to_string());
    let path = format!("::{name}");
    let (key, create) = (rows::key_type(model), create::empty_type(model));
    let (definitions, table) = (table::columns(model), table::table(model));
    let associations = companion::associations(model);
    let (held_keys, validation) = (associations::held_keys(model), validators::methods(model));
    // No key of the database's makes sure that a view has a row.
    let seen = match model.hides_rows() || !model.is_table() {
        true => quote!(OneUnlessHidden),
        false => quote!(ExactlyOne),
    };
    let (hooks, hooked) = hooks(model).unzip();
    // What is missing of the struct itself is said at its name.
    quote_spanned! {ident.span()=>
        #hooked
        #[automatically_derived]
        impl __::Model for #ident {
            type Key = #key;
            type Create = #create;
            type Associations = #associations;
            type Seen = __::#seen;
            const PATH: &'static str = __::concat!(__::module_path!(), #path);
            const COLUMNS: &'static [__::ColumnDef] = &[#(#definitions),*];
            const TABLE: &'static __::TableDef = &#table;
            #held_keys
            #hooks
            fn __table() -> &'static __::TableDef {
                __::TableOf::<Self>::DEF
            }
            #methods
            #validation
        }
    }
}

/// Whether its rows are written, or computed anew.
fn written(model: &Model) -> TokenStream {
    let name = match model.kind {
        TableKind::Table => "Writable",
        TableKind::View => return TokenStream::new(),
        TableKind::MaterializedView => "Materialized",
        TableKind::NamedQuery => return rows::named(model),
    };
    let (ident, name) = (&model.ident, format_ident!("{name}"));
    // That it is a model is asked where it is used: what keeps it from being one is said once.
    quote! {
        #[diagnostic::do_not_recommend]
        impl __::#name for #ident where for<'__> #ident: __::Model {}
    }
}

/// How the hooks are reached, and that they are; at the word that asks for them.
fn hooks(model: &Model) -> Option<(TokenStream, TokenStream)> {
    let (ident, span) = (&model.ident, model.hooks?);
    let reached = quote_spanned! {span=>
        const HOOKS: __::Option<__::HooksOf<Self>> = __::Some(<Self as __::Hooks>::__DOORS);
    };
    Some((reached, hooked(ident)))
}

/// That hooks are called, if there are any.
fn hooked(ident: &syn::Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __::Hooked for #ident {}
    }
}

/// A position as a literal without suffix, which fits `u16` and `usize` alike.
fn position(at: usize) -> proc_macro2::Literal {
    proc_macro2::Literal::usize_unsuffixed(at)
}

fn positions(all: &[usize]) -> Vec<proc_macro2::Literal> {
    all.iter().copied().map(position).collect()
}

/// `Some("..")` or `None`
fn optional(text: Option<impl quote::ToTokens>) -> TokenStream {
    match text {
        Some(text) => quote!(__::Some(#text)),
        None => quote!(__::None),
    }
}
