//! `squash`: many migrations in one file, whatever has run of them.

use std::fs;

use orm_testkit::{TestDatabase, TestFile};

use crate::support::{Done, Project};

const PEOPLE: &str = "20240101000000-people";
const ANN: &str = "20240102000000-ann";
const EMAIL: &str = "20240103000000-email";

async fn project() -> Project {
    let project = Project::with(&[
        (
            PEOPLE,
            "CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL);",
            "DROP TABLE people",
        ),
        (
            ANN,
            "-- orm:no-transaction\nINSERT INTO people VALUES (1, 'Ann');\nINSERT INTO people VALUES (2, 'Bo');\n",
            "DELETE FROM people;\n",
        ),
    ])
    .await;
    let one = "-- orm:irreversible \"none\"\n-- orm:up\nALTER TABLE people ADD COLUMN email text;\n\
               UPDATE people SET email = name || '@example.org';\n";
    let file = project.folder.join(format!("migrations/{EMAIL}.sql"));
    fs::write(file, one).unwrap();
    project
}

impl Project {
    fn on(&self, url: &str, args: &str) -> Done {
        let run = self.without_database(args).args(["--url", url]).output();
        Done::from(run.unwrap())
    }

    /// The names in the folder.
    fn files(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.join("migrations")).unwrap();
        let mut names: Vec<String> = files
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// New, half-way and done databases of both kinds end alike.
#[tokio::test]
async fn every_database_goes_on_from_where_it_is() {
    let project = project().await;
    let mut servers = Vec::new();
    let mut files = Vec::new();
    for _ in 0..3 {
        servers.push(TestDatabase::create().await.unwrap());
        files.push(TestFile::create().unwrap());
    }
    let servers = servers.iter().map(TestDatabase::url);
    let urls: Vec<String> = servers.chain(files.iter().map(TestFile::url)).collect();
    for at in [0, 3] {
        project
            .on(&urls[at + 1], &format!("migrate --to {ANN}"))
            .ok();
        project.on(&urls[at + 2], "migrate").ok();
    }
    let said = project.orm("migrate squash until-2024").ok();
    let name = "20240103000000-until-2024.sql";
    assert_eq!(
        said,
        format!(
            "3 migrations are in migrations/{name} now, each as it was: every database goes on \
             from where it is.\n"
        )
    );
    assert_eq!(project.files(), [name]);
    for (at, url) in urls.iter().enumerate() {
        let status = project.on(url, "migrate status").ok();
        assert!(!status.contains("edited"), "{status}");
        let ran = project.on(url, "migrate").ok();
        let expected = 3 - [0, 2, 3][at % 3];
        assert_eq!(ran.matches("migrated").count(), expected, "{ran}");
        project.on(url, "migrate status --exit-code").ok();
        let refused = project.on(url, "migrate undo").failed();
        assert!(refused.contains("none"), "{refused}");
    }
    // Edits are found as before, and told with both files.
    let path = project.folder.join("migrations").join(name);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("'Bo'", "'Bea'")).unwrap();
    let error = project.on(&urls[0], "migrate").failed();
    assert!(error.contains(ANN), "{error}");
    fs::write(&path, text.replace("'Bo');", "'Bo'); COMMIT;")).unwrap();
    let error = project.on(&urls[0], "migrate").failed();
    assert!(
        error.contains("20240103000000-until-2024.sql (20240102000000-ann/up.sql)"),
        "{error}"
    );
}

/// What is older and came with a branch stands beside it, and all is folded again.
#[tokio::test]
async fn a_squashed_file_is_squashed_again() {
    let project = project().await;
    project
        .orm(&format!("migrate squash start --to {ANN}"))
        .ok();
    assert_eq!(
        project.files(),
        ["20240102000000-start.sql", "20240103000000-email.sql"]
    );
    project.orm("migrate").ok();
    project.write(
        "20240101120000-places",
        "CREATE TABLE places (id integer PRIMARY KEY)",
        "DROP TABLE places",
    );
    let error = project.orm("migrate").failed();
    assert!(error.contains("20240101120000-places"), "{error}");
    project.orm("migrate --allow-out-of-order").ok();
    project.write(
        "20240104000000-more",
        "CREATE TABLE more (id integer)",
        "DROP TABLE more",
    );
    let again = project
        .orm(&format!("migrate squash all --to {EMAIL} --json"))
        .ok();
    let again: serde_json::Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["squashed"].as_array().unwrap().len(), 4, "{again}");
    assert_eq!(
        project.files(),
        ["20240103000000-all.sql", "20240104000000-more"]
    );
    // The way back is there: of what is younger, and of all where nothing forbids it.
    project.orm("migrate").ok();
    project.orm("migrate undo").ok();
    let other = TestDatabase::create().await.unwrap();
    project
        .on(&other.url(), &format!("migrate --to {ANN}"))
        .ok();
    project.on(&other.url(), "migrate undo --step 3").ok();
    let status = project.on(&other.url(), "migrate status").ok();
    assert!(!status.contains("up"), "{status}");
}

/// The new file is there, and of the old ones some.
#[tokio::test]
async fn what_was_interrupted_is_ended_by_the_same_command() {
    let project = project().await;
    let folder = project.folder.join("migrations");
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    let up = read(&format!("{ANN}/up.sql"));
    let one = read(&format!("{EMAIL}.sql"));
    project.orm("migrate").ok();
    project.orm("migrate squash all").ok();
    let name = "20240103000000-all.sql";
    let text = read(name);
    project.write(ANN, &up, "DELETE FROM people;\n");
    fs::write(folder.join(format!("{EMAIL}.sql")), &one).unwrap();
    let error = project.orm("migrate status").failed();
    assert!(error.contains("type `orm migrate squash` again"), "{error}");
    project.orm("migrate squash all").ok();
    assert_eq!(project.files(), [name]);
    assert_eq!(read(name), text);
    project.orm("migrate status --exit-code").ok();
    // Two that differ are two.
    project.write(ANN, &up, "");
    let error = project.orm("migrate squash all").failed();
    assert!(error.contains("there are two of this name"), "{error}");
    assert_eq!(read(name), text);
    assert_eq!(read(&format!("{ANN}/up.sql")), up);
}

#[tokio::test]
async fn what_cannot_be_folded_is_left_as_it_is() {
    let project = project().await;
    let before = project.files();
    for (args, reason) in [
        (format!("{PEOPLE} --to {PEOPLE}"), "fewer than two files"),
        (
            "x --to 20990101000000-none".into(),
            "is not the last migration of a file",
        ),
        ("...".into(), "letters or digits"),
    ] {
        let error = project.orm(&format!("migrate squash {args}")).failed();
        assert!(error.contains(reason), "{error}");
    }
    project.write(
        "20240104000000-text",
        "CREATE TABLE notes (note text DEFAULT '\n-- orm:migration 20240101000000-x/up.sql\n')",
        "DROP TABLE notes",
    );
    let error = project.orm("migrate squash all").failed();
    assert!(error.contains("begins with `-- orm:migration`"), "{error}");
    assert!(error.contains("20240104000000-text"), "{error}");
    fs::remove_dir_all(project.folder.join("migrations/20240104000000-text")).unwrap();
    let long = "x".repeat(200);
    let error = project.orm(&format!("migrate squash {long}")).failed();
    assert!(error.contains("at most 200 characters"), "{error}");
    // What is of the same moment has no order, and what is no migration would be lost.
    let twin = "20240102000000-bob";
    project.write(twin, "SELECT 1", "SELECT 1");
    let error = project.orm("migrate squash all").failed();
    assert!(error.contains("the same moment"), "{error}");
    fs::remove_dir_all(project.folder.join("migrations").join(twin)).unwrap();
    let notes = project.folder.join("migrations").join(ANN).join("notes.md");
    fs::write(&notes, "Why it is so.").unwrap();
    let error = project.orm("migrate squash all").failed();
    assert!(error.contains("`notes.md` would be deleted"), "{error}");
    fs::remove_file(notes).unwrap();
    assert_eq!(project.files(), before);
    project.orm("migrate squash all").ok();
    // In the middle of one, there is no end.
    let error = project
        .orm(&format!("migrate squash some --to {ANN}"))
        .failed();
    assert!(
        error.contains("is not the last migration of a file"),
        "{error}"
    );
    // A file that came back is found to be there twice.
    project.write(
        PEOPLE,
        "CREATE TABLE people (id integer)",
        "DROP TABLE people",
    );
    let error = project.orm("migrate").failed();
    assert!(error.contains("there are two of this name"), "{error}");
}
