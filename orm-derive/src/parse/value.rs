//! The shapes a value of an attribute can have, each with its tokens.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Ident, LitBool, LitInt, LitStr, Path};

use super::options::Options;

/// What was written behind a key.
#[derive(Clone)]
pub(crate) enum Value {
    Flag,
    Text(LitStr),
    Names(Vec<Name>),
    Parts(Vec<Part>),
    Elements(Vec<Element>),
    Path(Path),
    Bool(LitBool),
    Whole(Whole),
    Tokens(TokenStream),
    Numbers(Vec<LitInt>),
    Options(Options),
    Arguments {
        values: Vec<TokenStream>,
        options: Options,
    },
    Assignments(Vec<Assignment>),
}

/// A name the user wrote, quoted or not.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) token: TokenTree,
}

/// A whole number, which may be below zero.
#[derive(Clone)]
pub(crate) struct Whole {
    pub(crate) value: i64,
    pub(crate) tokens: TokenStream,
}

/// One part of an index.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) term: Term,
    pub(crate) operator_class: Option<LitStr>,
    pub(crate) descending: bool,
    pub(crate) nulls_first: Option<bool>,
}

/// One thing that an exclusion constraint compares, and by what.
#[derive(Clone)]
pub(crate) struct Element {
    pub(crate) part: Part,
    /// What stands behind `with`, if that does.
    pub(crate) operator: Option<TokenStream>,
    pub(crate) tokens: TokenStream,
}

/// What a part of an index looks at.
#[derive(Clone)]
pub(crate) enum Term {
    Column(Name),
    Expression(LitStr),
}

/// `name = value`, with a name of the user's.
#[derive(Clone)]
pub(crate) struct Assignment {
    pub(crate) name: Ident,
    pub(crate) value: TokenStream,
}

impl Value {
    pub(crate) fn as_text(&self) -> Option<&LitStr> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_names(&self) -> Option<&[Name]> {
        match self {
            Value::Names(names) => Some(names),
            _ => None,
        }
    }

    pub(crate) fn as_whole(&self) -> Option<&Whole> {
        match self {
            Value::Whole(whole) => Some(whole),
            _ => None,
        }
    }

    pub(crate) fn as_path(&self) -> Option<&Path> {
        match self {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.token.to_tokens(tokens);
    }
}
