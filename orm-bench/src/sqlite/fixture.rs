//! A file with the rows that the work is about.

use std::path::Path;

use orm_testkit::TestFile;
use rusqlite::Connection;

use crate::contender::Result;

/// A database in a file of its own, which is removed at the end.
#[derive(Debug)]
pub struct Fixture {
    file: TestFile,
}

const MILLION: &str = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000000) \
     INSERT INTO events (kind, at) SELECT 'kind ' || n % 100, \
     strftime('%Y-%m-%d %H:%M:%S', '2024-05-06 07:08:09', '+' || n || ' seconds') || '.000000+00:00' FROM n";

impl Fixture {
    /// Makes the tables and fills them; the table of a million rows only `with_million`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn create(with_million: bool) -> Result<Self> {
        let fixture = Fixture {
            file: TestFile::create()?,
        };
        let connection = fixture.connect()?;
        connection.execute_batch(include_str!("fixture.sql"))?;
        if with_million {
            connection.execute_batch(MILLION)?;
        }
        connection.execute_batch("ANALYZE")?;
        Ok(fixture)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Its URL.
    pub fn url(&self) -> String {
        self.file.url()
    }

    /// A connection as `orm` opens one.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn connect(&self) -> Result<Connection> {
        open(self.path())
    }

    /// Empties the table that inserts fill, and the log of what was written.
    ///
    /// # Errors
    /// When somebody is at work.
    pub fn empty_articles(&self) -> Result<()> {
        let connection = self.connect()?;
        connection.execute_batch("DELETE FROM articles; PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(())
    }
}

/// Opens a file as `orm` does.
pub(super) fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
         PRAGMA busy_timeout = 5000",
    )?;
    connection.set_prepared_statement_cache_capacity(128);
    rusqlite::vtab::array::load_module(&connection)?;
    Ok(connection)
}
