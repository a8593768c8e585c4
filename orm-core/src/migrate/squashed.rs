//! Many migrations in one file, each as it was, so that whoever has run some of them runs
//! the rest.
//!
//! ```sql
//! -- orm:squashed
//! -- orm:migration 20240310091200-create-users/up.sql
//! CREATE TABLE users (id integer PRIMARY KEY);
//!
//! -- orm:migration 20240310091200-create-users/down.sql
//! DROP TABLE users;
//!
//! -- orm:migration 20240401090000-create-coupons.sql
//! ..
//! ```

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::folder::{self, Entry};
use super::name;
use super::problem::MigrationProblem;
use super::source::Files;
use crate::error::{Error, Result};

/// The first line of such a file.
const HEAD: &str = "-- orm:squashed";
/// What begins the line before each of the files in it.
const FILE: &str = "-- orm:migration ";

/// What [`squash`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Squashed {
    /// The new file.
    pub file: PathBuf,
    /// The migrations in it, oldest first.
    pub migrations: Vec<String>,
}

/// Folds the oldest migrations of a folder, all or those up to `to`, into one file, called
/// `STAMP-words.sql` after the youngest of them, and deletes theirs. A squashed file among
/// them is folded too.
///
/// Each keeps its name, its text and its way back, so no history changes: a new database runs
/// all of them, one that has run some runs the rest, and one that has run all runs none.
///
/// What was interrupted is ended by asking for it again: a migration that is there twice and
/// is the same is one.
///
/// ```no_run
/// use orm_core::migrate::squash;
///
/// let squashed = squash("migrations", "until-2024", None)?;
/// println!("{} are in {}", squashed.migrations.len(), squashed.file.display());
/// # Ok::<(), orm_core::Error>(())
/// ```
///
/// # Errors
///
/// Fails, and changes nothing, if the folder is not in order, there is no migration `to` or it
/// is in the middle of a squashed file, fewer than two would be folded, a line of one reads
/// like those between them, other files are in a folder that would be deleted, or `words`
/// are none for a name.
pub fn squash(folder: impl AsRef<Path>, words: &str, to: Option<&str>) -> Result<Squashed> {
    let folder = folder.as_ref();
    let mut old = folder::entries(folder)?;
    in_order(&old)?;
    if let Some(to) = to {
        old.retain(|it| it.migrations().all(|name| name <= to));
        if !old.iter().any(|it| it.migrations().any(|name| name == to)) {
            return Err(no_such(to, "the last migration of a file"));
        }
    }
    let parts = sorted(&old);
    let (Some((last, _)), true) = (parts.last(), old.len() > 1) else {
        return Err(Error::usage(
            "there is nothing to fold: fewer than two files hold these migrations",
        ));
    };
    let name = format!("{}-{words}", name::stamp(last));
    name::check(&name).map_err(|reason| MigrationProblem::unreadable(&name, reason))?;
    let file = format!("{name}.sql");
    let text = written(&parts);
    if let Some((name, _)) = parts.iter().find(|part| !reads_back(part)) {
        let reason = format!("a line of it begins with `{}`", FILE.trim_end());
        return Err(MigrationProblem::unreadable(name, reason).into());
    }
    let failed = |error: io::Error| MigrationProblem::unreadable(&file, error.kind().to_string());
    for it in &old {
        if let Some(stranger) = it.stranger().map_err(failed)? {
            let reason = format!("`{stranger}` would be deleted with it: move it elsewhere");
            return Err(MigrationProblem::unreadable(it.file(), reason).into());
        }
    }
    let migrations = parts.iter().map(|(name, _)| name.clone()).collect();
    let path = folder.join(&file);
    if path.exists() && old.iter().all(|it| it.path != path) {
        let reason = "it is there, and holds younger ones: choose other words";
        return Err(MigrationProblem::unreadable(&file, reason).into());
    }
    // The old files go when the new one is there, whole.
    let draft = folder.join(format!("{file}.new"));
    write(&draft, &text).map_err(failed)?;
    fs::rename(&draft, &path).map_err(failed)?;
    for old in old.iter().filter(|it| it.path != path) {
        old.remove().map_err(failed)?;
    }
    Ok(Squashed {
        file: path,
        migrations,
    })
}

/// The migrations in some files, oldest first; what an interrupted run left twice is one.
fn sorted(files: &[Entry]) -> Vec<&(String, Files)> {
    let mut parts: Vec<&(String, Files)> = files.iter().flat_map(|it| &it.parts).collect();
    parts.sort_by(|one, other| one.0.cmp(&other.0));
    parts.dedup();
    parts
}

fn in_order(files: &[Entry]) -> Result<(), MigrationProblem> {
    let names: Vec<&str> = sorted(files).into_iter().map(|it| it.0.as_str()).collect();
    for (at, name) in names.iter().enumerate() {
        name::check_beside(name, names[..at].iter().copied())
            .map_err(|reason| MigrationProblem::unreadable(*name, reason))?;
    }
    Ok(())
}

fn reads_back(part: &(String, Files)) -> bool {
    let text = written(&[part]);
    self::parts("", &text).is_ok_and(|it| it.is_some_and(|it| it == [part.clone()]))
}

fn no_such(name: &str, what: &'static str) -> Error {
    let name = name.to_owned();
    MigrationProblem::NoSuch { name, what }.into()
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn written(parts: &[&(String, Files)]) -> String {
    let mut text = format!("{HEAD}\n");
    let mut file = |name: &str, content: &str| {
        for it in [FILE, name, "\n", content, "\n"] {
            text.push_str(it);
        }
    };
    for (name, files) in parts {
        match files {
            Files::One(content) => file(&format!("{name}.sql"), content),
            Files::Two { up, down } => {
                file(&format!("{name}/up.sql"), up);
                if let Some(down) = down {
                    file(&format!("{name}/down.sql"), down);
                }
            }
        }
    }
    text
}

/// What a file or folder of this name holds: many migrations if it is squashed.
pub(super) fn entry(path: PathBuf, name: String, files: Files) -> Result<Entry, MigrationProblem> {
    let file = format!("{name}.sql");
    let many = match &files {
        Files::One(text) => parts(&file, text)?,
        Files::Two { .. } => None,
    };
    Ok(Entry {
        path,
        squashed: many.is_some().then_some(file),
        parts: many.unwrap_or_else(|| vec![(name, files)]),
    })
}

/// The migrations in a squashed file; `None` if it is an ordinary one.
pub(super) fn parts(
    file: &str,
    text: &str,
) -> Result<Option<Vec<(String, Files)>>, MigrationProblem> {
    let mut lines = Lines { text, at: 0 };
    let first = lines.next().map_or("", |(_, line)| line);
    if first.trim_start_matches('\u{feff}').trim_end() != HEAD {
        return Ok(None);
    }
    let flaw = |reason: &str| MigrationProblem::unreadable(file, reason);
    let starts: Vec<(usize, &str)> = lines.filter(|it| it.1.starts_with(FILE)).collect();
    let mut parts: Vec<(String, Files)> = Vec::new();
    for (number, (at, line)) in starts.iter().enumerate() {
        let end = starts.get(number + 1).map_or(text.len(), |(next, _)| *next);
        let content = without_last_end(&text[at + line.len()..end]);
        let content = Cow::Owned(content.to_owned());
        let path = line[FILE.len()..].trim();
        match (path.split_once('/'), path.strip_suffix(".sql")) {
            (None, Some(name)) => parts.push((name.to_owned(), Files::One(content))),
            (Some((name, "up.sql")), _) => {
                let (up, down) = (content, None);
                parts.push((name.to_owned(), Files::Two { up, down }));
            }
            (Some((name, "down.sql")), _) => match parts.last_mut() {
                Some((last, Files::Two { down, .. })) if last == name && down.is_none() => {
                    *down = Some(content);
                }
                _ => {
                    return Err(flaw(
                        "a `down.sql` stands behind the `up.sql` it belongs to",
                    ));
                }
            },
            _ => {
                return Err(flaw(
                    "behind `-- orm:migration` stands a file: NAME.sql, NAME/up.sql or NAME/down.sql",
                ));
            }
        }
    }
    match parts.is_empty() {
        true => Err(flaw("there is no `-- orm:migration` in it")),
        false => Ok(Some(parts)),
    }
}

/// The content without the end of line that stands between it and the next.
fn without_last_end(content: &str) -> &str {
    let content = content.strip_suffix('\n').unwrap_or(content);
    content.strip_suffix('\r').unwrap_or(content)
}

/// Lines with their ends, and where each begins.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let rest = self.text.get(at..).filter(|it| !it.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |it| it + 1);
        self.at += length;
        Some((at, &rest[..length]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(up: &'static str, down: Option<&'static str>) -> Files {
        Files::Two {
            up: up.into(),
            down: down.map(Into::into),
        }
    }

    #[test]
    fn files_come_back_byte_by_byte() {
        let parts = [
            ("20240101000000-a".to_owned(), two("SELECT 1;", Some(""))),
            (
                "20240102000000-b".to_owned(),
                two("\u{feff}SELECT 1;\r\n\r\n", None),
            ),
            (
                "20240103000000-c".to_owned(),
                Files::One("-- orm:up\nSELECT 1;\n".into()),
            ),
        ];
        let text = written(&parts.iter().collect::<Vec<_>>());
        assert_eq!(super::parts("x.sql", &text), Ok(Some(parts.to_vec())));
    }

    #[test]
    fn other_line_ends_are_those_of_a_check_out() {
        let parts = [(
            "20240101000000-a".to_owned(),
            two("SELECT\n1;\n", Some("SELECT 2;\n")),
        )];
        let text = written(&parts.iter().collect::<Vec<_>>()).replace('\n', "\r\n");
        let [(_, files)] = &super::parts("x.sql", &text).unwrap().unwrap()[..] else {
            panic!("one migration");
        };
        assert_eq!(*files, two("SELECT\r\n1;\r\n", Some("SELECT 2;\r\n")));
    }

    #[test]
    fn what_is_no_squashed_file_is_told() {
        assert_eq!(super::parts("x.sql", "-- orm:up\n"), Ok(None));
        assert_eq!(super::parts("x.sql", ""), Ok(None));
        for (wrong, reason) in [
            ("", "there is no `-- orm:migration` in it"),
            ("-- orm:migration a/down.sql\n", "behind the `up.sql`"),
            (
                "-- orm:migration a/up.sql\n-- orm:migration b/down.sql\n",
                "behind the `up.sql`",
            ),
            ("-- orm:migration a\n", "stands a file"),
            ("-- orm:migration a/b/up.sql\n", "stands a file"),
        ] {
            let error = super::parts("x.sql", &format!("{HEAD}\n{wrong}")).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
