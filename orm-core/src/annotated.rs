//! Rows with values that were computed beside them.

use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::model::Fill;
use crate::serialize::{LoadedSlot, serialize_loaded};

/// A row and what was computed beside it, from
/// [`Query::annotate`](crate::query::Query::annotate).
///
/// It derefs to the row, so `user.name` and `user.orders` read the row, and
/// `user.values` what was asked for beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Annotated<R, V> {
    /// The row, with what was loaded beside it.
    pub row: R,
    /// The values, as the tuple that was asked for.
    pub values: V,
}

impl<R, V> Deref for Annotated<R, V> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.row
    }
}

// What is loaded beside an annotated row is loaded beside the row.
#[diagnostic::do_not_recommend]
impl<A, C, R, V> Fill<A, C> for Annotated<R, V>
where
    R: Fill<A, C>,
    V: Clone + Send + Sync + 'static,
{
    type Output = Annotated<R::Output, V>;

    fn fill(self, value: C) -> Self::Output {
        Annotated {
            row: self.row.fill(value),
            values: self.values,
        }
    }
}

/// The row's fields, and behind them the values as `values`.
impl<R: Serialize, V: Serialize + 'static> Serialize for Annotated<R, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_loaded(
            serializer,
            &self.row,
            LoadedSlot("values", &self.values, ()),
        )
    }
}
