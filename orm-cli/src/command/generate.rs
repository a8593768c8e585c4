//! New files to be filled in.

use std::fs;
use std::io;
use std::path::Path;

use chrono::{NaiveDateTime, TimeDelta, Utc};
use orm_core::migrate::{is_kebab, to_kebab};
use serde_json::json;

use crate::arguments::NewName;
use crate::context::Context;
use crate::failure::Failure;

/// Makes `STAMP-name` in a folder, with a place for each direction.
pub(super) fn run(
    context: &Context,
    folder: &Path,
    name: &NewName,
    what: &str,
) -> Result<(), Failure> {
    let words = kebab(name)?;
    let existing = existing(folder)?;
    if let Some(other) = existing
        .iter()
        .find(|it| it.split_once('-').is_some_and(|it| it.1 == words))
    {
        return Err(Failure::refused(format!(
            "there is a {what} of this name, `{other}`: choose another name"
        )));
    }
    let name_of = |stamp: NaiveDateTime| format!("{}-{words}", stamp.format("%Y%m%d%H%M%S"));
    let full = name_of(now_after(&existing));
    let path = if name.single_file {
        let path = folder.join(format!("{full}.sql"));
        write(&path, &format!("-- orm:up\n{UP}\n\n-- orm:down\n{DOWN}\n"))?;
        path
    } else {
        let path = folder.join(&full);
        let made = fs::create_dir_all(&path);
        made.map_err(|error| failed(&path, error))?;
        write(&path.join("up.sql"), &format!("{UP}\n"))?;
        write(&path.join("down.sql"), &format!("{DOWN}\n"))?;
        path
    };
    context
        .output
        .line(&format!("New {what} was created at {} .", path.display()));
    context.output.result(&json!({ "created": path }));
    Ok(())
}

const UP: &str = "-- What is to change.";
const DOWN: &str = "-- How to take it back. If nothing can, delete this and write into the up part:\n\
                    -- `orm:irreversible \"why\"`, in a comment of its own.";

pub(super) fn kebab(name: &NewName) -> Result<String, Failure> {
    let given = name.name.as_ref().or(name.name_option.as_ref());
    let words = given.map(|it| to_kebab(it)).unwrap_or_default();
    if is_kebab(&words) {
        return Ok(words);
    }
    Err(Failure::refused(
        "the name needs letters or digits: add-discount-code-to-orders",
    ))
}

/// The names of what is in the folder, which need not be there yet.
pub(super) fn existing(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(folder, error)),
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names
        .map(|name| {
            name.strip_suffix(".sql")
                .map_or(name.clone(), str::to_owned)
        })
        .collect())
}

/// The moment of a new migration.
pub(super) fn now_after(existing: &[String]) -> NaiveDateTime {
    fresh_stamp(Utc::now().naive_utc(), existing)
}

/// Now, or the first second after everything that is there: two migrations
/// never have the same moment, and a new one is the youngest.
fn fresh_stamp(now: NaiveDateTime, existing: &[String]) -> NaiveDateTime {
    let stamps = existing
        .iter()
        .filter_map(|name| NaiveDateTime::parse_from_str(name.get(..14)?, "%Y%m%d%H%M%S").ok());
    match stamps.max() {
        Some(youngest) if youngest >= now => youngest + TimeDelta::seconds(1),
        Some(youngest) if (now - youngest) < TimeDelta::seconds(1) => {
            youngest + TimeDelta::seconds(1)
        }
        _ => now,
    }
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text))
        .map_err(|error| failed(path, error))
}

pub(super) fn failed(path: &Path, error: io::Error) -> Failure {
    Failure::Io(format!("write `{}`", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_stamp_is_younger_than_all_others() {
        let at = |text| NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").unwrap();
        let now = at("20240315102344");
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            fresh_stamp(now, &names(&["README.md", "20240314000000-a"])),
            now
        );
        assert_eq!(
            fresh_stamp(now, &names(&["20240315102344-a"])),
            at("20240315102345")
        );
        assert_eq!(
            fresh_stamp(now, &names(&["20300101235959-a"])),
            at("20300102000000")
        );
    }
}
