//! `-- orm:allow rule: reason`: what is meant although a rule forbids it.

use orm_core::migrate::Allowance;
use orm_core::schema::Backend;

use super::rule::{self, Rule};

/// An exception, and whether a rule has needed it.
pub(crate) struct Exception {
    rule: &'static Rule,
    line: usize,
    used: bool,
}

/// What is wrong with an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) message: String,
}

/// The exceptions of a statement, and what is wrong with some of them.
pub(crate) fn read(allowances: &[Allowance<'_>]) -> (Vec<Exception>, Vec<Fault>) {
    let mut exceptions = Vec::new();
    let mut faults = Vec::new();
    for allowance in allowances {
        let (name, reason) = allowance
            .text
            .split_once(':')
            .unwrap_or((allowance.text, ""));
        let (name, line) = (name.trim(), allowance.line);
        match rule::all().find(|rule| rule.name == name) {
            None => faults.push(Fault {
                line,
                message: unknown(name),
            }),
            Some(_) if reason.trim().is_empty() => faults.push(Fault {
                line,
                message: format!("say why: `-- orm:allow {name}: it is meant because ..`"),
            }),
            Some(rule) => exceptions.push(Exception {
                rule,
                line,
                used: false,
            }),
        }
    }
    (exceptions, faults)
}

/// Says that there is no such rule, and which one may be meant.
pub(super) fn unknown(name: &str) -> String {
    // Far from every name is no misspelling of one.
    const NEAR: f64 = 0.7;
    let near = rule::all()
        .map(|rule| (strsim::jaro_winkler(rule.name, name), rule.name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(nearness, _)| *nearness > NEAR);
    match near {
        Some((_, near)) => format!("there is no rule `{name}`: did you mean `{near}`?"),
        None => format!("there is no rule `{name}`: the documentation lists them"),
    }
}

/// Whether one of the exceptions is for the rule; it counts as used then.
pub(crate) fn excuse(exceptions: &mut [Exception], rule: &str) -> bool {
    let mut excused = false;
    for exception in exceptions.iter_mut().filter(|it| it.rule.name == rule) {
        exception.used = true;
        excused = true;
    }
    excused
}

/// The exceptions that no rule has needed. Those from a rule of another database are
/// needed there.
pub(crate) fn unused(exceptions: &[Exception], of: Backend) -> impl Iterator<Item = Fault> {
    // What breaks one release is nothing to the next.
    let unused =
        move |it: &&Exception| !it.used && it.rule.is_of(of) && !it.rule.is_about_release();
    exceptions.iter().filter(unused).map(|it| Fault {
        line: it.line,
        message: format!(
            "nothing here breaks `{}`: remove the exception",
            it.rule.name
        ),
    })
}
