//! The names of statements' columns, written down once.

use std::cell::RefCell;

use foldhash::HashMap;
use rusqlite::Statement;

use crate::decode::stored_rows::ColumnNames;

/// So many texts are remembered.
const MOST: usize = 1_000;

/// What the columns of the texts that were run are called.
#[derive(Default)]
pub(super) struct Names(RefCell<HashMap<Box<str>, ColumnNames>>);

impl Names {
    /// The names of a statement's columns. Those of a text that will come again are
    /// shared by its runs, while they are what the statement says: a table that was
    /// altered changes them.
    pub(super) fn of(
        &self,
        text: &str,
        statement: &Statement<'_>,
        keep: bool,
    ) -> rusqlite::Result<ColumnNames> {
        let mut known = self.0.borrow_mut();
        if let Some(names) = known.get(text)
            && are(names, statement)
        {
            return Ok(ColumnNames::clone(names));
        }
        let names: ColumnNames = (0..statement.column_count())
            .map(|at| statement.column_name(at).map(Into::into))
            .collect::<rusqlite::Result<_>>()?;
        if keep {
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(text.into(), ColumnNames::clone(&names));
        }
        Ok(names)
    }
}

fn are(names: &ColumnNames, statement: &Statement<'_>) -> bool {
    let said = |at| statement.column_name(at).ok();
    let mut named = names.iter().enumerate();
    statement.column_count() == names.len() && named.all(|(at, name)| said(at) == Some(&**name))
}
