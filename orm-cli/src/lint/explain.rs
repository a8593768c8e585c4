//! What a rule is about, with its example.

use std::fmt::Write as _;

use orm_core::migrate::{Embedded, EmbeddedSource, Migrator};
use orm_core::schema::Backend;

use super::rule::{self, Level, Rule};
use super::{Finding, Known, Release, allow, lint};

/// Every rule, a line each.
pub(crate) fn overview() -> String {
    let lines = rule::all().map(|rule| format!("{}: {}", rule.name, rule.reason));
    lines.collect::<Vec<_>>().join("\n")
}

/// One rule, at length.
///
/// # Errors
/// In words, when there is no such rule.
pub(crate) fn explain(name: &str) -> Result<String, String> {
    let rule = rule::all().find(|rule| rule.name == name);
    let rule = rule.ok_or_else(|| allow::unknown(name))?;
    let mut text = format!("{}: {}\n", rule.name, rule.reason);
    if let Some(lock) = rule.lock {
        let _ = writeln!(text, "lock: {lock}");
    }
    text.push_str(if rule.is_of_every_database() {
        "databases: all\n"
    } else {
        "databases: PostgreSQL\n"
    });
    if rule.is_about_release() {
        text.push_str("It needs a manifest: `orm migrate check --manifest FILE`.\n");
    }
    if rule.level == Level::Advice {
        text.push_str("It is advice: the check does not fail for it.\n");
    }
    if !rule.example.before.is_empty() {
        let _ = writeln!(text, "\nWith\n\n    {}", rule.example.before);
    }
    let _ = writeln!(text, "\nthis is stopped\n\n    {}", rule.example.migration);
    text.push_str("\nand this is not\n\n");
    for line in rewrite(rule).lines() {
        let _ = writeln!(text, "    {line}");
    }
    Ok(text)
}

/// What the rule says to write in place of its example.
pub(super) fn rewrite(rule: &Rule) -> String {
    let found = judged(rule);
    found.into_iter().map(|it| it.rewrite).collect()
}

/// What a rule has to know.
pub(super) fn known(rule: &Rule) -> Known {
    Known {
        release: rule.is_about_release().then(Release::example),
        ..Known::default()
    }
}

/// The findings of a rule's example by itself.
fn judged(rule: &Rule) -> Vec<Finding> {
    let migrator = Migrator::embedded(&[Embedded {
        name: "20240101000000-example",
        source: EmbeddedSource::TwoFiles {
            up: rule.example.migration,
            down: None,
        },
    }]);
    let sql = migrator.sql(Backend::Postgres).unwrap_or_default();
    lint(&sql, Backend::Postgres, known(rule))
}
