//! SQLite: a connection that writes, beside the pool's.

use super::{Refused, Sent};
use crate::decode::Row;
use crate::error::Result;
use crate::exec::{Config, Params, SqliteSingle};

pub(in crate::migrate) struct Session {
    connection: SqliteSingle,
}

impl Session {
    pub(super) async fn open(config: &Config) -> Result<Self> {
        let connection = SqliteSingle::connect(config).await?;
        Ok(Session { connection })
    }

    pub(super) fn reset(&self) -> String {
        "PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF".to_owned()
    }

    pub(super) async fn batch(&self, text: &str) -> Sent<()> {
        self.connection.batch(text).await.map_err(Refused::of)
    }

    pub(super) async fn execute(&self, text: &str, values: Params<'_>) -> Sent<u64> {
        let done = self.connection.query(text, values).await;
        done.map(|(_, changed)| changed).map_err(Refused::of)
    }

    pub(super) async fn query(&self, text: &str, values: Params<'_>) -> Sent<Vec<Row>> {
        let done = self.connection.query(text, values).await;
        done.map(|(rows, _)| rows).map_err(Refused::of)
    }
}
