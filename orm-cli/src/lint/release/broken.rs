//! What a release cannot do any more.

use crate::lint::rule::Step;

/// Something that a release cannot do any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) rule: &'static str,
    /// What it is about: of two with the same, only the first is said.
    pub(super) what: String,
    /// The tables, or their columns, that the release uses: `users.email`.
    pub(crate) uses: Vec<String>,
    /// One sentence.
    pub(crate) why: String,
    /// What to write instead: SQL, or what to do in a comment.
    instead: String,
}

impl Broken {
    pub(super) fn new(
        rule: &'static str,
        uses: impl IntoIterator<Item = String>,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        let uses: Vec<String> = uses.into_iter().collect();
        Broken {
            rule,
            what: uses.join(", "),
            uses,
            why: why.into(),
            instead: instead.into(),
        }
    }

    /// Of several that are alike, the one about this.
    pub(super) fn about(self, what: String) -> Self {
        Broken { what, ..self }
    }

    /// The same, with the exception that makes the statement pass where there is no other.
    pub(crate) fn instead(&self, step: &Step<'_>) -> String {
        match self.instead.starts_with("--") {
            true => format!(
                "{}; or\n{}",
                self.instead,
                step.allowed(self.rule, "that release does not run meanwhile")
            ),
            false => self.instead.clone(),
        }
    }

    pub(super) fn is(&self, other: &Broken) -> bool {
        (self.rule, &self.what) == (other.rule, &other.what)
    }
}
