//! Ten deploys at once: each migration is applied by one of them.

use crate::support::{Done, Project};

#[tokio::test]
async fn ten_processes_apply_each_migration_once() {
    let project = Project::storefront().await;
    project.write(
        "20240401000000-slow",
        "-- orm:no-transaction\nCREATE TABLE runs (n int);\nINSERT INTO runs VALUES (1);\n\
         CREATE INDEX CONCURRENTLY runs_n_idx ON runs (n);",
        "DROP TABLE runs;",
    );
    let processes: Vec<_> = (0..10).map(|_| project.spawn("migrate")).collect();
    let mut out = String::new();
    for process in processes {
        out += &Done::from(process.wait_with_output().unwrap()).ok();
    }
    assert_eq!(out.matches(": migrated (").count(), 5, "{out}");
    assert_eq!(
        project
            .ask("SELECT count(*)::text FROM runs")
            .await
            .as_deref(),
        Some("1")
    );
}
