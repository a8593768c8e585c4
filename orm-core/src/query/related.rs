//! The rows on the other side of one row's association: reading them, and
//! creating, adding and removing them.

use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use super::fetch::{count_of, in_model, in_table};
use super::include::scope_filter;
use super::link::{link, params, unlink};
use super::sole;
use super::update::with_timestamp;
use super::{Filter, Filtered, IntoInclude, IntoOrder, Query};
use crate::ast::{self, Assignment, Expr, JoinedTo, Value};
use crate::create::{Guard, IntoNew, Saving, scoped_draft, with_key, write_all};
use crate::error::{Error, Result};
use crate::exec::{CallSite, Exec, Executor, Params};
use crate::key::Key;
use crate::model::{
    Associate, Association, Column, HeldByJoinTable, HeldByOwner, HeldByTarget, Model, Settable,
    Severable,
};
use crate::schema::{AssociationKind, ColumnDef};
use crate::types::{ColumnType, IntoValue, Param};

/// The rows that one row's association leads to, from
/// [`Queries::related`](super::Queries::related).
///
/// Every operation of several statements is atomic.
#[must_use = "nothing happens until a method is called and awaited"]
pub struct Related<'m, A: Associate, H = <A as Associate>::Holder> {
    owner: &'m A::Owner,
    holder: PhantomData<fn() -> H>,
    /// Where the program asked.
    location: &'static Location<'static>,
    /// Values for further columns of new rows of the join table.
    joining: Vec<(&'static ColumnDef, Param)>,
}

impl<A: Associate, H> std::fmt::Debug for Related<'_, A, H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Related({}::{})", A::Owner::TABLE.model, A::DEF.name)
    }
}

impl<'m, A: Associate, H> Related<'m, A, H> {
    #[track_caller]
    pub(crate) fn new(owner: &'m A::Owner, _: Association<A>) -> Self {
        Related {
            owner,
            holder: PhantomData,
            location: Location::caller(),
            joining: Vec::new(),
        }
    }

    /// The rows as a query.
    pub fn query(&self) -> Query<A::Target, A::Target, Filtered> {
        let mut query = Query::new().filter(Filter::new(self.rows_filter()));
        query.select.origin = Some(CallSite {
            model: A::Owner::TABLE.model,
            association: A::DEF.name,
            location: self.location,
        });
        query
    }

    /// The rows that also pass `filter`.
    pub fn filter(&self, filter: Filter<A::Target>) -> Query<A::Target, A::Target, Filtered> {
        self.query().filter(filter)
    }

    /// The rows in an order.
    pub fn order_by(
        &self,
        order: impl IntoOrder<A::Target>,
    ) -> Query<A::Target, A::Target, Filtered> {
        self.query().order_by(order)
    }

    /// The rows with an association of theirs loaded.
    pub fn include<I: IntoInclude<A::Target>>(
        &self,
        include: I,
    ) -> Query<A::Target, I::Output, Filtered> {
        self.query().include(include)
    }

    /// All rows.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn all(&self, db: &dyn Executor) -> Result<Vec<A::Target>> {
        self.query().all(db).await
    }

    /// The one row.
    ///
    /// # Errors
    /// When there is none or more than one.
    pub async fn one(&self, db: &dyn Executor) -> Result<A::Target> {
        self.query().one(db).await
    }

    /// The one row, if there is one.
    ///
    /// # Errors
    /// When there is more than one.
    pub async fn one_or_none(&self, db: &dyn Executor) -> Result<Option<A::Target>> {
        self.query().one_or_none(db).await
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn count(&self, db: &dyn Executor) -> Result<i64> {
        self.query().count(db).await
    }

    /// Whether there is a row.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn exists(&self, db: &dyn Executor) -> Result<bool> {
        self.query().exists(db).await
    }

    /// Whether a row is one of them.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn has(&self, row: &A::Target, db: &dyn Executor) -> Result<bool> {
        self.has_all([row], db).await
    }

    /// Whether all of the rows are among them; true of no rows, without a statement.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn has_all<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<bool> {
        let keys = Keys::of(rows);
        if keys.count == 0 {
            return Ok(true);
        }
        let asked = keys.count;
        let found = self.filter(Filter::new(keys.filter())).count(db).await?;
        Ok(usize::try_from(found).is_ok_and(|found| found == asked))
    }

    /// Rows that hold this row's key and pass the association's scope.
    fn rows_filter(&self) -> Expr {
        let holds = match self.key_params() {
            Ok(key) => holds_key::<A>(key),
            Err(_) => Expr::Bool(false),
        };
        match scope_filter::<A>() {
            Some(scope) => holds.and(scope),
            None => holds,
        }
    }

    fn key(&self) -> Result<A::Key> {
        A::owner_key(self.owner)
            .ok_or_else(|| Error::usage("the row's key is NULL, so nothing can refer to it"))
    }

    fn key_params(&self) -> Result<Vec<Param>> {
        Ok(params(&self.key()?))
    }
}

fn holds_key<A: Associate>(key: Vec<Param>) -> Expr {
    let table = A::Target::TABLE;
    if let Some(join) = &A::DEF.through {
        return Expr::JoinedTo(Box::new(JoinedTo {
            join,
            table,
            columns: A::DEF.target_columns,
            key,
        }));
    }
    let columns = A::DEF
        .target_columns
        .iter()
        .map(|&position| table.column(position));
    let mut parts = columns
        .zip(key)
        .map(|(column, param)| super::queries::column_eq(column, param));
    match (parts.next(), parts.len()) {
        (Some(only), 0) => only,
        (first, _) => Expr::And(first.into_iter().chain(parts).collect()),
    }
}

/// The primary keys of some rows, each once.
struct Keys<M: Model> {
    keys: Vec<M::Key>,
    count: usize,
}

impl<M: Model> Keys<M> {
    fn of<'r>(rows: impl IntoIterator<Item = &'r M>) -> Self {
        let mut seen = std::collections::HashSet::new();
        let keys: Vec<M::Key> = rows
            .into_iter()
            .map(Model::key)
            .filter(|key| seen.insert(key.clone()))
            .collect();
        Keys {
            count: keys.len(),
            keys,
        }
    }

    fn filter(self) -> Expr {
        Expr::KeyIn(
            M::TABLE,
            M::TABLE.primary_key.to_vec(),
            M::Key::array_params(self.keys),
        )
    }
}

/// `has_one` and `has_many`: the rows of the other side hold the key.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByTarget<NULLABLE>> {
    /// A new row on the other side, its key filled in: one setter per column,
    /// then `.save(&db)`.
    pub fn create(&self) -> A::Create {
        let draft = scoped_draft::<A>();
        let draft = match A::owner_key(self.owner) {
            Some(key) if sole::is_unguarded::<A>() => {
                with_key::<A>(draft, &key).guarded(reservation::<A>(key))
            }
            Some(key) => with_key::<A>(draft, &key),
            None => draft,
        };
        A::Create::from(draft)
    }

    /// Takes over rows from wherever they belong.
    ///
    /// # Errors
    /// When one of the rows does not exist any more; then nothing changes.
    pub async fn adopt<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        self.take(Keys::of(rows), None, db.executor()).await
    }

    /// Deletes these rows. Rows that belong elsewhere are an error.
    ///
    /// # Errors
    /// When one of the rows does not belong here, or is still referred to;
    /// then nothing changes.
    pub async fn delete<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let keys = Keys::of(rows);
        if keys.count == 0 {
            return Ok(());
        }
        let count = keys.count;
        let filter = self.rows_filter().and(keys.filter());
        let delete = ast::Delete {
            table: A::Target::TABLE,
            filter: Some(filter),
            returning: false,
        };
        let sql = crate::sql::delete(&delete);
        let unit = db.executor().unit().await?;
        let removed = unit
            .exec()
            .execute(&sql.text, Params::from(&sql.params))
            .await;
        all_or_nothing::<A>(removed.map_err(in_model::<A::Target>)?, count)?;
        unit.commit().await
    }

    /// Gives the rows this row's key, where their present key passes `from`.
    async fn take(&self, keys: Keys<A::Target>, from: Option<Expr>, db: Exec<'_>) -> Result<()> {
        if keys.count == 0 {
            return Ok(());
        }
        let count = keys.count;
        let columns = A::DEF
            .target_columns
            .iter()
            .copied()
            .zip(self.key_params()?);
        let scope = A::DEF
            .scope
            .iter()
            .map(|(column, value)| (*column, value()));
        let set = columns.chain(scope).map(|(column, param)| Assignment {
            column,
            value: Value::Param(param),
        });
        let meant = keys.filter();
        let filter = from.into_iter().fold(meant.clone(), Expr::and);
        if A::DEF.kind == AssociationKind::HasOne && count > 1 {
            return Err(sole::already::<A>());
        }
        let unit = db.unit().await?;
        if sole::is_unguarded::<A>() {
            sole::reserve::<A>(&self.key()?, Some(meant), unit.exec()).await?;
        }
        let taken = update_rows::<A::Target>(set.collect(), filter, unit.exec()).await?;
        all_or_nothing::<A>(taken, count)?;
        unit.commit().await
    }
}

/// Runs before a row is created: it makes sure that it will be the only one.
fn reservation<A: Associate>(key: A::Key) -> Guard {
    Arc::new(move |db| {
        let key = key.clone();
        Box::pin(async move { sole::reserve::<A>(&key, None, db).await })
    })
}

/// `has_one` and `has_many` on a nullable key.
impl<A: Associate> Related<'_, A, HeldByTarget<true>> {
    /// Adds rows that belong nowhere yet, or here already. A row that belongs
    /// elsewhere is an error; [`adopt`](Self::adopt) takes it over.
    ///
    /// # Errors
    /// When one of the rows belongs elsewhere or does not exist any more; then nothing changes.
    pub async fn add<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let free = Expr::And(held_columns::<A>().map(null_test).collect());
        let from = free.or(holds_key::<A>(self.key_params()?));
        self.take(Keys::of(rows), Some(from), db.executor()).await
    }

    /// Makes these the only rows: others lose their key, missing ones are added.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub async fn set<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let rows: Vec<&A::Target> = rows.into_iter().collect();
        let unit = db.executor().unit().await?;
        let kept = Keys::of(rows.iter().copied());
        let others = Expr::Unary(ast::UnaryOp::Not, Box::new(kept.filter()));
        update_rows::<A::Target>(no_key::<A>(), self.rows_filter().and(others), unit.exec())
            .await?;
        let free = Expr::And(held_columns::<A>().map(null_test).collect());
        let from = free.or(holds_key::<A>(self.key_params()?));
        self.take(Keys::of(rows), Some(from), unit.exec()).await?;
        unit.commit().await
    }
}

/// Taking rows out, where the key may be NULL or is in a join table.
impl<A: Associate, H> Related<'_, A, H> {
    /// Takes rows out; they stay in their table. Rows that belong elsewhere are an error.
    ///
    /// # Errors
    /// When one of the rows does not belong here; then nothing changes.
    pub fn remove<'a, 'r: 'a>(
        &'a self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        H: Severable,
    {
        let rows: Vec<&A::Target> = rows.into_iter().collect();
        Saving::new(self.take_out(rows, db.executor()))
    }

    async fn take_out(&self, rows: Vec<&A::Target>, db: Exec<'_>) -> Result<()> {
        let keys = Keys::of(rows.iter().copied());
        if keys.count == 0 {
            return Ok(());
        }
        let count = keys.count;
        let unit = db.unit().await?;
        let through = A::DEF.through.as_ref();
        let removed = match through {
            // Pairs are not rows, where one may be there twice.
            Some(join) if !join.holds_pairs_once() => {
                let mut present = self.filter(Filter::new(keys.filter())).select;
                let present = count_of(&mut present, unit.exec()).await?;
                unlink::<A>(&self.key()?, rows.into_iter(), false, unit.exec()).await?;
                present
            }
            Some(_) => unlink::<A>(&self.key()?, rows.into_iter(), false, unit.exec()).await?,
            None => {
                let filter = self.rows_filter().and(keys.filter());
                update_rows::<A::Target>(no_key::<A>(), filter, unit.exec()).await?
            }
        };
        all_or_nothing::<A>(removed, count)?;
        unit.commit().await
    }
}

/// `many_to_many`: a join table holds pairs of keys.
impl<A: Associate> Related<'_, A, HeldByJoinTable> {
    /// Gives new rows of the join table a value for one more of its columns.
    pub fn joining<J: Model, T: ColumnType, K: Settable>(
        mut self,
        column: Column<J, T, K>,
        value: impl IntoValue<T>,
    ) -> Self {
        self.joining
            .push((column.def(), value.into_value().into_param()));
        self
    }

    /// Adds rows; those that are here already stay as they are.
    ///
    /// # Errors
    /// When one of the rows does not exist any more; then nothing changes.
    pub async fn add<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        link::<A>(&self.key()?, rows.into_iter(), &self.joining, db.executor()).await
    }

    /// Makes these the only rows.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub async fn set<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let rows: Vec<&A::Target> = rows.into_iter().collect();
        let key = self.key()?;
        let unit = db.executor().unit().await?;
        unlink::<A>(&key, rows.iter().copied(), true, unit.exec()).await?;
        link::<A>(&key, rows.into_iter(), &self.joining, unit.exec()).await?;
        unit.commit().await
    }

    /// Creates a row on the other side and adds it.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a value; then nothing is written.
    pub async fn create(
        &self,
        row: impl IntoNew<A::Target>,
        db: &dyn Executor,
    ) -> Result<A::Target> {
        let key = self.key()?;
        let mut draft = row.into_new();
        draft.complete()?;
        let unit = db.executor().unit().await?;
        let row = only(write_all(vec![draft], unit.exec()).await?)?;
        link::<A>(&key, std::iter::once(&row), &self.joining, unit.exec()).await?;
        unit.commit().await?;
        Ok(row)
    }
}

/// `belongs_to`: this row holds the key.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByOwner<NULLABLE>> {
    /// Makes this row refer to another one, and returns it as it now is.
    ///
    /// # Errors
    /// When one of the rows does not exist any more.
    pub async fn set(&self, row: &A::Target, db: &dyn Executor) -> Result<A::Owner> {
        let values = A::DEF
            .target_columns
            .iter()
            .map(|&column| row.param(column))
            .collect();
        self.point_at(values, db.executor()).await
    }

    /// Creates a row on the other side and makes this row refer to it.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a value; then nothing is written.
    pub async fn create(
        &self,
        row: impl IntoNew<A::Target>,
        db: &dyn Executor,
    ) -> Result<(A::Target, A::Owner)> {
        let mut draft = row.into_new();
        draft.complete()?;
        let unit = db.executor().unit().await?;
        let row = only(write_all(vec![draft], unit.exec()).await?)?;
        let values = A::DEF
            .target_columns
            .iter()
            .map(|&column| row.param(column))
            .collect();
        let owner = self.point_at(values, unit.exec()).await?;
        unit.commit().await?;
        Ok((row, owner))
    }

    async fn point_at(&self, values: Vec<Param>, db: Exec<'_>) -> Result<A::Owner> {
        let columns = A::DEF.owner_columns.iter().copied().zip(values);
        let set = columns.map(|(column, param)| Assignment {
            column,
            value: Value::Param(param),
        });
        set_columns(self.owner, set.collect(), db).await
    }
}

/// Changes columns of one row, and returns it as it now is.
pub(crate) async fn set_columns<M: Model>(
    row: &M,
    set: Vec<Assignment>,
    db: Exec<'_>,
) -> Result<M> {
    let key = row.key();
    let update = ast::Update {
        table: M::TABLE,
        set: with_timestamp::<M>(set),
        filter: Some(super::queries::key_filter::<M>(&key)),
        returning: true,
    };
    let sql = crate::sql::update(&update);
    let rows = super::update::rows_of::<M>(db, &sql)
        .await
        .map_err(in_model::<M>)?;
    let row = rows.into_iter().next();
    row.ok_or_else(|| Error::not_found(M::TABLE.model, key.describe().unwrap_or_default()))
}

/// `belongs_to` on a nullable key.
impl<A: Associate> Related<'_, A, HeldByOwner<true>> {
    /// Makes this row refer to nothing, and returns it as it now is.
    ///
    /// # Errors
    /// When this row does not exist any more.
    pub async fn clear(&self, db: &dyn Executor) -> Result<A::Owner> {
        self.point_at(vec![Param::Null; A::Key::WIDTH], db.executor())
            .await
    }
}

fn held_columns<A: Associate>() -> impl Iterator<Item = &'static ColumnDef> {
    A::DEF
        .target_columns
        .iter()
        .map(|&column| A::Target::TABLE.column(column))
}

fn null_test(column: &'static ColumnDef) -> Expr {
    Expr::Unary(ast::UnaryOp::IsNull, Box::new(Expr::Column(column)))
}

/// The key columns that may be NULL, set to NULL.
fn no_key<A: Associate>() -> Vec<Assignment> {
    let columns = A::DEF.target_columns.iter().copied();
    let nullable = columns.filter(|&column| A::Target::TABLE.column(column).nullable);
    nullable
        .map(|column| Assignment {
            column,
            value: Value::Param(Param::Null),
        })
        .collect()
}

async fn update_rows<M: Model>(set: Vec<Assignment>, filter: Expr, db: Exec<'_>) -> Result<u64> {
    let update = ast::Update {
        table: M::TABLE,
        set: with_timestamp::<M>(set),
        filter: Some(filter),
        returning: false,
    };
    let sql = crate::sql::update(&update);
    let written = db.execute(&sql.text, Params::from(&sql.params)).await;
    written.map_err(|error| in_table(error, M::TABLE))
}

/// An error unless every row was meant and found; the caller's unit then rolls back.
fn all_or_nothing<A: Associate>(found: u64, asked: usize) -> Result<()> {
    if usize::try_from(found).is_ok_and(|found| found == asked) {
        return Ok(());
    }
    Err(Error::not_related(
        A::Owner::TABLE.model,
        A::DEF.name,
        A::Target::TABLE.model,
        asked,
        found,
    ))
}

fn only<M: Model>(rows: Vec<M>) -> Result<M> {
    rows.into_iter()
        .next()
        .ok_or_else(|| Error::usage("the insert wrote no row: a trigger or rule suppressed it"))
}

impl<A: Associate> Association<A> {
    /// Loads this association for rows that were fetched already, in one
    /// statement; the result has one entry per row, in their order.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn load_for<'r>(
        self,
        owners: impl IntoIterator<Item = &'r A::Owner>,
        db: &dyn Executor,
    ) -> Result<Vec<<A::Kind as crate::model::Cardinality>::Loaded<A::Target>>> {
        super::Include::<A, A::Target, A::Kind>::new()
            .load_for(owners, db)
            .await
    }
}
