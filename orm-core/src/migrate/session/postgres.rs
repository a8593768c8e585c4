//! PostgreSQL: a session with an advisory lock.

use futures_util::TryStreamExt;
use tokio_postgres::error::{ErrorPosition, SqlState};

use super::{Refused, Sent};
use crate::decode::Row;
use crate::error::Result;
use crate::exec::{Config, OnNotice, Params, Single, connect_single, hidden};

pub(in crate::migrate) struct Session {
    client: Single,
}

impl Session {
    pub(super) async fn open(config: &Config, on_notice: OnNotice) -> Result<Self> {
        let client = connect_single(config, on_notice).await?;
        Ok(Session { client })
    }

    pub(super) fn reset(&self) -> String {
        let settings = self.client.settings();
        let reset = "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL";
        format!("{reset};{settings}")
            .trim_end_matches(';')
            .to_owned()
    }

    pub(super) async fn batch(&self, text: &str) -> Sent<()> {
        Ok(self.client.batch_execute(text).await?)
    }

    pub(super) async fn execute(&self, text: &str, values: Params<'_>) -> Sent<u64> {
        Ok(self.client.execute_raw(text, hidden(values)).await?)
    }

    pub(super) async fn query(&self, text: &str, values: Params<'_>) -> Sent<Vec<Row>> {
        let rows = self.client.query_raw(text, hidden(values)).await?;
        Ok(rows.map_ok(Row::of_server).try_collect().await?)
    }

    pub(super) async fn try_lock(&self, key: i64) -> Result<bool> {
        let sql = "SELECT pg_try_advisory_lock($1)";
        Ok(self.client.query_one(sql, &[&key]).await?.try_get(0)?)
    }

    /// Behind a pooler in transaction mode, each transaction may be on another
    /// connection of the server.
    pub(super) async fn still_locked(&self, key: i64) -> Result<bool> {
        const SQL: &str = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' \
             AND pid = pg_backend_pid() AND granted \
             AND (classid::int8 << 32 | objid::int8) = $1)";
        Ok(self.client.query_one(SQL, &[&key]).await?.try_get(0)?)
    }

    pub(super) async fn cancel(&self) {
        self.client.cancel().await;
    }

    pub(super) async fn unlock(&self, key: i64) {
        let sql = "SELECT pg_advisory_unlock($1)";
        let _ = self.client.execute(sql, &[&key]).await;
    }
}

impl From<tokio_postgres::Error> for Refused {
    fn from(error: tokio_postgres::Error) -> Self {
        let position = match error.as_db_error().and_then(|it| it.position()) {
            Some(ErrorPosition::Original(position)) => usize::try_from(*position).ok(),
            _ => None,
        };
        Refused {
            position,
            words: said(&error),
            error: error.into(),
        }
    }
}

/// What the server says about names, grammar and constraints: it is about the
/// migration, where our own words are about queries. Everything else may quote
/// a value from a row, and so does a syntax error in what a function put
/// together.
fn said(error: &tokio_postgres::Error) -> Option<String> {
    let error = error.as_db_error()?;
    let code = error.code().code();
    let inner = matches!(error.position(), Some(ErrorPosition::Internal { .. }));
    let about_the_migration = match code.get(..2)? {
        "23" => true,
        "42" => !(inner && *error.code() == SqlState::SYNTAX_ERROR),
        _ => false,
    };
    let message = error.message().lines().next().unwrap_or_default();
    about_the_migration.then(|| format!("{message} (SQLSTATE {code})"))
}
