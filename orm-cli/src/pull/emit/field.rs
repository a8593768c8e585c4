//! A column as a field.

use orm_core::ddl::blueprint::{Index, Table};
use orm_core::schema::{Identity, SequenceOptions};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::default;
use super::super::enums::Enum;
use super::super::ident;
use super::super::model::{Field, primary_key};
use super::{constraint, doc};

/// The field with its attribute; `indexes` are those over this column alone.
pub(super) fn of(
    table: &Table,
    field: &Field<'_>,
    stamped: bool,
    enums: &[Enum<'_>],
    indexes: &[&Index],
) -> TokenStream {
    let column = field.column;
    let docs = match &column.comment {
        Some(comment) if !comment.trim().is_empty() => doc::outer(comment),
        _ => doc::outer(&format!("The column {}.", doc::name(&column.name))),
    };
    let options = options(table, field, stamped, enums, indexes);
    let attribute = (!options.is_empty()).then(|| quote!(#[column(#(#options),*)]));
    let (ident, ty) = (ident::ident(&field.name), &field.ty.tokens);
    let ty = if column.nullable {
        quote!(Option<#ty>)
    } else {
        ty.clone()
    };
    quote!(#docs #attribute pub #ident: #ty)
}

fn options(
    table: &Table,
    field: &Field<'_>,
    stamped: bool,
    enums: &[Enum<'_>],
    indexes: &[&Index],
) -> Vec<TokenStream> {
    let column = field.column;
    let mut options = Vec::new();
    if field.name != column.name {
        let name = &column.name;
        options.push(quote!(name = #name));
    }
    if field.primary_key {
        options.push(quote!(primary_key));
    }
    options.extend(numbering(field, primary_key(table).len() == 1));
    options.extend(field.ty.declared.clone());
    if let Some(collation) = &column.collation {
        options.push(quote!(collation = #collation));
    }
    if let Some(expression) = &column.generated {
        let expression = constraint::bare(expression);
        options.push(quote!(generated = #expression));
    } else if let (Some(expression), false) = (&column.default, stamped || column.asks().is_some())
    {
        options.push(default::option(
            expression,
            field.ty.value,
            &column.kind,
            enums,
        ));
    }
    options.extend(constraint::unique_on(table, &column.name));
    options.extend(
        indexes
            .iter()
            .map(|it| constraint::index_on(table, &column.name, it)),
    );
    options.extend(constraint::check_on(table, &column.name));
    if let Some(comment) = &column.comment {
        options.push(quote!(comment = #comment));
    }
    options
}

fn numbering(field: &Field<'_>, alone: bool) -> Option<TokenStream> {
    let sequence = field.column.sequence.as_ref();
    let mut said = sequence.map_or_else(Vec::new, |it| counting(&it.options));
    let Some(identity) = field.column.identity else {
        let name = field.column.asks()?;
        let schema = name.schema.iter().map(|it| quote!(schema = #it));
        let name = &name.name;
        said.splice(0..0, [quote!(name = #name)].into_iter().chain(schema));
        return Some(quote!(sequence(#(#said),*)));
    };
    if identity == Identity::Always {
        said.insert(0, quote!(always));
    }
    Some(match said.is_empty() {
        false => quote!(identity(#(#said),*)),
        true if field.primary_key && alone => quote!(auto_increment),
        true => quote!(identity),
    })
}

/// How the numbers of a sequence follow each other, as options.
fn counting(options: &SequenceOptions) -> Vec<TokenStream> {
    let number = |it: i64| Literal::i64_unsuffixed(it);
    let numbers = [
        options.start.map(number).map(|it| quote!(start = #it)),
        options
            .increment
            .map(number)
            .map(|it| quote!(increment = #it)),
        options.min.map(number).map(|it| quote!(min = #it)),
        options.max.map(number).map(|it| quote!(max = #it)),
        options.cache.map(number).map(|it| quote!(cache = #it)),
        options.cycle.map(|it| quote!(cycle = #it)),
    ];
    numbers.into_iter().flatten().collect()
}
