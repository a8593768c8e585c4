//! Values that are computed beside whole rows.

use super::{Include, Query, Selection};
use crate::annotated::Annotated;
use crate::ast::{Item, Select};
use crate::load::Shape;
use crate::model::{Associate, Association, Cardinality, Model};

impl<M: Model, L: Send + Sync + 'static, S> Query<M, L, S> {
    /// Computes values beside each row: expressions over it, such as aggregates of its
    /// associations. Rows come back as [`Annotated`]: the row, with what it includes
    /// before or after this, and a tuple of the values. Any number of them leave each
    /// other alone, as each is computed by itself.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, model::{Associate, Association, Column}};
    /// # use orm_core::query::{Expression, Queries};
    /// # async fn demo<User: Model, Order: Model, Orders: Associate<Owner = User, Target = Order>>(
    /// #     orders: Association<Orders>, total: Column<Order, i32>, db: &dyn Executor,
    /// # ) -> Result<()> {
    /// let users = User::query().annotate((orders.count(), orders.sum(total))).all(db).await?;
    /// for user in &users {
    ///     let (number, spent): (i64, Option<i64>) = user.values;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// Aggregates over the rows themselves fold them: those are
    /// [`values`](Self::values), and as a window, `.over(..)`, they may stand here.
    pub fn annotate<X: Selection<M>>(mut self, values: X) -> Query<M, Annotated<L, X::Row>, S>
    where
        X::Row: Sync,
    {
        let shape = annotated(&mut self.select, self.shape, values);
        Query::from_parts(self.select, shape)
    }
}

impl<A: Associate, L: Send + Sync + 'static, K: Cardinality> Include<A, L, K> {
    /// Computes values beside each row that is loaded: see [`Query::annotate`].
    pub fn annotate<X: Selection<A::Target>>(self, values: X) -> Include<A, Annotated<L, X::Row>, K>
    where
        X::Row: Sync,
    {
        self.reshaped(|select, shape| annotated(select, shape, values))
    }
}

impl<A: Associate> Association<A> {
    /// Computes values beside each row that is loaded: see [`Query::annotate`].
    pub fn annotate<X: Selection<A::Target>>(
        self,
        values: X,
    ) -> Include<A, Annotated<A::Target, X::Row>, A::Kind>
    where
        X::Row: Sync,
    {
        Include::new().annotate(values)
    }
}

fn annotated<M, L, X>(
    select: &mut Select,
    shape: Shape<L>,
    values: X,
) -> Shape<Annotated<L, X::Row>>
where
    L: Send + Sync + 'static,
    X: Selection<M>,
    X::Row: Sync,
{
    let (mut exprs, mut types) = (Vec::new(), Vec::new());
    values.push_to(&mut exprs);
    X::types(&mut types);
    let places = exprs.into_iter().zip(types).map(|(expr, sql_type)| {
        select.add(Item::Value {
            name: "orm value",
            expr,
            sql_type,
        })
    });
    let first = places.reduce(u16::min).unwrap_or(0);
    shape.annotated(first, X::decode)
}
