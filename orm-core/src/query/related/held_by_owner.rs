//! `belongs_to`: this row holds the key.

use super::Related;
use super::given::{by_keys, referred_to};
use super::rows::only;
use crate::ast::{self, Assignment, Expr, Value};
use crate::create::{IntoNew, Saving, write_all};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, jointly};
use crate::hooks::{Asked, Change, between};
use crate::key::IntoKey;
use crate::membership::{Membership, NULL_KEY, undisturbed};
use crate::model::{AnyRow, Associate, ClearsKey, HasRows, HeldByOwner, Model, Writable};
use crate::query::fetch::in_model;
use crate::query::queries::held_filter;
use crate::query::untouched::untouched;
use crate::query::update::{moving, rows_of};
use crate::types::Param;

/// `belongs_to`: this row holds the key.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByOwner<NULLABLE>> {
    /// Makes this row refer to another one, and returns it as it now is.
    ///
    /// # Errors
    /// When the other row is outside the association's scope or has another
    /// `target_key` by now than the struct says
    /// ([`is_not_related`](crate::Error::is_not_related)), or one of the rows
    /// does not exist any more. Also when the keys have a part in common with a
    /// key to something else, as a tenant's, and that would come to refer to
    /// another tenant's: set that one to NULL first. Then nothing changes.
    pub async fn set(&self, row: &A::Target, db: &dyn Executor) -> Result<A::Owner>
    where
        A::Owner: Writable,
    {
        self.refer_to(row, db.executor()).await
    }

    /// Makes this row refer to the one with a primary key, and returns this row as it now is.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, key::IntoKey};
    /// # use orm_core::model::{Associate, Association, HeldByOwner};
    /// # use orm_core::query::Queries;
    /// # async fn demo<A>(order: A::Owner, user: Association<A>, id: impl IntoKey<<A::Target as Model>::Key>,
    /// #     db: &dyn Executor) -> Result<()>
    /// # where A: Associate<Holder = HeldByOwner<false>>, A::Owner: orm_core::model::Writable {
    /// let order = order.related(user).set_key(id, db).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`set`](Self::set). Where there is no such row, a foreign key tells it, or we do
    /// ([`is_not_related`](crate::Error::is_not_related)); where rows are referred to by
    /// another key than their primary one, it is read first
    /// ([`is_not_found`](crate::Error::is_not_found)).
    pub fn set_key<'a>(
        &'a self,
        key: impl IntoKey<<A::Target as Model>::Key>,
        db: &'a dyn Executor,
    ) -> Saving<'a, A::Owner>
    where
        A::Owner: Writable,
    {
        let (given, db) = (by_keys::<A::Target, _>([key]), db.executor());
        Saving::new(async move {
            let there = referred_to::<A>(&given, db).await?;
            match there.any_rows(&given).pop() {
                Some(row) => self.refer_to(row, db).await,
                None => Err(Error::not_found(A::Target::TABLE.model, String::new())),
            }
        })
    }

    async fn refer_to(&self, row: &dyn AnyRow, db: Exec<'_>) -> Result<A::Owner> {
        let set = pointing::<A>(row)?;
        let stays = Membership::of::<A>().target_stays(row);
        if !db.in_transaction() {
            return self.point(set, stays, db).await;
        }
        Ok(jointly!(db, |exec| self.point(
            set.clone(),
            stays.clone(),
            exec
        )))
    }

    /// Creates a row on the other side and makes this row refer to it; what the
    /// association's scope asks of it is filled in.
    ///
    /// # Errors
    /// When the row says something else than the scope
    /// ([`is_not_related`](crate::Error::is_not_related)); when a validator or a
    /// constraint refuses a value. Then nothing is written.
    pub async fn create(
        &self,
        row: impl IntoNew<A::Target>,
        db: &dyn Executor,
    ) -> Result<(A::Target, A::Owner)>
    where
        A::Owner: Writable,
        A::Target: Writable,
    {
        let mut draft = row
            .into_new()
            .claimed(Membership::of::<A>().claim_of_scope());
        draft.complete_unless_hooked()?;
        let unit = db.executor().unit().await?;
        let row = only(write_all(vec![draft], unit.exec()).await?)?;
        if !Membership::of::<A>().admits(&row) {
            return Err(Membership::of::<A>().not_related(1, 0));
        }
        let owner = self.point(pointing::<A>(&row)?, None, unit.exec()).await?;
        unit.commit().await?;
        Ok((row, owner))
    }

    /// Writes the key of this row.
    async fn point(
        &self,
        set: Vec<Assignment>,
        stays: Option<Expr>,
        db: Exec<'_>,
    ) -> Result<A::Owner> {
        point(Membership::of::<A>(), self.owner, set, stays, db).await
    }
}

/// Writes the key of a row that refers to another one while that `stays` what it is,
/// unless a key to something else that shares a part of it would come to lead elsewhere.
pub(crate) async fn point<M: Model>(
    membership: Membership,
    row: &M,
    set: Vec<Assignment>,
    stays: Option<Expr>,
    db: Exec<'_>,
) -> Result<M> {
    let Some(hooks) = M::HOOKS else {
        return point_at(membership, row, set, stays, db).await;
    };
    let work = between(move |mut changes: Vec<Change<M>>, db: Exec<'_>| {
        Box::pin(async move {
            let Some((row, set)) = changes.pop() else {
                return Ok(Vec::new());
            };
            let row = point_at(membership, &row, set, stays, db).await?;
            Ok(vec![row])
        })
    });
    only((hooks.update)(vec![(row.clone(), set)], Asked::One, work, db).await?)
}

async fn point_at<M: Model>(
    membership: Membership,
    row: &M,
    set: Vec<Assignment>,
    stays: Option<Expr>,
    db: Exec<'_>,
) -> Result<M> {
    let undisturbed = undisturbed(M::TABLE, &set);
    let only = undisturbed.into_iter().chain(stays).reduce(Expr::and);
    let is_asked = only.is_some();
    let written = set_columns_where(row, set, only, db).await;
    written.map_err(|error| match error.is_not_written() && is_asked {
        true => membership.not_related(1, 0),
        false => error,
    })
}

/// What a row says that refers to another one.
fn pointing<A: Associate>(row: &dyn AnyRow) -> Result<Vec<Assignment>> {
    let key = Membership::of::<A>()
        .target_key(row)
        .ok_or_else(|| Error::usage(NULL_KEY))?;
    let columns = A::DEF.owner_columns.iter().copied().zip(key);
    let set = columns.map(|(column, param)| Assignment {
        column,
        value: Value::Param(param),
    });
    Ok(set.collect())
}

impl<A: Associate, H> Related<'_, A, H> {
    /// `belongs_to` on a nullable key: makes this row refer to nothing, and returns it as
    /// it now is. Parts of its key that may not be NULL, or that other keys share, stay.
    ///
    /// # Errors
    /// When this row does not exist any more.
    pub fn clear<'a>(&'a self, db: &'a dyn Executor) -> Saving<'a, A::Owner>
    where
        A::Owner: Writable,
        H: ClearsKey,
    {
        let released = Membership::of::<A>().released().into_iter();
        let set = released.map(|column| Assignment {
            column,
            value: Value::Param(Param::Null),
        });
        let (set, db): (Vec<Assignment>, _) = (set.collect(), db.executor());
        Saving::new(async move {
            if !db.in_transaction() {
                return set_columns(self.owner, set, db).await;
            }
            Ok(jointly!(db, |exec| set_columns(
                self.owner,
                set.clone(),
                exec
            )))
        })
    }
}

// Without them the compiler would say "no method", and not what to type.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByOwner<NULLABLE>> {
    #[doc(hidden)]
    pub fn add<R>(&self, _: R, _: &dyn Executor) -> Saving<'static, ()>
    where
        HeldByOwner<NULLABLE>: HasRows,
    {
        no_rows()
    }

    #[doc(hidden)]
    pub fn add_keys<K>(&self, _: K, _: &dyn Executor) -> Saving<'static, ()>
    where
        HeldByOwner<NULLABLE>: HasRows,
    {
        no_rows()
    }

    #[doc(hidden)]
    pub fn set_keys<K>(&self, _: K, _: &dyn Executor) -> Saving<'static, ()>
    where
        HeldByOwner<NULLABLE>: HasRows,
    {
        no_rows()
    }
}

fn no_rows() -> Saving<'static, ()> {
    Saving::new(std::future::ready(Err(Error::usage(
        "a `belongs_to` has no rows to add",
    ))))
}

/// Changes columns of one row, and returns it as it now is.
async fn set_columns<M: Model>(row: &M, set: Vec<Assignment>, db: Exec<'_>) -> Result<M> {
    let Some(hooks) = M::HOOKS else {
        return set_columns_where(row, set, None, db).await;
    };
    let work = between(|mut changes: Vec<Change<M>>, db: Exec<'_>| {
        Box::pin(async move {
            let Some((row, set)) = changes.pop() else {
                return Ok(Vec::new());
            };
            Ok(vec![set_columns_where(&row, set, None, db).await?])
        })
    });
    only((hooks.update)(vec![(row.clone(), set)], Asked::One, work, db).await?)
}

async fn set_columns_where<M: Model>(
    row: &M,
    set: Vec<Assignment>,
    only: Option<Expr>,
    db: Exec<'_>,
) -> Result<M> {
    let filter = only.into_iter().fold(held_filter(row), Expr::and);
    let update = ast::Update {
        table: M::TABLE,
        visible: ast::Visible::of(M::TABLE),
        set: moving::<M>(set),
        filter: Some(filter),
        returning: ast::OfEachRow::Whole,
    };
    let sql = crate::refusal::update(db.backend(), &update)?;
    let rows = rows_of::<M>(db, &sql).await.map_err(in_model::<M>)?;
    match rows.into_iter().next() {
        Some(row) => Ok(row),
        None => Err(untouched(row, "update", db).await),
    }
}
