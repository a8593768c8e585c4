//! Whether the two sides of an association agree.

use crate::model::Model;
use crate::schema::{AssociationDef, AssociationKind, ColumnDef};

/// What is wrong between an association of `O` and what `T` declares; the
/// sentences are for: no other side, one of the wrong kind, one on another key.
///
/// Where the two sides contradict each other, one of them says so.
pub const fn other_side_fault<O: Model, T: Model>(
    at: usize,
    sentences: [&'static str; 3],
) -> Option<&'static str> {
    let own = &O::TABLE.associations[at];
    let theirs = T::TABLE.associations;
    if is_unknown(theirs) || is_answered(own, O::PATH, theirs) {
        return None;
    }
    let (mut at, mut fault) = (0, Some(sentences[0]));
    while at < theirs.len() {
        let other = &theirs[at];
        at += 1;
        if !same_text(other.target_path, O::PATH) {
            continue;
        }
        let complains = !other.one_sided && !is_answered(other, T::PATH, O::TABLE.associations);
        if answers(own.kind, other.kind) && same_keys(own, other) {
            return Some(
                "the other side belongs to one of several models, which this side does not say\n\
                 help: add `polymorphic = ..` with the name of their enum",
            );
        }
        if answers(own.kind, other.kind) {
            let speaks = matches!(own.kind, AssociationKind::BelongsTo) || !complains;
            return if speaks { Some(sentences[2]) } else { None };
        }
        fault = if complains && is_before(T::PATH, O::PATH) {
            None
        } else {
            Some(sentences[1])
        };
    }
    fault
}

/// Whether a model declares the other side of an association of the model at `path`.
const fn is_answered(own: &AssociationDef, path: &str, theirs: &[AssociationDef]) -> bool {
    let mut at = 0;
    while at < theirs.len() {
        let other = &theirs[at];
        if same_text(other.target_path, path)
            && answers(own.kind, other.kind)
            && same_keys(own, other)
            && says_type(own, other)
            && says_type(other, own)
        {
            return true;
        }
        at += 1;
    }
    false
}

/// Where the other side belongs to one of several models, this side's scope
/// says to which.
const fn says_type(own: &AssociationDef, other: &AssociationDef) -> bool {
    let Some(column) = other.type_column else {
        return true;
    };
    let mut at = 0;
    while at < own.scope.len() {
        if own.scope[at].0 == column {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether the associations are those of a model that has an error of its own:
/// the derive puts one without a name among them.
const fn is_unknown(associations: &[AssociationDef]) -> bool {
    let mut at = 0;
    while at < associations.len() {
        if associations[at].name.is_empty() {
            return true;
        }
        at += 1;
    }
    false
}

/// What is missing of a join table that is a model: `belongs_to` to the owner,
/// or to the other side, whose own declaration asks for it unless there is none.
pub const fn through_fault<O: Model, T: Model, J: Model>(
    at: usize,
    sentences: [&'static str; 2],
) -> Option<&'static str> {
    let own = &O::TABLE.associations[at];
    let Some(join) = &own.through else {
        return None;
    };
    if is_unknown(J::TABLE.associations) {
        return None;
    }
    if !belongs::<J>(O::PATH, join.owner_columns) {
        return Some(sentences[0]);
    }
    if own.one_sided && !belongs::<J>(T::PATH, join.target_columns) {
        return Some(sentences[1]);
    }
    None
}

/// Any fixed order of two paths.
const fn is_before(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return left[at] < right[at];
        }
        at += 1;
    }
    left.len() < right.len()
}

/// Whether `J` declares a `belongs_to` to a model by these columns.
const fn belongs<J: Model>(path: &str, columns: &[&str]) -> bool {
    let mut at = 0;
    while at < J::TABLE.associations.len() {
        let association = &J::TABLE.associations[at];
        if matches!(association.kind, AssociationKind::BelongsTo)
            && same_text(association.target_path, path)
            && are_named(J::COLUMNS, association.owner_columns, columns)
        {
            return true;
        }
        at += 1;
    }
    false
}

const fn are_named(columns: &[ColumnDef], positions: &[u16], names: &[&str]) -> bool {
    if positions.len() != names.len() {
        return false;
    }
    let mut at = 0;
    while at < names.len() {
        if !same_text(columns[positions[at] as usize].name, names[at]) {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether an association of one kind can be the other side of one of another.
const fn answers(own: AssociationKind, other: AssociationKind) -> bool {
    use AssociationKind::{BelongsTo, HasMany, HasOne, ManyToMany};
    matches!(
        (own, other),
        (BelongsTo, HasOne | HasMany) | (HasOne | HasMany, BelongsTo) | (ManyToMany, ManyToMany)
    )
}

/// Whether two sides speak of the same columns.
const fn same_keys(own: &AssociationDef, other: &AssociationDef) -> bool {
    let sides = same_positions(own.owner_columns, other.target_columns)
        && same_positions(own.target_columns, other.owner_columns);
    match (&own.through, &other.through) {
        (Some(own), Some(other)) => {
            sides
                && same_text(own.name.name, other.name.name)
                && same_texts(own.owner_columns, other.target_columns)
                && same_texts(own.target_columns, other.owner_columns)
        }
        _ => sides,
    }
}

const fn same_positions(left: &[u16], right: &[u16]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn same_texts(left: &[&str], right: &[&str]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if !same_text(left[at], right[at]) {
            return false;
        }
        at += 1;
    }
    true
}

pub(crate) const fn same_text(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}
