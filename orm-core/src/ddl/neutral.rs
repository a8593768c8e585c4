//! Tables of SQLite in the words that models have for their columns: what
//! `storage` makes of a type, the other way round.

use super::blueprint::{Blueprint, Column, EnumType, Name, Rule, Table, Type};
use super::{constants, constraint_name};
use crate::schema::Deferrable;

/// The same tables with neutral types. The checks that stand for a type become
/// the type, unique indexes of usual names the constraints that they are.
pub(super) fn of(mut blueprint: Blueprint) -> Blueprint {
    for table in &mut blueprint.tables {
        for at in 0..table.columns.len() {
            let condition = taken_check(table, at);
            let table_name = table.name.clone();
            let column = &mut table.columns[at];
            let kind = kind(column, condition.as_deref());
            if let Kind::Enum(labels) = kind {
                let name = Name::new(None, &format!("enum_{table_name}_{}", column.name));
                column.kind = Type::Enum {
                    name: name.clone(),
                    array: false,
                };
                blueprint.enums.push(EnumType { name, labels });
            } else if let Kind::BuiltIn(name) = kind {
                column.kind = Type::BuiltIn(name);
            }
            default(column);
        }
        uniques(table);
    }
    blueprint.enums.sort_by(|a, b| a.name.cmp(&b.name));
    blueprint
}

enum Kind {
    BuiltIn(String),
    Enum(Vec<String>),
}

/// The condition of the check that stands for a column's type, which is no
/// constraint any more.
fn taken_check(table: &mut Table, at: usize) -> Option<String> {
    let column = &table.columns[at].name;
    let name = constraint_name::check(&table.name.name, column, "type");
    let place = table.constraints.iter().position(|it| it.name == name)?;
    match table.constraints.remove(place).rule {
        Rule::Check { condition, .. } => Some(condition),
        _ => None,
    }
}

fn kind(column: &Column, condition: Option<&str>) -> Kind {
    let Type::BuiltIn(stored) = &column.kind else {
        return Kind::BuiltIn("text".into());
    };
    let condition = condition.unwrap_or_default();
    let found = constants::of(condition);
    let numbers: Vec<&str> = found.iter().map(String::as_str).collect();
    let named = |name: &str| Kind::BuiltIn(name.into());
    match stored.as_str() {
        "INTEGER" | "INT" => named(match numbers.as_slice() {
            ["0", "1"] => "boolean",
            ["-32768", "32767"] => "smallint",
            ["-2147483648", "2147483647"] => "integer",
            _ => "bigint",
        }),
        "REAL" => named("double precision"),
        "BLOB" => named("bytea"),
        "TEXT COLLATE decimal" => numeric(condition),
        "TEXT" if condition.contains(" IN (") => Kind::Enum(found),
        "TEXT" if condition.contains("json_valid(") => named("jsonb"),
        "TEXT" if condition.starts_with("length(") => match numbers.last() {
            Some(length) => Kind::BuiltIn(format!("character varying({length})")),
            None => named("text"),
        },
        "TEXT" => named(found.first().map_or("text", |pattern| moment(pattern))),
        _ => of_others(stored),
    }
}

/// The two lengths that the check of `numeric(precision, scale)` compares with.
fn numeric(condition: &str) -> Kind {
    let limits = condition.split("<= ").skip(1);
    let limits: Vec<u16> = limits
        .filter_map(|rest| {
            let digits = rest.trim_start().split(|it: char| !it.is_ascii_digit());
            digits.take(1).find_map(|it| it.parse().ok())
        })
        .collect();
    Kind::BuiltIn(match limits.as_slice() {
        [whole, scale] => format!("numeric({},{scale})", whole + scale),
        _ => "numeric".into(),
    })
}

/// What a text of this pattern is.
fn moment(pattern: &str) -> &'static str {
    match pattern {
        super::desired::patterns::DATE => "date",
        super::desired::patterns::TIME => "time without time zone",
        super::desired::patterns::TIMESTAMP => "timestamp without time zone",
        super::desired::patterns::TIMESTAMPTZ => "timestamp with time zone",
        super::desired::patterns::UUID => "uuid",
        _ => "text",
    }
}

/// Types that others gave their columns, by what SQLite makes of their names.
fn of_others(declared: &str) -> Kind {
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    Kind::BuiltIn(
        match () {
            () if has(&["BOOL"]) => "boolean",
            () if has(&["INT"]) => "bigint",
            () if has(&["CHAR", "CLOB", "TEXT"]) => "text",
            () if declared.is_empty() || has(&["BLOB"]) => "bytea",
            () if has(&["REAL", "FLOA", "DOUB"]) => "double precision",
            () if has(&["DATETIME", "TIMESTAMP"]) => "timestamp without time zone",
            () if has(&["DATE"]) => "date",
            () if has(&["TIME"]) => "time without time zone",
            () if has(&["UUID"]) => "uuid",
            () if has(&["JSON"]) => "jsonb",
            () => "numeric",
        }
        .into(),
    )
}

/// Defaults in the words of models.
fn default(column: &mut Column) {
    let Some(written) = &column.default else {
        return;
    };
    let Type::BuiltIn(kind) = &column.kind else {
        return;
    };
    let words = match (kind.as_str(), written.as_str()) {
        ("boolean", "1") => "true",
        ("boolean", "0") => "false",
        (_, text) if text.starts_with("strftime(") && text.ends_with(", 'now')") => "now()",
        ("uuid", text) if text.contains("randomblob") => "gen_random_uuid()",
        _ => return,
    };
    column.default = Some(words.into());
}

fn uniques(table: &mut Table) {
    let name = table.name.name.clone();
    let mut constraints = Vec::new();
    table.indexes.retain(|index| {
        let columns = index.columns().unwrap_or_default();
        let usual = constraint_name::unique(&name, columns.iter().copied());
        let is_constraint = index.unique && index.filter.is_none() && index.name == usual;
        if is_constraint {
            constraints.push(super::blueprint::Constraint {
                name: usual,
                rule: Rule::Unique {
                    columns: columns.into_iter().map(Into::into).collect(),
                    nulls_not_distinct: false,
                    deferrable: Deferrable::No,
                },
            });
        }
        !is_constraint
    });
    table.constraints.extend(constraints);
}
