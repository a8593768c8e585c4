//! The table between the two sides of a many-to-many association.

use quote::ToTokens;
use syn::{Ident, Path};

use super::association::{Context, idents, last_segment};
use super::{names, own_name};
use crate::diag::Diagnostics;
use crate::model::{Through, ThroughTable, name};
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
    Some(Through {
        table,
        owner: key(options, "foreign_key", &own, diag),
        target: key(options, "other_key", &other, diag),
    })
}

/// A key of the join table: what was written, or `<model>_id`.
fn key(options: &Options, option: &str, model: &str, diag: &mut Diagnostics) -> Vec<Ident> {
    match options.names(option) {
        Some(written) => idents(written, diag),
        None => options::ident(&format!("{model}_id"), options.owner.span())
            .into_iter()
            .collect(),
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
