//! What `orm-testkit` may name, to make rows for tests. Not part of the public API.

pub use crate::query::{create_in, is_read};

use crate::error::Error;
use crate::schema::{SqlType, TableDef};
use crate::types::Param;
use crate::validate::{Fault, ValidationErrors};

/// An error about one field of a model.
pub fn no_value(table: &'static TableDef, fault: Fault) -> Error {
    let mut errors = ValidationErrors::new();
    errors.push(fault);
    Error::invalid(errors, table)
}

/// A decimal number of so many digits behind the point, where there are such numbers.
#[cfg(feature = "decimal")]
pub fn numeric(digits: i64, scale: u32) -> Option<Param> {
    let number = rust_decimal::Decimal::try_new(digits, scale);
    number.ok().map(Param::Numeric)
}

/// A decimal number of so many digits behind the point, where there are such numbers.
#[cfg(not(feature = "decimal"))]
pub fn numeric(_: i64, _: u32) -> Option<Param> {
    None
}

/// An array of no element, where such elements are known without their Rust type.
pub fn empty_array(element: &SqlType) -> Option<Param> {
    Some(match element {
        SqlType::Bool => Param::array::<bool>(Vec::new()),
        SqlType::Int2 => Param::array::<i16>(Vec::new()),
        SqlType::Int4 => Param::array::<i32>(Vec::new()),
        SqlType::Int8 => Param::array::<i64>(Vec::new()),
        SqlType::Float4 => Param::array::<f32>(Vec::new()),
        SqlType::Float8 => Param::array::<f64>(Vec::new()),
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => {
            Param::array::<String>(Vec::new())
        }
        _ => return None,
    })
}
