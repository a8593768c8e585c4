//! Reads the catalog of PostgreSQL: nine statements, however many tables there are.
//!
//! [`live`] reads what a blueprint names, [`schemas`] all there is.

mod collation;
mod exclusion;
mod row;

use std::collections::{BTreeMap, BTreeSet};

use crate::decode::Row;

use crate::ddl::blueprint::{Blueprint, Name, Table};
use crate::ddl::live::{Kind, Live, Relation};
use crate::error::Result;
use crate::exec::{Exec, Params};
use crate::types::Param;

/// What is asked of tables: those of a name, and those of a schema.
const NAMED: &str = concat!(
    include_str!("table.sql"),
    include_str!("tables.sql"),
    include_str!("above.sql")
);
const ALL: &str = concat!(
    include_str!("table.sql"),
    include_str!("schema_tables.sql"),
    include_str!("above.sql")
);

/// What the database has of a blueprint, and of the tables it refers to.
pub(super) async fn live(exec: Exec<'_>, blueprint: &Blueprint) -> Result<Live> {
    let mut live = place(exec, blueprint.schemas()).await?;
    let own = blueprint.tables.iter().map(|table| &table.name);
    let views = blueprint.views.iter().map(|view| &view.name);
    let targets = blueprint.tables.iter().flat_map(Table::foreign_keys);
    let targets = targets.map(|(_, key)| &key.target);
    let (schemas, names) = lists(own.chain(views).chain(targets));
    let rows = ask(exec, NAMED, &[Param::from(schemas), Param::from(names)]).await?;
    live.relations = found(exec, &rows, &live).await?.relations();
    let (schemas, names) = lists(blueprint.enums.iter().map(|kind| &kind.name));
    let rows = ask(
        exec,
        include_str!("types.sql"),
        &[Param::from(schemas), Param::from(names)],
    )
    .await?;
    add_types(&rows, &mut live)?;
    if !blueprint.sequences().is_empty() {
        add_sequences(exec, &mut live).await?;
    }
    Ok(live)
}

/// All tables and enum types of the named schemas, and of the one the
/// connection works in; of partitions those that are named.
pub(super) async fn schemas(
    exec: Exec<'_>,
    named: BTreeSet<&str>,
    partitions: &[Name],
) -> Result<Live> {
    let mut live = place(exec, named).await?;
    let all = looked_at(&live);
    let (homes, names) = lists(partitions.iter());
    let asked = [
        Param::from(all.clone()),
        Param::from(homes),
        Param::from(names),
    ];
    let tables = ask(exec, ALL, &asked).await?;
    let types = ask(
        exec,
        include_str!("schema_types.sql"),
        &[Param::from(all.clone())],
    )
    .await?;
    let mut found = found(exec, &tables, &live).await?;
    found.add_hangers(exec).await?;
    live.relations = found.relations();
    add_types(&types, &mut live)?;
    add_sequences(exec, &mut live).await?;
    Ok(live)
}

/// Reads what is in the tables that were found.
async fn found(exec: Exec<'_>, rows: &[Row], live: &Live) -> Result<Found> {
    let tables = tables(rows, live)?;
    let oids: Vec<i64> = tables.keys().copied().collect();
    let mut found = Found {
        tables,
        schema: live.schema.clone(),
    };
    for row in ask(
        exec,
        include_str!("columns.sql"),
        &[Param::from(oids.clone())],
    )
    .await?
    {
        found.add(&row, |it, schema| row::add_column(&row, schema, it))?;
    }
    for row in ask(
        exec,
        include_str!("constraints.sql"),
        &[Param::from(oids.clone())],
    )
    .await?
    {
        found.add(&row, |it, schema| row::add_constraint(&row, schema, it))?;
    }
    for row in ask(exec, include_str!("indexes.sql"), &[Param::from(oids)]).await? {
        found.add(&row, |it, _| row::add_index(&row, it))?;
    }
    Ok(found)
}

async fn ask(exec: Exec<'_>, text: &str, values: &[Param]) -> Result<Vec<Row>> {
    exec.once().query_all(text, Params::from(values)).await
}

async fn place(exec: Exec<'_>, named: BTreeSet<&str>) -> Result<Live> {
    let named: Vec<String> = named.into_iter().map(str::to_owned).collect();
    let mut live = Live::default();
    for row in ask(exec, include_str!("place.sql"), &[Param::from(named)]).await? {
        live.database = row.get(0)?;
        live.schema = row.get(1)?;
        live.schemas = row.get::<Vec<String>>(2)?.into_iter().collect();
    }
    Ok(live)
}

/// Tables by their number in the catalog.
struct Found {
    tables: BTreeMap<i64, Relation>,
    schema: Option<String>,
}

impl Found {
    /// Reads what is built on the tables and no model speaks of: whoever changes
    /// something has to know.
    async fn add_hangers(&mut self, exec: Exec<'_>) -> Result<()> {
        let oids: Vec<i64> = self.tables.keys().copied().collect();
        for row in ask(exec, include_str!("hangers.sql"), &[Param::from(oids)]).await? {
            self.add(&row, |it, _| row::add_hanger(&row, it))?;
        }
        let oids: Vec<i64> = self.tables.keys().copied().collect();
        for row in ask(exec, include_str!("formers.sql"), &[Param::from(oids)]).await? {
            self.add(&row, |it, schema| row::add_former(&row, schema, it))?;
        }
        Ok(())
    }

    fn relations(self) -> BTreeMap<Name, Relation> {
        let tables = self.tables.into_values();
        tables.map(|it| (it.table.name.clone(), it)).collect()
    }

    /// Adds what a row says to the table it names first.
    fn add(
        &mut self,
        row: &Row,
        add: impl FnOnce(&mut Relation, Option<&str>) -> Result<()>,
    ) -> Result<()> {
        match self.tables.get_mut(&row.get(0)?) {
            Some(relation) => add(relation, self.schema.as_deref()),
            None => Ok(()),
        }
    }
}

fn tables(rows: &[Row], live: &Live) -> Result<BTreeMap<i64, Relation>> {
    let mut found = BTreeMap::new();
    for row in rows {
        let table = Table {
            name: row::name(row, [0, 1], live.schema.as_deref())?,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            storage: row::storage(row)?,
            comment: row.get(4)?,
        };
        let kind = match row.text(3)? {
            Some("r" | "p") => Kind::Table,
            Some("v") => Kind::View,
            Some("m") => Kind::MaterializedView,
            _ => Kind::Other,
        };
        let mut relation = Relation::new(kind, table);
        relation.is_partitioned = row.text(3)? == Some("p");
        relation.inherited = row::inherited(row, live.schema.as_deref())?;
        found.insert(row.get(2)?, relation);
    }
    Ok(found)
}

fn add_types(rows: &[Row], live: &mut Live) -> Result<()> {
    for row in rows {
        let is_enum: bool = row.get(2)?;
        let labels = is_enum.then(|| row.get(3)).transpose()?;
        live.types
            .insert(row::name(row, [0, 1], live.schema.as_deref())?, labels);
    }
    Ok(())
}

/// The schemas that are looked at.
fn looked_at(live: &Live) -> Vec<String> {
    live.schemas.iter().chain(&live.schema).cloned().collect()
}

async fn add_sequences(exec: Exec<'_>, live: &mut Live) -> Result<()> {
    let schemas = [Param::from(looked_at(live))];
    for row in ask(exec, include_str!("sequences.sql"), &schemas).await? {
        let name = row::name(&row, [0, 1], live.schema.as_deref())?;
        if let Some(options) = row::sequence_options(&row, 2)? {
            live.sequences.insert(name, options);
        }
    }
    Ok(())
}

/// Names as two arrays, each name once.
fn lists<'a>(names: impl Iterator<Item = &'a Name>) -> (Vec<Option<String>>, Vec<String>) {
    let once: BTreeSet<_> = names.collect();
    once.into_iter()
        .map(|name| (name.schema.clone(), name.name.clone()))
        .unzip()
}
