//! Files into a folder of their own, again and again.
//!
//! Beside the files is what was pulled into them last, in `.pulled`: so it is known
//! what of a file was written by hand, and what the database changed since.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::SourceFile;
use super::merge::merged;

/// The folder of what was pulled last, which is no module.
const PULLED: &str = ".pulled";

/// Why models could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// Nothing is ever written over what is there.
    #[error(
        "`{}` exists already, and nothing was pulled into it: name a folder that does not",
        .0.display()
    )]
    Exists(PathBuf),
    /// The file system refused.
    #[error("cannot write `{}`: {source}", path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// What became of the files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Written {
    /// Those that were written, also with lines of one's own in them.
    pub files: Vec<String>,
    /// Those of tables that are gone, in which nothing was changed: they are gone too.
    pub removed: Vec<String>,
    /// Those that were left as they are.
    pub left: Vec<Left>,
}

/// A file that was left as it is. `Display` says why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Left {
    /// The same lines were changed by hand and in the database.
    #[error(
        "`{0}` was changed by hand where the database has changed: take over what you need of \
         `.pulled/{0}.new`, and pull again"
    )]
    Changed(String),
    /// It is not known what was pulled into it.
    #[error("`{0}` was there, and not pulled: compare it with `.pulled/{0}.new`")]
    Unknown(String),
    /// Its table is gone, and something was changed in it by hand.
    #[error("`{0}` was changed by hand, and its table is gone: delete it, or keep it")]
    Gone(String),
    /// It was deleted by hand.
    #[error("`{0}` was deleted by hand: `.pulled/{0}` would bring it back, if you delete that too")]
    Deleted(String),
}

/// Makes the folder and writes the files, or brings what was pulled there up to date.
pub(super) fn write(folder: &Path, files: &[SourceFile]) -> Result<Written, FolderError> {
    let pulled = folder.join(PULLED);
    if fs::symlink_metadata(folder).is_ok() && !pulled.is_dir() {
        return Err(FolderError::Exists(folder.to_owned()));
    }
    fs::create_dir_all(&pulled).map_err(failed(&pulled))?;
    let mut written = Written::default();
    for file in files {
        one(folder, file, &mut written)?;
    }
    gone(folder, files, &mut written)?;
    Ok(written)
}

/// Brings one file up to date.
fn one(folder: &Path, file: &SourceFile, written: &mut Written) -> Result<(), FolderError> {
    let name = &file.name;
    let path = folder.join(name);
    let kept = folder.join(PULLED).join(name);
    let (base, ours) = (read(&kept)?, read(&path)?);
    let text = match (&base, &ours) {
        (None, None) => Some(file.code.clone()),
        (Some(_), None) => {
            written.left.push(Left::Deleted(name.clone()));
            return Ok(());
        }
        (_, Some(ours)) if *ours == file.code => Some(file.code.clone()),
        (Some(base), Some(ours)) => merged(base, ours, &file.code),
        (None, Some(_)) => None,
    };
    let new = folder.join(PULLED).join(format!("{name}.new"));
    let Some(text) = text else {
        replace(&new, &file.code)?;
        written.left.push(match base {
            Some(_) => Left::Changed(name.clone()),
            None => Left::Unknown(name.clone()),
        });
        return Ok(());
    };
    if ours.as_ref() != Some(&text) {
        replace(&path, &text)?;
        written.files.push(name.clone());
    }
    if base.as_ref() != Some(&file.code) {
        replace(&kept, &file.code)?;
    }
    remove(&new)
}

/// Files that were pulled once and are no longer.
fn gone(folder: &Path, files: &[SourceFile], written: &mut Written) -> Result<(), FolderError> {
    let pulled = folder.join(PULLED);
    let entries = fs::read_dir(&pulled).map_err(failed(&pulled))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed(&pulled))?.file_name();
        let name = name.to_string_lossy().into_owned();
        let is_one = name.ends_with(".rs") && !files.iter().any(|it| it.name == name);
        names.extend(is_one.then_some(name));
    }
    names.sort();
    for name in names {
        let (path, kept) = (folder.join(&name), pulled.join(&name));
        let ours = read(&path)?;
        if ours.is_some() && ours != read(&kept)? {
            written.left.push(Left::Gone(name));
            continue;
        }
        if ours.is_some() {
            remove(&path)?;
            written.removed.push(name);
        }
        remove(&kept)?;
    }
    Ok(())
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    |source| FolderError::Io { path, source }
}

fn read(path: &Path) -> Result<Option<String>, FolderError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path)(error)),
    }
}

/// Writes a file whole: whoever looks meanwhile sees the old one, or the new one.
fn replace(path: &Path, text: &str) -> Result<(), FolderError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(true)
        .open(&beside);
    let written = file.and_then(|mut it| it.write_all(text.as_bytes()));
    written.map_err(failed(&beside))?;
    fs::rename(&beside, path).map_err(failed(path))
}

fn remove(path: &Path) -> Result<(), FolderError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}
