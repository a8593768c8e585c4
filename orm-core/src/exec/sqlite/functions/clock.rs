//! What time it is, to a statement and to a transaction.

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, Result};

use super::Refusal;
use crate::exec::sqlite::clock::Clock;
use crate::types::stored::moment;

/// From 1970, where the clock starts, to 2000.
const MICROS_1970_TO_2000: i64 = 10_957 * super::moments::MICROS_PER_DAY;

pub(super) fn register(connection: &Connection, clock: &Clock) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    let of_statement = clock.clone();
    connection.create_scalar_function("orm_statement_time", 0, flags, move |_| {
        written(of_statement.statement())
    })?;
    let of_transaction = clock.clone();
    connection.create_scalar_function("orm_now", 0, flags, move |_| {
        written(of_transaction.transaction())
    })
}

fn written(micros: i64) -> Result<String> {
    moment::write_timestamp(micros - MICROS_1970_TO_2000, "timestamptz", "+00:00")
        .map_err(|_| Refusal::NotAMoment.into())
}
