//! Tables, columns and constraints.

use super::columns;
use crate::ddl::blueprint::{Column, Constraint, ForeignKey, Rule, Table, Type};
use crate::schema::{Action, Deferrable};
use crate::sql::identifier;

/// The statement that creates a table. A `STRICT` one holds what its columns say.
pub(crate) fn create(table: &Table) -> String {
    let mut out = String::from("CREATE TABLE ");
    out.push_str(&table.name.quoted());
    out.push_str(" (");
    let mut separator = "\n  ";
    let numbered = table.numbered();
    for it in &table.columns {
        out.push_str(std::mem::replace(&mut separator, ",\n  "));
        let key = numbered.filter(|(_, column)| *column == it.name);
        column(&mut out, it, key.map(|(name, _)| name));
    }
    let own = table
        .constraints
        .iter()
        .filter(|it| numbered.is_none_or(|(key, _)| key != it.name));
    for it in own {
        out.push_str(std::mem::replace(&mut separator, ",\n  "));
        constraint(&mut out, it);
    }
    out.push_str("\n) STRICT");
    out
}

/// `numbered_by` is the name of the primary key, where it is this column and
/// SQLite numbers the rows. `AUTOINCREMENT` keeps it from giving the number of
/// a row that was deleted to another one.
pub(super) fn column(out: &mut String, column: &Column, numbered_by: Option<&str>) {
    identifier::quote(out, &column.name);
    out.push(' ');
    kind(out, &column.kind);
    if !column.nullable {
        out.push_str(" NOT NULL");
    }
    if let Some(name) = numbered_by {
        out.push_str(" CONSTRAINT ");
        identifier::quote(out, name);
        out.push_str(" PRIMARY KEY AUTOINCREMENT");
    }
    if let Some(expression) = &column.generated {
        out.push_str(" GENERATED ALWAYS AS (");
        out.push_str(expression);
        out.push_str(") STORED");
    }
    if let Some(expression) = &column.default {
        // A literal alone is one that a column can be added with.
        let (open, close) = if is_literal(expression) {
            ("", "")
        } else {
            ("(", ")")
        };
        out.push_str(" DEFAULT ");
        out.push_str(open);
        out.push_str(expression);
        out.push_str(close);
    }
}

/// Whether an expression is one number, text or key word.
pub(crate) fn is_literal(expression: &str) -> bool {
    let unsigned = expression.trim_start_matches(['-', '+']);
    let is_number = unsigned.starts_with(|first: char| first.is_ascii_digit())
        && unsigned.parse::<f64>().is_ok();
    let quoted = expression.strip_prefix(['x', 'X']).unwrap_or(expression);
    let is_text = quoted.len() > 1
        && quoted.starts_with('\'')
        && quoted.ends_with('\'')
        && !quoted[1..quoted.len() - 1].replace("''", "").contains('\'');
    let words = ["null", "true", "false"];
    is_number || is_text || words.iter().any(|it| expression.eq_ignore_ascii_case(it))
}

fn kind(out: &mut String, kind: &Type) {
    match kind {
        Type::BuiltIn(name) | Type::Other(name) | Type::Domain { name, .. } => {
            out.push_str(name);
        }
        // Enums are texts with a check.
        Type::Enum { .. } => out.push_str("TEXT"),
    }
}

pub(super) fn constraint(out: &mut String, constraint: &Constraint) {
    named(out, constraint);
    match &constraint.rule {
        Rule::PrimaryKey(key) => {
            out.push_str(" PRIMARY KEY ");
            columns(out, key);
        }
        Rule::Unique { columns: key, .. } => {
            out.push_str(" UNIQUE ");
            columns(out, key);
        }
        Rule::Check { condition, .. } => check(out, condition),
        Rule::ForeignKey(key) => {
            out.push_str(" FOREIGN KEY ");
            columns(out, &key.columns);
            references(out, key);
        }
        Rule::Exclude(_) => exclude(out),
    }
}

/// The constraint as part of its column's definition.
pub(super) fn constraint_of_column(out: &mut String, constraint: &Constraint) {
    named(out, constraint);
    match &constraint.rule {
        Rule::PrimaryKey(_) => out.push_str(" PRIMARY KEY"),
        Rule::Unique { .. } => out.push_str(" UNIQUE"),
        Rule::Check { condition, .. } => check(out, condition),
        Rule::ForeignKey(key) => references(out, key),
        Rule::Exclude(_) => exclude(out),
    }
}

/// Which SQLite refuses: it has none, and no model that says one comes here.
fn exclude(out: &mut String) {
    out.push_str(" EXCLUDE");
}

fn named(out: &mut String, constraint: &Constraint) {
    out.push_str("CONSTRAINT ");
    identifier::quote(out, &constraint.name);
}

fn check(out: &mut String, condition: &str) {
    out.push_str(" CHECK (");
    out.push_str(condition);
    out.push(')');
}

fn references(out: &mut String, key: &ForeignKey) {
    out.push_str(" REFERENCES ");
    out.push_str(&key.target.quoted());
    out.push(' ');
    columns(out, &key.target_columns);
    // NO ACTION is what SQLite does unasked.
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        if action != Action::NoAction {
            out.push_str(" ON ");
            out.push_str(event);
            out.push_str(words(action));
        }
    }
    out.push_str(match key.deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    });
}

fn words(action: Action) -> &'static str {
    match action {
        Action::Restrict => " RESTRICT",
        Action::NoAction => " NO ACTION",
        Action::Cascade => " CASCADE",
        Action::SetNull => " SET NULL",
        Action::SetDefault => " SET DEFAULT",
    }
}
