//! Names that go into the database.

use syn::ext::IdentExt;
use syn::{Attribute, LitStr};

use super::own_name;
use crate::diag::Diagnostics;
use crate::model::Column;
use crate::model::name::{Case, LIMIT, plural};
use crate::parse::Item;

/// A name of the user's; any text will do that the server can keep.
pub(crate) fn sql(text: &LitStr, diag: &mut Diagnostics) -> String {
    let name = text.value();
    if name.is_empty() {
        diag.error(
            text,
            "a name cannot be empty",
            "write the name the database knows",
        );
    } else if name.contains('\0') {
        diag.error(text, "a name cannot contain NUL", "leave the character out");
    } else if name.len() > LIMIT {
        let what = format!(
            "a name of {} bytes is longer than the {LIMIT} that PostgreSQL keeps",
            name.len()
        );
        diag.error(text, what, "choose a shorter one");
    }
    name
}

/// The table's name: what was written, or the plural of the model's.
pub(super) fn table(item: &Item, diag: &mut Diagnostics) -> String {
    match item.options.text("table") {
        Some(text) => sql(text, diag),
        None => plural(&own_name(item)),
    }
}

/// A column's name: what was written, or the field's.
pub(super) fn column(field: &crate::parse::Field, diag: &mut Diagnostics) -> String {
    let name = match field.column.text("name") {
        Some(text) => return sql(text, diag),
        None => field.ident.unraw().to_string(),
    };
    if name.len() > LIMIT {
        let what = format!(
            "a name of {} bytes is longer than the {LIMIT} that PostgreSQL keeps",
            name.len()
        );
        diag.error(
            &field.ident,
            what,
            r#"choose a shorter one: `#[column(name = "..")]`"#,
        );
    }
    name
}

/// No two columns have one name.
pub(super) fn distinct_columns(item: &Item, columns: &[Column], diag: &mut Diagnostics) {
    for (at, column) in columns.iter().enumerate() {
        let Some(first) = columns[..at].iter().find(|other| other.name == column.name) else {
            continue;
        };
        let what = format!(
            "the column `{}` exists already: it is the field `{}`",
            column.name, first.field
        );
        let help = "give one of them another name";
        match item.fields[at].column.text("name") {
            Some(text) => diag.error(text, what, help),
            None => diag.error(&column.ident, what, help),
        }
    }
}

/// How `#[serde(rename_all = "..")]` spells the fields when it writes them.
pub(crate) fn serde_case(attrs: &[Attribute]) -> Option<Case> {
    let mut written = None;
    for attr in attrs {
        // What serde does not understand, serde reports.
        let _ = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rename_all") {
                return passed_over(&meta);
            }
            if meta.input.peek(syn::Token![=]) {
                written = Some(meta.value()?.parse::<LitStr>()?.value());
                return Ok(());
            }
            meta.parse_nested_meta(|inner| {
                let text = inner.value()?.parse::<LitStr>()?;
                if inner.path.is_ident("serialize") {
                    written = Some(text.value());
                }
                Ok(())
            })
        });
    }
    let written = written?;
    Case::ALL
        .iter()
        .find(|(name, _)| *name == written)
        .map(|(_, case)| *case)
}

/// Reads over the value of a key that is serde's own business.
pub(crate) fn passed_over(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(syn::Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
