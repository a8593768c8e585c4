//! Differences on a real SQLite, in memory: made, looked at again, taken back.

mod rebuild;

use super::options::Options;
use super::{Destructive, Diff, Goal, compare, scratch};
use crate::ddl::Models;
use crate::ddl::tests::place::Place;
use crate::schema::Backend;

/// What would have to change; rows are not counted.
fn diff(place: &Place, models: Models, options: &Options) -> Diff {
    let goal = Goal::on(Backend::Sqlite, models).unwrap();
    let sides = scratch::as_written(goal, place.live());
    let outcome = compare::changes(Backend::Sqlite, sides, options);
    Diff {
        changes: outcome.changes,
        problems: outcome.problems,
        possible_renames: outcome.possible_renames,
        left_alone: outcome.left_alone,
        views: outcome.views,
    }
}

fn summaries(diff: &Diff) -> Vec<String> {
    diff.changes.iter().map(ToString::to_string).collect()
}

/// Runs one direction of a migration as the runner does.
fn migrate(place: &Place, script: &str) {
    let off = script.contains("-- orm:foreign-keys-off");
    if off {
        place.run("PRAGMA foreign_keys = OFF");
    }
    place.run(&format!("BEGIN IMMEDIATE;\n{script}\nCOMMIT"));
    assert_eq!(
        place.texts("SELECT count(*) FROM pragma_foreign_key_check"),
        ["0"]
    );
    place.run("PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF");
}

/// Everything that the schema says, and every row of its tables.
fn snapshot(place: &Place) -> Vec<String> {
    let mut all = place.texts(
        "SELECT coalesce(sql, name) FROM sqlite_schema \
         WHERE substr(name, 1, 7) <> 'sqlite_' ORDER BY type, name",
    );
    let tables = place.texts("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    for table in tables {
        let columns = place.texts(&format!(
            "SELECT 'quote(\"' || name || '\")' FROM pragma_table_xinfo('{table}')"
        ));
        all.extend(place.texts(&format!(
            "SELECT '{table}: ' || {} FROM \"{table}\" ORDER BY 1",
            columns.join(" || ' ' || ")
        )));
    }
    all
}

/// Makes the changes, finds nothing more to do, takes them back, finds all as it
/// was, and makes them once more.
fn there_and_back(place: &Place, models: Models, options: &Options) -> Diff {
    let found = diff(place, models, options);
    assert_eq!(found.problems, Vec::<String>::new());
    let drafts = found.migrations("change", Destructive::Allowed).unwrap();
    let [draft] = drafts.as_slice() else {
        panic!("{drafts:?}");
    };
    let before = snapshot(place);
    migrate(place, &draft.up);
    let rest = diff(place, models, options);
    assert!(rest.is_empty(), "{rest}");
    let after = snapshot(place);
    migrate(place, &draft.down);
    // A value that was filled in stays.
    let filled = !options.fills.is_empty();
    let kept = |all: &[String]| {
        let lines = all.iter().filter(|it| !filled || it.starts_with("CREATE"));
        lines.cloned().collect::<Vec<_>>()
    };
    assert_eq!(kept(&snapshot(place)), kept(&before));
    migrate(place, &draft.up);
    assert_eq!(snapshot(place), after);
    found
}
