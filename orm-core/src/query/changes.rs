//! What differs between a row as it was read and as the program has changed it.

use crate::ast::{Assignment, Value};
use crate::membership::is_same;
use crate::model::Model;
use crate::types::Param;

/// The columns that differ, set to what `after` has; those that no program sets are
/// left out, and so are update times that nobody touched.
pub(super) fn between<M: Model>(before: &M, after: &M) -> Vec<Assignment> {
    let columns = (0_u16..).zip(M::COLUMNS);
    let settable = columns.filter(|(_, column)| !column.is_read_only() && !column.version);
    let changed = settable.filter_map(|(at, _)| {
        let value = after.param(at);
        differ(&before.param(at), &value).then_some(Assignment {
            column: at,
            value: Value::Param(value),
        })
    });
    changed.collect()
}

/// Whether the database tells two values of one column apart: `1.0` and `1.00` it does
/// not, nor `-0.0` and `0.0`, two NaN, and documents of the same text. What cannot be
/// compared here counts as changed.
fn differ(before: &Param, after: &Param) -> bool {
    match (before, after) {
        (Param::Float4(before), Param::Float4(after)) => {
            before != after && !(before.is_nan() && after.is_nan())
        }
        (Param::Float8(before), Param::Float8(after)) => {
            before != after && !(before.is_nan() && after.is_nan())
        }
        (Param::Other(_), Param::Other(_)) => {
            let (mut one, mut other) = (String::new(), String::new());
            let texts = (before.write_text(&mut one), after.write_text(&mut other));
            !matches!(texts, (Ok(()), Ok(()))) || one != other
        }
        _ => !is_same(before, after),
    }
}
