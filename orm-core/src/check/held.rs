//! Which columns of another model hold a key: those that were named, or those
//! that the other model's own `belongs_to` names.

use super::agreement::{same_positions, same_text};
use super::near::{nearest, position};
use super::sentence::Sentence;
use super::{NO_COLUMN, PrimaryKey};
use crate::model::Model;

/// A `belongs_to`, as the other models see it.
#[derive(Debug, Clone, Copy)]
pub struct HeldKey {
    target_path: &'static str,
    columns: &'static [u16],
    target_columns: &'static [u16],
}

impl HeldKey {
    /// The columns of a model that hold the key of another, and that key.
    pub const fn new<T: Model>(columns: &'static [u16], target_columns: &'static [u16]) -> HeldKey {
        HeldKey {
            target_path: T::PATH,
            columns,
            target_columns,
        }
    }
}

/// The columns of a model that hold the primary key of another.
pub const fn held<T: Model, const WIDTH: usize>(columns: &'static [u16; WIDTH]) -> HeldKey {
    HeldKey::new::<T>(columns, &PrimaryKey::<T, WIDTH>::COLUMNS)
}

/// The positions of fields of another model; [`NO_COLUMN`] for each if one is
/// missing, which [`field_fault`] reports.
pub const fn named_key<T: Model, const WIDTH: usize>(fields: [&str; WIDTH]) -> [u16; WIDTH] {
    let mut key = [NO_COLUMN; WIDTH];
    let mut at = 0;
    while at < WIDTH {
        match position(T::COLUMNS, fields[at]) {
            Some(found) => key[at] = found,
            None => return [NO_COLUMN; WIDTH],
        }
        at += 1;
    }
    key
}

/// What is wrong with the names of another model's fields.
pub const fn field_fault<T: Model>(fields: &[&str]) -> Option<Sentence> {
    let mut at = 0;
    while at < fields.len() {
        if position(T::COLUMNS, fields[at]).is_none() {
            let fault = Sentence::new("no field ")
                .name(fields[at])
                .text(" in ")
                .name(T::TABLE.model)
                .text("\nhelp: ");
            return Some(match nearest(T::COLUMNS, fields[at]) {
                Some(near) => fault.text("did you mean ").name(near).text("?"),
                None => choices::<T>(fault),
            });
        }
        at += 1;
    }
    None
}

const fn choices<T: Model>(fault: Sentence) -> Sentence {
    let mut fault = fault.text("expected one of ");
    let mut at = 0;
    while at < T::COLUMNS.len() && at < 10 {
        if at > 0 {
            fault = fault.text(", ");
        }
        fault = fault.name(T::COLUMNS[at].field);
        at += 1;
    }
    fault
}

/// The columns of `T` that hold the key of `O`, as `T` declares it. Of several
/// the one is meant that convention names. [`NO_COLUMN`] for each if it cannot
/// be known, which the comparison of the two sides reports.
pub const fn held_key<O: Model, T: Model, const WIDTH: usize>(
    own: &[u16],
    convention: &str,
) -> [u16; WIDTH] {
    let mut key = [NO_COLUMN; WIDTH];
    let (mut at, mut found) = (0, 0);
    while at < T::HELD_KEYS.len() {
        let held = &T::HELD_KEYS[at];
        if is_key_of::<O, T>(held, own) && held.columns.len() == WIDTH {
            found += 1;
            let by_convention =
                WIDTH == 1 && same_text(T::COLUMNS[held.columns[0] as usize].field, convention);
            key = copied(held.columns);
            if by_convention {
                return key;
            }
        }
        at += 1;
    }
    if found == 1 { key } else { [NO_COLUMN; WIDTH] }
}

/// How many columns the key of `O` has that `T` declares; one where it declares none.
pub const fn held_width<O: Model, T: Model>() -> usize {
    let mut at = 0;
    while at < T::HELD_KEYS.len() {
        if same_text(T::HELD_KEYS[at].target_path, O::PATH) {
            return T::HELD_KEYS[at].columns.len();
        }
        at += 1;
    }
    1
}

const fn copied<const WIDTH: usize>(columns: &[u16]) -> [u16; WIDTH] {
    let mut key = [NO_COLUMN; WIDTH];
    let mut at = 0;
    while at < WIDTH {
        key[at] = columns[at];
        at += 1;
    }
    key
}

/// Whether a key is one of `O`: of those columns, where any of `T`'s is.
const fn is_key_of<O: Model, T: Model>(held: &HeldKey, own: &[u16]) -> bool {
    same_text(held.target_path, O::PATH)
        && (same_positions(held.target_columns, own) || !any_of::<O, T>(own))
}

const fn any_of<O: Model, T: Model>(own: &[u16]) -> bool {
    let mut at = 0;
    while at < T::HELD_KEYS.len() {
        let held = &T::HELD_KEYS[at];
        if same_text(held.target_path, O::PATH) && same_positions(held.target_columns, own) {
            return true;
        }
        at += 1;
    }
    false
}

/// The same of a join model, as the names of its columns; empty where they
/// cannot be known.
pub const fn join_columns<J: Model, const WIDTH: usize>(
    positions: [u16; WIDTH],
) -> [&'static str; WIDTH] {
    let mut names = [""; WIDTH];
    let mut at = 0;
    while at < WIDTH {
        if positions[at] != NO_COLUMN {
            names[at] = J::COLUMNS[positions[at] as usize].name;
        }
        at += 1;
    }
    names
}

/// The several keys of `O` that `T` declares, for a sentence; `None` if there
/// are not several.
pub(super) const fn several<O: Model, T: Model>(mut fault: Sentence) -> Option<Sentence> {
    let (mut at, mut found) = (0, 0);
    while at < T::HELD_KEYS.len() {
        let held = &T::HELD_KEYS[at];
        if same_text(held.target_path, O::PATH) {
            fault = if found == 0 {
                fault
            } else {
                fault.text(" and by ")
            };
            fault = fault.fields(T::COLUMNS, held.columns);
            found += 1;
        }
        at += 1;
    }
    if found > 1 { Some(fault) } else { None }
}
