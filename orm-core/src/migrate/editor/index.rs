//! Indexes.

use super::SchemaEditor;
use super::name::{QualifiedName, owned, push, quoted};
use crate::error::{Error, Result};
use crate::schema::{Backend, IndexMethod};

/// An index to be made.
///
/// ```
/// use orm_core::migrate::Index;
///
/// let index = Index::on("orders", ["discount_code"])
///     .name("orders_discount_code_idx")
///     .filter_raw("discount_code IS NOT NULL");
/// ```
#[derive(Debug, Clone)]
#[must_use = "an index is made by `add_index`"]
pub struct Index {
    table: QualifiedName,
    parts: Vec<String>,
    include: Vec<String>,
    name: Option<String>,
    method: IndexMethod,
    unique: bool,
    concurrently: bool,
    filter: Option<String>,
}

impl Index {
    /// An index of some columns, which may be followed by expressions.
    pub fn on<'n>(
        table: impl Into<QualifiedName>,
        columns: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        Index {
            table: table.into(),
            parts: owned(columns).iter().map(|name| quoted(name)).collect(),
            include: Vec::new(),
            name: None,
            method: IndexMethod::Btree,
            unique: false,
            concurrently: false,
            filter: None,
        }
    }

    /// Its name, in place of the server's `orders_user_id_idx`.
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Indexes also the value of an expression, or a column with an order or
    /// an operator class: `lower(email)`, `created_at DESC`.
    pub fn part_raw(mut self, sql: &str) -> Self {
        self.parts.push(sql.to_owned());
        self
    }

    /// Refuses duplicates.
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Keeps these columns in the index, too, without searching by them.
    pub fn include<'n>(mut self, columns: impl IntoIterator<Item = &'n str>) -> Self {
        self.include = owned(columns);
        self
    }

    /// Another method than `btree`.
    pub fn method(mut self, method: IndexMethod) -> Self {
        self.method = method;
        self
    }

    /// Indexes the rows that meet a condition only.
    pub fn filter_raw(mut self, condition: &str) -> Self {
        self.filter = Some(condition.to_owned());
        self
    }

    /// Is made without keeping writers out; in a migration that is not in a
    /// transaction.
    pub fn concurrently(mut self) -> Self {
        self.concurrently = true;
        self
    }

    pub(super) fn sql(&self) -> String {
        let mut out = String::from("CREATE ");
        out.push_str(if self.unique {
            "UNIQUE INDEX "
        } else {
            "INDEX "
        });
        out.push_str(if self.concurrently {
            "CONCURRENTLY "
        } else {
            ""
        });
        if let Some(name) = &self.name {
            push(&mut out, format_args!("{} ", quoted(name)));
        }
        push(&mut out, format_args!("ON {}", self.table.quoted()));
        push(
            &mut out,
            format_args!(" USING {} ({})", method(self.method), self.parts.join(", ")),
        );
        if !self.include.is_empty() {
            push(
                &mut out,
                format_args!(" INCLUDE {}", super::name::list(&self.include)),
            );
        }
        if let Some(condition) = &self.filter {
            push(&mut out, format_args!(" WHERE {condition}"));
        }
        out
    }

    /// The same for the database that is changed.
    fn sql_on(&self, backend: Backend) -> Result<String> {
        if backend == Backend::Postgres {
            return Ok(self.sql());
        }
        let lacks = [
            (self.concurrently, "builds no index beside writers"),
            (!self.include.is_empty(), "stores no columns in an index"),
            (self.method != IndexMethod::Btree, "has one kind of index"),
            (self.name.is_none(), "names no index by itself"),
        ];
        if let Some((_, what)) = lacks.into_iter().find(|(it, _)| *it) {
            return Err(Error::usage(format!("SQLite {what}: say it otherwise")));
        }
        Ok(self.sql().replacen(" USING btree (", " (", 1))
    }
}

fn method(method: IndexMethod) -> &'static str {
    match method {
        IndexMethod::Btree => "btree",
        IndexMethod::Hash => "hash",
        IndexMethod::Gin => "gin",
        IndexMethod::Gist => "gist",
        IndexMethod::SpGist => "spgist",
        IndexMethod::Brin => "brin",
        IndexMethod::Hnsw => "hnsw",
        IndexMethod::IvfFlat => "ivfflat",
    }
}

impl SchemaEditor<'_> {
    /// Makes an index.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses, or rows are duplicates.
    pub async fn add_index(&self, index: Index) -> Result<()> {
        self.execute_raw(&index.sql_on(self.backend())?).await
    }

    /// Drops an index.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or a constraint needs it.
    pub async fn drop_index(&self, index: impl Into<QualifiedName>) -> Result<()> {
        self.execute_raw(&format!("DROP INDEX {}", index.into().quoted()))
            .await
    }

    /// Drops an index without keeping others out; in a migration that is not
    /// in a transaction.
    ///
    /// # Errors
    ///
    /// As [`drop_index`](Self::drop_index).
    pub async fn drop_index_concurrently(&self, index: impl Into<QualifiedName>) -> Result<()> {
        self.only_on_postgres("drop an index beside writers")?;
        self.execute_raw(&format!(
            "DROP INDEX CONCURRENTLY {}",
            index.into().quoted()
        ))
        .await
    }
}
