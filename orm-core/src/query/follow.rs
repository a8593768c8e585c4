//! Rows and what follows from them, step by step: trees of an association with itself.

use std::marker::PhantomData;

use super::fetch::in_model;
use super::{Filter, Query, Reached};
use crate::ast::{self, Expr, Follow, Function, Output};
use crate::decode::Cursor;
use crate::error::Result;
use crate::exec::{Exec, Executor, Params};
use crate::forest::{Arrived, Forest, Growth, grow, within};
use crate::key::Key;
use crate::model::{Associate, Association, Model};
use crate::refusal;
use crate::schema::{Backend, SqlType};
use crate::types::Param;

/// A database that counts steps walks through a circle until it has counted them all: it
/// counts at most so many.
const COUNTED_THERE: i32 = 1_000;

/// The model that an association leads from, to which it leads, too.
#[diagnostic::on_unimplemented(
    message = "an association of `{M}` with `{Self}` ends there: nothing follows from its rows",
    label = "expected an association of `{M}` with itself"
)]
pub trait ItsOwn<M> {}

#[diagnostic::do_not_recommend]
impl<M: Model> ItsOwn<M> for M {}

impl<M: Model, S> Query<M, M, S> {
    /// The rows of the query, and those that an association of the model with itself leads
    /// to from them, as far as it goes, in one statement: all that is below a category, all
    /// that a file is in.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, model::{Associate, Association, Column}};
    /// # use orm_core::query::{Expression, Queries};
    /// # async fn demo<Category: Model, Children>(
    /// #     children: Association<Children>, parent_id: Column<Category, Option<i32>>,
    /// #     name: Column<Category, String>, db: &dyn Executor,
    /// # ) -> Result<()>
    /// # where Children: Associate<Owner = Category, Target = Category> {
    /// let roots = Category::query().filter(parent_id.is_null()).order_by(name);
    /// let forest = roots.follow(children).all(db).await?;
    /// for followed in forest.rows() {
    ///     println!("{}{:?}", "  ".repeat(followed.depth as usize), followed.row.key().describe());
    /// }
    /// let trees = forest.into_trees();
    /// # use orm_core::key::Key;
    /// # Ok(()) }
    /// ```
    ///
    /// The query's order is that of rows that one row leads to, and of those where it
    /// begins. Its filter and its limit choose where it begins. What it sees of rows marked
    /// as deleted and of default scopes holds for all of them.
    ///
    /// A row that several ways lead to comes once, where the way is shortest, and is no
    /// root if it is below another one. Where rows lead in a circle it is cut, and the last
    /// of them [says so](crate::forest::Followed::leads_back).
    pub fn follow<A>(self, association: Association<A>) -> Followed<M>
    where
        A: Associate<Owner = M>,
        A::Target: ItsOwn<M>,
    {
        let reached = association.rows();
        Followed::new(self.select, reached)
    }
}

/// A query for rows and what follows from them, from [`Query::follow`].
#[must_use = "a query does nothing until it is run: end it with `.all(&db)`"]
pub struct Followed<M> {
    follow: Follow,
    growth: Growth,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Followed<M> {
    fn clone(&self) -> Self {
        Followed {
            follow: self.follow.clone(),
            growth: self.growth,
            model: PhantomData,
        }
    }
}

impl<M> std::fmt::Debug for Followed<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Followed").field(&self.follow).finish()
    }
}

impl<M: Model> Followed<M> {
    fn new<T: Model, J: 'static>(mut select: ast::Select, reached: Reached<M, T, J>) -> Self {
        let step = reached.into_step();
        Followed {
            follow: Follow {
                table: M::TABLE,
                named: std::mem::take(&mut select.named),
                association: step.association,
                visible: select.visible.clone(),
                joined: step.joined,
                filter: step.filter,
                stops: None,
                shows: None,
                steps: None,
                order_by: select.order_by.clone(),
                roots: select,
            },
            growth: Growth {
                each_way: false,
                steps: None,
            },
            model: PhantomData,
        }
    }

    /// Goes to rows alone that pass `filter`: others are not there, nor is what follows
    /// from them. Where it begins is the query's own filter.
    pub fn only(mut self, filter: Filter<M>) -> Self {
        and(&mut self.follow.filter, filter.ast);
        self
    }

    /// Stops at rows that pass `filter`: they are there, and what follows from them is not.
    pub fn stop_at(mut self, filter: Filter<M>) -> Self {
        self.follow.stops = Some(match self.follow.stops.take() {
            Some(stops) => stops.or(filter.ast),
            None => filter.ast,
        });
        self
    }

    /// Shows the rows alone that pass `filter`, and walks over the others: what follows
    /// from them is below the nearest row above that is shown.
    pub fn show(mut self, filter: Filter<M>) -> Self {
        and(&mut self.follow.shows, filter.ast);
        self
    }

    /// At most so many steps from where it begins. Beyond 1,000 all rows are fetched, and
    /// those that are farther away left out.
    pub fn max_depth(mut self, steps: u32) -> Self {
        self.growth.steps = Some(steps);
        let counted = i32::try_from(steps).ok();
        let counted = counted.filter(|steps| *steps <= COUNTED_THERE);
        self.follow.steps = counted.map(Param::Int4);
        self
    }

    /// Shows a row once for each way that leads to it. There may be very many ways: of
    /// rows that several others lead to, say how deep it goes.
    pub fn each_way(mut self) -> Self {
        self.growth.each_way = true;
        self
    }

    /// The rows.
    ///
    /// # Errors
    /// When the query has no meaning, the statement fails, or a column does not fit its
    /// field.
    pub async fn all(mut self, db: &dyn Executor) -> Result<Forest<M>> {
        settle(&mut self.follow);
        let arrived = arrive::<M>(&self.follow, db.executor()).await;
        let mut arrived = arrived.map_err(in_model::<M>)?;
        if let (Some(steps), None) = (self.growth.steps, &self.follow.steps) {
            arrived = within(arrived, steps);
        }
        Ok(Forest::new(grow(arrived, self.growth)))
    }

    /// The SQL text of the query.
    pub fn to_sql(&self) -> String {
        let mut follow = self.follow.clone();
        settle(&mut follow);
        let sql = crate::sql::follow(Backend::Postgres, &follow);
        sql.text.as_ref().into()
    }
}

fn and(filter: &mut Option<Expr>, test: Expr) {
    *filter = Some(match filter.take() {
        Some(existing) => existing.and(test),
        None => test,
    });
}

/// Makes the query of where it begins one for keys: of the row that led there, which is
/// none, of the row itself, and of what leads on.
fn settle(follow: &mut Follow) {
    let table = follow.table;
    let mut roots = if follow.roots.is_limited() || follow.roots.distinct {
        follow.roots.output = Output::Model;
        ast::Select::from(follow.roots.clone())
    } else {
        let mut roots = follow.roots.clone();
        roots.order_by.clear();
        roots
    };
    let columns = |positions: &'static [u16]| {
        positions
            .iter()
            .map(move |&at| Expr::Column(table.column(at)))
    };
    // NULL of the key's own type.
    let nobody = |key| Expr::case(vec![(Expr::Bool(false), key)], None);
    let mut values: Vec<Expr> = columns(table.primary_key).map(nobody).collect();
    values.extend(columns(table.primary_key));
    values.extend(columns(follow.leads_on()));
    if let Some(stops) = follow.stops.clone() {
        values.push(Expr::call(
            Function::Coalesce,
            vec![stops, Expr::Bool(false)],
        ));
    }
    if follow.steps.is_some() {
        values.push(Expr::TypedParam(Param::Int4(0), SqlType::Int4));
    }
    roots.includes.clear();
    roots.output = Output::Exprs(values);
    follow.roots = roots;
}

async fn arrive<M: Model>(follow: &Follow, db: Exec<'_>) -> Result<Vec<Arrived<M::Key, M>>> {
    let sql = refusal::follow(db.backend(), follow)?;
    let mut arrived = Vec::new();
    let mut each = |row| {
        arrived.push(decode::<M>(&row, follow.shows.is_some())?);
        Ok(())
    };
    db.reading()
        .sharing(!sql.has_raw)
        .query_each(&sql.text, Params::from(&sql.params), &mut each)
        .await?;
    Ok(arrived.into_iter().flatten().collect())
}

/// A row, behind it the key of the one that led to it, and whether it is shown.
fn decode<M: Model>(row: &crate::decode::Row, is_told: bool) -> Result<Option<Arrived<M::Key, M>>> {
    let (width, table) = (M::TABLE.columns.len(), M::TABLE);
    let mut own = Cursor::of_row(row).slots(table.primary_key);
    let Some(key) = M::Key::decode(&mut own)? else {
        return Ok(None);
    };
    let mut behind = Cursor::of_row(row).starting_at(width);
    let told = width + table.primary_key.len();
    Ok(Some(Arrived {
        from: M::Key::decode(&mut behind)?,
        key,
        shown: !is_told || row.get(told)?,
        row: M::decode(&mut Cursor::new(row, table, None))?,
    }))
}
