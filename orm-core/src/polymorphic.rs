//! Rows that belong to one of several models: a closed enum of owners.

use std::marker::PhantomData;

use crate::ast::Include;
use crate::key::Key;
use crate::load::Shape;
use crate::model::{Associate, AtMostOne, HeldByOwner, Model};
use crate::projection::{Projecting, Projection};
use crate::schema::{AssociationDef, AssociationKind, TableDef};
use crate::types::DbEnum;

/// An enum whose variants are rows of different models, from `#[derive(Polymorphic)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no enum of owners",
    label = "not derived",
    note = "add `#[derive(Polymorphic, Clone)]` to `{Self}`"
)]
pub trait Polymorphic: OwnerRows<Self> {
    /// Which variant: an enum of the database.
    type Type: DbEnum<Base = Self::Type> + PartialEq + Send + Sync + 'static;
    /// The primary key that all its models have.
    type Key: Key;
    /// The same variants, each with what its model's rows are loaded as; here the
    /// rows themselves.
    type With: OwnerRows<Self>;

    /// The models, in the order of the variants.
    #[doc(hidden)]
    const OWNERS: &'static [OwnerDef];

    /// Whole rows of every model.
    #[doc(hidden)]
    fn whole() -> Self::Shapes;

    /// The same, as the enum beside it.
    #[doc(hidden)]
    fn whole_with() -> <Self::With as OwnerRows<Self>>::Shapes;

    /// Which variant it is.
    fn owner_type(&self) -> Self::Type;

    /// The row's primary key.
    fn owner_key(&self) -> Self::Key;
}

/// A model that is a variant of the enum `E`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no variant of `{E}`",
    label = "not one of the owners",
    note = "add a variant with a `{Self}` to `{E}`"
)]
pub trait OwnerIn<E: Polymorphic>: Model<Key = E::Key> {
    /// What rows that belong to this model say in their type column.
    const TYPE: E::Type;
}

/// One row of one of the models of `E`, as it is loaded: the enum itself, or the one
/// beside it whose variants hold what a query loads for each model.
pub trait OwnerRows<E>: Clone + Send + Sync + 'static {
    /// How the rows of each model become values.
    #[doc(hidden)]
    type Shapes: Clone + Send + Sync + 'static;

    /// The rows of the models, nothing beside them or shown of them.
    #[doc(hidden)]
    fn each(shapes: &Self::Shapes, meet: &mut impl EachOwner<E, Self>)
    where
        E: Polymorphic;
}

/// A model of `E` whose rows can be loaded as `L` where those of all models are `R`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no variant of `{E}`",
    label = "not one of the owners",
    note = "add a variant with a `{Self}` to `{E}`"
)]
pub trait LoadedOn<E, R: OwnerRows<E>, L> {
    /// The rows of all models then.
    type Output: OwnerRows<E>;

    /// Which of the variants it is.
    const PLACE: usize;

    fn load_on(shapes: R::Shapes, shape: Shape<L>) -> <Self::Output as OwnerRows<E>>::Shapes;
}

/// Rows of the models of `E`, each of them whole.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "what is loaded beside the rows of `{E}` has no place in a projection",
    label = "loads more than rows",
    note = "leave out its includes: the field's type says what is shown"
)]
pub trait WholeOwners<E>: OwnerRows<E> {}

/// Rows of the models of `E`, each as a projection of its model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot show the rows of `{E}`",
    label = "not a row of one of its models",
    note = "write the enum itself, or `{E}With<..>` with a projection for each model"
)]
pub trait OwnerProjections<E>: OwnerRows<E> {
    #[doc(hidden)]
    fn shapes(rows: &mut OwnerSelects<'_>) -> Self::Shapes;
}

/// The queries for the rows of each model, one after the other.
#[doc(hidden)]
#[derive(Debug)]
pub struct OwnerSelects<'i>(std::slice::IterMut<'i, Include>);

impl<'i> OwnerSelects<'i> {
    pub(crate) fn new(parts: &'i mut [Include]) -> Self {
        OwnerSelects(parts.iter_mut())
    }

    /// Asks for the values of the next model's projection.
    pub fn shape<P: Projection>(&mut self) -> Shape<P> {
        match self.0.next() {
            Some(part) => P::shape(Projecting::new(&mut part.select)),
            None => Shape::unplanned(),
        }
    }
}

/// Whole rows of a model.
#[doc(hidden)]
pub fn whole<M: Model>() -> Shape<M> {
    Shape::plain()
}

/// Something that is done for every model of an enum of owners.
#[doc(hidden)]
pub trait EachOwner<E: Polymorphic, R> {
    fn meet<M, L>(&mut self, shape: &Shape<L>, variant: fn(L) -> R)
    where
        M: OwnerIn<E>,
        L: Clone + Send + Sync + 'static;
}

/// One model of an enum of owners, as data.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct OwnerDef {
    target: fn() -> &'static TableDef,
    path: &'static str,
    key: &'static [u16],
}

impl OwnerDef {
    /// The model with its path and the position of its key.
    pub const fn new<M: Model>(key: &'static [u16]) -> Self {
        OwnerDef {
            target: M::__table,
            path: M::PATH,
            key,
        }
    }
}

/// The associations of a model and one `belongs_to` per owner of a polymorphic
/// one: what the owners' `has_many` look for as their other side.
#[doc(hidden)]
pub const fn with_owners<const COUNT: usize>(
    before: &[AssociationDef],
    name: &'static str,
    type_column: u16,
    key: &'static [u16],
    owners: &[OwnerDef],
) -> [AssociationDef; COUNT] {
    let first = variant(name, type_column, key, &owners[0]);
    let mut all = [first; COUNT];
    let mut at = 0;
    while at < COUNT {
        all[at] = if at < before.len() {
            before[at]
        } else {
            variant(name, type_column, key, &owners[at - before.len()])
        };
        at += 1;
    }
    all
}

const fn variant(
    name: &'static str,
    type_column: u16,
    key: &'static [u16],
    owner: &OwnerDef,
) -> AssociationDef {
    let kind = AssociationKind::BelongsTo;
    AssociationDef {
        type_column: Some(type_column),
        constraint: false,
        index: false,
        one_sided: true,
        ..AssociationDef::new(name, kind, owner.target, owner.path, key, owner.key)
    }
}

/// A `belongs_to` whose other side is one of several models, at the type level.
#[diagnostic::on_unimplemented(
    message = "this association leads to one model",
    label = "not one of several models",
    note = "leave out the parentheses: they name models of a polymorphic association"
)]
pub trait AssociateOneOf: Sized + 'static {
    /// The model that declares it.
    type Owner: Model;
    /// The enum of the models on the other side.
    type Targets: Polymorphic;
    /// The type of the column that holds the key, without `Option`.
    type Key: Key;

    /// The name users call it by.
    const NAME: &'static str;
    /// The column that says which model, as a position.
    const TYPE_COLUMN: u16;
    /// The column that holds the key, as a position.
    const KEY_COLUMN: &'static [u16];

    /// Which model a row belongs to.
    fn type_of(row: &Self::Owner) -> Option<<Self::Targets as Polymorphic>::Type>;

    /// The key that a row holds.
    fn key_of(row: &Self::Owner) -> Option<Self::Key>;
}

/// A polymorphic association of a model: `Comment::subject`.
pub struct OneOf<A>(PhantomData<fn() -> A>);

impl<A> Clone for OneOf<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for OneOf<A> {}

impl<A: AssociateOneOf> std::fmt::Debug for OneOf<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", A::Owner::TABLE.model, A::NAME)
    }
}

#[doc(hidden)]
/// The part of a polymorphic association that leads to one model.
#[derive(Debug)]
pub struct Part<A, M>(PhantomData<fn() -> (A, M)>);

impl<A, M> Associate for Part<A, M>
where
    A: AssociateOneOf,
    M: OwnerIn<A::Targets>,
{
    type Owner = A::Owner;
    type Target = M;
    type Kind = AtMostOne;
    type Key = A::Key;
    type Create = M::Create;
    type Holder = HeldByOwner<true>;
    type Join = crate::joined::NoJoinRow;

    const DEF: &'static AssociationDef = &variant(
        A::NAME,
        A::TYPE_COLUMN,
        A::KEY_COLUMN,
        &OwnerDef::new::<M>(M::TABLE.primary_key),
    );

    fn owner_key(owner: &A::Owner) -> Option<A::Key> {
        if A::type_of(owner)? == M::TYPE {
            A::key_of(owner)
        } else {
            None
        }
    }
}

impl<A: AssociateOneOf> OneOf<A> {
    /// The handle of a marker; only generated code calls this.
    #[doc(hidden)]
    pub const fn new() -> Self {
        OneOf(PhantomData)
    }
}
