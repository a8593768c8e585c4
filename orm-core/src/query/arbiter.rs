//! What makes two rows the same: a unique column, or several that are unique together.

use super::IntoOperand;
use crate::ast::{ConflictTarget, Expr};
use crate::model::{Column, InKey, Model, Unique, UniqueInKey};
use crate::query::Expression;
use crate::types::ColumnType;

/// The position of a column, as a type.
#[derive(Debug, Clone, Copy)]
pub struct At<const AT: usize>;

/// A column that may be part of a key of several columns.
#[diagnostic::on_unimplemented(
    message = "this column is in no unique constraint of several columns",
    label = "not part of a key",
    note = "declare the key: `#[model(unique(columns = (..)))]`, and name its columns in that order"
)]
pub trait Keyed {
    /// Where the column is.
    type At;
}

#[diagnostic::do_not_recommend]
impl<const AT: usize> Keyed for UniqueInKey<AT> {
    type At = At<AT>;
}

#[diagnostic::do_not_recommend]
impl<const AT: usize> Keyed for InKey<AT> {
    type At = At<AT>;
}

/// A model whose rows differ in the columns at the positions `P`; the derive says so
/// for each primary key and unique constraint of several columns, and for each unique
/// index of plain columns.
#[diagnostic::on_unimplemented(
    message = "no unique constraint of `{Self}` is over exactly these columns",
    label = "rows of `{Self}` may agree in these columns",
    note = "declare one: `#[model(unique(columns = (..)))]`, and name its columns in that order"
)]
pub trait UniqueOver<P>: Model {
    /// [`Everywhere`], or [`Somewhere`] where the index is of some rows only.
    type Rows;

    /// The condition of a partial index.
    const FILTER: Option<&'static str> = None;
}

/// A constraint over all rows of a table, or all that are not marked as deleted.
#[derive(Debug, Clone, Copy)]
pub enum Everywhere {}

/// A constraint over some rows of a table.
#[derive(Debug, Clone, Copy)]
pub enum Somewhere {}

/// Whether one row at most is found by the columns of a key.
#[diagnostic::on_unimplemented(
    message = "these columns are unique among some rows only",
    label = "several rows may be found by these columns",
    note = "the unique index has a `where`: use `query().filter(..)` with that condition"
)]
pub trait OfAllRows {}

#[diagnostic::do_not_recommend]
impl OfAllRows for Everywhere {}

/// What makes two rows of `M` the same: a column that is unique by itself, or a tuple
/// of columns that are unique together, in the order in which their constraint names them.
#[diagnostic::on_unimplemented(
    message = "rows of `{M}` may agree in this, so it does not make two of them the same",
    label = "expected a unique column, or a tuple of columns that are unique together",
    note = "add `unique` to the column, or `unique(columns = (..))` to the model, and name the columns in its order"
)]
pub trait Arbiter<M> {
    /// The unique constraint, as a statement names it.
    #[doc(hidden)]
    fn target(self) -> ConflictTarget;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T> Arbiter<M> for Column<M, T, Unique> {
    fn target(self) -> ConflictTarget {
        ConflictTarget {
            columns: vec![self.position],
            filter: None,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T, const AT: usize> Arbiter<M> for Column<M, T, UniqueInKey<AT>> {
    fn target(self) -> ConflictTarget {
        ConflictTarget {
            columns: vec![self.position],
            filter: None,
        }
    }
}

/// One column of a partial index.
#[diagnostic::do_not_recommend]
impl<M: UniqueOver<(At<AT>,)>, T, const AT: usize> Arbiter<M> for Column<M, T, InKey<AT>> {
    fn target(self) -> ConflictTarget {
        ConflictTarget {
            columns: vec![self.position],
            filter: M::FILTER,
        }
    }
}

/// What one row is found by: a unique column and its value, or a tuple of columns
/// that are unique together and a tuple of values.
#[diagnostic::on_unimplemented(
    message = "a row of `{M}` cannot be found by this: several may have the same",
    label = "expected a unique column, or a tuple of columns that are unique together",
    note = "add `unique` to the column, or use `query().filter(..)`, which finds all such rows"
)]
pub trait FoundBy<M, V> {
    /// What the row passes.
    #[doc(hidden)]
    fn holds(self, values: V) -> Expr;
}

#[diagnostic::do_not_recommend]
impl<M, T, V> FoundBy<M, V> for Column<M, T, Unique>
where
    M: Model,
    T: ColumnType,
    V: IntoOperand<M, T::Base>,
{
    fn holds(self, value: V) -> Expr {
        self.eq(value).ast
    }
}

#[diagnostic::do_not_recommend]
impl<M, T, V, const AT: usize> FoundBy<M, V> for Column<M, T, UniqueInKey<AT>>
where
    M: Model,
    T: ColumnType,
    V: IntoOperand<M, T::Base>,
{
    fn holds(self, value: V) -> Expr {
        self.eq(value).ast
    }
}

/// One column of an index that sees all rows but those marked as deleted.
#[diagnostic::do_not_recommend]
impl<M, T, V, const AT: usize> FoundBy<M, V> for Column<M, T, InKey<AT>>
where
    M: UniqueOver<(At<AT>,), Rows: OfAllRows>,
    T: ColumnType,
    V: IntoOperand<M, T::Base>,
{
    fn holds(self, value: V) -> Expr {
        self.eq(value).ast
    }
}

macro_rules! keys {
    ($($column:ident $kind:ident $value:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($column, $kind: Keyed),+> Arbiter<M> for ($(Column<M, $column, $kind>,)+)
        where
            M: UniqueOver<($($kind::At,)+)>,
        {
            fn target(self) -> ConflictTarget {
                ConflictTarget { columns: vec![$(self.$at.position),+], filter: M::FILTER }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, $($column, $kind, $value),+> FoundBy<M, ($($value,)+)>
            for ($(Column<M, $column, $kind>,)+)
        where
            M: UniqueOver<($($kind::At,)+), Rows: OfAllRows>,
            $($column: ColumnType, $kind: Keyed, $value: IntoOperand<M, $column::Base>,)+
        {
            fn holds(self, values: ($($value,)+)) -> Expr {
                Expr::all_of([$(self.$at.eq(values.$at).ast),+])
            }
        }
    };
}

keys!(A KA VA 0, B KB VB 1);
keys!(A KA VA 0, B KB VB 1, C KC VC 2);
keys!(A KA VA 0, B KB VB 1, C KC VC 2, D KD VD 3);
keys!(A KA VA 0, B KB VB 1, C KC VC 2, D KD VD 3, E KE VE 4);
keys!(A KA VA 0, B KB VB 1, C KC VC 2, D KD VD 3, E KE VE 4, F KF VF 5);
keys!(A KA VA 0, B KB VB 1, C KC VC 2, D KD VD 3, E KE VE 4, F KF VF 5, G KG VG 6);
keys!(A KA VA 0, B KB VB 1, C KC VC 2, D KD VD 3, E KE VE 4, F KF VF 5, G KG VG 6, H KH VH 7);
