//! The create builder: one type parameter per required column, one method per column.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{companion_ident, position};
use crate::check::fresh;
use crate::model::{Column, Model, name};

/// The methods every builder has; a column of such a name gets an underscore.
const METHODS: [&str; 3] = ["set", "save", "with"];

/// The builder's type parameters, one per required column.
pub(super) fn parameters(model: &Model) -> Vec<(usize, Ident)> {
    let taken = taken(model);
    let name = |column: &Column| fresh(name::upper_camel(&column.field), &taken);
    model
        .required()
        .map(|(at, column)| (at, Ident::new(&name(column), column.ident.span())))
        .collect()
}

/// Every name that generated signatures mention, so that no parameter hides one.
pub(super) fn taken(model: &Model) -> Vec<String> {
    let mut taken = vec![model.ident.unraw().to_string(), "Self".to_owned()];
    for column in &model.columns {
        idents(quote::ToTokens::to_token_stream(&column.ty), &mut taken);
    }
    taken
}

fn idents(tokens: TokenStream, into: &mut Vec<String>) {
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(ident) => into.push(ident.unraw().to_string()),
            proc_macro2::TokenTree::Group(group) => idents(group.stream(), into),
            _ => {}
        }
    }
}

/// `UserCreate<Missing, Missing>`
pub(super) fn empty_type(model: &Model) -> TokenStream {
    let builder = companion_ident(model, "Create");
    let missing = model.required().map(|_| quote!(__orm::Missing));
    quote!(#builder<#(#missing),*>)
}

/// The struct; it stands beside the model, for users name it.
pub(super) fn definition(model: &Model) -> TokenStream {
    let (vis, root, owner) = (&model.vis, &model.root, &model.ident);
    let builder = companion_ident(model, "Create");
    let parameters: Vec<Ident> = parameters(model)
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    let doc = format!(
        " A `{}` that is being created: one method per column, then `save`.",
        owner.unraw()
    );
    quote! {
        #[doc = #doc]
        #[must_use = "nothing is written before `save`"]
        #vis struct #builder<#(#parameters = #root::__private::Missing),*> {
            draft: #root::__private::Draft<#owner>,
            state: #root::__private::PhantomData<fn() -> (#(#parameters,)*)>,
        }
    }
}

/// The builder's methods, and what tells a complete one.
pub(super) fn implementation(model: &Model) -> TokenStream {
    let (owner, builder) = (&model.ident, companion_ident(model, "Create"));
    let parameters = parameters(model);
    let names: Vec<&Ident> = parameters.iter().map(|(_, name)| name).collect();
    let bounds: Vec<Ident> = parameters
        .iter()
        .map(|(at, _)| given_trait(model, *at))
        .collect();
    let traits = parameters
        .iter()
        .map(|(at, _)| given_definition(model, *at));
    let setters = model
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.is_settable());
    let setters = setters.map(|(at, column)| setter(model, &parameters, at, column));
    let common = common_methods(model, &names, &bounds);
    quote! {
        #(#traits)*
        #[automatically_derived]
        impl<#(#names),*> #builder<#(#names),*> {
            #(#setters)*
            #common
        }
        #[automatically_derived]
        impl<#(#names),*> __orm::From<__orm::Draft<#owner>> for #builder<#(#names),*> {
            fn from(draft: __orm::Draft<#owner>) -> Self {
                #builder { draft, state: __orm::PhantomData }
            }
        }
        #[automatically_derived]
        impl<#(#names: #bounds),*> __orm::IntoNew<#owner> for #builder<#(#names),*> {
            fn into_new(self) -> __orm::Draft<#owner> {
                self.draft
            }
        }
        #[automatically_derived]
        impl<#(#names),*> __orm::Debug for #builder<#(#names),*> {
            fn fmt(&self, f: &mut __orm::Formatter<'_>) -> __orm::fmt::Result {
                __orm::Debug::fmt(&self.draft, f)
            }
        }
    }
}

/// A method that gives a column its value; of a required column it also says so in the type.
fn setter(model: &Model, parameters: &[(usize, Ident)], at: usize, column: &Column) -> TokenStream {
    let (builder, ty) = (companion_ident(model, "Create"), &column.ty);
    let method = setter_name(column);
    let doc = format!(" Gives the column `{}`.", column.field);
    let given = parameters.iter().map(|(other, name)| {
        if *other == at {
            quote!(__orm::Given)
        } else {
            quote!(#name)
        }
    });
    let output = if column.is_required() {
        quote!(#builder<#(#given),*>)
    } else {
        quote!(Self)
    };
    let at = position(at);
    let set = quote_spanned!(ty.span()=> self.draft.set::<#ty>(#at, value));
    quote! {
        #[doc = #doc]
        pub fn #method(self, value: impl __orm::IntoValue<#ty>) -> #output {
            __orm::From::from(#set)
        }
    }
}

fn setter_name(column: &Column) -> Ident {
    if METHODS.contains(&column.field.as_str()) {
        format_ident!("{}_", column.field, span = column.ident.span())
    } else {
        column.ident.clone()
    }
}

/// `set` and `save`
fn common_methods(model: &Model, names: &[&Ident], bounds: &[Ident]) -> TokenStream {
    let owner = &model.ident;
    quote! {
        /// Gives a column its value.
        pub fn set<__T: __orm::ColumnType, __K: __orm::Settable>(
            self,
            column: __orm::Column<#owner, __T, __K>,
            value: impl __orm::IntoValue<__T>,
        ) -> Self {
            __orm::From::from(self.draft.set::<__T>(column.position(), value))
        }
        /// Writes the row and returns it.
        pub fn save(
            self,
            db: &impl __orm::Executor,
        ) -> impl __orm::Future<Output = __orm::Result<#owner>> + __orm::Send
        where
            #(#names: #bounds,)*
        {
            __orm::save(self.draft, db)
        }
    }
}

/// `FullNameOfUser`, which only a given column is.
fn given_trait(model: &Model, at: usize) -> Ident {
    format_ident!(
        "{}Of{}",
        name::upper_camel(&model.columns[at].field),
        model.ident.unraw()
    )
}

fn given_definition(model: &Model, at: usize) -> TokenStream {
    let (given, column) = (given_trait(model, at), &model.columns[at]);
    let message = format!(
        "`{}` cannot be created without `{}`",
        model.ident.unraw(),
        column.field
    );
    let label = format!("call `.{}(..)` before this", setter_name(column));
    quote! {
        #[doc(hidden)]
        #[diagnostic::on_unimplemented(message = #message, label = #label)]
        pub trait #given {}
        #[automatically_derived]
        impl #given for __orm::Given {}
    }
}
