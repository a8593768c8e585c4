//! Rows that belong to one of several models: a closed enum of owners.

use std::marker::PhantomData;

use crate::key::Key;
use crate::model::{Associate, AtMostOne, HeldByOwner, Model};
use crate::schema::{AssociationDef, AssociationKind, TableDef};
use crate::types::DbEnum;

/// An enum whose variants are rows of different models, from `#[derive(Polymorphic)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no enum of owners",
    label = "not derived",
    note = "add `#[derive(Polymorphic, Clone)]` to `{Self}`"
)]
pub trait Polymorphic: Clone + Send + Sync + 'static {
    /// Which variant: an enum of the database.
    type Type: DbEnum<Base = Self::Type> + PartialEq + Send + Sync + 'static;
    /// The primary key that all its models have.
    type Key: Key;

    /// The models, in the order of the variants.
    #[doc(hidden)]
    const OWNERS: &'static [OwnerDef];

    /// Meets every model.
    #[doc(hidden)]
    fn each_owner(meet: &mut impl EachOwner<Self>);

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

    /// The row as the enum.
    fn into_owner(self) -> E;
}

/// Something that is done for every model of an enum of owners.
#[doc(hidden)]
pub trait EachOwner<E: Polymorphic> {
    fn meet<M: OwnerIn<E>>(&mut self);
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
