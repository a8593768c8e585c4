//! What generated code may name. Not part of the public API.

pub use std::borrow::Cow;
pub use std::clone::Clone;
pub use std::cmp::PartialEq;
pub use std::convert::From;
pub use std::default::Default;
pub use std::fmt::{self, Debug, Formatter};
pub use std::iter::IntoIterator;
pub use std::marker::PhantomData;
pub use std::ops::Deref;
pub use std::ops::FnOnce;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result as StdResult;
pub use std::result::Result::{Err, Ok};
pub use std::{assert, concat, module_path, panic, stringify};

/// Types that a program may have others of its name for.
pub type Str = str;
/// The same.
pub type Bool = bool;

pub use crate::types::WireType;
pub use bytes::BytesMut;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
pub use serde_json::Value as JsonDocument;

#[cfg(feature = "schemars")]
pub use crate::__json_schema as json_schema;
#[cfg(feature = "utoipa")]
pub use crate::__openapi as openapi;
#[cfg(not(feature = "schemars"))]
pub use crate::__undescribed as json_schema;
#[cfg(not(feature = "utoipa"))]
pub use crate::__undescribed as openapi;
pub use crate::check::{
    AsParam, HeldKey, IsModel, NO_COLUMN, SameType, Slot, Storable, TableOf, Verdict, agrees,
    backend_fault, backend_fault_of_target, belongs_to, can_hold, check, collates, column, columns,
    compared, debug_loaded, demand, demand_rule, exclusion, field, field_fault, filled, given,
    goes_through, goes_through_table, held, held_key, held_null, held_width, index, index_part,
    is_followed, join_columns, join_model, judge, marks_a_moment, named_key, not_null, param_of,
    path, prefilled, primary_key, refuse, same_key, scope_test, scope_value, side, stamps_a_moment,
    table, unique,
};
pub use crate::companion::{After, First, InSlot, Loads, Row, Unnamed};
pub use crate::create::{Draft, Given, IntoNew, Missing, Prefill, Saving, Values};
pub use crate::decode::Cursor;
pub use crate::error::Result;
pub use crate::exec::Executor;
pub use crate::hooks::{Hooked, Hooks, HooksOf};
pub use crate::joined::{JoinRow, Joined, JoinedBy, NoJoinRow};
#[cfg(feature = "schemars")]
pub use crate::json_schema::{
    HasJsonSchema, JsonSchema, JsonSlots, Schema, SchemaGenerator, json_schema_id,
    labels_json_schema, loaded_json_name, loaded_json_schema, one_of_json_schema,
};
pub use crate::key::Key;
pub use crate::load::Shape;
pub use crate::loaded::{Leads, Loadable, Nth, nth};
pub use crate::migrate::{Embedded, EmbeddedSource, Migrator};
pub use crate::model::{
    Associate, Association, AtMostOne, Cardinality, Column, DefaultScope, ExactlyOne, Fill,
    Generated, HeldByJoinTable, HeldByOwner, HeldByTarget, HeldElsewhere, InKey, Many,
    Materialized, Model, NamedQuery, NotLoaded, OneUnlessHidden, Plain, Settable, SoftDeletes,
    Unique, UniqueInKey, Writable,
};
#[cfg(feature = "utoipa")]
pub use crate::openapi::{
    ComposeSchema, Composed, Described, DescribedSlots, HasSchema, Schemas, ToSchema,
    labels_schema, loaded_name, loaded_schema, loaded_schemas, one_of_schema,
};
pub use crate::polymorphic::{
    AssociateOneOf, EachOwner, LoadedOn, OneOf, OwnerDef, OwnerIn, OwnerProjections, OwnerRows,
    OwnerSelects, Polymorphic, WholeOwners, whole, with_owners,
};
pub use crate::projection::{Projecting, Projection, ProjectionOf};
pub use crate::query::JsonField;
pub use crate::query::{At, Everywhere, Somewhere, UniqueOver};
pub use crate::schema::fits::Part;
pub use crate::schema::{
    Action, AssociationDef, AssociationKind, Backend, CheckDef, ColumnDef, DefaultValue,
    Deferrable, EnumDef, ExclusionDef, ExclusionElement, ExclusionOperator, Identity, IndexDef,
    IndexMethod, IndexPart, IndexTerm, JoinTable, PartitionDef, PartitionMethod, RangeKind,
    ScopeDef, SequenceDef, SequenceOptions, SqlType, StorageDef, TableDef, TableKind, TableName,
    Timestamp, UniqueDef,
};
pub use crate::serialize::{LoadedSlot, deserialize_label, serialize_loaded};
pub use crate::side::{
    Base, BelongsTo, Has, Held, HeldOrNull, In, InSeveral, ManyToMany, Marker, Other, Primary,
};
pub use crate::types::{
    ArrayElement, ColumnType, DbEnum, DecodeFault, Encoded, IntoValue, Json, JsonValue, Newtype,
    Param, enumeration, family, newtype,
};
pub use crate::validate::{
    Bound, Fault, Format, HashKind, Literal, Rule, UrlOptions, ValidationErrors, Validator,
};

/// Writes a new row; what `.save(&db)` of a create builder does.
pub fn save<'db, M: Model>(draft: Draft<M>, db: &'db dyn Executor) -> Saving<'db, M> {
    crate::query::insert(draft, db.executor())
}

/// What the derives write of schemas where nobody asks for them: nothing.
#[macro_export]
macro_rules! __undescribed {
    ($($type:tt)*) => {};
}
