//! A database of one's own, asked through the driver alone.

use rusqlite::Connection;
use rust_decimal::Decimal;

use crate::ddl::blueprint::Blueprint;
use crate::ddl::inspect::sqlite::{Cells, QUERIES, read};
use crate::ddl::live::Live;
use crate::ddl::plan::Plan;
use crate::ddl::{Models, Report, desired, flaw, missing};
use crate::schema::Backend;

pub(crate) struct Place {
    pub(crate) sqlite: Connection,
}

impl Place {
    pub(crate) fn new() -> Self {
        let sqlite = Connection::open_in_memory().unwrap();
        let number = |text: &str| text.parse::<Decimal>().unwrap_or_default();
        sqlite
            .create_collation("decimal", move |a, b| number(a).cmp(&number(b)))
            .unwrap();
        sqlite.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        Place { sqlite }
    }

    /// A new database with these models' tables.
    pub(crate) fn with(models: Models) -> Self {
        let place = Place::new();
        place.carry_out(&crate::ddl::plan_for(Backend::Sqlite, models).unwrap());
        place
    }

    pub(crate) fn carry_out(&self, plan: &Plan) {
        for statement in plan.statements() {
            self.sqlite
                .execute_batch(&statement)
                .unwrap_or_else(|error| panic!("{error}\n{statement}"));
        }
    }

    pub(crate) fn run(&self, text: &str) {
        self.sqlite
            .execute_batch(text)
            .unwrap_or_else(|error| panic!("{error}\n{text}"));
    }

    /// What SQLite says about a statement that it refuses.
    pub(crate) fn refused(&self, text: &str) -> String {
        match self.sqlite.execute_batch(text) {
            Err(rusqlite::Error::SqliteFailure(_, Some(message))) => message,
            other => panic!("{other:?} for {text}"),
        }
    }

    /// The first column of every row, as text.
    pub(crate) fn texts(&self, text: &str) -> Vec<String> {
        let mut statement = self.sqlite.prepare(text).unwrap();
        let rows = statement.query_map([], |row| {
            let value: rusqlite::types::Value = row.get(0)?;
            Ok(match value {
                rusqlite::types::Value::Text(text) => text,
                rusqlite::types::Value::Integer(number) => number.to_string(),
                other => format!("{other:?}"),
            })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    pub(crate) fn live(&self) -> Live {
        let mut answers = [Vec::new(), Vec::new(), Vec::new()];
        for ((text, width), answer) in QUERIES.into_iter().zip(&mut answers) {
            let mut statement = self.sqlite.prepare(text).unwrap();
            let cells = |row: &rusqlite::Row<'_>| (0..width).map(|at| row.get(at)).collect();
            let rows = statement.query_map([], cells).unwrap();
            *answer = rows.collect::<Result<Vec<Cells>, _>>().unwrap();
        }
        read(&answers)
    }

    pub(crate) fn report(&self, models: Models) -> Report {
        let blueprint = blueprint(models);
        let live = self.live().spelled_as(&blueprint);
        missing::report(Backend::Sqlite, &blueprint, &live).unwrap()
    }

    /// What would be reported as different, one line each.
    pub(crate) fn differences(&self, models: Models) -> Vec<String> {
        let report = self.report(models);
        report.differences.iter().map(ToString::to_string).collect()
    }
}

pub(crate) fn blueprint(models: Models) -> Blueprint {
    let blueprint = desired::blueprint(Backend::Sqlite, models.tables());
    flaw::refuse(Backend::Sqlite, models.tables(), &blueprint).unwrap();
    blueprint
}
