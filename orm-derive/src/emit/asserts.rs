//! What only the compiler can judge, asked in constants that carry the user's spans.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{position, types};
use crate::model::{Association, Column, Kind, Model, Rule, TargetColumns, Test, ThroughTable};
use crate::parse::ty;
use crate::vocab;

/// Whether each column's declared type, nullability and validators fit its field.
pub(super) fn columns(model: &Model) -> TokenStream {
    model
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| of_column(model, at, column))
        .collect()
}

fn of_column(model: &Model, at: usize, column: &Column) -> TokenStream {
    let (declared, spelled) = (declared_type(column), spelling(model, at, column));
    let rules = column
        .rules
        .iter()
        .filter(|rule| !is_evident(column, &rule.name));
    let rules = rules.map(|rule| rule_fits(model, at, column, rule));
    quote!(#declared #spelled #(#rules)*)
}

fn spelled(column: &Column) -> String {
    column
        .ty
        .to_token_stream()
        .to_string()
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace(" :: ", "::")
}

/// Whether nobody has to be asked: a `String` is a text, an `i32` a number.
/// Rules whose values can be wrong in themselves are asked about everywhere.
fn is_evident(column: &Column, word: &str) -> bool {
    const OF_TEXT: [&str; 12] = [
        "varchar",
        "char",
        "text",
        "not_empty",
        "min_length",
        "max_length",
        "contains",
        "not_contains",
        "is",
        "not",
        "regex",
        "url",
    ];
    let base = ty::option_of(&column.ty).unwrap_or(&column.ty);
    match ty::last_name(base).as_deref() {
        Some("String") => OF_TEXT.contains(&word) || vocab::FORMATS.contains(&word),
        _ => false,
    }
}

/// `varchar(150)` holds a text, not an integer.
fn declared_type(column: &Column) -> Option<TokenStream> {
    let declared = column
        .sql_type
        .as_ref()
        .filter(|declared| !declared.trusted && !is_evident(column, declared.word))?;
    let (ty, variant, span) = (types::column(column), &declared.variant, declared.span);
    let message = format!(
        "`{}` cannot hold the field `{}` of type `{}`\nhelp: remove `{}`: the type says which column it needs",
        declared.written,
        column.field,
        spelled(column),
        declared.written,
    );
    Some(quote_spanned! {span=>
        const _: () = __orm::assert!(__orm::fits::<#ty>(__orm::SqlType::#variant), #message);
    })
}

/// `Option` was looked for by its spelling; an alias of one is found out here.
fn spelling(model: &Model, at: usize, column: &Column) -> Option<TokenStream> {
    if column.nullable || types::is_plain(column) {
        return None;
    }
    let (owner, at) = (&model.ident, position(at));
    let message = format!(
        "the type of `{}` is an `Option` under another name\nhelp: write `Option<..>` itself, so that its NULL can be seen",
        column.field
    );
    let assertion = quote!(!__orm::columns::<#owner>()[#at].nullable);
    Some(quote_spanned!(column.ty.span()=> const _: () = __orm::assert!(#assertion, #message);))
}

/// `min` is for numbers.
fn rule_fits(model: &Model, at: usize, column: &Column, rule: &Rule) -> Option<TokenStream> {
    let Test::Rule(expression) = &rule.test else {
        return None;
    };
    let (owner, at) = (&model.ident, position(at));
    let message = format!(
        "`{}` says nothing about `{}`, which is a `{}`\nhelp: {}",
        rule.name,
        column.field,
        spelled(column),
        wants(&rule.name),
    );
    Some(quote_spanned! {rule.span=>
        const _: () = if let __orm::Some(fault) =
            __orm::rule_fault(&__orm::columns::<#owner>()[#at], &#expression, #message) { __orm::panic!("{}", fault) };
    })
}

/// What a rule is for.
fn wants(rule: &str) -> String {
    let kind = match rule {
        "not_empty" | "len" | "min_length" | "max_length" => "text, binary data and arrays",
        "min" | "max" | "divisible_by" => "numbers",
        "equals" | "one_of" | "not_one_of" => "columns that can hold the values it names",
        "after" | "before" => "dates, timestamps and text",
        "uuid" => "UUIDs and text",
        _ => "text",
    };
    format!("`{rule}` is for {kind}")
}

/// Whether the other model says the same about each association.
pub(super) fn associations(model: &Model) -> TokenStream {
    let all = model.associations.iter().enumerate();
    all.map(|(at, association)| {
        let other_side = (!association.one_sided).then(|| other_side(model, at, association));
        let through = through(model, at, association);
        quote!(#other_side #through)
    })
    .collect()
}

fn other_side(model: &Model, at: usize, association: &Association) -> TokenStream {
    let (owner, at, target) = (&model.ident, position(at), types::target(association));
    let [missing, kind, keys] = faults(model, association);
    quote_spanned! {association.span=>
        const _: () = if let __orm::Some(fault) =
            __orm::other_side_fault::<#owner, #target>(#at, [#missing, #kind, #keys]) { __orm::panic!("{}", fault) };
    }
}

/// What to say where the other side is missing, of the wrong kind, or on another key.
fn faults(model: &Model, association: &Association) -> [String; 3] {
    let owner = model.ident.unraw().to_string();
    let name = format!("{owner}.{}", association.name);
    let target = last_name(&association.target);
    let other = other_kind(association.kind);
    let keys = match association.kind {
        Kind::ManyToMany => "through the same table".to_owned(),
        _ => format!("with the key {}", quoted(&association.key_names)),
    };
    let help = format!(
        "help: add to `{target}`: {}",
        counterpart(model, association)
    );
    [
        format!(
            "`{name}` has no other side: `{target}` declares no `{other}` to `{owner}` {keys}\n{help}"
        ),
        format!(
            "`{name}` is `{}`, so `{target}` needs a `{other}` to `{owner}`, but declares another kind\n{help}",
            association.kind.word()
        ),
        format!(
            "`{name}` is {keys}, but the `{other}` that `{target}` declares to `{owner}` is on another\nhelp: write the same key on both sides"
        ),
    ]
}

/// The attribute to write on the other model.
fn counterpart(model: &Model, association: &Association) -> String {
    use crate::model::name::{plural, snake};
    let owner = model.ident.unraw().to_string();
    let one = snake(&owner);
    let (kind, alias) = match association.kind {
        Kind::BelongsTo => ("has_many", plural(&one)),
        Kind::HasOne | Kind::HasMany => ("belongs_to", one),
        Kind::ManyToMany => ("many_to_many", plural(&one)),
    };
    let rest = match &association.through {
        None => format!("foreign_key = {}", listed(&association.key_names)),
        Some(through) => {
            let table = match &through.table {
                ThroughTable::Model(path) => last_name(path),
                ThroughTable::Plain(name) => format!("{name:?}"),
            };
            let names = |all: &[proc_macro2::Ident]| {
                listed(
                    &all.iter()
                        .map(|name| name.unraw().to_string())
                        .collect::<Vec<_>>(),
                )
            };
            format!(
                "through = {table}, foreign_key = {}, other_key = {}",
                names(&through.target),
                names(&through.owner)
            )
        }
    };
    let target_key = match (&association.columns, association.kind) {
        (TargetColumns::Named(names), Kind::BelongsTo) => {
            format!(
                ", source_key = {}",
                listed(
                    &names
                        .iter()
                        .map(|name| name.unraw().to_string())
                        .collect::<Vec<_>>()
                )
            )
        }
        _ => String::new(),
    };
    format!("#[association({kind}, as = \"{alias}\", model = {owner}, {rest}{target_key})]")
}

/// A join table that is a model must hold both keys.
fn through(model: &Model, at: usize, association: &Association) -> Option<TokenStream> {
    let through = association.through.as_ref()?;
    let ThroughTable::Model(join) = &through.table else {
        return None;
    };
    let (owner, at, target) = (&model.ident, position(at), types::target(association));
    let join_name = last_name(join);
    let fault = |other: &str, key: &[proc_macro2::Ident]| {
        let key: Vec<String> = key.iter().map(|name| name.unraw().to_string()).collect();
        let alias = crate::model::name::snake(other);
        format!(
            "`{}.{}` goes through `{join_name}`, which declares no `belongs_to` to `{other}` with the key {}\n\
             help: add to `{join_name}`: #[association(belongs_to, as = \"{alias}\", model = {other}, foreign_key = {}, one_sided)]",
            model.ident.unraw(),
            association.name,
            quoted(&key),
            listed(&key),
        )
    };
    let to_owner = fault(&owner.unraw().to_string(), &through.owner);
    let to_target = fault(&last_name(&association.target), &through.target);
    Some(quote_spanned! {association.span=>
        const _: () = if let __orm::Some(fault) =
            __orm::through_fault::<#owner, #target, #join>(#at, [#to_owner, #to_target]) { __orm::panic!("{}", fault) };
    })
}

fn other_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::BelongsTo => "has_many` or `has_one",
        Kind::HasOne | Kind::HasMany => "belongs_to",
        Kind::ManyToMany => "many_to_many",
    }
}

fn last_name(path: &syn::Path) -> String {
    path.segments
        .last()
        .map(|segment| segment.ident.unraw().to_string())
        .unwrap_or_default()
}

/// `` `user_id` `` or `` `a`, `b` ``
fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `"user_id"` or `("a", "b")`, as an attribute takes it.
fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        all => format!("({})", all.join(", ")),
    }
}
