//! A statement for some rows at a time: each batch is a transaction of its own, in which
//! the history says how far it came. Whenever the process is killed, the next run goes on
//! with the first row that is not done, and no row is done twice. It ends with the last key
//! that was there when it began.

use std::time::{Duration, Instant};

use super::in_steps::Steps;
use super::{Stop, pause, set_lock_timeout};
use crate::decode::{Row, Verbatim};
use crate::error::Error;
use crate::exec::Params;
use crate::migrate::checksum;
use crate::migrate::connection::begin;
use crate::migrate::event::Event;
use crate::migrate::history::rows_of;
use crate::migrate::script::{Batches, Statement};
use crate::migrate::session::Refused;
use crate::schema::Backend;
use crate::types::Param;

/// A batch that took longer than this is not waited for as long again.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// How far a statement came.
#[derive(Clone, Default)]
struct Walked {
    rows: u64,
    /// The last key that is done; empty before the first.
    last: Vec<Verbatim>,
    /// The last key there was when it began; empty where there was none.
    end: Vec<Verbatim>,
}

impl Steps<'_> {
    /// Runs the statement at `index` for all rows, some at a time.
    pub(super) async fn in_batches(&self, index: usize, batches: &Batches) -> Result<(), Stop> {
        let total = self.section.statements.len();
        let number = index + 1;
        self.connection.tell(&Event::Statement { number, total });
        let mut walked = self.walked(index, batches).await?;
        let of = self.about(batches).await;
        let mut attempts = 1;
        loop {
            let start = Instant::now();
            match self.batch(index, batches, &walked).await {
                Ok(None) => return Ok(()),
                Ok(Some(further)) => walked = further,
                Err(stop) if gives_way(&stop) => {
                    if !pause(self.connection, self.options, attempts).await {
                        return Err(stop.after(walked.rows));
                    }
                    attempts += 1;
                    continue;
                }
                Err(stop) => return Err(stop.after(walked.rows)),
            }
            attempts = 1;
            let rows = walked.rows;
            let of = of.filter(|it| *it >= rows);
            self.connection.tell(&Event::Batch { rows, of });
            let rest = batches.pause.unwrap_or(start.elapsed().min(LONGEST_REST));
            if let Err(error) = self.connection.sleep(rest).await {
                let stop = Stop::at(self.section, index, Refused::of(error));
                return Err(stop.stopped(true).after(rows));
            }
        }
    }

    /// How far an earlier run came.
    async fn walked(&self, index: usize, batches: &Batches) -> Result<Walked, Stop> {
        let (client, history) = (&self.connection.session, &self.connection.history);
        let kept = history.batch(client, self.task.unit.name).await;
        if let Some(kept) = kept.map_err(Stop::around)? {
            let statement = &self.section.statements[index];
            return Walked::parse(&kept, statement, batches).ok_or_else(|| {
                let edited = "some of its batches are done, and it was edited since: put it back, \
                              or say how the migration stands with `repair`";
                let stop = Stop::at(self.section, index, Refused::of(Error::usage(edited)));
                stop.after(rows_of(&kept).unwrap_or_default())
            });
        }
        let empty: Vec<String> = batches
            .key
            .iter()
            .map(|it| format!("{it} IS NULL"))
            .collect();
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE {})",
            batches.table,
            empty.join(" OR ")
        );
        let row = client.row(&sql, Params::none()).await;
        let row = row.map_err(|it| Stop::at(self.section, index, unplaced(it)))?;
        match row.map(|it| it.get::<bool>(0)).transpose() {
            Ok(Some(true)) => {
                let left_out = "rows whose key is NULL would be left out: give `orm:batches` a key \
                                that all rows have";
                Err(Stop::at(
                    self.section,
                    index,
                    Refused::of(Error::usage(left_out)),
                ))
            }
            Ok(_) => Ok(Walked {
                end: self.end(index, batches).await?,
                ..Walked::default()
            }),
            Err(error) => Err(Stop::around(error)),
        }
    }

    /// About how many rows there are, where the server has counted them.
    async fn about(&self, batches: &Batches) -> Option<u64> {
        if self.connection.backend() == Backend::Sqlite {
            return None;
        }
        let sql = "SELECT reltuples::bigint FROM pg_catalog.pg_class WHERE oid = to_regclass($1)";
        let values = [Param::from(batches.table.as_str())];
        let row = self
            .connection
            .session
            .row(sql, Params::from(&values))
            .await;
        let counted: i64 = row.ok()??.get(0).ok()?;
        u64::try_from(counted).ok().filter(|it| *it > 0)
    }

    /// One batch, and how far it came; `None` if there was none left.
    async fn batch(
        &self,
        index: usize,
        batches: &Batches,
        walked: &Walked,
    ) -> Result<Option<Walked>, Stop> {
        let backend = self.connection.backend();
        let limit = set_lock_timeout(backend, true, self.options.lock_timeout);
        let begin = format!("{}; {limit}", begin(backend));
        self.connection.batch(&begin).await.map_err(Stop::around)?;
        let outcome = self.in_one_transaction(index, batches, walked).await;
        if outcome.is_err() {
            let _ = self.connection.batch("ROLLBACK").await;
        }
        outcome
    }

    async fn in_one_transaction(
        &self,
        index: usize,
        batches: &Batches,
        walked: &Walked,
    ) -> Result<Option<Walked>, Stop> {
        let statement = &self.section.statements[index];
        let at = |refused| {
            let stop = Stop::at(self.section, index, refused);
            stop.stopped(self.connection.is_stopped())
        };
        let keys = self.connection.stoppable(self.keys(batches, walked)).await;
        let further = match keys.map_err(|it| at(unplaced(it)))? {
            None => None,
            Some((first, further)) => {
                let values: Vec<Param> = first
                    .iter()
                    .chain(&further.last)
                    .map(Verbatim::param)
                    .collect();
                let run = self
                    .connection
                    .execute(statement.text(), Params::from(&values));
                self.connection.stoppable(run).await.map_err(at)?;
                Some(further)
            }
        };
        let (client, history) = (&self.connection.session, &self.connection.history);
        let batch = further.as_ref().map(|it| it.word(statement, batches));
        let noted = history.batch_done(client, self.task.unit.name, batch).await;
        noted.map_err(Stop::around)?;
        if further.is_none() {
            self.count(index).await?;
        }
        self.connection
            .batch("COMMIT")
            .await
            .map_err(Stop::around)?;
        Ok(further)
    }

    /// The last key there is. Rows that come behind it while others are written are
    /// whoever's writes them: else nobody could come to an end who is slower than they are.
    async fn end(&self, index: usize, batches: &Batches) -> Result<Vec<Verbatim>, Stop> {
        let order: Vec<String> = batches.key.iter().map(|it| format!("{it} DESC")).collect();
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {} LIMIT 1",
            batches.key.join(", "),
            batches.table,
            order.join(", ")
        );
        let row = self.connection.session.row(&sql, Params::none()).await;
        let row = row.map_err(|it| Stop::at(self.section, index, unplaced(it)))?;
        let end = row.map(|it| key_of(&it, batches)).transpose();
        let end = end.map_err(|it| Stop::at(self.section, index, it))?;
        Ok(end.unwrap_or_default())
    }

    /// The first key of the next batch, and how far it comes.
    async fn keys(
        &self,
        batches: &Batches,
        walked: &Walked,
    ) -> Result<Option<(Vec<Verbatim>, Walked)>, Refused> {
        if walked.end.is_empty() {
            return Ok(None);
        }
        let of = self.connection.backend();
        let columns = batches.columns();
        let mut bounds = format!("{columns} <= {}", batches.values(1, of));
        if !walked.last.is_empty() {
            let first = batches.values(1 + batches.key.len(), of);
            bounds = format!("{bounds} AND {columns} > {first}");
        }
        let list = batches.key.join(", ");
        let sql = format!(
            "SELECT {list} FROM {} WHERE {bounds} ORDER BY {list} LIMIT {}",
            batches.table, batches.rows
        );
        let values: Vec<Param> = walked
            .end
            .iter()
            .chain(&walked.last)
            .map(Verbatim::param)
            .collect();
        let rows = self.connection.query(&sql, Params::from(&values)).await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(None);
        };
        let further = Walked {
            rows: walked.rows + rows.len() as u64,
            last: key_of(last, batches)?,
            end: walked.end.clone(),
        };
        Ok(Some((key_of(first, batches)?, further)))
    }
}

fn key_of(row: &Row, batches: &Batches) -> Result<Vec<Verbatim>, Refused> {
    let cells = (0..batches.key.len()).map(|at| row.verbatim(at));
    let unreadable = || Error::usage("a key of `orm:batches` is no value to go on from");
    cells
        .map(|it| it.ok_or_else(|| Refused::of(unreadable())))
        .collect()
}

impl Walked {
    /// As the history keeps it: of which statement and walk, how many rows, the last key and
    /// the one to end with.
    fn word(&self, statement: &Statement, batches: &Batches) -> String {
        let keys = self.last.iter().chain(&self.end).map(Verbatim::word);
        let keys: Vec<String> = keys.collect();
        format!(
            "{} {} {}",
            checked(statement, batches),
            self.rows,
            keys.join(" ")
        )
    }

    /// What [`word`](Self::word) has written of this statement, over this key.
    fn parse(kept: &str, statement: &Statement, batches: &Batches) -> Option<Self> {
        let mut words = kept.split(' ');
        if words.next()? != checked(statement, batches) {
            return None;
        }
        let rows = words.next()?.parse().ok()?;
        let mut last: Vec<Verbatim> = words.map(Verbatim::parse).collect::<Option<_>>()?;
        let width = batches.key.len();
        (last.len() == width * 2).then(|| Walked {
            rows,
            end: last.split_off(width),
            last,
        })
    }
}

/// The checksum of a statement and of what it is walked along; how many rows a batch has, and
/// the pause, may change.
fn checked(statement: &Statement, batches: &Batches) -> String {
    let walk = [batches.table.as_str()].into_iter();
    let walk = walk.chain(batches.key.iter().map(String::as_str));
    checksum::of_statements(walk.chain([statement.text()]))
}

/// Whether it is worth another attempt: others had the rows.
fn gives_way(stop: &Stop) -> bool {
    stop.error.is_lock_not_available() || stop.error.sqlstate() == Some("40P01")
}

/// The statement is ours, and no place in it means anything to the reader.
fn unplaced(refused: Refused) -> Refused {
    Refused {
        position: None,
        ..refused
    }
}
