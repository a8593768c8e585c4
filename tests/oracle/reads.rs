//! Every way of reading an association, compared with the tables.

use orm::model::{Associate, Association, Cardinality, Fill};
use orm::prelude::*;
use orm::query::Filter;
use serde::Serialize;
use serde_json::Value;

use crate::link::{Held, Link};
use crate::tables::{Row, Table, Tables, label_of, values};
use crate::typed::{Looking, Stored, json, labelled, typed};

/// What to look at.
pub(crate) struct Glance<'w> {
    /// The label that conditions ask for.
    pub(crate) label: String,
    /// Whether to read in every way, or only all owners with their rows.
    pub(crate) thorough: bool,
    pub(crate) schema: &'w [Table],
}

/// What an association loads.
type Loaded<A, T> = <<A as Associate>::Kind as Cardinality>::Loaded<T>;
/// What it loads where a condition may leave rows out.
type Kept<A, T> = <<<A as Associate>::Kind as Cardinality>::Filtered as Cardinality>::Loaded<T>;
/// What it loads where owners without a row are left out.
type Needed<A, T> = <<<A as Associate>::Kind as Cardinality>::Required as Cardinality>::Loaded<T>;
type Output<A, V> = <<A as Associate>::Owner as Fill<A, V>>::Output;

/// An association that can be read in every way.
pub(crate) trait Readable: Associate {
    fn read<'a>(
        link: &'a Link,
        association: Association<Self>,
        tables: &'a Tables,
        glance: &'a Glance<'a>,
        db: &'a dyn Executor,
    ) -> Looking<'a>;
}

impl<A> Readable for A
where
    A: Associate,
    A::Target: Stored,
    A::Owner: Stored
        + Fill<A, Loaded<A, A::Target>>
        + Fill<A, Needed<A, A::Target>>
        + Fill<A, Kept<A, A::Target>>
        + Fill<A, Loaded<A, <A::Target as Stored>::Shape>>,
    Loaded<A, A::Target>: Serialize,
    Output<A, Loaded<A, A::Target>>: Serialize,
    Output<A, Needed<A, A::Target>>: Serialize,
    Output<A, Kept<A, A::Target>>: Serialize,
    Output<A, Loaded<A, <A::Target as Stored>::Shape>>: Serialize,
{
    fn read<'a>(
        link: &'a Link,
        association: Association<A>,
        tables: &'a Tables,
        glance: &'a Glance<'a>,
        db: &'a dyn Executor,
    ) -> Looking<'a> {
        let look = Look {
            link,
            tables,
            label: &glance.label,
        };
        Box::pin(async move {
            included(&look, association, db).await?;
            if glance.thorough {
                chosen(&look, association, db).await?;
                conditions(&look, association, db).await?;
                each(&look, association, db).await?;
            }
            Ok(())
        })
    }
}

/// Owners with their rows.
async fn included<A>(look: &Look<'_>, association: Association<A>, db: &dyn Executor) -> Seen
where
    A: Associate,
    A::Target: Stored,
    A::Owner: Stored + Fill<A, Loaded<A, A::Target>> + Fill<A, Needed<A, A::Target>>,
    Output<A, Loaded<A, A::Target>>: Serialize,
    Output<A, Needed<A, A::Target>>: Serialize,
    Loaded<A, A::Target>: Serialize,
{
    let owners = || A::Owner::query().order_by(A::Owner::label());
    let all = owners().include(association).all(db).await;
    look.owners("include", all, |_| true, Vec::clone)?;
    let separate = owners().include(association.separate()).all(db).await;
    look.owners("include separate", separate, |_| true, Vec::clone)?;
    let required = owners().include(association.required()).all(db).await;
    look.owners(
        "include required",
        required,
        |rows| !rows.is_empty(),
        Vec::clone,
    )?;
    let rows: Vec<A::Owner> = look.rows(look.link.owner).into_iter().map(typed).collect();
    let loaded = association.load_for(&rows, db).await;
    let loaded = loaded.map_err(|error| format!("load_for: {error}"))?;
    for (owner, loaded) in look.rows(look.link.owner).iter().zip(&loaded) {
        let expected = look.loaded(&look.by_key(owner));
        look.same("load_for", sorted(json(loaded)), expected)?;
    }
    look.same("load_for", loaded.len().into(), rows.len().into())
}

/// Owners with some of their rows, or parts of them.
async fn chosen<A>(look: &Look<'_>, association: Association<A>, db: &dyn Executor) -> Seen
where
    A: Associate,
    A::Target: Stored,
    A::Owner:
        Stored + Fill<A, Kept<A, A::Target>> + Fill<A, Loaded<A, <A::Target as Stored>::Shape>>,
    Output<A, Kept<A, A::Target>>: Serialize,
    Output<A, Loaded<A, <A::Target as Stored>::Shape>>: Serialize,
{
    let owners = || A::Owner::query().order_by(A::Owner::label());
    let label = look.label;
    let up_to = association.filter(A::Target::label().le(label));
    let up_to = owners().include(up_to).all(db).await;
    look.owners(
        "include filter",
        up_to,
        |_| true,
        |rows| {
            rows.iter()
                .copied()
                .filter(|row| label_of(row) <= label)
                .collect()
        },
    )?;
    let last = association.order_by(A::Target::label().desc()).limit(1);
    let last = owners().include(last).all(db).await;
    look.owners(
        "include limit",
        last,
        |_| true,
        |rows| {
            let last = rows.iter().copied().max_by_key(|row| label_of(row));
            last.into_iter().collect()
        },
    )?;
    let others = association.order_by(A::Target::label()).offset(1);
    let others = owners().include(others).all(db).await;
    look.owners(
        "include offset",
        others,
        |_| true,
        |rows| {
            let mut rows = rows.clone();
            rows.sort_by_key(|row| label_of(row));
            rows.into_iter().skip(1).collect()
        },
    )?;
    let shapes = association.select::<<A::Target as Stored>::Shape>();
    let shapes = owners().include(shapes).all(db).await;
    let mut shapes = shapes
        .map_err(|error| format!("include select: {error}"))?
        .iter()
        .map(json)
        .collect::<Vec<_>>();
    let mut expected = Vec::new();
    for owner in look.rows(look.link.owner) {
        let rows = look.by_key(owner);
        let shaped: Vec<Row> = rows.iter().map(|row| shape(row)).collect();
        expected.push(look.with(owner, &shaped.iter().collect::<Vec<_>>()));
    }
    shapes
        .iter_mut()
        .for_each(|owner| sort_field(owner, look.link.field));
    look.same("include select", shapes.into(), expected.into())
}

/// Owners by what belongs to them.
async fn conditions<A>(look: &Look<'_>, association: Association<A>, db: &dyn Executor) -> Seen
where
    A: Associate,
    A::Target: Stored,
    A::Owner: Stored,
{
    let label = look.label;
    let is = || labelled::<A::Target>(label);
    let up_to = || A::Target::label().le(label);
    let named = |rows: &[&Row]| rows.iter().any(|row| label_of(row) == label);
    look.where_("any", association.any(is()), db, named).await?;
    look.where_("none", association.none(is()), db, |rows| !named(rows))
        .await?;
    let all = |rows: &[&Row]| rows.iter().all(|row| label_of(row) <= label);
    look.where_("all", association.all(up_to()), db, all)
        .await?;
    look.where_("exists", association.exists(), db, |rows| !rows.is_empty())
        .await?;
    look.where_("is_empty", association.is_empty(), db, |rows| {
        rows.is_empty()
    })
    .await?;
    look.where_("count", association.count().ge(2), db, |rows| {
        rows.len() >= 2
    })
    .await?;
    let counts = A::Owner::query().order_by(A::Owner::label());
    let counts = counts.values((
        A::Owner::label(),
        association.count(),
        association.count_where(up_to()),
    ));
    let counts = counts
        .all(db)
        .await
        .map_err(|error| format!("counts: {error}"))?;
    let expected = look.rows(look.link.owner).into_iter().map(|owner| {
        let rows = look.related(owner);
        let up_to = rows.iter().filter(|row| label_of(row) <= label).count();
        (label_of(owner), rows.len(), up_to)
    });
    look.same("counts", json(&counts), json(&expected.collect::<Vec<_>>()))
}

/// Each owner asked by itself.
async fn each<A>(look: &Look<'_>, association: Association<A>, db: &dyn Executor) -> Seen
where
    A: Associate,
    A::Target: Stored,
    A::Owner: Stored,
{
    let said = |what: &str| {
        let what = what.to_owned();
        move |error: orm::Error| format!("{what}: {error}")
    };
    let targets = look.rows(look.link.target);
    let owners = look.rows(look.link.owner);
    // A few suffice: who they are depends on the label, and changes.
    let first = look.label.bytes().map(usize::from).sum::<usize>();
    let some = (0..owners.len().min(2)).map(|n| owners[(first + n) % owners.len()]);
    for row in some {
        let owner: A::Owner = typed(row);
        let related = owner.related(association);
        let expected = look.related(row);
        let all = related
            .order_by(A::Target::label())
            .all(db)
            .await
            .map_err(said("all"))?;
        look.same("related all", json(&all), json(&expected))?;
        let count = related.count(db).await.map_err(said("count"))?;
        look.same("related count", count.into(), expected.len().into())?;
        let exists = related.exists(db).await.map_err(said("exists"))?;
        look.same(
            "related exists",
            exists.into(),
            (!expected.is_empty()).into(),
        )?;
        let chosen = related
            .filter(labelled::<A::Target>(look.label))
            .count(db)
            .await;
        let chosen = chosen.map_err(said("filter"))?;
        let among = expected
            .iter()
            .filter(|row| label_of(row) == look.label)
            .count();
        look.same("related filter", chosen.into(), among.into())?;
        let has_all = related.has_all(&all, db).await.map_err(said("has_all"))?;
        look.same("related has_all", has_all.into(), true.into())?;
        if let Some(target) = targets.get(first % targets.len().max(1)) {
            let has = related
                .has(&typed::<A::Target>(target), db)
                .await
                .map_err(said("has"))?;
            look.same("related has", has.into(), expected.contains(target).into())?;
            let typed: Vec<A::Target> = targets.iter().copied().map(typed).collect();
            let has_all = related.has_all(&typed, db).await.map_err(said("has_all"))?;
            let all = targets.len() == expected.len();
            look.same("related has_all", has_all.into(), all.into())?;
        }
        match related.one_or_none(db).await {
            Ok(one) => {
                look.same(
                    "related one_or_none",
                    json(&one),
                    json(&look.by_key(row).first()),
                )?;
                look.same(
                    "related one_or_none",
                    (expected.len() > 1).into(),
                    false.into(),
                )?;
            }
            Err(error) if error.is_too_many_rows() => {
                look.same(
                    "related one_or_none",
                    (expected.len() > 1).into(),
                    true.into(),
                )?;
            }
            Err(error) => return Err(format!("one_or_none: {error}")),
        }
    }
    Ok(())
}

/// Owners with their rows and the rows of the join table that lead to them.
pub(crate) fn joined(
    link: &Link,
    tables: &Tables,
    glance: &Glance<'_>,
    mut owners: Vec<Value>,
) -> Seen {
    let look = Look {
        link,
        tables,
        label: "",
    };
    let Held::Pairs(join) = &link.held else {
        return Ok(());
    };
    let table = glance.schema.iter().find(|table| table.name == join.table);
    let hidden = table.map_or(&[][..], |table| table.hidden);
    for owner in &mut owners {
        for row in owner[link.field].as_array_mut().into_iter().flatten() {
            if let Some(join) = row["join"].as_object_mut() {
                hidden.iter().for_each(|column| drop(join.remove(*column)));
            }
        }
        sort_field(owner, link.field);
    }
    let mut expected = Vec::new();
    for owner in look.rows(link.owner) {
        let mut rows = Vec::new();
        for target in look.related(owner) {
            let ours = |pair: &&Row| {
                values(pair, join.from) == values(owner, join.key)
                    && values(pair, join.to) == values(target, join.target_key)
            };
            for pair in tables.rows(join.table).iter().filter(ours) {
                let mut row = target.clone();
                row.insert("join".to_owned(), json(pair));
                rows.push(row);
            }
        }
        let mut with = look.with(owner, &rows.iter().collect::<Vec<_>>());
        sort_field(&mut with, link.field);
        expected.push(with);
    }
    look.same("with_join_row", owners.into(), expected.into())
}

type Seen = Result<(), String>;

/// An association and the tables it should agree with.
struct Look<'a> {
    link: &'a Link,
    tables: &'a Tables,
    label: &'a str,
}

impl<'a> Look<'a> {
    /// The rows of a table by their labels.
    fn rows(&self, table: &str) -> Vec<&'a Row> {
        let mut rows: Vec<&Row> = self.tables.rows(table).iter().collect();
        rows.sort_by_key(|row| label_of(row).to_owned());
        rows
    }

    /// The rows that belong to an owner by their labels.
    fn related(&self, owner: &Row) -> Vec<&'a Row> {
        let mut rows = self.link.related(self.tables, owner);
        rows.sort_by_key(|row| label_of(row).to_owned());
        rows
    }

    /// The same in the order that rows have unless asked for in another.
    fn by_key(&self, owner: &Row) -> Vec<&'a Row> {
        let mut rows = self.related(owner);
        if self.link.one {
            rows.sort_by_key(|row| row.get("id").and_then(Value::as_i64));
        }
        rows
    }

    /// Rows as they are loaded.
    fn loaded(&self, rows: &[&Row]) -> Value {
        match self.link.one {
            true => json(&rows.first()),
            false => json(&rows),
        }
    }

    /// An owner with rows loaded.
    fn with(&self, owner: &Row, rows: &[&Row]) -> Value {
        let mut owner = owner.clone();
        owner.insert(self.link.field.to_owned(), self.loaded(rows));
        Value::Object(owner)
    }

    /// Owners that pass a test of their rows, with some of these.
    fn owners<T: Serialize>(
        &self,
        what: &str,
        found: orm::Result<Vec<T>>,
        passes: impl Fn(&[&Row]) -> bool,
        some: impl Fn(&Vec<&'a Row>) -> Vec<&'a Row>,
    ) -> Seen {
        let found = found.map_err(|error| format!("{what}: {error}"))?;
        let mut found: Vec<Value> = found.iter().map(json).collect();
        found
            .iter_mut()
            .for_each(|owner| sort_field(owner, self.link.field));
        let owners = self.rows(self.link.owner).into_iter();
        let owners = owners.filter(|owner| passes(&self.related(owner)));
        let expected = owners.map(|owner| self.with(owner, &some(&self.by_key(owner))));
        self.same(what, found.into(), expected.collect::<Vec<_>>().into())
    }

    /// Owners that a condition keeps.
    async fn where_<M: Stored>(
        &self,
        what: &str,
        filter: Filter<M>,
        db: &dyn Executor,
        passes: impl Fn(&[&Row]) -> bool,
    ) -> Seen {
        let found = M::query().filter(filter).order_by(M::label()).all(db).await;
        let found = found.map_err(|error| format!("{what}: {error}"))?;
        let owners = self.rows(self.link.owner).into_iter();
        let expected: Vec<&Row> = owners
            .filter(|owner| passes(&self.related(owner)))
            .collect();
        self.same(what, json(&found), json(&expected))
    }

    fn same(&self, what: &str, found: Value, expected: Value) -> Seen {
        let [found, expected] = [found, expected];
        if found == expected {
            return Ok(());
        }
        let (owner, field) = (self.link.owner, self.link.field);
        Err(format!(
            "{owner}.{field}, {what} (label {}):\n  found    {found}\n  expected {expected}",
            self.label
        ))
    }
}

fn shape(row: &Row) -> Row {
    let label = Value::from(label_of(row));
    Row::from_iter([("label".to_owned(), label)])
}

fn sort_field(owner: &mut Value, field: &str) {
    if let Some(rows) = owner.get_mut(field) {
        *rows = sorted(rows.take());
    }
}

/// Rows by their labels, and by all of their columns where these are the same.
fn sorted(mut rows: Value) -> Value {
    if let Some(rows) = rows.as_array_mut() {
        rows.sort_by_cached_key(|row| (row["label"].to_string(), row.to_string()));
    }
    rows
}
