//! Foreign keys between models, as positions.

use std::collections::BTreeSet;

use orm_core::ddl::blueprint::{ForeignKey, Name, Rule, Table};
use orm_core::ddl::constraint_name;

use super::model::{Model, WIDEST_KEY};
use super::notice::{KeyReason, Matter, Notice};

/// A foreign key that can be an association.
#[derive(Debug, Clone)]
pub(super) struct Link<'b> {
    /// The name of the constraint.
    pub(super) name: &'b str,
    pub(super) key: &'b ForeignKey,
    /// The table that holds the key.
    pub(super) table: &'b Table,
    /// Its model.
    pub(super) child: usize,
    /// Its fields that hold it.
    pub(super) columns: Vec<usize>,
    /// The model whose key it is.
    pub(super) target: usize,
    /// Its fields that are held.
    pub(super) held: Vec<usize>,
    /// Whether those are its primary key.
    pub(super) to_primary_key: bool,
    /// Whether one row holds the key at most.
    pub(super) unique: bool,
}

/// The name that a foreign key has unless its association gives it another one.
pub(super) fn usual_name(link: &Link<'_>, all: &[&Link<'_>]) -> String {
    let key = link.key;
    let mut own = all.iter().filter(|it| std::ptr::eq(it.table, link.table));
    let rivals = own.any(|it| it.key.columns == key.columns && it.key.target != key.target);
    let columns = key.columns.iter().map(String::as_str);
    let target = rivals.then_some(key.target.name.as_str());
    constraint_name::foreign_key(&link.table.name.name, columns.chain(target))
}

/// The foreign keys that can be associations, in the order of the models.
pub(super) fn all<'b>(models: &[Model<'b>], notices: &mut Vec<Notice>) -> Vec<Link<'b>> {
    let mut links = Vec::new();
    for (child, model) in models.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for (name, key) in model.table.foreign_keys() {
            let link = link(models, child, name, key).and_then(|link| {
                let first = seen.insert((&key.columns, &key.target));
                if first {
                    Ok(link)
                } else {
                    Err(KeyReason::Twice)
                }
            });
            match link {
                Ok(link) => links.push(link),
                Err(reason) => {
                    let name = name.to_owned();
                    let matter = Matter::ForeignKey { name, reason };
                    notices.push(Notice::new(&model.table.name, matter));
                }
            }
        }
    }
    links
}

fn link<'b>(
    models: &[Model<'b>],
    child: usize,
    name: &'b str,
    key: &'b ForeignKey,
) -> Result<Link<'b>, KeyReason> {
    let target = position(models, &key.target).ok_or(KeyReason::NoTarget)?;
    let columns = models[child].positions(&key.columns);
    let held = models[target].positions(&key.target_columns);
    let (columns, held) = columns.zip(held).ok_or(KeyReason::NoTarget)?;
    if columns.len() > WIDEST_KEY {
        return Err(KeyReason::TooWide);
    }
    let types = columns.iter().zip(&held).all(|(&own, &held)| {
        let (own, held) = (
            &models[child].fields[own].ty,
            &models[target].fields[held].ty,
        );
        own.is_same(held) && own.keyable
    });
    if !types {
        return Err(KeyReason::Types);
    }
    Ok(Link {
        table: models[child].table,
        name,
        key,
        child,
        target,
        to_primary_key: held == models[target].key(),
        unique: is_unique(models[child].table, &key.columns),
        columns,
        held,
    })
}

fn position(models: &[Model<'_>], name: &Name) -> Option<usize> {
    models.iter().position(|model| model.table.name == *name)
}

/// Whether no two rows agree in the columns.
pub(super) fn is_unique(table: &Table, columns: &[String]) -> bool {
    let same = |key: &mut dyn Iterator<Item = &str>| {
        let key: BTreeSet<&str> = key.collect();
        key == columns.iter().map(String::as_str).collect()
    };
    let by_constraint = table.constraints.iter().any(|it| match &it.rule {
        Rule::PrimaryKey(key) | Rule::Unique { columns: key, .. } => {
            same(&mut key.iter().map(String::as_str))
        }
        _ => false,
    });
    by_constraint
        || table.indexes.iter().any(|index| {
            let key = index.columns().unwrap_or_default();
            index.unique && index.filter.is_none() && same(&mut key.into_iter())
        })
}
