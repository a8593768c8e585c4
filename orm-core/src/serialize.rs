//! A loaded row for `serde`: the row's own fields, and behind them the
//! associations that were loaded, in one map.
//!
//! The row writes itself as its derive says; the adapter only holds its struct
//! or map open long enough to add the rest. Nothing is collected on the way.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt::Display;

use serde::ser::{Error, Impossible, SerializeMap, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::model::NotLoaded;
use crate::types::DbEnum;

/// An association that was not included is not written at all; where it is
/// asked to write itself alone, it is nothing.
impl Serialize for NotLoaded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// The variant of a label that an enum of types has.
///
/// # Errors
/// When the input is no text, or no label of the enum.
pub fn deserialize_label<'de, E: DbEnum, D: Deserializer<'de>>(from: D) -> Result<E, D::Error> {
    let label = Cow::<'de, str>::deserialize(from)?;
    E::from_label(&label)
        .ok_or_else(|| de::Error::unknown_variant("of another model", E::DEF.labels))
}

/// The associations of a companion: a key, a value, and the rest.
#[derive(Debug, Clone, Copy)]
pub struct LoadedSlot<'a, T, R>(pub &'static str, pub &'a T, pub R);

/// Whether a slot of the type is one that was loaded.
pub(crate) fn is_loaded<T: 'static>() -> bool {
    TypeId::of::<T>() != TypeId::of::<NotLoaded>()
}

/// A list of slots.
pub trait LoadedSlots {
    /// How many of them were loaded.
    fn loaded(&self) -> usize;

    /// Adds those that were loaded to a struct.
    ///
    /// # Errors
    /// When the serializer fails.
    fn add_to_struct<S: SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error>;

    /// Adds those that were loaded to a map.
    ///
    /// # Errors
    /// When the serializer fails.
    fn add_to_map<S: SerializeMap>(&self, to: &mut S) -> Result<(), S::Error>;
}

impl LoadedSlots for () {
    fn loaded(&self) -> usize {
        0
    }

    fn add_to_struct<S: SerializeStruct>(&self, _: &mut S) -> Result<(), S::Error> {
        Ok(())
    }

    fn add_to_map<S: SerializeMap>(&self, _: &mut S) -> Result<(), S::Error> {
        Ok(())
    }
}

impl<T: Serialize + 'static, R: LoadedSlots> LoadedSlot<'_, T, R> {
    fn is_loaded(&self) -> bool {
        is_loaded::<T>()
    }
}

impl<T: Serialize + 'static, R: LoadedSlots> LoadedSlots for LoadedSlot<'_, T, R> {
    fn loaded(&self) -> usize {
        usize::from(self.is_loaded()) + self.2.loaded()
    }

    fn add_to_struct<S: SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error> {
        if self.is_loaded() {
            to.serialize_field(self.0, self.1)?;
        }
        self.2.add_to_struct(to)
    }

    fn add_to_map<S: SerializeMap>(&self, to: &mut S) -> Result<(), S::Error> {
        if self.is_loaded() {
            to.serialize_entry(self.0, self.1)?;
        }
        self.2.add_to_map(to)
    }
}

/// Writes a row with its loaded associations behind its own fields.
///
/// # Errors
/// When the serializer fails, or the row is neither a struct nor a map.
pub fn serialize_loaded<S: Serializer>(
    serializer: S,
    row: &impl Serialize,
    slots: impl LoadedSlots,
) -> Result<S::Ok, S::Error> {
    row.serialize(Beside { serializer, slots })
}

/// A serializer that adds the slots to the one struct or map it is given.
struct Beside<S, L> {
    serializer: S,
    slots: L,
}

/// An open struct or map, with what is still to be added.
struct Open<S, L> {
    open: S,
    slots: L,
}

impl<S: SerializeStruct, L: LoadedSlots> SerializeStruct for Open<S, L> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        self.open.serialize_field(key, value)
    }

    fn skip_field(&mut self, key: &'static str) -> Result<(), S::Error> {
        self.open.skip_field(key)
    }

    fn end(mut self) -> Result<S::Ok, S::Error> {
        self.slots.add_to_struct(&mut self.open)?;
        self.open.end()
    }
}

impl<S: SerializeMap, L: LoadedSlots> SerializeMap for Open<S, L> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.open.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.open.serialize_value(value)
    }

    fn end(mut self) -> Result<S::Ok, S::Error> {
        self.slots.add_to_map(&mut self.open)?;
        self.open.end()
    }
}

/// The refusal of a row that is neither a struct nor a map.
fn refused<T, E: Error>() -> Result<T, E> {
    Err(E::custom(
        "a row with loaded associations must serialize as a struct or a map",
    ))
}

/// Methods of one argument that refuse it.
macro_rules! refuse {
    ($($method:ident($ty:ty)),* $(,)?) => {$(
        fn $method(self, _: $ty) -> Result<S::Ok, S::Error> {
            refused()
        }
    )*};
}

impl<S: Serializer, L: LoadedSlots> Serializer for Beside<S, L> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Impossible<S::Ok, S::Error>;
    type SerializeTuple = Impossible<S::Ok, S::Error>;
    type SerializeTupleStruct = Impossible<S::Ok, S::Error>;
    type SerializeTupleVariant = Impossible<S::Ok, S::Error>;
    type SerializeMap = Open<S::SerializeMap, L>;
    type SerializeStruct = Open<S::SerializeStruct, L>;
    type SerializeStructVariant = Impossible<S::Ok, S::Error>;

    fn serialize_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        let open = self
            .serializer
            .serialize_struct(name, len + self.slots.loaded())?;
        Ok(Open {
            open,
            slots: self.slots,
        })
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        let open = self
            .serializer
            .serialize_map(len.map(|len| len + self.slots.loaded()))?;
        Ok(Open {
            open,
            slots: self.slots,
        })
    }

    // `#[serde(transparent)]` and `#[serde(into = "..")]` hand over another value.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }

    fn is_human_readable(&self) -> bool {
        self.serializer.is_human_readable()
    }

    refuse! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64),
        serialize_f32(f32), serialize_f64(f64), serialize_char(char), serialize_str(&str),
        serialize_bytes(&[u8]), serialize_unit_struct(&'static str),
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        refused()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        refused()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
    ) -> Result<S::Ok, S::Error> {
        refused()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<S::Ok, S::Error> {
        refused()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        refused()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, S::Error> {
        refused()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        refused()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        refused()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        refused()
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<S::Ok, S::Error> {
        refused()
    }
}

#[cfg(test)]
mod tests {
    use super::{LoadedSlot, NotLoaded, serialize_loaded};
    use serde::{Serialize, Serializer};

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        full_name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }

    struct With<R, A, B>(R, A, B);

    impl<R: Serialize, A: Serialize + 'static, B: Serialize + 'static> Serialize for With<R, A, B> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let slots = LoadedSlot("orders", &self.1, LoadedSlot("lastLogin", &self.2, ()));
            serialize_loaded(serializer, &self.0, slots)
        }
    }

    fn row() -> Row {
        Row {
            full_name: "Sarah".into(),
            note: None,
        }
    }

    #[test]
    fn only_loaded_associations_are_written_behind_the_row() {
        let json = serde_json::to_string(&With(row(), vec![1, 2], NotLoaded)).unwrap();
        assert_eq!(json, r#"{"fullName":"Sarah","orders":[1,2]}"#);
        let json = serde_json::to_string(&With(row(), NotLoaded, None::<i32>)).unwrap();
        assert_eq!(json, r#"{"fullName":"Sarah","lastLogin":null}"#);
    }

    #[test]
    fn they_nest_and_maps_are_extended_too() {
        let inner = vec![With(row(), NotLoaded, 7)];
        let outer = With(
            serde_json::json!({ "id": 1 }).as_object().unwrap().clone(),
            inner,
            NotLoaded,
        );
        let json = serde_json::to_string(&outer).unwrap();
        assert_eq!(
            json,
            r#"{"id":1,"orders":[{"fullName":"Sarah","lastLogin":7}]}"#
        );
    }

    #[test]
    fn a_row_that_is_neither_struct_nor_map_is_an_error() {
        let error = serde_json::to_string(&With("text", NotLoaded, NotLoaded)).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("must serialize as a struct or a map")
        );
    }
}
