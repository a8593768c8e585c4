//! Statements that reach beyond themselves, told by their first words.
//!
//! The driver does not say whether a connection is inside a transaction, so
//! nobody but [`Tx`](super::Tx) may open or end one.

/// What a statement leaves behind on its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// It opens or ends a transaction.
    Transaction,
    /// It changes the session: settings, channels, prepared statements.
    Session,
}

/// Looks at the first words only: one statement is one effect.
pub(super) fn effect_of(text: &str) -> Effect {
    // What nearly every statement is, and this is asked of every statement.
    let plain = ["SELECT ", "WITH ", "INSERT ", "UPDATE ", "DELETE "];
    if plain.iter().any(|word| text.starts_with(word)) {
        return Effect::None;
    }
    let text = skip_comments(text);
    let (first, rest) = split_word(text);
    let is = |words: &[&str]| words.iter().any(|word| first.eq_ignore_ascii_case(word));
    if is(&[
        "BEGIN",
        "START",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT",
        "RELEASE",
    ]) {
        Effect::Transaction
    } else if is(&["SET"]) {
        effect_of_set(rest)
    } else if is(&[
        "RESET",
        "LISTEN",
        "UNLISTEN",
        "DISCARD",
        "DEALLOCATE",
        "PREPARE",
        "LOAD",
    ]) {
        Effect::Session
    } else {
        Effect::None
    }
}

/// `SET LOCAL`, `SET CONSTRAINTS` and `SET TRANSACTION` end with the transaction.
fn effect_of_set(rest: &str) -> Effect {
    let (second, _) = split_word(skip_comments(rest));
    let local = ["LOCAL", "CONSTRAINTS", "TRANSACTION"];
    if local.iter().any(|word| second.eq_ignore_ascii_case(word)) {
        Effect::None
    } else {
        Effect::Session
    }
}

/// Whether a batch may leave a transaction open: it has such a word anywhere.
///
/// Function bodies have it too; then a connection is replaced for nothing.
pub(super) fn may_open_transaction(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word.eq_ignore_ascii_case("BEGIN") || word.eq_ignore_ascii_case("START"))
}

/// Whether a statement writes rows: it is an INSERT, UPDATE, DELETE or MERGE, or
/// a WITH that has one of them.
pub(super) fn may_write(text: &str) -> bool {
    let text = skip_comments(text);
    let (first, rest) = split_word(text);
    let is = |word: &str, what: &str| word.eq_ignore_ascii_case(what);
    if !is(first, "WITH") {
        let writes = ["INSERT", "UPDATE", "DELETE", "MERGE"];
        return writes.iter().any(|what| is(first, what));
    }
    let words = || {
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
    };
    let mut pairs = words().zip(words().skip(1));
    pairs.any(|(word, next)| {
        (is(next, "INTO") && (is(word, "INSERT") || is(word, "MERGE")))
            || (is(next, "FROM") && is(word, "DELETE"))
            // Not the row lock FOR UPDATE, FOR NO KEY UPDATE.
            || (is(next, "UPDATE") && !is(word, "FOR") && !is(word, "KEY") && !is(word, "DO"))
    })
}

fn split_word(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn skip_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        let end = if text.starts_with("--") {
            text.find('\n')
        } else if text.starts_with("/*") {
            text.find("*/").map(|at| at + 2)
        } else {
            return text;
        };
        let Some(end) = end else {
            return "";
        };
        text = &text[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transaction_control_is_recognised_however_it_is_written() {
        for text in [
            "BEGIN",
            "begin;",
            "  Start Transaction",
            "-- a note\nCOMMIT",
            "/* a */ /* b */ ROLLBACK",
            ";; savepoint x",
        ] {
            assert_eq!(effect_of(text), Effect::Transaction, "{text}");
        }
    }

    #[test]
    fn settings_of_the_session_are_told_from_those_of_a_transaction() {
        assert_eq!(effect_of("SET search_path TO x"), Effect::Session);
        assert_eq!(effect_of("set session time zone 'UTC'"), Effect::Session);
        assert_eq!(effect_of("SET LOCAL lock_timeout = 1"), Effect::None);
        assert_eq!(effect_of("SET CONSTRAINTS ALL DEFERRED"), Effect::None);
        assert_eq!(effect_of("LISTEN news"), Effect::Session);
    }

    #[test]
    fn ordinary_statements_have_no_effect() {
        for text in ["SELECT 1", "WITH u AS (SELECT 1)", "starting", "", "settle"] {
            assert_eq!(effect_of(text), Effect::None, "{text}");
        }
    }

    #[test]
    fn statements_that_write_rows_are_told_from_locks() {
        for text in [
            "INSERT INTO t VALUES (1)",
            "-- why\nupdate t SET a = 1",
            "WITH gone AS (DELETE FROM t RETURNING id) SELECT id FROM gone",
            "WITH t AS (SELECT 1) UPDATE u SET a = 1",
        ] {
            assert!(may_write(text), "{text}");
        }
        for text in [
            "SELECT 1",
            "SELECT a FROM t FOR UPDATE",
            "WITH t AS (SELECT 1 FROM u FOR NO KEY UPDATE) SELECT 1",
        ] {
            assert!(!may_write(text), "{text}");
        }
    }

    #[test]
    fn a_batch_that_begins_somewhere_is_noticed() {
        assert!(may_open_transaction("SELECT 1; BEGIN; SELECT 2"));
        assert!(may_open_transaction("select 1;start transaction"));
        assert!(!may_open_transaction("CREATE TABLE beginners (id int)"));
    }
}
