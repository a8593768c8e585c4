//! Foreign keys: one per `belongs_to`, wherever in the model it stands.

use std::collections::BTreeMap;

use super::column_names;
use crate::ddl::blueprint::{Constraint, ForeignKey, Name, Rule};
use crate::ddl::constraint_name;
use crate::schema::{AssociationDef, AssociationKind, TableDef};

/// The foreign keys of a model, in the order of their names.
pub(super) fn all(model: &'static TableDef) -> Vec<Constraint> {
    let keys = written(model);
    let named: BTreeMap<String, ForeignKey> = keys
        .iter()
        .map(|(_, key)| (name(model.name.name, key, &keys), key.clone()))
        .collect();
    named
        .into_iter()
        .map(|(name, key)| Constraint {
            name,
            rule: Rule::ForeignKey(key),
        })
        .collect()
}

/// The columns of keys that say they need no index.
pub(super) fn without_index(model: &'static TableDef) -> Vec<Vec<String>> {
    let without = belongs_to(model).filter(|association| !association.index);
    without
        .map(|association| column_names(model, association.owner_columns))
        .collect()
}

/// The associations behind a model's foreign keys.
pub(in crate::ddl) fn belongs_to(
    model: &'static TableDef,
) -> impl Iterator<Item = &'static AssociationDef> {
    let held = |it: &&AssociationDef| it.kind == AssociationKind::BelongsTo && it.constraint;
    model.associations.iter().filter(held)
}

/// The foreign key of one `belongs_to`.
pub(in crate::ddl) fn of(model: &TableDef, association: &AssociationDef) -> ForeignKey {
    let target = (association.target)();
    ForeignKey {
        columns: column_names(model, association.owner_columns),
        target: target.name.into(),
        target_columns: column_names(target, association.target_columns),
        on_delete: association.on_delete,
        on_update: association.on_update,
        deferrable: association.deferrable,
        match_full: association.match_full,
    }
}

/// The name of the foreign key of one `belongs_to`.
pub(crate) fn name_of(model: &'static TableDef, association: &AssociationDef) -> String {
    name(model.name.name, &of(model, association), &written(model))
}

/// A foreign key, and the name that its association gives it.
type Written = (Option<&'static str>, ForeignKey);

fn written(model: &'static TableDef) -> Vec<Written> {
    let keys = belongs_to(model);
    keys.map(|it| (it.constraint_name, of(model, it))).collect()
}

/// The name that one of the key's associations gives it; or `orders_user_id_fkey`,
/// with the target's name where the same columns are the key of more than one table.
fn name(table: &str, key: &ForeignKey, all: &[Written]) -> String {
    let given = |(name, other): &Written| name.filter(|_| other == key);
    if let Some(given) = all.iter().find_map(given) {
        return constraint_name::given(given);
    }
    let others = all.iter().map(|(_, other)| other);
    let mut rivals = others.filter(|other| other.columns == key.columns);
    let columns = key.columns.iter().map(String::as_str);
    if rivals.any(|other| other.target != key.target) {
        let Name { name: target, .. } = &key.target;
        return constraint_name::foreign_key(table, columns.chain([target.as_str()]));
    }
    constraint_name::foreign_key(table, columns)
}
