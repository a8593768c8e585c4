//! `orm db` and `orm schema`.

use std::fs;

use crate::support::{Done, Project};

/// The URL of a database of another name on the same server: one that is no name
/// without its quotes.
fn other_url(project: &Project) -> (String, String) {
    let (url, name) = (project.database.url(), project.database.name());
    let in_url = format!("{name}%22Other");
    (url.replace(name, &in_url), format!("{name}\"Other"))
}

#[tokio::test]
async fn a_database_is_made_and_dropped() {
    let project = Project::new().await;
    let (url, name) = other_url(&project);
    let orm = |args: &str| -> Done {
        project
            .without_database(args)
            .args(["--url", &url])
            .output()
            .unwrap()
            .into()
    };
    assert_eq!(orm("db:create").ok(), format!("Database {name} created.\n"));
    let error = orm("db create").failed();
    assert!(
        error.contains(&format!("database \"{name}\" already exists")),
        "{error}"
    );
    orm("db create --if-missing").ok();

    let error = orm("db:drop").failed();
    assert!(error.contains("nothing was done"), "{error}");
    let error = orm("db drop --yes --database other").failed();
    assert!(
        error.contains(&format!("the database is `{name}`")),
        "{error}"
    );
    assert_eq!(orm("db drop --yes").code, Some(2));
    let out = orm(&format!("db:drop --yes --database {name}")).ok();
    assert_eq!(out, format!("Database {name} dropped.\n"));
    let error = orm("migrate status").failed();
    assert!(error.contains("there is no folder"), "{error}");
    fs::create_dir(project.folder.join("migrations")).unwrap();
    let error = orm("migrate status").failed();
    assert!(
        error.contains(&format!("has no database `{name}`")),
        "{error}"
    );
}

#[tokio::test]
async fn a_database_in_use_is_dropped_only_by_force() {
    let project = Project::new().await;
    let name = project.database.name();
    let _client = project.client().await;
    let drop = format!("db drop --yes --database {name}");
    let error = project.orm(&drop).failed();
    assert!(
        error.contains("is being accessed by other users"),
        "{error}"
    );
    project.orm(&format!("{drop} --force")).ok();
}

#[tokio::test]
async fn the_url_is_told_without_its_password() {
    let project = Project::new().await;
    let url = "postgres://app:canary@db.example.com/shop";
    let done: Done = project
        .without_database("db url --url")
        .arg(url)
        .output()
        .unwrap()
        .into();
    assert_eq!(done.ok(), "shop on db.example.com:5432 as app\n");
}

#[tokio::test]
async fn the_schema_is_dumped_the_same_each_time() {
    let project = Project::storefront().await;
    project.orm("migrate").ok();
    let Some(dump) = project.dump() else {
        return;
    };
    assert!(dump.contains("CREATE TABLE public.order_items"), "{dump}");
    project.orm("schema dump --output schema.sql").ok();
    assert_eq!(
        fs::read_to_string(project.folder.join("schema.sql")).unwrap(),
        dump
    );
    // What leads other programs elsewhere.
    let elsewhere = project
        .command("schema dump")
        .env("PGHOSTADDR", "192.0.2.1")
        .env("PGSERVICE", "nowhere")
        .env("PGTARGETSESSIONATTRS", "standby")
        .env("PGPORT", "1")
        .output()
        .unwrap()
        .into();
    assert_eq!(Done::ok(elsewhere), dump);

    let missing = project
        .command("schema dump")
        .env("PG_BIN", "/nowhere")
        .output()
        .unwrap()
        .into();
    let error = Done::failed(missing);
    assert!(error.contains("pg_dump was not found"), "{error}");
}

#[tokio::test]
async fn what_models_do_not_speak_of_is_named_when_they_are_pulled() {
    let project = Project::new().await;
    let schema = "CREATE TABLE rooms (id int PRIMARY KEY, during tsrange,
        CONSTRAINT apart EXCLUDE USING btree (id DESC WITH =));
        CREATE TABLE events (day date) PARTITION BY RANGE ((day + 1));
        CREATE VIEW names AS SELECT id FROM rooms;";
    let client = project.client().await;
    client.batch_execute(schema).await.unwrap();
    let out = project.orm("db pull models").ok();
    for line in [
        "models do not speak of the exclusion constraint `apart` of `public.rooms`",
        "models do not speak of the partitioning by expressions `public.events`",
        "no model is written of the view `public.names`: one with `#[model(view)]` reads it, by a primary key of your choice",
    ] {
        assert!(out.lines().any(|it| it == line), "{out}");
    }
    // Again, beside what a person wrote.
    let again = project.orm("db pull models").ok();
    assert!(
        again.starts_with("0 files were written to models"),
        "{again}"
    );
    client
        .batch_execute("DROP TABLE rooms CASCADE")
        .await
        .unwrap();
    let again = project.orm("db pull models").ok();
    assert!(
        again.contains("`room.rs` was not pulled this time, for its table is gone or was left out"),
        "{again}"
    );
}
