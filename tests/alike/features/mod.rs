//! Every feature tried on every database, and the table in `docs/compatibility.md` that
//! says what came of it: `BLESS=1` writes it anew.
//!
//! A feature works where what is tried does, and says so by panicking where it does not.
//! It is refused where the error is about the database, and then the table has its words.

mod associations;
mod lives;
mod migrations;
mod queries;
mod tables;
mod transactions;
mod types;
mod writes;

use std::fmt::Write as _;
use std::path::Path;
use std::pin::Pin;

use orm::prelude::*;
use orm_testkit::{TestDatabase, TestFile};

use crate::models::MODELS;
use crate::place::{Test, fill};

const HEADING: &str = "## Features and databases";

const WORDS: &str = "\
What works where, as `tests/alike/features` tried it: each line is a program that ran on
PostgreSQL and on SQLite, and a word of what SQLite's answer was. What is refused is a typed
error before any SQL (`is_unsupported()`), with these words; a model that says where it lives,
`#[model(backends(postgres, sqlite))]`, does not compile with the same words. PostgreSQL has
all of it. `BLESS=1 cargo test -p typed-orm --features sqlite-bundled --test alike` writes this.
";

/// What is tried, on one database.
type Tried<'d> = Pin<Box<dyn Future<Output = orm::Result<()>> + 'd>>;

/// A database with the rows of `place`, and the way to it.
pub(crate) struct Ground {
    db: Db,
    config: Config,
}

impl Ground {
    /// An empty database of the same kind, and what keeps it.
    async fn another(&self) -> (Ground, Box<dyn std::any::Any>) {
        let (url, home): (String, Box<dyn std::any::Any>) = match self.db.backend() {
            orm::schema::Backend::Postgres => {
                let home = TestDatabase::create().await.expect("a database");
                (home.url(), Box::new(home))
            }
            _ => {
                let home = TestFile::create().expect("a folder");
                (home.url(), Box::new(home))
            }
        };
        let config = Config::from_url(&url).expect("a URL");
        let db = Db::connect(config.clone()).await.expect("a database");
        (Ground { db, config }, home)
    }
}

struct Feature {
    name: &'static str,
    tries: for<'d> fn(&'d Ground) -> Tried<'d>,
}

struct Group {
    name: &'static str,
    features: Vec<Feature>,
}

macro_rules! group {
    ($group:literal; $($name:literal: |$on:ident| $tries:expr;)*) => {
        $crate::features::Group {
            name: $group,
            features: vec![$($crate::features::Feature {
                name: $name,
                tries: |$on| Box::pin(async move { $tries }),
            }),*],
        }
    };
}
use group;

fn groups() -> Vec<Group> {
    vec![
        types::group(),
        tables::group(),
        queries::group(),
        associations::group(),
        writes::group(),
        lives::group(),
        transactions::group(),
        migrations::group(),
    ]
}

async fn ground(url: &str) -> Test<Ground> {
    let config = Config::from_url(url)?;
    let db = Db::connect(config.clone()).await?;
    db.create_missing(MODELS).await?;
    fill(&db).await?;
    Ok(Ground { db, config })
}

/// What SQLite says to a feature that it has not.
fn refusal(error: &orm::Error) -> Option<String> {
    let text = error.to_string();
    let at = text.find("SQLite cannot ").or_else(|| {
        let is_told = error.is_unsupported() && text.contains("SQLite");
        is_told.then_some(0)
    })?;
    let words = text[at..].lines().next()?;
    // The model is one of this test's.
    let words = match words.split_once(": ") {
        Some((model, rest)) if rest.starts_with("SQLite has no ") && !model.contains(' ') => rest,
        _ => words,
    };
    Some(words.replace('|', "\\|"))
}

/// The section of the document, from its heading to its last row.
async fn section(server: &Ground, file: &Ground) -> Test<String> {
    let mut out = format!("{HEADING}\n\n{WORDS}");
    let mut failed = Vec::new();
    for Group { name, features } in groups() {
        write!(out, "\n| {name} | SQLite |\n|---|---|\n")?;
        for Feature { name, tries } in features {
            if let Err(error) = tries(server).await {
                failed.push(format!("{name}: {error} on PostgreSQL"));
            }
            let said = match tries(file).await {
                Ok(()) => "yes".to_owned(),
                Err(error) => match refusal(&error) {
                    Some(words) => format!("no: {words}"),
                    None => {
                        failed.push(format!("{name}: {error} ({error:?}) on SQLite"));
                        continue;
                    }
                },
            };
            writeln!(out, "| {name} | {said} |")?;
        }
    }
    match failed.is_empty() {
        true => Ok(out),
        false => Err(failed.join("\n").into()),
    }
}

/// The document with this section in place of the one that it has.
fn with_section(document: &str, section: &str) -> String {
    let (before, rest) = match document.split_once(HEADING) {
        Some((before, rest)) => (before, rest.split_once("\n## ").map(|(_, rest)| rest)),
        None => match document.split_once("\n## ") {
            Some((before, rest)) => (before, Some(rest)),
            None => (document, None),
        },
    };
    let mut out = format!("{}\n\n{section}", before.trim_end());
    if let Some(rest) = rest {
        out += &format!("\n## {rest}");
    }
    out
}

#[tokio::test]
async fn the_document_says_what_works_where() -> Test {
    let (server, file) = (TestDatabase::create().await?, TestFile::create()?);
    let (on_server, on_file) = (ground(&server.url()).await?, ground(&file.url()).await?);
    let section = section(&on_server, &on_file).await?;
    every_refusal_is_shown(&section)?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/compatibility.md");
    let old = std::fs::read_to_string(&path).unwrap_or_else(|_| "# Compatibility\n".to_owned());
    let new = with_section(&old, &section);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &new)?;
    } else {
        assert!(
            old == new,
            "docs/compatibility.md is not what was seen: BLESS=1 writes\n{new}"
        );
    }
    Ok(())
}

/// Refusals that no query of the typed layer and no model can ask for.
const OUT_OF_REACH: [&str; 3] = ["DISTINCT_ON", "KEYS", "FUNCTION"];

/// Whatever the library can refuse stands in the table: nobody adds a refusal alone.
fn every_refusal_is_shown(section: &str) -> Test {
    let source = |path: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(root.join("orm-core/src").join(path))
    };
    let text = |rest: &str| {
        let rest = rest.split_once('"')?.1;
        Some(rest[..rest.find('"')?].replace("\\\n", ""))
    };
    let needs = source("schema/fits/need.rs")?;
    let mut missing = Vec::new();
    for row in needs.split("    row(Need::").skip(1) {
        if !row.contains("POSTGRES)") {
            continue;
        }
        let instead = row.split_once(".instead(").map(|(_, rest)| rest);
        let words = instead.filter(|it| it.starts_with('"')).and_then(text);
        let words = words.or_else(|| text(row)).ok_or("no words")?;
        if !section.contains(&words) {
            missing.push(words);
        }
    }
    let lacking = source("refusal/lacking.rs")?;
    for constant in lacking.split("\nconst ").skip(1) {
        let (name, rest) = constant.split_once(": &str =").ok_or("a constant")?;
        let words = text(rest).ok_or("no words")?;
        let is_shown = section.contains(&words);
        if is_shown == OUT_OF_REACH.contains(&name) {
            missing.push(format!("{name}: {words}"));
        }
    }
    assert!(missing.is_empty(), "nothing is refused with {missing:#?}");
    Ok(())
}
