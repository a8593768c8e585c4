//! Writes whose rows nobody can show to hooks: refused before anything is sent.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use crate::error::{Error, Result};
use crate::model::Model;
use crate::query::{How, reached};
use crate::schema::{JoinTable, TableDef};

/// Models whose rows go without a row of a model with hooks changing: found out once, by
/// where their table is described. Of a table there may be several models.
static FREE: RwLock<BTreeSet<usize>> = RwLock::new(BTreeSet::new());

fn is_free(table: &'static TableDef) -> bool {
    // A set is whole whatever happened while it was locked.
    let free = FREE.read().unwrap_or_else(PoisonError::into_inner);
    free.contains(&std::ptr::from_ref(table).addr())
}

fn note_free(table: &'static TableDef) {
    let mut free = FREE.write().unwrap_or_else(PoisonError::into_inner);
    free.insert(std::ptr::from_ref(table).addr());
}

/// An error if the model has hooks; `instead` is what to write.
pub(crate) fn unseen<M: Model>(write: &str, instead: &str) -> Result<()> {
    unseen_of(M::TABLE, write, instead)
}

/// The same of rows of a table.
pub(crate) fn unseen_of(table: &'static TableDef, write: &str, instead: &str) -> Result<()> {
    match table.hooks {
        false => Ok(()),
        true => Err(refusal(table.model, write, instead)),
    }
}

fn refusal(model: &'static str, write: &str, instead: &str) -> Error {
    let message = format!("{model} has hooks, and {write} cannot show them its rows: {instead}");
    Error::usage(message).of_model(model)
}

/// An error if what the database, or a delete that marks, does to rows that refer to
/// those of a table goes past the hooks of their model.
pub(crate) fn refuse_consequences(table: &'static TableDef, how: How) -> Result<()> {
    if is_free(table) {
        return Ok(());
    }
    match reached(table, how).into_iter().find(|it| it.hooks) {
        None => {
            // What is marked and what goes for good are two things.
            if table.soft_delete.is_none() {
                note_free(table);
            }
            Ok(())
        }
        Some(child) => {
            let (write, parent) = (words(how), table.model);
            Err(refusal(
                child.model,
                &format!(
                    "{write} of {parent}, which changes rows of {child} too,",
                    child = child.model
                ),
                &format!(
                    "change or delete the rows of {child} first, or say `.without_hooks()`",
                    child = child.model
                ),
            ))
        }
    }
}

fn words(how: How) -> &'static str {
    match how {
        How::Delete | How::ForGood => "a delete",
        How::Restore => "a restore",
    }
}

/// An error if the rows of a join table belong to a model with hooks.
pub(crate) fn refuse_join(join: &JoinTable) -> Result<()> {
    let Some(table) = join.table.map(|table| table()).filter(|table| table.hooks) else {
        return Ok(());
    };
    Err(refusal(
        table.model,
        "an association through it",
        &format!("create and delete rows of {} themselves", table.model),
    ))
}
