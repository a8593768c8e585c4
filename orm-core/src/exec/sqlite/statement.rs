//! One statement from text to rows.

use super::answers;
use super::ask::{Ask, is_text, refused};
use super::executor::{Exec, Held};
use super::rows::Rows;
use super::value::bind;
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::log::leave;
use crate::exec::params::Params;
use crate::lexer::{Kind, Lexer};
use crate::schema::Backend;

impl<'a> Exec<'a> {
    /// Hands over the rows one by one, nothing collected.
    pub(in crate::exec) async fn query_each(
        self,
        text: &'a str,
        params: Params<'a>,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> Result<u64> {
        let rows = self.query(text, params).await?;
        self.take(rows, each).await
    }

    /// Runs the statement `steps` times, each with its own value of every list.
    pub(in crate::exec) async fn query_steps(
        self,
        text: &'a str,
        params: Params<'a>,
        steps: usize,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> Result<u64> {
        let rows = self.start(text, params, Some(steps)).await?;
        self.take(rows, each).await
    }

    async fn take(
        self,
        mut rows: Rows<'a>,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> Result<u64> {
        let mut count = 0;
        let mut failed = None;
        while rows.more().await? {
            while let Some(row) = rows.at_hand() {
                count += 1;
                if failed.is_none()
                    && let Err(error) = each(row)
                {
                    // Whether it writes is known at its end only; one that reads ends here.
                    if self.how.reads {
                        return Err(error);
                    }
                    failed = Some(error);
                }
            }
        }
        match failed {
            None => Ok(count),
            Some(error) if rows.wrote() => {
                Err(error.after_write(self.how.wrote(self.on.in_transaction())))
            }
            Some(error) => Err(error),
        }
    }

    /// The rows, to be read one by one.
    pub(in crate::exec) async fn query(
        self,
        text: &'a str,
        params: Params<'a>,
    ) -> Result<Rows<'a>> {
        self.start(text, params, None).await
    }

    async fn start(
        self,
        text: &'a str,
        params: Params<'a>,
        steps: Option<usize>,
    ) -> Result<Rows<'a>> {
        let values = params.iter().map(bind).collect::<Result<Vec<_>>>()?;
        let deadline = self.limit().map(crate::exec::deadline::end_of);
        let held = self.hold_until(deadline).await?;
        let ask = Ask {
            text: text.to_owned(),
            values,
            steps,
            keep: self.how.keep,
            within: self.on.in_transaction(),
            ends: self.how.ends,
        };
        let entry = self.entry(text, params, held.id());
        let (to, answers) = answers::channel();
        let sent = held.send(move |worker, ticket| ask.run(worker, ticket, to));
        Ok(Rows::new(self, held, sent, answers, entry, deadline))
    }

    /// Runs the statement `steps` times, each with its own value of every list, and
    /// returns how many rows were written.
    pub(in crate::exec) async fn execute_steps(
        self,
        text: &'a str,
        params: Params<'a>,
        steps: usize,
    ) -> Result<u64> {
        let mut rows = self.start(text, params, Some(steps)).await?;
        while rows.next().await?.is_some() {}
        Ok(rows.affected())
    }

    /// How many rows were written.
    pub(in crate::exec) async fn execute(self, text: &'a str, params: Params<'a>) -> Result<u64> {
        let mut rows = self.start(text, params, None).await?;
        while rows.next().await?.is_some() {}
        Ok(rows.affected())
    }

    /// Runs fixed text, unprepared.
    pub(in crate::exec) async fn batch(self, text: &'a str) -> Result<()> {
        is_text(text)?;
        let deadline = self.limit().map(crate::exec::deadline::end_of);
        let held = self.hold_until(deadline).await?;
        let running = self.run_batch(held, text);
        match deadline {
            None => running.await,
            Some(deadline) => {
                let mut running = Box::pin(running);
                match tokio::time::timeout_at(deadline, &mut running).await {
                    Ok(done) => done,
                    Err(_) => Err(leave(running, self.lost(Error::deadline()))),
                }
            }
        }
    }

    async fn run_batch(self, held: Held<'a>, text: &'a str) -> Result<()> {
        let (within, reads) = (self.on.in_transaction(), self.how.reads);
        let entry = self.entry(text, Params::none(), held.id());
        let copy = text.to_owned();
        let done = held.run(false, move |worker, ticket| {
            if within && !worker.in_transaction() {
                return Err(Error::transaction_aborted());
            }
            worker.clock.begin_statement(within);
            let alone = stands_alone(&copy);
            let own = !within && !alone;
            if own {
                worker.begin(!reads, ticket)?;
            }
            let compact = alone && is_vacuum(&copy);
            let done = worker.patiently(ticket, || {
                worker.of_sqlite(compact, || worker.db.execute_batch(&copy))
            });
            let done = done.map_err(|error| refused(worker, &error));
            match (own, &done) {
                (true, Ok(())) => return worker.commit(ticket),
                (true, Err(_)) => {
                    let _ = worker.rollback(ticket);
                }
                (false, _) if within => worker.learn(),
                (false, _) => worker.leave(ticket),
            }
            done
        });
        match done.await {
            Ok(()) => {
                entry.done(None);
                Ok(())
            }
            Err(error) => {
                if let Held::Session(session) = &held {
                    session.learn(&error);
                }
                entry.failed(&error);
                Err(error)
            }
        }
    }
}

/// Whether a text is of one statement that no transaction takes, or of none.
fn stands_alone(text: &str) -> bool {
    const ALONE: [&str; 4] = ["vacuum", "pragma", "attach", "detach"];
    let mut lexer = Lexer::new(text, Backend::Sqlite);
    let mut first = None;
    let mut ended = false;
    while let Ok(Some(token)) = lexer.token() {
        match token.kind {
            Kind::LineComment | Kind::BlockComment => {}
            Kind::Semicolon => ended = first.is_some(),
            _ if ended => return false,
            _ => {
                first.get_or_insert(token.text);
            }
        }
    }
    first.is_none_or(|word| ALONE.iter().any(|it| word.eq_ignore_ascii_case(it)))
}

/// Whether a text begins with VACUUM.
pub(super) fn is_vacuum(text: &str) -> bool {
    let mut lexer = Lexer::new(text, Backend::Sqlite);
    while let Ok(Some(token)) = lexer.token() {
        match token.kind {
            Kind::LineComment | Kind::BlockComment | Kind::Semicolon => {}
            _ => return token.text.eq_ignore_ascii_case("vacuum"),
        }
    }
    false
}
