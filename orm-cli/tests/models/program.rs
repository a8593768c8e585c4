//! A program with models and the command in it: this test binary once more,
//! told by its environment what to be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use orm_cli::Application;
use orm_testkit::TestDatabase;

use crate::shop;

const ARGS: &str = "ORM_TEST_ARGS";
const VERSION: &str = "ORM_TEST_VERSION";

/// Which models the program has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Version {
    None,
    First,
    Second,
}

/// The program itself, where the environment asks for it.
#[test]
fn program() {
    let Ok(args) = std::env::var(ARGS) else {
        return;
    };
    let application = match std::env::var(VERSION).as_deref() {
        Ok("First") => Application::new().models(shop::first::MODELS),
        Ok("Second") => Application::new().models(shop::second::MODELS),
        _ => Application::new(),
    };
    let args = std::iter::once("shop").chain(args.split_whitespace());
    let code = application.run_with(args.map(Into::into));
    std::process::exit(i32::from(code != ExitCode::SUCCESS));
}

/// The program in a folder and with a database of its own.
pub(crate) struct Program {
    folder: PathBuf,
    database: TestDatabase,
}

/// What a run printed, and its exit code.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        self.err
    }
}

impl Program {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("shop-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let database = runtime.unwrap().block_on(TestDatabase::create()).unwrap();
        Program { folder, database }
    }

    pub(crate) fn run(&self, version: Version, args: &str) -> Done {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "program::program", "--nocapture"])
            .env(ARGS, args)
            .env(VERSION, format!("{version:?}"))
            .env("DATABASE_URL", self.database.url())
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Done {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The names of the migrations, without their stamps.
    pub(crate) fn migrations(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.join("migrations"))
            .map(|entries| {
                let entries = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
                entries.collect()
            })
            .unwrap_or_default();
        names.sort();
        names.iter().map(|it| it[15..].to_owned()).collect()
    }

    /// A file of the migration with these words.
    pub(crate) fn file(&self, words: &str, file: &str) -> PathBuf {
        let folder = self.folder.join("migrations");
        let entries = fs::read_dir(&folder).unwrap();
        let mut names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
        let name = names.find(|it| it[15..] == *words).unwrap();
        folder.join(name).join(file)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
