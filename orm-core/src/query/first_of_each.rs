//! The first rows of each group.

use super::{Filtered, IntoOrder, Query};
use crate::ast::{
    Aggregate, BinaryOp, Expr, Function, Nulls, OrderBy, Output, Select, Subquery, SubqueryAsk,
    Window,
};
use crate::model::Model;
use crate::schema::SqlType;
use crate::types::Param;

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Keeps only the first rows of each group, by an order: of equal ones those with the
    /// smallest keys. Rows are of one group when they agree in all of `by`, and two NULLs
    /// agree.
    ///
    /// They are chosen among the rows that the query asks for **before** it: conditions
    /// behind it are asked of the chosen rows alone, so of the newest order of each user
    /// those that are paid, which may be none. That holds for scopes that are lifted, too.
    /// Orders, limits, pages, includes and locks are always about the chosen rows.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, model::Column};
    /// # use orm_core::query::{Expression, Queries};
    /// # async fn demo<Order: Model>(user_id: Column<Order, i32>, placed_at: Column<Order, i64>,
    /// #     paid: Column<Order, bool>, db: &dyn Executor) -> Result<Vec<Order>> {
    /// // The newest paid order of each user.
    /// Order::query()
    ///     .filter(paid.eq(true))
    ///     .first_of_each(1, user_id, placed_at.desc())
    ///     .order_by(user_id)
    ///     .all(db)
    ///     .await
    /// # }
    /// ```
    #[doc(alias = "distinct_on")]
    pub fn first_of_each(
        mut self,
        rows: u32,
        by: impl IntoOrder<M>,
        order: impl IntoOrder<M>,
    ) -> Query<M, L, Filtered> {
        let (mut groups, mut order_by) = (Vec::new(), Vec::new());
        by.push_to(&mut groups);
        order.push_to(&mut order_by);
        let chosen = among_first(&self.select, rows, groups, order_by);
        // They are chosen among those that were chosen before. Other conditions are asked
        // once more: of what another transaction changed while we waited for its lock.
        self.select.filter = self.select.filter.and_then(without_choices);
        self.narrowed(chosen)
    }
}

fn without_choices(filter: Expr) -> Option<Expr> {
    match filter {
        Expr::And(parts) => {
            let parts = parts.into_parts().into_iter();
            let left: Vec<Expr> = parts.filter_map(without_choices).collect();
            (!left.is_empty()).then(|| Expr::all_of(left))
        }
        Expr::Subquery(query) if query.owner.is_none() => None,
        other => Some(other),
    }
}

/// Whether a row is among the first of its group, of those that a query asks for.
fn among_first(select: &Select, rows: u32, groups: Vec<OrderBy>, order: Vec<OrderBy>) -> Expr {
    let table = select.table;
    let key = || table.key_columns().map(Expr::Column);
    let in_order_of_key = key().map(|expr| OrderBy {
        expr,
        descending: false,
        nulls: Nulls::Default,
        sorted: None,
    });
    let mut place = Aggregate::new(Function::RowNumber, Vec::new());
    place.over = Some(Box::new(Window {
        partition_by: groups.into_iter().map(|term| term.expr).collect(),
        order_by: order.into_iter().chain(in_order_of_key).collect(),
    }));
    let mut numbered = Select::seeing(table, select.visible.clone());
    numbered.filter.clone_from(&select.filter);
    numbered.output = Output::Exprs(key().chain([Expr::aggregate(place)]).collect());
    let places = (0..).zip(table.key_columns());
    let shown = places.map(|(at, column)| Expr::Place(at, column.sql_type));
    let shown: Vec<Expr> = shown.collect();
    let number = u16::try_from(shown.len()).unwrap_or(u16::MAX);
    let mut first = Select::from(numbered);
    first.output = Output::Exprs(shown);
    first.filter = Some(Expr::binary(
        BinaryOp::Le,
        Expr::Place(number, SqlType::Int8),
        Expr::Param(Param::Int8(rows.into())),
    ));
    Expr::subquery(Subquery {
        owner: None,
        select: first,
        ask: SubqueryAsk::IsAmong(key().collect()),
    })
}
