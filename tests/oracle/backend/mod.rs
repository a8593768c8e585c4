//! The databases that a world is tried on. They are told apart while the suite runs: its
//! models and calls are compiled once.

#[cfg(feature = "sqlite")]
mod file;
mod server;

use orm::prelude::*;
use orm_testkit::TestDatabase;
#[cfg(feature = "sqlite")]
use orm_testkit::TestFile;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Server,
    #[cfg(feature = "sqlite")]
    File,
}

/// A database of a world's own, for as long as this lives.
pub(crate) enum Home {
    Server(Box<TestDatabase>),
    #[cfg(feature = "sqlite")]
    File(TestFile),
}

impl Home {
    pub(crate) fn url(&self) -> String {
        match self {
            Home::Server(database) => database.url(),
            #[cfg(feature = "sqlite")]
            Home::File(file) => file.url(),
        }
    }
}

impl Backend {
    /// Those that are asked: all that are compiled, or the one in `ORACLE_ON`, `postgres`
    /// or `sqlite`.
    pub(crate) fn asked() -> impl Iterator<Item = Backend> {
        let wanted = std::env::var("ORACLE_ON").ok();
        let all = [
            Backend::Server,
            #[cfg(feature = "sqlite")]
            Backend::File,
        ];
        all.into_iter()
            .filter(move |it| wanted.as_deref().is_none_or(|name| name == it.name()))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Backend::Server => "postgres",
            #[cfg(feature = "sqlite")]
            Backend::File => "sqlite",
        }
    }

    /// A new database.
    pub(crate) async fn home(self) -> Result<Home, orm_testkit::Error> {
        Ok(match self {
            Backend::Server => Home::Server(Box::new(TestDatabase::create().await?)),
            #[cfg(feature = "sqlite")]
            Backend::File => Home::File(TestFile::create()?),
        })
    }

    /// Empties all tables; numbers begin anew.
    pub(crate) async fn clear(self, tables: &[&str], db: &Db) -> orm::Result<()> {
        match self {
            Backend::Server => server::clear(tables, db).await,
            #[cfg(feature = "sqlite")]
            Backend::File => file::clear(tables, db).await,
        }
    }

    /// All rows of these tables, as a document of lists.
    pub(crate) async fn rows(self, tables: &[&str], db: &dyn Executor) -> orm::Result<String> {
        match self {
            Backend::Server => server::rows(tables, db).await,
            #[cfg(feature = "sqlite")]
            Backend::File => file::rows(tables, db).await,
        }
    }

    /// What is done to rows on their way.
    pub(crate) fn triggers(self) -> &'static str {
        match self {
            Backend::Server => server::TRIGGERS,
            #[cfg(feature = "sqlite")]
            Backend::File => file::TRIGGERS,
        }
    }

    /// Whether a trigger can change a row on its way.
    pub(crate) fn lets_triggers_change_rows(self) -> bool {
        self == Backend::Server
    }
}
