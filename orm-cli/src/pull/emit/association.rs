//! `#[association(..)]`

use orm_core::schema::Action;
use proc_macro2::TokenStream;
use quote::quote;

use super::super::ident;
use super::super::model::{Association, Kind, Model, Through};
use super::constraint;

/// The attribute of one association.
pub(super) fn of(models: &[Model<'_>], association: &Association<'_>) -> TokenStream {
    let (alias, target) = (
        &association.alias,
        ident::ident(&models[association.target].name),
    );
    let foreign_key = list(&association.foreign_key);
    let held = |word: TokenStream, names: &[String]| {
        let names = (!names.is_empty()).then(|| list(names));
        names.map(|names| quote!(, #word = #names))
    };
    let (kind, between, rest) = match &association.kind {
        Kind::BelongsTo { .. } => {
            let held = held(quote!(target_key), &association.held);
            let rest = belongs_to(&association.kind);
            (quote!(belongs_to), None, quote!(#held #(, #rest)*))
        }
        Kind::HasOne | Kind::HasMany => {
            let held = held(quote!(source_key), &association.held);
            let kind = if matches!(association.kind, Kind::HasOne) {
                quote!(has_one)
            } else {
                quote!(has_many)
            };
            (kind, None, quote!(#held))
        }
        Kind::ManyToMany {
            through,
            other_key,
            other_held,
        } => {
            let through = self::through(models, *through);
            let other_key = list(other_key);
            let source = held(quote!(source_key), &association.held);
            let target = held(quote!(target_key), other_held);
            let rest = quote!(, other_key = #other_key #source #target);
            (
                quote!(many_to_many),
                Some(quote!(through = #through,)),
                rest,
            )
        }
    };
    quote! {
        #[association(#kind, as = #alias, model = #target, #between foreign_key = #foreign_key #rest)]
    }
}

fn through(models: &[Model<'_>], through: Through<'_>) -> TokenStream {
    match through {
        Through::Table(name) => quote!(#name),
        Through::Model(at) => {
            let model = ident::ident(&models[at].name);
            quote!(#model)
        }
    }
}

fn belongs_to(kind: &Kind<'_>) -> Vec<TokenStream> {
    let Kind::BelongsTo {
        key,
        name,
        on_delete,
        on_update,
        indexed,
    } = kind
    else {
        return Vec::new();
    };
    let mut options = Vec::new();
    let on_delete = word(*on_delete);
    options.push(quote!(on_delete = #on_delete));
    if *on_update != Action::NoAction {
        let on_update = word(*on_update);
        options.push(quote!(on_update = #on_update));
    }
    options.extend(constraint::deferrable(key.deferrable));
    if key.match_full {
        options.push(quote!(match_full));
    }
    options.extend(name.map(|name| quote!(constraint = #name)));
    if !indexed {
        options.push(quote!(index = false));
    }
    options
}

/// An action as the attribute has it.
fn word(action: Action) -> &'static str {
    match action {
        Action::Restrict => "restrict",
        Action::NoAction => "no_action",
        Action::Cascade => "cascade",
        Action::SetNull => "set_null",
        Action::SetDefault => "set_default",
    }
}

/// `"user_id"`, or `("tenant", "id")`
fn list(names: &[String]) -> TokenStream {
    match names {
        [one] => quote!(#one),
        all => quote!((#(#all),*)),
    }
}
