//! What is in a picture: boxes and lines, without places.

use orm_core::ddl::Models;
use orm_core::ddl::blueprint::{Blueprint, Column, ForeignKey, Rule, Table, Type};
use orm_core::diff::Goal;

use super::{dot, layout, mermaid, svg};

/// The tables of a schema and the foreign keys between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagram {
    /// The tables, by name.
    pub entities: Vec<Entity>,
    /// The foreign keys, by the table that holds them.
    pub lines: Vec<Line>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its name, with its schema if it has one.
    pub name: String,
    /// Its columns, in order.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its type, in short.
    pub kind: String,
    /// Whether it is part of the primary key.
    pub primary_key: bool,
    /// Whether it holds the key of another row.
    pub foreign_key: bool,
    /// Whether no two rows agree in it.
    pub unique: bool,
    /// Whether it may be NULL.
    pub nullable: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The table that holds the key, by position.
    pub child: usize,
    /// The first of its columns that no other key has too, by position.
    pub child_row: usize,
    /// The table whose key it is, by position.
    pub parent: usize,
    /// The first of its columns, by position.
    pub parent_row: usize,
    /// The columns that hold the key.
    pub label: String,
    /// Whether the key may be NULL.
    pub optional: bool,
    /// Whether one row holds it at most.
    pub one: bool,
}

impl Diagram {
    /// The picture of a database, or of a part of it.
    pub fn of(blueprint: &Blueprint) -> Self {
        let tables = &blueprint.tables;
        let lines = tables.iter().enumerate().flat_map(|(child, table)| {
            let keys = table.foreign_keys();
            keys.filter_map(move |(_, key)| line(tables, child, key))
        });
        Diagram {
            entities: tables.iter().map(entity).collect(),
            lines: lines.collect(),
        }
    }

    /// The picture of models.
    ///
    /// # Errors
    /// Fails if the models contradict each other.
    pub fn of_models(models: Models) -> orm_core::Result<Self> {
        Ok(Self::of(&Goal::of(models)?.blueprint))
    }

    /// As a Mermaid `erDiagram`, which many Markdown viewers draw.
    pub fn mermaid(&self) -> String {
        mermaid::write(self)
    }

    /// As a Graphviz graph, for `dot -Tsvg`.
    pub fn dot(&self) -> String {
        dot::write(self)
    }

    /// As an SVG that needs nothing else: no fonts, styles or scripts.
    pub fn svg(&self) -> String {
        svg::write(self, &layout::of(self))
    }
}

fn entity(table: &Table) -> Entity {
    let row = |column: &Column| Row {
        name: column.name.clone(),
        kind: kind(&column.kind),
        primary_key: table.constraints.iter().any(|it| match &it.rule {
            Rule::PrimaryKey(columns) => columns.contains(&column.name),
            _ => false,
        }),
        foreign_key: table
            .foreign_keys()
            .any(|(_, key)| key.columns.contains(&column.name)),
        unique: is_unique(table, std::slice::from_ref(&column.name), false),
        nullable: column.nullable,
    };
    Entity {
        name: table.name.to_string(),
        rows: table.columns.iter().map(row).collect(),
    }
}

fn line(tables: &[Table], child: usize, key: &ForeignKey) -> Option<Line> {
    let parent = tables.iter().position(|table| table.name == key.target)?;
    let own = &tables[child];
    let mut columns = key.columns.iter().filter_map(|name| own.column(name));
    let place = own_place(own, key);
    Some(Line {
        child,
        child_row: row(own, key.columns.get(place)?)?,
        parent,
        parent_row: row(&tables[parent], key.target_columns.get(place)?)?,
        label: key.columns.join(", "),
        optional: columns.any(|column| column.nullable),
        one: is_unique(own, &key.columns, true),
    })
}

/// The first column that no other key of the table has too: of several keys
/// with the same tenant, each begins where it differs.
fn own_place(table: &Table, key: &ForeignKey) -> usize {
    let mut columns = key.columns.iter();
    let is_own = |column: &String| {
        let mut others = table
            .foreign_keys()
            .filter(|(_, it)| it.columns != key.columns);
        !others.any(|(_, it)| it.columns.contains(column))
    };
    columns.position(is_own).unwrap_or_default()
}

fn row(table: &Table, column: &str) -> Option<usize> {
    table.columns.iter().position(|it| it.name == column)
}

/// Whether no two rows agree in the columns, by the primary key or otherwise.
fn is_unique(table: &Table, columns: &[String], by_key: bool) -> bool {
    let same =
        |key: &[String]| key.len() == columns.len() && columns.iter().all(|it| key.contains(it));
    let by_constraint = table.constraints.iter().any(|it| match &it.rule {
        Rule::PrimaryKey(key) => by_key && same(key),
        Rule::Unique { columns: key, .. } => same(key),
        _ => false,
    });
    by_constraint
        || table.indexes.iter().any(|index| {
            let key: Vec<String> = index
                .columns()
                .unwrap_or_default()
                .iter()
                .map(|&it| it.into())
                .collect();
            index.unique && index.filter.is_none() && same(&key)
        })
}

/// The type as people write it.
fn kind(kind: &Type) -> String {
    match kind {
        Type::Enum { name, array } => format!("{name}{}", if *array { "[]" } else { "" }),
        Type::BuiltIn(name) | Type::Other(name) | Type::Domain { name, .. } => name
            .replace("character varying", "varchar")
            .replace("timestamp with time zone", "timestamptz")
            .replace("timestamp without time zone", "timestamp")
            .replace("time without time zone", "time")
            .replace("double precision", "float8")
            .replace("character(", "char("),
    }
}
