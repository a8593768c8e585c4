//! Every rule's verdicts, and what holds for all of them.

mod faults;
mod formats;
mod grammars;
mod limits;
mod properties;
mod rules;
mod tables;
mod vectors;

use super::{Rule, View};

/// Whether the rule accepts the text.
fn accepts(rule: Rule, text: &str) -> bool {
    rule.check(&View::Text(text))
}
