//! Associations to one of several models.

use quote::quote_spanned;
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::Fields;
use super::association::{Context, alias};
use super::beside;
use crate::diag::Diagnostics;
use crate::model::{Association, Index, IndexPart, Model, Polymorphic, Scope, Term, name};
use crate::parse::Item;
use crate::parse::options::{self, Options};

/// Options that need one model on the other side, or a constraint.
const OF_ONE_MODEL: [&str; 8] = [
    "model",
    "target_key",
    "on_delete",
    "on_update",
    "deferrable",
    "constraint",
    "index",
    "scope",
];

/// Whether the options declare a `belongs_to` to one of several models.
pub(super) fn is_one(options: &Options) -> bool {
    options.has("belongs_to") && options.has("polymorphic")
}

/// The associations to one of several models.
pub(super) fn all(
    item: &Item,
    fields: &Fields,
    ordinary: &[Association],
    diag: &mut Diagnostics,
) -> Vec<Polymorphic> {
    let written = item.associations.iter().filter(|options| is_one(options));
    let all = written.filter_map(|options| one(item, fields, options, diag));
    let all: Vec<Polymorphic> = all.collect();
    for (at, one) in all.iter().enumerate() {
        let taken = fields.position(&one.name).is_some()
            || beside::is_function(&one.name)
            || ordinary.iter().any(|other| other.name == one.name)
            || all[..at].iter().any(|other| other.name == one.name);
        if taken {
            diag.error(
                &one.ident,
                format!("`{}` is the name of something else already", one.name),
                "choose another `as`",
            );
        }
    }
    all
}

fn one(
    item: &Item,
    fields: &Fields,
    options: &Options,
    diag: &mut Diagnostics,
) -> Option<Polymorphic> {
    let ident = alias(options, diag)?;
    let name = ident.unraw().to_string();
    for entry in &options.entries {
        if OF_ONE_MODEL.contains(&entry.name) {
            diag.error(
                &entry.key,
                format!("`{}` says nothing about one of several models", entry.name),
                "remove it",
            );
        }
    }
    let mut column = |option: &str, ending: &str| match options.names(option) {
        Some([only]) => fields.resolve(only, &item.ident, diag),
        Some(_) => {
            diag.error(
                &options.owner,
                format!("`{option}` of a polymorphic association is one column"),
                "name one",
            );
            None
        }
        None => {
            let conventional = format!("{name}_{ending}");
            let found = fields.position(&conventional);
            if found.is_none() {
                diag.error(
                    &options.owner,
                    format!("`{}` has no field `{conventional}`", item.ident),
                    format!(r#"add it, or name the field: `{option} = ".."`"#),
                );
            }
            found
        }
    };
    let (key, types) = (column("foreign_key", "id"), column("type_column", "type"));
    let marker = format!("{}_{name}", item.ident.unraw());
    let vis = beside::written(item, options, diag);
    Some(Polymorphic {
        marker: Ident::new(&marker, item.ident.span()),
        hidden: vis.is_some(),
        vis: vis.unwrap_or_else(|| item.vis.clone()),
        owners: options.path("polymorphic")?.clone(),
        key: key?,
        types: types?,
        name,
        ident,
    })
}

/// One index over type and key for each, unless one begins with them already.
pub(super) fn indexes(model: &mut Model) {
    for one in &model.polymorphic {
        let columns = [one.types, one.key];
        let serves = |index: &Index| {
            let parts = index.parts.iter().map(|part| match part.term {
                Term::Column(at) => Some(at),
                Term::Expression(_) => None,
            });
            index.filter.is_none() && parts.take(2).eq(columns.map(Some))
        };
        if model.indexes.iter().any(serves) {
            continue;
        }
        let names = columns.map(|at| model.columns[at].name.as_str());
        let part = |at| IndexPart {
            term: Term::Column(at),
            descending: false,
            nulls_first: None,
            operator_class: None,
        };
        let index = Index {
            name: name::joined(&[&model.table, names[0], names[1]], "idx"),
            parts: columns.map(part).into(),
            include: Vec::new(),
            method: "Btree",
            unique: false,
            unless_deleted: false,
            filter: None,
            parameters: Vec::new(),
        };
        model.indexes.push(index);
    }
}

/// What the owner's side asks of rows: that they say they belong to this model.
pub(super) fn scope(
    context: &Context<'_>,
    options: &Options,
    key: &[String],
    diag: &mut Diagnostics,
) -> Option<Scope> {
    let owners = options.path("polymorphic")?;
    let column = match (options.name("type_column"), key) {
        (Some(name), _) => super::association::rust_name(name, diag)?,
        (None, [key]) => {
            let stem = key.strip_suffix("_id").unwrap_or(key);
            options::ident(&format!("{stem}_type"), owners.span())?
        }
        (None, _) => return None,
    };
    let owner = &context.item.ident;
    Some(Scope {
        column,
        value: quote_spanned!(owners.span()=> <#owner as __::OwnerIn<#owners>>::TYPE),
    })
}
