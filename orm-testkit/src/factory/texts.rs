//! Texts that rules let through.

use orm_core::schema::{ColumnDef, SqlType};
use orm_core::validate::{Literal, Rule, UrlOptions};

use super::values::rotated;
use super::{formats, pattern};

/// Texts for a column; which of them pass all its rules is asked afterwards. Those that
/// have room for it contain the number.
pub(super) fn candidates(column: &ColumnDef, n: u64) -> impl Iterator<Item = String> {
    let room = Room::of(column);
    let rules = column.validators.iter().map(|validator| validator.rule);
    let special: Vec<String> = rules.clone().flat_map(|rule| of_rule(rule, n)).collect();
    let contained = rules.filter_map(|rule| match rule {
        Rule::Contains(part) => Some(part),
        _ => None,
    });
    let contained: String = contained.collect();
    let plain = plain(column.field, n).into_iter();
    let plain = plain.flat_map(move |(text, nought)| {
        let with = format!("{text}{contained}");
        [room.fitted(&with, nought, n), with]
    });
    special
        .into_iter()
        .chain(plain)
        .filter(move |text| room.has(text))
}

/// Between how many characters a text has.
#[derive(Clone, Copy)]
struct Room {
    least: usize,
    most: usize,
}

impl Room {
    fn of(column: &ColumnDef) -> Self {
        let (mut least, mut most) = match column.sql_type {
            SqlType::Varchar(Some(most)) | SqlType::Char(most) => (0, most as usize),
            _ => (0, usize::MAX),
        };
        for validator in column.validators {
            let (min, max) = match validator.rule {
                Rule::Len { min, max } | Rule::ByteLength { min, max } => (min, max),
                Rule::MinLength(min) => (min, usize::MAX),
                Rule::MaxLength(max) => (0, max),
                _ => continue,
            };
            (least, most) = (least.max(min), most.min(max));
        }
        // What is longer than any text is no length that can be had.
        Room {
            least: least.min(1 << 20),
            most,
        }
    }

    fn has(self, text: &str) -> bool {
        (self.least..=self.most).contains(&text.chars().count())
    }

    /// The text, made longer; the number alone where it is too long. A text that is a
    /// number has a digit before it that leaves it what it is, so that no two are alike.
    fn fitted(self, text: &str, nought: Option<char>, n: u64) -> String {
        let (fitted, nought) = match text.chars().count() > self.most {
            true => (formats::in_base_36(n), Some('0')),
            false => (text.to_owned(), nought),
        };
        let missing = self.least.saturating_sub(fitted.chars().count());
        match nought {
            Some(nought) => nought.to_string().repeat(missing) + &fitted,
            None => fitted + &"x".repeat(missing),
        }
    }
}

/// What is tried where no rule says more, with the digit for nought where it is a number.
fn plain(field: &str, n: u64) -> [(String, Option<char>); 6] {
    let words = field.replace('_', " ");
    let letters = formats::letters(n);
    [
        (format!("{words} {n}"), None),
        (format!("{field}{n}"), None),
        (format!("{words}{n}").to_uppercase(), None),
        (letters.clone(), Some('a')),
        (letters.to_uppercase(), Some('A')),
        (n.to_string(), Some('0')),
    ]
}

fn of_rule(rule: Rule, n: u64) -> Vec<String> {
    let text = |literal: Literal| match literal {
        Literal::Text(text) => Some(text.to_owned()),
        _ => None,
    };
    match rule {
        Rule::Equals(literal) => text(literal).into_iter().collect(),
        Rule::OneOf(all) => rotated(all, n).filter_map(text).collect(),
        Rule::Is(pattern) => pattern::texts(pattern, n).collect(),
        Rule::Format(format) => formats::texts(format, n),
        Rule::Uuid(version) => vec![uuid(version.unwrap_or(4), n)],
        Rule::Url(options) => vec![url(&options, n)],
        Rule::Hash(_) => DIGESTS.map(|digits| format!("{n:0digits$x}")).to_vec(),
        Rule::PostalCode(_) => vec![
            format!("{:05}", 10_000 + n % 80_000),
            format!("{:04}", 1000 + n % 8000),
            format!("{:06}", 100_000 + n % 800_000),
        ],
        Rule::After(bound) | Rule::Before(bound) => vec![bound.to_owned()],
        _ => Vec::new(),
    }
}

/// How many digits digests have.
const DIGESTS: [usize; 7] = [8, 32, 40, 56, 64, 96, 128];

fn uuid(version: u8, n: u64) -> String {
    format!("{:08x}-0000-{version:x}000-8000-{n:012x}", n & 0xFFFF_FFFF)
}

fn url(options: &UrlOptions, n: u64) -> String {
    let scheme = options.schemes.iter().find(|it| **it == "https");
    let scheme = scheme.or(options.schemes.first()).copied();
    format!("{}://example.com/{n}", scheme.unwrap_or("https"))
}
