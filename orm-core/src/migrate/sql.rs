//! The text of migrations, for those who judge it before it runs.

use super::migrator::Migrator;
use super::unit::Body;
use crate::error::Result;
use crate::schema::Backend;

/// What applying a migration does, statement by statement.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqlMigration<'m> {
    /// Its name.
    pub name: &'m str,
    /// Its file, relative to the folder of migrations.
    pub file: &'m str,
    /// Whether it runs in one transaction.
    pub in_transaction: bool,
    /// Its statements.
    pub statements: Vec<SqlStatement<'m>>,
}

/// A statement of a migration.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqlStatement<'m> {
    /// Without its semicolon and the comments around it.
    pub text: &'m str,
    /// Its first words: lower case, or quoted as they are written; the parts of a name
    /// have their dots between them.
    pub words: &'m [String],
    /// The line of the file that it begins in, counted from 1.
    pub line: usize,
    /// The `-- orm:allow` directives before it.
    pub allowances: Vec<Allowance<'m>>,
}

/// `-- orm:allow rule: reason`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance<'m> {
    /// What stands after `orm:allow`.
    pub text: &'m str,
    /// Its line, counted from 1.
    pub line: usize,
}

impl Migrator {
    /// The migrations that are written in SQL, oldest first, and what applying
    /// each does to this kind of database. Those written in Rust are left out: their statements are
    /// known only when they run.
    ///
    /// ```
    /// use orm_core::migrate::{Embedded, EmbeddedSource, Migrator};
    /// use orm_core::schema::Backend;
    ///
    /// let migrator = Migrator::embedded(&[Embedded {
    ///     name: "20240101000000-create-users",
    ///     source: EmbeddedSource::TwoFiles {
    ///         up: "CREATE TABLE users (id integer);",
    ///         down: None,
    ///     },
    /// }]);
    /// let first = migrator.sql(Backend::Postgres)?.remove(0);
    /// assert_eq!(first.file, "20240101000000-create-users/up.sql");
    /// assert_eq!(first.statements[0].text, "CREATE TABLE users (id integer)");
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn sql(&self, of: Backend) -> Result<Vec<SqlMigration<'_>>> {
        let units = self.read(of)?;
        let of_sql = units.into_iter().filter_map(|unit| {
            let Body::Sql(script) = unit.body else {
                return None;
            };
            let section = &script.up;
            let statements = section.statements.iter().enumerate();
            Some(SqlMigration {
                name: unit.name,
                file: &section.file,
                in_transaction: !section.no_transaction,
                statements: statements
                    .map(|(position, statement)| SqlStatement {
                        text: statement.text(),
                        words: statement.words(),
                        line: statement.line(None),
                        allowances: section
                            .allowances
                            .iter()
                            .filter(|it| it.statement == position)
                            .map(|it| Allowance {
                                text: &it.text,
                                line: it.line,
                            })
                            .collect(),
                    })
                    .collect(),
            })
        });
        Ok(of_sql.collect())
    }
}
