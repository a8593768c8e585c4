//! `jsonb` and `json`: any document, or one that has the shape of a Rust type.

use std::borrow::Cow;
use std::io;
use std::ops::{Deref, DerefMut};

use bytes::{BufMut, BytesMut};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::param::Bind;
use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, family,
    wire,
};
use crate::schema::SqlType;

/// A value that is stored as a JSON document.
///
/// The column is `jsonb` unless it says `json`. A document that does not have
/// the shape of `T` is an error when it is read. In an `Option<Json<T>>`,
/// `None` is the column's NULL; the document `null` is `T`'s own affair.
///
/// ```
/// use orm_core::types::{ColumnType, Json, Param};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// struct Settings { theme: String }
///
/// let settings = Json(Settings { theme: "dark".to_owned() });
/// assert_eq!(settings.theme, "dark");
/// assert_eq!(Json::from_param(&settings.to_param()), Some(settings));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Json(value)
    }
}

impl<T: Document> ColumnType for Json<T> {
    type Base = Self;
    type Family = family::Json;

    const SQL_TYPE: SqlType = SqlType::Jsonb;

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
        encode(&self.0, sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        decode(sql_type, raw).map(Json)
    }
}

impl<T: Document> ArrayElement for Json<T> {}

impl ColumnType for Value {
    type Base = Self;
    type Family = family::Json;

    const SQL_TYPE: SqlType = SqlType::Jsonb;

    fn to_param(&self) -> Param {
        self.clone().into_param()
    }

    fn into_param(self) -> Param {
        Param::other(Json(self))
    }

    fn from_param(param: &Param) -> Option<Self> {
        param.downcast::<Json<Value>>().map(|json| json.0.clone())
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        encode(self, sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        decode(sql_type, raw)
    }
}

impl ArrayElement for Value {}

/// A type that serde reads from and writes to a document.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as JSON",
    label = "not a JSON document",
    note = "derive `Clone`, `serde::Serialize` and `serde::Deserialize` for `{Self}`; \
            it cannot borrow from the document"
)]
pub trait Document: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Document for T {}

impl<T: Document> Bind for Json<T> {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed("jsonb")
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        encode(&self.0, sql_type, out)
    }

    fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
        let mut document = Vec::new();
        write(&self.0, &mut document)?;
        out.push_str(&String::from_utf8(document).map_err(|_| not_serializable())?);
        Ok(())
    }
}

/// Serde's own message may quote the value, so it is not passed on.
fn not_serializable() -> EncodeFault {
    EncodeFault::unrepresentable("a value cannot be serialized as JSON")
}

/// So many arrays and objects may stand in one another: what reads them takes no more.
const DEEPEST: usize = 127;

/// Writes a document, unless it is nested so deep that it could not be read again.
fn write<T: Serialize>(value: &T, out: impl io::Write) -> Result<(), EncodeFault> {
    let mut out = Levels {
        out,
        open: 0,
        in_text: false,
        too_deep: false,
    };
    let written = serde_json::to_writer(&mut out, value);
    match written {
        Err(_) if out.too_deep => Err(EncodeFault::unrepresentable(
            "a JSON document has more than 127 arrays and objects in one another, \
             which is more than can be read again",
        )),
        written => written.map_err(|_| not_serializable()),
    }
}

/// Counts the arrays and objects that are open. Whoever writes a document calls
/// itself for each; an error ends that before the stack does.
struct Levels<W> {
    out: W,
    open: usize,
    in_text: bool,
    too_deep: bool,
}

impl<W: io::Write> io::Write for Levels<W> {
    // Brackets and quotes are written one by one; a quote in a text is escaped.
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        match part {
            b"\"" => self.in_text = !self.in_text,
            b"[" | b"{" if !self.in_text => self.open += 1,
            b"]" | b"}" if !self.in_text => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        if self.open > DEEPEST {
            self.too_deep = true;
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.out.write_all(part)?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The version number before the text of a `jsonb`.
const JSONB_VERSION: u8 = 1;

fn encode<T: Serialize>(value: &T, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    let is_binary = sql_type == WireType::JSONB;
    if !is_binary && sql_type != WireType::JSON {
        return Err(EncodeFault::wrong_type("jsonb", sql_type).into());
    }
    if is_binary {
        out.put_u8(JSONB_VERSION);
    }
    let start = out.len();
    write(value, out.writer())?;
    if is_binary && has_escaped_nul(&out[start..]) {
        return Err(EncodeFault::nul_in_text().into());
    }
    Ok(IsNull::No)
}

/// Whether a document contains the escape `\u0000`, which `jsonb` refuses. A
/// backslash that is itself escaped starts no escape.
fn has_escaped_nul(mut document: &[u8]) -> bool {
    while let Some(at) = document.iter().position(|byte| *byte == b'\\') {
        let escape = &document[at + 1..];
        if escape.starts_with(b"u0000") {
            return true;
        }
        document = escape.get(1..).unwrap_or_default();
    }
    false
}

fn decode<T: DeserializeOwned>(
    sql_type: WireType<'_>,
    raw: Option<&[u8]>,
) -> Result<T, DecodeFault> {
    let is_binary = sql_type == WireType::JSONB;
    let fits = is_binary || sql_type == WireType::JSON;
    let mut document = wire::value_of("jsonb", fits, sql_type, raw)?;
    if is_binary {
        document = document
            .strip_prefix(&[JSONB_VERSION])
            .ok_or_else(|| DecodeFault::malformed("jsonb"))?;
    }
    serde_json::from_slice(document).map_err(|error| other_shape::<T>(&error))
}

/// Serde's own message may quote the document, so only the place is passed on.
#[cold]
fn other_shape<T>(error: &serde_json::Error) -> DecodeFault {
    DecodeFault::new(
        format!("a document of the type {}", std::any::type_name::<T>()),
        format!(
            "one that differs from it at line {}, column {}",
            error.line(),
            error.column()
        ),
    )
}
