//! Keys of which one side is a padded text.

use super::sentence::Sentence;
use crate::model::Model;
use crate::schema::{AssociationDef, AssociationKind, ColumnDef, SqlType};

/// One side of a key is padded and the other is not: `'a '` and `'a'` are two
/// texts and one `char(3)`, so the server may find rows that nothing can attach.
/// The side that holds the key says so.
pub(super) const fn padding_fault<O: Model, T: Model>(own: &AssociationDef) -> Option<Sentence> {
    if !matches!(own.kind, AssociationKind::BelongsTo) {
        return None;
    }
    let mut part = 0;
    while part < own.owner_columns.len() && part < own.target_columns.len() {
        let held = &O::COLUMNS[own.owner_columns[part] as usize];
        let referred = &T::COLUMNS[own.target_columns[part] as usize];
        match (is_padded(held), is_padded(referred)) {
            (true, false) => {
                let (padded, plain) = (
                    (O::TABLE.model, held.field),
                    (T::TABLE.model, referred.field),
                );
                return Some(one_is_padded::<O>(own, padded, plain));
            }
            (false, true) => {
                let (padded, plain) = (
                    (T::TABLE.model, referred.field),
                    (O::TABLE.model, held.field),
                );
                return Some(one_is_padded::<O>(own, padded, plain));
            }
            _ => part += 1,
        }
    }
    None
}

const fn is_padded(column: &ColumnDef) -> bool {
    matches!(column.sql_type, SqlType::Char(_))
}

const fn one_is_padded<O: Model>(
    own: &AssociationDef,
    padded: (&str, &str),
    plain: (&str, &str),
) -> Sentence {
    Sentence::new("")
        .member(O::TABLE.model, own.name)
        .text(" compares a padded text with one that is not: ")
        .member(padded.0, padded.1)
        .text(" is a `char(n)`, and ")
        .member(plain.0, plain.1)
        .text(" is not\nhelp: write on ")
        .member(plain.0, plain.1)
        .text(" too: #[column(char(..))], with the same length")
}
