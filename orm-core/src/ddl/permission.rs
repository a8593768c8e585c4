//! The permission to destroy what a database holds.

use crate::error::{Error, Result};

/// The permission to drop tables, for one database by its name.
///
/// It is checked against the database the connection is really in, so that a
/// test's clean-up cannot reach a production database by a wrong URL.
///
/// ```no_run
/// # async fn example(db: &orm_core::exec::Db, models: orm_core::ddl::Models) -> orm_core::Result<()> {
/// use orm_core::ddl::DestroyDatabase;
///
/// println!("{}", db.plan_drop(models).await?);
/// db.drop_tables(models, &DestroyDatabase::named("shop_test")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestroyDatabase {
    name: String,
}

impl DestroyDatabase {
    /// Permits to drop tables in the database of this name, and in no other.
    pub fn named(name: impl Into<String>) -> Self {
        DestroyDatabase { name: name.into() }
    }

    /// # Errors
    /// Unless the permission is for this database.
    pub(super) fn check(&self, database: &str) -> Result<()> {
        if self.name == database {
            return Ok(());
        }
        Err(Error::usage(format!(
            "no table was dropped: this is the database `{database}`, and the permission is for \
             `{}`",
            self.name
        )))
    }
}
