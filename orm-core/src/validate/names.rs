//! Every rule by name, for the documentation and for guessing what was meant.

use super::format::Format;

/// How a rule is written, and what Sequelize calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleName {
    /// The name as written in a model.
    pub name: &'static str,
    /// What Sequelize calls it; empty if it has no such rule.
    pub sequelize: &'static str,
    /// The arguments, in order; empty if there are none.
    pub args: &'static str,
    /// What must hold, in one line.
    pub doc: &'static str,
}

const fn row(
    name: &'static str,
    sequelize: &'static str,
    args: &'static str,
    doc: &'static str,
) -> RuleName {
    RuleName {
        name,
        sequelize,
        args,
        doc,
    }
}

/// The rules that are more than a format.
const WITH_ARGUMENTS: [RuleName; 21] = [
    row(
        "not_empty",
        "notEmpty",
        "",
        "Has a character that is not white space, or an element.",
    ),
    row(
        "len",
        "len",
        "min, max",
        "Has min to max characters, octets or elements.",
    ),
    row(
        "min_length",
        "",
        "min",
        "Has at least min characters, octets or elements.",
    ),
    row(
        "max_length",
        "",
        "max",
        "Has at most max characters, octets or elements.",
    ),
    row(
        "byte_length",
        "isByteLength",
        "min, max",
        "Has min to max octets in UTF-8.",
    ),
    row("min", "min", "bound", "Is a number of at least the bound."),
    row("max", "max", "bound", "Is a number of at most the bound."),
    row(
        "divisible_by",
        "isDivisibleBy",
        "divisor",
        "Is a whole multiple of the divisor.",
    ),
    row("equals", "equals", "value", "Is this value."),
    row("one_of", "isIn", "values", "Is one of these values."),
    row("not_one_of", "notIn", "values", "Is none of these values."),
    row("contains", "contains", "text", "Has this text within it."),
    row(
        "not_contains",
        "notContains",
        "text",
        "Does not have this text within it.",
    ),
    row(
        "is",
        "is",
        "regex",
        "Has a match of the regular expression.",
    ),
    row(
        "not",
        "not",
        "regex",
        "Has no match of the regular expression.",
    ),
    row(
        "after",
        "isAfter",
        "date",
        "Lies after an ISO 8601 date or date and time.",
    ),
    row(
        "before",
        "isBefore",
        "date",
        "Lies before an ISO 8601 date or date and time.",
    ),
    row(
        "url",
        "isUrl",
        "require_scheme?, allow_local?, schemes?",
        "Is a web address (RFC 3986 and 3987).",
    ),
    row(
        "uuid",
        "isUUID",
        "version?",
        "Is a UUID in its dashed form (RFC 9562).",
    ),
    row(
        "hash",
        "isHash",
        "algorithm",
        "Is a digest of the algorithm, in hexadecimal digits.",
    ),
    row(
        "postal_code",
        "isPostalCode",
        "country",
        "Is a postal code of the country.",
    ),
];

/// Every built-in rule.
pub const RULES: &[RuleName] = &all::<{ WITH_ARGUMENTS.len() + Format::ALL.len() }>();

const fn all<const N: usize>() -> [RuleName; N] {
    let mut names = [WITH_ARGUMENTS[0]; N];
    let mut at = 0;
    while at < N {
        names[at] = if at < WITH_ARGUMENTS.len() {
            WITH_ARGUMENTS[at]
        } else {
            let format = Format::ALL[at - WITH_ARGUMENTS.len()];
            row(format.name(), format.sequelize(), "", format.doc())
        };
        at += 1;
    }
    names
}
