//! What a method of an association is given: rows, or the keys of rows.

use std::collections::HashMap;

use super::rows::Keys;
use crate::ast::{Expr, Lock, LockStrength, LockWait, Visible};
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::key::{IntoKey, key_text, key_values};
use crate::membership::Membership;
use crate::model::{AnyRow, Associate, Model};
use crate::query::queries::key_filter;
use crate::query::untouched::untouched_at;
use crate::query::{Filter, Query, fetch};
use crate::schema::{AssociationKind, Backend};
use crate::types::Param;

/// A row that the program holds, or the key of one.
pub(super) enum Given<'m, M: Model> {
    Row(&'m M),
    Key(M::Key),
}

impl<M: Model> Given<'_, M> {
    pub(super) fn key(&self) -> M::Key {
        match self {
            Given::Row(row) => row.key(),
            Given::Key(key) => key.clone(),
        }
    }
}

/// Of a row that is given by its key all else is NULL, its version too.
impl<M: Model> AnyRow for Given<'_, M> {
    fn value(&self, column: u16) -> Param {
        match self {
            Given::Row(row) => row.param(column),
            Given::Key(key) => {
                let mut columns = M::TABLE.primary_key.iter();
                let part = columns.position(|at| *at == column);
                let part = part.and_then(|at| key_values(key).get(at).cloned());
                part.unwrap_or(Param::Null)
            }
        }
    }
}

/// Rows that are given by their keys.
pub(super) fn by_keys<'m, M: Model, K: IntoKey<M::Key>>(
    keys: impl IntoIterator<Item = K>,
) -> Vec<Given<'m, M>> {
    let keys = keys.into_iter().map(IntoKey::into_key);
    keys.map(Given::Key).collect()
}

/// Rows, whatever their model and however they are given.
pub(super) fn any_given<'r, M: Model>(given: &'r [Given<'_, M>]) -> Vec<&'r dyn AnyRow> {
    given.iter().map(|it| it as &dyn AnyRow).collect()
}

/// Rows that were given, as they were read.
pub(super) struct There<M>(HashMap<String, M>);

impl<M: Model> There<M> {
    /// None was.
    pub(super) fn unread() -> Self {
        There(HashMap::new())
    }

    /// The row that is meant, where it was read.
    fn row(&self, given: &dyn AnyRow) -> Option<&M> {
        self.0.get(&spelled::<M>(given))
    }

    /// The rows that are meant: as the program holds them, or as they were read.
    pub(super) fn rows<'r>(&'r self, given: &'r [Given<'_, M>]) -> Vec<&'r M> {
        let rows = given.iter().filter_map(|it| match it {
            Given::Row(row) => Some(*row),
            Given::Key(_) => self.row(it),
        });
        rows.collect()
    }

    /// The same of any rows; of one that was not read, what was given.
    pub(super) fn any_rows<'r>(&'r self, given: &'r [Given<'_, M>]) -> Vec<&'r dyn AnyRow> {
        let mut rows: Vec<&dyn AnyRow> = Vec::with_capacity(given.len());
        for it in given {
            rows.push(match it {
                Given::Row(row) => *row,
                Given::Key(_) => self.row(it).map_or(it, |row| row),
            });
        }
        rows
    }
}

fn spelled<M: Model>(row: &dyn AnyRow) -> String {
    let columns = M::TABLE.primary_key;
    let key: Vec<Param> = columns.iter().map(|&at| row.value(at)).collect();
    key_text(M::TABLE, columns, &key)
}

/// Which rows a method may be given, and what it does to them.
pub(super) struct Asked {
    pub(super) membership: Membership,
    /// What they pass, where that is asked.
    pub(super) pass: Option<Expr>,
    /// What is written to them.
    pub(super) write: &'static str,
    /// Whether nobody else may write them meanwhile.
    pub(super) locks: bool,
}

impl Asked {
    /// Reads the rows.
    ///
    /// # Errors
    /// When one of them is not there, was written since it was read, or does not pass;
    /// the error says which, counted from 0.
    pub(super) async fn read<M: Model>(
        &self,
        given: &[Given<'_, M>],
        db: Exec<'_>,
    ) -> Result<There<M>> {
        let mut there = There::unread();
        if given.is_empty() {
            return Ok(there);
        }
        let keys = Keys::of(M::TABLE, &any_given(given));
        for row in self.select(keys.filter(), db).await? {
            there.0.insert(spelled::<M>(&row), row);
        }
        for (place, given) in given.iter().enumerate() {
            if there.row(given).is_some() {
                continue;
            }
            // The database may compare keys by another rule than their spelling.
            let key = key_filter::<M>(&given.key());
            let Some(row) = self.select(key, db).await?.pop() else {
                let error = self.refused(given, (keys.count, there.0.len()), db).await;
                return Err(error.in_row(Some(place)));
            };
            there.0.insert(spelled::<M>(given), row);
        }
        Ok(there)
    }

    async fn select<M: Model>(&self, rows: Expr, db: Exec<'_>) -> Result<Vec<M>> {
        let asked = self.pass.iter().cloned().fold(rows, Expr::and);
        let mut query = Query::<M>::new().filter(Filter::new(asked));
        if self.locks && db.backend() == Backend::Postgres {
            query.select.lock = Some(Lock {
                strength: LockStrength::Update,
                wait: LockWait::Wait,
            });
        }
        Box::pin(fetch::all(&query.select, &query.shape, db)).await
    }

    /// Why a row cannot be meant.
    async fn refused<M: Model>(
        &self,
        given: &Given<'_, M>,
        (asked, found): (usize, usize),
        db: Exec<'_>,
    ) -> Error {
        let table = M::TABLE;
        let version = table.version().map(|at| given.value(at));
        let version = version.filter(|version| !version.is_null());
        let key = key_values(&given.key());
        let visible = Visible::of(table);
        match untouched_at(table, key, version, self.write, visible, db).await {
            // It is there, and somewhere else.
            error if error.is_not_written() => {
                let found = u64::try_from(found).unwrap_or_default();
                self.membership.not_related(asked, found)
            }
            error => error,
        }
    }
}

/// The rows of the other side that are given by their keys, as what refers to them knows
/// them: they are read where that is by other columns.
///
/// # Errors
/// When one that is read is not there.
pub(super) async fn referred_to<A: Associate>(
    given: &[Given<'_, A::Target>],
    db: Exec<'_>,
) -> Result<There<A::Target>> {
    let holds_key = matches!(
        A::DEF.kind,
        AssociationKind::HasOne | AssociationKind::HasMany
    );
    let mut columns = A::DEF.target_columns.iter();
    if holds_key || columns.all(|at| A::Target::TABLE.primary_key.contains(at)) {
        return Ok(There::unread());
    }
    let asked = Asked {
        membership: Membership::of::<A>(),
        pass: None,
        write: "lock",
        locks: false,
    };
    asked.read(given, db).await
}
