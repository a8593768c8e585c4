//! Migrations in a folder.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::name;
use super::problem::MigrationProblem;
use super::source::Files;
use super::squashed;

/// A file or folder that holds a migration, or several; in the program it has no path.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    /// Its name, where it is a squashed file.
    pub(super) squashed: Option<String>,
    /// The migrations in it, with their names.
    pub(super) parts: Vec<(String, Files)>,
}

impl Entry {
    pub(super) fn migrations(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(name, _)| name.as_str())
    }

    /// Its name in the folder of migrations.
    pub(super) fn file(&self) -> String {
        let file = self.path.file_name().unwrap_or_default();
        file.to_string_lossy().into_owned()
    }

    /// A file in its folder that is not the migration's.
    pub(super) fn stranger(&self) -> io::Result<Option<String>> {
        if !self.path.is_dir() {
            return Ok(None);
        }
        for file in fs::read_dir(&self.path)? {
            let name = file?.file_name();
            if name != "up.sql" && name != "down.sql" {
                return Ok(Some(name.to_string_lossy().into_owned()));
            }
        }
        Ok(None)
    }

    /// Deletes it, as a whole even if that is interrupted.
    pub(super) fn remove(&self) -> io::Result<()> {
        if !self.path.is_dir() {
            return fs::remove_file(&self.path);
        }
        let passed_over = self.path.with_file_name(format!(".{}", self.file()));
        fs::rename(&self.path, &passed_over)?;
        fs::remove_dir_all(passed_over)
    }
}

/// What holds migrations in the folder, in no particular order.
///
/// Files that are no migrations, such as a README, are passed over; what looks
/// like a migration and is none is a mistake.
pub(super) fn entries(folder: &Path) -> Result<Vec<Entry>, MigrationProblem> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error.kind()))? {
        let path = entry
            .map_err(|error| unreadable(folder, error.kind()))?
            .path();
        if let Some(name) = candidate(&path)? {
            let files = files(&path, &name)?;
            found.push(squashed::entry(path, name, files)?);
        }
    }
    Ok(found)
}

/// The name of the migration that a path holds, if it holds one.
fn candidate(path: &Path) -> Result<Option<String>, MigrationProblem> {
    let Some(file) = path.file_name().and_then(|it| it.to_str()) else {
        return Ok(None);
    };
    let begins_with_digit = file.starts_with(|it: char| it.is_ascii_digit());
    let name = match file.strip_suffix(".sql") {
        Some(name) if path.is_file() => name,
        _ if path.is_dir() && begins_with_digit => file,
        _ => return Ok(None),
    };
    match name::check(name) {
        Ok(()) => Ok(Some(name.to_owned())),
        Err(reason) => Err(MigrationProblem::unreadable(file, reason)),
    }
}

fn files(path: &Path, name: &str) -> Result<Files, MigrationProblem> {
    if path.is_file() {
        return Ok(Files::One(text(path, &format!("{name}.sql"))?.into()));
    }
    let up = text(&path.join("up.sql"), &format!("{name}/up.sql"))?;
    let down = path.join("down.sql");
    let down = down
        .exists()
        .then(|| text(&down, &format!("{name}/down.sql")))
        .transpose()?;
    Ok(Files::Two {
        up: up.into(),
        down: down.map(Into::into),
    })
}

fn text(path: &Path, file: &str) -> Result<String, MigrationProblem> {
    fs::read_to_string(path).map_err(|error| {
        let reason = match error.kind() {
            ErrorKind::NotFound => "the file is missing".to_owned(),
            ErrorKind::InvalidData => "the file is not UTF-8".to_owned(),
            kind => kind.to_string(),
        };
        MigrationProblem::unreadable(file, reason)
    })
}

fn unreadable(folder: &Path, kind: ErrorKind) -> MigrationProblem {
    let reason = match kind {
        ErrorKind::NotFound => "there is no such folder".to_owned(),
        kind => kind.to_string(),
    };
    MigrationProblem::unreadable(folder.display().to_string(), reason)
}
