//! What a field of a projection can hold, decided by what it names.

use crate::ast::{Item, Output, Select};
use crate::joined::Joined;
use crate::load::{OfAssociation, OfRow, Part, Shape};
use crate::model::{
    Associate, Association, AtMostOne, Cardinality, Column, ExactlyOne, Many, Model,
    OneUnlessHidden,
};
use crate::polymorphic::{AssociateOneOf, OneOf, OwnerProjections, WholeOwners};
use crate::projection::{Projecting, ProjectionOf};
use crate::query::{Expr, Include, IncludeOneOf};
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

// These impls are not hidden from messages: what a field lacks is said by the
// trait that its impl asks for.
impl<M: Model, C, K, T: FitsColumn<M, C>> Field<M, Column<M, C, K>> for T {
    type Part = OfRow<T>;

    fn part(source: Column<M, C, K>, _name: &'static str, select: &mut Select) -> OfRow<T> {
        push(select, Item::Column(source.position()));
        OfRow::new()
    }
}

impl<M: Model, V, T: FitsValue<V>> Field<M, Expr<M, V>> for T {
    type Part = OfRow<T>;

    fn part(source: Expr<M, V>, name: &'static str, select: &mut Select) -> OfRow<T> {
        let value = Item::Value {
            name,
            expr: source.ast,
            sql_type: T::SQL_TYPE,
        };
        push(select, value);
        OfRow::new()
    }
}

impl<M, A: Associate, T> Field<M, Association<A>> for T
where
    A::Owner: Declares<M>,
    T: Holds<A::Kind>,
    T::Row: ProjectionOf<A::Target> + Clone,
{
    type Part = OfAssociation<T>;

    fn part(_: Association<A>, _name: &'static str, select: &mut Select) -> OfAssociation<T> {
        join(Include::<A, _, _>::new().select::<T::Row>(), select)
    }
}

impl<M, A: Associate, L, K: Cardinality, T> Field<M, Include<A, L, K>> for T
where
    A::Owner: Declares<M>,
    T: Holds<K>,
    L: ShownAs<T::Row> + 'static,
    T::Row: Clone + Send + Sync + 'static,
{
    type Part = OfAssociation<T>;

    fn part(
        source: Include<A, L, K>,
        _name: &'static str,
        select: &mut Select,
    ) -> OfAssociation<T> {
        join(source.reshaped(|select, _| L::shape(select)), select)
    }
}

impl<M, A: AssociateOneOf, T> Field<M, OneOf<A>> for T
where
    A::Owner: Declares<M>,
    T: Holds<AtMostOne>,
    T::Row: OwnerProjections<A::Targets>,
{
    type Part = OfAssociation<T>;

    fn part(source: OneOf<A>, _name: &'static str, select: &mut Select) -> OfAssociation<T> {
        source.whole().join(select)
    }
}

// As with an include of one model, what is shown is said by the field's type; whole rows
// are what it is said of.
impl<M, A, R, K, T> Field<M, IncludeOneOf<A, R, K>> for T
where
    A: AssociateOneOf,
    A::Owner: Declares<M>,
    R: WholeOwners<A::Targets>,
    K: Cardinality,
    T: Holds<K>,
    T::Row: OwnerProjections<A::Targets>,
{
    type Part = OfAssociation<T>;

    fn part(
        source: IncludeOneOf<A, R, K>,
        _name: &'static str,
        select: &mut Select,
    ) -> OfAssociation<T> {
        source.join(select)
    }
}

/// Whether rows that an include loads can be shown as `P`: by a projection of their
/// model, or one beside the same join row.
pub trait ShownAs<P> {
    /// Asks for the values of `P`.
    #[doc(hidden)]
    fn shape(select: &mut Select) -> Shape<P>;
}

impl<T: Model, P: ProjectionOf<T>> ShownAs<P> for T {
    fn shape(select: &mut Select) -> Shape<P> {
        P::shape(Projecting::new(select))
    }
}

impl<T: Model, J: Model, P: ProjectionOf<T>> ShownAs<Joined<P, J>> for Joined<T, J> {
    fn shape(select: &mut Select) -> Shape<Joined<P, J>> {
        P::shape(Projecting::new(select)).with_join_row()
    }
}

fn push(select: &mut Select, item: Item) {
    if let Output::Items(items) = &mut select.output {
        items.push(item);
    }
}

fn join<A, K, T>(include: Include<A, T::Row, K>, select: &mut Select) -> OfAssociation<T>
where
    A: Associate,
    K: Cardinality,
    T: Holds<K>,
    T::Row: Clone + Send + Sync + 'static,
{
    let index = select.includes.len();
    OfAssociation::new::<A, K>(include.push_to(select), index)
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
pub trait FitsValue<V>: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> FitsValue<T> for T {}

/// The model that declares an association: the projection's own.
#[diagnostic::on_unimplemented(
    message = "an association of `{Self}` cannot be shown by a projection of `{M}`",
    label = "expected an association of `{M}`"
)]
pub trait Declares<M> {}

#[diagnostic::do_not_recommend]
impl<M: Model> Declares<M> for M {}

/// A field type that holds the other side of an association of the kind `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the rows of this association: there are `{K}`",
    label = "not the place for `{K}`",
    note = "`Many` are a `Vec<_>`, `AtMostOne` and `OneUnlessHidden` are an `Option<_>`, `ExactlyOne` is the shape itself"
)]
pub trait Holds<K: Cardinality>: Sized + Send + 'static {
    /// The shape of one row.
    type Row;

    /// The loaded rows, as the field's type.
    #[doc(hidden)]
    fn hold(loaded: K::Loaded<Self::Row>) -> Self
    where
        Self::Row: Clone + Send + Sync + 'static;
}

#[diagnostic::do_not_recommend]
impl<P: Send + 'static> Holds<Many> for Vec<P> {
    type Row = P;

    fn hold(loaded: Self) -> Self
    where
        P: Clone + Send + Sync + 'static,
    {
        loaded
    }
}

#[diagnostic::do_not_recommend]
impl<P: Send + 'static> Holds<AtMostOne> for Option<P> {
    type Row = P;

    fn hold(loaded: Self) -> Self
    where
        P: Clone + Send + Sync + 'static,
    {
        loaded
    }
}

#[diagnostic::do_not_recommend]
impl<P: Send + 'static> Holds<OneUnlessHidden> for Option<P> {
    type Row = P;

    fn hold(loaded: Self) -> Self
    where
        P: Clone + Send + Sync + 'static,
    {
        loaded
    }
}

#[diagnostic::do_not_recommend]
impl<P: Send + 'static> Holds<ExactlyOne> for P {
    type Row = P;

    fn hold(loaded: Self) -> Self
    where
        P: Clone + Send + Sync + 'static,
    {
        loaded
    }
}
