//! What a release that wrote a manifest believes to find, and what a database adds to it.

use orm_core::ddl::blueprint::{self, Blueprint, Rule};
use orm_core::schema::Identity;

use super::kind::Kind;
use super::relation::{Column, Relation};
use super::schema::{Labels, Schema};
use crate::lint::fact::Source;
use crate::lint::name::Name;
use crate::manifest::{self, Manifest, Write};

impl Schema {
    /// What a release that wrote the manifest finds; of what it does not say, and of the
    /// names of keys, the database tells more.
    pub(super) fn believed(manifest: &Manifest, catalog: Option<&Blueprint>) -> Self {
        let enums = manifest.enums.iter().enumerate().map(|(at, it)| Labels {
            name: Name::of(it.schema.as_deref(), &it.name),
            was: Some(at),
            labels: it.labels.clone(),
            renamed: Vec::new(),
            moved: false,
        });
        let relations = manifest.tables.iter().enumerate().map(|(at, table)| {
            let mut relation = believed(manifest, at, table);
            let named = |it: &blueprint::Table| Name::of(it.name.schema.as_deref(), &it.name.name);
            let known = || catalog.iter().flat_map(|it| &it.tables);
            let same =
                known().find(|it| it.name.schema == table.schema && it.name.name == table.name);
            // The schema that the connection works in is left out.
            let known = same.or_else(|| known().find(|it| named(it) == relation.name));
            if let Some(known) = known {
                told(&mut relation, table, known);
            }
            relation
        });
        Schema {
            relations: relations.collect(),
            enums: enums.collect(),
            domains: catalog.map(domains).unwrap_or_default(),
        }
    }
}

/// The type of a column of the manifest: an enum by the name that it has in SQL.
pub(super) fn kind_of(manifest: &Manifest, column: &manifest::Column) -> Kind {
    let kind = Kind::read(&column.kind);
    match enum_of(manifest, column) {
        Some(at) => {
            let it = &manifest.enums[at];
            kind.called(&Name::of(it.schema.as_deref(), &it.name))
        }
        None => kind,
    }
}

/// The enum of the manifest that a column is of.
pub(super) fn enum_of(manifest: &Manifest, column: &manifest::Column) -> Option<usize> {
    let kind = column.kind.trim_end_matches("[]");
    manifest.enums.iter().position(|it| match &it.schema {
        Some(schema) => kind == format!("{schema}.{}", it.name),
        None => kind == it.name,
    })
}

fn believed(manifest: &Manifest, at: usize, table: &manifest::Table) -> Relation {
    let columns = table.columns.iter().map(|it| Column {
        was: Some(it.name.clone()),
        not_null: !it.nullable,
        source: match it.write {
            Write::OrDefault => Source::Server,
            Write::Never if table.kind == manifest::Kind::Table => Source::ServerAlone,
            Write::Always | Write::Maybe | Write::Never => Source::Nobody,
        },
        ..Column::new(&it.name, kind_of(manifest, it))
    });
    let mut relation = Relation {
        name: Name::of(table.schema.as_deref(), &table.name),
        was: Some(at),
        is_view: table.kind != manifest::Kind::Table,
        moved: false,
        is_opaque: false,
        columns: columns.collect(),
        keys: Vec::new(),
    };
    for key in &table.keys {
        let columns = key.columns.iter().map(String::as_str);
        relation.unique(key.name.clone(), columns, key.filter.clone());
    }
    relation
}

/// Adds what the database says of a table.
fn told(relation: &mut Relation, table: &manifest::Table, known: &blueprint::Table) {
    for column in &known.columns {
        let always = column.generated.is_some() || column.identity == Some(Identity::Always);
        let source = match (always, &column.identity, &column.default) {
            (true, ..) => Source::ServerAlone,
            (false, None, None) => Source::Nobody,
            (false, ..) => Source::Server,
        };
        let name = Name::of(None, &column.name);
        if relation.column_mut(&name).is_none() {
            let kind = Kind::read(&column.kind.to_string());
            relation.columns.push(Column::new(&column.name, kind));
        }
        if let Some(it) = relation.column_mut(&name) {
            (it.not_null, it.source) = (!column.nullable, source);
        }
    }
    relation.keys.clear();
    let constraints = known.constraints.iter();
    let constraints = constraints.filter_map(|it| match &it.rule {
        Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => {
            let columns = columns.iter().map(String::as_str).collect();
            Some((&it.name, columns, None))
        }
        _ => None,
    });
    let indexes = known.indexes.iter().filter(|it| it.unique);
    let indexes = indexes.filter_map(|it| Some((&it.name, it.columns()?, it.filter.clone())));
    for (name, columns, filter) in constraints.chain(indexes) {
        // The database writes a condition in words of its own.
        let mut same = table.keys.iter().filter(|it| it.name == *name);
        let same = same.find(|it| it.filter.is_some() == filter.is_some());
        let filter = same.map_or(filter, |it| it.filter.clone());
        relation.unique(name.clone(), columns, filter);
    }
}

fn domains(catalog: &Blueprint) -> Vec<(Name, String)> {
    let columns = catalog.tables.iter().flat_map(|it| &it.columns);
    let domains = columns.filter_map(|it| match &it.kind {
        blueprint::Type::Domain { name, base } => Some((Name::new(name), base.to_string())),
        _ => None,
    });
    domains.collect()
}
