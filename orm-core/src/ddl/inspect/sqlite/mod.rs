//! Reads the schema of SQLite: three statements, however many tables there are.

mod definition;

pub(crate) use definition::after_name;

use std::collections::BTreeMap;

use definition::{Demand, What};

use crate::ddl::blueprint::{Column, Constraint, Index, Name, Rule, Storage, Table, Type, View};
use crate::ddl::constraint_name;
use crate::ddl::live::{Definition, Kind, Live, Relation};
use crate::error::Result;
use crate::exec::{Exec, Params};
use crate::schema::Identity;
use crate::types::Param;

/// A row of one of the statements: every value is a text or NULL.
pub(in crate::ddl) type Cells = Vec<Option<String>>;

/// The statements: what there is, the columns, the file.
pub(in crate::ddl) const QUERIES: [(&str, usize); 3] = [
    (include_str!("schema.sql"), 6),
    (include_str!("columns.sql"), 7),
    (include_str!("place.sql"), 1),
];

/// All that the database has.
pub(super) async fn live(exec: Exec<'_>) -> Result<Live> {
    let mut answers = [Vec::new(), Vec::new(), Vec::new()];
    for ((text, width), answer) in QUERIES.into_iter().zip(&mut answers) {
        for row in exec.once().query_all(text, Params::none()).await? {
            let cells: Result<Cells> = (0..width).map(|at| row.get(at)).collect();
            answer.push(cells?);
        }
    }
    Ok(read(&answers))
}

/// Adds the columns of views that models read. SQLite looks for what a view is made of
/// when it is asked, and ends the statement where that is gone: of others it is not asked.
pub(super) async fn add_view_columns(
    exec: Exec<'_>,
    views: &[View],
    live: &mut Live,
) -> Result<()> {
    const SQL: &str = "SELECT name FROM pragma_table_xinfo(?1) ORDER BY cid";
    for view in views {
        let is_it = |name: &Name| name.name.eq_ignore_ascii_case(&view.name.name);
        let mut relations = live.relations.iter_mut();
        let found = relations.find(|(name, it)| is_it(name) && it.kind == Kind::View);
        let Some((_, relation)) = found else { continue };
        let name = [Param::from(relation.table.name.name.clone())];
        for row in exec.once().query_all(SQL, Params::from(&name)).await? {
            let row: Cells = vec![None, row.get(0)?, None, None, None];
            let column = column(&row, &definition::Definition::default());
            relation.table.columns.push(column);
        }
    }
    Ok(())
}

/// What the answers to the [`QUERIES`] say.
pub(in crate::ddl) fn read([objects, columns, place]: &[Vec<Cells>; 3]) -> Live {
    let mut live = Live {
        database: name_of(place),
        ..Live::default()
    };
    let mut by_table: BTreeMap<&str, Vec<&Cells>> = BTreeMap::new();
    for row in columns {
        by_table.entry(text(row, 0)).or_default().push(row);
    }
    for row in objects {
        let name = Name::new(None, text(row, 1));
        match text(row, 0) {
            "table" => {
                let columns = by_table.remove(text(row, 1)).unwrap_or_default();
                live.relations.insert(name, table(row, &columns));
            }
            kind @ ("view" | "virtual") => {
                let kind = if kind == "view" {
                    Kind::View
                } else {
                    Kind::Other
                };
                live.relations
                    .insert(name.clone(), Relation::new(kind, empty(name)));
            }
            _ => {}
        }
    }
    complete_keys(&mut live);
    for row in objects {
        let table = Name::new(None, text(row, 2));
        let Some(relation) = live.relations.get_mut(&table) else {
            continue;
        };
        match text(row, 0) {
            "index" => index(row, relation),
            "trigger" => relation.definition.triggers.push(text(row, 3).into()),
            _ => {}
        }
    }
    live
}

fn text(row: &Cells, at: usize) -> &str {
    row.get(at).and_then(Option::as_deref).unwrap_or_default()
}

fn is_set(row: &Cells, at: usize) -> bool {
    text(row, at) == "1"
}

/// The file without its folder.
fn name_of(place: &[Cells]) -> String {
    let file = place.first().map(|row| text(row, 0)).unwrap_or_default();
    match file.rsplit(['/', '\\']).next() {
        Some(name) if !name.is_empty() => name.into(),
        _ => ":memory:".into(),
    }
}

fn empty(name: Name) -> Table {
    Table {
        name,
        columns: Vec::new(),
        constraints: Vec::new(),
        indexes: Vec::new(),
        storage: Storage::default(),
        comment: None,
    }
}

fn table(row: &Cells, columns: &[&Cells]) -> Relation {
    let sql = text(row, 3);
    let said = definition::table(sql);
    let (strict, without_rowid) = (is_set(row, 4), is_set(row, 5));
    let keys: Vec<&&Cells> = columns.iter().filter(|it| text(it, 5) != "0").collect();
    let rowid = match keys.as_slice() {
        [key] if !without_rowid => text(key, 2).eq_ignore_ascii_case("integer"),
        _ => false,
    };
    let mut relation = Relation::new(Kind::Table, empty(Name::new(None, text(row, 1))));
    relation.definition = Definition {
        sql: sql.into(),
        strict,
        ..Definition::default()
    };
    for row in columns.iter().filter(|row| !is_set(row, 6)) {
        let is_key = text(row, 5) != "0";
        let never_null = is_key && (rowid || strict || without_rowid);
        let column = Column {
            nullable: !(is_set(row, 3) || never_null),
            identity: (is_key && said.autoincrement).then_some(Identity::ByDefault),
            ..column(row, &said)
        };
        relation.table.columns.push(column);
    }
    let mut unnamed = 0;
    for demand in said.constraints {
        constraint(demand, &mut relation, &mut unnamed);
    }
    relation
}

fn column(row: &Cells, said: &definition::Definition) -> Column {
    let name = text(row, 1);
    let of = |all: &[(String, String)]| {
        let found = all.iter().find(|(column, _)| column == name);
        found.map(|(_, what)| what.clone())
    };
    let mut kind = text(row, 2).to_ascii_uppercase();
    if let Some(collation) = of(&said.collations).filter(|it| !it.eq_ignore_ascii_case("binary")) {
        kind.push_str(" COLLATE ");
        kind.push_str(&collation);
    }
    Column {
        name: name.into(),
        kind: Type::BuiltIn(kind),
        nullable: true,
        identity: None,
        sequence: None,
        default: row.get(4).cloned().flatten(),
        generated: of(&said.generated),
        collation: None,
        comment: None,
    }
}

/// A constraint under its name, or the one it would have got.
fn constraint(demand: Demand, relation: &mut Relation, unnamed: &mut usize) {
    let table = relation.table.name.name.clone();
    let names = |columns: &[String]| columns.to_vec();
    let (usual, rule) = match demand.what {
        What::PrimaryKey(columns) => (
            constraint_name::primary_key(&table),
            Rule::PrimaryKey(columns),
        ),
        What::Unique(columns) => {
            let own = names(&columns);
            let name = demand
                .name
                .unwrap_or_else(|| constraint_name::unique(&table, own.iter().map(String::as_str)));
            relation.definition.uniques.insert(name.clone());
            relation.table.indexes.push(unique(name, columns));
            return;
        }
        What::Check { condition, column } => {
            let usual = constraint_name::nth_check(&table, *unnamed);
            *unnamed += usize::from(demand.name.is_none());
            (usual, Rule::Check { condition, column })
        }
        What::ForeignKey(key) => {
            let columns = key.columns.iter().map(String::as_str);
            let usual = constraint_name::foreign_key(&table, columns);
            (usual, Rule::ForeignKey(key))
        }
    };
    let name = demand.name.unwrap_or(usual);
    relation.table.constraints.push(Constraint { name, rule });
}

fn unique(name: String, columns: Vec<String>) -> Index {
    Index {
        name,
        method: "btree".into(),
        unique: true,
        nulls_not_distinct: false,
        parts: columns
            .into_iter()
            .map(crate::ddl::blueprint::Part::ascending)
            .collect(),
        include: Vec::new(),
        filter: None,
        parameters: BTreeMap::new(),
    }
}

fn index(row: &Cells, relation: &mut Relation) {
    let sql = text(row, 3);
    let collation = |name: &str| {
        let column = relation.table.column(name)?;
        let Type::BuiltIn(kind) = &column.kind else {
            return None;
        };
        kind.split_once(" COLLATE ").map(|(_, it)| it.to_owned())
    };
    let (parts, filter) = definition::index(sql, collation);
    let is_unique = sql
        .split_whitespace()
        .nth(1)
        .is_some_and(|it| it.eq_ignore_ascii_case("unique"));
    let name: String = text(row, 1).into();
    relation.index_texts.insert(name.clone(), sql.into());
    relation.table.indexes.push(Index {
        unique: is_unique,
        parts,
        filter,
        ..unique(name, Vec::new())
    });
}

/// A key that names no columns refers to the primary key.
fn complete_keys(live: &mut Live) {
    let keys: BTreeMap<String, Vec<String>> = live
        .relations
        .iter()
        .filter_map(|(name, relation)| {
            let key = relation
                .table
                .constraints
                .iter()
                .find_map(|it| match &it.rule {
                    Rule::PrimaryKey(columns) => Some(columns.clone()),
                    _ => None,
                });
            Some((name.name.to_ascii_lowercase(), key?))
        })
        .collect();
    for relation in live.relations.values_mut() {
        for constraint in &mut relation.table.constraints {
            if let Rule::ForeignKey(key) = &mut constraint.rule
                && key.target_columns.is_empty()
            {
                let target = key.target.name.to_ascii_lowercase();
                key.target_columns = keys.get(&target).cloned().unwrap_or_default();
            }
        }
    }
}
