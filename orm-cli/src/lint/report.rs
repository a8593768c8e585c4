//! Findings as lines for people and as JSON for machines.

use std::collections::HashMap;
use std::fmt;

use serde_json::{Value, json};

use super::Finding;
use super::name::Name;
use super::rule::Level;

/// What the lint has to say.
pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    /// How many migrations were read.
    pub(crate) migrations: usize,
    /// About how many rows a table has, by its name as it is written.
    pub(crate) rows: HashMap<String, i64>,
}

impl Report {
    /// Whether a migration is dangerous.
    pub(crate) fn is_dangerous(&self) -> bool {
        let mut levels = self.findings.iter().map(|finding| finding.level);
        levels.any(|level| level == Level::Danger)
    }

    /// The tables that findings are about.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Name> {
        self.findings.iter().filter_map(|it| it.table.as_ref())
    }

    fn rows_of(&self, finding: &Finding) -> Option<i64> {
        let table = finding.table.as_ref()?;
        self.rows.get(&table.to_string()).copied()
    }

    pub(crate) fn to_json(&self) -> Value {
        let findings = self.findings.iter().map(|finding| {
            json!({
                "rule": finding.rule,
                "level": match finding.level {
                    Level::Danger => "danger",
                    Level::Advice => "advice",
                },
                "file": finding.file,
                "line": finding.line,
                "table": finding.table.as_ref().map(ToString::to_string),
                "rows": self.rows_of(finding),
                "reason": finding.reason,
                "statement": finding.statement,
                "uses": finding.uses,
                "lock": finding.lock.map(|lock| lock.to_string()),
                "rewrite": finding.rewrite,
            })
        });
        Value::Array(findings.collect())
    }

    fn finding(&self, f: &mut fmt::Formatter<'_>, finding: &Finding) -> fmt::Result {
        let Finding {
            rule, file, line, ..
        } = finding;
        let word = match finding.level {
            Level::Danger => "",
            Level::Advice => "advice: ",
        };
        writeln!(f, "{file}:{line}: {word}{rule}: {}", finding.reason)?;
        if let Some(table) = &finding.table {
            write!(f, "  table: {table}")?;
            if let Some(rows) = self.rows_of(finding) {
                write!(f, ", about {} rows", grouped(rows))?;
            }
            writeln!(f)?;
        }
        if !finding.uses.is_empty() {
            writeln!(f, "  by: {}", finding.statement)?;
        }
        if let Some(lock) = finding.lock {
            writeln!(f, "  lock: {lock}")?;
        }
        if !finding.rewrite.is_empty() {
            writeln!(f, "  write instead:")?;
            for line in finding.rewrite.lines() {
                writeln!(f, "    {line}")?;
            }
            if !finding.rewrite.contains(&format!("orm:allow {rule}:")) {
                writeln!(f, "  or, where it is meant: -- orm:allow {rule}: why")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            self.finding(f, finding)?;
        }
        let migrations = counted(self.migrations, "pending migration", "pending migrations");
        if self.findings.is_empty() {
            return write!(f, "Nothing dangerous in {migrations}.");
        }
        let dangers = self.findings.iter().filter(|it| it.level == Level::Danger);
        let dangers = dangers.count();
        let advice = self.findings.len() - dangers;
        write!(
            f,
            "{} in {migrations}",
            counted(dangers, "danger", "dangers")
        )?;
        if advice > 0 {
            write!(f, ", and {}", counted(advice, "advice", "pieces of advice"))?;
        }
        f.write_str(".")
    }
}

/// A number of things, in words.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// `1234567` is `1,234,567`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
