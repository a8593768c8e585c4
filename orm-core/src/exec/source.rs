//! What a stream of rows runs on, for as long as it is read.

use std::sync::Arc;

use super::db::Db;
use super::executor::{Exec, Executor, InTransaction, sealed::Sealed};
use super::tx::{Savepoint, Tx};

/// Something that a stream of rows runs on: `&db`, which the stream holds a handle to,
/// or `&tx`, which it borrows.
///
/// `'s` is how long the stream may live: for ever on a database, as long as the
/// transaction inside one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run a stream of rows",
    note = "pass `&db` or, inside a transaction, `&tx`"
)]
pub trait StreamsOn<'s>: Sealed {
    #[doc(hidden)]
    fn source(self) -> Source<'s>;
}

/// What the statements of a stream run on.
#[doc(hidden)]
#[derive(Debug)]
pub struct Source<'s>(From<'s>);

#[derive(Debug)]
enum From<'s> {
    Pool(Db),
    Borrowed(Exec<'s>),
}

impl Source<'_> {
    pub(crate) fn exec(&self) -> Exec<'_> {
        match &self.0 {
            From::Pool(db) => db.executor(),
            From::Borrowed(exec) => *exec,
        }
    }
}

#[diagnostic::do_not_recommend]
impl StreamsOn<'static> for &Db {
    fn source(self) -> Source<'static> {
        Source(From::Pool(self.clone()))
    }
}

#[diagnostic::do_not_recommend]
impl<'t> StreamsOn<'t> for &'t Tx {
    fn source(self) -> Source<'t> {
        Source(From::Borrowed(self.executor()))
    }
}

#[diagnostic::do_not_recommend]
impl<'t> StreamsOn<'t> for &'t Arc<Tx> {
    fn source(self) -> Source<'t> {
        Source(From::Borrowed(self.executor()))
    }
}

#[diagnostic::do_not_recommend]
impl<'t> StreamsOn<'t> for &'t Savepoint<'_> {
    fn source(self) -> Source<'t> {
        Source(From::Borrowed(self.executor()))
    }
}

#[diagnostic::do_not_recommend]
impl<'e> StreamsOn<'e> for &'e (dyn Executor + '_) {
    fn source(self) -> Source<'e> {
        Source(From::Borrowed(self.executor()))
    }
}

#[diagnostic::do_not_recommend]
impl<'e> StreamsOn<'e> for &'e (dyn InTransaction + '_) {
    fn source(self) -> Source<'e> {
        Source(From::Borrowed(self.executor()))
    }
}

#[diagnostic::do_not_recommend]
impl<'s, 'e, E: Executor + ?Sized> StreamsOn<'s> for &&'e E
where
    &'e E: StreamsOn<'s>,
{
    fn source(self) -> Source<'s> {
        (*self).source()
    }
}
