//! The sequence that numbers a column.

use syn::LitStr;

use super::names;
use crate::diag::Diagnostics;
use crate::model::{Sequence, SharedSequence};
use crate::parse::options::{Entry, Options};
use crate::parse::value::{Value, Whole};
use crate::parse::{Field, Item, ty};

/// What is written of a column's own sequence in `identity(..)`, or of one that stands
/// alone in `sequence(..)`.
pub(super) fn of(item: &Item, field: &Field, diag: &mut Diagnostics) -> Option<Sequence> {
    let options = &field.column;
    if let Some(entry) = options.get("sequence") {
        return standing_alone(item, entry, diag);
    }
    let entry = options.get("identity")?;
    let Value::Options(options) = &entry.value else {
        return None;
    };
    let greatest = match ty::last_name(&field.ty).as_deref() {
        Some("i16") => i16::MAX.into(),
        Some("i32") => i32::MAX.into(),
        _ => i64::MAX,
    };
    let own = counting(options, None, greatest, diag);
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
    Some(counting(options, Some(shared), i64::MAX, diag))
}

/// The greatest number is that of the field's type, or of a sequence that stands alone.
fn counting(
    options: &Options,
    shared: Option<SharedSequence>,
    greatest: i64,
    diag: &mut Diagnostics,
) -> Sequence {
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
    let [start, min, max] = ["start", "min", "max"].map(whole);
    // What the database takes for them where they are not said.
    let (least, most) = match whole("increment").is_some_and(|it| it.value < 0) {
        true => (-greatest - 1, -1),
        false => (1, greatest),
    };
    let value = |it: Option<&Whole>, unsaid: i64| it.map_or(unsaid, |it| it.value);
    let (lower, upper) = (value(min, least), value(max, most));
    let too_big = [start, min, max].into_iter().flatten();
    let mut too_big = too_big.filter(|it| it.value > greatest || it.value < -greatest - 1);
    if let Some(big) = too_big.next() {
        refuse(
            big,
            "the type of the field has no such number",
            "write a smaller one, or give the field a wider type",
            diag,
        );
    } else if let Some(bound) = max.or(min).filter(|_| lower >= upper) {
        refuse(
            bound,
            "the greatest number is not above the least one",
            "write a `max` that is greater than `min`, which is 1 if left out; counting down, `max` is -1",
            diag,
        );
    } else if let Some(start) = start.filter(|it| it.value < lower || it.value > upper) {
        refuse(
            start,
            "the first number is not between the least and the greatest",
            "write a `start` from `min`, which is 1 if left out, to `max`; counting down, `max` is -1",
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
