//! What a field of a projection can hold, decided by what it names.

use crate::ast::{Item, Output, Select};
use crate::load::{OfAssociation, OfRow, Part};
use crate::model::{
    Associate, Association, AtMostOne, Cardinality, Column, ExactlyOne, Many, Model,
};
use crate::projection::ProjectionOf;
use crate::query::{Expr, Include};
use crate::types::ColumnType;

/// A field of a projection of `M` whose value comes from `S`: a column, an
/// expression, or an association.
#[diagnostic::on_unimplemented(
    message = "a projection of `{M}` cannot show `{S}`",
    label = "expected a column, an expression or an association of `{M}`"
)]
pub trait Field<M, S>: Sized {
    /// How the field gets its value.
    #[doc(hidden)]
    type Part: Part<Value = Self>;

    /// Asks for the value.
    #[doc(hidden)]
    fn part(source: S, name: &'static str, select: &mut Select) -> Self::Part;
}

#[diagnostic::do_not_recommend]
impl<M: Model, C, K, T: FitsColumn<M, C>> Field<M, Column<M, C, K>> for T {
    type Part = OfRow<T>;

    fn part(source: Column<M, C, K>, _name: &'static str, select: &mut Select) -> OfRow<T> {
        push(select, Item::Column(source.position()));
        OfRow::new()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, V, T: FitsValue<M, V>> Field<M, Expr<M, V>> for T {
    type Part = OfRow<T>;

    fn part(source: Expr<M, V>, name: &'static str, select: &mut Select) -> OfRow<T> {
        push(
            select,
            Item::Value {
                name,
                expr: source.ast,
                sql_type: T::SQL_TYPE,
            },
        );
        OfRow::new()
    }
}

#[diagnostic::do_not_recommend]
impl<A: Associate, T: Holds<A::Kind, A::Target>> Field<A::Owner, Association<A>> for T {
    type Part = OfAssociation<A, A::Kind, T>;

    fn part(_: Association<A>, _name: &'static str, select: &mut Select) -> Self::Part {
        join(Include::new(), select)
    }
}

#[diagnostic::do_not_recommend]
impl<A: Associate, K: Cardinality, T: Holds<K, A::Target>> Field<A::Owner, Include<A, A::Target, K>>
    for T
{
    type Part = OfAssociation<A, K, T>;

    fn part(
        source: Include<A, A::Target, K>,
        _name: &'static str,
        select: &mut Select,
    ) -> Self::Part {
        join(source, select)
    }
}

fn push(select: &mut Select, item: Item) {
    if let Output::Items(items) = &mut select.output {
        items.push(item);
    }
}

fn join<A: Associate, K: Cardinality, T: Holds<K, A::Target>>(
    include: Include<A, A::Target, K>,
    select: &mut Select,
) -> OfAssociation<A, K, T> {
    let include = include.select::<T::Row>();
    let index = select.includes.len();
    let shape = include.push_to(select);
    OfAssociation::new(shape, index)
}

/// A field type that takes a column of type `C`: the same type.
#[diagnostic::on_unimplemented(
    message = "this field's column in `{M}` is of type `{C}`, not `{Self}`",
    label = "expected `{C}`"
)]
pub trait FitsColumn<M, C>: ColumnType {}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> FitsColumn<M, T> for T {}

/// A field type that takes an expression of type `V`: the same type.
#[diagnostic::on_unimplemented(
    message = "this field's expression is of type `{V}`, not `{Self}`",
    label = "expected `{V}`"
)]
pub trait FitsValue<M, V>: ColumnType {}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> FitsValue<M, T> for T {}

/// A field type that holds the other side of an association: rows of `M`, `K` of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold `{K}` rows of `{M}`",
    label = "the association has `{K}` rows of `{M}`",
    note = "`Many` rows are a `Vec<_>`, `AtMostOne` row is an `Option<_>`, `ExactlyOne` row is the projection itself"
)]
pub trait Holds<K, M: Model>: Sized + 'static {
    /// How many rows there are.
    #[doc(hidden)]
    type Kind: Cardinality;

    /// The projection of one row.
    type Row: ProjectionOf<M> + Clone;

    /// The loaded rows, as the field's type.
    #[doc(hidden)]
    fn hold(loaded: <Self::Kind as Cardinality>::Loaded<Self::Row>) -> Self;
}

macro_rules! holds {
    ($($kind:ident: $field:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Model, P: ProjectionOf<M> + Clone> Holds<$kind, M> for $field {
            type Kind = $kind;
            type Row = P;

            fn hold(loaded: Self) -> Self {
                loaded
            }
        }
    )*};
}

holds! {
    Many: Vec<P>;
    AtMostOne: Option<P>;
    ExactlyOne: P;
}
