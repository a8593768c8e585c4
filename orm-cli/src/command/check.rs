//! `orm migrate check`

use orm_core::diff::{Replayed, agree};
use serde_json::json;

use super::from_models::models;
use crate::arguments::Compared;
use crate::context::Context;
use crate::failure::Failure;

/// Tells whether models, migrations and database agree; fails if they do not.
pub(super) async fn run(context: &Context, compared: &Compared) -> Result<(), Failure> {
    let agreement = agree(
        &context.config()?,
        models(context)?,
        &context.silent_migrations()?,
        &compared.options(),
    )
    .await?;
    context.output.line(agreement.to_string().trim_end());
    let migrations = match &agreement.migrations {
        Replayed::Compared(diff) => json!(lines(diff)),
        Replayed::Failed(reason) => json!({ "failed": reason }),
        _ => json!(null),
    };
    context.output.result(&json!({
        "agree": agreement.is_complete(),
        "database": lines(&agreement.database),
        "migrations": migrations,
        "pending": agreement.pending,
    }));
    if agreement.is_complete() {
        return Ok(());
    }
    Err(Failure::refused(
        "models, migrations and database do not agree",
    ))
}

fn lines(diff: &orm_core::diff::Diff) -> Vec<String> {
    diff.to_string().lines().map(Into::into).collect()
}
