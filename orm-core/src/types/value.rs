//! What may be given where a column's value is expected.

use std::borrow::Cow;

use super::{ArrayElement, ColumnType, DbEnum, Infinite, Json, Moment, OrUnknown};

/// A value that can be given for a column of type `T`.
///
/// Besides `T` itself: `&str` for a `String`, slices and arrays for a `Vec`,
/// the plain value for an `Option`, an [`Infinite`] or an [`OrUnknown`], the
/// document for a `Json`.
///
/// ```
/// use orm_core::types::IntoValue;
///
/// fn give<T>(value: impl IntoValue<T>) -> T {
///     value.into_value()
/// }
///
/// assert_eq!(give::<String>("text"), "text");
/// assert_eq!(give::<Option<String>>("text"), Some(String::from("text")));
/// assert_eq!(give::<Option<String>>(None), None);
/// assert_eq!(give::<i64>(7), 7);
/// assert_eq!(give::<Option<i64>>(7), Some(7));
/// assert_eq!(give::<Vec<u8>>(&b"bytes"[..]), b"bytes");
/// ```
// There is deliberately no `Option<&str>` for `Option<String>`: with a second
// type of `Option`, a bare `None` could not be inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for a column of type `{T}`",
    label = "expected a value for `{T}`",
    note = "values are given as they are: a `String` as text or `&str`, an enum by its variant, another \
            integer by `.try_into()?`, an `Option<&str>` by `.map(str::to_owned)`"
)]
pub trait IntoValue<T> {
    /// The value, as the column's type.
    fn into_value(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoValue<T> for T {
    fn into_value(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Base = T>> IntoValue<Option<T>> for T {
    fn into_value(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Moment> IntoValue<Infinite<T>> for T {
    fn into_value(self) -> Infinite<T> {
        Infinite::Finite(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: DbEnum> IntoValue<OrUnknown<E>> for E {
    fn into_value(self) -> OrUnknown<E> {
        OrUnknown::Known(self)
    }
}

/// `IntoValue<$to>` and `IntoValue<Option<$to>>` for a borrowed form.
macro_rules! borrowed {
    ($([$($generics:tt)*] $from:ty => $to:ty, $convert:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoValue<$to> for $from {
            fn into_value(self) -> $to {
                $convert(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoValue<Option<$to>> for $from {
            fn into_value(self) -> Option<$to> {
                Some($convert(self))
            }
        }
    )*};
}

borrowed! {
    [] &str => String, str::to_owned;
    [] &String => String, String::clone;
    [] char => String, String::from;
    ['a] Cow<'a, str> => String, Cow::into_owned;
    [] Box<str> => String, String::from;
    [] &[u8] => Vec<u8>, <[u8]>::to_vec;
    [const N: usize] &[u8; N] => Vec<u8>, |bytes: &[u8; N]| bytes.to_vec();
    [T: ArrayElement] &[T] => Vec<T>, <[T]>::to_vec;
    [T: ArrayElement, const N: usize] [T; N] => Vec<T>, Vec::from;
    [const N: usize] [&str; N] => Vec<String>, |texts: [&str; N]| texts.map(str::to_owned).into();
    [] &[&str] => Vec<String>, |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
}

#[cfg(feature = "secrecy")]
borrowed! {
    [] &str => secrecy::SecretString, From::from;
    [] String => secrecy::SecretString, From::from;
    [] &[u8] => secrecy::SecretSlice<u8>, |bytes: &[u8]| bytes.to_vec().into();
    [] Vec<u8> => secrecy::SecretSlice<u8>, From::from;
}

#[diagnostic::do_not_recommend]
impl<T> IntoValue<Json<T>> for T
where
    Json<T>: ColumnType,
{
    fn into_value(self) -> Json<T> {
        Json(self)
    }
}

/// A list of values of which each can be given for a column of type `T`.
///
/// ```
/// use orm_core::types::IntoValues;
///
/// fn give<T>(values: impl IntoValues<T>) -> Vec<T> {
///     values.into_values()
/// }
///
/// assert_eq!(give::<String>(["a", "b"]), ["a", "b"]);
/// assert_eq!(give::<i64>([1, 2].iter().copied()), [1, 2]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of values for a column of type `{T}`",
    label = "expected a list of values for `{T}`",
    note = "write `[1, 2]`, or a `Vec` of values; of a list of references `.iter().copied()` or `.iter().cloned()` \
            makes one of values"
)]
pub trait IntoValues<T> {
    /// The values, as the column's type.
    fn into_values(self) -> Vec<T>;
}

#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator<Item: IntoValue<T>>> IntoValues<T> for I {
    fn into_values(self) -> Vec<T> {
        self.into_iter().map(IntoValue::into_value).collect()
    }
}
