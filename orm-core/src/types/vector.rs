//! `vector(n)` of the extension `pgvector`: numbers that things are compared by.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize};

use super::param::Bind;
use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, family,
    text, wire,
};
use crate::schema::SqlType;

/// A vector of `N` numbers, from 1 to 16,000: an embedding of a text or a picture, say.
///
/// ```
/// use orm_core::types::Vector;
///
/// let plain = Vector::from([1.0, 0.0, 2.5]);
/// assert_eq!(plain.as_slice(), [1.0, 0.0, 2.5]);
/// let computed: Vec<f32> = vec![0.5; 3];
/// assert!(Vector::<3>::try_from(computed).is_ok());
/// assert!(Vector::<3>::try_from(vec![0.5]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Vec<f32>", try_from = "Vec<f32>")]
pub struct Vector<const N: usize>(Box<[f32]>);

/// Why numbers are no vector: there are more or fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VectorError {
    expected: usize,
    found: usize,
}

impl fmt::Display for VectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VectorError { expected, found } = self;
        write!(f, "expected {expected} numbers, got {found}")
    }
}

impl std::error::Error for VectorError {}

impl<const N: usize> Vector<N> {
    /// How many numbers there are; a vector that no column can have does not compile.
    const SIZE: u16 = {
        assert!(
            N >= 1 && N <= 16_000,
            "a vector has between 1 and 16,000 numbers"
        );
        N as u16
    };

    /// The numbers.
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }
}

impl<const N: usize> Deref for Vector<N> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl<const N: usize> From<[f32; N]> for Vector<N> {
    fn from(numbers: [f32; N]) -> Self {
        Vector(Box::new(numbers))
    }
}

impl<const N: usize> TryFrom<Vec<f32>> for Vector<N> {
    type Error = VectorError;

    fn try_from(numbers: Vec<f32>) -> Result<Self, VectorError> {
        match numbers.len() {
            found if found == N => Ok(Vector(numbers.into())),
            found => Err(VectorError { expected: N, found }),
        }
    }
}

impl<const N: usize> From<Vector<N>> for Vec<f32> {
    fn from(vector: Vector<N>) -> Self {
        vector.0.into()
    }
}

const NAME: &str = "vector";

impl<const N: usize> ColumnType for Vector<N> {
    type Base = Self;
    type Family = family::Embedding;

    const SQL_TYPE: SqlType = SqlType::Vector(Self::SIZE);

    fn to_param(&self) -> Param {
        Param::other(self.clone())
    }

    fn into_param(self) -> Param {
        Param::other(self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        param.downcast::<Self>().cloned()
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        Bind::encode(self, sql_type, out)
    }

    /// How many numbers there are, a zero, and each as a `float4`.
    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let raw = wire::value_of(NAME, sql_type.name() == NAME, sql_type, raw)?;
        let mut reader = wire::Reader(raw);
        let malformed = || DecodeFault::malformed(NAME);
        let count = reader.u16().ok_or_else(malformed)?;
        let _unused = reader.u16().ok_or_else(malformed)?;
        if count != Self::SIZE {
            let found = SqlType::Vector(count).wire_name();
            return Err(DecodeFault::new(Self::SQL_TYPE.wire_name(), found));
        }
        let numbers = (0..count).map(|_| reader.f32());
        let numbers: Box<[f32]> = numbers.collect::<Option<_>>().ok_or_else(malformed)?;
        reader
            .is_empty()
            .then_some(Vector(numbers))
            .ok_or_else(malformed)
    }
}

impl<const N: usize> ArrayElement for Vector<N> {}

impl<const N: usize> Bind for Vector<N> {
    fn type_name(&self) -> Cow<'static, str> {
        Self::SQL_TYPE.wire_name()
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        if sql_type.name() != NAME {
            if text::is_text(sql_type) {
                let mut numbers = String::new();
                Bind::write_text(self, &mut numbers)?;
                return text::encode(&numbers, sql_type, out);
            }
            return Err(EncodeFault::wrong_type(Self::SQL_TYPE.wire_name(), sql_type).into());
        }
        if self.0.iter().any(|number| !number.is_finite()) {
            let why = "a vector has a number that is infinite or not a number";
            return Err(EncodeFault::unrepresentable(why).into());
        }
        out.put_u16(Self::SIZE);
        out.put_u16(0);
        self.0.iter().for_each(|number| out.put_f32(*number));
        Ok(IsNull::No)
    }

    fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
        for (nth, number) in self.0.iter().enumerate() {
            out.push(if nth == 0 { '[' } else { ',' });
            out.push_str(&number.to_string());
        }
        out.push(']');
        Ok(())
    }
}
