//! What must hold between the associations of one model.

use quote::ToTokens;

use super::association::Context;
use super::beside;
use crate::diag::Diagnostics;
use crate::model::{Association, TargetColumns};

/// Every alias is used once and is no column, and no association is declared twice.
pub(super) fn distinct(
    context: &Context<'_>,
    associations: &[Association],
    diag: &mut Diagnostics,
) {
    for (at, association) in associations.iter().enumerate() {
        let (name, before) = (&association.name, &associations[..at]);
        if let Some(column) = context.columns.iter().find(|column| column.field == *name) {
            let what = format!("`{name}` is a field of `{}` already", context.item.ident);
            diag.error(
                &association.ident,
                what,
                format!("choose another `as`: `{}` is a column", column.field),
            );
        } else if beside::is_function(name) {
            let model = &context.item.ident;
            diag.error(
                &association.ident,
                format!("`{model}::{name}` is a function of every model"),
                "choose another `as`",
            );
        } else if before.iter().any(|other| other.name == *name) {
            let what = format!(
                "`{name}` is the name of two associations of `{}`",
                context.item.ident
            );
            diag.error(
                &association.ident,
                what,
                "choose another `as` for one of them",
            );
        } else if let Some(twin) = before.iter().find(|other| same(other, association)) {
            let what = format!(
                "`{}` and `{name}` are the same association: one kind, one model, one key",
                twin.name
            );
            diag.error(
                &association.ident,
                what,
                "give one of them another `foreign_key` or a `scope`, or remove it",
            );
        }
    }
}

/// Two names for one thing: nothing could tell which of them the other side means.
fn same(left: &Association, right: &Association) -> bool {
    let model = |association: &Association| association.target.to_token_stream().to_string();
    left.kind == right.kind
        && model(left) == model(right)
        && left.owner == right.owner
        && left.columns.same(&right.columns)
        && left.through.as_ref().map(|through| &through.owner.columns)
            == right.through.as_ref().map(|through| &through.owner.columns)
        && left.through.as_ref().map(|through| through.table.name())
            == right.through.as_ref().map(|through| through.table.name())
        && left.scope.is_empty()
        && right.scope.is_empty()
}

impl TargetColumns {
    fn same(&self, other: &TargetColumns) -> bool {
        match (self, other) {
            (TargetColumns::PrimaryKey, TargetColumns::PrimaryKey) => true,
            (TargetColumns::Named(left), TargetColumns::Named(right)) => left == right,
            _ => false,
        }
    }
}
