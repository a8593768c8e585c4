//! What `serde` writes of rows with loaded associations, as schemas of OpenAPI (`utoipa`).
//!
//! A row describes itself as its derive says; here the associations that were loaded are
//! added to that, as `serialize` adds them to what is written.

use std::borrow::Cow;
use std::fmt::Write as _;

use utoipa::openapi::schema::{
    ArrayBuilder, ArrayItems, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};

pub use utoipa::__dev::ComposeSchema;
pub use utoipa::ToSchema;

use crate::annotated::Annotated;
use crate::joined::Joined;
use crate::model::NotLoaded;
use crate::query::{Connection, Page, PageCursor};
use crate::serialize::is_loaded;
use crate::types::{DbEnum, Json};

/// A schema, or where it is.
pub type Described = utoipa::openapi::RefOr<Schema>;
/// Those of generic arguments, which rows are written out in place of.
pub type Composed = Vec<Described>;
/// Schemas by their names.
pub type Schemas = Vec<(String, Described)>;

/// What stands in a slot and has a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema of OpenAPI",
    label = "no schema",
    note = "derive `utoipa::ToSchema` for the models and projections that are loaded"
)]
pub trait HasSchema: ToSchema + ComposeSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: ToSchema + ComposeSchema + 'static> HasSchema for T {}

/// The slots of a companion, by their types: `(A, (B, ()))`.
pub trait DescribedSlots {
    /// Adds what is loaded to an object; the names are those of all slots.
    fn add_to(object: &mut Object, names: &[&str]);

    /// Adds one variant for each.
    fn add_variants(to: OneOfBuilder, names: &[&str]) -> OneOfBuilder;

    /// The schemas that these refer to.
    fn collect(schemas: &mut Schemas);
}

impl DescribedSlots for () {
    fn add_to(_: &mut Object, _: &[&str]) {}

    fn add_variants(to: OneOfBuilder, _: &[&str]) -> OneOfBuilder {
        to
    }

    fn collect(_: &mut Schemas) {}
}

impl<T: HasSchema, R: DescribedSlots> DescribedSlots for (T, R) {
    fn add_to(object: &mut Object, names: &[&str]) {
        let Some((name, others)) = names.split_first() else {
            return;
        };
        if is_loaded::<T>() {
            object.properties.insert((*name).to_owned(), T::schema());
            object.required.push((*name).to_owned());
        }
        R::add_to(object, others);
    }

    fn add_variants(to: OneOfBuilder, names: &[&str]) -> OneOfBuilder {
        let Some((name, others)) = names.split_first() else {
            return to;
        };
        let variant = ObjectBuilder::new()
            .property(*name, T::schema())
            .required(*name);
        R::add_variants(to.item(variant), others)
    }

    fn collect(schemas: &mut Schemas) {
        T::schemas(schemas);
        R::collect(schemas);
    }
}

/// The schema of a row with loaded associations, whose keys are `names`.
pub fn loaded_schema<M: ToSchema, S: DescribedSlots>(names: &[&str]) -> Described {
    let mut beside = Object::with_type(Type::Object);
    S::add_to(&mut beside, names);
    let title = ways::<M>(&beside);
    Described::T(match M::schema() {
        Described::T(Schema::Object(mut row)) => {
            row.title = Some(title);
            // An example of the row alone is none of this.
            (row.example, row.examples) = (None, Vec::new());
            row.properties.extend(beside.properties);
            row.required.extend(beside.required);
            Schema::Object(row)
        }
        row => {
            beside.title = Some(title);
            let mut all = utoipa::openapi::AllOf::new();
            all.items = vec![row, Described::T(Schema::Object(beside))];
            Schema::AllOf(all)
        }
    })
}

/// The name of a row with loaded associations: the row's, and the way to each.
fn ways<M: ToSchema>(beside: &Object) -> String {
    let mut name = M::name().into_owned();
    for (key, schema) in &beside.properties {
        let key = key.replace('-', "_");
        let _ = write!(name, "-{key}");
        let further = title(schema).and_then(|title| title.split_once('-'));
        for way in further.iter().flat_map(|(_, ways)| ways.split('-')) {
            let _ = write!(name, "-{key}.{way}");
        }
    }
    name
}

/// The title of the rows in a schema: of one, of a list, of one that may be missing.
fn title(schema: &Described) -> Option<&str> {
    match schema {
        Described::T(Schema::Object(object)) => object.title.as_deref(),
        Described::T(Schema::Array(array)) => match &array.items {
            ArrayItems::RefOrSchema(items) => title(items),
            ArrayItems::False => None,
        },
        Described::T(Schema::OneOf(one)) => one.items.iter().find_map(title),
        Described::T(Schema::AllOf(all)) => all.items.iter().rev().find_map(title),
        _ => None,
    }
}

/// The name of a type that a [`loaded_schema`] describes.
pub fn loaded_name<T: ComposeSchema>() -> Cow<'static, str> {
    let schema = T::compose(Vec::new());
    Cow::Owned(title(&schema).unwrap_or_default().to_owned())
}

/// The schemas that a row with loaded associations refers to.
pub fn loaded_schemas<M: ToSchema, S: DescribedSlots>(schemas: &mut Schemas) {
    M::schemas(schemas);
    S::collect(schemas);
}

/// A row of one of several models: an object with the name of one.
pub fn one_of_schema<S: DescribedSlots>(names: &[&str]) -> Described {
    Described::T(Schema::OneOf(
        S::add_variants(OneOfBuilder::new(), names).build(),
    ))
}

/// The labels of an enum.
pub fn labels_schema<E: DbEnum>() -> Described {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.enum_values(Some(E::DEF.labels.iter().copied())).into()
}

/// An association that was not loaded is not written.
impl ComposeSchema for NotLoaded {
    fn compose(_: Vec<Described>) -> Described {
        Object::with_type(Type::Null).into()
    }
}

impl ToSchema for NotLoaded {}

/// A document as its type says.
impl<T: ToSchema + ComposeSchema> ComposeSchema for Json<T> {
    fn compose(_: Vec<Described>) -> Described {
        T::compose(Vec::new())
    }
}

impl<T: ToSchema + ComposeSchema> ToSchema for Json<T> {
    fn schemas(schemas: &mut Schemas) {
        T::schemas(schemas);
    }
}

/// A text that leads to a page.
impl ComposeSchema for PageCursor {
    fn compose(_: Vec<Described>) -> Described {
        of_type([Type::String], "Leads to a page of the list").into()
    }
}

impl ToSchema for PageCursor {}

fn of_type(types: impl IntoIterator<Item = Type>, about: &str) -> ObjectBuilder {
    let mut types: Vec<Type> = types.into_iter().collect();
    let only = if types.len() == 1 { types.pop() } else { None };
    let types = only.map_or(SchemaType::Array(types), SchemaType::Type);
    let schema = ObjectBuilder::new().schema_type(types);
    schema.description(Some(about))
}

/// The schema of a generic argument: the one that is given, or that of its type.
fn argument<L: ToSchema>(given: Vec<Described>) -> Described {
    given.into_iter().next().unwrap_or_else(L::schema)
}

/// The rows, and where the pages beside them are.
impl<L: ToSchema> ComposeSchema for Page<L> {
    fn compose(rows: Vec<Described>) -> Described {
        let cursor = |about| of_type([Type::String, Type::Null], about);
        let rows = ArrayBuilder::new().items(argument::<L>(rows));
        ObjectBuilder::new()
            .property("rows", rows.description(Some("The rows")))
            .required("rows")
            .property("next", cursor("Where the next page begins"))
            .required("next")
            .property("previous", cursor("Where the previous page is"))
            .required("previous")
            .property(
                "total",
                of_type([Type::Integer], "How many rows all pages have"),
            )
            .into()
    }
}

impl<L: ToSchema> ToSchema for Page<L> {
    fn schemas(schemas: &mut Schemas) {
        L::schemas(schemas);
    }
}

/// A page in the shape of Relay's connections.
impl<L: ToSchema> ComposeSchema for Connection<L> {
    fn compose(node: Vec<Described>) -> Described {
        let cursor = |about| of_type([Type::String, Type::Null], about);
        let edge = ObjectBuilder::new()
            .property("node", argument::<L>(node))
            .required("node")
            .property("cursor", of_type([Type::String], "The place of the row"))
            .required("cursor");
        let has = |where_| of_type([Type::Boolean], where_);
        let info = ObjectBuilder::new()
            .property("hasNextPage", has("Whether there are rows behind these"))
            .required("hasNextPage")
            .property(
                "hasPreviousPage",
                has("Whether there are rows in front of these"),
            )
            .required("hasPreviousPage")
            .property("startCursor", cursor("The place of the first row"))
            .required("startCursor")
            .property("endCursor", cursor("The place of the last row"))
            .required("endCursor");
        let total = of_type([Type::Integer], "How many rows all pages have");
        ObjectBuilder::new()
            .property("edges", ArrayBuilder::new().items(edge))
            .required("edges")
            .property("pageInfo", info)
            .required("pageInfo")
            .property("totalCount", total)
            .into()
    }
}

impl<L: ToSchema> ToSchema for Connection<L> {
    fn schemas(schemas: &mut Schemas) {
        L::schemas(schemas);
    }
}

/// The schemas of a row with one more value beside it.
macro_rules! beside {
    ($($(#[$doc:meta])* $type:ident $name:literal;)*) => {$(
        $(#[$doc])*
        impl<R: HasSchema, V: HasSchema> ComposeSchema for $type<R, V> {
            fn compose(_: Vec<Described>) -> Described {
                loaded_schema::<R, (V, ())>(&[$name])
            }
        }

        impl<R: HasSchema, V: HasSchema> ToSchema for $type<R, V> {
            fn name() -> Cow<'static, str> {
                loaded_name::<Self>()
            }

            fn schemas(schemas: &mut Schemas) {
                loaded_schemas::<R, (V, ())>(schemas);
            }
        }
    )*};
}

beside! {
    /// The row's fields, and `join`.
    Joined "join";
    /// The row's fields, and `values`.
    Annotated "values";
}

/// What the derives write of a type: the runtime knows whether it is asked for.
#[doc(hidden)]
#[macro_export]
macro_rules! __openapi {
    (companion $owner:ident, $loaded:ident [$($slot:ident)*] $slots:ty, [$($key:literal),*]) => {
        impl<$($slot: $crate::__::HasSchema),*> $crate::__::ComposeSchema for $loaded<$($slot),*>
        where
            for<'__> $owner: $crate::__::ToSchema,
        {
            fn compose(_: $crate::__::Composed) -> $crate::__::Described {
                $crate::__::loaded_schema::<$owner, $slots>(&[$($key),*])
            }
        }
        impl<$($slot: $crate::__::HasSchema),*> $crate::__::ToSchema for $loaded<$($slot),*>
        where
            for<'__> $owner: $crate::__::ToSchema,
        {
            fn name() -> $crate::__::Cow<'static, $crate::__::Str> {
                $crate::__::loaded_name::<Self>()
            }
            fn schemas(schemas: &mut $crate::__::Schemas) {
                $crate::__::loaded_schemas::<$owner, $slots>(schemas);
            }
        }
    };
    (one_of $with:ident [$($slot:ident)*] $slots:ty, [$($name:literal),*]) => {
        impl<$($slot: $crate::__::HasSchema),*> $crate::__::ComposeSchema for $with<$($slot),*> {
            fn compose(_: $crate::__::Composed) -> $crate::__::Described {
                $crate::__::one_of_schema::<$slots>(&[$($name),*])
            }
        }
        impl<$($slot: $crate::__::HasSchema),*> $crate::__::ToSchema for $with<$($slot),*> {
            fn schemas(schemas: &mut $crate::__::Schemas) {
                <$slots as $crate::__::DescribedSlots>::collect(schemas);
            }
        }
    };
    (labels $types:ident) => {
        impl $crate::__::ComposeSchema for $types {
            fn compose(_: $crate::__::Composed) -> $crate::__::Described {
                $crate::__::labels_schema::<Self>()
            }
        }
        impl $crate::__::ToSchema for $types {}
    };
}
