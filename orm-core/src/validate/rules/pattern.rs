//! Regular expressions, each compiled once.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use regex::Regex;

/// By pattern; `None` for one that does not compile.
static COMPILED: LazyLock<RwLock<HashMap<&'static str, Option<Regex>>>> =
    LazyLock::new(RwLock::default);

/// Whether the text has a match; `None` if the pattern is not a regular expression.
pub(in crate::validate) fn matches(pattern: &'static str, text: &str) -> Option<bool> {
    // A panic cannot leave the map half-written: entries are complete when inserted.
    let compiled = COMPILED.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = compiled.get(pattern) {
        return regex.as_ref().map(|regex| regex.is_match(text));
    }
    drop(compiled);
    let regex = Regex::new(pattern).ok();
    let matched = regex.as_ref().map(|regex| regex.is_match(text));
    COMPILED
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(pattern, regex);
    matched
}

/// Whether the text matches one of our own patterns.
pub(super) fn fits(pattern: &'static str, text: &str) -> bool {
    matches(pattern, text) == Some(true)
}
