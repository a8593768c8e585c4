//! Rows with some of their associations loaded: a slot per association, each of
//! which is filled at most once.

use crate::model::{Associate, Fill, Model, NotLoaded};
use crate::side::Marker;

/// Where an association stands among those of its model.
pub trait Place: 'static {
    /// As a number.
    const AT: usize;
}

/// The first.
#[derive(Debug)]
pub enum First {}

/// The one behind another.
#[derive(Debug)]
pub struct After<P>(std::marker::PhantomData<P>);

impl Place for First {
    const AT: usize = 0;
}

impl<P: Place> Place for After<P> {
    const AT: usize = P::AT + 1;
}

/// The associations of a model by their markers: `(User_orders, (User_profile, ()))`.
pub trait Associations: 'static {
    /// A slot for each, all empty.
    type Slots: Default + Send + Sync + 'static;
}

impl Associations for () {
    type Slots = ();
}

impl<A: 'static, R: Associations> Associations for (A, R) {
    type Slots = (NotLoaded, R::Slots);
}

/// Stands in such a list for an association that not everybody may name.
#[derive(Debug)]
pub enum Unnamed {}

/// Markers of which one stands at a place.
pub trait AtPlace<P> {
    /// That one.
    type Marker;
}

impl<A, R> AtPlace<First> for (A, R) {
    type Marker = A;
}

impl<A, R: AtPlace<P>, P> AtPlace<After<P>> for (A, R) {
    type Marker = R::Marker;
}

/// Slots in which the one at a place is still empty and can take a value.
pub trait Put<P, V> {
    /// The slots with the value in its place.
    type Output;

    /// Puts it there.
    fn put(self, value: V) -> Self::Output;
}

impl<V, R> Put<First, V> for (NotLoaded, R) {
    type Output = (V, R);

    fn put(self, value: V) -> (V, R) {
        (value, self.1)
    }
}

impl<S, R: Put<P, V>, P, V> Put<After<P>, V> for (S, R) {
    type Output = (S, R::Output);

    fn put(self, value: V) -> Self::Output {
        (self.0, self.1.put(value))
    }
}

/// The slots of a model's bare row.
type Empty<M> = <<M as Model>::Associations as Associations>::Slots;

/// A row with a slot for each association of its model: `(orders, (profile, ()))`.
pub trait Row: Send + Sync + 'static {
    /// The row alone.
    type Model: Model;
    /// What its slots hold.
    type Slots;

    /// The two of them.
    fn split(self) -> (Self::Model, Self::Slots);
}

#[diagnostic::do_not_recommend]
impl<M: Model> Row for M {
    type Model = M;
    type Slots = Empty<M>;

    fn split(self) -> (M, Empty<M>) {
        (self, Empty::<M>::default())
    }
}

/// A model whose companion has these slots.
pub trait Loads<S>: Model {
    /// The companion: `UserLoaded<..>`
    type Loaded: Clone + Send + Sync + 'static;

    /// The row with its slots.
    fn load(self, slots: S) -> Self::Loaded;
}

/// A marker of an association that has a slot in the companion of the model `M`.
pub trait InSlot<M> {
    /// Which slot.
    type Place;
}

impl<A: Marker> InSlot<<A as Associate>::Owner> for A {
    type Place = A::Place;
}

/// The slots of a row with the one of `A` filled.
type Filled<R, A, V> = <<R as Row>::Slots as Put<Slot<R, A>, V>>::Output;

type Slot<R, A> = <A as InSlot<<R as Row>::Model>>::Place;

#[diagnostic::do_not_recommend]
impl<A, V, R> Fill<A, V> for R
where
    R: Row,
    A: InSlot<R::Model>,
    R::Slots: Put<Slot<R, A>, V>,
    R::Model: Loads<Filled<R, A, V>>,
{
    type Output = <R::Model as Loads<Filled<R, A, V>>>::Loaded;

    fn fill(self, value: V) -> Self::Output {
        let (row, slots) = self.split();
        row.load(slots.put(value))
    }
}
