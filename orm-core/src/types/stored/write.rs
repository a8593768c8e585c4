//! From a bound value to the form it is stored in.

use super::{Stored, document, moment, uuid};
use crate::types::param::Bind;
use crate::types::{EncodeFault, Param};

impl Param {
    /// The value as it is stored; of a list of values see
    /// [`each_stored`](Param::each_stored).
    ///
    /// # Errors
    /// When the database cannot hold the value, or has no such type.
    pub(crate) fn stored(&self) -> Result<Stored, EncodeFault> {
        Ok(match self {
            Param::Null => Stored::Null,
            Param::Bool(value) => Stored::Integer((*value).into()),
            Param::Int2(value) => Stored::Integer((*value).into()),
            Param::Int4(value) => Stored::Integer((*value).into()),
            Param::Int8(value) => Stored::Integer(*value),
            Param::Float4(value) => real((*value).into(), "float4")?,
            Param::Float8(value) => real(*value, "float8")?,
            #[cfg(feature = "decimal")]
            Param::Numeric(value) if value.is_zero() => Stored::Text(value.abs().to_string()),
            #[cfg(feature = "decimal")]
            Param::Numeric(value) => Stored::Text(value.to_string()),
            Param::Text(value) if value.as_bytes().contains(&0) => {
                return Err(EncodeFault::nul_in_stored("text"));
            }
            Param::Text(value) => Stored::Text(value.clone()),
            Param::Bytes(value) => Stored::Blob(value.clone()),
            Param::Uuid(value) => Stored::Text(uuid::write(*value)),
            Param::Date(days) => Stored::Text(moment::write_date(*days)?),
            Param::Time(micros) => Stored::Text(moment::write_time(*micros)?),
            Param::Timestamp(micros) => {
                Stored::Text(moment::write_timestamp(*micros, "timestamp", "")?)
            }
            Param::Timestamptz(micros) => {
                Stored::Text(moment::write_timestamp(*micros, "timestamptz", "+00:00")?)
            }
            Param::Enum(_, label) => Stored::Text((*label).to_owned()),
            Param::Other(value) => other(&**value)?,
        })
    }

    /// The values of a list in turn; false if this is no list.
    ///
    /// # Errors
    /// When the database cannot hold one of them.
    pub(crate) fn each_stored(&self, see: &mut dyn FnMut(Stored)) -> Result<bool, EncodeFault> {
        if let Some(values) = self.elements() {
            for value in values {
                see(value.stored()?);
            }
            return Ok(true);
        }
        let Param::Other(list) = self else {
            return Ok(false);
        };
        if list.element_count().is_none() {
            return Ok(false);
        }
        let mut outcome = Ok(true);
        list.each_element(&mut |value| {
            if outcome.is_ok() {
                match value.stored() {
                    Ok(stored) => see(stored),
                    Err(fault) => outcome = Err(fault),
                }
            }
        });
        outcome
    }
}

fn real(value: f64, name: &'static str) -> Result<Stored, EncodeFault> {
    match value {
        value if value.is_nan() => Err(EncodeFault::unstorable(name, "is not a number")),
        // SQLite forgets the sign of a zero on its way to the disk, and not before.
        0.0 => Ok(Stored::Real(0.0)),
        value => Ok(Stored::Real(value)),
    }
}

fn other(value: &dyn Bind) -> Result<Stored, EncodeFault> {
    let name = value.type_name();
    if name == "jsonb" {
        return document::write(value).map(Stored::Text);
    }
    Err(EncodeFault::unstorable_type(name))
}
