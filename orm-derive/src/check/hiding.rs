//! What hides rows: the mark of a soft delete, and default scopes.

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, Path};

use super::Fields;
use crate::diag::Diagnostics;
use crate::model::{Column, DefaultScope, Model, SoftDelete};
use crate::parse::Item;
use crate::parse::options::{Options, ident};
use crate::parse::value::Value;

/// The field that says when a row was marked as deleted.
pub(super) fn mark(
    item: &Item,
    fields: &Fields,
    columns: &[Column],
    diag: &mut Diagnostics,
) -> Option<SoftDelete> {
    let entry = item.options.get("soft_delete")?;
    let at = match entry.value.as_names().and_then(<[_]>::first) {
        Some(name) => fields.resolve(name, &item.ident, diag)?,
        None => match fields.position("deleted_at") {
            Some(at) => at,
            None => {
                diag.error(
                    &entry.key,
                    "`soft_delete` needs a field `deleted_at`",
                    "add `pub deleted_at: Option<DateTime<Utc>>`, or name yours: `soft_delete = removed_at`",
                );
                return None;
            }
        },
    };
    let column = &columns[at];
    let refused = if !column.nullable {
        Some("is never NULL, and rows that are not deleted have none")
    } else if column.timestamp.is_some() || column.generated.is_some() {
        Some("is written whenever a row is")
    } else if column.default.is_some() {
        Some("has a default, so new rows would be deleted")
    } else {
        None
    };
    if let Some(why) = refused {
        let field = &column.field;
        diag.error(
            &column.ty,
            format!("`soft_delete` cannot use `{field}`: it {why}"),
            format!("write `{field}: Option<DateTime<Utc>>`"),
        );
        return None;
    }
    Some(SoftDelete { at })
}

/// The functions whose filters hold unless they are lifted.
pub(super) fn scopes(item: &Item, diag: &mut Diagnostics) -> Vec<DefaultScope> {
    let mut all: Vec<DefaultScope> = Vec::new();
    for entry in item.options.all("default_scope") {
        let Some(scope) = entry.value.as_path().and_then(scope) else {
            continue;
        };
        if all.iter().any(|other| other.handle == scope.handle) {
            diag.error(
                &scope.path,
                format!(
                    "two default scopes of `{}` are called `{}`",
                    item.ident, scope.name
                ),
                "give one of the functions another name: a scope is lifted by it",
            );
            continue;
        }
        all.push(scope);
    }
    all
}

fn scope(path: &Path) -> Option<DefaultScope> {
    let name = path.segments.last()?.ident.unraw().to_string();
    let handle: Ident = ident(&name.to_uppercase(), path.span())?;
    Some(DefaultScope {
        path: path.clone(),
        name,
        handle,
    })
}

/// The condition of a partial index over rows that are not marked, if the options ask for one.
pub(super) fn unless_deleted(
    options: &Options,
    model: &Model,
    diag: &mut Diagnostics,
) -> Option<String> {
    let entry = options.get("unless_deleted")?;
    let Some(mark) = &model.soft_delete else {
        if !model.soft_delete_failed {
            diag.error(
                &entry.key,
                format!(
                    "`{}` does not soft-delete, so no row of it is marked",
                    model.ident
                ),
                "add `soft_delete` to `#[model(..)]`, or leave `unless_deleted` out",
            );
        }
        return None;
    };
    if let Some(other) = options.get("where") {
        diag.error(
            &other.key,
            "`unless_deleted` is a `where` already",
            "write the whole condition into `where`, and leave `unless_deleted` out",
        );
    }
    let column = &model.columns[mark.at].name;
    // In quotes: it may be a word of SQL, as `user`, which is something else without.
    Some(format!("\"{}\" IS NULL", column.replace('"', "\"\"")))
}

/// Whether the attribute is there; what is wrong with it was said.
pub(super) fn is_asked(item: &Item) -> bool {
    item.options
        .get("soft_delete")
        .is_some_and(|entry| matches!(entry.value, Value::Flag | Value::Names(_)))
}
