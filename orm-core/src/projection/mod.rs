//! Named shapes of a model's rows: exactly these columns, nothing else.
//!
//! `#[derive(Projection)]` on a struct says which values of a model, and of
//! what it is associated with, a query returns. Only those are selected.

mod field;

pub use field::{Declares, Field, FitsColumn, FitsValue, Holds};

use std::marker::PhantomData;
use std::sync::Arc;

use crate::ast::{Item, Output, Select};
use crate::load::{Part, Shape};
use crate::model::Model;

/// A struct that is a named shape of a model's rows.
///
/// Derived, never written by hand; `#[derive(Projection)]` explains the
/// attributes. A model is a projection of itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection",
    label = "not a projection",
    note = "add `#[derive(Projection)]` and `#[projection(model = ..)]` to `{Self}`"
)]
pub trait Projection: Sized + Send + Sync + 'static {
    /// The model whose rows it shows.
    type Model: Model;

    /// Asks for the values it needs, and says how they are put together.
    #[doc(hidden)]
    fn shape(rows: Projecting<'_, Self::Model>) -> Shape<Self>;
}

/// A projection of the model `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection of `{M}`",
    label = "not a projection of `{M}`",
    note = "a projection says so: `#[derive(Projection)] #[projection(model = {M})]`"
)]
pub trait ProjectionOf<M>: Projection<Model = M> {}

#[diagnostic::do_not_recommend]
impl<M: Model> Projection for M {
    type Model = M;

    fn shape(rows: Projecting<'_, M>) -> Shape<M> {
        rows.select.output = Output::Model;
        Shape::plain()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> ProjectionOf<M> for M {}

/// A projection's fields, collected one by one; only generated code uses it.
#[doc(hidden)]
pub struct Projecting<'s, M, F = ()> {
    select: &'s mut Select,
    fields: F,
    model: PhantomData<fn() -> M>,
}

impl<M, F> std::fmt::Debug for Projecting<'_, M, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Projecting")
            .field(&self.select.output)
            .finish()
    }
}

impl<'s, M: Model> Projecting<'s, M> {
    pub(crate) fn new(select: &'s mut Select) -> Self {
        select.output = Output::Items(Vec::new());
        Projecting {
            select,
            fields: (),
            model: PhantomData,
        }
    }
}

impl<'s, M, F> Projecting<'s, M, F> {
    /// The next field: its name, and where its value comes from.
    pub fn field<S>(self, name: &'static str, source: S) -> Named<'s, M, F, S> {
        Named {
            rows: self,
            name,
            source,
        }
    }

    /// The rows as `P`, put together from the values of all fields.
    pub fn finish<P: Send + Sync + 'static>(self, make: fn(F::Value) -> P) -> Shape<P>
    where
        F: Part,
    {
        let columns = positions(&self.select.output);
        Shape::projected(self.select.table, columns, self.fields, make)
    }
}

/// A field whose type is not known yet; only generated code uses it.
///
/// Source and type are given one after the other, because the compiler has
/// more to say about a type that does not fit once it knows the source.
#[doc(hidden)]
#[derive(Debug)]
pub struct Named<'s, M, F, S> {
    rows: Projecting<'s, M, F>,
    name: &'static str,
    source: S,
}

impl<'s, M, F, S> Named<'s, M, F, S> {
    /// The type of the field.
    pub fn of<T: Field<M, S>>(self) -> Projecting<'s, M, (F, T::Part)> {
        let rows = self.rows;
        let field = T::part(self.source, self.name, rows.select);
        Projecting {
            select: rows.select,
            fields: (rows.fields, field),
            model: PhantomData,
        }
    }
}

/// Which column of the table each value is, to name it in errors; none is a
/// position that no table has.
fn positions(output: &Output) -> Arc<[u16]> {
    let Output::Items(items) = output else {
        return Arc::from([]);
    };
    let position = |item: &Item| match item {
        Item::Column(position) => *position,
        Item::Value { .. } => u16::MAX,
    };
    items.iter().map(position).collect()
}
