//! One statement from text to rows, on whichever database.

use super::executor::{Exec, On};
use super::params::Params;
use super::rows::{Inside, Rows};
use crate::decode::Row;
use crate::error::Result;

impl<'a> Exec<'a> {
    /// Runs a query and hands over its rows one by one, nothing collected.
    ///
    /// Returns the number of rows. An error of `each` ends the query.
    ///
    /// # Errors
    ///
    /// Fails if the statement does, or `each` does.
    pub fn query_each(
        self,
        text: &'a str,
        params: Params<'a>,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> impl Future<Output = Result<u64>> + Send {
        async move {
            match self.on {
                #[cfg(feature = "postgres")]
                On::Postgres(on) => on.how(self.how).query_each(text, params, each).await,
                #[cfg(feature = "sqlite")]
                On::Sqlite(on) => Box::pin(on.how(self.how).query_each(text, params, each)).await,
            }
        }
    }

    /// Runs a statement that was written for one of `steps` rows, which gets its
    /// own of every list among the values: all of them, or none.
    ///
    /// # Errors
    ///
    /// Fails if the statement does, or `each` does.
    pub(crate) fn query_steps(
        self,
        text: &'a str,
        params: Params<'a>,
        steps: usize,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> impl Future<Output = Result<u64>> + Send {
        async move {
            match self.on {
                // Its statements take lists as a whole.
                #[cfg(feature = "postgres")]
                On::Postgres(on) => {
                    let _ = steps;
                    on.how(self.how).query_each(text, params, each).await
                }
                #[cfg(feature = "sqlite")]
                On::Sqlite(on) => {
                    Box::pin(on.how(self.how).query_steps(text, params, steps, each)).await
                }
            }
        }
    }

    /// Runs a statement that was written for one of `steps` rows, as
    /// [`query_steps`](Self::query_steps), and returns how many rows it wrote.
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub(crate) fn execute_steps(
        self,
        text: &'a str,
        params: Params<'a>,
        steps: usize,
    ) -> impl Future<Output = Result<u64>> + Send {
        async move {
            match self.on {
                #[cfg(feature = "postgres")]
                On::Postgres(on) => {
                    let _ = steps;
                    on.how(self.how).execute(text, params).await
                }
                #[cfg(feature = "sqlite")]
                On::Sqlite(on) => {
                    Box::pin(on.how(self.how).execute_steps(text, params, steps)).await
                }
            }
        }
    }

    /// Begins to fill columns of a table by COPY, within a transaction.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses it, or has no COPY.
    #[cfg(feature = "postgres")]
    pub(crate) fn copy_in(
        self,
        copy: crate::sql::Copy,
    ) -> impl Future<Output = Result<super::CopyIn<'a>>> + Send {
        async move {
            match self.on {
                On::Postgres(on) => on.how(self.how).copy_in(copy).await,
                #[cfg(feature = "sqlite")]
                On::Sqlite(_) => Err(crate::error::Error::usage("SQLite has no COPY")),
            }
        }
    }

    /// Runs a query and returns its rows as a stream to be read with
    /// [`Rows::next`].
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub fn query(
        self,
        text: &'a str,
        params: Params<'a>,
    ) -> impl Future<Output = Result<Rows<'a>>> + Send {
        async move {
            Ok(Rows(match self.on {
                #[cfg(feature = "postgres")]
                On::Postgres(on) => Inside::Postgres(on.how(self.how).query(text, params).await?),
                #[cfg(feature = "sqlite")]
                On::Sqlite(on) => {
                    Inside::Sqlite(Box::pin(on.how(self.how).query(text, params)).await?)
                }
            }))
        }
    }

    /// Runs a query and collects its rows.
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub fn query_all(
        self,
        text: &'a str,
        params: Params<'a>,
    ) -> impl Future<Output = Result<Vec<Row>>> + Send {
        async move {
            let mut rows = Vec::new();
            self.query_each(text, params, &mut |row| {
                rows.push(row);
                Ok(())
            })
            .await?;
            Ok(rows)
        }
    }

    /// Runs a query and returns its first row, if any.
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub fn query_opt(
        self,
        text: &'a str,
        params: Params<'a>,
    ) -> impl Future<Output = Result<Option<Row>>> + Send {
        async move {
            let mut first = None;
            self.query_each(text, params, &mut |row| {
                first.get_or_insert(row);
                Ok(())
            })
            .await?;
            Ok(first)
        }
    }

    /// Runs a statement and returns how many rows it wrote.
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub fn execute(
        self,
        text: &'a str,
        params: Params<'a>,
    ) -> impl Future<Output = Result<u64>> + Send {
        async move {
            match self.on {
                #[cfg(feature = "postgres")]
                On::Postgres(on) => on.how(self.how).execute(text, params).await,
                #[cfg(feature = "sqlite")]
                On::Sqlite(on) => Box::pin(on.how(self.how).execute(text, params)).await,
            }
        }
    }

    /// Runs fixed text without parameters, such as DDL, unprepared. It may
    /// hold several statements; outside a transaction they stand or fall together.
    ///
    /// What changes the session (`SET`, temporary tables, advisory locks) ends
    /// with the batch, or with the transaction it is part of: the connection is
    /// replaced then.
    ///
    /// # Errors
    ///
    /// Fails if a statement does, or if one begins or ends a transaction.
    pub fn batch(self, text: &'a str) -> impl Future<Output = Result<()>> + Send {
        async move {
            match self.on {
                #[cfg(feature = "postgres")]
                On::Postgres(on) => on.how(self.how).batch(text).await,
                #[cfg(feature = "sqlite")]
                On::Sqlite(on) => Box::pin(on.how(self.how).batch(text)).await,
            }
        }
    }
}
