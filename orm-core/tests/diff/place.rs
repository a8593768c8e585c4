//! A database of one's own, with a folder of migrations.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use orm_core::diff::{Destructive, Diff, Draft, Goal, Options};
use orm_core::exec::{Config, Db, Executor, Params};
use orm_core::migrate::{Migrator, Undo};
use orm_testkit::TestDatabase;

pub(crate) struct Place {
    pub(crate) db: Db,
    pub(crate) config: Config,
    pub(crate) folder: PathBuf,
    stamp: AtomicU32,
    _database: TestDatabase,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Place {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let config = Config::from_url(&database.url()).unwrap();
        let folder = std::env::temp_dir().join(format!("orm-diff-{}", database.name()));
        fs::create_dir_all(&folder).unwrap();
        Place {
            db: Db::connect(config.clone()).await.unwrap(),
            config,
            folder,
            stamp: AtomicU32::new(0),
            _database: database,
        }
    }

    /// A database that is as the goal says.
    pub(crate) async fn at(goal: Goal) -> Self {
        let place = Place::new().await;
        place.go(goal, &Options::new()).await;
        place
    }

    /// Whether the server is of this major version or a newer one.
    pub(crate) async fn has_version(&self, major: i32) -> bool {
        let sql = "SELECT current_setting('server_version_num')::int / 10000";
        let row = self.db.executor().query_opt(sql, Params::none()).await;
        row.unwrap().unwrap().get::<i32>(0).unwrap() >= major
    }

    pub(crate) async fn diff(&self, goal: Goal, options: &Options) -> Diff {
        self.db.diff_to(goal, options).await.unwrap()
    }

    /// Writes the migrations of a difference, which may lose data, and runs them.
    pub(crate) async fn try_apply(&self, diff: &Diff) -> orm_core::Result<Vec<Draft>> {
        let drafts = self.write(diff)?;
        Migrator::from_folder(&self.folder).up(&self.config).await?;
        Ok(drafts)
    }

    /// Writes the migrations of a difference, which may lose data.
    pub(crate) fn write(&self, diff: &Diff) -> orm_core::Result<Vec<Draft>> {
        let drafts = diff.migrations("change", Destructive::Allowed)?;
        for draft in &drafts {
            let stamp = 20_240_101_000_000_u64
                + u64::from(self.stamp.fetch_add(1, Ordering::Relaxed) / 60 * 100)
                + u64::from(self.stamp.load(Ordering::Relaxed) % 60);
            let folder = self.folder.join(format!("{stamp}-{}", draft.words));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("up.sql"), &draft.up).unwrap();
            fs::write(folder.join("down.sql"), &draft.down).unwrap();
        }
        Ok(drafts)
    }

    /// Goes to a goal, and expects to be there.
    pub(crate) async fn go(&self, goal: Goal, options: &Options) -> Vec<Draft> {
        let diff = self.diff(goal.clone(), options).await;
        let drafts = self.try_apply(&diff).await.unwrap_or_else(|error| {
            let texts = diff.migrations("change", Destructive::Allowed);
            panic!("{error}\n{texts:#?}")
        });
        let rest = self.diff(goal, options).await;
        assert!(rest.is_empty(), "{rest:#?}\nafter {drafts:#?}");
        drafts
    }

    /// Undoes the youngest migrations, and forgets them.
    pub(crate) async fn take_back(&self, drafts: &[Draft]) {
        self.undo(drafts.len()).await;
        for name in self.names().iter().rev().take(drafts.len()) {
            fs::remove_dir_all(self.folder.join(name)).unwrap();
        }
    }

    async fn undo(&self, steps: usize) {
        let undone = Migrator::from_folder(&self.folder)
            .undo(&self.config, &Undo::Steps(steps))
            .await;
        undone.unwrap();
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// To another goal; then each migration is undone and done again, and
    /// leaves things as they were.
    pub(crate) async fn there_and_back(&self, goal: Goal, options: &Options) -> Vec<Draft> {
        let before = self.fingerprint().await;
        let drafts = self.go(goal.clone(), options).await;
        let mut states = vec![self.fingerprint().await];
        for _ in &drafts {
            self.undo(1).await;
            states.push(self.fingerprint().await);
        }
        assert_eq!(states.pop().unwrap(), before, "{drafts:#?}");
        let migrator = Migrator::from_folder(&self.folder);
        let names = self.names();
        for name in &names[names.len() - drafts.len()..] {
            migrator.up_to(&self.config, name).await.unwrap();
            let state = self.fingerprint().await;
            assert_eq!(Some(state), states.pop(), "{name} {drafts:#?}");
        }
        let rest = self.diff(goal, options).await;
        assert!(rest.is_empty(), "{rest:#?}");
        drafts
    }

    pub(crate) async fn run(&self, text: &str) {
        self.db.executor().batch(text).await.unwrap();
    }

    /// The first column of every row, as text.
    pub(crate) async fn texts(&self, text: &str) -> Vec<String> {
        let rows = self
            .db
            .executor()
            .once()
            .query_all(text, Params::none())
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0).unwrap()).collect()
    }

    /// All that `pg_dump -s` would say, without the order of columns and the
    /// names of sequences.
    pub(crate) async fn fingerprint(&self) -> Vec<String> {
        self.texts(include_str!("fingerprint.sql")).await
    }
}
