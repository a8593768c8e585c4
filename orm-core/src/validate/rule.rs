//! What a column's value must satisfy.

use std::cmp::Ordering;
use std::fmt;

use super::bound::{Bound, Literal};
use super::check::Check;
use super::format::Format;
use super::rules::encoding::HashKind;
use super::rules::url::UrlOptions;
use super::rules::{encoding, identifier, pattern, place, size, time, url};
use super::view::View;

/// What a column's value must satisfy.
///
/// Formats without arguments, such as `email`, are under [`Rule::Format`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// Has a character that is not white space; of binary data and arrays, an element.
    NotEmpty,
    /// Has between `min` and `max` characters, octets or elements, both inclusive.
    Len {
        /// The least length.
        min: usize,
        /// The greatest length.
        max: usize,
    },
    /// Has at least this many characters, octets or elements.
    MinLength(usize),
    /// Has at most this many characters, octets or elements.
    MaxLength(usize),
    /// Has between `min` and `max` octets in UTF-8, both inclusive.
    ByteLength {
        /// The least number of octets.
        min: usize,
        /// The greatest number of octets.
        max: usize,
    },
    /// Is a number of at least this.
    Min(Bound),
    /// Is a number of at most this.
    Max(Bound),
    /// Is a whole multiple of this.
    DivisibleBy(i64),
    /// Is this constant.
    Equals(Literal),
    /// Is one of these constants.
    OneOf(&'static [Literal]),
    /// Is none of these constants.
    NotOneOf(&'static [Literal]),
    /// Has this text within it.
    Contains(&'static str),
    /// Does not have this text within it.
    NotContains(&'static str),
    /// Has a match of this regular expression; anchors are the author's.
    Is(&'static str),
    /// Has no match of this regular expression.
    Not(&'static str),
    /// Lies after this ISO 8601 date or date and time (UTC unless it says otherwise).
    After(&'static str),
    /// Lies before this ISO 8601 date or date and time (UTC unless it says otherwise).
    Before(&'static str),
    /// Is a web address.
    Url(UrlOptions),
    /// Is a UUID, if a version is given then of that version (RFC 9562).
    Uuid(Option<u8>),
    /// Is a digest of this algorithm, in hexadecimal digits.
    Hash(HashKind),
    /// Is a postal code of the country with this ISO 3166-1 alpha-2 code.
    PostalCode(&'static str),
    /// Has this format.
    Format(Format),
    /// Passes a function of the model's author.
    Custom(Custom),
}

/// A rule of the model's author: a name for messages and a function.
#[derive(Clone, Copy)]
pub struct Custom {
    name: &'static str,
    test: fn(&View<'_>) -> bool,
}

impl Custom {
    /// A rule that holds where `test` says so. It is never asked about NULL.
    #[must_use]
    pub const fn new(name: &'static str, test: fn(&View<'_>) -> bool) -> Self {
        Self { name, test }
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Custom").field(&self.name).finish()
    }
}

impl PartialEq for Custom {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && std::ptr::fn_addr_eq(self.test, other.test)
    }
}

impl Rule {
    /// The name as written in a model.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotEmpty => "not_empty",
            Self::Len { .. } => "len",
            Self::MinLength(_) => "min_length",
            Self::MaxLength(_) => "max_length",
            Self::ByteLength { .. } => "byte_length",
            Self::Min(_) => "min",
            Self::Max(_) => "max",
            Self::DivisibleBy(_) => "divisible_by",
            Self::Equals(_) => "equals",
            Self::OneOf(_) => "one_of",
            Self::NotOneOf(_) => "not_one_of",
            Self::Contains(_) => "contains",
            Self::NotContains(_) => "not_contains",
            Self::Is(_) => "is",
            Self::Not(_) => "not",
            Self::After(_) => "after",
            Self::Before(_) => "before",
            Self::Url(_) => "url",
            Self::Uuid(_) => "uuid",
            Self::Hash(_) => "hash",
            Self::PostalCode(_) => "postal_code",
            Self::Format(format) => format.name(),
            Self::Custom(custom) => custom.name,
        }
    }

    /// Whether the value satisfies the rule; NULL always does.
    ///
    /// A value of a kind the rule does not apply to does not satisfy it, and
    /// neither does any value a rule with a [`flaw`](Self::flaw).
    #[must_use]
    pub fn check(&self, value: &View<'_>) -> bool {
        match value.kind() {
            None => true,
            Some(kind) => self.applies_to(kind) && self.holds(value),
        }
    }

    fn holds(&self, value: &View<'_>) -> bool {
        match *self {
            Self::NotEmpty => size::not_empty(value),
            Self::Len { min, max } => size::within(value, min, max),
            Self::MinLength(min) => size::within(value, min, usize::MAX),
            Self::MaxLength(max) => size::within(value, 0, max),
            Self::Min(bound) => bound.ordering_of(value).is_some_and(Ordering::is_ge),
            Self::Max(bound) => bound.ordering_of(value).is_some_and(Ordering::is_le),
            Self::DivisibleBy(divisor) => size::divisible(value, divisor),
            Self::Equals(literal) => literal.equals(value),
            Self::OneOf(literals) => literals.iter().any(|literal| literal.equals(value)),
            Self::NotOneOf(literals) => !literals.iter().any(|literal| literal.equals(value)),
            Self::After(bound) => time::against(value, bound) == Some(Ordering::Greater),
            Self::Before(bound) => time::against(value, bound) == Some(Ordering::Less),
            Self::Uuid(version) => identifier::uuid(value, version),
            Self::Format(format) => format.check(value),
            Self::Custom(custom) => (custom.test)(value),
            Self::ByteLength { .. }
            | Self::Contains(_)
            | Self::NotContains(_)
            | Self::Is(_)
            | Self::Not(_)
            | Self::Url(_)
            | Self::Hash(_)
            | Self::PostalCode(_) => value.text().is_some_and(|text| self.holds_for_text(text)),
        }
    }

    fn holds_for_text(&self, text: &str) -> bool {
        match *self {
            Self::ByteLength { min, max } => (min..=max).contains(&text.len()),
            Self::Contains(part) => text.contains(part),
            Self::NotContains(part) => !text.contains(part),
            Self::Is(pattern) => pattern::matches(pattern, text) == Some(true),
            Self::Not(pattern) => pattern::matches(pattern, text) == Some(false),
            Self::Url(options) => url::url(text, &options),
            Self::Hash(kind) => encoding::hash(text, kind),
            Self::PostalCode(country) => place::postal_code(text, country),
            _ => false,
        }
    }

    /// The rule as a CHECK constraint, if the database can enforce it too.
    #[must_use]
    pub const fn as_check(&self) -> Option<Check> {
        Some(match *self {
            Self::Min(bound) => Check::Min(bound),
            Self::Max(bound) => Check::Max(bound),
            Self::Len { min, max } => Check::Len {
                min,
                max: Some(max),
            },
            Self::MinLength(min) => Check::Len { min, max: None },
            Self::MaxLength(max) => Check::Len {
                min: 0,
                max: Some(max),
            },
            Self::OneOf(literals) => Check::OneOf(literals),
            _ => return None,
        })
    }
}
