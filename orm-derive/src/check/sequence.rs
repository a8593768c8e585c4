//! The sequence that numbers a column.

use syn::LitStr;

use super::names;
use crate::diag::Diagnostics;
use crate::model::{Sequence, SharedSequence};
use crate::parse::Item;
use crate::parse::options::{Entry, Options};
use crate::parse::value::{Value, Whole};

/// What is written of a column's own sequence in `identity(..)`, or of one that stands
/// alone in `sequence(..)`.
pub(super) fn of(item: &Item, options: &Options, diag: &mut Diagnostics) -> Option<Sequence> {
    if let Some(entry) = options.get("sequence") {
        return standing_alone(item, entry, diag);
    }
    let entry = options.get("identity")?;
    let Value::Options(options) = &entry.value else {
        return None;
    };
    let own = counting(options, None, diag);
    own.says_anything().then_some(own)
}

fn standing_alone(item: &Item, entry: &Entry, diag: &mut Diagnostics) -> Option<Sequence> {
    let Value::Options(options) = &entry.value else {
        return None;
    };
    let Some(name) = options.text("name") else {
        diag.error(
            &entry.key,
            "a sequence that several columns may ask needs a name",
            "write `sequence(name = \"..\")`, or `identity(start = ..)` for the column's own",
        );
        return None;
    };
    let shared = SharedSequence {
        schema: match options.text("schema") {
            Some(text) => Some(names::sql(text, diag)),
            // Where the table is.
            None => item.options.text("schema").map(LitStr::value),
        },
        name: names::sql(name, diag),
    };
    Some(counting(options, Some(shared), diag))
}

fn counting(options: &Options, shared: Option<SharedSequence>, diag: &mut Diagnostics) -> Sequence {
    let whole = |name: &str| options.get(name).and_then(|it| it.value.as_whole());
    let refuse = |whole: &Whole, what: &str, help: &str, diag: &mut Diagnostics| {
        diag.error(&whole.tokens, what, help);
    };
    if let Some(zero) = whole("increment").filter(|it| it.value == 0) {
        refuse(
            zero,
            "a sequence that adds 0 has one number only",
            "write `increment = 1`, or `-1` to count down",
            diag,
        );
    }
    if let Some(none) = whole("cache").filter(|it| it.value < 1) {
        refuse(
            none,
            "a connection takes at least 1 number at a time",
            "write `cache = 1`, or leave it out",
            diag,
        );
    }
    let (min, max) = (whole("min"), whole("max"));
    if let (Some(min), Some(max)) = (min, max)
        && min.value >= max.value
    {
        refuse(
            max,
            "the greatest number is not above the least one",
            "write a `max` that is greater than `min`",
            diag,
        );
    }
    if let Some(start) = whole("start")
        && (min.is_some_and(|it| start.value < it.value)
            || max.is_some_and(|it| start.value > it.value))
    {
        refuse(
            start,
            "the first number is not between the least and the greatest",
            "write a `start` from `min` to `max`",
            diag,
        );
    }
    let number = |name: &str| whole(name).map(|it| it.value);
    Sequence {
        shared,
        numbers: ["start", "increment", "min", "max", "cache"].map(number),
        cycle: options.get("cycle").map(|_| options.is_on("cycle")),
    }
}
