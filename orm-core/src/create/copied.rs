//! Rows that are written one after the other, of which none is kept.

use super::Draft;
use super::many::validate_nth;
use crate::ast::RowValues;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::validate::ValidationErrors;

/// The values of a row that is written by itself, with its defaults, judged.
///
/// # Errors
/// With every fault of the row; with a usage error where it is more than a row.
pub(crate) fn values_of<M: Model>(mut draft: Draft<M>, row: usize) -> Result<RowValues> {
    if let Some(refusal) = draft.refusal() {
        return Err(refusal.in_row(Some(row)));
    }
    if !draft.is_alone() {
        let model = M::TABLE.model;
        let error = Error::usage(format!(
            "row {row}: `copy_in` writes rows of {model} and nothing beside them: use `create_many` \
             for rows below a row, and `create` for a `has_one` that no unique constraint guards"
        ));
        return Err(error.in_row(Some(row)));
    }
    draft.add_defaults();
    let mut faults = ValidationErrors::new();
    if validate_nth(&draft, row, &mut faults) {
        return Err(Error::invalid(faults, M::TABLE).in_row(Some(row)));
    }
    Ok(draft.into_values())
}
