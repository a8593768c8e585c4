//! Unique constraints and checks.

use super::SchemaEditor;
use super::name::{QualifiedName, list, owned, quoted};
use crate::error::Result;

impl SchemaEditor<'_> {
    /// Refuses two rows with the same values in these columns. The server
    /// names it `users_email_key`.
    ///
    /// # Errors
    ///
    /// Fails if there are such rows.
    pub async fn add_unique<'n>(
        &self,
        table: impl Into<QualifiedName>,
        columns: impl IntoIterator<Item = &'n str>,
    ) -> Result<()> {
        let columns = list(&owned(columns));
        self.only_on_postgres("add a constraint to a table")?;
        self.alter(table, &format!("ADD UNIQUE {columns}")).await
    }

    /// Makes a unique index that is there a constraint, without another look
    /// at the rows.
    ///
    /// # Errors
    ///
    /// Fails if the index cannot be one.
    pub async fn add_unique_using_index(
        &self,
        table: impl Into<QualifiedName>,
        name: &str,
        index: &str,
    ) -> Result<()> {
        self.only_on_postgres("add a constraint to a table")?;
        let (name, index) = (quoted(name), quoted(index));
        self.alter(
            table,
            &format!("ADD CONSTRAINT {name} UNIQUE USING INDEX {index}"),
        )
        .await
    }

    /// Refuses rows that do not meet a condition.
    ///
    /// # Errors
    ///
    /// Fails if there are such rows.
    pub async fn add_check_raw(
        &self,
        table: impl Into<QualifiedName>,
        name: &str,
        condition: &str,
    ) -> Result<()> {
        self.only_on_postgres("add a constraint to a table")?;
        let name = quoted(name);
        self.alter(table, &format!("ADD CONSTRAINT {name} CHECK ({condition})"))
            .await
    }

    /// Refuses rows to come that do not meet a condition, without a look at
    /// those that are there, which would keep writers out; see
    /// [`validate_constraint`](Self::validate_constraint).
    ///
    /// # Errors
    ///
    /// Fails if the server refuses.
    pub async fn add_check_not_valid_raw(
        &self,
        table: impl Into<QualifiedName>,
        name: &str,
        condition: &str,
    ) -> Result<()> {
        self.only_on_postgres("add a constraint to a table")?;
        let name = quoted(name);
        self.alter(
            table,
            &format!("ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID"),
        )
        .await
    }

    /// Looks at all rows for a constraint that was added without doing so.
    /// Writers are not kept out.
    ///
    /// # Errors
    ///
    /// Fails if a row violates it.
    pub async fn validate_constraint(
        &self,
        table: impl Into<QualifiedName>,
        name: &str,
    ) -> Result<()> {
        self.only_on_postgres("validate a constraint")?;
        self.alter(table, &format!("VALIDATE CONSTRAINT {}", quoted(name)))
            .await
    }

    /// Drops a foreign key, a unique constraint, a check or a primary key.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or something depends on it.
    pub async fn drop_constraint(&self, table: impl Into<QualifiedName>, name: &str) -> Result<()> {
        self.only_on_postgres("drop a constraint of a table")?;
        self.alter(table, &format!("DROP CONSTRAINT {}", quoted(name)))
            .await
    }
}
