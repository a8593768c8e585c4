//! Tables.

use super::SchemaEditor;
use super::column::Column;
use super::foreign_key::ForeignKey;
use super::name::{QualifiedName, list, owned, quoted};
use crate::error::Result;
use crate::schema::Backend;

/// A table to be made.
///
/// ```
/// use orm_core::migrate::{Column, ForeignKey, Table};
/// use orm_core::schema::{Action, SqlType};
///
/// let items = Table::new("order_items")
///     .column(Column::new("id", SqlType::Int4).identity().primary_key())
///     .column(Column::new("order_id", SqlType::Int4))
///     .column(Column::new("quantity", SqlType::Int4))
///     .check_raw("order_items_quantity_min_check", "quantity >= 1")
///     .foreign_key(
///         ForeignKey::new(["order_id"], "orders", ["id"]).on_delete(Action::Cascade),
///     );
/// ```
#[derive(Debug, Clone)]
#[must_use = "a table is made by `create_table`"]
pub struct Table {
    name: QualifiedName,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Column(Column),
    ForeignKey(ForeignKey),
    /// Any other constraint, as SQL.
    Constraint(String),
}

impl Part {
    fn sql(&self, backend: Backend) -> Result<String> {
        match self {
            Part::Column(column) => column.sql_on(backend),
            Part::ForeignKey(key) => Ok(key.sql()),
            Part::Constraint(sql) => Ok(sql.clone()),
        }
    }
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<QualifiedName>) -> Self {
        Table {
            name: name.into(),
            parts: Vec::new(),
        }
    }

    /// Adds a column.
    pub fn column(mut self, column: Column) -> Self {
        self.parts.push(Part::Column(column));
        self
    }

    /// Makes several columns the primary key.
    pub fn primary_key<'n>(mut self, columns: impl IntoIterator<Item = &'n str>) -> Self {
        self.parts.push(Part::Constraint(format!(
            "PRIMARY KEY {}",
            list(&owned(columns))
        )));
        self
    }

    /// No two rows have the same values in these columns.
    pub fn unique<'n>(mut self, columns: impl IntoIterator<Item = &'n str>) -> Self {
        self.parts.push(Part::Constraint(format!(
            "UNIQUE {}",
            list(&owned(columns))
        )));
        self
    }

    /// Every row meets a condition.
    pub fn check_raw(mut self, name: &str, condition: &str) -> Self {
        self.parts.push(Part::Constraint(format!(
            "CONSTRAINT {} CHECK ({condition})",
            quoted(name)
        )));
        self
    }

    /// Adds a foreign key.
    pub fn foreign_key(mut self, key: ForeignKey) -> Self {
        self.parts.push(Part::ForeignKey(key));
        self
    }

    pub(super) fn sql(&self, backend: Backend) -> Result<String> {
        let parts = self.parts.iter().map(|it| it.sql(backend));
        let parts: Vec<String> = parts.collect::<Result<_>>()?;
        let strict = match backend {
            Backend::Postgres => "",
            Backend::Sqlite => " STRICT",
        };
        Ok(format!(
            "CREATE TABLE {} (\n  {}\n){strict}",
            self.name.quoted(),
            parts.join(",\n  ")
        ))
    }
}

impl SchemaEditor<'_> {
    /// Makes a table.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses, as when there is one of this name.
    pub async fn create_table(&self, table: Table) -> Result<()> {
        self.execute_raw(&table.sql(self.backend())?).await
    }

    /// Drops a table and its rows, but nothing that depends on it.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or something depends on it.
    pub async fn drop_table(&self, table: impl Into<QualifiedName>) -> Result<()> {
        self.execute_raw(&format!("DROP TABLE {}", table.into().quoted()))
            .await
    }

    /// Gives a table another name, in the same schema.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses.
    pub async fn rename_table(&self, from: impl Into<QualifiedName>, to: &str) -> Result<()> {
        self.alter(from, &format!("RENAME TO {}", quoted(to))).await
    }

    pub(super) async fn alter(&self, table: impl Into<QualifiedName>, change: &str) -> Result<()> {
        let sql = format!("ALTER TABLE {} {change}", table.into().quoted());
        self.execute_raw(&sql).await
    }
}
