//! Valid rows for tests, made from their models.

mod formats;
mod numbers;
mod owners;
mod pattern;
mod sequence;
mod texts;
mod values;

use orm_core::__private::save;
use orm_core::create::{Draft, IntoNew};
use orm_core::error::Result;
use orm_core::exec::Executor;
use orm_core::model::{Associate, Association, Column, HeldByOwner, Model, Settable, Writable};
use orm_core::polymorphic::{AssociateOneOf, OneOf, OwnerIn};
use orm_core::query::Queries as _;
use orm_core::types::{ColumnType, IntoValue};

use self::owners::Row;

/// Valid rows of every model: `User::factory()`.
pub trait Factories: Writable {
    /// A valid row, to be changed and saved.
    ///
    /// Columns that a row needs get a value that passes the column's validators, another
    /// one for each row of this process; what may be NULL stays so, and what has a default
    /// has it. A `belongs_to` that a row needs gets a row of its own. A database that keeps
    /// its rows meets the same values when another process begins: give it what is unique.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm_testkit::Factories as _;
    ///
    /// #[derive(Model, Debug, Clone)]
    /// #[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
    /// struct User {
    ///     #[column(primary_key, auto_increment)]
    ///     id: i32,
    ///     #[column(unique)]
    ///     #[validate(email)]
    ///     email: String,
    ///     name: String,
    /// }
    ///
    /// #[derive(Model, Debug, Clone)]
    /// #[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
    /// struct Order {
    ///     #[column(primary_key, auto_increment)]
    ///     id: i32,
    ///     user_id: i32,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let database = orm_testkit::TestDatabase::create().await?;
    /// # let db = Db::connect(Config::from_url(&database.url())?).await?;
    /// # db.create_missing(orm::models![User, Order]).await?;
    /// let order = Order::factory().save(&db).await?; // and its user
    /// let ann = User::factory().set(User::name, "Ann").save(&db).await?;
    /// let orders = Order::factory().of(Order::user, &ann).many(3).save(&db).await?;
    /// assert!(orders.iter().all(|order| order.user_id == ann.id));
    /// # Ok(())
    /// # }
    /// ```
    fn factory() -> Factory<Self> {
        Factory {
            draft: Draft::default(),
        }
    }
}

impl<M: Writable> Factories for M {}

/// A valid row to be, from [`Factories::factory`].
#[must_use = "nothing is written until `.save(&db)`"]
pub struct Factory<M> {
    draft: Draft<M>,
}

/// Many valid rows to be, from [`Factory::many`].
#[must_use = "nothing is written until `.save(&db)`"]
pub struct Many<M> {
    drafts: Vec<Draft<M>>,
}

impl<M: Model> std::fmt::Debug for Factory<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Factory").field(&self.draft).finish()
    }
}

impl<M: Model> std::fmt::Debug for Many<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Many").field(&self.drafts).finish()
    }
}

impl<M: Writable> Factory<M> {
    /// Gives a column its value.
    pub fn set<T: ColumnType, K: Settable>(
        self,
        column: Column<M, T, K>,
        value: impl IntoValue<T>,
    ) -> Self {
        Factory {
            draft: self.draft.set(column.position(), value),
        }
    }

    /// Makes the row belong to this one.
    pub fn of<A>(self, association: Association<A>, row: &A::Target) -> Self
    where
        A: Associate<Owner = M>,
        A::Holder: HoldsKey,
    {
        let _ = association;
        let columns = A::DEF.owner_columns.iter().zip(A::DEF.target_columns);
        Factory {
            draft: columns.fold(self.draft, |draft, (&own, &other)| {
                draft.set_param(own, row.param(other))
            }),
        }
    }

    /// Makes the row belong to this one, which may be of several models.
    pub fn of_one<A, O>(self, association: OneOf<A>, row: &O) -> Self
    where
        A: AssociateOneOf<Owner = M>,
        O: OwnerIn<A::Targets>,
    {
        let _ = association;
        Factory {
            draft: self.draft.owned_by::<A, O, Draft<M>>(row),
        }
    }

    /// So many of such rows, written by one statement.
    pub fn many(self, count: usize) -> Many<M> {
        Many {
            drafts: vec![self.draft; count],
        }
    }

    /// Writes the row, and before it those that it needs.
    ///
    /// What was written stays where the row is refused: in a transaction all goes.
    ///
    /// # Errors
    /// When no valid value is known for a column, or a row that is needed cannot be made
    /// without its model: the error has the field, and says what to give. Or as a create.
    pub async fn save(self, db: &dyn Executor) -> Result<M> {
        let mut drafts = completed(vec![self.draft], db).await?;
        save(drafts.pop().unwrap_or_default(), db).await
    }
}

impl<M: Writable> Many<M> {
    /// Changes each of the rows; they are counted from 0.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, model::Column};
    /// # use orm_testkit::Factories;
    /// # async fn demo<M: orm_core::model::Writable>(name: Column<M, String>, db: &dyn Executor) -> Result<()> {
    /// let users = M::factory().many(3).each(|at, user| user.set(name, format!("User {at}")));
    /// let users = users.save(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn each(self, mut change: impl FnMut(usize, Factory<M>) -> Factory<M>) -> Self {
        let drafts = self.drafts.into_iter().enumerate();
        Many {
            drafts: drafts
                .map(|(at, draft)| change(at, Factory { draft }).draft)
                .collect(),
        }
    }

    /// Writes the rows, and before them those that they need: a statement for each model.
    ///
    /// # Errors
    /// As [`Factory::save`].
    pub async fn save(self, db: &dyn Executor) -> Result<Vec<M>> {
        let drafts = completed(self.drafts, db).await?;
        M::create_many(drafts.into_iter().map(Valid)).save(db).await
    }
}

/// A row that has all it needs.
struct Valid<M>(Draft<M>);

impl<M> IntoNew<M> for Valid<M> {
    fn into_new(self) -> Draft<M> {
        self.0
    }
}

/// The rows with all that they need, which is written.
async fn completed<M: Model>(drafts: Vec<Draft<M>>, db: &dyn Executor) -> Result<Vec<Draft<M>>> {
    let given = drafts.iter().map(|draft| draft.values().iter().cloned());
    let mut rows: Vec<Row> = given.map(Iterator::collect).collect();
    owners::complete(M::TABLE, &mut rows, &[], db).await?;
    let completed = drafts.into_iter().zip(rows).map(|(draft, row)| {
        row.into_iter()
            .fold(draft, |draft, (at, value)| draft.set_param(at, value))
    });
    Ok(completed.collect())
}

/// An association whose key the row itself holds.
#[diagnostic::on_unimplemented(
    message = "`of` makes a row belong to another, and here it is the other that holds the key",
    label = "not a `belongs_to` association",
    note = "make the rows of the other model: `Other::factory().of(Other::this, &row)`"
)]
pub trait HoldsKey {}

#[diagnostic::do_not_recommend]
impl<const NULLABLE: bool> HoldsKey for HeldByOwner<NULLABLE> {}
