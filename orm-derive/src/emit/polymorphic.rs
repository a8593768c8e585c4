//! Associations to one of several models: a marker, a handle, and one
//! `belongs_to` per model among the table's associations.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{associations, beside, position, types};
use crate::model::{Model, Polymorphic};
use crate::parse::ty;

/// `pub enum Comment_subject {}`, beside the model.
pub(super) fn markers(model: &Model) -> TokenStream {
    let markers = model.polymorphic.iter();
    let markers = markers.map(|one| beside::marker(&one.vis, &one.marker));
    quote!(#(#markers)*)
}

/// The list of associations: what was declared, then each polymorphic one.
// belongs_to(as = "subject", polymorphic = Commentable)  becomes
//     &__::with_owners::<{ 0 + <Commentable as Polymorphic>::OWNERS.len() }>(&[], "subject", 1, &[2], ..)
pub(super) fn with_owners(model: &Model, definitions: &[TokenStream]) -> TokenStream {
    let count = position(definitions.len());
    let ordinary = (quote!([#(#definitions),*]), quote!(#count));
    let all = model
        .polymorphic
        .iter()
        .fold(ordinary, |(before, count), one| {
            let (name, owners) = (&one.name, &one.owners);
            let (types, key) = (position(one.types), position(one.key));
            let more = quote_spanned!(owners.span()=> <#owners as __::Polymorphic>::OWNERS);
            let count = quote!(#count + #more.len());
            (
                quote!(__::with_owners::<{ #count }>(&#before, #name, #types, &[#key], #more)),
                count,
            )
        });
    let all = all.0;
    quote!(&#all)
}

/// The handles and what the runtime asks of the markers.
pub(super) fn implementations(model: &Model) -> TokenStream {
    let each = model.polymorphic.iter();
    let each = each.enumerate();
    each.map(|(at, one)| implementation(model, model.associations.len() + at, one))
        .collect()
}

fn implementation(model: &Model, at: usize, one: &Polymorphic) -> TokenStream {
    let (vis, owner, marker, owners) = (&one.vis, &model.ident, &one.marker, &one.owners);
    let (ident, name) = (&one.ident, &one.name);
    let (types_at, key_at) = (position(one.types), position(one.key));
    let doc = format!(" The association `{name}`: one row of one of several models.");
    // One token for both: where a macro writes the model, spans decide who sees whom.
    let row = Ident::new("row", Span::mixed_site());
    let value = |at: usize| {
        let column = &model.columns[at];
        let field = &column.ident;
        let value = quote!(__::Clone::clone(&#row.#field));
        if ty::option_of(&column.ty).is_some() {
            value
        } else {
            quote!(__::Some(#value))
        }
    };
    let (type_of, key_of) = (value(one.types), value(one.key));
    let key = types::column(&model.columns[one.key]);
    let place = associations::place(at);
    quote_spanned! {owners.span()=>
        #[allow(dead_code)]
        impl #owner {
            #[doc = #doc]
            #vis const #ident: __::OneOf<#marker> = __::OneOf::new();
        }
        impl __::InSlot<#owner> for #marker {
            type Place = #place;
        }
        impl __::Loadable for #marker {
            type Owner = #owner;
            type Kind = __::AtMostOne;
            type Row = #owners;
        }
        #[diagnostic::do_not_recommend]
        impl __::AssociateOneOf for #marker {
            type Owner = #owner;
            type Targets = #owners;
            type Key = __::Base<#key>;
            const NAME: &'static str = #name;
            const TYPE_COLUMN: u16 = #types_at;
            const KEY_COLUMN: &'static [u16] = &[#key_at];
            fn type_of(#row: &#owner) -> __::Option<<#owners as __::Polymorphic>::Type> {
                #type_of
            }
            fn key_of(#row: &#owner) -> __::Option<Self::Key> {
                let _: __::PhantomData<
                    <__::Base<#key> as __::SameType<
                        <#owners as __::Polymorphic>::Key,
                    >>::Checked,
                > = __::PhantomData;
                #key_of
            }
        }
    }
}
