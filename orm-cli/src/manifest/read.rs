//! From a file of an older release.

use std::fs;
use std::path::Path;

use orm_core::schema::Backend;
use serde_json::Value;

use super::{Manifest, VERSION};
use crate::failure::Failure;

/// The manifest in a file, for a database of this kind.
///
/// # Errors
/// When the file cannot be read, holds something else, or is of another version or of
/// another kind of database.
pub(crate) fn read(path: &Path, of: Backend) -> Result<Manifest, Failure> {
    let file = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Io(format!("read the manifest `{file}`"), error))?;
    parse(&text, of).map_err(|reason| Failure::refused(format!("`{file}` {reason}")))
}

/// What to type for a file that is one.
const WRITE_ONE: &str =
    "write it with `orm manifest --output FILE` in the program of the release that runs";

fn parse(text: &str, of: Backend) -> Result<Manifest, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| format!("is no manifest ({error}): {WRITE_ONE}"))?;
    match value.get("manifest").map(Value::as_u64) {
        None => return Err(format!("is no manifest: {WRITE_ONE}")),
        Some(Some(VERSION)) => {}
        Some(_) => {
            return Err(format!(
                "is a manifest of version {}, and this `orm` reads version {VERSION}: check with \
                 the `orm` of the newer release",
                value["manifest"]
            ));
        }
    }
    let manifest: Manifest = serde_json::from_value(value)
        .map_err(|error| format!("is a broken manifest ({error}): {WRITE_ONE}"))?;
    if manifest.database == of.word() {
        return Ok(manifest);
    }
    let known = Backend::ALL
        .iter()
        .find(|it| it.word() == manifest.database);
    let theirs = known.map_or(manifest.database.as_str(), |it| it.name());
    Err(format!(
        "is a manifest of {theirs}, and the migrations are {of}'s: name that database with \
         `--url`, or write the manifest with the `--url` of one of {of}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = r#"{ "manifest": 1, "database": "postgres", "tables": [] }"#;

    #[test]
    fn a_manifest_of_this_version_and_database_is_read() {
        assert!(parse(EMPTY, Backend::Postgres).is_ok());
        // What a later `orm` adds to this version is of no matter.
        let more = EMPTY.replace("\"tables\"", "\"more\": 1, \"tables\"");
        assert!(parse(&more, Backend::Postgres).is_ok());
    }

    #[test]
    fn anything_else_is_refused_with_what_to_type() {
        for (text, of, words) in [
            ("", Backend::Postgres, "is no manifest (EOF"),
            ("[1]", Backend::Postgres, "is no manifest: write it with"),
            ("{}", Backend::Postgres, "is no manifest: write it with"),
            (
                r#"{ "manifest": 2, "all": "else" }"#,
                Backend::Postgres,
                "is a manifest of version 2, and this `orm` reads version 1",
            ),
            (
                r#"{ "manifest": "1" }"#,
                Backend::Postgres,
                "is a manifest of version \"1\"",
            ),
            (
                r#"{ "manifest": 1, "database": "postgres" }"#,
                Backend::Postgres,
                "is a broken manifest (missing field `tables`)",
            ),
            (
                EMPTY,
                Backend::Sqlite,
                "is a manifest of PostgreSQL, and the migrations are SQLite's",
            ),
        ] {
            let refusal = parse(text, of).expect_err("refused");
            assert!(refusal.starts_with(words), "{refusal}");
            assert!(!refusal.contains('\n'), "{refusal}");
        }
    }
}
