//! What would be done to a database: steps as plain data, in order.

use std::collections::BTreeSet;
use std::fmt;

use super::blueprint::{Blueprint, Column, Constraint, EnumType, Index, Name, Rule, Table};
use super::{extension, order, text};
use crate::schema::{Backend, Deferrable, SequenceOptions};

/// Steps to be taken in order. `Display` is the script: one statement after
/// the other, each with its semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The kind of database that they are for.
    pub backend: Backend,
    /// The steps.
    pub steps: Vec<Step>,
}

/// One statement of a plan; [`sql`](Self::sql) is its text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Creates a schema.
    CreateSchema(String),
    /// Creates an extension, unless it is there.
    CreateExtension(String),
    /// Creates an enum type.
    CreateEnum(EnumType),
    /// Creates a sequence that stands alone.
    CreateSequence(Name, SequenceOptions),
    /// Creates a table with its constraints; its indexes and comments are
    /// steps of their own.
    CreateTable(Table),
    /// Adds a column to a table, with those constraints that it cannot get later.
    AddColumn(Name, Column, Vec<Constraint>),
    /// Adds a constraint to a table.
    AddConstraint(Name, Constraint),
    /// Creates an index on a table.
    CreateIndex(Name, Index),
    /// Sets a table's comment.
    CommentOnTable(Name, String),
    /// Sets a column's comment.
    CommentOnColumn(Name, String, String),
    /// Drops tables together, whatever keys they hold of each other.
    DropTables(Vec<Name>),
    /// Drops an enum type.
    DropEnum(Name),
}

impl Plan {
    /// A plan without a step.
    pub fn new(backend: Backend) -> Self {
        Plan {
            backend,
            steps: Vec::new(),
        }
    }

    /// Creates all of a blueprint, in an empty database.
    pub(crate) fn create(backend: Backend, blueprint: &Blueprint) -> Self {
        let mut plan = Plan::new(backend);
        let schemas = blueprint
            .schemas()
            .into_iter()
            .map(|name| Step::CreateSchema(name.into()));
        plan.steps.extend(schemas);
        plan.steps
            .extend(blueprint.enums.iter().cloned().map(Step::CreateEnum));
        let sequences = blueprint.sequences().into_iter();
        let sequences = sequences.map(|(name, it)| Step::CreateSequence(name.clone(), it));
        plan.steps.extend(sequences);
        plan.create_tables(blueprint.tables.clone());
        plan.create_extensions(extension::needed(&blueprint.tables));
        plan
    }

    /// The same as a script, in schemas that exist.
    pub(crate) fn create_all(backend: Backend, blueprint: &Blueprint) -> Self {
        let mut plan = Plan::create(backend, blueprint);
        plan.steps.retain(|it| !matches!(it, Step::CreateSchema(_)));
        plan
    }

    /// Creates extensions, before all that may need them.
    pub(crate) fn create_extensions(&mut self, names: BTreeSet<&'static str>) {
        let names = names.into_iter().map(Into::into);
        self.steps.splice(..0, names.map(Step::CreateExtension));
    }

    /// Creates tables, then what their cycles of keys had to leave for later.
    pub(crate) fn create_tables(&mut self, tables: Vec<Table>) {
        let (mut tables, mut late_keys) = order::by_dependency(tables);
        // SQLite looks for the other table when a row is written, and cannot add
        // a key to a table that exists.
        if self.backend == Backend::Sqlite {
            for table in &mut tables {
                let late = late_keys.extract_if(.., |(name, _)| *name == table.name);
                table.constraints.extend(late.map(|(_, key)| key));
            }
        }
        for mut table in tables {
            let twins = match self.backend {
                Backend::Postgres => take_twins(&mut table),
                Backend::Sqlite => Vec::new(),
            };
            let indexes = table.indexes.clone();
            let comments = comments(&table);
            let name = table.name.clone();
            self.steps.push(Step::CreateTable(table));
            let twins = twins.into_iter();
            self.steps
                .extend(twins.map(|it| Step::AddConstraint(name.clone(), it)));
            self.steps.extend(
                indexes
                    .into_iter()
                    .map(|it| Step::CreateIndex(name.clone(), it)),
            );
            self.steps.extend(comments);
        }
        let late_keys = late_keys
            .into_iter()
            .map(|(name, it)| Step::AddConstraint(name, it));
        self.steps.extend(late_keys);
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The SQL of each step, without semicolons.
    pub fn statements(&self) -> Vec<String> {
        let statements = self.steps.iter().map(|it| it.sql(self.backend));
        statements.collect()
    }
}

/// Takes out keys that say what another one says: PostgreSQL leaves out one of two where both
/// are in a table's definition.
fn take_twins(table: &mut Table) -> Vec<Constraint> {
    let mut seen = Vec::new();
    let is_twin = |it: &mut Constraint| {
        let said = match &it.rule {
            Rule::PrimaryKey(columns) => (columns.clone(), false, Deferrable::No),
            Rule::Unique {
                columns,
                nulls_not_distinct,
                deferrable,
            } => (columns.clone(), *nulls_not_distinct, *deferrable),
            Rule::Check { .. } | Rule::ForeignKey(_) | Rule::Exclude(_) => return false,
        };
        let is_twin = seen.contains(&said);
        seen.push(said);
        is_twin
    };
    table.constraints.extract_if(.., is_twin).collect()
}

fn comments(table: &Table) -> Vec<Step> {
    let of_table = table.comment.iter();
    let of_table = of_table.map(|text| Step::CommentOnTable(table.name.clone(), text.clone()));
    let of_columns = table.columns.iter().filter_map(|column| {
        let text = column.comment.clone()?;
        Some(Step::CommentOnColumn(
            table.name.clone(),
            column.name.clone(),
            text,
        ))
    });
    of_table.chain(of_columns).collect()
}

impl Step {
    /// Its SQL, without a semicolon at the end.
    pub fn sql(&self, backend: Backend) -> String {
        text::of(backend, self)
    }

    /// What the step is about, in a few words: `table users`.
    pub fn summary(&self) -> String {
        match self {
            Step::CreateSchema(name) => format!("schema {name}"),
            Step::CreateExtension(name) => format!("extension {name}"),
            Step::CreateEnum(kind) => format!("enum type {}", kind.name),
            Step::CreateSequence(name, _) => format!("sequence {name}"),
            Step::CreateTable(table) => format!("table {}", table.name),
            Step::AddColumn(table, column, _) => format!("column {table}.{}", column.name),
            Step::AddConstraint(table, it) => format!("constraint {} on {table}", it.name),
            Step::CreateIndex(table, index) => format!("index {} on {table}", index.name),
            Step::CommentOnTable(table, _) => format!("comment on {table}"),
            Step::CommentOnColumn(table, column, _) => format!("comment on {table}.{column}"),
            Step::DropTables(names) => format!("tables {}", list(names)),
            Step::DropEnum(name) => format!("enum type {name}"),
        }
    }
}

fn list(names: &[Name]) -> String {
    names
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for statement in self.statements() {
            writeln!(f, "{statement};")?;
        }
        Ok(())
    }
}
