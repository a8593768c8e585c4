//! The columns that hold the key of an association.

use proc_macro2::Span;
use syn::Path;
use syn::ext::IdentExt;

use super::association::{Context, idents, last_segment};
use super::own_name;
use crate::diag::Diagnostics;
use crate::model::{Kind, TargetColumns};
use crate::parse::options::{self, Options};
use crate::parse::value::Name;

/// The columns that hold the key, on both sides.
pub(super) struct Key {
    pub(super) owner: Vec<usize>,
    pub(super) columns: TargetColumns,
    pub(super) names: Vec<String>,
    pub(super) span: Span,
    /// See [`Association::convention`](crate::model::Association).
    pub(super) convention: Option<String>,
}

/// The key that was written, or the one that convention gives.
pub(super) fn of(
    context: &Context<'_>,
    kind: Kind,
    options: &Options,
    alias: &str,
    target: &Path,
    diag: &mut Diagnostics,
) -> Option<Key> {
    let span = options
        .names("foreign_key")
        .map_or(options.owner.span(), |names| names[0].token.span());
    match kind {
        Kind::BelongsTo => belongs_to_key(context, options, alias, target, span, diag),
        Kind::HasOne | Kind::HasMany => has_key(context, options, span, diag),
        Kind::ManyToMany => Some(Key {
            owner: own_columns(context, options, "source_key", diag),
            columns: named(options.names("target_key"), diag),
            names: Vec::new(),
            span,
            convention: None,
        }),
    }
}

/// `belongs_to`: the key is here; `customer` has it in `customer_id`.
fn belongs_to_key(
    context: &Context<'_>,
    options: &Options,
    alias: &str,
    target: &Path,
    span: Span,
    diag: &mut Diagnostics,
) -> Option<Key> {
    let owner = &context.item.ident;
    let (positions, names) = match options.names("foreign_key") {
        Some(written) => {
            let positions = context.fields.resolve_all(written, owner, diag);
            (
                positions,
                written
                    .iter()
                    .map(|name| name.text.clone())
                    .collect::<Vec<_>>(),
            )
        }
        None => {
            let conventional = format!("{alias}_id");
            let position = context.fields.position(&conventional);
            if position.is_none() {
                let target = last_segment(target);
                let what = format!(
                    "`{owner}` has no field `{conventional}` to hold the key of `{target}`"
                );
                diag.error(
                    &options.owner,
                    what,
                    r#"add it, or name the field: `foreign_key = ".."`"#,
                );
            }
            (position.into_iter().collect(), vec![conventional])
        }
    };
    let columns = named(options.names("target_key"), diag);
    (positions.len() == names.len()).then_some(Key {
        owner: positions,
        columns,
        names,
        span,
        convention: None,
    })
}

/// `has_one` and `has_many`: the key is there; `User` is held in `user_id`.
fn has_key(
    context: &Context<'_>,
    options: &Options,
    span: Span,
    diag: &mut Diagnostics,
) -> Option<Key> {
    let owner = own_columns(context, options, "source_key", diag);
    let columns = match options.names("foreign_key") {
        Some(written) => idents(written, diag),
        None => options::ident(&format!("{}_id", own_name(context.item)), span)
            .into_iter()
            .collect(),
    };
    let names: Vec<String> = columns
        .iter()
        .map(|column| column.unraw().to_string())
        .collect();
    // What belongs to one of several models says nothing about one of them.
    let is_known = options.has("foreign_key") || options.has("one_sided");
    let convention = (!is_known && !options.has("polymorphic")).then(|| names.join(", "));
    if columns.len() != owner.len() && !owner.is_empty() && convention.is_none() {
        let own: Vec<&str> = owner
            .iter()
            .map(|at| context.columns[*at].field.as_str())
            .collect();
        let at = options
            .get("foreign_key")
            .map_or(&options.owner, |entry| &entry.key);
        diag.error(
            at,
            format!(
                "the key of `{}` has {} columns, but `foreign_key` names {}",
                context.item.ident,
                own.len(),
                names.len()
            ),
            format!("name one column per part of the key: {}", own.join(", ")),
        );
        return None;
    }
    Some(Key {
        owner,
        columns: TargetColumns::Named(columns),
        names,
        span,
        convention,
    })
}

/// This side's key: what was written, or the primary key.
fn own_columns(
    context: &Context<'_>,
    options: &Options,
    name: &str,
    diag: &mut Diagnostics,
) -> Vec<usize> {
    match options.names(name) {
        Some(written) => context
            .fields
            .resolve_all(written, &context.item.ident, diag),
        None => context.key.to_vec(),
    }
}

fn named(written: Option<&[Name]>, diag: &mut Diagnostics) -> TargetColumns {
    written.map_or(TargetColumns::PrimaryKey, |names| {
        TargetColumns::Named(idents(names, diag))
    })
}
