//! What only the compiler can judge, asked in constants that carry the user's spans.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{associations, position, types};
use crate::model::name::{plural, snake};
use crate::model::{Association, Column, Kind, Model, Rule, TargetColumns, Test, ThroughTable};
use crate::parse::ty;
use crate::vocab;

/// Whether the databases that the model names can hold it.
pub(super) fn backends(model: &Model) -> TokenStream {
    let owner = &model.ident;
    let parts = model.doubts.iter().map(|doubt| {
        let part = format_ident!("{}", doubt.part);
        let at = doubt.at.map(position).map(|at| quote!((#at)));
        fault(
            doubt.span,
            &quote!(__::backend_fault::<#owner>(__::Part::#part #at)),
        )
    });
    let named = model
        .associations
        .iter()
        .filter(|_| !model.backends.is_empty());
    let targets = named.map(|association| {
        let (name, target) = (&association.name, types::target(association));
        fault(
            association.span,
            &quote!(__::backend_fault_of_target::<#owner, #target>(#name)),
        )
    });
    quote!(#(#parts)* #(#targets)*)
}

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
    let (declared, spelled) = (declared_type(column), spelling(column));
    let rules = column
        .rules
        .iter()
        .filter(|rule| !is_evident(column, &rule.name));
    let rules = rules.map(|rule| rule_fits(model, at, column, rule));
    let stamped = stamped(model, at, column);
    let collates = collates(model, at, column);
    quote!(#declared #spelled #stamped #collates #(#rules)*)
}

/// The model's rows are marked as deleted, by a moment.
pub(super) fn soft_delete(model: &Model) -> Option<TokenStream> {
    let mark = model.soft_delete.as_ref()?;
    let (owner, column, at) = (&model.ident, &model.columns[mark.at], position(mark.at));
    let spelled = spelled(column);
    let moment = quote_spanned! {column.ty.span()=>
        const _: () = __::marks_a_moment::<#owner>(#at, #spelled);
    };
    Some(quote! {
        #moment
        #[automatically_derived]
        impl __::SoftDeletes for #owner {}
    })
}

/// What a collation sorts is a text. Who writes `String` is not asked.
fn collates(model: &Model, at: usize, column: &Column) -> Option<TokenStream> {
    let collation = column.collation.as_ref()?;
    let base = ty::option_of(&column.ty).unwrap_or(&column.ty);
    if ty::last_name(base).as_deref() == Some("String") && column.sql_type.is_none() {
        return None;
    }
    let (owner, at, spelled) = (&model.ident, position(at), spelled(column));
    Some(quote_spanned! {collation.span()=>
        const _: () = __::collates::<#owner>(#at, #spelled);
    })
}

/// The columns that are set to the time of a write hold one. Who writes `DateTime` is not asked.
fn stamped(model: &Model, at: usize, column: &Column) -> Option<TokenStream> {
    column.timestamp.as_ref()?;
    let base = ty::option_of(&column.ty).unwrap_or(&column.ty);
    if ty::last_name(base).as_deref() == Some("DateTime") {
        return None;
    }
    let (owner, at, spelled) = (&model.ident, position(at), spelled(column));
    Some(quote_spanned! {column.ty.span()=>
        const _: () = __::stamps_a_moment::<#owner>(#at, #spelled);
    })
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
    let (ty, variant) = (types::column(column), &declared.variant);
    let (written, field, spelled) = (&declared.written, &column.field, spelled(column));
    Some(quote_spanned! {declared.span=>
        const _: () = __::can_hold::<#ty>(__::SqlType::#variant, #written, #field, #spelled);
    })
}

/// `Option` was looked for by its spelling; an alias of one is found out here.
fn spelling(column: &Column) -> Option<TokenStream> {
    if column.nullable || types::is_plain(column) {
        return None;
    }
    let (ty, field) = (types::column(column), &column.field);
    Some(quote_spanned!(column.ty.span()=> const _: () = __::not_null::<#ty>(#field);))
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
        const _: () = __::demand_rule::<#owner>(#at, &#expression, #message);
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
    let all = model.associations.iter();
    all.map(|association| {
        let fields = fields(association);
        let other_side = (!association.one_sided).then(|| other_side(model, association));
        let through = through(model, association);
        let followed = followed(association);
        quote!(#fields #other_side #through #followed)
    })
    .collect()
}

/// Whether the other side has a table, and a delete that marks the row there knows what is
/// asked of it.
fn followed(association: &Association) -> Option<TokenStream> {
    let asks =
        association.kind == Kind::BelongsTo && association.one_sided && association.constraint;
    let marker = &association.marker;
    asks.then(|| quote_spanned!(association.span=> const _: () = __::is_followed::<#marker>();))
}

/// Whether the fields exist that the user named of other models.
fn fields(association: &Association) -> TokenStream {
    let there = match &association.columns {
        TargetColumns::Named(names) if associations::is_looked_up(association) => {
            let target = types::target(association);
            Some(fields_exist(&quote!(#target), names))
        }
        _ => None,
    };
    let join = association.through.iter().flat_map(|through| {
        let ThroughTable::Model(join) = &through.table else {
            return Vec::new();
        };
        let named = [&through.owner, &through.target].into_iter();
        named
            .filter(|key| key.is_named)
            .map(|key| fields_exist(&quote!(#join), &key.columns))
            .collect()
    });
    quote!(#there #(#join)*)
}

fn fields_exist(model: &TokenStream, fields: &[Ident]) -> TokenStream {
    let span = fields.first().map_or_else(Span::call_site, Ident::span);
    let names = fields.iter().map(|field| field.unraw().to_string());
    fault(span, &quote!(__::field_fault::<#model>(&[#(#names),*])))
}

/// An error of the compiler's, if there is something to say.
fn fault(span: Span, question: &TokenStream) -> TokenStream {
    quote_spanned!(span=> const _: () = __::refuse(#question);)
}

fn other_side(model: &Model, association: &Association) -> TokenStream {
    let marker = &association.marker;
    let one = snake(&model.ident.unraw().to_string());
    let alias = match association.kind {
        Kind::BelongsTo | Kind::ManyToMany => plural(&one),
        Kind::HasOne | Kind::HasMany => one,
    };
    let convention = association.convention.as_deref().unwrap_or_default();
    quote_spanned! {association.span=>
        const _: () = __::agrees::<#marker>(#alias, #convention);
    }
}

/// A join table that is a model must hold both keys.
fn through(model: &Model, association: &Association) -> Option<TokenStream> {
    let through = association.through.as_ref()?;
    let (marker, span) = (&association.marker, association.span);
    let ThroughTable::Model(join) = &through.table else {
        return Some(quote_spanned!(span=> const _: () = __::goes_through_table::<#marker>();));
    };
    let keys = [
        (model.ident.unraw().to_string(), &through.owner),
        (last_name(&association.target), &through.target),
    ];
    let conventions = keys.map(|(name, key)| {
        let one = snake(&name);
        let field = if key.is_named {
            String::new()
        } else {
            format!("{one}_id")
        };
        quote!((#one, #field))
    });
    Some(quote_spanned! {span=>
        const _: () = __::goes_through::<#marker, #join>([#(#conventions),*]);
    })
}

fn last_name(path: &syn::Path) -> String {
    path.segments
        .last()
        .map(|segment| segment.ident.unraw().to_string())
        .unwrap_or_default()
}

/// Whether the two columns of each polymorphic association may be NULL together.
pub(super) fn owners(model: &Model) -> TokenStream {
    let each = model.polymorphic.iter();
    each.map(|one| {
        let (owner, types, key) = (&model.ident, position(one.types), position(one.key));
        let message = format!(
            "a row that belongs to nothing says so in `{}` and in `{}`, so both may be NULL or neither\n\
             help: make both an `Option`, or none of the two",
            model.columns[one.types].field, model.columns[one.key].field,
        );
        quote_spanned! {one.ident.span()=>
            const _: () = __::demand(
                __::columns::<#owner>()[#types].nullable == __::columns::<#owner>()[#key].nullable,
                #message
            );
        }
    })
    .collect()
}
