//! Views, also those that keep their rows.

use super::SchemaEditor;
use super::name::QualifiedName;
use crate::error::{Error, Result};
use crate::schema::Backend;

impl SchemaEditor<'_> {
    /// Makes a view of what a query shows; models read it with `#[model(view)]`.
    ///
    /// ```
    /// # async fn up(schema: &orm_core::migrate::SchemaEditor<'_>) -> orm_core::Result<()> {
    /// schema
    ///     .create_view_raw("paid_orders", "SELECT * FROM orders WHERE status = 'paid'")
    ///     .await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the query does, or there is something of this name.
    pub async fn create_view_raw(&self, view: impl Into<QualifiedName>, query: &str) -> Result<()> {
        self.execute_raw(&create("VIEW", view, query)).await
    }

    /// Drops a view, but nothing that depends on it.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or something depends on it.
    pub async fn drop_view(&self, view: impl Into<QualifiedName>) -> Result<()> {
        self.execute_raw(&format!("DROP VIEW {}", view.into().quoted()))
            .await
    }

    /// Makes a view that keeps what its query shows now; models read it with
    /// `#[model(materialized_view)]`. An index of it is made by
    /// [`add_index`](Self::add_index): a unique one lets others read while the view is
    /// refreshed.
    ///
    /// # Errors
    ///
    /// Fails if the query does, there is something of this name, or the database is not
    /// PostgreSQL.
    pub async fn create_materialized_view_raw(
        &self,
        view: impl Into<QualifiedName>,
        query: &str,
    ) -> Result<()> {
        self.keeps_rows_of_views()?;
        self.execute_raw(&create("MATERIALIZED VIEW", view, query))
            .await
    }

    /// Drops a materialized view with its rows and indexes, but nothing that depends on it.
    ///
    /// # Errors
    ///
    /// Fails if there is none, something depends on it, or the database is not PostgreSQL.
    pub async fn drop_materialized_view(&self, view: impl Into<QualifiedName>) -> Result<()> {
        self.keeps_rows_of_views()?;
        let sql = format!("DROP MATERIALIZED VIEW {}", view.into().quoted());
        self.execute_raw(&sql).await
    }

    fn keeps_rows_of_views(&self) -> Result<()> {
        match self.backend() {
            Backend::Postgres => Ok(()),
            Backend::Sqlite => Err(Error::usage(
                "SQLite has no materialized views: make a view, or fill a table with what its \
                 query shows",
            )),
        }
    }
}

fn create(what: &str, view: impl Into<QualifiedName>, query: &str) -> String {
    format!("CREATE {what} {} AS\n{query}", view.into().quoted())
}
