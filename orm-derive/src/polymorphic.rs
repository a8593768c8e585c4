//! `#[derive(Polymorphic)]`: an enum of the models that rows can belong to.

mod with;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Path, Type, Variant, parse_quote};

use crate::check::rust_name;
use crate::db_enum;
use crate::diag::Diagnostics;
use crate::model::name::snake;
use crate::parse::options::Options;
use crate::parse::single;
use crate::parse::value::Value;
use crate::schemas;
use crate::vocab::Place;
use with::Owners;

/// Parse, check and emit in one file: there is little of each.
pub(crate) fn expand(input: &DeriveInput, diag: &mut Diagnostics) -> TokenStream {
    let options = single(
        &input.attrs,
        "polymorphic",
        Place::Polymorphic,
        &input.ident,
        diag,
    );
    let Data::Enum(data) = &input.data else {
        diag.error(
            &input.ident,
            "`Polymorphic` is for enums",
            "write an enum with one variant per model: `Post(Post)`",
        );
        return TokenStream::new();
    };
    let owners: Vec<(&Ident, &Type)> = data
        .variants
        .iter()
        .filter_map(|variant| owner(variant, diag))
        .collect();
    if data.variants.is_empty() {
        diag.error(
            &input.ident,
            "an enum without variants leaves nothing to belong to",
            "add a variant per model: `Post(Post)`",
        );
    }
    if owners.is_empty() || owners.len() < data.variants.len() {
        return TokenStream::new();
    }
    let root: Path = options
        .path("crate")
        .cloned()
        .unwrap_or_else(|| parse_quote!(::orm));
    let name = options.text("name").map_or_else(
        || format!("{}_type", snake(&input.ident.unraw().to_string())),
        |text| crate::check::sql_name(text, diag),
    );
    let written = options.name("type_name");
    let ident = written.and_then(|name| rust_name(name, diag));
    let ident = ident.unwrap_or_else(|| beside(&input.ident, "Type"));
    let extra = Extra {
        derives: listed(&options, "derive"),
        attributes: listed(&options, "attributes"),
    };
    let types_of = types(input, &ident, &extra, &owners, &root, &name, diag);
    let with = options
        .name("with_name")
        .and_then(|name| rust_name(name, diag));
    let (variants, models) = owners.into_iter().unzip();
    let owners = Owners {
        input,
        with: with.unwrap_or_else(|| beside(&input.ident, "With")),
        variants,
        models,
        root: &root,
    };
    owners.one_of_each(diag);
    let with = owners.declaration();
    let implementations = implementations(&owners, &ident);
    quote!(#types_of #with #implementations)
}

/// What the user asks of the enum of types.
struct Extra {
    derives: Vec<TokenStream>,
    attributes: Vec<TokenStream>,
}

/// The values in the parentheses of an option.
fn listed(options: &Options, name: &str) -> Vec<TokenStream> {
    match options.get(name).map(|entry| &entry.value) {
        Some(Value::Arguments { values, .. }) => values.clone(),
        _ => Vec::new(),
    }
}

/// A variant with the row it holds.
fn owner<'v>(variant: &'v Variant, diag: &mut Diagnostics) -> Option<(&'v Ident, &'v Type)> {
    if let Fields::Unnamed(fields) = &variant.fields
        && fields.unnamed.len() == 1
    {
        return Some((&variant.ident, &fields.unnamed[0].ty));
    }
    diag.error(
        variant,
        format!("`{}` does not hold one row", variant.ident),
        format!("write `{0}({0})`, with the name of a model", variant.ident),
    );
    None
}

/// `CommentableType`
fn beside(ident: &Ident, word: &str) -> Ident {
    format_ident!("{}{word}", ident.unraw(), span = ident.span())
}

/// The enum of the database that tells the models apart.
fn types(
    input: &DeriveInput,
    ident: &Ident,
    extra: &Extra,
    owners: &[(&Ident, &Type)],
    root: &Path,
    name: &str,
    diag: &mut Diagnostics,
) -> TokenStream {
    let vis = &input.vis;
    let Extra {
        derives,
        attributes,
    } = extra;
    let variants = owners.iter().map(|(variant, _)| variant);
    let docs = owners.iter().map(|(variant, _)| format!(" `{variant}`"));
    let doc = format!(" Which variant of `{}` a row belongs to.", input.ident);
    let plain: DeriveInput = parse_quote! {
        #[db_enum(name = #name, crate = #root)]
        #vis enum #ident { #(#[doc = #docs] #variants),* }
    };
    let data = owners.iter().map(|(variant, _)| format!(" `{variant}`"));
    let variants = owners.iter().map(|(variant, _)| variant);
    let implementation = db_enum::expand(&plain, diag);
    let serde = serde(ident, root);
    quote! {
        #[doc = #doc]
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::hash::Hash
            #(, #derives)*
        )]
        #(#[#attributes])*
        #vis enum #ident { #(#[doc = #data] #variants),* }
        #implementation
        #serde
    }
}

/// The enum of types through `serde`, as the database's label: a row that has
/// one can then be derived.
fn serde(ident: &Ident, root: &Path) -> Option<TokenStream> {
    cfg!(feature = "serde").then(|| {
        let schemas = schemas::labels(ident);
        quote! {
            const _: () = {
                use #root::__ as __;
                #schemas
                #[automatically_derived]
                impl __::Serialize for #ident {
                    fn serialize<__S: __::Serializer>(&self, serializer: __S) -> __::StdResult<__S::Ok, __S::Error> {
                        serializer.serialize_str(__::DbEnum::label(self))
                    }
                }
                #[automatically_derived]
                impl<'__de> __::Deserialize<'__de> for #ident {
                    fn deserialize<__D: __::Deserializer<'__de>>(deserializer: __D) -> __::StdResult<Self, __D::Error> {
                        __::deserialize_label(deserializer)
                    }
                }
            };
        }
    })
}

// enum Commentable { Post(Post), Photo(Photo) }  becomes
//     impl Polymorphic for Commentable, with its models as data and as types
//     impl OwnerIn<Commentable> for Post, impl OwnerIn<Commentable> for Photo
fn implementations(owners: &Owners<'_>, types: &Ident) -> TokenStream {
    let Owners {
        input,
        with,
        variants,
        models,
        root,
    } = owners;
    let (ident, first) = (&input.ident, models[0]);
    let both = owners.implementations();
    let whole = models.iter().rfold(
        quote!(()),
        |rest, model| quote!((__::whole::<#model>(), #rest)),
    );
    let into = owners.places().map(|at| {
        let (variant, model) = (variants[at], models[at]);
        quote_spanned! {model.span()=>
            #[automatically_derived]
            impl __::OwnerIn<#ident> for #model {
                const TYPE: #types = #types::#variant;
            }
        }
    });
    quote! {
        const _: () = {
            use #root::__ as __;
            #[automatically_derived]
            impl __::Polymorphic for #ident {
                type Type = #types;
                type Key = <#first as __::Model>::Key;
                type With = #with;
                const OWNERS: &'static [__::OwnerDef] =
                    &[#(__::OwnerDef::new::<#models>(&__::primary_key::<#models, 1>())),*];
                fn whole() -> <Self as __::OwnerRows<Self>>::Shapes {
                    #whole
                }
                fn whole_with() -> <Self::With as __::OwnerRows<Self>>::Shapes {
                    #whole
                }
                fn owner_type(&self) -> #types {
                    match self { #(#ident::#variants(_) => #types::#variants),* }
                }
                fn owner_key(&self) -> Self::Key {
                    match self { #(#ident::#variants(row) => __::Model::key(row)),* }
                }
            }
            #(#into)*
            #both
        };
    }
}
