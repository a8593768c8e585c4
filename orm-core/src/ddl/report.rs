//! What `create_missing` did and what it left alone.

use std::fmt;

use super::difference::Difference;
use super::plan::Plan;

/// What was missing in a database, and what differs from the models otherwise.
///
/// `Display` has one line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The steps that created what was missing, or would create it.
    pub plan: Plan,
    /// What is not as the models say, and was left as it is.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether the database is just as the models say.
    pub fn is_in_step(&self) -> bool {
        self.plan.is_empty() && self.differences.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.plan.steps {
            writeln!(f, "missing: {}", step.summary())?;
        }
        for difference in &self.differences {
            writeln!(f, "differs: {difference}")?;
        }
        Ok(())
    }
}
