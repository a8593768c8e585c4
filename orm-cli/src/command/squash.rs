//! `orm migrate squash WORDS`

use orm_core::migrate::{is_kebab, squash, to_kebab};
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;

/// Folds old migrations into one file.
pub(super) fn run(context: &Context, words: &str, to: Option<&str>) -> Result<(), Failure> {
    if !context.migrations_are_files() {
        return Err(Failure::refused(
            "this program has its migrations inside: there is no folder to write into",
        ));
    }
    let words = to_kebab(words);
    if !is_kebab(&words) {
        return Err(Failure::refused(
            "the name needs letters or digits: until-2024",
        ));
    }
    let squashed = squash(&context.global.migrations_path, &words, to)?;
    let (count, file) = (squashed.migrations.len(), squashed.file.display());
    context.output.line(&format!(
        "{count} migrations are in {file} now, each as it was: every database goes on from where it is."
    ));
    context.output.result(&json!({
        "created": squashed.file,
        "squashed": squashed.migrations,
    }));
    Ok(())
}
