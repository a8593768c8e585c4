//! A database of one's own, and its statements.

use orm_core::ddl::{Models, Report};
use orm_core::exec::{Config, Db, Executor, Params};
use orm_testkit::{StatementLog, TestDatabase};

/// A new, empty database, the handle to it and what was sent.
pub(crate) struct Place {
    pub(crate) db: Db,
    pub(crate) log: StatementLog,
    pub(crate) database: TestDatabase,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let log = StatementLog::new();
        let hook = log.clone();
        let config = Config::from_url(&database.url()).unwrap();
        let db = Db::connect(config.logger(move |event| hook.record(event.sql())))
            .await
            .unwrap();
        Place { db, log, database }
    }

    /// A new database with these models' tables.
    pub(crate) async fn with(models: Models) -> Self {
        let place = Place::new().await;
        let report = place.db.create_missing(models).await.unwrap();
        assert_eq!(report.differences, []);
        place
    }

    pub(crate) async fn run(&self, text: &str) {
        self.try_run(text).await.unwrap();
    }

    pub(crate) async fn try_run(&self, text: &str) -> orm_core::Result<()> {
        self.db.executor().batch(text).await
    }

    /// The first column of every row, as text.
    pub(crate) async fn texts(&self, text: &str) -> Vec<String> {
        let rows = self
            .db
            .executor()
            .query_all(text, Params::none())
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0).unwrap()).collect()
    }

    /// Creates what is missing and expects nothing to be, in nine statements
    /// that only read.
    pub(crate) async fn expect_in_step(&self, models: Models) {
        let scope = self.log.scope();
        let report = self.db.create_missing(models).await.unwrap();
        assert!(report.is_in_step(), "{report}\n{}", report.plan);
        let sent = scope.statements();
        assert!(sent.len() <= 9, "{sent:#?}");
        let changes = ["CREATE", "ALTER", "DROP", "COMMENT"];
        assert!(
            !sent
                .iter()
                .any(|it| changes.iter().any(|word| it.starts_with(word))),
            "{sent:#?}"
        );
    }

    /// What would be reported as different, one line each.
    pub(crate) async fn differences(&self, models: Models) -> Vec<String> {
        let report: Report = self.db.create_missing(models).await.unwrap();
        report.differences.iter().map(ToString::to_string).collect()
    }
}
