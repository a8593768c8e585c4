//! What a file is, by its name.

use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime};

use crate::failure::Failure;

/// A version: numbers, compared one after the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(Vec<u64>);

/// One direction of a migration.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) version: Version,
    /// Its name begins with `U`, which two tools take for different things.
    pub(super) stands_apart: bool,
    pub(super) is_up: bool,
    pub(super) words: String,
    pub(super) was: String,
    pub(super) text: String,
    /// The way back, where it is kept with the way there.
    pub(super) down: Option<String>,
    /// Something beside the text says that it is in no transaction.
    pub(super) no_transaction: bool,
}

/// What a name in a folder of migrations stands for.
pub(super) enum Found {
    Part(Part),
    /// Something that no tool would run.
    Nothing,
    Refused(&'static str),
}

impl Version {
    /// `1`, `0001`, `1.2`: zeros at the end of several parts mean nothing.
    fn read(text: &str) -> Option<Version> {
        let parts = text.split(['.', '_']).map(|part| part.parse().ok());
        let mut parts = parts.collect::<Option<Vec<u64>>>()?;
        while parts.len() > 1 && parts.last() == Some(&0) {
            parts.pop();
        }
        Some(Version(parts))
    }

    /// The moment that it is, if it is one: fourteen digits, eight, or seconds since 1970.
    pub(super) fn moment(&self) -> Option<NaiveDateTime> {
        let [number] = self.0.as_slice() else {
            return None;
        };
        let digits = number.to_string();
        match digits.len() {
            14 => NaiveDateTime::parse_from_str(&digits, "%Y%m%d%H%M%S").ok(),
            8 => NaiveDateTime::parse_from_str(&format!("{digits}000000"), "%Y%m%d%H%M%S").ok(),
            10 => {
                let seconds = i64::try_from(*number).ok()?;
                DateTime::from_timestamp(seconds, 0).map(|it| it.naive_utc())
            }
            _ => None,
        }
    }
}

/// What a file or folder is.
pub(super) fn of(folder: &Path, name: &str) -> Result<Found, Failure> {
    let path = folder.join(name);
    if path.is_dir() {
        return of_folder(&path, name);
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match ending {
        _ if name.starts_with('.') => Ok(Found::Nothing),
        "sql" => of_file(&path, name, stem),
        "java" | "kt" | "rs" | "js" | "ts" | "mjs" | "cjs" | "go" | "py" | "rb" => {
            Ok(Found::Refused("it is not written in SQL"))
        }
        _ => Ok(Found::Nothing),
    }
}

/// diesel has two files in a folder, Prisma one.
fn of_folder(path: &Path, name: &str) -> Result<Found, Failure> {
    let (up, prisma) = (path.join("up.sql"), path.join("migration.sql"));
    let up = match (up.is_file(), prisma.is_file()) {
        (true, _) => up,
        (false, true) => prisma,
        (false, false) if holds_sql(path)? => return Ok(Found::Refused(INSIDE)),
        (false, false) => return Ok(Found::Nothing),
    };
    let (version, words) = name.split_once('_').unwrap_or((name, ""));
    let Some(version) = Version::read(&version.replace('-', "")) else {
        return Ok(Found::Refused("its name does not begin with a version"));
    };
    let down = path.join("down.sql");
    let down = match down.is_file() {
        true => Some(text(&down)?),
        false => None,
    };
    let metadata = fs::read_to_string(path.join("metadata.toml")).unwrap_or_default();
    let says =
        |line: &str| line.split_whitespace().collect::<String>() == "run_in_transaction=false";
    Ok(Found::Part(Part {
        version,
        stands_apart: false,
        is_up: true,
        words: words.to_owned(),
        was: name.to_owned(),
        text: text(&up)?,
        down,
        no_transaction: metadata.lines().any(says),
    }))
}

const INSIDE: &str = "there are files of SQL inside, which must stand beside the others";

fn holds_sql(folder: &Path) -> Result<bool, Failure> {
    let failed = |error| Failure::Io(format!("read `{}`", folder.display()), error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_sql = path.extension().is_some_and(|it| it == "sql");
        if is_sql || (path.is_dir() && holds_sql(&path)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn of_file(path: &Path, name: &str, stem: &str) -> Result<Found, Failure> {
    let part = |version: &str, words: &str, is_up: bool, stands_apart: bool| {
        let Some(version) = Version::read(version) else {
            return Ok(Found::Refused(NO_MIGRATION));
        };
        Ok(Found::Part(Part {
            version,
            stands_apart,
            is_up,
            words: words.to_owned(),
            was: name.to_owned(),
            text: text(path)?,
            down: None,
            no_transaction: false,
        }))
    };
    if let Some((version, words)) = stem.split_once("__") {
        match version.split_at_checked(1) {
            Some(("V", version)) => return part(version, words, true, false),
            Some(("U", version)) => return part(version, words, true, true),
            Some(("R", "")) => {
                return Ok(Found::Refused(
                    "it is run again whenever it changes, which nothing here is: write a migration \
                     for each change",
                ));
            }
            Some(("B", _)) => {
                return Ok(Found::Refused(
                    "it stands for those before it in a new database; those are taken over",
                ));
            }
            _ => {}
        }
    }
    let (stem, is_up) = match (stem.strip_suffix(".up"), stem.strip_suffix(".down")) {
        (Some(stem), _) => (stem, true),
        (None, Some(stem)) => (stem, false),
        (None, None) => (stem, true),
    };
    match stem.split_once('_') {
        Some((version, words)) => part(version, words, is_up, false),
        None => Ok(Found::Refused(NO_MIGRATION)),
    }
}

const NO_MIGRATION: &str = "it is no migration by its name";

fn text(path: &Path) -> Result<String, Failure> {
    let read = fs::read_to_string(path);
    read.map_err(|error| Failure::Io(format!("read `{}`", path.display()), error))
}
