//! Schemas of what `serde` writes of loaded rows: `ToSchema` of `utoipa` and `JsonSchema` of
//! `schemars`, each where the feature of its name is on.
//!
//! What they say is in the runtime; here are the names alone.

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
    let utoipa = UTOIPA.then(|| {
        quote! {
            #[automatically_derived]
            impl<#(#parameters: __::HasSchema),*> __::ComposeSchema for #loaded<#(#parameters),*>
            where
                for<'__> #owner: __::ToSchema,
            {
                fn compose(_: __::Composed) -> __::Described {
                    __::loaded_schema::<#owner, #slots>(&[#(#keys),*])
                }
            }
            #[automatically_derived]
            impl<#(#parameters: __::HasSchema),*> __::ToSchema for #loaded<#(#parameters),*>
            where
                for<'__> #owner: __::ToSchema,
            {
                fn name() -> __::Cow<'static, str> {
                    __::loaded_name::<Self>()
                }
                fn schemas(schemas: &mut __::Schemas) {
                    __::loaded_schemas::<#owner, #slots>(schemas);
                }
            }
        }
    });
    let schemars = SCHEMARS.then(|| {
        quote! {
            #[automatically_derived]
            impl<#(#parameters: __::HasJsonSchema),*> __::JsonSchema for #loaded<#(#parameters),*>
            where
                for<'__> #owner: __::JsonSchema,
            {
                fn inline_schema() -> bool {
                    true
                }
                fn schema_name() -> __::Cow<'static, str> {
                    __::loaded_json_name::<#owner>()
                }
                fn schema_id() -> __::Cow<'static, str> {
                    __::json_schema_id::<Self>()
                }
                fn json_schema(generator: &mut __::SchemaGenerator) -> __::Schema {
                    __::loaded_json_schema::<#owner, #slots>(generator, &[#(#keys),*])
                }
            }
        }
    });
    quote!(#utoipa #schemars)
}

/// Those of a row of one of several models: an object with the name of one.
pub(crate) fn one_of(
    with: &Ident,
    parameters: &[Ident],
    slots: &TokenStream,
    names: &[String],
) -> TokenStream {
    let utoipa = UTOIPA.then(|| {
        quote! {
            #[automatically_derived]
            impl<#(#parameters: __::HasSchema),*> __::ComposeSchema for #with<#(#parameters),*> {
                fn compose(_: __::Composed) -> __::Described {
                    __::one_of_schema::<#slots>(&[#(#names),*])
                }
            }
            #[automatically_derived]
            impl<#(#parameters: __::HasSchema),*> __::ToSchema for #with<#(#parameters),*> {
                fn schemas(schemas: &mut __::Schemas) {
                    <#slots as __::DescribedSlots>::collect(schemas);
                }
            }
        }
    });
    let schemars = SCHEMARS.then(|| {
        let title = with.to_string();
        quote! {
            #[automatically_derived]
            impl<#(#parameters: __::HasJsonSchema),*> __::JsonSchema for #with<#(#parameters),*> {
                fn inline_schema() -> bool {
                    true
                }
                fn schema_name() -> __::Cow<'static, str> {
                    __::Cow::Borrowed(#title)
                }
                fn schema_id() -> __::Cow<'static, str> {
                    __::json_schema_id::<Self>()
                }
                fn json_schema(generator: &mut __::SchemaGenerator) -> __::Schema {
                    __::one_of_json_schema::<#slots>(generator, &[#(#names),*])
                }
            }
        }
    });
    quote!(#utoipa #schemars)
}

/// Those of the enum that tells models apart: a text, one of its labels.
pub(crate) fn labels(types: &Ident) -> TokenStream {
    let utoipa = UTOIPA.then(|| {
        quote! {
            #[automatically_derived]
            impl __::ComposeSchema for #types {
                fn compose(_: __::Composed) -> __::Described {
                    __::labels_schema::<Self>()
                }
            }
            #[automatically_derived]
            impl __::ToSchema for #types {}
        }
    });
    let schemars = SCHEMARS.then(|| {
        let title = types.to_string();
        quote! {
            #[automatically_derived]
            impl __::JsonSchema for #types {
                fn schema_name() -> __::Cow<'static, str> {
                    __::Cow::Borrowed(#title)
                }
                fn schema_id() -> __::Cow<'static, str> {
                    __::json_schema_id::<Self>()
                }
                fn json_schema(_: &mut __::SchemaGenerator) -> __::Schema {
                    __::labels_json_schema::<Self>()
                }
            }
        }
    });
    quote!(#utoipa #schemars)
}
