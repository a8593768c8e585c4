//! What there is to look at: tables and views, with what their models call them.

use std::collections::BTreeMap;

use orm_core::ddl::Models;
use orm_core::ddl::blueprint::{Blueprint, ForeignKey, Name, Rule, Table, Type};
use orm_core::exec::Db;
use orm_core::schema::{Backend, SqlType, TableDef};
use orm_core::types::Param;

use super::hidden::Hidden;
use super::kind::Kind;
use super::read;
use crate::failure::Failure;
use crate::pull::naming;

/// All tables and views that can be looked at, by name.
#[derive(Debug)]
pub(super) struct Catalog {
    pub(super) backend: Backend,
    pub(super) relations: Vec<Relation>,
    /// The views that the database cannot read: what they are made of is gone.
    pub(super) broken: Vec<Name>,
    /// The tables, for the picture.
    pub(super) blueprint: Blueprint,
    /// The schema the connection works in.
    pub(super) schema: Option<String>,
}

/// A table or a view.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) name: Name,
    pub(super) noun: &'static str,
    /// What its model is called, or would be.
    pub(super) rust: String,
    pub(super) model: Option<&'static TableDef>,
    /// Those that are shown, in order.
    pub(super) columns: Vec<Column>,
    /// The names of those that are not.
    pub(super) hidden: Vec<String>,
    /// What tells its rows apart, as places of columns; empty where nothing does that is shown.
    pub(super) key: Vec<usize>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) comment: Option<String>,
}

/// A column that is shown.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// What its field is called, or would be.
    pub(super) field: String,
    pub(super) kind: Kind,
    /// The type as people write it.
    pub(super) words: String,
    /// The type as PostgreSQL reads it, without its limits: a value that is looked for
    /// is not to be cut.
    pub(super) sql: String,
    pub(super) nullable: bool,
}

const SCHEMAS: &str = "SELECT nspname::text FROM pg_catalog.pg_namespace \
     WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
     AND pg_catalog.has_schema_privilege(oid, 'USAGE') ORDER BY nspname";

/// The columns of views: schema, view, kind, column, type, whether it may be NULL.
const VIEWS: &str = "SELECT n.nspname::text, c.relname::text, c.relkind::text, a.attname::text, \
     pg_catalog.format_type(a.atttypid, a.atttypmod), (NOT a.attnotnull)::text \
     FROM pg_catalog.pg_class c \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('v', 'm', 'f') \
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e \
     WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e') \
     ORDER BY n.nspname, c.relname, a.attnum";

/// The views of SQLite, which has one schema.
const VIEWS_OF_SQLITE: &str = "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name";

/// The columns of one of them, as those of all on PostgreSQL.
const VIEW_OF_SQLITE: &str = "SELECT NULL, ?1, 'v', name, type, 'true' \
     FROM pragma_table_xinfo(?1) ORDER BY cid";

/// What was read, all of it as texts.
type Cells = Vec<Vec<Option<String>>>;

impl Catalog {
    pub(super) async fn read(
        db: &Db,
        models: Option<Models>,
        hidden: &Hidden,
    ) -> orm_core::Result<Self> {
        let backend = db.backend();
        let mut schemas = Vec::new();
        let mut schema = None;
        if backend == Backend::Postgres {
            let found = read::rows(db, SCHEMAS, &[]).await?;
            schemas.extend(found.into_iter().filter_map(|it| it.into_iter().next()?));
            let found = read::rows(db, "SELECT current_schema()::text", &[]).await?;
            schema = found.into_iter().flatten().next().flatten();
        }
        let named: Vec<&str> = schemas.iter().map(String::as_str).collect();
        let blueprint = db.blueprint(&named).await?;
        let (views, broken) = match backend {
            Backend::Sqlite => views_of_sqlite(db).await?,
            _ => {
                let views = read::rows(db, VIEWS, &[schemas.clone().into()]).await?;
                (views, Vec::new())
            }
        };
        let mut relations: Vec<Relation> = blueprint
            .tables
            .iter()
            .map(|it| of_table(it, &blueprint))
            .collect();
        relations.extend(of_views(views, schema.as_deref()));
        let models = models.map(Models::tables).unwrap_or_default();
        for relation in &mut relations {
            relation.know(models, schema.as_deref(), &blueprint);
            relation.hide(hidden);
        }
        relations.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Catalog {
            backend,
            relations,
            broken,
            blueprint,
            schema,
        })
    }

    /// The table or view of a name, if there is one.
    pub(super) fn relation(&self, name: &Name) -> Option<&Relation> {
        self.relations.iter().find(|it| it.name == *name)
    }

    /// Fails where a column is hidden or shown by the command that is not there: a name that is
    /// not spelled right would hide nothing.
    pub(super) fn check(&self, hidden: &Hidden) -> Result<(), Failure> {
        let has = |said: &str| {
            self.relations.iter().any(|relation| {
                let shown = relation.columns.iter().map(|it| &it.name);
                let mut all = shown.chain(&relation.hidden);
                all.any(|column| said == format!("{}.{column}", relation.name))
            })
        };
        let mut said = hidden.more.iter().chain(&hidden.less);
        match said.find(|it| !has(it)) {
            Some(unknown) => Err(Failure::refused(format!(
                "there is no column `{unknown}` to hide or show: expected TABLE.COLUMN, or \
                 SCHEMA.TABLE.COLUMN"
            ))),
            None => Ok(()),
        }
    }

    /// The table of a model, if the database has it.
    pub(super) fn of_model(&self, model: &TableDef) -> Option<&Relation> {
        self.relation(&plain(Name::from(model.name), self.schema.as_deref()))
    }
}

/// A name in the schema the connection works in is one without a schema.
pub(super) fn plain(mut name: Name, schema: Option<&str>) -> Name {
    name.schema.take_if(|it| Some(it.as_str()) == schema);
    name
}

fn of_table(table: &Table, blueprint: &Blueprint) -> Relation {
    let columns = table.columns.iter().map(|column| Column {
        field: naming::field(&column.name),
        kind: Kind::of(&column.kind, blueprint),
        words: column.kind.to_string(),
        sql: cast(&column.kind),
        nullable: column.nullable,
        name: column.name.clone(),
    });
    let columns: Vec<Column> = columns.collect();
    Relation {
        key: key(table, &columns),
        rust: naming::model(&table.name),
        name: table.name.clone(),
        noun: "table",
        model: None,
        columns,
        hidden: Vec::new(),
        foreign_keys: table.foreign_keys().map(|(_, key)| key.clone()).collect(),
        comment: table.comment.clone(),
    }
}

/// The primary key, else the first unique columns that are never NULL.
fn key(table: &Table, columns: &[Column]) -> Vec<usize> {
    let place = |name: &String| {
        let place = columns.iter().position(|it| it.name == *name)?;
        columns[place].kind.is_keyable().then_some(place)
    };
    let places = |names: &[String]| names.iter().map(place).collect::<Option<Vec<usize>>>();
    let primary = table.constraints.iter().find_map(|it| match &it.rule {
        Rule::PrimaryKey(names) => places(names),
        _ => None,
    });
    let unique = || {
        table.constraints.iter().find_map(|it| match &it.rule {
            Rule::Unique { columns: names, .. } => {
                places(names).filter(|all| all.iter().all(|&at| !columns[at].nullable))
            }
            _ => None,
        })
    };
    primary.or_else(unique).unwrap_or_default()
}

/// The columns of all views, and the views that cannot be read. SQLite looks for what a view is
/// made of when it is asked for its columns, and fails where that is gone.
async fn views_of_sqlite(db: &Db) -> orm_core::Result<(Cells, Vec<Name>)> {
    let (mut columns, mut broken) = (Vec::new(), Vec::new());
    let names = read::rows(db, VIEWS_OF_SQLITE, &[]).await?;
    for name in names.into_iter().flatten().flatten() {
        match read::rows(db, VIEW_OF_SQLITE, &[Param::from(name.as_str())]).await {
            Ok(found) => columns.extend(found),
            Err(error) if is_of_view(&error) => broken.push(Name::new(None, &name)),
            Err(error) => return Err(error),
        }
    }
    Ok((columns, broken))
}

/// Whether SQLite did not understand the view, and not something else went wrong.
fn is_of_view(error: &orm_core::Error) -> bool {
    let code = error.sqlstate().unwrap_or_default();
    code.starts_with("42") || code == "XX000"
}

fn of_views(rows: Cells, schema: Option<&str>) -> Vec<Relation> {
    let mut views: BTreeMap<Name, Relation> = BTreeMap::new();
    for row in rows {
        let mut cells = row.into_iter();
        let mut next = || cells.next().flatten();
        let (own, name, kind) = (next(), next().unwrap_or_default(), next());
        let name = plain(Name::new(own.as_deref(), &name), schema);
        let (column, words) = (next().unwrap_or_default(), next().unwrap_or_default());
        let nullable = next().as_deref() == Some("true");
        let view = views.entry(name.clone()).or_insert_with(|| Relation {
            rust: naming::model(&name),
            name,
            noun: match kind.as_deref() {
                Some("m") => "materialized view",
                Some("f") => "foreign table",
                _ => "view",
            },
            model: None,
            columns: Vec::new(),
            hidden: Vec::new(),
            key: Vec::new(),
            foreign_keys: Vec::new(),
            comment: None,
        });
        view.columns.push(Column {
            field: naming::field(&column),
            kind: Kind::named(&words),
            sql: unlimited(&words),
            name: column,
            words,
            nullable,
        });
    }
    views.into_values().collect()
}

impl Relation {
    /// Learns what the model calls things, if there is one.
    fn know(&mut self, models: &[&'static TableDef], schema: Option<&str>, blueprint: &Blueprint) {
        let mut models = models.iter().copied();
        self.model = models.find(|it| plain(Name::from(it.name), schema) == self.name);
        let Some(model) = self.model else { return };
        self.rust = model.model.to_owned();
        for column in &mut self.columns {
            let known = model.columns.iter().find(|it| it.name == column.name);
            if let Some(known) = known {
                column.field = naming::field(known.field);
                if let SqlType::Enum(kind) = known.sql_type {
                    let name = Name::new(kind.schema, kind.name);
                    column.kind = Kind::Enum(naming::enumeration(blueprint, &name));
                }
            }
        }
    }

    /// Takes out what is not shown.
    fn hide(&mut self, hidden: &Hidden) {
        let is_hidden = |column: &Column| hidden.has(&self.name, &column.name);
        let key = self.key.iter().map(|&at| &self.columns[at]);
        let key: Vec<String> = match key.clone().any(is_hidden) {
            true => Vec::new(),
            false => key.map(|it| it.name.clone()).collect(),
        };
        let columns = std::mem::take(&mut self.columns);
        let (gone, left) = columns.into_iter().partition::<Vec<_>, _>(is_hidden);
        self.hidden = gone.into_iter().map(|it| it.name).collect();
        self.columns = left;
        self.key = key.iter().filter_map(|it| self.place(it)).collect();
    }

    /// Whether each row has a key that no other has. On SQLite most keys can be NULL, any number
    /// of times.
    pub(super) fn is_keyed(&self) -> bool {
        let mut key = self.key.iter();
        !self.key.is_empty() && !key.any(|&at| self.columns[at].nullable)
    }

    /// The place of a column, if it is shown.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|it| it.name == name)
    }
}

/// The type as SQL: an enum's name is in quotes.
fn cast(kind: &Type) -> String {
    match kind.base() {
        Type::Enum { name, array } => name.quoted() + if *array { "[]" } else { "" },
        Type::BuiltIn(name) | Type::Other(name) | Type::Domain { name, .. } => unlimited(name),
    }
}

/// A type of PostgreSQL without the limits of its values: `numeric(10,2)` is `numeric`. Names
/// in quotes are left alone.
fn unlimited(name: &str) -> String {
    // Without a limit these have one character, and one bit.
    for (limited, word) in [("character", "bpchar"), ("bit", "\"bit\"")] {
        let rest = name.strip_prefix(limited).unwrap_or(" ");
        if !rest.starts_with(' ') {
            let dimensions = rest.find('[').map_or("", |at| &rest[at..]);
            return format!("{word}{dimensions}");
        }
    }
    match (name.split_once('('), name.contains('"')) {
        (Some((before, behind)), false) => {
            let behind = behind.split_once(')').map_or("", |(_, rest)| rest);
            format!("{}{behind}", before.trim_end())
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_looked_for_without_the_limits_of_a_column() {
        for (name, bare) in [
            ("numeric(10,2)", "numeric"),
            ("timestamp(3) with time zone", "timestamp with time zone"),
            ("integer[]", "integer[]"),
            ("bit(8)", "\"bit\""),
            ("bit varying(8)", "bit varying"),
            ("character(3)[]", "bpchar[]"),
            ("\"odd(1)\"", "\"odd(1)\""),
        ] {
            assert_eq!(unlimited(name), bare);
        }
        let mood = Type::Enum {
            name: Name::new(Some("sales"), "Mood"),
            array: true,
        };
        assert_eq!(cast(&mood), "\"sales\".\"Mood\"[]");
    }
}
