//! What was pulled, as code beside the tests.

use std::path::{Path, PathBuf};
use std::{env, fs};

use orm::ddl::Models;
use orm::diff::Options;
use orm::exec::Db;
use orm_cli::pull::Pulled;

/// What was pulled is what is in this folder, file by file; `BLESS=1` writes it there.
pub(crate) fn is_kept(folder: &str, pulled: &Pulled) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pull")
        .join(folder);
    if env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        pulled.write_to(&folder).unwrap();
        fs::remove_dir_all(folder.join(".pulled")).unwrap();
    }
    let mut kept = files(&folder);
    for file in &pulled.files {
        let path = folder.join(&file.name);
        kept.retain(|it| *it != path);
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            text == file.code,
            "{} is not what is pulled; BLESS=1 cargo test -p orm-cli --test pull, and read the difference",
            path.display()
        );
    }
    assert_eq!(kept, Vec::<PathBuf>::new(), "nothing is pulled into these");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten();
    files.map(|it| it.unwrap().path()).collect()
}

/// What is missing or different in the database that the models are from.
pub(crate) async fn differences(db: &Db, models: Models) -> String {
    let report = db.plan_missing(models).await.unwrap();
    let mut told = report.plan.to_string();
    for difference in &report.differences {
        // What is there beside, and actions that never succeed: what a migration would do
        // is compared below.
        let line = difference.to_string();
        let known = [
            "is in the database and not in the model",
            "is another one in the database",
        ];
        if !known.iter().any(|it| line.ends_with(it)) {
            told += &line;
            told += "\n";
        }
    }
    told + &db.diff(models, &Options::new()).await.unwrap().to_string()
}

/// How many models the code lists.
pub(crate) fn models(code: &str) -> usize {
    let (_, list) = code.split_once("orm::models![").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split(',').filter(|it| !it.trim().is_empty()).count()
}

/// Reads every row of every model.
macro_rules! read {
    ($db:ident, $pulled:ident: $($model:ident),*) => {
        let mut read = 0;
        $(
            <$model as orm::query::Queries>::query().all(&$db).await.unwrap();
            read += 1;
        )*
        assert_eq!(read, $crate::code::models($pulled.files[0].code.as_str()));
    };
}
pub(crate) use read;
