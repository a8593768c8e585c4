//! The create builder: one type parameter per required column, one method per column.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::parameters::Parameters;
use super::{beside, position, types};
use crate::model::{Column, Model, Polymorphic};

/// `UserCreate<Missing, Missing>`
pub(super) fn empty_type(model: &Model) -> TokenStream {
    let builder = &model.create;
    let missing = model.required().map(|_| quote!(__::Missing));
    quote!(#builder<#(#missing),*>)
}

/// The struct; it stands beside the model, for users name it.
pub(super) fn definition(model: &Model, parameters: &Parameters) -> TokenStream {
    if !model.is_table() {
        return of_view(model);
    }
    let (vis, root, owner) = (&model.vis, &model.root, &model.ident);
    let builder = &model.create;
    let names = parameters.of_builder();
    let doc = format!(
        " A `{}` that is being created: one method per column, then `save`.",
        owner.unraw()
    );
    let (marks, quiet) = (&model.marks, beside::quiet_struct());
    quote! {
        #[doc = #doc]
        #(#marks)*
        #quiet
        #[must_use = "nothing is written before `save`"]
        #vis struct #builder<#(#names = #root::__::Missing),*> {
            draft: #root::__::Draft<#owner>,
            state: #root::__::PhantomData<fn() -> (#(#names,)*)>,
        }
    }
}

/// What stands where a builder would: no method has it, for nothing is written to a view.
fn of_view(model: &Model) -> TokenStream {
    let (vis, builder) = (&model.vis, &model.create);
    quote! {
        #[doc(hidden)]
        #[allow(missing_debug_implementations)]
        #vis struct #builder;
    }
}

/// The builder's methods and what they ask for; beside the model too, so that
/// messages call them by their plain names.
pub(super) fn methods(model: &Model, parameters: &Parameters) -> TokenStream {
    if !model.is_table() {
        return TokenStream::new();
    }
    let builder = &model.create;
    let names = parameters.of_builder();
    let parameters = parameters.required.as_slice();
    let traits = parameters
        .iter()
        .map(|(at, _)| given_definition(model, *at));
    let setters = model
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.is_settable());
    let setters = setters.map(|(at, column)| setter(model, parameters, at, column));
    let owners = model.polymorphic.iter();
    let owners = owners.map(|one| owner_setter(model, parameters, one));
    let common = common_methods(model, parameters);
    let quiet = beside::quiet_methods();
    let marks = model
        .marks
        .iter()
        .filter(|mark| mark.path().is_ident("allow"));
    quote! {
        #(#traits)*
        #(#marks)*
        #quiet
        impl<#(#names),*> #builder<#(#names),*> {
            #(#setters)*
            #(#owners)*
            #common
        }
    }
}

/// What a builder is to the runtime.
pub(super) fn implementation(model: &Model, parameters: &Parameters) -> TokenStream {
    let (owner, builder) = (&model.ident, &model.create);
    if !model.is_table() {
        return quote! {
            impl __::From<__::Draft<#owner>> for #builder {
                fn from(_: __::Draft<#owner>) -> Self {
                    #builder
                }
            }
            impl __::IntoNew<#owner> for #builder {
                fn into_new(self) -> __::Draft<#owner> {
                    __::Default::default()
                }
            }
        };
    }
    let names = parameters.of_builder();
    let bounds = parameters
        .required
        .iter()
        .map(|(at, _)| given_trait(model, *at));
    quote! {
        impl<#(#names),*> __::From<__::Draft<#owner>> for #builder<#(#names),*> {
            fn from(draft: __::Draft<#owner>) -> Self {
                #builder { draft, state: __::PhantomData }
            }
        }
        impl<#(#names: #bounds),*> __::IntoNew<#owner> for #builder<#(#names),*> {
            fn into_new(self) -> __::Draft<#owner> {
                self.draft
            }
        }
        #[automatically_derived]
        impl<#(#names),*> __::Debug for #builder<#(#names),*> {
            fn fmt(&self, f: &mut __::Formatter<'_>) -> __::fmt::Result {
                __::Debug::fmt(&self.draft, f)
            }
        }
    }
}

/// A method that gives a column its value; of a required column it also says so in the type.
fn setter(model: &Model, parameters: &[(usize, Ident)], at: usize, column: &Column) -> TokenStream {
    let (vis, builder, ty) = (&column.vis, &model.create, &column.ty);
    let orm = &door(model, column.ident.span());
    let method = &column.setter;
    // What is no column type is said once, and not again where it is inferred.
    let stored = (!types::is_plain(column)).then(|| {
        let stored = types::inline(column, orm);
        quote!(::<#stored, _>)
    });
    let marks = &column.marks;
    let doc = format!(" Gives the column `{}`.", column.field);
    let given = parameters.iter().map(|(other, name)| {
        if *other == at {
            quote!(#orm::Given)
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
    // With the field's span a message about the value points at the field.
    quote_spanned! {column.ident.span()=>
        #[doc = #doc]
        #(#marks)*
        #vis fn #method(self, value: impl #orm::IntoValue<#ty>) -> #output {
            self.draft.set #stored (#at, value)
        }
    }
}

/// A method that gives the row its owner, one of several models: type and key together.
// belongs_to(as = "subject", polymorphic = Commentable)  becomes
//     pub fn subject<__O: OwnerIn<Commentable>>(self, owner: &__O) -> CommentCreate<Given, Given, Body>
fn owner_setter(model: &Model, parameters: &[(usize, Ident)], one: &Polymorphic) -> TokenStream {
    let (vis, builder) = (&one.vis, &model.create);
    let (owners, marker, method) = (&one.owners, &one.marker, owner_method(one));
    let orm = &door(model, one.ident.span());
    let doc = format!(
        " Makes the row belong to the other one as its `{}`.",
        one.name
    );
    let given = parameters.iter().map(|(at, name)| {
        if [one.types, one.key].contains(at) {
            quote!(#orm::Given)
        } else {
            quote!(#name)
        }
    });
    quote_spanned! {one.ident.span()=>
        #[doc = #doc]
        #vis fn #method<__O: #orm::OwnerIn<#owners>>(self, owner: &__O) -> #builder<#(#given),*> {
            self.draft.owned_by::<#marker, __O, _>(owner)
        }
    }
}

/// Named after the association; a method that every builder has goes before it.
fn owner_method(one: &Polymorphic) -> Ident {
    match one.name.as_str() {
        "set" | "save" | "with" => format_ident!("{}_", one.name, span = one.ident.span()),
        _ => one.ident.clone(),
    }
}

/// `set`, `with` and `save`
fn common_methods(model: &Model, parameters: &[(usize, Ident)]) -> TokenStream {
    let (vis, owner) = (&model.vis, &model.ident);
    let orm = &door(model, owner.span());
    let names = parameters.iter().map(|(_, name)| name);
    let bounds = parameters.iter().map(|(at, _)| given_trait(model, *at));
    quote_spanned! {owner.span()=>
        /// Gives a column its value.
        #vis fn set<__T: #orm::ColumnType, __K: #orm::Settable>(
            self,
            column: #orm::Column<#owner, __T, __K>,
            value: impl #orm::IntoValue<__T>,
        ) -> Self {
            self.draft.set(column.position(), value)
        }
        /// Creates rows of an association beside this row, all or none.
        #vis fn with<__A, __N, __I>(
            self,
            association: #orm::Association<__A>,
            rows: impl #orm::FnOnce(fn() -> __A::Create) -> __I,
        ) -> Self
        where
            __A: #orm::Associate<Owner = #owner>,
            __A::Target: #orm::Writable,
            __A::Holder: #orm::HeldElsewhere,
            __N: #orm::IntoNew<__A::Target>,
            __I: #orm::IntoIterator<Item = __N>,
        {
            self.draft.with(association, rows)
        }
        /// Writes the row and returns it.
        #vis fn save<'__db>(self, db: &'__db impl #orm::Executor) -> #orm::Saving<'__db, #owner>
        where
            #(#names: #bounds,)*
        {
            #orm::save(self.draft, db)
        }
    }
}

/// `User_full_name_is_given`, which only a given column is. Nobody else has a
/// trait of such a name, and messages show it.
fn given_trait(model: &Model, at: usize) -> Ident {
    let (owner, field) = (model.ident.unraw(), &model.columns[at].field);
    Ident::new(&format!("{owner}_{field}_is_given"), model.ident.span())
}

fn given_definition(model: &Model, at: usize) -> TokenStream {
    let (vis, given, column) = (&model.vis, given_trait(model, at), &model.columns[at]);
    let orm = &door(model, model.ident.span());
    let message = format!(
        "`{}` cannot be created without `{}`",
        model.ident.unraw(),
        column.field
    );
    let label = match owner_of(model, at) {
        // The owner's type and key belong together: one setter gives both.
        Some(one) => format!("call `.{}(&owner)` before this", owner_method(one)),
        None => format!("call `.{}(..)` before this", column.setter),
    };
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #[diagnostic::on_unimplemented(message = #message, label = #label)]
        #vis trait #given {}
        #[diagnostic::do_not_recommend]
        impl #given for #orm::Given {}
    }
}

/// The owner among several models that a column is the type or the key of.
fn owner_of(model: &Model, at: usize) -> Option<&Polymorphic> {
    let mut owners = model.polymorphic.iter();
    owners.find(|one| [one.types, one.key].contains(&at))
}

/// `::orm::__private` with the span of what a message should point at.
fn door(model: &Model, span: Span) -> TokenStream {
    let path = model.root.to_token_stream().into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    let path: TokenStream = path.collect();
    quote_spanned!(span=> #path::__)
}
