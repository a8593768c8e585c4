//! The table as data.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{associations, optional, polymorphic, position, positions, types, validators};
use crate::model::{
    Check, Column, Default, Deferrable, Element, Exclusion, Identity, Index, IndexPart, Model,
    Sequence, Storage, Term, Timestamp, Unique,
};

/// One `ColumnDef` per column: what the type says, then what the attributes say.
// #[column(primary_key, auto_increment)] id: i32  becomes
//     __::column::<i32>("id").in_key().numbered(__::Identity::ByDefault)
pub(super) fn columns(model: &Model) -> Vec<TokenStream> {
    model.columns.iter().map(column).collect()
}

fn column(column: &Column) -> TokenStream {
    let (ty, field) = (types::column(column), &column.field);
    let mut said = quote_spanned!(column.ty.span()=> __::column::<#ty>(#field));
    if column.name != column.field {
        let name = &column.name;
        said.extend(quote!(.called(#name)));
    }
    if let Some(declared) = &column.sql_type {
        let variant = &declared.variant;
        said.extend(quote!(.holding(__::SqlType::#variant)));
    }
    if column.primary_key {
        said.extend(quote!(.in_key()));
    }
    match column.identity {
        Some(Identity::ByDefault) => said.extend(quote!(.numbered(__::Identity::ByDefault))),
        Some(Identity::Always) => said.extend(quote!(.numbered(__::Identity::Always))),
        None => {}
    }
    if let Some(sequence) = &column.sequence {
        let sequence = self::sequence(sequence);
        said.extend(quote!(.counting(&#sequence)));
    }
    if let Some(default) = &column.default {
        let value = default_value(column, default);
        said.extend(quote!(.or(__::DefaultValue::#value)));
    }
    match column.timestamp {
        Some(Timestamp::Created) => said.extend(quote!(.stamped(__::Timestamp::Created))),
        Some(Timestamp::Updated) => said.extend(quote!(.stamped(__::Timestamp::Updated))),
        None => {}
    }
    if column.version {
        said.extend(quote!(.counted()));
    }
    if let Some(expression) = &column.generated {
        said.extend(quote!(.computed(#expression)));
    }
    if let Some(collation) = &column.collation {
        said.extend(quote!(.collated(#collation)));
    }
    if let Some(comment) = &column.comment {
        said.extend(quote!(.commented(#comment)));
    }
    if let Some(name) = &column.renamed_from {
        said.extend(quote!(.once_called(#name)));
    }
    let rules = validators::data(column);
    if !rules.is_empty() {
        said.extend(quote!(.judged_by(&[#(#rules),*])));
    }
    said
}

/// What is said alone: the rest is left to the database.
fn sequence(sequence: &Sequence) -> TokenStream {
    const NAMES: [&str; 5] = ["start", "increment", "min", "max", "cache"];
    let said = NAMES.into_iter().zip(sequence.numbers);
    let said = said.filter_map(|(name, number)| {
        let (name, number) = (format_ident!("{name}"), number?);
        Some(quote!(#name: __::Some(#number),))
    });
    let cycle = sequence.cycle.map(|it| quote!(cycle: __::Some(#it),));
    let shared = optional(sequence.shared.as_ref().map(|it| {
        let (schema, name) = (optional(it.schema.as_ref()), &it.name);
        quote!(__::TableName { schema: #schema, name: #name })
    }));
    quote! {
        __::SequenceDef {
            shared: #shared,
            options: __::SequenceOptions { #(#said)* #cycle ..__::SequenceOptions::UNSAID },
        }
    }
}

fn default_value(column: &Column, default: &Default) -> TokenStream {
    match default {
        Default::Now => quote!(Now),
        Default::Sql(sql) => quote!(Sql(#sql)),
        Default::Next => quote!(Next),
        Default::Value(value) => {
            let ty = types::column(column);
            let value =
                quote_spanned!(first_span(value)=> __::IntoValue::<#ty>::into_value(#value));
            quote!(Value(|| __::ColumnType::into_param(#value)))
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

/// The `TableDef`: what every table has, and of the rest what was written.
pub(super) fn table(model: &Model) -> TokenStream {
    let (name, table) = (model.ident.unraw().to_string(), &model.table);
    let key = positions(&model.key);
    let plain = quote!(__::table::<Self>(#name, #table, &[#(#key),*]));
    let mut set: Vec<TokenStream> = Vec::new();
    if !model.is_table() {
        let kind = format_ident!("{}", model.kind.variant());
        set.push(quote!(kind: __::TableKind::#kind));
    }
    if let Some(schema) = &model.schema {
        let schema = quote!(__::Some(#schema));
        set.push(quote!(name: __::TableName { schema: #schema, name: #table }));
    }
    let lists = [
        ("uniques", model.uniques.iter().map(unique).collect()),
        (
            "exclusions",
            model.exclusions.iter().map(exclusion).collect(),
        ),
        ("checks", model.checks.iter().map(check).collect()),
        ("indexes", model.indexes.iter().map(index).collect()),
        ("backends", backends(model)),
    ];
    let lists: [(&str, Vec<TokenStream>); 5] = lists;
    for (name, list) in lists {
        if !list.is_empty() {
            let name = format_ident!("{name}");
            set.push(quote!(#name: &[#(#list),*]));
        }
    }
    let associations = associations::definitions(model);
    if !(associations.is_empty() && model.polymorphic.is_empty()) {
        let all = polymorphic::with_owners(model, &associations);
        set.push(quote!(associations: #all));
    }
    for (name, text) in [
        ("comment", &model.comment),
        ("renamed_from", &model.renamed_from),
        ("primary_key_name", &model.key_name),
    ] {
        if let Some(text) = text {
            let name = format_ident!("{name}");
            set.push(quote!(#name: __::Some(#text)));
        }
    }
    if let Some(storage) = storage(&model.storage) {
        set.push(quote!(storage: #storage));
    }
    if let Some(mark) = &model.soft_delete {
        let at = position(mark.at);
        set.push(quote!(soft_delete: __::Some(#at)));
    }
    if model.hooks.is_some() {
        set.push(quote!(hooks: true));
    }
    if !model.scopes.is_empty() {
        let scopes = model.scopes.iter().map(|scope| {
            let (name, path) = (&scope.name, &scope.path);
            quote_spanned!(path.span()=> __::ScopeDef { name: #name, test: || __::scope_test::<Self>(#path()) })
        });
        set.push(quote!(scopes: &[#(#scopes),*]));
    }
    with_options("TableDef", &set, &plain)
}

/// How the rows are kept; nothing is written of a plain table.
fn storage(storage: &Storage) -> Option<TokenStream> {
    let mut set: Vec<TokenStream> = Vec::new();
    if storage.unlogged {
        set.push(quote!(unlogged: true));
    }
    if !storage.parameters.is_empty() {
        set.push(parameters(&storage.parameters));
    }
    if let Some(partition) = &storage.partition {
        let (method, columns) = (
            format_ident!("{}", partition.method),
            positions(&partition.columns),
        );
        set.push(quote! {
            partition: __::Some(__::PartitionDef {
                method: __::PartitionMethod::#method,
                columns: &[#(#columns),*],
            })
        });
    }
    let plain = quote!(__::StorageDef::PLAIN);
    (!set.is_empty()).then(|| with_options("StorageDef", &set, &plain))
}

fn parameters(parameters: &[(String, String)]) -> TokenStream {
    let all = parameters.iter();
    let all = all.map(|(name, value)| quote!((#name, #value)));
    quote!(parameters: &[#(#all),*])
}

fn backends(model: &Model) -> Vec<TokenStream> {
    let names = model.backends.iter().map(|name| format_ident!("{name}"));
    names.map(|name| quote!(__::Backend::#name)).collect()
}

/// A descriptor with options, where there are some.
fn with_options(name: &str, set: &[TokenStream], plain: &TokenStream) -> TokenStream {
    let name = format_ident!("{name}");
    match set {
        [] => plain.clone(),
        _ => quote!(__::#name { #(#set,)* ..#plain }),
    }
}

fn unique(unique: &Unique) -> TokenStream {
    let (name, columns) = (&unique.name, positions(&unique.columns));
    let plain = quote!(__::unique(#name, &[#(#columns),*]));
    let mut set: Vec<TokenStream> = Vec::new();
    if unique.nulls_not_distinct {
        set.push(quote!(nulls_not_distinct: true));
    }
    if unique.deferrable != Deferrable::No {
        let variant = format_ident!("{}", unique.deferrable.variant());
        set.push(quote!(deferrable: __::Deferrable::#variant));
    }
    with_options("UniqueDef", &set, &plain)
}

fn exclusion(exclusion: &Exclusion) -> TokenStream {
    let (name, elements) = (&exclusion.name, exclusion.elements.iter().map(element));
    let plain = quote!(__::exclusion(#name, &[#(#elements),*]));
    let mut set: Vec<TokenStream> = Vec::new();
    if exclusion.method != "Gist" {
        let method = format_ident!("{}", exclusion.method);
        set.push(quote!(method: __::IndexMethod::#method));
    }
    if let Some(filter) = &exclusion.filter {
        set.push(quote!(filter: __::Some(#filter)));
    }
    if exclusion.deferrable != Deferrable::No {
        let variant = format_ident!("{}", exclusion.deferrable.variant());
        set.push(quote!(deferrable: __::Deferrable::#variant));
    }
    with_options("ExclusionDef", &set, &plain)
}

fn element(element: &Element) -> TokenStream {
    let (term, operator) = (term(&element.term), format_ident!("{}", element.operator));
    let plain = quote!(__::compared(__::IndexTerm::#term, __::ExclusionOperator::#operator));
    let class = element.operator_class.as_ref();
    let set = class.map(|class| quote!(operator_class: __::Some(#class)));
    with_options("ExclusionElement", set.as_slice(), &plain)
}

fn check(check: &Check) -> TokenStream {
    let (name, expression, message) = (
        &check.name,
        &check.expression,
        optional(check.message.as_ref()),
    );
    quote!(__::CheckDef { name: #name, expression: #expression, message: #message })
}

fn index(index: &Index) -> TokenStream {
    let (name, parts) = (&index.name, index.parts.iter().map(index_part));
    let plain = quote!(__::index(#name, &[#(#parts),*]));
    let mut set: Vec<TokenStream> = Vec::new();
    if !index.include.is_empty() {
        let include = positions(&index.include);
        set.push(quote!(include: &[#(#include),*]));
    }
    if index.method != "Btree" {
        let method = format_ident!("{}", index.method);
        set.push(quote!(method: __::IndexMethod::#method));
    }
    if index.unique {
        set.push(quote!(unique: true));
    }
    if let Some(filter) = &index.filter {
        set.push(quote!(filter: __::Some(#filter)));
    }
    if !index.parameters.is_empty() {
        set.push(parameters(&index.parameters));
    }
    with_options("IndexDef", &set, &plain)
}

fn term(term: &Term) -> TokenStream {
    match term {
        Term::Column(at) => {
            let at = position(*at);
            quote!(Column(#at))
        }
        Term::Expression(sql) => quote!(Expression(#sql)),
    }
}

fn index_part(part: &IndexPart) -> TokenStream {
    let term = term(&part.term);
    let plain = quote!(__::index_part(__::IndexTerm::#term));
    let mut set: Vec<TokenStream> = Vec::new();
    if part.descending {
        set.push(quote!(descending: true));
    }
    if let Some(first) = part.nulls_first {
        set.push(quote!(nulls_first: __::Some(#first)));
    }
    if let Some(class) = &part.operator_class {
        set.push(quote!(operator_class: __::Some(#class)));
    }
    with_options("IndexPart", &set, &plain)
}
