//! The enum beside that of the owners: the same variants, each with what a query loads
//! for its model.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Path, Type};

use crate::diag::Diagnostics;
use crate::schemas;

/// An enum of owners: its name, that of the enum beside it, its variants with their models.
pub(super) struct Owners<'a> {
    pub(super) input: &'a DeriveInput,
    pub(super) with: Ident,
    pub(super) variants: Vec<&'a Ident>,
    pub(super) models: Vec<&'a Type>,
    pub(super) root: &'a Path,
}

// enum Commentable { Post(Post), Photo(Photo) }  becomes
//     enum CommentableWith<OfPost = Post, OfPhoto = Photo> { Post(OfPost), Photo(OfPhoto) }
impl Owners<'_> {
    /// Refuses a model in two variants: what belongs to its rows would not know which.
    pub(super) fn one_of_each(&self, diag: &mut Diagnostics) {
        let first: Vec<usize> = self.places().collect();
        for at in (0..self.models.len()).filter(|at| !first.contains(at)) {
            let model = self.models[at];
            diag.error(
                model,
                format!("`{}` is in two variants", quote!(#model)),
                "leave one out: the model says which variant a row belongs to",
            );
        }
    }

    /// The variants, each of a model that is in none before it.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        let name = |model: &Type| quote!(#model).to_string();
        let names: Vec<String> = self.models.iter().map(|model| name(model)).collect();
        (0..names.len()).filter(move |at| !names[..*at].contains(&names[*at]))
    }

    /// The enum itself.
    pub(super) fn declaration(&self) -> TokenStream {
        let Owners {
            input,
            with,
            variants,
            models,
            root,
        } = self;
        let (vis, ident, parameters) = (&input.vis, &input.ident, self.parameters());
        let doc = format!(
            " A row of one of the models of [`{ident}`], as a query loads it; see `{ident}`'s association and its `on`."
        );
        let docs = models
            .iter()
            .map(|model| format!(" What is loaded of a row of `{}`.", quote!(#model)));
        let serde = self.serialize(&parameters);
        quote! {
            #[doc = #doc]
            #[derive(
                ::core::fmt::Debug,
                ::core::clone::Clone,
                ::core::cmp::PartialEq,
                ::core::cmp::Eq,
                ::core::hash::Hash
            )]
            #[allow(dead_code)]
            #vis enum #with<#(#parameters = #models),*> { #(#[doc = #docs] #variants(#parameters)),* }
            const _: () = {
                use #root::__ as __;
                #serde
            };
        }
    }

    /// How both enums are made of rows.
    pub(super) fn implementations(&self) -> TokenStream {
        let Owners {
            input,
            with,
            variants,
            models,
            ..
        } = self;
        let (ident, parameters) = (&input.ident, self.parameters());
        let bounds = quote!(#(#parameters: __::Clone + ::core::marker::Send + ::core::marker::Sync + 'static),*);
        let shapes = names("shape", variants.len());
        let (pattern, of_models, of_parameters) = (
            nested(&shapes),
            nested(&spanned(models, |model| quote!(__::Shape<#model>))),
            nested(&spanned(&parameters, |loaded| quote!(__::Shape<#loaded>))),
        );
        let each = quote! {
            let #pattern = __shapes;
            #(__meet.meet::<#models, _>(#shapes, Self::#variants);)*
        };
        let selects = nested(&spanned(
            &parameters,
            |shown| quote!(__rows.shape::<#shown>()),
        ));
        let shown = parameters.iter().zip(models).map(|(shown, model)| {
            let of_model = quote_spanned!(model.span()=> __::ProjectionOf<#model>);
            quote!(#shown: #of_model + __::Clone)
        });
        let loads = self
            .places()
            .map(|at| self.loads_on(at, &parameters, &shapes));
        quote! {
            #[automatically_derived]
            impl __::OwnerRows<#ident> for #ident {
                type Shapes = #of_models;
                fn each(__shapes: &Self::Shapes, __meet: &mut impl __::EachOwner<#ident, Self>) {
                    #each
                }
            }
            #[automatically_derived]
            impl<#bounds> __::OwnerRows<#ident> for #with<#(#parameters),*> {
                type Shapes = #of_parameters;
                fn each(__shapes: &Self::Shapes, __meet: &mut impl __::EachOwner<#ident, Self>) {
                    #each
                }
            }
            #(#loads)*
            #[automatically_derived]
            impl __::WholeOwners<#ident> for #ident {}
            #[automatically_derived]
            impl __::WholeOwners<#ident> for #with<#(#models),*> {}
            #[automatically_derived]
            impl __::OwnerProjections<#ident> for #ident {
                fn shapes(_: &mut __::OwnerSelects<'_>) -> Self::Shapes {
                    <Self as __::Polymorphic>::whole()
                }
            }
            #[automatically_derived]
            impl<#(#shown),*> __::OwnerProjections<#ident> for #with<#(#parameters),*> {
                fn shapes(__rows: &mut __::OwnerSelects<'_>) -> Self::Shapes {
                    #selects
                }
            }
        }
    }

    /// Rows of one of the models, loaded as a query says.
    fn loads_on(&self, at: usize, parameters: &[Ident], shapes: &[Ident]) -> TokenStream {
        let Owners {
            input,
            with,
            models,
            ..
        } = self;
        let (ident, model) = (&input.ident, models[at]);
        let mut loaded = parameters.to_vec();
        loaded[at] = format_ident!("__Loaded");
        let mut made = shapes.to_vec();
        made[at] = format_ident!("__shape");
        let (pattern, made) = (nested(shapes), nested(&made));
        let new = &loaded[at];
        let bounds = parameters.iter().chain([new]);
        quote! {
            #[automatically_derived]
            #[allow(unused_variables)]
            #[diagnostic::do_not_recommend]
            impl<#(#bounds: __::Clone + ::core::marker::Send + ::core::marker::Sync + 'static),*> __::LoadedOn<#ident, #with<#(#parameters),*>, #new>
                for #model
            {
                type Output = #with<#(#loaded),*>;
                const PLACE: usize = #at;
                fn load_on(
                    #pattern: <#with<#(#parameters),*> as __::OwnerRows<#ident>>::Shapes,
                    __shape: __::Shape<#new>,
                ) -> <Self::Output as __::OwnerRows<#ident>>::Shapes {
                    #made
                }
            }
        }
    }

    /// The enum through `serde`: an object with the variant's name, as a derived enum is.
    fn serialize(&self, parameters: &[Ident]) -> Option<TokenStream> {
        let Owners {
            input,
            with,
            variants,
            ..
        } = self;
        let name = input.ident.unraw().to_string();
        let names = variants.iter().map(|variant| variant.unraw().to_string());
        let names: Vec<String> = names.collect();
        let schemas = schemas::one_of(with, parameters, &nested(parameters), &names);
        let at = 0u32..;
        cfg!(feature = "serde").then(|| {
            quote! {
                #[automatically_derived]
                impl<#(#parameters: __::Serialize),*> __::Serialize for #with<#(#parameters),*> {
                    fn serialize<__S: __::Serializer>(&self, __serializer: __S) -> __::StdResult<__S::Ok, __S::Error> {
                        match self {
                            #(Self::#variants(__row) => {
                                __serializer.serialize_newtype_variant(#name, #at, #names, __row)
                            })*
                        }
                    }
                }
                #schemas
            }
        })
    }

    /// `OfPost`, `OfPhoto`
    fn parameters(&self) -> Vec<Ident> {
        let name = |variant: &&Ident| format_ident!("Of{}", variant.unraw(), span = variant.span());
        self.variants.iter().map(name).collect()
    }
}

/// `__shape0`, `__shape1`
fn names(word: &str, count: usize) -> Vec<Ident> {
    (0..count).map(|at| format_ident!("__{word}{at}")).collect()
}

fn spanned<T>(each: &[T], written: impl Fn(&T) -> TokenStream) -> Vec<TokenStream> {
    each.iter().map(written).collect()
}

/// `(a, (b, ()))`: tuples have a limit.
fn nested(each: &[impl quote::ToTokens]) -> TokenStream {
    each.iter()
        .rfold(quote!(()), |rest, first| quote!((#first, #rest)))
}
