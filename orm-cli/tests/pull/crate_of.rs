//! A program around models that were pulled.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use orm_cli::pull::Pulled;

static COUNT: AtomicU32 = AtomicU32::new(0);

const MAIN: &str = r#"#![deny(warnings, missing_docs)]
//! Compares its models with a database.
pub mod models;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = orm::exec::Config::from_url(&std::env::var("PULLED_URL")?)?;
    let db = orm::exec::Db::connect(config).await?;
    let report = db.plan_missing(models::MODELS).await?;
    print!("{}", report.plan);
    for difference in &report.differences {
        // What is there beside, names of keys, and actions that never succeed: what a
        // migration would do is compared below.
        let line = difference.to_string();
        let known = ["is in the database and not in the model", "is another one in the database"];
        let named = line.contains(" is called `");
        if !named && !known.iter().any(|it| line.ends_with(it)) {
            println!("{line}");
        }
    }
    let diff = db.diff(models::MODELS, &orm::diff::Options::new()).await?;
    print!("{diff}");
    read(&db).await?;
    // Somewhere else they make the same tables.
    if let Ok(url) = std::env::var("PULLED_OTHER_URL") {
        let other = orm::exec::Db::connect(orm::exec::Config::from_url(&url)?).await?;
        other.create_missing(models::MODELS).await?;
        print!("{}", other.diff(models::MODELS, &orm::diff::Options::new()).await?);
    }
    Ok(())
}
"#;

/// Reads every row of every model.
fn reads(pulled: &Pulled, beside: &str) -> String {
    let code = &pulled.files[0].code;
    let names = code.split("orm::models![").nth(1).unwrap();
    let names = names.split(']').next().unwrap();
    let names = names.split(',').map(str::trim).filter(|it| !it.is_empty());
    let reads = names.map(|name| {
        format!(
            "    if let Err(error) = <models::{name} as orm::query::Queries>::query().all(db).await {{ println!(\"{name}: {{error}}\"); }}\n"
        )
    });
    format!(
        "\nasync fn read(db: &orm::exec::Db) -> Result<(), Box<dyn std::error::Error>> {{\n{}{beside}    Ok(())\n}}\n",
        reads.collect::<String>()
    )
}

/// Compiles the models in a program of their own, and returns what is missing
/// or different in the database at `url`, what cannot be read of it, and what differs
/// in a database at `other` that the models made. `beside` is code that is run, too.
pub(crate) fn report(pulled: &Pulled, url: &str, other: Option<&str>, beside: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = Folder(env::temp_dir().join(format!(
        "orm-pulled-{}-{}",
        process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )));
    let source = folder.0.join("src");
    pulled.write_to(&source.join("models")).unwrap();
    fs::write(
        source.join("main.rs"),
        MAIN.to_owned() + &reads(pulled, beside),
    )
    .unwrap();
    fs::write(folder.0.join("Cargo.toml"), manifest(root)).unwrap();
    fs::copy(root.join("Cargo.lock"), folder.0.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&folder.0)
        // What the workspace has compiled already need not be compiled again.
        .env("CARGO_TARGET_DIR", root.join("target/pulled"))
        .env("PULLED_URL", url)
        .envs(other.map(|url| ("PULLED_OTHER_URL", url)))
        .output()
        .unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{err}");
    out
}

fn manifest(root: &Path) -> String {
    format!(
        r#"[package]
name = "pulled"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
typed-orm = {{ path = {root:?}, features = ["uuid"] }}
rust_decimal = {{ version = "1", default-features = false }}
serde_json = "1"
tokio = {{ version = "1", features = ["rt", "macros"] }}
uuid = "1"

[profile.dev]
debug = "none"
"#
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder that is removed, whatever happens.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if env::var_os("ORM_KEEP_PULLED").is_none() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
