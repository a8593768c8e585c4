//! What the compiler can say about a rule before any value exists.

use super::bound::Literal;
use super::rule::Rule;
use super::rules::{place, time};
use super::view::ValueKind;

impl Rule {
    /// Whether the rule makes sense on a column of this kind.
    ///
    /// ```
    /// use orm_core::validate::{Bound, Rule, ValueKind};
    ///
    /// const _: () = assert!(Rule::Min(Bound::Int(0)).applies_to(ValueKind::Decimal));
    /// const _: () = assert!(!Rule::Min(Bound::Int(0)).applies_to(ValueKind::Bool));
    /// ```
    #[must_use]
    pub const fn applies_to(&self, kind: ValueKind) -> bool {
        match self {
            Self::NotEmpty | Self::Len { .. } | Self::MinLength(_) | Self::MaxLength(_) => {
                matches!(kind, ValueKind::Text | ValueKind::Bytes | ValueKind::Array)
            }
            Self::Min(_) | Self::Max(_) => kind.is_number(),
            Self::DivisibleBy(_) => matches!(kind, ValueKind::Int | ValueKind::Decimal),
            Self::Equals(literal) => literal.applies_to(kind),
            Self::OneOf(literals) | Self::NotOneOf(literals) => all_apply_to(literals, kind),
            Self::After(_) | Self::Before(_) => kind.is_date() || matches!(kind, ValueKind::Text),
            Self::Uuid(_) => matches!(kind, ValueKind::Text | ValueKind::Uuid),
            Self::Format(format) => format.applies_to(kind),
            Self::Custom(_) => true,
            Self::ByteLength { .. }
            | Self::Contains(_)
            | Self::NotContains(_)
            | Self::Is(_)
            | Self::Not(_)
            | Self::Url(_)
            | Self::Hash(_)
            | Self::PostalCode(_) => matches!(kind, ValueKind::Text),
        }
    }

    /// The kind of column the rule is for, as words in a sentence.
    #[must_use]
    pub const fn expects(&self) -> &'static str {
        match self {
            Self::NotEmpty | Self::Len { .. } | Self::MinLength(_) | Self::MaxLength(_) => {
                "text, binary data or an array"
            }
            Self::Min(_) | Self::Max(_) => "a number",
            Self::DivisibleBy(_) => "a whole or decimal number",
            Self::Equals(literal) => literal.expects(),
            Self::OneOf(literals) | Self::NotOneOf(literals) => match literals {
                [first, ..] => first.expects(),
                [] => "a list of choices",
            },
            Self::After(_) | Self::Before(_) => "a date, a timestamp or text",
            Self::Uuid(_) => "a UUID or text",
            Self::Format(format) => format.expects(),
            Self::Custom(_) => "any value",
            _ => "text",
        }
    }

    /// What is wrong with the rule's own arguments, if anything.
    ///
    /// Regular expressions are not judged here: they cannot be compiled in a
    /// constant, so the derive looks at them.
    ///
    /// ```
    /// use orm_core::validate::Rule;
    ///
    /// const _: () = assert!(Rule::Len { min: 2, max: 200 }.flaw().is_none());
    /// const _: () = assert!(Rule::After("2011-02-30").flaw().is_some());
    /// ```
    #[must_use]
    pub const fn flaw(&self) -> Option<&'static str> {
        let (sound, otherwise) = match *self {
            Self::Len { min, max } | Self::ByteLength { min, max } => {
                (min <= max, "the least length is above the greatest")
            }
            Self::Min(bound) | Self::Max(bound) => (
                bound.is_number(),
                "the bound is not a finite number of at most 28 digits",
            ),
            Self::DivisibleBy(divisor) => (divisor != 0, "nothing is divisible by 0"),
            Self::OneOf(literals) | Self::NotOneOf(literals) => {
                (!literals.is_empty(), "the list has no value")
            }
            Self::Uuid(Some(version)) => (
                version >= 1 && version <= 8,
                "UUID versions run from 1 to 8",
            ),
            Self::After(bound) | Self::Before(bound) => (
                time::is_moment(bound),
                "the bound is not an ISO 8601 date or date and time",
            ),
            Self::PostalCode(country) => (
                place::has_postal_codes(country),
                "the postal codes of this country are not known",
            ),
            _ => (true, ""),
        };
        if sound { None } else { Some(otherwise) }
    }
}

impl Literal {
    /// The kind of column that can hold the constant, as words in a sentence.
    const fn expects(self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Int(_) => "a number",
            Self::Bool(_) => "a boolean",
        }
    }
}

const fn all_apply_to(literals: &[Literal], kind: ValueKind) -> bool {
    let mut at = 0;
    while at < literals.len() {
        if !literals[at].applies_to(kind) {
            return false;
        }
        at += 1;
    }
    !literals.is_empty()
}
