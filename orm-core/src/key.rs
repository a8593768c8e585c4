//! Keys: what rows are found by and associations are joined on.

mod text;

#[cfg(test)]
mod tests;

pub(crate) use text::{key_shown, key_text, push_key_text};

use std::hash::Hash;

use smallvec::SmallVec;

use crate::decode::Cursor;
use crate::error::Result;
use crate::types::{ColumnType, IntoValue, KeyPart, Param, Sorted};

/// The type of a key: a column type, or a tuple of two to eight of them.
///
/// Keys are compared by value when loaded rows are put together: `1.0` is `1.00`,
/// and the padding of a `char(n)` is no part of a key, as on the server. A text
/// column whose equality is wider (`citext`, a nondeterministic collation) finds
/// rows as the server compares, but puts together only equal texts: rows of an
/// include whose key is spelled differently from their parent's are an error.
///
/// ```
/// use orm_core::key::Key;
///
/// assert_eq!(<(i32, String)>::WIDTH, 2);
/// assert_eq!((7, 8_i64).describe().as_deref(), Some("(7, 8)"));
/// assert_eq!(String::from("personal").describe(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "not a key",
    note = "a key is an integer, a text, a UUID, a date or time, a decimal, an enum, or a tuple of \
            two to eight of them; newtypes and enums in keys also derive `PartialEq`, `Eq` and `Hash`",
    note = "floating-point numbers, JSON, arrays and ranges have no exact equality to find a row by"
)]
pub trait Key: Clone + Eq + Hash + Send + Sync + 'static {
    /// The number of columns.
    const WIDTH: usize;

    /// Adds one parameter per column.
    fn push_params(&self, out: &mut impl Extend<Param>);

    /// Many keys as one bound array per column.
    fn array_params(keys: Vec<Self>) -> Vec<Param>;

    /// Reads a key from the next fields of a row; `None` when any of them is NULL.
    ///
    /// # Errors
    /// When a column's type or its bytes do not fit.
    fn decode(row: &mut Cursor<'_>) -> Result<Option<Self>>;

    /// The key without the padding of the parts that the next fields of a row
    /// hold as `char(n)`.
    #[must_use]
    fn unpadded(self, row: &mut Cursor<'_>) -> Self;

    /// How the values of each column are read and kept.
    #[doc(hidden)]
    fn sorted() -> Vec<Sorted>;

    /// The key in words, for messages; `None` where a part may be personal:
    /// only integers and UUIDs are shown.
    fn describe(&self) -> Option<String> {
        key_shown(&key_values(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart + ColumnType<Base = T> + Eq + Hash> Key for T {
    const WIDTH: usize = 1;

    fn push_params(&self, out: &mut impl Extend<Param>) {
        out.extend([self.to_param()]);
    }

    fn array_params(keys: Vec<Self>) -> Vec<Param> {
        vec![T::array_param(keys)]
    }

    fn decode(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        row.take_unpadded()
    }

    fn unpadded(self, row: &mut Cursor<'_>) -> Self {
        if row.skip_padded() {
            without_padding(self)
        } else {
            self
        }
    }

    fn sorted() -> Vec<Sorted> {
        vec![Sorted::of::<T>()]
    }
}

fn without_padding<T: ColumnType>(value: T) -> T {
    let Param::Text(mut text) = value.to_param() else {
        return value;
    };
    text.truncate(text.trim_end_matches(' ').len());
    T::from_param(&Param::Text(text)).unwrap_or(value)
}

/// The values of a key, in the order of its columns.
pub(crate) type KeyValues = SmallVec<[Param; 2]>;

/// The values of a key.
pub(crate) fn key_values<K: Key>(key: &K) -> KeyValues {
    let mut values = KeyValues::new();
    key.push_params(&mut values);
    values
}

/// A value that can be given where a key is expected: the key itself, `&str`
/// for a text key, a tuple of such values for a composite key.
///
/// ```
/// use orm_core::key::IntoKey;
///
/// fn find<K>(key: impl IntoKey<K>) -> K {
///     key.into_key()
/// }
///
/// assert_eq!(find::<i64>(7), 7);
/// assert_eq!(find::<String>("abc"), "abc");
/// assert_eq!(find::<(i32, String)>((7, "abc")), (7, String::from("abc")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of type `{K}`",
    label = "expected a key of type `{K}`",
    note = "a text is read by `.parse()`, another integer by `.try_into()`; other columns are asked by \
            `query().filter(..)`"
)]
pub trait IntoKey<K> {
    /// The value, as the key's type.
    fn into_key(self) -> K;
}

#[diagnostic::do_not_recommend]
impl<K: ColumnType, V: IntoValue<K>> IntoKey<K> for V {
    fn into_key(self) -> K {
        self.into_value()
    }
}

macro_rules! composite_keys {
    ($($width:literal: $($part:ident $value:ident $name:ident $at:tt),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: KeyPart + ColumnType<Base = $part> + Eq + Hash),*> Key for ($($part,)*) {
            const WIDTH: usize = $width;

            fn push_params(&self, out: &mut impl Extend<Param>) {
                out.extend([$(self.$at.to_param()),*]);
            }

            fn array_params(keys: Vec<Self>) -> Vec<Param> {
                let mut columns = ($(Vec::<$part>::with_capacity(keys.len()),)*);
                for key in keys {
                    $(columns.$at.push(key.$at);)*
                }
                vec![$($part::array_param(columns.$at)),*]
            }

            fn decode(row: &mut Cursor<'_>) -> Result<Option<Self>> {
                // All parts are read first, so that the cursor always moves by `WIDTH`.
                let parts = ($(row.take_unpadded::<Option<$part>>()?,)*);
                match parts {
                    ($(Some($name),)*) => Ok(Some(($($name,)*))),
                    _ => Ok(None),
                }
            }

            fn unpadded(self, row: &mut Cursor<'_>) -> Self {
                ($(self.$at.unpadded(row),)*)
            }

            fn sorted() -> Vec<Sorted> {
                vec![$(Sorted::of::<$part>()),*]
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($part: ColumnType, $value: IntoValue<$part>),*> IntoKey<($($part,)*)>
            for ($($value,)*)
        {
            fn into_key(self) -> ($($part,)*) {
                ($(self.$at.into_value(),)*)
            }
        }
    )*};
}

composite_keys! {
    2: A VA a 0, B VB b 1;
    3: A VA a 0, B VB b 1, C VC c 2;
    4: A VA a 0, B VB b 1, C VC c 2, D VD d 3;
    5: A VA a 0, B VB b 1, C VC c 2, D VD d 3, E VE e 4;
    6: A VA a 0, B VB b 1, C VC c 2, D VD d 3, E VE e 4, F VF f 5;
    7: A VA a 0, B VB b 1, C VC c 2, D VD d 3, E VE e 4, F VF f 5, G VG g 6;
    8: A VA a 0, B VB b 1, C VC c 2, D VD d 3, E VE e 4, F VF f 5, G VG g 6, H VH h 7;
}
