//! A program around models that were pulled.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use orm_cli::pull::Pulled;

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
        println!("{difference}");
    }
    // These two have no model, and a notice that says so.
    let options = orm::diff::Options::new().ignore_table("logs").ignore_table("floats");
    let diff = db.diff(models::MODELS, &options).await?;
    print!("{diff}");
    Ok(())
}
"#;

/// Compiles the models in a program of their own, and returns what is missing
/// or different in the database at `url`.
pub(crate) fn report(pulled: &Pulled, url: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = Folder(env::temp_dir().join(format!("orm-pulled-{}", process::id())));
    let source = folder.0.join("src");
    pulled.write_to(&source.join("models")).unwrap();
    fs::write(source.join("main.rs"), MAIN).unwrap();
    fs::write(folder.0.join("Cargo.toml"), manifest(root)).unwrap();
    fs::copy(root.join("Cargo.lock"), folder.0.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&folder.0)
        // What the workspace has compiled already need not be compiled again.
        .env("CARGO_TARGET_DIR", root.join("target/pulled"))
        .env("PULLED_URL", url)
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
orm = {{ path = {root:?}, features = ["uuid"] }}
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
