//! Statements that do not depend on each other, handed over together.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{MaybeDone, maybe_done};

use super::db::Db;
use super::executor::{Exec, Executor};
use super::joint::cause;
use super::tx::Tx;
use crate::error::{Error, Result};

/// What its span is called.
const BATCH: &str = "batch";

/// So many members of a list are under way at once.
const AT_ONCE: usize = 128;

/// A member that is under way.
pub type Sending<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What can be a member of a [`Db::batch`]: a query, a create, an update, a delete. What
/// has several ends is ended by a function of [`batch`](crate::batch).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a member of a batch",
    note = "a query, `create_many`, `update`, `delete` can; wrap a create builder: \
            `batch::create(..)`, a query for one row: `batch::one(..)`"
)]
pub trait Member: Send {
    /// What it answers.
    type Answer: Send;

    /// Whether it may open a savepoint, as a hook does that writes: others wait then.
    #[doc(hidden)]
    fn is_alone(&self) -> bool {
        false
    }

    /// Whether it is one statement, which needs no transaction.
    #[doc(hidden)]
    fn is_single(&self) -> bool {
        !self.is_alone()
    }

    /// Sends it.
    #[doc(hidden)]
    fn send<'a>(self, db: Exec<'a>) -> Sending<'a, Self::Answer>
    where
        Self: 'a;
}

/// The members of a batch: a tuple of up to eight, or a `Vec` of one kind.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a batch",
    label = "expected a tuple of up to eight members, or a `Vec`",
    note = "a query, `create_many`, `update`, `delete` can be a member; wrap a create builder: \
            `batch::create(..)`, a query for one row: `batch::one(..)`"
)]
pub trait Members {
    /// What all of them answer.
    type Answers: Send;
    /// What each of them answers, for itself.
    type Each: Send;

    /// Whether there are none.
    #[doc(hidden)]
    fn is_none(&self) -> bool {
        false
    }

    /// Whether each is one statement, which needs no transaction.
    #[doc(hidden)]
    fn are_single(&self) -> bool;

    /// Sends all, in their order.
    #[doc(hidden)]
    fn send<'a>(self, db: Exec<'a>) -> Pin<Box<dyn Future<Output = Self::Each> + Send + 'a>>
    where
        Self: 'a;

    /// All answers, or why there are none.
    ///
    /// # Errors
    /// With the error of the first member that failed by itself.
    #[doc(hidden)]
    fn all(each: Self::Each) -> Result<Self::Answers>;
}

macro_rules! tuples {
    ($($($name:ident $at:tt)+;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: Member),+> Members for ($($name,)+) {
            type Answers = ($($name::Answer,)+);
            type Each = ($(Result<$name::Answer>,)+);

            fn are_single(&self) -> bool {
                [$(self.$at.is_single()),+].iter().all(|is_single| *is_single)
            }

            fn send<'a>(self, db: Exec<'a>) -> Pin<Box<dyn Future<Output = Self::Each> + Send + 'a>>
            where
                Self: 'a,
            {
                Box::pin(async move {
                    let is_alone = [$(self.$at.is_alone()),+].contains(&true);
                    let mut sent = ($(maybe_done(self.$at.send(db)),)+);
                    if db.hands_over() && !is_alone {
                        poll_fn(|context| {
                            let polled = [$(Pin::new(&mut sent.$at).poll(context)),+];
                            all_ready(&polled)
                        })
                        .await;
                    } else {
                        $((&mut sent.$at).await;)+
                    }
                    ($(taken(&mut sent.$at),)+)
                })
            }

            fn all(each: Self::Each) -> Result<Self::Answers> {
                let mut failed = Vec::new();
                let answers = ($(each.$at.map_err(|error| failed.push(($at, error))),)+);
                match ($(answers.$at,)+) {
                    #[allow(non_snake_case)] // the type parameters name the parts
                    ($(Ok($name),)+) => Ok(($($name,)+)),
                    _ => Err(of_batch(failed)),
                }
            }
        }
    )+};
}

tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}

#[diagnostic::do_not_recommend]
impl<S: Member> Members for Vec<S> {
    type Answers = Vec<S::Answer>;
    type Each = Vec<Result<S::Answer>>;

    fn is_none(&self) -> bool {
        self.is_empty()
    }

    fn are_single(&self) -> bool {
        self.iter().all(Member::is_single)
    }

    fn send<'a>(self, db: Exec<'a>) -> Pin<Box<dyn Future<Output = Self::Each> + Send + 'a>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            let mut answers = Vec::with_capacity(self.len());
            let at_once = match db.hands_over() && !self.iter().any(Member::is_alone) {
                true => AT_ONCE,
                false => 1,
            };
            let mut members = self.into_iter();
            loop {
                let part = members.by_ref().take(at_once);
                let mut sent: Vec<_> = part.map(|it| maybe_done(it.send(db))).collect();
                if sent.is_empty() {
                    return answers;
                }
                poll_fn(|context| {
                    let polled = sent.iter_mut().map(|it| Pin::new(it).poll(context));
                    all_ready(&polled.collect::<Vec<_>>())
                })
                .await;
                answers.extend(sent.iter_mut().map(taken));
            }
        })
    }

    fn all(each: Self::Each) -> Result<Self::Answers> {
        let mut failed = Vec::new();
        let mut answers = Vec::with_capacity(each.len());
        for (at, answer) in each.into_iter().enumerate() {
            match answer {
                Ok(answer) => answers.push(answer),
                Err(error) => failed.push((at, error)),
            }
        }
        match failed.is_empty() {
            true => Ok(answers),
            false => Err(of_batch(failed)),
        }
    }
}

fn all_ready(polled: &[Poll<()>]) -> Poll<()> {
    match polled.iter().all(Poll::is_ready) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    }
}

fn taken<T>(sent: &mut MaybeDone<Sending<'_, T>>) -> Result<T> {
    let answer = Pin::new(sent).take_output();
    answer.unwrap_or_else(|| Err(Error::usage("a member of a batch was not run")))
}

/// The error of a batch.
fn of_batch(failed: Vec<(usize, Error)>) -> Error {
    match cause(failed.into_iter()) {
        Some((at, error)) => error.in_member(at),
        None => Error::usage("a batch failed"),
    }
}

/// All members, or none.
async fn together<B: Members>(members: B, db: Exec<'_>) -> Result<B::Answers> {
    if members.is_none() {
        return B::all(members.send(db).await);
    }
    let joint = db.joint().await?;
    let sending = members.send(joint.exec());
    match joint
        .begin(Box::pin(async { Ok(sending.await) }))
        .await
        .and_then(B::all)
    {
        Ok(answers) => {
            joint.commit().await?;
            Ok(answers)
        }
        Err(error) => {
            joint.rollback().await;
            Err(error)
        }
    }
}

impl Db {
    /// Runs statements that do not depend on each other, all of them or none: they are
    /// sent together, in their order, behind the BEGIN of a transaction.
    ///
    /// Five statements so take two round trips and not seven: one for all of them, one
    /// for COMMIT. What takes several statements, as rows with rows nested in them, may be
    /// a member, and takes its own round trips. On SQLite they run one after the other.
    ///
    /// ```
    /// # use orm_core::{Model, Result, batch, create::IntoNew, exec::Db, query::Queries};
    /// # async fn demo<M: orm_core::model::Writable, N: IntoNew<M>>(row: N, other: &M, db: &Db) -> Result<()> {
    /// let (row, number, ()) = db
    ///     .batch((batch::create(row), batch::count(M::query()), batch::delete(other)))
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// With the error of the first member that fails, which [`Error::member`] names; then
    /// nothing is written. A connection that had died in the pool is such an error, too.
    pub async fn batch<B: Members>(&self, members: B) -> Result<B::Answers> {
        self.executor()
            .within(BATCH, "", Box::pin(together(members, self.executor())))
            .await
    }

    /// Runs statements that do not depend on each other, each for itself: they are sent
    /// together, in their order, and one that fails leaves the others alone.
    ///
    /// What takes several statements may be a member, and has a transaction of its own;
    /// then all run one after the other, as they do on SQLite.
    ///
    /// ```
    /// # use orm_core::{Model, Result, batch, exec::Db, query::Queries};
    /// # async fn demo<M: orm_core::model::Writable>(old: &M, db: &Db) -> Result<()> {
    /// let (rows, gone) = db.batch_each((M::query(), batch::delete(old))).await?;
    /// println!("{} rows, {}", rows?.len(), gone.is_ok());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When there is no connection; what each member fails with is its answer.
    pub async fn batch_each<B: Members>(&self, members: B) -> Result<B::Each> {
        let db = self.executor();
        // Whoever holds a connection must not wait for another one: all could do so.
        let line = match members.are_single() && !members.is_none() {
            true => db.line().await?,
            false => None,
        };
        match line {
            // In no transaction, and on one connection.
            Some(line) => Ok(db.within(BATCH, "", members.send(line.exec(0))).await),
            None => Ok(db.within(BATCH, "", members.send(db)).await),
        }
    }
}

impl Tx {
    /// Runs statements that do not depend on each other, all of them or none, as
    /// [`Db::batch`] does: the transaction goes on if one fails.
    ///
    /// # Errors
    /// As [`Db::batch`].
    pub async fn batch<B: Members>(&self, members: B) -> Result<B::Answers> {
        self.executor()
            .within(BATCH, "", Box::pin(together(members, self.executor())))
            .await
    }
}
