//! The table between the two sides of a many-to-many association.

use quote::ToTokens;
use syn::Path;

use super::association::{Context, idents, last_segment};
use super::{names, own_name};
use crate::diag::Diagnostics;
use crate::model::{JoinKey, Through, ThroughTable, name};
use crate::parse::options::{self, Options};
use crate::parse::value::Value;

/// The join table and its two keys.
pub(super) fn table(
    context: &Context<'_>,
    options: &Options,
    target: &Path,
    diag: &mut Diagnostics,
) -> Option<Through> {
    let table = match options.get("through").map(|entry| &entry.value) {
        Some(Value::Text(text)) => ThroughTable::Plain(names::sql(text, diag)),
        Some(Value::Path(path)) => ThroughTable::Model(path.clone()),
        _ => {
            let help = r#"write `through = OrderItem` for a model, or `through = "user_roles"` for a plain table"#;
            diag.error(
                &options.owner,
                "`many_to_many` does not say what is between the two",
                help,
            );
            return None;
        }
    };
    if let ThroughTable::Model(join) = &table
        && let Some(model) = one_of_both(context, join, target)
    {
        diag.error(
            join,
            format!("rows of `{model}` itself are no pairs of keys"),
            "name a model, or a table, whose rows hold the keys of both",
        );
        return None;
    }
    let own = own_name(context.item);
    let other = name::snake(&last_segment(target));
    if own == other && (options.get("foreign_key").is_none() || options.get("other_key").is_none())
    {
        diag.error(
            &options.owner,
            format!(
                "both keys of this association point at `{}`",
                context.item.ident
            ),
            r#"name them: `foreign_key = "follower_id", other_key = "followed_id"`"#,
        );
        return None;
    }
    let through = Through {
        table,
        owner: key(options, "foreign_key", &own, diag),
        target: key(options, "other_key", &other, diag),
    };
    // A name that is none was complained of, and left no column.
    if through.owner.columns == through.target.columns
        && !through.owner.columns.is_empty()
        && let Some(entry) = options.get("other_key")
    {
        diag.error(
            &entry.key,
            "`foreign_key` and `other_key` are the same column, but a pair is two",
            r#"name two: `foreign_key = "follower_id", other_key = "followed_id"`"#,
        );
        return None;
    }
    Some(through)
}

/// The name of the side of the association that a model is, as far as paths tell.
fn one_of_both(context: &Context<'_>, join: &Path, target: &Path) -> Option<String> {
    let own = &context.item.ident;
    if join.is_ident("Self") || join.is_ident(own) {
        return Some(own.to_string());
    }
    let is_other = join.to_token_stream().to_string() == target.to_token_stream().to_string();
    is_other.then(|| last_segment(target))
}

/// A key of the join table: what was written, or `<model>_id`.
fn key(options: &Options, option: &str, model: &str, diag: &mut Diagnostics) -> JoinKey {
    match options.names(option) {
        Some(written) => JoinKey {
            columns: idents(written, diag),
            is_named: true,
        },
        None => JoinKey {
            columns: options::ident(&format!("{model}_id"), options.owner.span())
                .into_iter()
                .collect(),
            is_named: false,
        },
    }
}

impl ThroughTable {
    /// What it is called, for comparing.
    pub(super) fn name(&self) -> String {
        match self {
            ThroughTable::Model(path) => path.to_token_stream().to_string(),
            ThroughTable::Plain(name) => format!("{name:?}"),
        }
    }
}
