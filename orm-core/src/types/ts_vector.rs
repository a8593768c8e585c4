//! `tsvector`: the words of a text, as it is searched.

use std::borrow::Cow;

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize};

use super::param::Bind;
use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, family,
    text, wire,
};
use crate::ast::Weight;
use crate::schema::SqlType;

/// The words of a text, each with where it stands.
///
/// Most often a column that the database computes of others:
/// `#[column(generated = "to_tsvector('english', body)", index(method = gin))]`.
///
/// ```
/// use orm_core::types::{Lexeme, TsVector};
///
/// let words = TsVector::new([Lexeme::new("rust")]);
/// assert_eq!(words.lexemes()[0].word, "rust");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct TsVector(Vec<Lexeme>);

/// A word as it is compared: `rat` for "rats".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lexeme {
    /// The word.
    pub word: String,
    /// Where it stands; nothing, where that was not kept.
    pub positions: Vec<Position>,
}

/// Where in a text a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Which word of the text it is, from 1 to 16383.
    pub at: u16,
    /// How much it counts there.
    pub weight: Weight,
}

impl TsVector {
    /// These words; the server sorts them.
    pub fn new(lexemes: impl IntoIterator<Item = Lexeme>) -> Self {
        TsVector(lexemes.into_iter().collect())
    }

    /// The words, in the server's order.
    pub fn lexemes(&self) -> &[Lexeme] {
        &self.0
    }
}

impl Lexeme {
    /// A word that stands nowhere in particular.
    pub fn new(word: impl Into<String>) -> Self {
        Lexeme {
            word: word.into(),
            positions: Vec::new(),
        }
    }
}

/// A position has 14 bits, and the weight of a word there the two above.
const PLACES: u16 = (1 << 14) - 1;

impl Position {
    fn to_bits(self) -> u16 {
        let weight = match self.weight {
            Weight::A => 3,
            Weight::B => 2,
            Weight::C => 1,
            Weight::D => 0,
        };
        weight << 14 | self.at.min(PLACES)
    }

    fn from_bits(bits: u16) -> Self {
        Position {
            at: bits & PLACES,
            weight: match bits >> 14 {
                3 => Weight::A,
                2 => Weight::B,
                1 => Weight::C,
                _ => Weight::D,
            },
        }
    }
}

const NAME: &str = "tsvector";

impl ColumnType for TsVector {
    type Base = Self;
    type Family = family::Words;

    const SQL_TYPE: SqlType = SqlType::TsVector;

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

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let raw = wire::value_of(NAME, sql_type == WireType::TSVECTOR, sql_type, raw)?;
        let read = lexemes(&mut wire::Reader(raw));
        read.map(TsVector)
            .ok_or_else(|| DecodeFault::malformed(NAME))
    }
}

impl ArrayElement for TsVector {}

/// The number of words; of each its letters, a zero, the number of its positions, and these.
fn lexemes(reader: &mut wire::Reader<'_>) -> Option<Vec<Lexeme>> {
    let count = usize::try_from(reader.i32()?).ok()?;
    // A word takes at least three bytes: damaged data reserves no more than its own size.
    let mut lexemes = Vec::with_capacity(count.min(reader.0.len() / 3));
    for _ in 0..count {
        let length = reader.0.iter().position(|byte| *byte == 0)?;
        let word = std::str::from_utf8(reader.take(length)?).ok()?.to_owned();
        reader.u8()?;
        let positions = usize::from(reader.u16()?);
        let positions = (0..positions).map(|_| reader.u16().map(Position::from_bits));
        lexemes.push(Lexeme {
            word,
            positions: positions.collect::<Option<_>>()?,
        });
    }
    reader.is_empty().then_some(lexemes)
}

impl Bind for TsVector {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(NAME)
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        if sql_type != WireType::TSVECTOR {
            if text::is_text(sql_type) {
                let mut words = String::new();
                Bind::write_text(self, &mut words)?;
                return text::encode(&words, sql_type, out);
            }
            return Err(EncodeFault::wrong_type(NAME, sql_type).into());
        }
        let count = i32::try_from(self.0.len()).map_err(|_| wire::too_large())?;
        out.put_i32(count);
        for Lexeme { word, positions } in &self.0 {
            if word.contains('\0') {
                return Err(EncodeFault::nul_in_text().into());
            }
            out.put_slice(word.as_bytes());
            out.put_u8(0);
            let count = u16::try_from(positions.len()).map_err(|_| {
                EncodeFault::unrepresentable("a word stands in more places than can be kept")
            })?;
            out.put_u16(count);
            positions.iter().for_each(|it| out.put_u16(it.to_bits()));
        }
        Ok(IsNull::No)
    }

    fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
        for (nth, Lexeme { word, positions }) in self.0.iter().enumerate() {
            out.push_str(if nth == 0 { "'" } else { " '" });
            for letter in word.chars() {
                if matches!(letter, '\'' | '\\') {
                    out.push(letter);
                }
                out.push(letter);
            }
            out.push('\'');
            for (nth, Position { at, weight }) in positions.iter().enumerate() {
                out.push(if nth == 0 { ':' } else { ',' });
                out.push_str(&at.to_string());
                out.push_str(match weight {
                    Weight::A => "A",
                    Weight::B => "B",
                    Weight::C => "C",
                    Weight::D => "",
                });
            }
        }
        Ok(())
    }
}
