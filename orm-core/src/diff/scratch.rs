//! What a goal looks like once the server has read it.
//!
//! The server spells every expression anew, so that texts cannot be compared.
//! What is wanted is therefore created in schemas of its own, inside a
//! transaction that is rolled back, and read back like anything else. Foreign
//! keys are left out: they hold no expression, and creating one would lock
//! the table it refers to.

use std::collections::BTreeMap;

use super::goal::Goal;
use crate::ddl::blueprint::{Blueprint, Column, Index, Name, Rule, Sequence, Table, Term, Type};
use crate::ddl::live::{Kind, Live, Relation};
use crate::ddl::plan::Plan;
use crate::ddl::token;
use crate::ddl::{Difference, differences_of_views, inspect};
use crate::error::{Error, Result};
use crate::exec::{Db, Executor, Isolation, Params, Tx, TxOptions};
use crate::schema::Backend;
use crate::sql::identifier;

/// A goal and a database, in the same words.
#[derive(Debug)]
pub(super) struct Sides {
    /// As the models' authors wrote it.
    pub(super) goal: Goal,
    /// The same as the server reads it.
    pub(super) wanted: Live,
    /// What there is.
    pub(super) live: Live,
    /// Of the views, what is not as the models say.
    pub(super) views: Vec<Difference>,
}

/// Reads both sides. Nothing in the database is changed, and no table of it
/// is locked against anything but being dropped or altered.
pub(super) async fn sides(db: &Db, goal: Goal) -> Result<Sides> {
    if db.backend() == Backend::Sqlite {
        let tx = db.begin_look().await?;
        let live = inspect::schemas(tx.executor(), goal.blueprint.schemas(), &[]).await?;
        let views = views(&tx, &goal.blueprint).await?;
        tx.rollback().await?;
        return Ok(Sides {
            views,
            ..as_written(goal, live)
        });
    }
    let tx = db
        .begin_with(TxOptions::new().isolation(Isolation::ReadCommitted))
        .await?;
    let names = tables_of(&goal);
    let live = inspect::schemas(tx.executor(), goal.blueprint.schemas(), &names).await?;
    let goal = match &live.schema {
        Some(schema) => goal.relative_to(schema),
        None if goal.blueprint.needs_current_schema() => {
            return Err(Error::usage(
                "the connection works in no schema: none in its `search_path` exists",
            ));
        }
        None => goal,
    };
    let views = views(&tx, &goal.blueprint).await?;
    let wanted = wanted(&tx, &goal.blueprint, &live).await?;
    tx.rollback().await?;
    Ok(Sides {
        goal,
        wanted,
        live,
        views,
    })
}

/// What the goal's tables are called, and were: a partition is looked at where it is one of them.
fn tables_of(goal: &Goal) -> Vec<Name> {
    let former = goal.former_tables.iter();
    let former = former.map(|(new, old)| Name::new(new.schema.as_deref(), old));
    let tables = goal.blueprint.tables.iter();
    tables.map(|it| it.name.clone()).chain(former).collect()
}

/// Both sides where the database keeps expressions as they were written.
pub(super) fn as_written(goal: Goal, live: Live) -> Sides {
    let relations = goal.blueprint.tables.iter();
    let relations = relations.map(|it| (it.name.clone(), Relation::new(Kind::Table, it.clone())));
    Sides {
        wanted: Live {
            relations: relations.collect(),
            ..Live::default()
        },
        live: live.spelled_as(&goal.blueprint),
        goal,
        views: Vec::new(),
    }
}

/// What is not as the models of views say: those are no part of what is made and compared.
async fn views(tx: &Tx, blueprint: &Blueprint) -> Result<Vec<Difference>> {
    if blueprint.views.is_empty() {
        return Ok(Vec::new());
    }
    let asked = Blueprint {
        views: blueprint.views.clone(),
        ..Blueprint::default()
    };
    let exec = tx.executor();
    let mut live = inspect::live(exec, &asked).await?;
    if exec.backend() == Backend::Sqlite {
        live = live.spelled_as(&asked);
    }
    Ok(differences_of_views(exec.backend(), &asked, &live))
}

async fn wanted(tx: &Tx, blueprint: &Blueprint, live: &Live) -> Result<Live> {
    let row = tx
        .executor()
        .once()
        .query_all(
            "SELECT pg_backend_pid(), current_schemas(false)::text[]",
            Params::none(),
        )
        .await?;
    let Some(row) = row.first() else {
        return Err(Error::usage("the server does not say who it is"));
    };
    let (process, path): (i32, Vec<String>) = (row.get(0)?, row.get(1)?);
    let scratch = Scratch::new(process, blueprint, live);
    let script = format!(
        "{}{}",
        scratch.opening(&path),
        Plan::create_all(Backend::Postgres, &scratch.moved(blueprint))
    );
    tx.executor().batch(&script).await.map_err(advised)?;
    let found = inspect::schemas(tx.executor(), scratch.named(), &[]).await?;
    Ok(scratch.back(found, blueprint))
}

/// What is refused for want of a privilege, with what the privilege is for.
fn advised(error: Error) -> Error {
    match error.sqlstate() {
        Some("42501") => Error::usage(format!(
            "this user may create no schema, in which the server would read what the models say: \
             compare as the owner of the database, or grant CREATE on it ({error})"
        )),
        _ => error,
    }
}

/// The schemas that stand in for the real ones; `None` is the current one.
struct Scratch {
    current: Option<String>,
    names: BTreeMap<Option<String>, String>,
    enums: Vec<Name>,
}

impl Scratch {
    fn new(process: i32, blueprint: &Blueprint, live: &Live) -> Self {
        let current = live.schema.is_some().then_some(None);
        let named = blueprint.schemas();
        let real = current
            .into_iter()
            .chain(named.into_iter().map(|it| Some(it.to_owned())));
        let names = real
            .enumerate()
            .map(|(i, schema)| (schema, format!("orm_scratch_{process}_{i}")))
            .collect();
        Scratch {
            current: live.schema.clone(),
            names,
            enums: blueprint.enums.iter().map(|it| it.name.clone()).collect(),
        }
    }

    /// The stand-ins other than the current schema's.
    fn named(&self) -> std::collections::BTreeSet<&str> {
        let others = self.names.iter().filter(|(real, _)| real.is_some());
        others.map(|(_, name)| name.as_str()).collect()
    }

    /// Creates the schemas, and has each looked at before the one it stands for.
    fn opening(&self, path: &[String]) -> String {
        let mut out = String::new();
        for name in self.names.values() {
            out.push_str(&format!("CREATE SCHEMA {name};\n"));
        }
        let mut places = Vec::new();
        for schema in path {
            let is_current = self.current.as_ref() == Some(schema);
            let real = (!is_current).then(|| schema.clone());
            places.extend(self.names.get(&real).cloned());
            let mut quoted = String::new();
            identifier::quote(&mut quoted, schema);
            places.push(quoted);
        }
        if !places.is_empty() {
            out.push_str(&format!("SET LOCAL search_path = {};\n", places.join(", ")));
        }
        out
    }

    fn name(&self, name: &Name) -> Name {
        Name {
            schema: self.names.get(&name.schema).cloned(),
            name: name.name.clone(),
        }
    }

    /// An expression with the enum types' stand-ins in place of them.
    fn text(&self, text: &str) -> String {
        token::moved(text, |schema, name| {
            let is_current = self.current.as_deref() == Some(schema);
            let real = (!is_current).then(|| schema.to_owned());
            let known = self
                .enums
                .iter()
                .any(|it| it.schema == real && it.name == name);
            known.then(|| self.names.get(&real).cloned()).flatten()
        })
    }

    fn moved(&self, blueprint: &Blueprint) -> Blueprint {
        let mut blueprint = blueprint.clone();
        for kind in &mut blueprint.enums {
            kind.name = self.name(&kind.name);
        }
        for table in &mut blueprint.tables {
            table.name = self.name(&table.name);
            table
                .constraints
                .retain(|it| !matches!(it.rule, Rule::ForeignKey(_)));
            for column in &mut table.columns {
                if let Type::Enum { name, .. } = &mut column.kind {
                    *name = self.name(name);
                }
                let asked = column.sequence.as_mut().and_then(|it| it.shared.as_mut());
                if let Some(name) = asked {
                    *name = self.name(name);
                    column.default = Some(Sequence::asked(name));
                }
            }
            each_text(table, |text| *text = self.text(text));
        }
        blueprint
    }

    /// What was read from the stand-ins, under the real names and with the
    /// foreign keys that were left out.
    fn back(&self, found: Live, blueprint: &Blueprint) -> Live {
        let real = |mut name: Name| {
            let of = |stand_in: &String| self.names.iter().find(|(_, it)| *it == stand_in);
            if let Some((real, _)) = name.schema.as_ref().and_then(of) {
                name.schema.clone_from(real);
            }
            name
        };
        let mut wanted = Live {
            database: found.database,
            schema: self.current.clone(),
            ..Live::default()
        };
        for (name, labels) in found.types {
            wanted.types.insert(real(name), labels);
        }
        for (name, mut relation) in found.relations {
            let name = real(name);
            relation.table.name = name.clone();
            for column in &mut relation.table.columns {
                let asked = column.sequence.as_mut().and_then(|it| it.shared.as_mut());
                if let Some(name) = asked {
                    *name = real(name.clone());
                }
                let kind = match &mut column.kind {
                    Type::Domain { base, .. } => base,
                    kind => kind,
                };
                if let Type::Enum { name, .. } = kind {
                    *name = real(name.clone());
                    // A domain is not made anew, and its enum is the real one.
                    name.schema
                        .take_if(|own| self.current.as_ref() == Some(own));
                }
            }
            each_text(&mut relation.table, |text| self.text_back(text));
            wanted.relations.insert(name, relation);
        }
        add_foreign_keys(&mut wanted, blueprint);
        wanted
    }

    fn text_back(&self, text: &mut String) {
        for (real, stand_in) in &self.names {
            let prefix = format!("{stand_in}.");
            if let Some(schema) = real.as_ref().filter(|_| text.contains(&prefix)) {
                let mut quoted = String::new();
                identifier::quote(&mut quoted, schema);
                *text = text.replace(&prefix, &format!("{quoted}."));
            }
        }
    }
}

fn add_foreign_keys(wanted: &mut Live, blueprint: &Blueprint) {
    for table in &blueprint.tables {
        let keys = table.constraints.iter();
        let keys = keys.filter(|it| matches!(it.rule, Rule::ForeignKey(_)));
        if let Some(relation) = wanted.relations.get_mut(&table.name) {
            relation.table.constraints.extend(keys.cloned());
        }
    }
}

/// Visits everything in a table that is SQL.
pub(super) fn each_text(table: &mut Table, mut visit: impl FnMut(&mut String)) {
    for Column {
        kind,
        default,
        generated,
        ..
    } in &mut table.columns
    {
        if let Type::Other(text) = kind {
            visit(text);
        }
        default.iter_mut().chain(generated).for_each(&mut visit);
    }
    for constraint in &mut table.constraints {
        match &mut constraint.rule {
            Rule::Check { condition, .. } => visit(condition),
            Rule::Exclude(exclusion) => exclusion.texts_mut().for_each(&mut visit),
            Rule::PrimaryKey(_) | Rule::Unique { .. } | Rule::ForeignKey(_) => {}
        }
    }
    for Index { parts, filter, .. } in &mut table.indexes {
        for part in parts {
            if let Term::Expression(text) = &mut part.term {
                visit(text);
            }
        }
        filter.iter_mut().for_each(&mut visit);
    }
}
