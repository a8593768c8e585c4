//! `has_one` where no unique constraint keeps a second row away.

use crate::ast::{Expr, Item, Lock, LockStrength, LockWait, Output, Select};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::key::Key;
use crate::model::{Associate, Model};
use crate::schema::AssociationKind;
use crate::types::Param;

/// Whether the association has at most one row, and only this program sees to it.
pub(crate) fn is_unguarded<A: Associate>() -> bool {
    let table = A::Target::TABLE;
    let key = A::DEF.target_columns;
    let mut uniques = table.uniques.iter().map(|unique| unique.columns);
    A::DEF.kind == AssociationKind::HasOne
        && table.primary_key != key
        && !uniques.any(|unique| unique == key)
}

/// Makes sure that no row but those that pass `meant` holds the key, and that
/// none comes to hold it before the transaction ends: whoever else gives this
/// owner a row waits for its lock.
///
/// # Errors
/// When there is a row already.
pub(crate) async fn reserve<A: Associate>(
    key: &A::Key,
    meant: Option<Expr>,
    db: Exec<'_>,
) -> Result<()> {
    let mut values: Vec<Param> = Vec::with_capacity(A::Key::WIDTH);
    key.push_params(&mut values);
    let columns = A::DEF.owner_columns;
    let mut owner = Select::new(A::Owner::TABLE);
    owner.filter = Some(equal(A::Owner::TABLE, columns, &values));
    owner.output = Output::Items(columns.iter().copied().map(Item::Column).collect());
    owner.lock = Some(Lock {
        strength: LockStrength::NoKeyUpdate,
        wait: LockWait::Wait,
    });
    run(&owner, db).await?;

    let mut others = Select::new(A::Target::TABLE);
    let held = equal(A::Target::TABLE, A::DEF.target_columns, &values);
    let scope = A::DEF.scope.iter();
    let scope =
        scope.map(|(column, value)| Expr::ColumnIs(A::Target::TABLE.column(*column), value()));
    others.filter = Some(scope.fold(held, Expr::and));
    if let Some(meant) = meant {
        others.and_filter(Expr::Unary(crate::ast::UnaryOp::Not, Box::new(meant)));
    }
    others.output = Output::Exists(Vec::new());
    match run(&others, db).await? {
        true => Err(already::<A>()),
        false => Ok(()),
    }
}

/// The association has its one row.
pub(crate) fn already<A: Associate>() -> Error {
    Error::already_related(A::Owner::TABLE.model, A::DEF.name, A::Target::TABLE.model)
}

fn equal(table: &'static crate::schema::TableDef, columns: &[u16], values: &[Param]) -> Expr {
    let columns = columns.iter().map(|&column| table.column(column));
    let tests = columns
        .zip(values)
        .map(|(column, value)| Expr::ColumnIs(column, value.clone()));
    Expr::And(tests.collect())
}

/// Runs a query; what it answers with, if that is a truth value.
async fn run(select: &Select, db: Exec<'_>) -> Result<bool> {
    let sql = crate::sql::select(select);
    let row = db.query_opt(&sql.text, Params::from(&sql.params)).await?;
    match row {
        Some(row) if matches!(select.output, Output::Exists(_)) => Cursor::of_row(&row).take(),
        _ => Ok(false),
    }
}
