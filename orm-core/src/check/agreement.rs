//! What of two sides agrees.

use super::NO_COLUMN;
use crate::schema::{AssociationDef, AssociationKind, JoinTable};

/// Whether a model declares the other side of an association of the model at `path`.
pub(super) const fn is_answered(
    own: &AssociationDef,
    path: &str,
    theirs: &[AssociationDef],
) -> bool {
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
/// the derive puts one without a name among them, or a key could not be found.
pub(super) const fn is_unknown(associations: &[AssociationDef]) -> bool {
    let mut at = 0;
    while at < associations.len() {
        if associations[at].name.is_empty() || lacks_keys(&associations[at]) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether a column of the other side, or of the join table, could not be found.
pub(super) const fn lacks_keys(association: &AssociationDef) -> bool {
    let mut at = 0;
    while at < association.target_columns.len() {
        if association.target_columns[at] == NO_COLUMN {
            return true;
        }
        at += 1;
    }
    match &association.through {
        Some(through) => lacks_names(through.owner_columns) || lacks_names(through.target_columns),
        None => false,
    }
}

/// Whether the columns of a join table could not be found.
pub(super) const fn lacks_names(names: &[&str]) -> bool {
    !names.is_empty() && names[0].is_empty()
}

/// Any fixed order of two paths.
pub(super) const fn is_before(left: &str, right: &str) -> bool {
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

/// Whether an association of one kind can be the other side of one of another.
pub(super) const fn answers(own: AssociationKind, other: AssociationKind) -> bool {
    use AssociationKind::{BelongsTo, HasMany, HasOne, ManyToMany};
    matches!(
        (own, other),
        (BelongsTo, HasOne | HasMany) | (HasOne | HasMany, BelongsTo) | (ManyToMany, ManyToMany)
    )
}

/// Whether two sides speak of the same columns.
pub(super) const fn same_keys(own: &AssociationDef, other: &AssociationDef) -> bool {
    let sides = same_positions(own.owner_columns, other.target_columns)
        && same_positions(own.target_columns, other.owner_columns);
    match (&own.through, &other.through) {
        (Some(own), Some(other)) => {
            sides
                && same_table(own, other)
                && same_texts(own.owner_columns, other.target_columns)
                && same_texts(own.target_columns, other.owner_columns)
        }
        _ => sides,
    }
}

/// Whether two join tables are one: by schema, name, and whether a model says
/// what else is in it.
pub(super) const fn same_table(left: &JoinTable, right: &JoinTable) -> bool {
    let schemas = match (left.name.schema, right.name.schema) {
        (Some(left), Some(right)) => same_text(left, right),
        (None, None) => true,
        _ => false,
    };
    schemas
        && same_text(left.name.name, right.name.name)
        && left.table.is_some() == right.table.is_some()
}

/// Whether two associations could be the other side of the same ones.
pub(super) const fn same_class(left: AssociationKind, right: AssociationKind) -> bool {
    use AssociationKind::{BelongsTo, HasMany, HasOne, ManyToMany};
    matches!(
        (left, right),
        (BelongsTo, BelongsTo) | (HasOne | HasMany, HasOne | HasMany) | (ManyToMany, ManyToMany)
    )
}

pub(super) const fn same_positions(left: &[u16], right: &[u16]) -> bool {
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

pub(super) const fn same_texts(left: &[&str], right: &[&str]) -> bool {
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
