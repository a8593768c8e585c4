//! Who belongs to an association: one definition that every read and every
//! write asks.
//!
//! A row belongs to an owner if it *holds* the owner's key (and, where it
//! belongs to one of several models, the owner's type) or a join table pairs
//! it with that key, and if it passes the association's scope. What follows
//! from that is said here and nowhere else: which rows are an owner's, which
//! are free, what makes a row enter and what makes it leave.

mod claim;
mod pairs;
mod same;

pub(crate) use claim::{Claim, NULL_KEY};
pub(crate) use pairs::{NewPairs, Owned, Paired, Pairing};
pub(crate) use same::is_same;

use crate::ast::{Assignment, Expr, JoinedTo, UnaryOp, Value, Visible};
use crate::error::Error;
use crate::key::KeyValues;
use crate::model::{AnyRow, Associate, Model};
use crate::schema::{AssociationDef, AssociationKind, SqlType, TableDef};
use crate::types::Param;

/// Who belongs to an association, as data: the association between two tables.
#[derive(Clone, Copy)]
pub(crate) struct Membership {
    pub(crate) association: &'static AssociationDef,
    pub(crate) owner: &'static TableDef,
    pub(crate) target: &'static TableDef,
}

impl Membership {
    /// That of an association of a model.
    pub(crate) fn of<A: Associate>() -> Self {
        Membership {
            association: A::DEF,
            owner: A::Owner::TABLE,
            target: A::Target::TABLE,
        }
    }

    /// Which rows of the join table are there, if one is between the two sides.
    pub(crate) fn join_rows(self) -> Visible {
        let join = self.association.through.as_ref();
        join.map_or_else(Visible::every, Visible::of_join)
    }

    /// What rows of the other side must pass whoever they belong to.
    pub(crate) fn scope(self) -> Option<Expr> {
        let all = self.association.scope.iter();
        self.tests(all.map(|(column, value)| (*column, value())))
    }

    /// The rows that belong to the owner with a key.
    pub(crate) fn members(self, key: &[Param]) -> Expr {
        let holds = match &self.association.through {
            Some(join) => Expr::joined_to(JoinedTo {
                join,
                visible: Visible::of_join(join),
                table: self.target,
                columns: self.association.target_columns,
                key: key.to_vec(),
            }),
            None => {
                let columns = self.association.target_columns.iter().copied();
                all(columns
                    .zip(key)
                    .map(|(column, value)| self.is(column, value.clone())))
            }
        };
        match self.scope() {
            Some(scope) => holds.and(scope),
            None => holds,
        }
    }

    /// The rows that belong nowhere and may enter: what [`leaving`](Self::leaving)
    /// leaves behind. Parts of a key that stay, as a tenant's, are the owner's own.
    pub(crate) fn free(self, key: &[Param]) -> Expr {
        let cleared = self.cleared();
        let held = self.held(key).map(|(column, value)| {
            let is_null = || Expr::unary(UnaryOp::IsNull, self.column(column));
            if cleared.contains(&column) {
                is_null()
            } else if self.target.column(column).nullable {
                is_null().or(self.is(column, value))
            } else {
                self.is(column, value)
            }
        });
        let free = all(held);
        match self.tests(self.conditions()) {
            Some(conditions) => free.and(conditions),
            None => free,
        }
    }

    /// What is written to a row that comes to belong to the owner with a key.
    pub(crate) fn entering(self, key: &[Param]) -> Vec<Assignment> {
        let values = self.held(key).chain(self.conditions());
        values
            .map(|(column, value)| assigned(column, value))
            .collect()
    }

    /// What is written to a row that leaves and stays in its table.
    pub(crate) fn leaving(self) -> Vec<Assignment> {
        let cleared = self.cleared().into_iter();
        cleared
            .map(|column| assigned(column, Param::Null))
            .collect()
    }

    /// The row whose association it is, with the key that the program holds of it.
    pub(crate) fn owner_row(self, owner: &dyn AnyRow) -> Expr {
        as_held(self.owner, owner, self.association.owner_columns)
    }

    /// True while the owner has the key that the program holds of it: another row
    /// may have it by now, or the owner be hidden. `None` where rows are known by that
    /// key, and the model hides none.
    pub(crate) fn owner_stays(self, owner: &dyn AnyRow) -> Option<Expr> {
        let moves = !identifies(self.owner, self.association.owner_columns);
        let leaves = moves || self.owner.hides_rows();
        leaves.then(|| Expr::there(self.owner, self.owner_row(owner)))
    }

    /// True while a row of the other side is there, passes the scope and has the key
    /// that the program holds of it. `None` where that is not asked: a foreign key sees
    /// to it that the row is there.
    pub(crate) fn target_stays(self, row: &dyn AnyRow) -> Option<Expr> {
        let moves = !identifies(self.target, self.association.target_columns);
        let scope = self.scope();
        (moves || self.target.hides_rows() || scope.is_some()).then(|| {
            let row = as_held(self.target, row, self.association.target_columns);
            Expr::there(self.target, scope.into_iter().fold(row, Expr::and))
        })
    }

    /// The columns of the owner's row that become NULL when it lets go of the
    /// row it refers to (`belongs_to`).
    pub(crate) fn released(self) -> Vec<u16> {
        cleared(self.owner, self.association.owner_columns, None)
    }

    /// Whether a row that came back passes the scope.
    pub(crate) fn admits(self, row: &dyn AnyRow) -> bool {
        let mut scope = self.association.scope.iter();
        scope.all(|(column, value)| self.says(row, *column, &value()))
    }

    /// Whether a row that came back belongs to the owner with a key.
    pub(crate) fn has(self, key: &[Param], row: &dyn AnyRow) -> bool {
        let mut asked = self.held(key).chain(self.conditions());
        asked.all(|(column, value)| self.says(row, column, &value))
    }

    fn says(self, row: &dyn AnyRow, column: u16, value: &Param) -> bool {
        match (
            self.target.column(column).sql_type,
            row.value(column),
            value,
        ) {
            // It comes back padded, which means nothing to the server.
            (SqlType::Char(_), Param::Text(row), Param::Text(value)) => {
                row.trim_end_matches(' ') == value.trim_end_matches(' ')
            }
            (_, row, value) => is_same(&row, value),
        }
    }

    /// The key that an owner is referred to by, or refers by; `None` where a part of it
    /// is NULL.
    pub(crate) fn owner_key(self, row: &dyn AnyRow) -> Option<KeyValues> {
        key_of(row, self.association.owner_columns)
    }

    /// The key that rows refer to a row of the other side by; `None` where a
    /// part of it is NULL.
    pub(crate) fn target_key(self, row: &dyn AnyRow) -> Option<KeyValues> {
        key_of(row, self.association.target_columns)
    }

    /// Some of the rows that were given do not belong here.
    pub(crate) fn not_related(self, asked: usize, found: u64) -> Error {
        let (model, target) = (self.owner.model, self.target.model);
        Error::not_related(model, self.association.name, target, asked, found)
    }

    /// The columns that say whose a row of the other side is, with the values
    /// that say it is this owner's: the key, and its type where it has one.
    fn held(self, key: &[Param]) -> impl Iterator<Item = (u16, Param)> + use<'_> {
        let columns = self.association.target_columns.iter().copied();
        let of_owner = self.type_column();
        let owner_type = self
            .association
            .scope
            .iter()
            .filter(move |(column, _)| Some(*column) == of_owner);
        let owner_type = owner_type.map(|(column, value)| (*column, value()));
        columns.zip(key.iter().cloned()).chain(owner_type)
    }

    /// The values of the scope that say nothing about whose a row is.
    fn conditions(self) -> impl Iterator<Item = (u16, Param)> {
        let of_owner = self.type_column();
        let scope = self.association.scope.iter();
        scope
            .filter(move |(column, _)| Some(*column) != of_owner)
            .map(|(column, value)| (*column, value()))
    }

    /// The column of the other side that says of which model the key is, where
    /// it belongs to one of several.
    fn type_column(self) -> Option<u16> {
        let own = self.association;
        let mut theirs = self.target.associations.iter().filter(|it| {
            it.kind == AssociationKind::BelongsTo && it.owner_columns == own.target_columns
        });
        let in_scope = |column: &u16| own.scope.iter().any(|(scoped, _)| scoped == column);
        theirs.find_map(|it| it.type_column.filter(in_scope))
    }

    fn cleared(self) -> Vec<u16> {
        let columns = self.association.target_columns;
        cleared(self.target, columns, self.type_column())
    }

    fn tests(self, values: impl Iterator<Item = (u16, Param)>) -> Option<Expr> {
        let tests: Vec<Expr> = values
            .map(|(column, value)| self.is(column, value))
            .collect();
        (!tests.is_empty()).then(|| Expr::all_of(tests))
    }

    fn is(self, column: u16, value: Param) -> Expr {
        match value {
            Param::Null => Expr::unary(UnaryOp::IsNull, self.column(column)),
            value => Expr::ColumnIs(self.target.column(column), value),
        }
    }

    fn column(self, column: u16) -> Expr {
        Expr::Column(self.target.column(column))
    }
}

fn key_of(row: &dyn AnyRow, columns: &[u16]) -> Option<KeyValues> {
    let key: KeyValues = columns.iter().map(|&column| row.value(column)).collect();
    (!key.iter().any(|value| matches!(value, Param::Null))).then_some(key)
}

/// Whether a key holds all that rows of its table are known by.
fn identifies(table: &TableDef, key: &[u16]) -> bool {
    table.primary_key.iter().all(|at| key.contains(at))
}

/// The columns that say which row it is, and what it is referred to by.
fn known_by(table: &TableDef, key: &[u16]) -> impl Iterator<Item = u16> {
    let others = key.iter().filter(|at| !table.primary_key.contains(at));
    table.primary_key.iter().chain(others).copied()
}

/// A row with the key that the program holds of it.
fn as_held(table: &'static TableDef, row: &dyn AnyRow, key: &[u16]) -> Expr {
    let columns = known_by(table, key);
    all(columns.map(|column| Expr::ColumnIs(table.column(column), row.value(column))))
}

/// The columns of a key that become NULL when the row goes that it refers to.
pub(crate) fn released_by(table: &TableDef, key: &[u16]) -> Vec<u16> {
    cleared(table, key, None)
}

/// Which columns of a key become NULL when a row lets go of it: those that may,
/// without the parts that keys to other rows share; all that may, if each is shared.
fn cleared(table: &TableDef, key: &[u16], type_column: Option<u16>) -> Vec<u16> {
    let held = key.iter().copied().chain(type_column);
    let may_be_null: Vec<u16> = held.filter(|&at| table.column(at).nullable).collect();
    let is_shared = |at: &u16| {
        let mut others = table
            .associations
            .iter()
            .filter(|it| it.kind == AssociationKind::BelongsTo && it.owner_columns != key);
        others.any(|it| it.owner_columns.contains(at))
    };
    let own: Vec<u16> = may_be_null
        .iter()
        .copied()
        .filter(|at| !is_shared(at))
        .collect();
    let frees = own.iter().any(|at| key.contains(at));
    if frees { own } else { may_be_null }
}

/// True of a row whose other keys refer to the same as before when these columns
/// of it are written: keys may share a part, as a tenant's. `None` where none do.
pub(crate) fn undisturbed(table: &'static TableDef, set: &[Assignment]) -> Option<Expr> {
    let written = |at: &u16| set.iter().find(|it| it.column == *at);
    let keys = table.associations.iter();
    let keys = keys.filter(|it| it.kind == AssociationKind::BelongsTo);
    let tests: Vec<Expr> = keys
        .filter_map(|key| {
            let (shared, own): (Vec<u16>, Vec<u16>) = key
                .owner_columns
                .iter()
                .partition(|at| written(at).is_some());
            if shared.is_empty() || own.is_empty() {
                return None;
            }
            let stay = all(shared
                .iter()
                .filter_map(written)
                .filter_map(|it| match &it.value {
                    Value::Param(value) => {
                        Some(Expr::ColumnIs(table.column(it.column), value.clone()))
                    }
                    Value::Expr(_) | Value::Default => None,
                }));
            let refers_to_nothing = own
                .iter()
                .map(|&at| Expr::unary(UnaryOp::IsNull, Expr::Column(table.column(at))));
            Some(refers_to_nothing.fold(stay, Expr::or))
        })
        .collect();
    (!tests.is_empty()).then(|| Expr::all_of(tests))
}

fn assigned(column: u16, value: Param) -> Assignment {
    Assignment {
        column,
        value: Value::Param(value),
    }
}

/// All of the tests; a single one stands alone.
fn all(tests: impl Iterator<Item = Expr>) -> Expr {
    let mut tests: Vec<Expr> = tests.collect();
    match tests.len() {
        1 => tests.remove(0),
        _ => Expr::all_of(tests),
    }
}
