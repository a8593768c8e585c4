//! Reads the catalog: six statements, however many tables there are.

mod row;

use std::collections::BTreeMap;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::blueprint::{Blueprint, Name, Table};
use super::live::{Live, Relation};
use crate::error::Result;
use crate::exec::{Exec, Params};

/// What the database has of a blueprint, and of the tables it refers to.
pub(super) async fn live(exec: Exec<'_>, blueprint: &Blueprint) -> Result<Live> {
    let mut live = place(exec, blueprint).await?;
    let tables = tables(exec, blueprint, &mut live).await?;
    let oids: Vec<u32> = tables.keys().copied().collect();
    let mut found = Found {
        tables,
        schema: live.schema.clone(),
    };
    for row in ask(exec, include_str!("columns.sql"), &[&oids]).await? {
        found.add(&row, |it, schema| {
            it.table.columns.push(row::column(&row, schema)?);
            Ok(())
        })?;
    }
    for row in ask(exec, include_str!("constraints.sql"), &[&oids]).await? {
        found.add(&row, |it, schema| {
            it.table.constraints.push(row::constraint(&row, schema)?);
            Ok(())
        })?;
    }
    for row in ask(exec, include_str!("indexes.sql"), &[&oids]).await? {
        found.add(&row, |it, _| row::add_index(&row, it))?;
    }
    live.relations = found
        .tables
        .into_values()
        .map(|it| (it.table.name.clone(), it))
        .collect();
    types(exec, blueprint, &mut live).await?;
    Ok(live)
}

async fn ask(exec: Exec<'_>, text: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
    exec.once().query_all(text, Params::refs(values)).await
}

async fn place(exec: Exec<'_>, blueprint: &Blueprint) -> Result<Live> {
    let named: Vec<&str> = blueprint.schemas().into_iter().collect();
    let mut live = Live::default();
    for row in ask(exec, include_str!("place.sql"), &[&named]).await? {
        live.database = row.try_get(0)?;
        live.schema = row.try_get(1)?;
        live.schemas = row.try_get::<_, Vec<String>>(2)?.into_iter().collect();
    }
    Ok(live)
}

/// Tables by their number in the catalog.
struct Found {
    tables: BTreeMap<u32, Relation>,
    schema: Option<String>,
}

impl Found {
    /// Adds what a row says to the table it names first.
    fn add(
        &mut self,
        row: &Row,
        add: impl FnOnce(&mut Relation, Option<&str>) -> Result<()>,
    ) -> Result<()> {
        match self.tables.get_mut(&row.try_get(0)?) {
            Some(relation) => add(relation, self.schema.as_deref()),
            None => Ok(()),
        }
    }
}

async fn tables(
    exec: Exec<'_>,
    blueprint: &Blueprint,
    live: &mut Live,
) -> Result<BTreeMap<u32, Relation>> {
    let own = blueprint.tables.iter().map(|table| &table.name);
    let targets = blueprint.tables.iter().flat_map(Table::foreign_keys);
    let (schemas, names) = lists(own.chain(targets.map(|(_, key)| &key.target)));
    let mut found = BTreeMap::new();
    for row in ask(exec, include_str!("tables.sql"), &[&schemas, &names]).await? {
        let table = Table {
            name: row::name(&row, [0, 1], live.schema.as_deref())?,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            comment: row.try_get(4)?,
        };
        let relation = Relation {
            is_table: row.try_get(3)?,
            table,
            invalid_indexes: Default::default(),
        };
        found.insert(row.try_get(2)?, relation);
    }
    Ok(found)
}

async fn types(exec: Exec<'_>, blueprint: &Blueprint, live: &mut Live) -> Result<()> {
    let (schemas, names) = lists(blueprint.enums.iter().map(|kind| &kind.name));
    for row in ask(exec, include_str!("types.sql"), &[&schemas, &names]).await? {
        let is_enum: bool = row.try_get(2)?;
        let labels = is_enum.then(|| row.try_get(3)).transpose()?;
        live.types
            .insert(row::name(&row, [0, 1], live.schema.as_deref())?, labels);
    }
    Ok(())
}

/// Names as two arrays, each name once.
fn lists<'a>(names: impl Iterator<Item = &'a Name>) -> (Vec<Option<&'a str>>, Vec<&'a str>) {
    let once: std::collections::BTreeSet<_> = names.collect();
    once.into_iter()
        .map(|name| (name.schema.as_deref(), name.name.as_str()))
        .unzip()
}
