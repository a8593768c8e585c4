//! Runs the validators of a model over the values of a write.

use super::Values;
use crate::ast::Assignment;
use crate::model::Model;
use crate::validate::{ValidationErrors, exceeded, is_limited, limits};

/// Judges every value of a row, in field order, then the row as a whole.
pub(crate) fn validate_row<M: Model>(values: &Values<'_, M>) -> ValidationErrors {
    let mut errors = ValidationErrors::new();
    for (position, column) in (0..).zip(M::COLUMNS) {
        if !column.validators.is_empty()
            && let Some(value) = values.param(position)
        {
            errors.check(column.field, column.validators, &value.view());
        }
        if const { is_limited(M::COLUMNS) }
            && limits(&column.sql_type)
            && errors.for_column(column.field).next().is_none()
        {
            let value = values.param(position);
            errors.extend(value.and_then(|value| exceeded(column, &value)));
        }
        M::validate_column(position, values, &mut errors);
    }
    M::validate_model(values, &mut errors);
    errors
}

/// Judges the values that an update sets.
pub(crate) fn validate_assigned<M: Model>(set: &[Assignment]) -> ValidationErrors {
    validate_row::<M>(&Values::of_set(set))
}
