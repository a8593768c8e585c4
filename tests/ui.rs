//! Programs that must not compile, and what the compiler says about them.
//!
//! `TRYBUILD=overwrite cargo test --test ui` rewrites the expected messages.

use std::fs;
use std::path::{Path, PathBuf};

/// The most lines of a message whose words are all ours.
const OURS: usize = 12;

/// The most lines of a message to which rustc adds where a bound comes from.
const WITH_NOTES: usize = 22;

#[test]
fn mistakes_are_refused_with_a_sentence() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}

/// A message is read where the mistake was made: it fits the eye and names
/// nothing that the reader has never seen.
#[test]
fn messages_are_short_and_name_nothing_internal() {
    for file in expected_messages(Path::new("tests/ui")) {
        let text = fs::read_to_string(&file).unwrap();
        for internal in ["__private", "__::", "_::<impl", "PhantomData"] {
            assert!(
                !text.contains(internal),
                "{} names `{internal}`",
                file.display()
            );
        }
        for message in text.split("\n\nerror") {
            let noted = [
                "[E0271]", "[E0277]", "[E0283]", "[E0308]", "[E0369]", "[E0382]", "[E0599]",
            ];
            let limit = if noted.iter().any(|code| message.contains(code)) {
                WITH_NOTES
            } else {
                OURS
            };
            let lines = message.trim_end().lines().count();
            assert!(
                lines <= limit,
                "a message of {} has {lines} lines:\n{message}",
                file.display()
            );
        }
    }
}

fn expected_messages(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the cases are in the package") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files.extend(expected_messages(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            files.push(path);
        }
    }
    files
}
