//! What the type parameters of builder and companion are called.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;

use crate::check::beside::parameter;
use crate::model::Model;

/// The names; none hides a type that generated signatures mention.
pub(super) struct Parameters {
    /// One per required column, which has this position.
    pub(super) required: Vec<(usize, Ident)>,
    /// One per association.
    pub(super) slots: Vec<Ident>,
}

impl Parameters {
    pub(super) fn new(model: &Model) -> Self {
        let mut taken = vec![model.ident.unraw().to_string(), "Self".to_owned()];
        for column in &model.columns {
            idents(column.ty.to_token_stream(), &mut taken);
        }
        let mut beside_slots = taken.clone();
        let targets = model.associations.iter();
        let targets = targets.filter_map(|it| it.target.segments.last());
        beside_slots.extend(targets.map(|segment| segment.ident.unraw().to_string()));
        let required = model.required().map(|(at, column)| {
            let name = parameter(&column.field, &mut taken);
            (at, Ident::new(&name, column.ident.span()))
        });
        let required = required.collect();
        let slots = model.slots().into_iter().map(|slot| {
            let name = parameter(slot.name, &mut beside_slots);
            Ident::new(&name, slot.ident.span())
        });
        let slots = slots.collect();
        Parameters { required, slots }
    }

    /// Those of the builder without their positions.
    pub(super) fn of_builder(&self) -> Vec<&Ident> {
        self.required.iter().map(|(_, name)| name).collect()
    }
}

fn idents(tokens: TokenStream, into: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => into.push(ident.unraw().to_string()),
            TokenTree::Group(group) => idents(group.stream(), into),
            _ => {}
        }
    }
}
