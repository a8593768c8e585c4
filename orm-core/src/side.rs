//! What the derive says about one side of an association: where the key is, and
//! whose rows are on the other side. All that [`Associate`] asks follows from it.

use std::marker::PhantomData;

use crate::companion::Place;
use crate::create::{Draft, Prefill};
use crate::joined::{JoinRows, NoJoinRow};
use crate::key::Key;
use crate::model::{
    Associate, AtMostOne, Cardinality, ExactlyOne, HeldByJoinTable, HeldByOwner, HeldByTarget,
    Model,
};
use crate::schema::AssociationDef;
use crate::types::ColumnType;

/// What the derive writes for an association's marker.
#[diagnostic::on_unimplemented(
    message = "this association leads to one of several models",
    label = "not an association to one model",
    note = "`loaded!` names the models in parentheses: `subject(Post {{ author }})`"
)]
pub trait Marker: Sized + 'static {
    /// Which kind it is, between which models.
    type Side: Side;
    /// Where it stands among the associations of its model.
    type Place: Place;

    /// The key this row holds; `None` where one of its columns is NULL. Written
    /// where it is not the primary key.
    fn owner_key(owner: &<Self::Side as Side>::Owner) -> Option<<Self::Side as Side>::Key> {
        Self::Side::primary_key(owner)
    }
}

#[diagnostic::do_not_recommend]
impl<A: Marker> Associate for A {
    type Owner = <A::Side as Side>::Owner;
    type Target = <A::Side as Side>::Target;
    type Kind = <A::Side as Side>::Kind;
    type Key = <A::Side as Side>::Key;
    type Create = <A::Side as Side>::Create;
    type Holder = <A::Side as Side>::Holder;
    type Join = <A::Side as Side>::Join;

    const DEF: &'static AssociationDef =
        &<<A::Side as Side>::Owner as Model>::TABLE.associations[A::Place::AT];

    fn owner_key(owner: &Self::Owner) -> Option<Self::Key> {
        A::owner_key(owner)
    }
}

/// One side of an association; the names are those of [`Associate`].
pub trait Side: 'static {
    type Owner: Model;
    type Target: Model;
    type Kind: Cardinality;
    type Key: Key;
    type Create: From<Draft<Self::Target>>;
    type Holder: 'static;
    type Join: JoinRows;

    /// The key that this side refers to or is referred to by, where that is the
    /// primary key.
    fn primary_key(_owner: &Self::Owner) -> Option<Self::Key> {
        None
    }
}

/// `belongs_to`: rows of `O` hold the key, of type `K`, of a row of `T`; `C` says
/// whether each of them does.
#[derive(Debug)]
pub struct BelongsTo<O, T, K, C>(PhantomData<(O, T, K, C)>);

/// How many rows of `T` a key refers to, by whether it may be NULL.
pub trait Refers<T>: 'static {
    /// As many, of those that are seen.
    type Kind: Cardinality;
    /// Where the key is held.
    type Holder: 'static;
}

impl<T: Model> Refers<T> for ExactlyOne {
    type Kind = T::Seen;
    type Holder = HeldByOwner<false>;
}

impl<T: Model> Refers<T> for AtMostOne {
    type Kind = AtMostOne;
    type Holder = HeldByOwner<true>;
}

impl<O: Model, T: Model, K: Key, C: Refers<T>> Side for BelongsTo<O, T, K, C> {
    type Owner = O;
    type Target = T;
    type Kind = C::Kind;
    type Key = K;
    type Create = T::Create;
    type Holder = C::Holder;
    type Join = NoJoinRow;
}

/// `has_many` and `has_one`: rows of `T` hold the key of a row of `O`; `C` says how
/// many, `K` which key, `H` in which column.
#[derive(Debug)]
pub struct Has<C, O, T, K, H>(PhantomData<(C, O, T, K, H)>);

impl<C: Cardinality, O: Model, T: Model, K: OwnKey<O>, H: HeldIn<T>> Side for Has<C, O, T, K, H> {
    type Owner = O;
    type Target = T;
    type Kind = C;
    type Key = K::Key;
    type Create = H::Create;
    type Holder = H::Holder;
    type Join = NoJoinRow;

    fn primary_key(owner: &O) -> Option<K::Key> {
        K::primary_key(owner)
    }
}

/// `many_to_many`: a join table holds the keys of both; `J` says whether it is a model.
#[derive(Debug)]
pub struct ManyToMany<O, T, K, J>(PhantomData<(O, T, K, J)>);

impl<O: Model, T: Model, K: OwnKey<O>, J: JoinRows> Side for ManyToMany<O, T, K, J> {
    type Owner = O;
    type Target = T;
    type Kind = crate::model::Many;
    type Key = K::Key;
    type Create = T::Create;
    type Holder = HeldByJoinTable;
    type Join = J;

    fn primary_key(owner: &O) -> Option<K::Key> {
        K::primary_key(owner)
    }
}

/// The key of `O` that others refer to.
pub trait OwnKey<O: Model>: 'static {
    /// Its type.
    type Key: Key;

    /// The key of a row, where it is the primary key.
    fn primary_key(_owner: &O) -> Option<Self::Key> {
        None
    }
}

/// The primary key.
#[derive(Debug)]
pub enum Primary {}

impl<O: Model> OwnKey<O> for Primary {
    type Key = O::Key;

    fn primary_key(owner: &O) -> Option<O::Key> {
        Some(owner.key())
    }
}

/// Another key, of this type.
#[derive(Debug)]
pub struct Other<K>(PhantomData<K>);

impl<O: Model, K: Key> OwnKey<O> for Other<K> {
    type Key = K;
}

/// What a column of this type says of the key that it is a part of.
pub type Base<T> = <T as ColumnType>::Base;

/// A column of the other model that holds a key.
pub type Held = HeldByTarget<false>;

/// The same of one that may be NULL.
pub type HeldOrNull = HeldByTarget<true>;

/// The columns of `T` that hold a key.
pub trait HeldIn<T: Model>: 'static {
    /// The builder of a `T` with those columns given.
    type Create: From<Draft<T>>;
    /// Whether they may be NULL.
    type Holder: 'static;
}

/// One column, which `T` declares to hold the key.
#[derive(Debug)]
pub enum In<const COLUMN: u16> {}

impl<T: Model, const COLUMN: u16> HeldIn<T> for In<COLUMN>
where
    T::Create: Prefill<COLUMN>,
    <T::Create as Prefill<COLUMN>>::Output: From<Draft<T>>,
{
    type Create = <T::Create as Prefill<COLUMN>>::Output;
    type Holder = <T::Create as Prefill<COLUMN>>::Holder;
}

/// Several columns, or one that `T` does not declare to hold a key: the builder,
/// and whether one of them may be NULL.
#[derive(Debug)]
pub struct InSeveral<B, const NULLABLE: bool>(PhantomData<B>);

impl<T: Model, B: From<Draft<T>> + 'static, const NULLABLE: bool> HeldIn<T>
    for InSeveral<B, NULLABLE>
{
    type Create = B;
    type Holder = HeldByTarget<NULLABLE>;
}
