//! Folders of migrations that other tools wrote, as ours.
//!
//! ```text
//! folder -> file (what each is, by its name) -> text (what is said otherwise here) -> names
//! ```

mod file;
mod text;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use orm_core::migrate::to_kebab;

use self::file::{Found, Part, Version};
use crate::failure::Failure;

/// A migration in our form.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) name: String,
    /// The file or folder it was.
    pub(crate) was: String,
    pub(crate) up: String,
    pub(crate) down: Option<String>,
}

/// The migrations of a folder, in their order; `left` are the files to leave out.
///
/// # Errors
///
/// Fails with every file that cannot be taken over, and why.
pub(crate) fn read(folder: &Path, left: &[String]) -> Result<Vec<Imported>, Failure> {
    let mut parts: BTreeMap<(Version, bool), Vec<Part>> = BTreeMap::new();
    let mut refused = Vec::new();
    for name in entries(folder)? {
        if left.contains(&name) {
            continue;
        }
        match file::of(folder, &name)? {
            Found::Nothing => {}
            Found::Refused(reason) => refused.push(format!("{name}: {reason}")),
            Found::Part(part) => {
                let place = (part.version.clone(), part.stands_apart);
                parts.entry(place).or_default().push(part);
            }
        }
    }
    let mut out = Vec::new();
    let mut last = None;
    for ((version, _), parts) in together(parts) {
        let (ups, downs): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|it| it.is_up);
        let [up] = ups.as_slice() else {
            let names: Vec<&str> = ups.iter().chain(&downs).map(|it| it.was.as_str()).collect();
            let names = names.join(", ");
            refused.push(match ups.len() {
                0 => format!("{names}: it says how to take something back, and not what"),
                _ => format!("{names}: two of one version"),
            });
            continue;
        };
        let down = downs.first().map(|it| &it.text).or(up.down.as_ref());
        let down = down.map(|it| text::of_down(it));
        match text::of_up(up) {
            Ok(text) => {
                let stamp = stamp(&version, last);
                last = Some(stamp);
                out.push(Imported {
                    name: named(stamp, &up.words),
                    was: up.was.clone(),
                    up: text,
                    down,
                });
            }
            Err(reason) => refused.push(format!("{}: {reason}", up.was)),
        }
    }
    if refused.is_empty() {
        return Ok(out);
    }
    refused.sort();
    Err(Failure::refused(format!(
        "nothing was written:\n  {}\n`--leave FILE` leaves one out.",
        refused.join("\n  ")
    )))
}

/// `U` is the way back of a `V` with its version, and a migration where there is none.
fn together(
    mut parts: BTreeMap<(Version, bool), Vec<Part>>,
) -> BTreeMap<(Version, bool), Vec<Part>> {
    let apart: Vec<Version> = parts
        .keys()
        .filter(|(version, apart)| *apart && parts.contains_key(&(version.clone(), false)))
        .map(|(version, _)| version.clone())
        .collect();
    for version in apart {
        let back = parts.remove(&(version.clone(), true)).unwrap_or_default();
        let back = back.into_iter().map(|it| Part { is_up: false, ..it });
        parts.entry((version, false)).or_default().extend(back);
    }
    parts
}

fn entries(folder: &Path) -> Result<Vec<String>, Failure> {
    let failed = |error| Failure::Io(format!("read `{}`", folder.display()), error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        names.extend(name.into_string().ok());
    }
    names.sort();
    Ok(names)
}

/// The moment of a version, or one that keeps its place: the second after the one before.
fn stamp(version: &Version, last: Option<NaiveDateTime>) -> NaiveDateTime {
    let next = last.map(|it| it + TimeDelta::seconds(1));
    let said = version.moment();
    match (said, next) {
        (Some(said), Some(next)) => said.max(next),
        (Some(moment), None) | (None, Some(moment)) => moment,
        (None, None) => first(),
    }
}

/// Of versions that are only counted: before everything that has a date.
fn first() -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or(NaiveDate::MIN);
    day.and_hms_opt(0, 0, 1).unwrap_or(NaiveDateTime::MIN)
}

fn named(stamp: NaiveDateTime, words: &str) -> String {
    const LONGEST: usize = 150;
    let mut words = to_kebab(words);
    words.truncate(LONGEST);
    let words = match words.trim_end_matches('-') {
        "" => "migration",
        words => words,
    };
    format!("{}-{words}", stamp.format("%Y%m%d%H%M%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> std::path::PathBuf {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("orm-import-{}-{number}", std::process::id()));
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            fs::write(path, text).expect("it can be written");
        }
        folder
    }

    fn imported(files: &[(&str, &str)]) -> Vec<Imported> {
        let folder = folder(files);
        let read = read(&folder, &[]).expect("files that can be taken over");
        fs::remove_dir_all(folder).expect("it can be removed");
        read
    }

    fn refused(files: &[(&str, &str)]) -> String {
        let folder = folder(files);
        let read = read(&folder, &[]).expect_err("something to refuse");
        fs::remove_dir_all(folder).expect("it can be removed");
        read.to_string()
    }

    #[test]
    fn the_files_of_every_tool_have_their_place_and_their_way_back() {
        let ours = |files: &[(&str, &str)]| {
            let imported = imported(files);
            let line = |it: &Imported| format!("{} {} {}", it.name, it.was, it.down.is_some());
            imported.iter().map(line).collect::<Vec<_>>()
        };
        assert_eq!(
            ours(&[
                ("20240102030405_add users.sql", "SELECT 1;"),
                ("20240103000000_b.up.sql", "SELECT 1;"),
                ("20240103000000_b.down.sql", "SELECT 2;"),
                ("README.md", ""),
            ]),
            [
                "20240102030405-add-users 20240102030405_add users.sql false",
                "20240103000000-b 20240103000000_b.up.sql true",
            ]
        );
        assert_eq!(
            ours(&[
                ("00000000000000_diesel_initial_setup/up.sql", "SELECT 1;"),
                ("00000000000000_diesel_initial_setup/down.sql", "SELECT 2;"),
                ("2024-01-02-030405_create_posts/up.sql", "SELECT 1;"),
            ]),
            [
                "20000101000001-diesel-initial-setup 00000000000000_diesel_initial_setup true",
                "20240102030405-create-posts 2024-01-02-030405_create_posts false",
            ]
        );
        assert_eq!(
            ours(&[
                ("20240102030405_init/migration.sql", "SELECT 1;"),
                ("0_baseline/migration.sql", "SELECT 1;"),
                ("migration_lock.toml", ""),
            ]),
            [
                "20000101000001-baseline 0_baseline false",
                "20240102030405-init 20240102030405_init false",
            ]
        );
        assert_eq!(
            ours(&[
                ("V1__initial.sql", "SELECT 1;"),
                ("V2__users.sql", "SELECT 1;"),
                ("U3__late.sql", "SELECT 1;"),
                ("V10__last.sql", "SELECT 1;"),
                ("U10__last.sql", "SELECT 2;"),
                ("V1.2__between.sql", "SELECT 1;"),
            ]),
            [
                "20000101000001-initial V1__initial.sql false",
                "20000101000002-between V1.2__between.sql false",
                "20000101000003-users V2__users.sql false",
                "20000101000004-late U3__late.sql false",
                "20000101000005-last V10__last.sql true",
            ]
        );
        // golang-migrate counts, or has seconds since 1970.
        assert_eq!(
            ours(&[
                ("000001_init.up.sql", "SELECT 1;"),
                ("1704164645_next.up.sql", "SELECT 1;"),
            ]),
            [
                "20000101000001-init 000001_init.up.sql false",
                "20240102030405-next 1704164645_next.up.sql false",
            ]
        );
    }

    #[test]
    fn what_is_none_of_ours_is_refused_by_its_name() {
        let said = refused(&[
            ("R__views.sql", "SELECT 1;"),
            ("B5__base.sql", "SELECT 1;"),
            ("afterMigrate.sql", "SELECT 1;"),
            ("V1__code.java", ""),
            ("V2__a.sql", "SELECT '${owner}';"),
            ("V03__a.sql", "SELECT 1;"),
            ("V3__b.sql", "SELECT 1;"),
            ("7_x.down.sql", "SELECT 1;"),
            ("seed.sql", "SELECT 1;"),
            ("old/V9__a.sql", "SELECT 1;"),
        ]);
        for part in [
            "R__views.sql: it is run again whenever it changes",
            "B5__base.sql: it stands for those before it",
            "afterMigrate.sql: it is no migration by its name",
            "V1__code.java: it is not written in SQL",
            "V2__a.sql: `${owner}` is filled in by the tool",
            "V03__a.sql, V3__b.sql: two of one version",
            "7_x.down.sql: it says how to take something back",
            "seed.sql: it is no migration by its name",
            "old: there are files of SQL inside",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn what_is_said_otherwise_here_is_said_so() {
        let text = |name: &str, text: &str| imported(&[(name, text)]).remove(0).up;
        assert_eq!(
            text(
                "1_a.sql",
                "-- no-transaction\r\nCREATE INDEX CONCURRENTLY i ON t (a);\r\n"
            ),
            "-- orm:was 1_a.sql\n-- orm:no-transaction\n-- no-transaction\n\
             CREATE INDEX CONCURRENTLY i ON t (a);\n"
        );
        assert_eq!(
            text("1_a.up.sql", "-- why\nBEGIN;\nSELECT 1;\nCOMMIT;\n"),
            "-- orm:was 1_a.up.sql\n-- why\nSELECT 1;\n"
        );
        assert_eq!(
            text("1_a.sql", "-- nothing yet\n"),
            "-- orm:was 1_a.sql\n-- nothing yet\nSELECT 1;\n"
        );
        let diesel = imported(&[
            ("1_a/up.sql", "VACUUM;"),
            ("1_a/metadata.toml", "run_in_transaction = false\n"),
        ]);
        assert_eq!(
            diesel[0].up,
            "-- orm:was 1_a\n-- orm:no-transaction\nVACUUM;\n"
        );
    }
}
