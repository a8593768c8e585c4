//! The table as data.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{associations, optional, polymorphic, position, positions, types, validators};
use crate::model::{
    Check, Column, Default, Identity, Index, IndexPart, Model, Term, Timestamp, Unique,
};

/// One `ColumnDef` per column: what the type says, then what the attributes say.
// #[column(primary_key, auto_increment)] id: i32  becomes
//     __orm::ColumnDef { primary_key: true, identity: .., ..__orm::column::<i32>("id", "id") }
pub(super) fn columns(model: &Model) -> Vec<TokenStream> {
    model.columns.iter().map(column).collect()
}

fn column(column: &Column) -> TokenStream {
    let (ty, name, field) = (types::column(column), &column.name, &column.field);
    let of_type = quote_spanned!(column.ty.span()=> __orm::column::<#ty>(#name, #field));
    let mut set: Vec<TokenStream> = Vec::new();
    if let Some(declared) = &column.sql_type {
        let variant = &declared.variant;
        set.push(quote!(sql_type: __orm::SqlType::#variant));
    }
    if column.primary_key {
        set.push(quote!(primary_key: true));
    }
    if let Some(identity) = column.identity {
        let variant = match identity {
            Identity::ByDefault => quote!(ByDefault),
            Identity::Always => quote!(Always),
        };
        set.push(quote!(identity: __orm::Some(__orm::Identity::#variant)));
    }
    if let Some(default) = &column.default {
        let value = default_value(column, default);
        set.push(quote!(default: __orm::Some(__orm::DefaultValue::#value)));
    }
    if let Some(timestamp) = column.timestamp {
        let variant = match timestamp {
            Timestamp::Created => quote!(Created),
            Timestamp::Updated => quote!(Updated),
        };
        set.push(quote!(timestamp: __orm::Some(__orm::Timestamp::#variant)));
    }
    for (name, text) in [
        ("generated", &column.generated),
        ("comment", &column.comment),
        ("renamed_from", &column.renamed_from),
    ] {
        if let Some(text) = text {
            let name = format_ident!("{name}");
            set.push(quote!(#name: __orm::Some(#text)));
        }
    }
    let rules = validators::data(column);
    if !rules.is_empty() {
        set.push(quote!(validators: &[#(#rules),*]));
    }
    match set.as_slice() {
        [] => of_type,
        _ => quote!(__orm::ColumnDef { #(#set,)* ..#of_type }),
    }
}

fn default_value(column: &Column, default: &Default) -> TokenStream {
    match default {
        Default::Now => quote!(Now),
        Default::Sql(sql) => quote!(Sql(#sql)),
        Default::Value(value) => {
            let ty = types::column(column);
            let value =
                quote_spanned!(first_span(value)=> __orm::IntoValue::<#ty>::into_value(#value));
            quote!(Value(|| __orm::ColumnType::into_param(#value)))
        }
    }
}

fn first_span(tokens: &TokenStream) -> Span {
    tokens
        .to_token_stream()
        .into_iter()
        .next()
        .map_or_else(Span::call_site, |token| token.span())
}

/// The `TableDef`.
pub(super) fn table(model: &Model) -> TokenStream {
    let (name, table) = (model.ident.unraw().to_string(), &model.table);
    let schema = optional(model.schema.as_ref());
    let (comment, renamed_from) = (
        optional(model.comment.as_ref()),
        optional(model.renamed_from.as_ref()),
    );
    let key = positions(&model.key);
    let backends = model.backends.iter().map(|name| format_ident!("{name}"));
    let uniques = model.uniques.iter().map(unique);
    let checks = model.checks.iter().map(check);
    let indexes = model.indexes.iter().map(index);
    let associations = polymorphic::with_owners(model, &associations::definitions(model));
    quote! {
        __orm::TableDef {
            model: #name,
            name: __orm::TableName { schema: #schema, name: #table },
            columns: __orm::columns::<Self>(),
            primary_key: &[#(#key),*],
            uniques: &[#(#uniques),*],
            checks: &[#(#checks),*],
            indexes: &[#(#indexes),*],
            associations: #associations,
            comment: #comment,
            renamed_from: #renamed_from,
            backends: &[#(__orm::Backend::#backends),*],
        }
    }
}

fn unique(unique: &Unique) -> TokenStream {
    let (name, columns, nulls) = (
        &unique.name,
        positions(&unique.columns),
        unique.nulls_not_distinct,
    );
    quote!(__orm::UniqueDef { name: #name, columns: &[#(#columns),*], nulls_not_distinct: #nulls })
}

fn check(check: &Check) -> TokenStream {
    let (name, expression, message) = (
        &check.name,
        &check.expression,
        optional(check.message.as_ref()),
    );
    quote!(__orm::CheckDef { name: #name, expression: #expression, message: #message })
}

fn index(index: &Index) -> TokenStream {
    let (name, include, unique) = (&index.name, positions(&index.include), index.unique);
    let parts = index.parts.iter().map(index_part);
    let method = format_ident!("{}", index.method);
    let filter = optional(index.filter.as_ref());
    quote! {
        __orm::IndexDef {
            name: #name,
            parts: &[#(#parts),*],
            include: &[#(#include),*],
            method: __orm::IndexMethod::#method,
            unique: #unique,
            filter: #filter,
        }
    }
}

fn index_part(part: &IndexPart) -> TokenStream {
    let term = match &part.term {
        Term::Column(at) => {
            let at = position(*at);
            quote!(Column(#at))
        }
        Term::Expression(sql) => quote!(Expression(#sql)),
    };
    let descending = part.descending;
    let nulls_first = part
        .nulls_first
        .map_or_else(|| quote!(__orm::None), |first| quote!(__orm::Some(#first)));
    let operator_class = optional(part.operator_class.as_ref());
    quote! {
        __orm::IndexPart {
            term: __orm::IndexTerm::#term,
            descending: #descending,
            nulls_first: #nulls_first,
            operator_class: #operator_class,
        }
    }
}
