//! Options that are one of a few words.

use crate::diag::{Diagnostics, suggest};
use crate::model::Deferrable;
use crate::parse::options::Options;
use crate::parse::value::Value;

/// When a constraint is checked.
pub(super) fn deferrable(options: &Options, diag: &mut Diagnostics) -> Deferrable {
    match options.get("deferrable") {
        None => Deferrable::No,
        Some(entry) if matches!(entry.value, Value::Flag) => Deferrable::InitiallyImmediate,
        Some(_) => of(options, "deferrable", &Deferrable::ALL, diag).unwrap_or(Deferrable::No),
    }
}

/// One of a few words.
pub(super) fn of<T: Copy>(
    options: &Options,
    name: &str,
    all: &[(&str, T)],
    diag: &mut Diagnostics,
) -> Option<T> {
    let written = options.name(name)?;
    let found = all
        .iter()
        .find(|(word, _)| *word == written.text.replace([' ', '-'], "_").to_lowercase());
    if found.is_none() {
        let words: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
        diag.error(
            written,
            format!("`{name}` cannot be `{}`", written.text),
            suggest::help(&written.text, &words),
        );
    }
    found.map(|(_, value)| *value)
}
