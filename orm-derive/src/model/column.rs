//! One column.

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Ident, Type};

/// A column, checked.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) docs: Vec<Attribute>,
    /// The name in the database.
    pub(crate) name: String,
    /// The name of the field without `r#`.
    pub(crate) field: String,
    pub(crate) nullable: bool,
    pub(crate) primary_key: bool,
    /// Whether a value occurs at most once in this column alone.
    pub(crate) unique: bool,
    pub(crate) identity: Option<Identity>,
    /// The declared type, where it is not the one the Rust type stands for.
    pub(crate) sql_type: Option<SqlType>,
    pub(crate) default: Option<Default>,
    pub(crate) generated: Option<String>,
    pub(crate) timestamp: Option<Timestamp>,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
    pub(crate) rules: Vec<Rule>,
}

/// How the server numbers the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    ByDefault,
    Always,
}

/// Which write a timestamp records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timestamp {
    Created,
    Updated,
}

/// A declared type: the variant to write, and the words the user wrote.
#[derive(Debug)]
pub(crate) struct SqlType {
    pub(crate) variant: TokenStream,
    pub(crate) written: String,
    pub(crate) span: Span,
    /// Whether any Rust type may say so: the author vouches for a raw name.
    pub(crate) trusted: bool,
}

/// What a column holds when nothing was given.
#[derive(Debug)]
pub(crate) enum Default {
    Value(TokenStream),
    Now,
    Sql(String),
}

/// A validator: the expression of its rule and where it was written.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The name as written, `min`.
    pub(crate) name: String,
    /// The rule's value: `__orm::Rule::Min(..)`.
    pub(crate) rule: TokenStream,
    pub(crate) message: Option<String>,
    pub(crate) span: Span,
}

impl Column {
    /// Whether a create is not complete without a value for it.
    pub(crate) fn is_required(&self) -> bool {
        let filled = self.default.is_some() || self.generated.is_some() || self.identity.is_some();
        !self.nullable && !filled && self.timestamp.is_none()
    }

    /// Whether a write may give a value for it.
    pub(crate) fn is_settable(&self) -> bool {
        self.generated.is_none() && self.identity != Some(Identity::Always)
    }
}
