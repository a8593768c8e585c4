//! Migrations written in Rust.

use std::pin::Pin;

use super::editor::SchemaEditor;
use crate::error::Result;

/// A migration written in Rust, for changes that need logic.
///
/// It describes the schema by names and types of its own, never through a
/// model: a model moves on, and an old migration must do and mean the same for
/// ever.
///
/// ```
/// use orm_core::Result;
/// use orm_core::migrate::{Column, Index, Migration, SchemaEditor};
/// use orm_core::schema::SqlType;
///
/// struct AddDiscountCode;
///
/// impl Migration for AddDiscountCode {
///     fn name(&self) -> &str {
///         "20240315102344-add-discount-code-to-orders"
///     }
///
///     async fn up(&self, schema: &SchemaEditor<'_>) -> Result<()> {
///         let code = Column::new("discount_code", SqlType::Varchar(Some(50))).nullable();
///         schema.add_column("orders", code).await?;
///         let index = Index::on("orders", ["discount_code"]).filter_raw("discount_code IS NOT NULL");
///         schema.add_index(index).await
///     }
///
///     async fn down(&self, schema: &SchemaEditor<'_>) -> Result<()> {
///         schema.drop_index("orders_discount_code_idx").await?;
///         schema.drop_column("orders", "discount_code").await
///     }
/// }
/// ```
pub trait Migration: Send + Sync + 'static {
    /// `YYYYMMDDHHMMSS-words-in-kebab-case`
    fn name(&self) -> &str;

    /// Whether it runs in a transaction, as all should that can.
    ///
    /// One that cannot, because it uses `CONCURRENTLY`, is begun anew after a
    /// failure: each of its steps must bear being done twice.
    fn in_transaction(&self) -> bool {
        true
    }

    /// Makes the change. It may run more than once until it succeeds: a lock
    /// that cannot be had in time rolls back, and it is tried again.
    fn up(&self, schema: &SchemaEditor<'_>) -> impl Future<Output = Result<()>> + Send;

    /// Takes the change back.
    fn down(&self, schema: &SchemaEditor<'_>) -> impl Future<Output = Result<()>> + Send;
}

/// A migration written in Rust that nothing can take back.
pub trait IrreversibleMigration: Send + Sync + 'static {
    /// `YYYYMMDDHHMMSS-words-in-kebab-case`
    fn name(&self) -> &str;

    /// Why there is no way back, for whoever asks for one.
    fn reason(&self) -> &str;

    /// Whether it runs in a transaction; see [`Migration::in_transaction`].
    fn in_transaction(&self) -> bool {
        true
    }

    /// Makes the change; see [`Migration::up`].
    fn up(&self, schema: &SchemaEditor<'_>) -> impl Future<Output = Result<()>> + Send;
}

type Work<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Either kind, behind a pointer: the traits' own futures have no common type.
pub(super) trait Code: Send + Sync {
    fn in_transaction(&self) -> bool;
    fn irreversible(&self) -> Option<&str>;
    fn up<'a>(&'a self, schema: &'a SchemaEditor<'a>) -> Work<'a>;
    fn down<'a>(&'a self, schema: &'a SchemaEditor<'a>) -> Work<'a>;
}

pub(super) struct Reversible<M>(pub(super) M);

impl<M: Migration> Code for Reversible<M> {
    fn in_transaction(&self) -> bool {
        self.0.in_transaction()
    }

    fn irreversible(&self) -> Option<&str> {
        None
    }

    fn up<'a>(&'a self, schema: &'a SchemaEditor<'a>) -> Work<'a> {
        Box::pin(self.0.up(schema))
    }

    fn down<'a>(&'a self, schema: &'a SchemaEditor<'a>) -> Work<'a> {
        Box::pin(self.0.down(schema))
    }
}

pub(super) struct Irreversible<M>(pub(super) M);

impl<M: IrreversibleMigration> Code for Irreversible<M> {
    fn in_transaction(&self) -> bool {
        self.0.in_transaction()
    }

    fn irreversible(&self) -> Option<&str> {
        Some(self.0.reason())
    }

    fn up<'a>(&'a self, schema: &'a SchemaEditor<'a>) -> Work<'a> {
        Box::pin(self.0.up(schema))
    }

    fn down<'a>(&'a self, _: &'a SchemaEditor<'a>) -> Work<'a> {
        // Refused before it comes to this.
        Box::pin(std::future::ready(Ok(())))
    }
}
