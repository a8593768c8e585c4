//! `#[derive(Projection)]`: a named shape of a model's rows.
//!
//! The macro does not know whether a name is a column or an association: it
//! writes the model's constant and the field's type side by side, and the
//! compiler decides by what they are.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Field, Ident, Path, parse_quote};

use crate::check::beside::handle;
use crate::diag::Diagnostics;
use crate::parse::options::{self, Entry, Options};
use crate::parse::value::{Name, Value};
use crate::parse::{named_fields, single};
use crate::vocab::Place;

/// Parse, check and emit in one file: there is little of each.
pub(crate) fn expand(input: &DeriveInput, diag: &mut Diagnostics) -> TokenStream {
    let before = diag.count();
    let options = single(
        &input.attrs,
        "projection",
        Place::Projection,
        &input.ident,
        diag,
    );
    let is_readable = diag.count() == before;
    let Some(fields) = named_fields(input, "Projection", diag) else {
        return TokenStream::new();
    };
    let shown: Vec<Shown<'_>> = fields
        .iter()
        .filter_map(|field| shown(field, diag))
        .collect();
    if fields.is_empty() {
        let what = format!("`{}` has no field, so it shows nothing", input.ident);
        diag.error(&input.ident, what, "name a column of the model as a field");
    }
    if !input.generics.params.is_empty() {
        let what = format!("`{}` has generic parameters", input.ident);
        diag.error(&input.generics, what, "write one struct per shape");
        return TokenStream::new();
    }
    let Some(model) = options.path("model") else {
        // Where the attribute has a mistake, the model may be in it.
        if is_readable {
            let what = format!("`{}` does not say which model it shows", input.ident);
            diag.error(&input.ident, what, "add `#[projection(model = ..)]`");
        }
        return TokenStream::new();
    };
    let root = options
        .path("crate")
        .cloned()
        .unwrap_or_else(|| parse_quote!(::orm));
    emit(&input.ident, model, &root, &shown)
}

/// A field of a projection, and where its value comes from.
struct Shown<'a> {
    ident: &'a Ident,
    ty: &'a syn::Type,
    source: Source,
}

enum Source {
    /// A constant of the model: a column or an association.
    Constant(Ident),
    /// An expression of the user's.
    Expression(TokenStream),
}

/// The options that say where a value comes from; a field has at most one.
const SOURCES: [&str; 4] = ["column", "association", "value", "include"];

fn shown<'a>(field: &'a Field, diag: &mut Diagnostics) -> Option<Shown<'a>> {
    let ident = field.ident.as_ref()?;
    let options = single(
        &field.attrs,
        "projection",
        Place::ProjectionField,
        ident,
        diag,
    );
    Some(Shown {
        ident,
        ty: &field.ty,
        source: source(ident, &options, diag),
    })
}

fn source(field: &Ident, options: &Options, diag: &mut Diagnostics) -> Source {
    let mut given = options
        .entries
        .iter()
        .filter(|entry| SOURCES.contains(&entry.name));
    let Some(first) = given.next() else {
        return Source::Constant(field.clone());
    };
    if let Some(second) = given.next() {
        let what = format!(
            "`{field}` has its value from `{}` and from `{}`",
            first.name, second.name
        );
        diag.error(&second.key, what, "keep one of the two");
    }
    match &first.value {
        Value::Tokens(tokens) => Source::Expression(tokens.clone()),
        _ => Source::Constant(constant(first, diag).unwrap_or_else(|| field.clone())),
    }
}

/// The name behind `column = ".."`, as an identifier where it stands.
fn constant(entry: &Entry, diag: &mut Diagnostics) -> Option<Ident> {
    let Name { text, token } = entry.value.as_names()?.first()?;
    let ident = options::ident(text, token.span());
    if ident.is_none() {
        diag.error(
            token,
            format!("`{text}` is not a name of a field"),
            "write the name the model's field or association has in Rust",
        );
    }
    ident
}

/// `impl Projection for UserHistory`
fn emit(ident: &Ident, model: &Path, root: &Path, shown: &[Shown<'_>]) -> TokenStream {
    let fields = shown.iter().map(|field| asked(model, field));
    let names: Vec<&Ident> = shown.iter().map(|field| field.ident).collect();
    let values = names
        .iter()
        .fold(quote!(()), |before, name| quote!((#before, #name)));
    // Where rustc shows this impl for another that it looked for, it shows the struct.
    let shows = quote_spanned!(ident.span()=> impl __::ProjectionOf<#model> for #ident {});
    quote! {
        const _: () = {
            use #root::__ as __;
            #[automatically_derived]
            impl __::Projection for #ident {
                type Model = #model;
                fn shape(__rows: __::Projecting<'_, #model>) -> __::Shape<Self> {
                    __rows #(#fields)*.finish(|#values| #ident { #(#names),* })
                }
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            #shows
        };
    }
}

/// `.field("email", User::email).of::<String>()`: what does not fit is reported
/// at the field's type, a name that does not exist at the name.
fn asked(model: &Path, field: &Shown<'_>) -> TokenStream {
    let (ty, name) = (field.ty, field.ident.unraw().to_string());
    let source = match &field.source {
        Source::Constant(constant) => {
            let model = located_at(model.to_token_stream(), constant.span());
            let constant = handle(constant);
            quote!(#model::#constant)
        }
        Source::Expression(tokens) => tokens.clone(),
    };
    quote_spanned!(ty.span()=> .field(#name, #source).of::<#ty>())
}

/// The tokens as if they stood elsewhere, so that an error about a whole path
/// points at the user's name and not at half of the struct.
fn located_at(tokens: TokenStream, place: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Ident(_) | TokenTree::Punct(_) = &token {
                token.set_span(token.span().located_at(place));
            }
            token
        })
        .collect()
}
