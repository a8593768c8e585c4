//! Runs steps, compares, and makes a failing list of steps short.

use std::fmt::Write;
use std::time::{Duration, Instant};

use orm::error::ErrorKind;
use orm::prelude::*;
use orm_testkit::Random;

use crate::backend::Backend;
use crate::expected::Expected;
use crate::generate::Generator;
use crate::link::Link;
use crate::reads::Glance;
use crate::steps::{Call, Mode, Step};
use crate::tables::{Past, Tables, label_of};
use crate::typed::{Answer, Via};
use crate::world::{Prepared, World};

/// How many steps are run before the tables are emptied.
const ROUND: usize = 80;

/// How long a failing list of steps is made shorter.
const SHORTENING: Duration = Duration::from_secs(20);

/// Runs as many steps as `ORACLE_STEPS` says on each database, from the seed in
/// `ORACLE_SEED`.
pub(crate) fn explore(world: fn(Backend) -> World) -> Result<(), Box<dyn std::error::Error>> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let steps = number("ORACLE_STEPS").unwrap_or(40);
    let seed = number("ORACLE_SEED").unwrap_or(1);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let asked: Vec<Backend> = Backend::asked().collect();
    if asked.is_empty() {
        return Err(
            "`ORACLE_ON` names no database that this was compiled for: `postgres`, or \
                    `sqlite` with `--workspace` or `--features sqlite`"
                .into(),
        );
    }
    for on in asked {
        runtime.block_on(rounds(&world(on), steps, seed))?;
    }
    Ok(())
}

async fn rounds(
    world: &World,
    steps: u64,
    mut seed: u64,
) -> Result<(), Box<dyn std::error::Error>> {
    let place = world.open().await?;
    let mut left = usize::try_from(steps)?;
    while left > 0 {
        let count = left.min(ROUND);
        if let Err(failure) = round(world, &place.db, seed, count).await {
            let failure = shortened(world, &place.db, failure).await;
            return Err(report(world, seed, steps, &failure).into());
        }
        left -= count;
        seed += 1;
    }
    place.db.close().await;
    Ok(())
}

/// Steps, the last of which did not do what it should.
struct Failure {
    steps: Vec<Step>,
    message: String,
}

async fn round(world: &World, db: &Db, seed: u64, count: usize) -> Result<(), Failure> {
    let mut state = match State::empty(world, db, seed).await {
        Ok(state) => state,
        Err(message) => {
            return Err(Failure {
                steps: Vec::new(),
                message,
            });
        }
    };
    let mut generator = Generator::new(world, seed);
    let mut steps = Vec::new();
    for _ in 0..count {
        let step = generator.step(&state.tables, &state.past);
        steps.push(step.clone());
        if let Err(message) = state.run(&step, true).await {
            return Err(Failure { steps, message });
        }
    }
    Ok(())
}

async fn shortened(world: &World, db: &Db, mut failure: Failure) -> Failure {
    let end = Instant::now() + SHORTENING;
    let mut size = failure.steps.len() / 2;
    while size > 0 && Instant::now() < end {
        let mut at = 0;
        while at + 1 < failure.steps.len() && Instant::now() < end {
            let mut fewer = failure.steps.clone();
            let to = (at + size).min(fewer.len() - 1);
            fewer.drain(at..to);
            match replay(world, db, &fewer).await {
                Some(shorter) => failure = shorter,
                None => at += size,
            }
        }
        size /= 2;
    }
    failure
}

/// Runs steps again; what went wrong, if it did.
async fn replay(world: &World, db: &Db, steps: &[Step]) -> Option<Failure> {
    let mut state = State::empty(world, db, 1).await.ok()?;
    for (at, step) in steps.iter().enumerate() {
        let is_last = at + 1 == steps.len();
        if let Err(message) = state.run(step, is_last).await {
            let steps = steps[..=at].to_vec();
            return Some(Failure { steps, message });
        }
    }
    None
}

fn report(world: &World, seed: u64, steps: u64, failure: &Failure) -> String {
    let mut text = format!(
        "{}: {}\nThe last of these steps; seed {seed}: ORACLE_ON={} ORACLE_SEED={seed} \
         ORACLE_STEPS={steps} cargo test -p typed-orm --test oracle {}\n",
        world.name,
        failure.message,
        world.on.name(),
        world.name
    );
    for step in &failure.steps {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{:?}", step.mode);
        for call in &step.calls {
            let _ = writeln!(text, "    {}", said(world, call));
        }
    }
    text
}

fn said(world: &World, call: &Call) -> String {
    match call {
        Call::Write { association, .. } | Call::Change { association, .. } => {
            let link = world.associations[*association].link();
            format!("{}.{}: {call:?}", link.owner, link.field)
        }
        Call::Make { model, .. } | Call::Drop { model, .. } | Call::Update { model, .. } => {
            format!("{}: {call:?}", world.makers[*model].table())
        }
    }
}

/// What a call left of its transaction.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Transaction {
    Usable,
    /// It cannot be committed.
    Failed,
    /// It may be of use, and may not.
    Unsure,
}

/// What the database should hold.
struct State<'w> {
    world: &'w World,
    db: &'w Db,
    random: Random,
    tables: Tables,
    past: Past,
    /// The tables as they were when associations were read last.
    read: Option<Tables>,
}

impl<'w> State<'w> {
    async fn empty(world: &'w World, db: &'w Db, seed: u64) -> Result<Self, String> {
        world.clear(db).await.map_err(|error| error.to_string())?;
        let tables = world.rows(db).await.map_err(|error| error.to_string())?;
        Ok(State {
            world,
            db,
            random: Random::new(seed),
            tables,
            past: Past::default(),
            read: None,
        })
    }

    async fn run(&mut self, step: &Step, looks: bool) -> Result<(), String> {
        match step.mode {
            Mode::Alone => {
                for call in &step.calls {
                    self.call(call, Via::Db(self.db)).await?;
                }
            }
            mode => self.transaction(step, mode).await?,
        }
        match looks {
            true => self.look(step, self.db).await,
            false => Ok(()),
        }
    }

    async fn transaction(&mut self, step: &Step, mode: Mode) -> Result<(), String> {
        let before = (self.tables.clone(), self.past.clone());
        let said = |error: orm::Error| format!("in a transaction: {error}");
        let tx = self.db.begin().await.map_err(said)?;
        let mut end = Transaction::Usable;
        for call in &step.calls {
            end = self.call(call, Via::Tx(&tx)).await?;
            if end != Transaction::Usable {
                break;
            }
        }
        match (end, mode) {
            (Transaction::Usable, Mode::Committed) => tx.commit().await.map_err(said)?,
            (Transaction::Failed, Mode::Committed) => {
                if tx.commit().await.is_ok() {
                    return Err("a transaction with a failed statement was committed".to_owned());
                }
                (self.tables, self.past) = before;
            }
            _ => {
                tx.rollback().await.map_err(said)?;
                (self.tables, self.past) = before;
            }
        }
        let there = self.world.rows(self.db).await.map_err(said)?;
        same("after the transaction", &there, &self.tables)
    }

    /// Makes a call and compares; what became of the transaction it was made in.
    async fn call(&mut self, call: &Call, via: Via<'_>) -> Result<Transaction, String> {
        let Some(prepared) = self.world.prepare(call, &self.tables, &self.past) else {
            return Ok(Transaction::Usable);
        };
        let Some(expected) = self.world.expect(&prepared, &self.tables) else {
            return Ok(Transaction::Usable);
        };
        let said = said(self.world, call);
        let result = self.perform(&prepared, via).await;
        if let (Err(error), Via::Tx(tx)) = (&result, via)
            && (error.sqlstate().is_some() || error.is_not_written())
        {
            judge_error(&expected, error).map_err(|message| format!("{said}\n{message}"))?;
            // Either nothing of it is left, or the transaction cannot be committed.
            let there = self.world.rows(tx).await;
            return Ok(match there.is_ok_and(|there| there == self.tables) {
                true if error.is_not_written() => Transaction::Unsure,
                true => Transaction::Usable,
                false => Transaction::Failed,
            });
        }
        let there = self.world.rows(via.executor()).await;
        let there = there.map_err(|error| format!("{said}\nreading the tables: {error}"))?;
        let said = match &result {
            Ok(_) => format!("{said}\nit was done"),
            Err(error) => format!("{said}\nit failed: {error}"),
        };
        let after = self.judge(expected, result, &there);
        let after = after.map_err(|message| format!("{said}\n{message}"))?;
        same(&said, &there, &after)?;
        self.advance(after);
        Ok(Transaction::Usable)
    }

    async fn perform(&self, call: &Prepared, via: Via<'_>) -> orm::Result<Answer> {
        self.world.perform(call, via).await
    }

    /// The tables as they should be after an answer.
    fn judge(
        &self,
        expected: Expected,
        result: orm::Result<Answer>,
        there: &Tables,
    ) -> Result<Tables, String> {
        let answer = match result {
            Err(error) => {
                judge_error(&expected, &error)?;
                return Ok(self.tables.clone());
            }
            Ok(answer) => answer,
        };
        let Some((after, labels)) = expected.done else {
            return Err(format!(
                "it was done, and {:?} was expected{}",
                expected.errors,
                if expected.any_error {
                    " (any error)"
                } else {
                    ""
                }
            ));
        };
        let schema = &self.world.tables;
        let after = after.resolved(schema, there).settled(schema);
        if let Some(created) = answer.created
            && created != (after.len() > self.tables.len())
        {
            return Err(format!("the upsert says created: {created}"));
        }
        if answer.each_created != expected.created {
            return Err(format!(
                "the upsert says created: {:?}, expected {:?}",
                answer.each_created, expected.created
            ));
        }
        let returned: Vec<&str> = answer
            .rows
            .iter()
            .map(|row| row["label"].as_str().unwrap_or_default())
            .collect();
        if returned != labels {
            return Err(format!("returned {returned:?}, expected {labels:?}"));
        }
        for row in answer.rows.iter().filter(|row| row["label"].is_string()) {
            let row = row.as_object().cloned().unwrap_or_default();
            if !after.has(&row) {
                return Err(format!(
                    "returned {row:?}, which is not in\n{}",
                    print(&after)
                ));
            }
        }
        Ok(after)
    }

    fn advance(&mut self, after: Tables) {
        for table in self.world.tables.iter().map(|table| table.name) {
            for row in self.tables.rows(table) {
                let label = label_of(row);
                let into = match after.labelled(table, label) {
                    _ if label.is_empty() => continue,
                    Some(now) if now == row => continue,
                    Some(_) => &mut self.past.old,
                    None => &mut self.past.gone,
                };
                let rows = into.rows_mut(table);
                rows.retain(|old| label_of(old) != label);
                rows.push(row.clone());
            }
        }
        self.tables = after;
    }

    /// How likely it is that an association shows what a call did.
    fn interest(&self, call: &Call, association: usize) -> usize {
        let link = self.world.associations[association].link();
        match call {
            Call::Write {
                association: at, ..
            }
            | Call::Change {
                association: at, ..
            } if *at == association => WRITTEN,
            Call::Write {
                association: at, ..
            }
            | Call::Change {
                association: at, ..
            } => {
                let other = self.world.associations[*at].link();
                let tables = [other.owner, other.target];
                match tables.contains(&link.owner) && tables.contains(&link.target) {
                    true => NEAR,
                    false => FAR,
                }
            }
            Call::Make { model, .. } | Call::Drop { model, .. } | Call::Update { model, .. } => {
                match [link.owner, link.target].contains(&self.world.makers[*model].table()) {
                    true => NEAR,
                    false => FAR,
                }
            }
        }
    }

    /// Reads the associations that may have changed, those that were written
    /// thoroughly. Where the tables are as they were, a few of the others: what they
    /// answer was compared already.
    async fn look(&mut self, step: &Step, db: &dyn Executor) -> Result<(), String> {
        for (at, association) in self.world.associations.iter().enumerate() {
            let link = association.link();
            let chance = step.calls.iter().map(|call| self.interest(call, at)).max();
            let may_differ = self.has_changed(link) || chance == Some(WRITTEN);
            if !may_differ && !self.random.percent(FAR) {
                continue;
            }
            let targets = self.tables.rows(link.target);
            let label = self.random.pick(targets).map(label_of).unwrap_or_default();
            let glance = Glance {
                label: label.to_owned(),
                thorough: self.random.percent(chance.unwrap_or_default()),
                schema: &self.world.tables,
            };
            association.read(&self.tables, &glance, db).await?;
        }
        for maker in &self.world.makers {
            let is_unread = |read: &Tables| {
                let (was, is) = (read.all(maker.table()), self.tables.all(maker.table()));
                !was.eq(is)
            };
            if self.read.as_ref().is_none_or(is_unread) {
                maker.look(&self.tables, &self.world.tables, db).await?;
            }
        }
        self.read = Some(self.tables.clone());
        Ok(())
    }

    /// Whether the rows that decide who belongs to an association have changed since
    /// associations were read last.
    fn has_changed(&self, link: &Link) -> bool {
        let Some(read) = &self.read else {
            return true;
        };
        let mut tables = link.tables();
        tables.any(|table| read.rows(table) != self.tables.rows(table))
    }
}

/// How often an association is read in every way after a call, in percent.
const WRITTEN: usize = 100;
const NEAR: usize = 40;
const FAR: usize = 10;

fn judge_error(expected: &Expected, error: &orm::Error) -> Result<(), String> {
    let kind = error.kind();
    let is_vague = matches!(
        kind,
        ErrorKind::Database
            | ErrorKind::Decode
            | ErrorKind::UndefinedColumn
            | ErrorKind::UndefinedTable
            | ErrorKind::NotNullViolation
            | ErrorKind::ConnectionLost
    );
    if expected.errors.contains(&kind) || expected.any_error && !is_vague {
        return Ok(());
    }
    let done = if expected.done.is_some() {
        "success, or "
    } else {
        ""
    };
    let any = if expected.any_error {
        " (any error)"
    } else {
        ""
    };
    Err(format!(
        "it failed with {kind:?} ({error}); expected {done}{:?}{any}",
        expected.errors
    ))
}

fn same(what: &str, there: &Tables, expected: &Tables) -> Result<(), String> {
    if there == expected {
        return Ok(());
    }
    Err(format!(
        "{what}\nthe tables are\n{}and should be\n{}",
        print(there),
        print(expected)
    ))
}

fn print(tables: &Tables) -> String {
    let mut text = String::new();
    for (table, row) in tables.each() {
        let row = serde_json::Value::Object(row.clone());
        let _ = writeln!(text, "    {table} {row}");
    }
    text
}
