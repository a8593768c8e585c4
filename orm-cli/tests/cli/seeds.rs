//! Seeds: tracked, so that running them twice is safe.

use crate::support::{Project, timeless};

#[tokio::test]
async fn seeds_are_run_once_and_can_be_taken_back() {
    let project = Project::with(&[]).await;
    project
        .client()
        .await
        .batch_execute("CREATE TABLE users (name text)")
        .await
        .unwrap();
    let name = "20240101000000-demo-user";
    let up = "INSERT INTO users VALUES ('Sarah');";
    project.write_in(
        "seeders",
        name,
        up,
        "DELETE FROM users WHERE name = 'Sarah';",
    );
    let out = project.orm("db:seed:all").ok();
    assert_eq!(
        timeless(&out),
        format!("== {name}: migrating =======\n== {name}: migrated (_)\n")
    );
    let out = project.orm("seed run").ok();
    assert_eq!(
        out,
        "No seeders were executed, database was already seeded.\n"
    );
    let count = "SELECT count(*)::text FROM users";
    assert_eq!(project.ask(count).await.unwrap(), "1");
    assert_eq!(project.orm("seed status").ok(), format!("up {name}\n"));
    // They are no migrations.
    assert_eq!(project.orm("migrate status").ok(), "No migrations found.\n");

    project.orm("db:seed:undo").ok();
    assert_eq!(project.ask(count).await.unwrap(), "0");
    assert_eq!(
        project.orm("seed undo").ok(),
        "No executed seeders found.\n"
    );
    project.orm("seed generate more-users").ok();
}
