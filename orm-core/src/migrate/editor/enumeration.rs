//! Enum types.

use super::SchemaEditor;
use super::literal::literal;
use super::name::{QualifiedName, push, quoted};
use crate::error::Result;

/// Where in the order of an enum's values a new one goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewEnumValue<'n> {
    /// After all others.
    Last,
    /// Right before this one.
    Before(&'n str),
    /// Right after this one.
    After(&'n str),
}

impl SchemaEditor<'_> {
    /// Makes an enum type with these values, in this order.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses.
    pub async fn create_enum<'n>(
        &self,
        name: impl Into<QualifiedName>,
        values: impl IntoIterator<Item = &'n str>,
    ) -> Result<()> {
        let values: Vec<String> = values.into_iter().map(literal).collect();
        let name = name.into().quoted();
        self.alter_types(&format!(
            "CREATE TYPE {name} AS ENUM ({})",
            values.join(", ")
        ))
        .await
    }

    /// Adds a value to an enum type. Nothing can take it out again, and it
    /// cannot be used before the migration is committed.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses.
    pub async fn add_enum_value(
        &self,
        name: impl Into<QualifiedName>,
        value: &str,
        place: NewEnumValue<'_>,
    ) -> Result<()> {
        let mut sql = format!(
            "ALTER TYPE {} ADD VALUE {}",
            name.into().quoted(),
            literal(value)
        );
        match place {
            NewEnumValue::Last => {}
            NewEnumValue::Before(other) => {
                push(&mut sql, format_args!(" BEFORE {}", literal(other)));
            }
            NewEnumValue::After(other) => push(&mut sql, format_args!(" AFTER {}", literal(other))),
        }
        self.alter_types(&sql).await
    }

    /// Gives a value of an enum type another name, in all rows.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses.
    pub async fn rename_enum_value(
        &self,
        name: impl Into<QualifiedName>,
        from: &str,
        to: &str,
    ) -> Result<()> {
        let (from, to) = (literal(from), literal(to));
        let name = name.into().quoted();
        self.alter_types(&format!("ALTER TYPE {name} RENAME VALUE {from} TO {to}"))
            .await
    }

    /// Gives an enum type another name, in the same schema.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses.
    pub async fn rename_enum(&self, from: impl Into<QualifiedName>, to: &str) -> Result<()> {
        let sql = format!(
            "ALTER TYPE {} RENAME TO {}",
            from.into().quoted(),
            quoted(to)
        );
        self.alter_types(&sql).await
    }

    /// Drops an enum type.
    ///
    /// # Errors
    ///
    /// Fails if a column has it.
    pub async fn drop_enum(&self, name: impl Into<QualifiedName>) -> Result<()> {
        self.alter_types(&format!("DROP TYPE {}", name.into().quoted()))
            .await
    }

    async fn alter_types(&self, sql: &str) -> Result<()> {
        self.only_on_postgres("have types beside its own, and the labels of a column are a check")?;
        self.execute_raw(sql).await
    }
}
