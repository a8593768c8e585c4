//! The ways from a row to others: the associations of its model, or foreign keys.

use orm_core::ddl::blueprint::{ForeignKey, Name};
use orm_core::schema::{AssociationDef, AssociationKind, SqlType, TableDef};
use orm_core::types::Param;

use super::asked::{Asked, Filter, address};
use super::catalog::{Catalog, Relation, plain};
use super::kind::Test;
use super::url::Url;

/// A way from the rows of a table to rows of another, or of the same.
#[derive(Debug)]
pub(super) struct Way<'c> {
    /// What it is called: the association, or the columns that hold the key.
    pub(super) label: String,
    /// What there is at its end, in a word or two.
    pub(super) what: &'static str,
    pub(super) to: &'c Relation,
    /// What rows there have: in a column of theirs, by its place.
    conditions: Vec<(usize, Value)>,
    /// Which rows it is for: those with this value in a column, where a row belongs to one of
    /// several models.
    only: Option<(usize, &'static str)>,
}

#[derive(Debug)]
enum Value {
    /// What this row has in a column, by its place.
    Own(usize),
    Fixed(String),
}

/// All ways from the rows of a table.
pub(super) fn ways<'c>(catalog: &'c Catalog, from: &Relation) -> Vec<Way<'c>> {
    let mut ways = Vec::new();
    if let Some(model) = from.model {
        let all = model.associations.iter();
        ways.extend(all.filter_map(|it| associated(catalog, from, model, it)));
    }
    let is_said = |to: &Relation| from.model.is_some() && to.model.is_some();
    for key in &from.foreign_keys {
        let to = catalog.relation(&key.target).filter(|it| !is_said(it));
        ways.extend(to.and_then(|to| up(from, to, key)));
    }
    for to in catalog.relations.iter().filter(|it| !is_said(it)) {
        let keys = to.foreign_keys.iter().filter(|it| it.target == from.name);
        ways.extend(keys.filter_map(|key| down(from, to, key)));
    }
    ways
}

impl Way<'_> {
    /// Whether it is for the row with these values.
    pub(super) fn is_for(&self, value: impl Fn(usize) -> Option<String>) -> bool {
        self.only
            .is_none_or(|(column, label)| value(column).as_deref() == Some(label))
    }

    /// Where it leads from the row with these values; nowhere if one of them is NULL, or too
    /// long for an address.
    pub(super) fn url(&self, value: impl Fn(usize) -> Option<String>) -> Option<Url> {
        if !self.is_for(&value) {
            return None;
        }
        let mut filters = Vec::new();
        for (column, source) in &self.conditions {
            filters.push(Filter {
                column: *column,
                test: Test::Eq,
                value: match source {
                    Value::Own(place) => value(*place)?,
                    Value::Fixed(text) => text.clone(),
                },
            });
        }
        let names: Vec<usize> = filters.iter().map(|it| it.column).collect();
        if !self.to.key.is_empty() && names == self.to.key {
            let values = filters.iter().map(|it| it.value.as_str());
            return Some(row(self.to, values));
        }
        let asked = Asked {
            filters,
            ..Asked::default()
        };
        Some(asked.url("/table", self.to))
    }

    /// The column whose value leads there, if it is one alone.
    pub(super) fn column(&self) -> Option<usize> {
        match self.conditions.as_slice() {
            [(_, Value::Own(place))] => Some(*place),
            _ => None,
        }
    }

    /// The columns whose values say where it leads.
    pub(super) fn needs(&self) -> impl Iterator<Item = usize> {
        let own = self.conditions.iter().filter_map(|(_, it)| match it {
            Value::Own(place) => Some(*place),
            Value::Fixed(_) => None,
        });
        own.chain(self.only.map(|(column, _)| column))
    }

    /// Whether it leads to at most one row, by a key that this row holds.
    pub(super) fn is_up(&self) -> bool {
        self.what == "one row"
    }
}

/// The address of a row.
pub(super) fn row<'v>(of: &Relation, key: impl Iterator<Item = &'v str>) -> Url {
    key.fold(address("/row", &of.name), |url, value| url.with("k", value))
}

fn associated<'c>(
    catalog: &'c Catalog,
    from: &Relation,
    model: &TableDef,
    association: &AssociationDef,
) -> Option<Way<'c>> {
    let only = match association.type_column {
        Some(column) => Some(kept_for(from, model, association, column)?),
        None => None,
    };
    let target = (association.target)();
    let own = association.owner_columns.iter();
    let own = own.map(|&at| from.place(model.column(at).name));
    let own = own.collect::<Option<Vec<usize>>>()?;
    let mut label = format!("{}::{} → {}", model.model, association.name, target.model);
    let (to, names): (_, Vec<&str>) = match &association.through {
        Some(join) => {
            let name = plain(Name::from(join.name), catalog.schema.as_deref());
            label = format!("{label}, through {name}");
            (catalog.relation(&name)?, join.owner_columns.to_vec())
        }
        None => {
            let columns = association.target_columns.iter();
            let columns = columns.map(|&at| target.column(at).name);
            (catalog.of_model(target)?, columns.collect())
        }
    };
    let there = names.iter().map(|it| to.place(it));
    let there = there.collect::<Option<Vec<usize>>>()?;
    let mut conditions: Vec<_> = there
        .into_iter()
        .zip(own.into_iter().map(Value::Own))
        .collect();
    if association.through.is_none() {
        for (at, value) in association.scope {
            let place = to.place(target.column(*at).name)?;
            conditions.push((place, Value::Fixed(text(&value())?)));
        }
    }
    Some(Way {
        label,
        what: match association.kind {
            AssociationKind::BelongsTo => "one row",
            AssociationKind::HasOne => "at most one row",
            AssociationKind::HasMany => "rows",
            AssociationKind::ManyToMany => "pairs",
        },
        to,
        conditions,
        only,
    })
}

/// Whose key it is says a column of the row, by a label for each of the models, in their order.
fn kept_for(
    from: &Relation,
    model: &TableDef,
    association: &AssociationDef,
    column: u16,
) -> Option<(usize, &'static str)> {
    let column = model.column(column);
    let SqlType::Enum(kind) = column.sql_type else {
        return None;
    };
    let all = model.associations.iter();
    let mut all = all.filter(|it| it.type_column.is_some() && it.name == association.name);
    let at = all.position(|it| it.target_path == association.target_path)?;
    Some((from.place(column.name)?, kind.labels.get(at)?))
}

/// To the row whose key this one holds.
fn up<'c>(from: &Relation, to: &'c Relation, key: &ForeignKey) -> Option<Way<'c>> {
    let conditions = both(to, &key.target_columns, from, &key.columns)?;
    Some(Way {
        label: format!("{} → {}", key.columns.join(", "), to.name),
        what: "one row",
        to,
        conditions,
        only: None,
    })
}

/// To the rows that hold this one's key.
fn down<'c>(from: &Relation, to: &'c Relation, key: &ForeignKey) -> Option<Way<'c>> {
    let conditions = both(to, &key.columns, from, &key.target_columns)?;
    Some(Way {
        label: format!("{}.{} →", to.name, key.columns.join(", ")),
        what: "rows",
        to,
        conditions,
        only: None,
    })
}

fn both(
    to: &Relation,
    there: &[String],
    from: &Relation,
    here: &[String],
) -> Option<Vec<(usize, Value)>> {
    let pairs = there.iter().zip(here);
    let pairs = pairs.map(|(there, here)| Some((to.place(there)?, Value::Own(from.place(here)?))));
    let mut pairs = pairs.collect::<Option<Vec<_>>>()?;
    // In the order of the key there, so that it is known as one.
    pairs.sort_by_key(|(place, _)| to.key.iter().position(|it| it == place));
    Some(pairs)
}

/// A value of a scope as an address says it.
fn text(value: &Param) -> Option<String> {
    Some(match value {
        Param::Text(text) => text.clone(),
        Param::Enum(_, label) => (*label).to_owned(),
        Param::Bool(it) => it.to_string(),
        Param::Int2(it) => it.to_string(),
        Param::Int4(it) => it.to_string(),
        Param::Int8(it) => it.to_string(),
        _ => return None,
    })
}
