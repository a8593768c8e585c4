//! Associations, as far as one struct can tell. What the other struct says is
//! checked by the compiler, in the generated constants.

use syn::ext::IdentExt;
use syn::{Ident, Path};

use super::{Fields, beside, choice, foreign_key, names, pairs, polymorphic, through};
use crate::diag::{Diagnostics, suggest};
use crate::model::{Action, Association, Column, Kind, Scope, name};
use crate::parse::Item;
use crate::parse::options::{self, Options};
use crate::parse::value::{Name, Value};

/// What the rules about one association look at.
pub(super) struct Context<'a> {
    pub(super) item: &'a Item,
    pub(super) fields: &'a Fields,
    pub(super) columns: &'a [Column],
    pub(super) key: &'a [usize],
}

/// The associations of a model.
pub(super) fn all(
    item: &Item,
    fields: &Fields,
    columns: &[Column],
    key: &[usize],
    diag: &mut Diagnostics,
) -> Vec<Association> {
    let context = Context {
        item,
        fields,
        columns,
        key,
    };
    let associations = item
        .associations
        .iter()
        .filter(|options| !polymorphic::is_one(options))
        .filter_map(|options| association(&context, options, diag));
    let associations: Vec<Association> = associations.collect();
    pairs::distinct(&context, &associations, diag);
    associations
}

fn association(
    context: &Context<'_>,
    options: &Options,
    diag: &mut Diagnostics,
) -> Option<Association> {
    let kind = kind(options, diag);
    let alias = alias(options, diag);
    let (kind, ident) = (kind?, alias?);
    let name = ident.unraw().to_string();
    let target = options
        .path("model")
        .cloned()
        .or_else(|| conventional_model(kind, &ident))?;
    misplaced(kind, options, diag);
    let key = foreign_key::of(context, kind, options, &name, &target, diag)?;
    let marker = format!("{}_{name}", context.item.ident.unraw());
    let mut scope = scope(options);
    let of_owner = polymorphic::scope(context, options, &key.names, diag);
    let type_column = of_owner.as_ref().map(|of_owner| of_owner.column.clone());
    given_once(
        kind,
        options,
        &key.names,
        &scope,
        type_column.as_ref(),
        diag,
    );
    scope.extend(of_owner);
    let vis = beside::written(context.item, options, diag);
    let association = Association {
        kind,
        hidden: vis.is_some(),
        vis: vis.unwrap_or_else(|| context.item.vis.clone()),
        type_column,
        marker: Ident::new(&marker, context.item.ident.span()),
        name,
        owner: key.owner,
        columns: key.columns,
        through: (kind == Kind::ManyToMany)
            .then(|| through::table(context, options, &target, diag))
            .flatten(),
        on_delete: choice::of(options, "on_delete", &Action::ALL, diag).unwrap_or(Action::Restrict),
        on_update: choice::of(options, "on_update", &Action::ALL, diag).unwrap_or(Action::Nothing),
        deferrable: choice::deferrable(options, diag),
        match_full: options.has("match_full"),
        constraint: options.is_on("constraint"),
        constraint_name: options
            .text("constraint")
            .map(|text| names::sql(text, diag)),
        index: options.is_on("index"),
        one_sided: options.has("one_sided"),
        scope,
        span: options
            .name("as")
            .map_or(ident.span(), |name| name.token.span()),
        key_span: key.span,
        convention: key.convention,
        target,
        ident,
    };
    if kind == Kind::ManyToMany && association.through.is_none() {
        return None;
    }
    actions(context, options, &association, diag);
    Some(association)
}

fn kind(options: &Options, diag: &mut Diagnostics) -> Option<Kind> {
    let mut given = Kind::ALL.into_iter().filter(|(word, _)| options.has(word));
    match (given.next(), given.next()) {
        (Some((_, kind)), None) => Some(kind),
        (Some((first, _)), Some((second, _))) => {
            let at = options
                .get(second)
                .map_or(&options.owner, |entry| &entry.key);
            diag.error(
                at,
                format!("an association has one kind, but here are `{first}` and `{second}`"),
                "keep one of the two",
            );
            None
        }
        (None, _) => {
            let words = Kind::ALL.map(|(word, _)| word);
            diag.error(
                &options.owner,
                "the association has no kind",
                format!("write one of {}", suggest::list(&words)),
            );
            None
        }
    }
}

/// The alias: it becomes a constant and a field, so it must be a Rust name.
pub(super) fn alias(options: &Options, diag: &mut Diagnostics) -> Option<Ident> {
    let Some(name) = options.name("as") else {
        diag.error(
            &options.owner,
            "the association has no name",
            r#"write `as = "orders"`, the name you will use for it"#,
        );
        return None;
    };
    rust_name(name, diag)
}

/// A name as an identifier, or a message.
pub(crate) fn rust_name(name: &Name, diag: &mut Diagnostics) -> Option<Ident> {
    let ident = options::ident(&name.text, name.token.span());
    if ident.is_none() {
        diag.error(
            name,
            format!("`{}` is not a Rust name", name.text),
            "use letters, digits and underscores",
        );
    }
    ident
}

/// `orders` is `Order`, `customer` is `Customer`.
fn conventional_model(kind: Kind, alias: &Ident) -> Option<Path> {
    let alias_name = alias.unraw().to_string();
    let one = if kind.is_many() {
        name::singular(&alias_name)
    } else {
        alias_name
    };
    let ident = options::ident(&name::upper_camel(&one), alias.span())?;
    Some(Path::from(ident))
}

/// Options that say nothing about an association of this kind.
fn misplaced(kind: Kind, options: &Options, diag: &mut Diagnostics) {
    const OWNERS: &[Kind] = &[Kind::BelongsTo, Kind::HasMany, Kind::HasOne];
    const OF: [(&str, &[Kind]); 12] = [
        ("polymorphic", OWNERS),
        ("type_column", OWNERS),
        ("on_delete", &[Kind::BelongsTo]),
        ("on_update", &[Kind::BelongsTo]),
        ("deferrable", &[Kind::BelongsTo]),
        ("match_full", &[Kind::BelongsTo]),
        ("constraint", &[Kind::BelongsTo]),
        ("index", &[Kind::BelongsTo]),
        ("through", &[Kind::ManyToMany]),
        ("other_key", &[Kind::ManyToMany]),
        (
            "source_key",
            &[Kind::HasMany, Kind::HasOne, Kind::ManyToMany],
        ),
        ("target_key", &[Kind::BelongsTo, Kind::ManyToMany]),
    ];
    for (name, kinds) in OF {
        let Some(entry) = options.get(name).filter(|_| !kinds.contains(&kind)) else {
            continue;
        };
        let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
        let what = format!("`{name}` says nothing about `{}`", kind.word());
        diag.error(
            &entry.key,
            what,
            format!("write it on {}", suggest::list(&words)),
        );
    }
}

pub(super) fn idents(names: &[Name], diag: &mut Diagnostics) -> Vec<Ident> {
    names
        .iter()
        .filter_map(|name| rust_name(name, diag))
        .collect()
}

pub(super) fn last_segment(path: &Path) -> String {
    path.segments
        .last()
        .map(|segment| segment.ident.unraw().to_string())
        .unwrap_or_default()
}

fn scope(options: &Options) -> Vec<Scope> {
    match options.get("scope").map(|entry| &entry.value) {
        Some(Value::Assignments(all)) => all
            .iter()
            .map(|one| Scope {
                column: one.name.clone(),
                value: one.value.clone(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A column of the other side has one value: that of the key, or of the scope.
fn given_once(
    kind: Kind,
    options: &Options,
    key: &[String],
    scope: &[Scope],
    type_column: Option<&Ident>,
    diag: &mut Diagnostics,
) {
    let holds_key = matches!(kind, Kind::HasOne | Kind::HasMany) && options.has("foreign_key");
    for (at, one) in scope.iter().enumerate() {
        let column = one.column.unraw();
        let by = if holds_key && key.iter().any(|part| column == part) {
            "`foreign_key`"
        } else if type_column.is_some_and(|it| it.unraw() == column) {
            "`polymorphic`"
        } else if scope[..at].iter().any(|it| it.column.unraw() == column) {
            "`scope`"
        } else {
            continue;
        };
        let what = format!("`{column}` has its value by {by} already");
        diag.error(&one.column, what, "take it out of `scope`");
    }
}

/// What the actions need of the key's columns.
fn actions(
    context: &Context<'_>,
    options: &Options,
    association: &Association,
    diag: &mut Diagnostics,
) {
    for (name, action) in [
        ("on_delete", association.on_delete),
        ("on_update", association.on_update),
    ] {
        let Some(written) = options.name(name) else {
            continue;
        };
        for column in association.owner.iter().map(|at| &context.columns[*at]) {
            let ty = quote::ToTokens::to_token_stream(&column.ty);
            if action == Action::SetNull && !column.nullable {
                let what = format!(
                    "`{name} = \"set_null\"` needs a key that can be NULL, but `{}` is not",
                    column.field
                );
                diag.error(
                    written,
                    what,
                    format!(
                        "make `{}` an `Option<{ty}>`, or write `restrict` or `cascade`",
                        column.field
                    ),
                );
            }
            if action == Action::SetDefault && column.default.is_none() && !column.nullable {
                let what = format!(
                    "`{name} = \"set_default\"` needs a default, but `{}` has none",
                    column.field
                );
                diag.error(
                    written,
                    what,
                    format!(
                        "give `{}` a `default`, or write `restrict` or `cascade`",
                        column.field
                    ),
                );
            }
        }
    }
}
