//! From one column type to another: how, and what may get lost.

use crate::ddl::blueprint::Type;
use crate::ddl::text::postgres as text;

/// How the values of a column get another type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversion {
    /// Through which type an explicit cast goes; `None` where assigning does.
    pub(super) using: Option<Via>,
    /// What goes wrong with which values; `None` if every value is kept.
    pub(super) hazard: Option<&'static str>,
    /// Whether the server can do it without touching a row.
    pub(super) in_place: bool,
}

/// The way of an explicit cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    /// Straight to the type.
    Straight,
    /// Written as texts, and read again.
    Text,
    /// The same for the elements of an array.
    TextArray,
}

impl Via {
    /// The expression of `USING`.
    pub(super) fn expression(self, column: &str, to: &Type) -> String {
        let to = text::kind(to);
        match self {
            Via::Straight => format!("{column}::{to}"),
            Via::Text => format!("{column}::text::{to}"),
            Via::TextArray => format!("{column}::text[]::{to}"),
        }
    }
}

const KEPT: Conversion = Conversion {
    using: None,
    hazard: None,
    in_place: false,
};

fn risky(using: Option<Via>, hazard: &'static str) -> Conversion {
    Conversion {
        using,
        hazard: Some(hazard),
        in_place: false,
    }
}

const TOO_LONG: &str = "values that are too long make it fail";
const OUT_OF_RANGE: &str = "numbers out of range make it fail";
const ROUNDED: &str = "digits that do not fit are rounded away without a word";
const NOT_ONE: &str = "values that cannot be read as the new type make it fail, and what it does \
                       not keep is lost";
pub(super) const ZONE: &str = "times are taken to be in the session's time zone";
const CUT: &str = "the part that the new type does not have is lost";

/// How to get from one type to another. Both are as the server spells them.
pub(super) fn between(from: &Type, to: &Type) -> Conversion {
    if from == to {
        return Conversion {
            in_place: true,
            ..KEPT
        };
    }
    match (from, to) {
        (Type::Enum { array, .. }, Type::BuiltIn(to)) if !array && is_endless_text(to) => KEPT,
        (Type::Enum { array: true, .. }, Type::Enum { array: true, .. }) => {
            risky(Some(Via::TextArray), NOT_ONE)
        }
        (Type::BuiltIn(from), Type::BuiltIn(to)) => built_in(from, to),
        (Type::BuiltIn(from), Type::Enum { array: true, .. }) if from.ends_with("[]") => {
            risky(Some(Via::TextArray), NOT_ONE)
        }
        (Type::Enum { array: true, .. }, Type::BuiltIn(to)) if to == "text[]" => Conversion {
            using: Some(Via::Straight),
            ..KEPT
        },
        _ => risky(Some(Via::Text), NOT_ONE),
    }
}

fn is_endless_text(kind: &str) -> bool {
    matches!(kind, "text" | "character varying")
}

fn built_in(from: &str, to: &str) -> Conversion {
    let (from, to) = (Shape::of(from), Shape::of(to));
    if from.array != to.array {
        return if is_endless_text(to.base()) && !to.array {
            KEPT
        } else {
            risky(Some(Via::Text), NOT_ONE)
        };
    }
    if let (Some(from), Some(to)) = (from.text_limit(), to.text_limit()) {
        return texts(from, to);
    }
    if let (Some(from), Some(to)) = (from.number(), to.number()) {
        return numbers(from, to);
    }
    others(&from, &to)
}

fn texts(from: Limit, to: Limit) -> Conversion {
    match (from, to) {
        (Limit::Varying(_), Limit::Varying(None)) => Conversion {
            in_place: true,
            ..KEPT
        },
        (Limit::Varying(Some(from)), Limit::Varying(Some(to))) if from <= to => Conversion {
            in_place: true,
            ..KEPT
        },
        (Limit::Padded(_), Limit::Varying(None)) => KEPT,
        (Limit::Padded(from), Limit::Varying(Some(to)) | Limit::Padded(to)) if from <= to => KEPT,
        (Limit::Varying(_), Limit::Padded(_)) => risky(
            None,
            "values that are too long make it fail, and blanks at the end are lost",
        ),
        _ => risky(None, TOO_LONG),
    }
}

/// A type's name, its arguments, and whether it is an array.
struct Shape {
    base: String,
    arguments: Vec<i32>,
    array: bool,
}

#[derive(Clone, Copy)]
enum Limit {
    Varying(Option<i32>),
    Padded(i32),
}

/// The digits before and after the point that a type holds exactly.
#[derive(Clone, Copy)]
enum Number {
    Integer(i32),
    Numeric(Option<(i32, i32)>),
    /// Binary digits are no decimal ones: so many of an integer are exact.
    Float(i32),
}

impl Shape {
    /// `timestamp(3) with time zone` is `timestamp with time zone` with 3.
    fn of(spelled: &str) -> Self {
        let (spelled, array) = match spelled.strip_suffix("[]") {
            Some(element) => (element, true),
            None => (spelled, false),
        };
        let (base, arguments) = match (spelled.find('('), spelled.find(')')) {
            (Some(open), Some(close)) if open < close => {
                let inner = spelled[open + 1..close].split(',');
                let arguments = inner.filter_map(|it| it.trim().parse().ok()).collect();
                (
                    format!("{}{}", &spelled[..open], &spelled[close + 1..]),
                    arguments,
                )
            }
            _ => (spelled.to_owned(), Vec::new()),
        };
        Shape {
            base,
            arguments,
            array,
        }
    }

    fn base(&self) -> &str {
        &self.base
    }

    fn text_limit(&self) -> Option<Limit> {
        let length = self.arguments.first().copied();
        match self.base() {
            "text" => Some(Limit::Varying(None)),
            "character varying" => Some(Limit::Varying(length)),
            "character" => Some(Limit::Padded(length.unwrap_or(1))),
            _ => None,
        }
    }

    fn number(&self) -> Option<Number> {
        match (self.base(), self.arguments.as_slice()) {
            ("smallint", _) => Some(Number::Integer(5)),
            ("integer", _) => Some(Number::Integer(10)),
            ("bigint", _) => Some(Number::Integer(19)),
            ("real", _) => Some(Number::Float(7)),
            ("double precision", _) => Some(Number::Float(15)),
            ("numeric", []) => Some(Number::Numeric(None)),
            ("numeric", [precision, scale @ ..]) => Some(Number::Numeric(Some((
                *precision,
                scale.first().copied().unwrap_or(0),
            )))),
            _ => None,
        }
    }
}

fn numbers(from: Number, to: Number) -> Conversion {
    match (from, to) {
        (Number::Integer(from), Number::Integer(to)) if from <= to => KEPT,
        (_, Number::Integer(_)) if matches!(from, Number::Integer(_)) => risky(None, OUT_OF_RANGE),
        (Number::Integer(_) | Number::Numeric(_), Number::Numeric(None)) => Conversion {
            in_place: matches!(from, Number::Numeric(_)),
            ..KEPT
        },
        (Number::Integer(from), Number::Numeric(Some((precision, scale)))) => {
            if precision - scale >= from {
                KEPT
            } else {
                risky(None, OUT_OF_RANGE)
            }
        }
        (Number::Numeric(Some((fp, fs))), Number::Numeric(Some((tp, ts))))
            if fs <= ts && fp - fs <= tp - ts =>
        {
            Conversion {
                in_place: fs == ts,
                ..KEPT
            }
        }
        // 24 binary digits hold every smallint, 53 every integer.
        (Number::Integer(digits), Number::Float(exact)) if digits <= exact => KEPT,
        (Number::Float(from), Number::Float(to)) if from <= to => KEPT,
        _ => risky(None, ROUNDED),
    }
}

fn others(from: &Shape, to: &Shape) -> Conversion {
    let kept_precision = match (from.arguments.first(), to.arguments.first()) {
        (_, None) => true,
        (None, Some(to)) => *to >= 6,
        (Some(from), Some(to)) => from <= to,
    };
    match (from.base(), to.base()) {
        (same, other) if same == other => match kept_precision {
            true => Conversion {
                in_place: true,
                ..KEPT
            },
            false => risky(None, ROUNDED),
        },
        ("date", "timestamp without time zone") | ("cidr", "inet") => KEPT,
        ("jsonb", "json") => KEPT,
        ("json", "jsonb") => risky(None, "key order, doubled keys and white space are lost"),
        ("timestamp without time zone", "timestamp with time zone")
        | ("timestamp with time zone", "timestamp without time zone")
        | ("date", "timestamp with time zone") => risky(None, ZONE),
        (
            "timestamp without time zone" | "timestamp with time zone",
            "date" | "time without time zone",
        ) => risky(None, CUT),
        ("inet", "cidr") => risky(Some(Via::Straight), "the host part is lost"),
        (_, "text") if !from.array => KEPT,
        (_, "text") => Conversion {
            using: Some(Via::Straight),
            ..KEPT
        },
        (_, "character varying") if to.arguments.is_empty() && !from.array => KEPT,
        (_, "character varying") if !from.array => risky(None, TOO_LONG),
        _ if from.array => risky(Some(Via::TextArray), NOT_ONE),
        _ => risky(Some(Via::Text), NOT_ONE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hazard(from: &str, to: &str) -> Option<&'static str> {
        between(&Type::BuiltIn(from.into()), &Type::BuiltIn(to.into())).hazard
    }

    #[test]
    fn widening_keeps_every_value() {
        for (from, to) in [
            ("smallint", "bigint"),
            ("integer", "numeric(10,0)"),
            ("integer", "double precision"),
            ("numeric(10,2)", "numeric(12,4)"),
            ("character varying(50)", "character varying(60)"),
            ("character varying(50)", "text"),
            ("uuid", "text"),
            ("date", "timestamp without time zone"),
            ("timestamp(3) with time zone", "timestamp with time zone"),
            ("integer[]", "bigint[]"),
        ] {
            assert_eq!(hazard(from, to), None, "{from} {to}");
        }
    }

    #[test]
    fn narrowing_is_said() {
        for (from, to) in [
            ("bigint", "integer"),
            ("bigint", "double precision"),
            ("integer", "numeric(10,2)"),
            ("numeric(10,2)", "numeric(10,1)"),
            ("numeric", "integer"),
            ("text", "character varying(10)"),
            ("text", "integer"),
            ("timestamp with time zone", "date"),
            ("json", "jsonb"),
            ("integer", "boolean"),
            ("text", "text[]"),
        ] {
            assert!(hazard(from, to).is_some(), "{from} {to}");
        }
    }
}
