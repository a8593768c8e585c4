//! Files into a folder of their own.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::SourceFile;

/// Why models could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// Nothing is ever written over what is there.
    #[error("`{}` exists already: name a folder that does not", .0.display())]
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

/// Makes the folder and writes the files; none of them may exist.
pub(super) fn write(folder: &Path, files: &[SourceFile]) -> Result<(), FolderError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => FolderError::Exists(path),
            _ => FolderError::Io { path, source },
        }
    };
    if let Some(parent) = folder.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(failed(parent))?;
    }
    // Not `create_dir_all`: that one is content with a folder that exists.
    fs::create_dir(folder).map_err(failed(folder))?;
    for file in files {
        let path = folder.join(&file.name);
        let new = OpenOptions::new().write(true).create_new(true).open(&path);
        let written = new.and_then(|mut it| it.write_all(file.code.as_bytes()));
        written.map_err(failed(&path))?;
    }
    Ok(())
}
