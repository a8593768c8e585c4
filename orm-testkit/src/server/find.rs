//! Looking for PostgreSQL's programs on this machine.

use std::env;
use std::fs;
use std::path::{self, Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;

/// A directory that holds `initdb` and `postgres`, and what the latter says its
/// version is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binaries {
    pub(crate) directory: PathBuf,
    pub(crate) version: Version,
}

/// Major and minor version; a development version has no minor one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32);

/// Where packages put their programs: `parent/prefix*/rest`.
struct Place {
    parent: &'static str,
    prefix: &'static str,
    rest: &'static str,
}

const fn place(parent: &'static str, prefix: &'static str, rest: &'static str) -> Place {
    Place {
        parent,
        prefix,
        rest,
    }
}

const PLACES: &[Place] = &[
    place("/usr/lib/postgresql", "", "bin"),
    place("/usr", "pgsql-", "bin"),
    place("/usr/libexec", "postgresql", ""),
    place("/opt/homebrew/opt", "postgresql", "bin"),
    place("/usr/local/opt", "postgresql", "bin"),
    place("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    place("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    place("/Library/PostgreSQL", "", "bin"),
    place(r"C:\Program Files\PostgreSQL", "", "bin"),
];

/// The programs in `$PG_BIN`, which is not second-guessed.
pub(super) fn given(directory: PathBuf) -> Result<Binaries, Error> {
    inspect(&directory).ok_or(Error::PgBin { path: directory })
}

/// The newest programs that are installed.
///
/// Every place is asked, because the first `initdb` on PATH is not always the
/// newest one, and two installations are common after an upgrade.
pub(super) fn newest_installed() -> Option<Binaries> {
    let mut candidates: Vec<PathBuf> = pg_config().into_iter().chain(on_path()).collect();
    candidates.extend(PLACES.iter().flat_map(Place::directories));
    newest(candidates.iter().filter_map(|dir| inspect(dir)))
}

fn newest(found: impl Iterator<Item = Binaries>) -> Option<Binaries> {
    // The first of equals: what PATH prefers.
    found.reduce(|best, next| {
        if next.version > best.version {
            next
        } else {
            best
        }
    })
}

/// Keeps a directory only if both programs are there and the server runs.
pub(crate) fn inspect(directory: &Path) -> Option<Binaries> {
    let directory = path::absolute(directory).ok()?;
    if !program(&directory, "initdb").is_file() {
        return None;
    }
    let postgres = program(&directory, "postgres");
    let output = run(Command::new(postgres).arg("--version"))?;
    Some(Binaries {
        version: version(&output)?,
        directory,
    })
}

/// The path of one of PostgreSQL's programs.
pub(crate) fn program(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

fn pg_config() -> Option<PathBuf> {
    let output = run(Command::new("pg_config").arg("--bindir"))?;
    Some(PathBuf::from(output.trim()))
}

/// Where `initdb` on PATH really is: a link to it stands alone, without
/// `postgres` beside it.
fn on_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).find_map(|directory| {
        let mut initdb = program(&directory, "initdb");
        // Only a link: on Windows, what this returns is not for every program.
        if initdb.is_symlink() {
            initdb = fs::canonicalize(initdb).ok()?;
        }
        let found = initdb.is_file();
        found.then(|| initdb.parent().map(Path::to_path_buf))?
    })
}

impl Place {
    fn directories(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.parent) else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(self.prefix))
            .map(|entry| entry.path().join(self.rest))
            .collect()
    }
}

fn run(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version(text: &str) -> Option<Version> {
    let number = text.split_whitespace().nth(2)?;
    let mut parts = number.split('.').map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit());
        part[..end.unwrap_or(part.len())].parse().ok()
    });
    let major = parts.next()??;
    Some(Version(major, parts.next().flatten().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_the_server_prints_them() {
        let cases = [
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                Some(Version(15, 18)),
            ),
            ("postgres (PostgreSQL) 18.4", Some(Version(18, 4))),
            ("postgres (PostgreSQL) 19devel", Some(Version(19, 0))),
            ("postgres (PostgreSQL) 18beta1", Some(Version(18, 0))),
            ("not a server", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(version(text), expected, "{text}");
        }
    }

    #[test]
    fn the_newest_wins_by_number_and_the_first_of_equals() {
        let binaries = |name: &str, version| Binaries {
            directory: name.into(),
            version,
        };
        let found = [
            binaries("a", Version(9, 6)),
            binaries("b", Version(15, 9)),
            binaries("c", Version(15, 10)),
            binaries("d", Version(15, 10)),
        ];
        let best = newest(found.into_iter()).unwrap();
        assert_eq!(best.directory, Path::new("c"));
    }

    #[test]
    fn a_directory_without_the_programs_is_refused() {
        assert_eq!(inspect(&env::temp_dir()), None);
        let error = given(env::temp_dir()).unwrap_err();
        assert!(matches!(error, Error::PgBin { .. }));
        assert!(error.to_string().contains("PG_BIN"));
    }
}
