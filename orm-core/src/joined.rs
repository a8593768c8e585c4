//! Rows of a many-to-many association with the row that joins them.

use std::marker::PhantomData;
use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::create::Draft;
use crate::error::Result;
use crate::model::{Fill, Model};
use crate::serialize::{LoadedSlot, serialize_loaded};
use crate::types::Param;

/// A row and the row of the join table that leads to it, from
/// [`with_join_row`](crate::model::Association::with_join_row).
///
/// It derefs to the row, so `role.name` reads the role and `role.join.note`
/// what the join table says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Joined<R, J> {
    /// The row on the other side, with what was loaded beside it.
    pub row: R,
    /// The row of the join table.
    pub join: J,
}

impl<R, J> Deref for Joined<R, J> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.row
    }
}

// What is loaded beside a joined row is loaded beside the row.
#[diagnostic::do_not_recommend]
impl<A, V, R, J> Fill<A, V> for Joined<R, J>
where
    R: Fill<A, V>,
    J: Clone + Send + Sync + 'static,
{
    type Output = Joined<R::Output, J>;

    fn fill(self, value: V) -> Self::Output {
        Joined {
            row: self.row.fill(value),
            join: self.join,
        }
    }
}

/// The row's fields, and behind them the join row as `join`.
impl<R: Serialize, J: Serialize + 'static> Serialize for Joined<R, J> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serialize_loaded(serializer, &self.row, LoadedSlot("join", &self.join, ()))
    }
}

/// The association goes through a model, whose rows are the join rows.
#[derive(Debug)]
pub struct JoinedBy<M>(PhantomData<fn() -> M>);

/// The association has no join table, or a plain one of two keys.
#[derive(Debug)]
pub enum NoJoinRow {}

/// What new rows of an association's join table go through.
pub trait JoinRows: 'static {
    /// Gives a row its defaults and judges it; the values are by column position.
    ///
    /// # Errors
    /// When a validator refuses a value.
    #[doc(hidden)]
    fn complete(values: Vec<(u16, Param)>) -> Result<Vec<(u16, Param)>>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> JoinRows for JoinedBy<M> {
    fn complete(values: Vec<(u16, Param)>) -> Result<Vec<(u16, Param)>> {
        let given = values.into_iter();
        let mut draft = given.fold(Draft::<M>::default(), |draft, (position, value)| {
            draft.set_param(position, value)
        });
        draft.complete()?;
        Ok(draft.values().to_vec())
    }
}

#[diagnostic::do_not_recommend]
impl JoinRows for NoJoinRow {
    fn complete(values: Vec<(u16, Param)>) -> Result<Vec<(u16, Param)>> {
        Ok(values)
    }
}

/// Whether the join rows of an association are rows of the model `J`.
#[diagnostic::on_unimplemented(
    message = "the join rows of this association are no rows of `{J}`",
    label = "not a column of its join table",
    note = "name a column of the model that its `through` names; a plain join table has the two keys alone"
)]
pub trait JoinedThrough<J> {}

#[diagnostic::do_not_recommend]
impl<M: Model> JoinedThrough<M> for JoinedBy<M> {}

// A second implementation, of a type that is no model: with one alone rustc would
// take the column's model for the join table's, and say what it expected there.
#[diagnostic::do_not_recommend]
impl<M: Model> JoinedThrough<NoJoinRow> for JoinedBy<M> {}
// Two of them, where there is none of a model: then the message waits for the
// column, and names its model.
#[diagnostic::do_not_recommend]
impl JoinedThrough<NoJoinRow> for NoJoinRow {}
#[diagnostic::do_not_recommend]
impl JoinedThrough<JoinedBy<NoJoinRow>> for NoJoinRow {}

/// Whether the rows of an association come with rows of a join table.
#[diagnostic::on_unimplemented(
    message = "the rows of this association have no join row",
    label = "not a `many_to_many` through a model",
    note = "only a `many_to_many` whose `through` names a model has join rows"
)]
pub trait JoinRow {
    /// The model of the join table.
    type Model: Model;
}

#[diagnostic::do_not_recommend]
impl<M: Model> JoinRow for JoinedBy<M> {
    type Model = M;
}
