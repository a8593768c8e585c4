//! From a statement to facts, by the grammar of the database it is for.

mod postgres;
mod sqlite;

use orm_core::migrate::SqlStatement;
use orm_core::schema::Backend;

use super::fact::Fact;

/// What a statement does, each with the byte of the text it begins at.
pub(crate) fn facts(statement: &SqlStatement<'_>, of: Backend) -> Vec<(usize, Fact)> {
    match of {
        Backend::Sqlite => vec![(0, sqlite::fact(statement))],
        // What it does not know is a finding.
        _ => postgres::facts(statement.text),
    }
}

#[cfg(test)]
pub(crate) use self::postgres::facts as of_postgres;
