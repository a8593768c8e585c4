//! One column.

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

/// A column, checked.
pub(crate) struct Column {
    pub(crate) ident: Ident,
    /// The name of its constant.
    pub(crate) handle: Ident,
    /// The name of its method of the create builder.
    pub(crate) setter: Ident,
    pub(crate) ty: Type,
    /// Who may use the constant and the setter: as narrow as the field's.
    pub(crate) vis: Visibility,
    pub(crate) docs: Vec<Attribute>,
    /// Attributes that the constant and the setter have too.
    pub(crate) marks: Vec<Attribute>,
    /// The name in the database.
    pub(crate) name: String,
    /// The name of the field without `r#`.
    pub(crate) field: String,
    pub(crate) nullable: bool,
    pub(crate) primary_key: bool,
    /// Whether a value occurs at most once in this column alone.
    pub(crate) unique: bool,
    pub(crate) identity: Option<Identity>,
    /// What is said of the sequence that numbers it.
    pub(crate) sequence: Option<Sequence>,
    /// The declared type, where it is not the one the Rust type stands for.
    pub(crate) sql_type: Option<SqlType>,
    pub(crate) default: Option<Default>,
    pub(crate) generated: Option<String>,
    pub(crate) timestamp: Option<Timestamp>,
    /// Whether it counts the writes of its row.
    pub(crate) version: bool,
    /// The collation of its texts, where it was written.
    pub(crate) collation: Option<LitStr>,
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

/// What is said of a sequence.
pub(crate) struct Sequence {
    /// The name of one that stands alone.
    pub(crate) shared: Option<SharedSequence>,
    /// `start`, `increment`, `min`, `max` and `cache`.
    pub(crate) numbers: [Option<i64>; 5],
    pub(crate) cycle: Option<bool>,
}

/// The name of a sequence that stands alone, and its schema.
pub(crate) struct SharedSequence {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

impl Sequence {
    /// Whether any option is said.
    pub(crate) fn says_anything(&self) -> bool {
        self.cycle.is_some() || self.numbers.iter().any(Option::is_some)
    }
}

/// Which write a timestamp records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timestamp {
    Created,
    Updated,
}

/// A declared type: the variant to write, and the words the user wrote.
pub(crate) struct SqlType {
    pub(crate) variant: TokenStream,
    /// The option's name, `varchar`.
    pub(crate) word: &'static str,
    pub(crate) written: String,
    pub(crate) span: Span,
    /// Whether any Rust type may say so: the author vouches for a raw name.
    pub(crate) trusted: bool,
}

/// What a column holds when nothing was given.
pub(crate) enum Default {
    Value(TokenStream),
    Now,
    Sql(String),
    /// The next number of the sequence that it asks.
    Next,
}

/// A validator, and where it was written.
pub(crate) struct Rule {
    /// The name as written, `min`.
    pub(crate) name: String,
    pub(crate) test: Test,
    pub(crate) message: Option<String>,
    /// The condition under which it is asked at all.
    pub(crate) when: Option<Path>,
    pub(crate) span: Span,
}

/// What a validator asks.
pub(crate) enum Test {
    /// A rule of the runtime's: `__::Rule::Min(..)`.
    Rule(TokenStream),
    /// A function of the user's.
    Custom(Path),
}

impl Rule {
    /// Whether it is plain data: neither a function nor under a condition.
    pub(crate) fn is_data(&self) -> bool {
        self.when.is_none() && matches!(self.test, Test::Rule(_))
    }
}

impl Column {
    /// Whether a create is not complete without a value for it.
    pub(crate) fn is_required(&self) -> bool {
        let filled = self.default.is_some() || self.generated.is_some() || self.identity.is_some();
        !self.nullable && !filled && self.timestamp.is_none()
    }

    /// Whether a write may give a value for it.
    pub(crate) fn is_settable(&self) -> bool {
        self.generated.is_none() && self.identity != Some(Identity::Always) && !self.version
    }
}
