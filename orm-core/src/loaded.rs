//! What `loaded!` asks: the types behind the names of associations.

use crate::check::same_text;
use crate::companion::{After, AtPlace, First, InSlot, Place};
use crate::model::{Associate, Association, Cardinality, Model};
use crate::polymorphic::{AssociateOneOf, OneOf};

/// A model's association by its position, as its marker. There are 96 positions.
#[diagnostic::on_unimplemented(message = "`{Self}` has no such association")]
pub trait Nth<const POSITION: usize> {
    /// The marker.
    type Association: Loadable<Owner = Self>;
}

/// A marker of an association, with what it is loaded as where nothing is asked below.
pub trait Loadable {
    /// The model that declares it.
    type Owner: Model;
    /// How many rows.
    type Kind: Cardinality;
    /// Each of them.
    type Row: Clone + Send + Sync + 'static;
}

#[diagnostic::do_not_recommend]
impl<A: Associate> Loadable for A {
    type Owner = A::Owner;
    type Kind = A::Kind;
    type Row = A::Target;
}

#[diagnostic::do_not_recommend]
impl<M: Model, const POSITION: usize> Nth<POSITION> for M
where
    Number<POSITION>: Numbered,
    M::Associations: AtPlace<PlaceOf<POSITION>>,
    At<M, POSITION>: Loadable<Owner = M>,
{
    type Association = At<M, POSITION>;
}

/// The place of a number.
type PlaceOf<const POSITION: usize> = <Number<POSITION> as Numbered>::Place;

/// What stands at it among the associations of a model.
type At<M, const POSITION: usize> =
    <<M as Model>::Associations as AtPlace<PlaceOf<POSITION>>>::Marker;

/// A number as a type.
#[derive(Debug)]
pub enum Number<const N: usize> {}

/// A number that is a place.
pub trait Numbered {
    /// That place.
    type Place: Place;
}

/// The numbers of a place and of those behind it.
macro_rules! numbered {
    ($place:ty => $number:literal $($more:literal)*) => {
        impl Numbered for Number<$number> {
            type Place = $place;
        }
        numbered!(After<$place> => $($more)*);
    };
    ($place:ty =>) => {};
}

numbered!(First =>
     0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
    64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95);

/// The handle of an association, such as `User::orders`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an association",
    label = "only associations are loaded; columns are there anyway"
)]
pub trait IsAssociation: Copy {
    /// Its position among the associations of its model.
    const POSITION: usize;
}

#[diagnostic::do_not_recommend]
impl<A: Associate> IsAssociation for Association<A> {
    const POSITION: usize = {
        let all = A::Owner::TABLE.associations;
        let mut at = 0;
        while at < all.len() && !same_text(all[at].name, A::DEF.name) {
            at += 1;
        }
        at
    };
}

#[diagnostic::do_not_recommend]
impl<A: AssociateOneOf + InSlot<A::Owner>> IsAssociation for OneOf<A>
where
    A::Place: Place,
{
    const POSITION: usize = A::Place::AT;
}

/// The position of an association among those of its model.
pub const fn nth<H: IsAssociation>(_: H) -> usize {
    H::POSITION
}

/// The model that an association leads to, by the name the user gave it.
#[diagnostic::on_unimplemented(
    message = "this association leads to `{T}`, not to `{Self}`",
    label = "not the model on the other side"
)]
pub trait Leads<T> {
    /// The model itself.
    type There;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Leads<M> for M {
    type There = M;
}

/// Nobody's type, so that rustc does not take `Self` and `T` for one.
#[derive(Debug)]
pub enum Nowhere {}

#[diagnostic::do_not_recommend]
impl Leads<Nowhere> for () {
    type There = ();
}
