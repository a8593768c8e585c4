//! From models to the document.

use orm_core::ddl::blueprint::{self, Blueprint, Name, Rule};
use orm_core::ddl::{Models, blueprint_for};
use orm_core::schema::{Backend, ColumnDef, DefaultValue, TableDef, TableKind};

use super::{Column, Enum, ForeignKey, Key, Kind, Manifest, Table, VERSION, Write};

/// What the models read and write in a database of this kind.
///
/// # Errors
/// If such a database cannot hold what they say.
pub(crate) fn describe(
    of: Backend,
    models: Models,
    migrations: Vec<String>,
) -> orm_core::Result<Manifest> {
    let blueprint = blueprint_for(of, models)?;
    let extensions = blueprint.extensions().into_iter().map(str::to_owned);
    let enums = blueprint.enums.iter().map(|kind| Enum {
        schema: kind.name.schema.clone(),
        name: kind.name.name.clone(),
        labels: kind.labels.clone(),
    });
    let mut manifest = Manifest {
        manifest: VERSION,
        database: of.word().to_owned(),
        migrations,
        extensions: extensions.collect(),
        enums: enums.collect(),
        tables: Vec::new(),
    };
    for model in models.tables() {
        // What a named query reads is in its text.
        if model.kind != TableKind::NamedQuery {
            read_by(&mut manifest.tables, model, &blueprint);
        }
    }
    for table in &blueprint.tables {
        if find(&mut manifest.tables, &table.name).is_none() {
            manifest.tables.push(joining(table));
        }
    }
    for table in &mut manifest.tables {
        let built = blueprint.tables.iter().find(|it| is(table, &it.name));
        if let Some(built) = built {
            constrained(table, built);
        }
    }
    let order = |it: &Table| (it.schema.clone(), it.name.clone());
    manifest.tables.sort_by_key(order);
    Ok(manifest)
}

fn is(table: &Table, name: &Name) -> bool {
    table.schema == name.schema && table.name == name.name
}

fn find<'t>(tables: &'t mut [Table], name: &Name) -> Option<&'t mut Table> {
    tables.iter_mut().find(|it| is(it, name))
}

/// Adds a model: its table, or what it reads of a view that another model reads too.
fn read_by(tables: &mut Vec<Table>, model: &'static TableDef, blueprint: &Blueprint) {
    let name = Name::from(model.name);
    let columns = (0..).zip(model.columns).map(|(at, def)| Column {
        soft_delete: model.soft_delete == Some(at),
        ..column(model.kind, def, kind_in(blueprint, &name, def.name))
    });
    let columns: Vec<Column> = columns.collect();
    let Some(table) = find(tables, &name) else {
        tables.push(Table {
            schema: name.schema,
            name: name.name,
            kind: match model.kind {
                TableKind::View => Kind::View,
                TableKind::MaterializedView => Kind::MaterializedView,
                _ => Kind::Table,
            },
            models: vec![model.model.to_owned()],
            columns,
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
        });
        return;
    };
    table.models.push(model.model.to_owned());
    for column in columns {
        match table.columns.iter_mut().find(|it| it.name == column.name) {
            // What breaks one of them counts.
            Some(known) => {
                known.nullable &= column.nullable;
                known.takes_unknown &= column.takes_unknown;
            }
            None => table.columns.push(column),
        }
    }
}

/// The type that a column has in this kind of database.
fn kind_in(blueprint: &Blueprint, name: &Name, column: &str) -> String {
    let of_tables = blueprint.tables.iter().map(|it| (&it.name, &it.columns));
    let of_views = blueprint.views.iter().map(|it| (&it.name, &it.columns));
    let mut columns = of_tables
        .chain(of_views)
        .filter(|(it, _)| *it == name)
        .flat_map(|(_, columns)| columns);
    columns
        .find(|it| it.name == column)
        .map(|it| it.kind.to_string())
        .unwrap_or_default()
}

fn column(kind: TableKind, def: &ColumnDef, sql_type: String) -> Column {
    Column {
        name: def.name.to_owned(),
        kind: sql_type,
        nullable: def.nullable,
        write: match kind.is_table() {
            true => write(def),
            false => Write::Never,
        },
        takes_unknown: def.takes_unknown,
        version: def.version,
        soft_delete: false,
    }
}

fn write(def: &ColumnDef) -> Write {
    if def.is_read_only() {
        return Write::Never;
    }
    match def.default {
        Some(DefaultValue::Now | DefaultValue::Sql(_) | DefaultValue::Next) => Write::OrDefault,
        _ if def.identity.is_some() => Write::OrDefault,
        // A default that is a value is sent, and so is the time of a write.
        Some(DefaultValue::Value(_)) if !def.nullable => Write::Always,
        _ if def.nullable => Write::Maybe,
        _ => Write::Always,
    }
}

/// A table of two keys that no model is made of.
fn joining(table: &blueprint::Table) -> Table {
    let columns = table.columns.iter().map(|column| Column {
        name: column.name.clone(),
        kind: column.kind.to_string(),
        nullable: column.nullable,
        write: Write::Always,
        takes_unknown: false,
        version: false,
        soft_delete: false,
    });
    Table {
        schema: table.name.schema.clone(),
        name: table.name.name.clone(),
        kind: Kind::Table,
        models: Vec::new(),
        columns: columns.collect(),
        keys: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
    }
}

/// Adds what the database keeps rows to.
fn constrained(table: &mut Table, built: &blueprint::Table) {
    let key = |name: &str, columns: Vec<String>, filter: Option<&String>| Key {
        name: name.to_owned(),
        columns,
        filter: filter.cloned(),
    };
    for it in &built.constraints {
        match &it.rule {
            Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => {
                table.keys.push(key(&it.name, columns.clone(), None));
            }
            Rule::ForeignKey(foreign) => table.foreign_keys.push(ForeignKey {
                name: it.name.clone(),
                columns: foreign.columns.clone(),
                references: foreign.target.to_string(),
                to: foreign.target_columns.clone(),
            }),
            Rule::Check { .. } => table.checks.push(it.name.clone()),
            Rule::Exclude(_) => {}
        }
    }
    for index in built.indexes.iter().filter(|it| it.unique) {
        if let Some(columns) = index.columns() {
            let columns = columns.into_iter().map(str::to_owned).collect();
            let filter = index.filter.as_ref();
            table.keys.push(key(&index.name, columns, filter));
        }
    }
}
