//! A file for a database of SQLite.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Error, name};

/// A file of its own for one test's database, removed with it.
///
/// The file is made by whoever opens it; beside it are those that SQLite makes while
/// the database is open. No server is needed.
///
/// ```
/// use orm_testkit::TestFile;
///
/// let file = TestFile::create()?;
/// assert!(file.url().starts_with("sqlite:"));
/// # Ok::<(), orm_testkit::Error>(())
/// ```
#[derive(Debug)]
pub struct TestFile {
    folder: PathBuf,
    path: PathBuf,
}

impl TestFile {
    /// Makes a folder for a new database.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the folder for temporary files cannot be written.
    pub fn create() -> Result<Self, Error> {
        let folder = std::env::temp_dir().join(name::fresh());
        fs::create_dir_all(&folder).map_err(Error::io("make the folder", &folder))?;
        let path = folder.join("test.db");
        Ok(TestFile { folder, path })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The URL of the database: `sqlite:` and the path.
    pub fn url(&self) -> String {
        let path = self.path.to_string_lossy();
        let mut url = String::from("sqlite:");
        for character in path.chars() {
            match character {
                '%' => url.push_str("%25"),
                '?' => url.push_str("%3F"),
                other => url.push(other),
            }
        }
        url
    }

    /// Removes the file, and says if that did not work.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if something is left.
    pub fn remove(self) -> Result<(), Error> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::io("remove", &self.folder)(error))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
