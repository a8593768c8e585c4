//! The rows that associations lead to, one behind the other, and what is computed of them.

mod of_association;

use std::marker::PhantomData;

use crate::ast::{
    self, AssociationAsk, AssociationTest, First, Folded, Function, Limit, Marked, Step, Visible,
};
use crate::joined::NoJoinRow;
use crate::membership::Membership;
use crate::model::{Associate, Association, DefaultScope, Model, SoftDeletes};
use crate::query::expression::Base;
use crate::query::{Expr, Expression, Filter, Include, IntoOrder};
use crate::types::{ArrayElement, Averaged, Extremes, Param, Summed};

/// The rows of `T` that one association of `O`, or several one behind the other, lead to.
///
/// Made by [`Association::only`], [`Association::then`] and [`Association::first`]. What is asked
/// of them is an expression over rows of `O`: it filters, sorts, groups and is selected like any other.
///
/// ```
/// # use orm_core::{Model, model::{Associate, Association, Column}};
/// # use orm_core::query::{Expr, Expression, GoesOnFrom};
/// # fn demo<User: Model, Order: Model, Orders, Items>(
/// #     orders: Association<Orders>, items: Association<Items>,
/// #     paid: Column<Order, bool>, price: Column<Items::Target, i32>,
/// # ) -> Expr<User, Option<i64>>
/// # where
/// #     Orders: Associate<Owner = User, Target = Order>,
/// #     Items: Associate, Items::Owner: GoesOnFrom<Order>,
/// # {
/// orders.only(paid.eq(true)).then(items).sum(price)
/// # }
/// ```
///
/// A row is there once, however many ways lead to it: see [`each_way`](Self::each_way).
/// Rows marked as deleted and rows outside of a default scope are not there, on the way
/// and at its end, as in an include.
#[must_use = "ask something of the rows: `.count()`, `.sum(..)`, `.any(..)`"]
pub struct Reached<O, T, J = NoJoinRow, S = Every> {
    before: Vec<Step>,
    last: Step,
    first: Option<First>,
    each_way: bool,
    marker: PhantomData<fn() -> (O, T, J, S)>,
}

/// All rows that are reached.
#[derive(Debug)]
pub enum Every {}

/// The first of them alone: see [`Reached::first`].
#[derive(Debug)]
pub enum Foremost {}

impl<O, T, J, S> Clone for Reached<O, T, J, S> {
    fn clone(&self) -> Self {
        Reached {
            before: self.before.clone(),
            last: self.last.clone(),
            first: self.first.clone(),
            each_way: self.each_way,
            marker: PhantomData,
        }
    }
}

impl<O, T, J, S> std::fmt::Debug for Reached<O, T, J, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(&self.before)
            .entry(&self.last)
            .entries(&self.first)
            .finish()
    }
}

/// What leads from rows of one model to rows of another: an association, or several one
/// behind the other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not lead from row to row",
    label = "expected an association, such as `Order::items`",
    note = "conditions on its rows are said by `.only(..)`: `Order::items.only(Item::price.gt(3))`"
)]
pub trait Leading {
    /// The model whose association it is.
    type Owner: Model;
    /// The model of the rows at its end.
    type Target: Model;
    /// The join rows that lead to them.
    #[doc(hidden)]
    type Join: 'static;

    #[doc(hidden)]
    fn reached(self) -> Reached<Self::Owner, Self::Target, Self::Join>;
}

#[diagnostic::do_not_recommend]
impl<A: Associate> Leading for Association<A> {
    type Owner = A::Owner;
    type Target = A::Target;
    type Join = A::Join;

    fn reached(self) -> Reached<A::Owner, A::Target, A::Join> {
        self.rows()
    }
}

#[diagnostic::do_not_recommend]
impl<O: Model, T: Model, J: 'static, S> Leading for Reached<O, T, J, S> {
    type Owner = O;
    type Target = T;
    type Join = J;

    fn reached(self) -> Reached<O, T, J> {
        self.marked()
    }
}

/// The model at whose rows a way ends: an association of it goes on from there.
#[diagnostic::on_unimplemented(
    message = "an association of `{Self}` does not go on from rows of `{M}`",
    label = "expected an association of `{M}`"
)]
pub trait GoesOnFrom<M> {}

#[diagnostic::do_not_recommend]
impl<M: Model> GoesOnFrom<M> for M {}

/// Rows of which all are asked about: they lead on, and have first ones.
#[diagnostic::on_unimplemented(
    message = "the first rows of an order lead no further, and have no first ones",
    label = "the whole way, each way and deleted rows are said before `first`",
    note = "write it in this order: `User::orders.then(Order::items).first(3, Item::price.desc())`"
)]
pub trait AllRows {}

#[diagnostic::do_not_recommend]
impl AllRows for Every {}

#[diagnostic::do_not_recommend]
impl<A> AllRows for Association<A> {}

#[diagnostic::do_not_recommend]
impl<O, T, J> AllRows for Reached<O, T, J> {}

// It is no way, which is all that is to be said of it.
#[diagnostic::do_not_recommend]
impl<A: Associate, L, K> AllRows for Include<A, L, K> {}

/// Rows of which there is a first one.
#[diagnostic::on_unimplemented(
    message = "a value is that of one row, and an association may lead to many",
    label = "which row's value is not said",
    note = "take the first by an order: `User::orders.first(1, Order::placed_at.desc()).value(Order::total)`"
)]
pub trait OneRow {}

#[diagnostic::do_not_recommend]
impl OneRow for Foremost {}

fn step<A: Associate>() -> Step {
    let members = Membership::of::<A>();
    Step {
        owner: A::Owner::TABLE,
        association: A::DEF,
        visible: Visible::of(A::Target::TABLE),
        joined: members.join_rows(),
        filter: members.scope(),
    }
}

impl<O: Model, T: Model, J: 'static> Reached<O, T, J> {
    pub(in crate::query) fn of<A: Associate<Owner = O, Target = T, Join = J>>() -> Self {
        Reached {
            before: Vec::new(),
            last: step::<A>(),
            first: None,
            each_way: false,
            marker: PhantomData,
        }
    }

    /// The last association.
    pub(in crate::query) fn into_step(self) -> Step {
        self.last
    }

    pub(in crate::query) fn join_rows(&mut self) -> &mut Visible {
        &mut self.last.joined
    }
}

impl<O: Model, T: Model, J: 'static, S> Reached<O, T, J, S> {
    /// The rows that an association leads to from these.
    pub fn then<L: Leading + AllRows>(mut self, next: L) -> Reached<O, L::Target, L::Join>
    where
        L::Owner: GoesOnFrom<T>,
        S: AllRows,
    {
        let next = next.reached();
        self.before.push(self.last);
        self.before.extend(next.before);
        Reached {
            before: self.before,
            last: next.last,
            first: None,
            each_way: self.each_way || next.each_way,
            marker: PhantomData,
        }
    }

    /// Counts a row once for each way that leads to it: a product twice that is in two of
    /// the user's orders. Along one association there is one way to each row.
    pub fn each_way(mut self) -> Self
    where
        S: AllRows,
    {
        self.each_way = true;
        self
    }

    /// Sees rows at its end that are marked as deleted too; rows on the way have a
    /// switch of their own, before the [`then`](Self::then).
    pub fn with_deleted(self) -> Self
    where
        T: SoftDeletes,
        S: AllRows,
    {
        self.lifted(|it| it.lift(Marked::Shown))
    }

    /// Sees the rows at its end alone that are marked as deleted.
    pub fn only_deleted(self) -> Self
    where
        T: SoftDeletes,
        S: AllRows,
    {
        self.lifted(|it| it.lift(Marked::Only))
    }

    /// Sees rows at its end that are outside a default scope too.
    pub fn unscoped(self, scope: DefaultScope<T>) -> Self
    where
        S: AllRows,
    {
        self.lifted(|it| it.lift_scope(scope.name))
    }

    fn lifted(mut self, lift: impl FnOnce(&mut Visible)) -> Self {
        lift(&mut self.last.visible);
        self
    }

    /// The first rows of an order alone, of all to which the row in question leads; of
    /// equal ones those with the smallest keys. What is asked behind it is asked of them,
    /// also [`only`](Self::only): of the three newest orders those that are paid.
    ///
    /// ```
    /// # use orm_core::{Model, model::{Associate, Association, Column}};
    /// # use orm_core::query::{Expr, Expression, Filter};
    /// # fn demo<User: Model, Order: Model, Orders>(
    /// #     orders: Association<Orders>, id: Column<Order, i64>,
    /// #     paid: Column<Order, bool>, total: Column<Order, i32>,
    /// # ) -> (Expr<User, Option<i64>>, Filter<User>, Expr<User, Option<i32>>)
    /// # where Orders: Associate<Owner = User, Target = Order>,
    /// # {
    /// let of_three = orders.first(3, id.desc()).sum(total);
    /// let all_paid = orders.first(3, id.desc()).all(paid.eq(true));
    /// let newest = orders.first(1, id.desc()).value(total);
    /// # (of_three, all_paid, newest)
    /// # }
    /// ```
    pub fn first(mut self, rows: u32, order: impl IntoOrder<T>) -> Reached<O, T, J, Foremost>
    where
        S: AllRows,
    {
        let mut order_by = Vec::new();
        order.push_to(&mut order_by);
        self.first = Some(First {
            order_by,
            limit: Limit::Bound(Param::Int8(rows.into())),
            filter: None,
        });
        self.marked()
    }

    fn marked<S2>(self) -> Reached<O, T, J, S2> {
        Reached {
            before: self.before,
            last: self.last,
            first: self.first,
            each_way: self.each_way,
            marker: PhantomData,
        }
    }

    /// The rows among them that pass `filter`.
    pub fn only(mut self, filter: Filter<T>) -> Self {
        let filters = match &mut self.first {
            Some(first) => &mut first.filter,
            None => &mut self.last.filter,
        };
        *filters = both(filters.take(), Some(filter.ast));
        self
    }

    /// Rows from which such a row is reached that passes the filter.
    pub fn any(self, filter: Filter<T>) -> Filter<O> {
        self.only(filter).exists()
    }

    /// Rows from which such a row is reached.
    pub fn exists(self) -> Filter<O> {
        Filter::new(self.there(&AssociationAsk::Exists))
    }

    /// Rows from which no such row is reached that passes the filter.
    pub fn none(self, filter: Filter<T>) -> Filter<O> {
        self.only(filter).is_empty()
    }

    /// Rows from which no such row is reached.
    pub fn is_empty(self) -> Filter<O> {
        Filter::new(self.there(&AssociationAsk::NotExists))
    }

    /// Rows from which all such rows pass the filter; also where none is reached.
    pub fn all(self, filter: Filter<T>) -> Filter<O> {
        self.none(filter.is_not_true())
    }

    /// How many rows there are.
    pub fn count(self) -> Expr<O, i64> {
        self.folded(Function::Count, false, Vec::new())
    }

    /// How many different values an expression has; NULL is none.
    pub fn count_distinct<E: Expression<Model = T>>(self, expression: E) -> Expr<O, i64> {
        self.folded(Function::Count, true, vec![expression.into_ast()])
    }

    /// The sum; NULL of no rows.
    pub fn sum<E>(self, expression: E) -> Expr<O, Option<<Base<E> as Summed>::Sum>>
    where
        E: Expression<Model = T>,
        Base<E>: Summed,
    {
        self.folded(Function::Sum, false, vec![expression.into_ast()])
    }

    /// The average; NULL of no rows.
    pub fn avg<E>(self, expression: E) -> Expr<O, Option<<Base<E> as Averaged>::Avg>>
    where
        E: Expression<Model = T>,
        Base<E>: Averaged,
    {
        self.folded(Function::Avg, false, vec![expression.into_ast()])
    }

    /// The smallest value; NULL of no rows.
    pub fn min<E>(self, expression: E) -> Expr<O, Option<Base<E>>>
    where
        E: Expression<Model = T>,
        Base<E>: Extremes,
    {
        self.folded(Function::Min, false, vec![expression.into_ast()])
    }

    /// The biggest value; NULL of no rows.
    pub fn max<E>(self, expression: E) -> Expr<O, Option<Base<E>>>
    where
        E: Expression<Model = T>,
        Base<E>: Extremes,
    {
        self.folded(Function::Max, false, vec![expression.into_ast()])
    }

    /// The value of an expression on each row, NULLs too, in an order; empty where there
    /// are no rows. `()` is no order. SQLite has no arrays.
    pub fn array<E>(self, expression: E, order: impl IntoOrder<T>) -> Expr<O, Vec<E::Type>>
    where
        E: Expression<Model = T>,
        E::Type: ArrayElement,
    {
        let mut terms = Vec::new();
        order.push_to(&mut terms);
        Expr::new(self.test(AssociationAsk::Array(expression.into_ast(), terms)))
    }

    /// The value of an expression on the first of them; NULL of no rows.
    pub fn value<E>(mut self, expression: E) -> Expr<O, Option<Base<E>>>
    where
        E: Expression<Model = T>,
        S: OneRow,
    {
        if let Some(first) = &mut self.first {
            first.one_is_enough();
        }
        Expr::new(self.test(AssociationAsk::Value(expression.into_ast())))
    }

    fn folded<V>(self, function: Function, distinct: bool, of: Vec<ast::Expr>) -> Expr<O, V> {
        let folded = Folded {
            function,
            distinct,
            arguments: of,
            each_way: self.each_way,
        };
        Expr::new(self.test(AssociationAsk::Aggregate(folded)))
    }

    pub(in crate::query) fn test(self, ask: AssociationAsk) -> ast::Expr {
        ast::Expr::association(AssociationTest {
            before: self.before,
            last: self.last,
            first: self.first,
            ask,
        })
    }

    /// Each association is asked within the one before, unless it is the first rows of
    /// several together.
    fn there(self, ask: &AssociationAsk) -> ast::Expr {
        if self.first.is_some() {
            return self.test(ask.clone());
        }
        let mut asked = Some(self.last);
        let mut before = self.before;
        let mut inner: Option<ast::Expr> = None;
        while let Some(mut step) = asked {
            asked = before.pop();
            step.filter = both(step.filter.take(), inner.take());
            let ask = match asked {
                None => ask.clone(),
                Some(_) => AssociationAsk::Exists,
            };
            inner = Some(ast::Expr::association(AssociationTest {
                before: Vec::new(),
                last: step,
                first: None,
                ask,
            }));
        }
        inner.unwrap_or(ast::Expr::Bool(false))
    }
}

fn both(one: Option<ast::Expr>, other: Option<ast::Expr>) -> Option<ast::Expr> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    }
}
