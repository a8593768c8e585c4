//! Where a database of SQLite is: a file, or this program's memory.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use rusqlite::OpenFlags;

use crate::error::{Error, Result};

/// A database in a file, or in memory.
#[derive(Debug, Clone)]
pub(in crate::exec) struct File {
    /// `None` is memory.
    pub(super) path: Option<PathBuf>,
    access: Access,
}

/// What may be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Nobody writes to it: it needs neither locks nor a log of changes beside it.
    Immutable,
    ReadOnly,
    ReadWrite,
    /// Makes the file if it is not there.
    Create,
}

impl File {
    /// Reads `sqlite:shop.db`, `sqlite:///srv/shop.db?mode=ro`, `sqlite::memory:`.
    pub(in crate::exec) fn from_url(url: &str) -> Result<Self> {
        let rest = url.split_once(':').map_or("", |(_, rest)| rest);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut access = Access::Create;
        // Other programs write slashes before it, and mean no file of that name.
        let mut memory = place.trim_start_matches('/') == ":memory:";
        let mut immutable = false;
        for option in query.split('&').filter(|it| !it.is_empty()) {
            match option {
                "mode=ro" => access = Access::ReadOnly,
                "mode=rw" => access = Access::ReadWrite,
                "mode=rwc" => access = Access::Create,
                "mode=memory" => memory = true,
                "immutable=1" => immutable = true,
                "immutable=0" => immutable = false,
                _ => return Err(unknown_option()),
            }
        }
        if immutable {
            access = Access::Immutable;
        }
        if memory {
            return Ok(Self { path: None, access });
        }
        let place = place.strip_prefix("//").unwrap_or(place);
        let path = percent_decode_str(place).decode_utf8();
        let path = path.map_err(|_| unreadable())?;
        if path.is_empty() || path.contains('\0') {
            return Err(unreadable());
        }
        Ok(Self {
            path: Some(PathBuf::from(path.as_ref())),
            access,
        })
    }

    pub(in crate::exec) fn name(&self) -> Option<&str> {
        match &self.path {
            Some(path) => path.to_str(),
            None => Some(":memory:"),
        }
    }

    pub(super) fn is_memory(&self) -> bool {
        self.path.is_none()
    }

    /// Nothing is written to it from here on.
    pub(in crate::exec) fn only_read(&mut self) {
        if self.access != Access::Immutable {
            self.access = Access::ReadOnly;
        }
    }

    pub(super) fn is_read_only(&self) -> bool {
        matches!(self.access, Access::ReadOnly | Access::Immutable)
    }

    /// Whether there is no such file, or no folder for it.
    pub(super) fn is_missing(&self) -> bool {
        let Some(path) = &self.path else { return false };
        match self.access {
            Access::Create => {
                let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
                folder.is_some_and(|folder| !folder.exists())
            }
            Access::Immutable | Access::ReadOnly | Access::ReadWrite => !path.exists(),
        }
    }

    /// Whether there is a file.
    pub(super) fn is_there(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.is_file())
    }

    pub(super) fn open(&self) -> rusqlite::Result<rusqlite::Connection> {
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
            | match self.access {
                Access::Immutable => OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
                Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
                Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
                Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            };
        match &self.path {
            Some(path) if self.access == Access::Immutable => {
                rusqlite::Connection::open_with_flags(immutable(path), flags)
            }
            Some(path) => rusqlite::Connection::open_with_flags(literal(path), flags),
            None => rusqlite::Connection::open_in_memory(),
        }
    }
}

/// The path in words in which SQLite sees nothing but a path: `:memory:` is none, and
/// neither is `file:shop.db?mode=ro`.
fn literal(path: &Path) -> Cow<'_, Path> {
    let special = path
        .to_str()
        .is_some_and(|it| it.starts_with(':') || it.starts_with("file:"));
    match special {
        true => Cow::Owned(Path::new(".").join(path)),
        false => Cow::Borrowed(path),
    }
}

/// The one thing that SQLite is told by a URI alone.
fn immutable(path: &Path) -> String {
    let path = path.to_string_lossy();
    let mut uri = String::from("file:");
    for character in path.chars() {
        match character {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            other => uri.push(other),
        }
    }
    uri + "?immutable=1"
}

fn unreadable() -> Error {
    Error::config(
        "the database URL cannot be read: expected `sqlite:path/of/file.db` or `sqlite::memory:`, \
         with special characters of the path percent-encoded",
    )
}

fn unknown_option() -> Error {
    Error::config(
        "the database URL has an option that is not known: a URL of SQLite takes `mode=ro`, \
         `mode=rw`, `mode=rwc` (the default), `mode=memory` and `immutable=1`",
    )
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{} (SQLite)", path.display()),
            None => f.write_str("memory (SQLite)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str) -> String {
        match File::from_url(url) {
            Ok(file) => format!("{file} {:?}", file.access),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_url_names_a_file_or_memory() {
        let cases = [
            ("sqlite:shop.db", "shop.db (SQLite) Create"),
            ("sqlite://shop.db", "shop.db (SQLite) Create"),
            (
                "sqlite:./a/shop.db?mode=rw",
                "./a/shop.db (SQLite) ReadWrite",
            ),
            ("sqlite:///srv/a.db?mode=ro", "/srv/a.db (SQLite) ReadOnly"),
            ("sqlite:a.db?mode=ro&immutable=1", "a.db (SQLite) Immutable"),
            ("sqlite:/srv/a.db", "/srv/a.db (SQLite) Create"),
            ("sqlite:my%20shop%3F.db", "my shop?.db (SQLite) Create"),
            ("sqlite::memory:", "memory (SQLite) Create"),
            ("sqlite://:memory:", "memory (SQLite) Create"),
            ("sqlite:///:memory:", "memory (SQLite) Create"),
            ("sqlite:./:memory:", "./:memory: (SQLite) Create"),
            ("sqlite:x?mode=memory", "memory (SQLite) Create"),
        ];
        for (url, expected) in cases {
            assert_eq!(file(url), expected, "{url}");
        }
    }

    #[test]
    fn a_path_is_never_taken_for_a_uri() {
        for (path, opened) in [
            (":memory:", "./:memory:"),
            ("file:a.db", "./file:a.db"),
            ("/srv/file:a.db", "/srv/file:a.db"),
            ("a.db", "a.db"),
        ] {
            assert_eq!(literal(Path::new(path)), Path::new(opened));
        }
    }

    #[test]
    fn what_is_no_file_is_refused_with_what_to_write() {
        for url in ["sqlite:", "sqlite://", "sqlite:a%00b", "sqlite:%ff"] {
            assert!(file(url).contains("expected `sqlite:path/of"), "{url}");
        }
        assert!(file("sqlite:a.db?cache=shared").contains("`mode=ro`"));
    }
}
