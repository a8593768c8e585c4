//! A folder with migrations, a database, and the command run on both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use orm_testkit::TestDatabase;
use tokio_postgres::Client;

/// A folder to work in and a database of its own.
pub(crate) struct Project {
    pub(crate) folder: PathBuf,
    pub(crate) database: TestDatabase,
}

/// What a run of the command printed, and its exit code.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Done {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Done {
    /// Standard output of a run that must have succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// Standard error of a run that must have failed.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        self.err
    }
}

impl Project {
    /// An empty folder and an empty database.
    pub(crate) async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("project-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Project {
            folder,
            database: TestDatabase::create().await.unwrap(),
        }
    }

    /// A project with these migrations, each `(name, up, down)`.
    pub(crate) async fn with(migrations: &[(&str, &str, &str)]) -> Self {
        let project = Self::new().await;
        fs::create_dir_all(project.folder.join("migrations")).unwrap();
        for (name, up, down) in migrations {
            project.write(name, up, down);
        }
        project
    }

    /// The storefront's migrations.
    pub(crate) async fn storefront() -> Self {
        let project = Self::new().await;
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            // Those for SQLite have a folder of their own.
            if path.ends_with("sqlite") {
                continue;
            }
            let read = |file| fs::read_to_string(path.join(file)).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            project.write(name, &read("up.sql"), &read("down.sql"));
        }
        project
    }

    /// Writes a migration; without a way back if `down` is empty.
    pub(crate) fn write(&self, name: &str, up: &str, down: &str) {
        self.write_in("migrations", name, up, down);
    }

    pub(crate) fn write_in(&self, folder: &str, name: &str, up: &str, down: &str) {
        let folder = self.folder.join(folder).join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("up.sql"), up).unwrap();
        if !down.is_empty() {
            fs::write(folder.join("down.sql"), down).unwrap();
        }
    }

    /// The command with its database.
    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = self.without_database(args);
        command.args(["--url", &self.database.url()]);
        command
    }

    /// The command in an environment that names no database.
    pub(crate) fn without_database(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orm"));
        for name in [
            "DATABASE_URL",
            "DB_NAME",
            "DB_USER",
            "DB_PASS",
            "DB_HOST",
            "DB_PORT",
        ] {
            command.env_remove(name);
        }
        command
            .args(args.split_whitespace())
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }

    /// Runs the command to its end.
    pub(crate) fn orm(&self, args: &str) -> Done {
        self.command(args).output().unwrap().into()
    }

    /// Starts the command.
    pub(crate) fn spawn(&self, args: &str) -> Child {
        let mut command = self.command(args);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The schema as text; `None` where `pg_dump` is older than the server, which it
    /// then does not read.
    pub(crate) fn dump(&self) -> Option<String> {
        let done = self.orm("schema dump");
        if done.err.contains("server version mismatch") {
            return None;
        }
        Some(done.ok())
    }

    pub(crate) async fn client(&self) -> Client {
        self.database.connect().await.unwrap()
    }

    /// A text the database answers with.
    pub(crate) async fn ask(&self, sql: &str) -> Option<String> {
        let client = self.client().await;
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// How many tables there are with this name.
    pub(crate) async fn has_table(&self, name: &str) -> bool {
        let sql = format!("SELECT to_regclass('{name}')::text");
        self.ask(&sql).await.is_some()
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Asks until the answer is yes.
pub(crate) async fn until(client: &Client, sql: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if client.query_one(sql, &[]).await.unwrap().get(0) {
            return;
        }
        assert!(Instant::now() < deadline, "still not: {sql}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Lines with their durations replaced, which differ each time.
pub(crate) fn timeless(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(" (") {
        Some((head, tail)) if is_duration(tail) => format!("{head} (_)"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `0.312s)`: any number of seconds with three decimals.
fn is_duration(text: &str) -> bool {
    let Some((whole, rest)) = text.split_once('.') else {
        return false;
    };
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && rest
            .strip_suffix("s)")
            .is_some_and(|it| it.len() == 3 && digits(it))
}
