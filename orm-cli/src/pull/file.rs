//! A file that may be somebody's: it keeps the ends of its lines, its mode, and its place
//! behind a link.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::FolderError;

/// A file as it was found.
#[derive(Debug)]
pub(super) struct File {
    /// Where its text is: behind links, if there are any.
    path: PathBuf,
    /// What is in it, with `\n` at the end of its lines; `None` if it is not there.
    pub(super) text: Option<String>,
    /// Whether all its lines end with `\r\n`, as an editor or git may have it.
    has_carriage_returns: bool,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, FolderError> {
        let path = behind_links(path)?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&path)(error)),
        };
        let ends = |end: &str| text.iter().flat_map(|it| it.matches(end)).count();
        let has_carriage_returns = ends("\n") > 0 && ends("\n") == ends("\r\n");
        Ok(File {
            text: match has_carriage_returns {
                true => text.map(|it| it.replace("\r\n", "\n")),
                false => text,
            },
            path,
            has_carriage_returns,
        })
    }

    /// Writes it whole: whoever looks meanwhile sees the old one, or the new one.
    pub(super) fn replace(&self, text: &str) -> Result<(), FolderError> {
        let text = match self.has_carriage_returns {
            true => text.replace('\n', "\r\n"),
            false => text.to_owned(),
        };
        let part = part_of(&self.path);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&part);
        let written = file.and_then(|mut it| it.write_all(text.as_bytes()));
        written.map_err(failed(&part))?;
        if let Ok(found) = fs::metadata(&self.path) {
            fs::set_permissions(&part, found.permissions()).map_err(failed(&part))?;
        }
        fs::rename(&part, &self.path).map_err(failed(&self.path))
    }
}

/// Removes what a run that was interrupted left beside a file.
pub(super) fn sweep(path: &Path) -> Result<(), FolderError> {
    remove(&part_of(&behind_links(path)?))
}

pub(super) fn remove(path: &Path) -> Result<(), FolderError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    |source| FolderError::Io { path, source }
}

/// What is written before it takes the place of a file.
fn part_of(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

/// Where a link leads, also where nothing is yet.
fn behind_links(path: &Path) -> Result<PathBuf, FolderError> {
    const MOST: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST {
        match fs::read_link(&path) {
            Ok(to) => path = path.parent().unwrap_or(Path::new("")).join(to),
            Err(_) => return Ok(path),
        }
    }
    let error = io::Error::other("links that lead in a circle");
    Err(failed(&path)(error))
}
