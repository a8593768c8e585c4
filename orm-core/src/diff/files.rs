//! Migrations in SQL, written for whoever reviews them.

use super::Diff;
use super::change::{Change, Loss, Stage};
use crate::error::{Error, Result};

/// Whether migrations may lose data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Destructive {
    /// None is written that may.
    #[default]
    Refused,
    /// They may, and say so.
    Allowed,
}

/// A migration that was not written to a file yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draft {
    /// Its name after the stamp: `add-discount-code-online`.
    pub words: String,
    /// The text of `up.sql`.
    pub up: String,
    /// The text of `down.sql`.
    pub down: String,
}

impl Diff {
    /// The migrations that make the changes, in the order to run them: one, or
    /// up to five where their statements cannot share a transaction.
    ///
    /// `words` is what they are called, in kebab case.
    ///
    /// # Errors
    ///
    /// Fails with one line per reason if something would be lost and that is
    /// not allowed, or cannot be done at all.
    pub fn migrations(&self, words: &str, destructive: Destructive) -> Result<Vec<Draft>> {
        let mut reasons = self.problems.clone();
        if destructive == Destructive::Refused {
            reasons.extend(self.changes.iter().flat_map(refusals));
        }
        if !reasons.is_empty() {
            return Err(Error::usage(reasons.join("\n")));
        }
        let stages = [
            Stage::Labels,
            Stage::Schema,
            Stage::Online,
            Stage::Swap,
            Stage::Checks,
        ];
        let of = |stage: Stage| -> Vec<&Change> {
            self.changes.iter().filter(|it| it.stage == stage).collect()
        };
        let used: Vec<Stage> = stages
            .into_iter()
            .filter(|&it| !of(it).is_empty())
            .collect();
        let draft = |&stage: &Stage| {
            let words = match stage {
                _ if used.len() == 1 => words.to_owned(),
                Stage::Labels => format!("{words}-labels"),
                Stage::Schema => words.to_owned(),
                Stage::Online => format!("{words}-online"),
                Stage::Swap => format!("{words}-swap"),
                Stage::Checks => format!("{words}-checks"),
            };
            draft(stage, words, &of(stage))
        };
        Ok(used.iter().map(draft).collect())
    }
}

/// The losses, with the advice that may make them unnecessary.
fn refusals(change: &Change) -> impl Iterator<Item = String> {
    let hint = change.notes.iter().find(|it| it.contains("renamed_from"));
    let hint = hint.map(|it| format!(" ({it})")).unwrap_or_default();
    let losses = change.losses.iter();
    losses.map(move |loss| format!("it {loss}{hint}"))
}

fn draft(stage: Stage, words: String, changes: &[&Change]) -> Draft {
    let keys_off = changes.iter().any(|it| it.foreign_keys_off);
    let mut up = opening(
        stage,
        keys_off,
        "Generated from the models: read it before it runs.",
    );
    for change in changes {
        comment(&mut up, &change.summary);
        for note in &change.notes {
            comment(&mut up, note);
        }
        for loss in &change.losses {
            comment(&mut up, &warning(loss));
        }
        statements(&mut up, &change.up);
    }
    let mut down = opening(stage, keys_off, "The way back, step by step in reverse.");
    for change in changes.iter().rev().filter(|it| !it.down.is_empty()) {
        comment(&mut down, &format!("take back: {}", change.summary));
        statements(&mut down, &change.down);
    }
    Draft { words, up, down }
}

/// What a reviewer must not overlook.
fn warning(loss: &Loss) -> String {
    if loss.holds_rows() {
        let where_counted = "in the database that this was generated from";
        return format!("LOSES DATA: it {loss}, {where_counted}.");
    }
    format!("DESTROYS: it {loss}.")
}

fn opening(stage: Stage, keys_off: bool, text: &str) -> String {
    let mut out = String::new();
    comment(&mut out, text);
    if keys_off {
        out.push_str("-- orm:foreign-keys-off\n");
        comment(
            &mut out,
            "Foreign keys are looked at once, at the end: a table that is dropped takes no rows \
             with it.",
        );
    }
    if matches!(stage, Stage::Online | Stage::Checks) {
        out.push_str("-- orm:no-transaction\n");
        comment(
            &mut out,
            "Each statement by itself: some take long, and keep nobody out meanwhile.",
        );
    }
    out.push('\n');
    out
}

/// A comment of one line, whatever names are in it.
fn comment(out: &mut String, text: &str) {
    let text: String = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    out.push_str("-- ");
    out.push_str(&text);
    out.push('\n');
}

fn statements(out: &mut String, statements: &[String]) {
    for statement in statements {
        out.push_str(statement);
        out.push_str(";\n");
    }
    out.push('\n');
}
