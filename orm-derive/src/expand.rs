//! The pipelines: parse, check, emit; after an error the fallback.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::diag::Diagnostics;
use crate::{check, db_enum, db_type, emit, parse, projection};

/// `#[derive(Model)]`
pub(crate) fn model(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut diag = Diagnostics::new();
    let item = parse::item(&input, &mut diag);
    let model = item.map(|item| check::model(&item, &mut diag));
    match (model, diag.finish()) {
        (Some(model), Ok(())) => emit::model(&model),
        (Some(model), Err(errors)) => emit::fallback(model, &errors),
        (None, finished) => finished
            .err()
            .map_or_else(TokenStream::new, |errors| errors.into_compile_error()),
    }
}

/// `#[derive(DbEnum)]`
pub(crate) fn db_enum(input: TokenStream) -> TokenStream {
    small(input, db_enum::expand)
}

/// `#[derive(DbType)]`
pub(crate) fn db_type(input: TokenStream) -> TokenStream {
    small(input, db_type::expand)
}

/// `loaded!`
pub(crate) fn loaded(input: TokenStream) -> TokenStream {
    let loaded = match syn::parse2(input) {
        Ok(loaded) => loaded,
        Err(error) => return error.into_compile_error(),
    };
    let mut diag = Diagnostics::new();
    let ty = crate::loaded::expand(&loaded, &mut diag);
    match diag.finish() {
        Ok(()) => ty,
        Err(errors) => errors.into_compile_error(),
    }
}

/// `#[derive(JsonFields)]`
pub(crate) fn json_fields(input: TokenStream) -> TokenStream {
    small(input, crate::json_fields::expand)
}

/// `#[derive(Projection)]`
pub(crate) fn projection(input: TokenStream) -> TokenStream {
    small(input, projection::expand)
}

/// `#[derive(Polymorphic)]`
pub(crate) fn polymorphic(input: TokenStream) -> TokenStream {
    small(input, crate::polymorphic::expand)
}

/// A derive whose code after an error is the code without one, and the errors.
fn small(
    input: TokenStream,
    expand: impl FnOnce(&DeriveInput, &mut Diagnostics) -> TokenStream,
) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut diag = Diagnostics::new();
    let mut tokens = expand(&input, &mut diag);
    if let Err(errors) = diag.finish() {
        tokens.extend(errors.into_compile_error());
    }
    tokens
}
