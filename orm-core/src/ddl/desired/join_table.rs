//! The join tables of many-to-many associations that are no model of their own.

use super::{column, column_names, index};
use crate::ddl::blueprint::{Column, Constraint, ForeignKey, Rule, Storage, Table};
use crate::ddl::constraint_name;
use crate::schema::{
    Action, AssociationDef, AssociationKind, Backend, Deferrable, JoinTable, TableDef,
};

/// The join tables that a model's associations need.
pub(in crate::ddl) fn of(
    backend: Backend,
    model: &'static TableDef,
) -> impl Iterator<Item = Table> {
    model.associations.iter().filter_map(move |association| {
        let through = association.through.as_ref()?;
        let needed = association.kind == AssociationKind::ManyToMany && through.table.is_none();
        needed.then(|| table(backend, model, association, through))
    })
}

/// One side of a join table: its columns, and what they point at.
struct Side {
    columns: &'static [&'static str],
    target: &'static TableDef,
    keys: &'static [u16],
}

fn table(
    backend: Backend,
    model: &'static TableDef,
    association: &AssociationDef,
    through: &JoinTable,
) -> Table {
    let mut sides = [
        Side {
            columns: through.owner_columns,
            target: model,
            keys: association.owner_columns,
        },
        Side {
            columns: through.target_columns,
            target: (association.target)(),
            keys: association.target_columns,
        },
    ];
    // Both models may declare the association; the table must not depend on
    // which of them was looked at first.
    sides.sort_by_key(|side| side.columns);
    let name = through.name.name;
    // The two keys may share a part, as a tenant's.
    let mut columns: Vec<Column> = Vec::new();
    for column in sides.iter().flat_map(|it| it.definitions(backend)) {
        if !columns.iter().any(|known| known.name == column.name) {
            columns.push(column);
        }
    }
    let key = Constraint {
        name: constraint_name::primary_key(name),
        rule: Rule::PrimaryKey(columns.iter().map(|it| it.name.clone()).collect()),
    };
    let foreign_keys = sides.iter().map(|side| side.foreign_key(name));
    let mut table = Table {
        name: through.name.into(),
        columns,
        constraints: [key].into_iter().chain(foreign_keys).collect(),
        indexes: Vec::new(),
        storage: Storage::default(),
        comment: None,
    };
    index::add_for_foreign_keys(&mut table, &[]);
    table
}

impl Side {
    fn names(&self) -> impl Iterator<Item = String> {
        self.columns.iter().map(|&column| column.into())
    }

    /// The columns: each of the type of the key it holds.
    fn definitions(&self, backend: Backend) -> impl Iterator<Item = Column> {
        self.names().zip(self.keys).map(move |(name, &key)| Column {
            name,
            kind: column::kind(backend, &self.target.column(key).sql_type),
            nullable: false,
            identity: None,
            sequence: None,
            default: None,
            generated: None,
            collation: column::collation(backend, self.target.column(key)),
            comment: None,
        })
    }

    fn foreign_key(&self, table: &str) -> Constraint {
        let key = ForeignKey {
            columns: self.names().collect(),
            target: self.target.name.into(),
            target_columns: column_names(self.target, self.keys),
            on_delete: Action::Cascade,
            on_update: Action::Cascade,
            deferrable: Deferrable::No,
            match_full: false,
        };
        Constraint {
            name: constraint_name::foreign_key(table, self.columns.iter().copied()),
            rule: Rule::ForeignKey(key),
        }
    }
}
