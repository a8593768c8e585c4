//! Pairs of keys in a join table: the new ones, and those that go.

use std::collections::HashSet;

use super::{Membership, identifies, is_same, known_by};
use crate::ast::{
    Among, Expr, KnownPair, Link, LinkColumn, LinkValue, Marked, Revived, Unlink, UnlinkScope,
    Visible,
};
use crate::error::{Error, Result};
use crate::joined::JoinRows;
use crate::key::key_text;
use crate::model::{AnyRow, Associate};
use crate::query::{How, marking};
use crate::schema::{JoinTable, SqlType, TableDef};
use crate::types::Param;

/// Values of a row of a join table that is a model, by column position.
pub(crate) type JoinValues = Vec<(u16, Param)>;

/// New rows of a join table: they pair an owner's key with those of other rows.
/// Made without the database: every value is judged.
pub(crate) struct NewPairs {
    pub(crate) membership: Membership,
    pub(crate) link: Link,
    /// The owner's row, where it is to be locked first: no constraint keeps a
    /// pair from being there twice.
    pub(crate) locked: Option<Expr>,
    /// How many rows are paired.
    pub(crate) meant: usize,
    /// Where the row of each pair stood among those that were given; none where there are
    /// several owners, whose rows have no numbers in common.
    pub(crate) places: Vec<usize>,
}

/// Which rows of a pair the program has read, so that they may be others by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paired {
    /// Both.
    Read,
    /// The owner: the rows of the other side were just written.
    NewRows,
    /// None: all were just written.
    New,
}

/// Rows of the other side that an owner is paired with.
pub(crate) struct Owned<'r> {
    pub(crate) owner: &'r dyn AnyRow,
    pub(crate) key: &'r [Param],
    pub(crate) rows: Vec<&'r dyn AnyRow>,
}

/// An association through a join table, and what its new rows go through.
#[derive(Clone, Copy)]
pub(crate) struct Pairing {
    pub(crate) membership: Membership,
    complete: fn(JoinValues) -> Result<JoinValues>,
}

impl Pairing {
    /// That of an association of a model.
    pub(crate) fn of<A: Associate>() -> Self {
        Pairing {
            membership: Membership::of::<A>(),
            complete: <A::Join as JoinRows>::complete,
        }
    }
}

impl NewPairs {
    /// The pairs with rows of the other side, with further values of the join
    /// rows; `None` without rows.
    ///
    /// # Errors
    /// When a validator of the join table's model refuses a value, or a row has no key.
    pub(crate) fn new(
        pairing: Pairing,
        owner: &dyn AnyRow,
        key: &[Param],
        rows: &[&dyn AnyRow],
        values: &[(u16, Param)],
    ) -> Result<Option<Self>> {
        let rows = rows.to_vec();
        Self::of_owners(pairing, &[Owned { owner, key, rows }], values, Paired::Read)
    }

    /// The same with rows of the other side that were just written.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn with_new(
        pairing: Pairing,
        owner: &dyn AnyRow,
        key: &[Param],
        row: &dyn AnyRow,
        values: &[(u16, Param)],
    ) -> Result<Option<Self>> {
        let rows = vec![row];
        Self::of_owners(
            pairing,
            &[Owned { owner, key, rows }],
            values,
            Paired::NewRows,
        )
    }

    /// The same for several owners at once, each of which is new: nobody else pairs
    /// them meanwhile.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn of_owners(
        pairing: Pairing,
        owners: &[Owned<'_>],
        values: &[(u16, Param)],
        paired: Paired,
    ) -> Result<Option<Self>> {
        let membership = pairing.membership;
        let Some(join) = &membership.association.through else {
            return Ok(None);
        };
        let mut given = Vec::new();
        let mut places = Vec::new();
        let mut pairs = Vec::new();
        let mut strangers = 0;
        for Owned { key, rows, .. } in owners {
            for (place, row) in membership.each_once(rows) {
                places.push(place);
                let target = membership.target_key(row).ok_or_else(no_key)?;
                given.push(row);
                strangers += u64::from(!agree(join, key, &target));
                pairs.push(match join.table {
                    Some(table) => judged(pairing, join, table(), key, &target, values)?,
                    None => positions()
                        .zip(key.iter().chain(&target).cloned())
                        .collect(),
                });
            }
        }
        if pairs.is_empty() {
            return Ok(None);
        }
        let meant = given.len();
        if strangers > 0 {
            return Err(membership.not_related(meant, (meant as u64).saturating_sub(strangers)));
        }
        let one = match owners {
            [one] => Some(one),
            _ => None,
        };
        let columns = match join.table {
            Some(table) => columns_of_model(join, table(), pairs, one.is_some()),
            None => columns_of_plain(membership, join, pairs, one.is_some()),
        };
        let known = if join.has_pair_constraint() {
            KnownPair::ByConstraint
        } else {
            KnownPair::ByLooking
        };
        let read = owners.iter().filter(|_| paired != Paired::New);
        let asked = membership.asked_of_pairs(read.map(|it| it.owner), paired);
        let among = asked.map(|asked| Among {
            table: membership.target,
            visible: match paired {
                Paired::Read => Visible::of(membership.target),
                // A default scope says nothing of what is created.
                Paired::NewRows | Paired::New => Visible::every(),
            },
            filter: asked.and(membership.given(&given)),
            meant: Param::Int8(i64::try_from(meant).unwrap_or(i64::MAX)),
        });
        let link = Link {
            join,
            columns,
            known,
            // A pair is there whatever a scope shows of it.
            visible: Visible::every().with(Marked::Hidden),
            revived: revived(join, values),
            among,
            all_of: Some(Param::Text(crate::sql::quoted(&join.name))),
        };
        Ok(Some(NewPairs {
            membership,
            link,
            locked: one
                .filter(|_| known == KnownPair::ByLooking && paired != Paired::New)
                .map(|one| membership.owner_row(one.owner)),
            meant,
            places: one.map_or_else(Vec::new, |_| places),
        }))
    }

    /// Judges what is known of the join row of a row that is not written yet.
    ///
    /// # Errors
    /// When a validator of the join table's model refuses a value.
    pub(crate) fn judge(pairing: Pairing, key: &[Param], values: &[(u16, Param)]) -> Result<()> {
        let join = pairing.membership.association.through.as_ref();
        match join.and_then(|join| Some((join, join.table?))) {
            Some((join, table)) => judged(pairing, join, table(), key, &[], values).map(drop),
            None => Ok(()),
        }
    }
}

impl Membership {
    /// What is asked of rows of the other side that are paired with an owner, or
    /// were: the scope, and that both sides have the keys still that the program
    /// holds of them. `None` where a foreign key sees to all of it.
    fn asked_of_pairs<'o>(
        self,
        owners: impl Iterator<Item = &'o dyn AnyRow>,
        paired: Paired,
    ) -> Option<Expr> {
        let leaves = paired == Paired::Read && self.target.hides_rows();
        let moves = !identifies(self.target, self.association.target_columns) || leaves;
        let stays = owners.filter_map(|owner| self.owner_stays(owner));
        let asked: Vec<Expr> = self.scope().into_iter().chain(stays).collect();
        (moves || !asked.is_empty()).then(|| Expr::all_of(asked))
    }

    /// Rows of the other side with the keys that the program holds of them.
    pub(crate) fn given(self, rows: &[&dyn AnyRow]) -> Expr {
        let columns = known_by(self.target, self.association.target_columns);
        let columns: Vec<u16> = columns.collect();
        let arrays = columns.iter().map(|&column| {
            let values = rows.iter().map(|row| row.value(column)).collect();
            Param::array_of(self.target.column(column).sql_type, values)
        });
        let arrays = arrays.collect();
        Expr::KeyIn(self.target, columns, arrays)
    }

    /// Rows of the other side, each as it was given first, and where.
    fn each_once<'r>(self, rows: &[&'r dyn AnyRow]) -> Vec<(usize, &'r dyn AnyRow)> {
        let key = self.target.primary_key;
        let mut seen = HashSet::new();
        let mut is_new = |row: &dyn AnyRow| {
            let values: Vec<Param> = key.iter().map(|&at| row.value(at)).collect();
            seen.insert(key_text(self.target, key, &values))
        };
        let rows = rows.iter().copied().enumerate();
        rows.filter(|(_, row)| is_new(*row)).collect()
    }

    /// The pairs that the owner's key has with some rows of the other side, or
    /// (`keep`) with all others; `None` where there can be none.
    pub(crate) fn pairs(
        self,
        owner: &dyn AnyRow,
        key: &[Param],
        rows: &[&dyn AnyRow],
        keep: bool,
    ) -> Option<Unlink> {
        let join = self.association.through.as_ref()?;
        let columns = self.association.target_columns;
        let mut arrays: Vec<Vec<Param>> = vec![Vec::new(); columns.len()];
        // As where pairs are written.
        let rows = self.each_once(rows).into_iter().map(|(_, row)| row);
        let rows: Vec<&dyn AnyRow> = rows.collect();
        // A row without a key is in no pair.
        for target in rows.iter().filter_map(|row| self.target_key(*row)) {
            for (array, value) in arrays.iter_mut().zip(target) {
                array.push(value);
            }
        }
        let none = arrays.first().is_none_or(Vec::is_empty);
        if none && !keep {
            return None;
        }
        let types = columns.iter().map(|&at| self.target.column(at).sql_type);
        let targets = types
            .zip(arrays)
            .map(|(sql_type, array)| (Param::array_of(sql_type, array), sql_type))
            .collect();
        let asked = self.asked_of_pairs(std::iter::once(owner), Paired::Read);
        let scope = asked.map(|asked| UnlinkScope {
            table: self.target,
            visible: Visible::of(self.target),
            columns,
            // Those that are kept were judged when they were written.
            filter: match keep {
                true => asked,
                false => asked.and(self.given(&rows)),
            },
        });
        Some(Unlink {
            join,
            visible: Visible::of_join(join),
            marks: (join.table)
                .and_then(|table| marking(table(), How::Delete))
                .unwrap_or_default(),
            owner: key.to_vec(),
            targets,
            keep,
            scope,
        })
    }
}

/// What a marked row of the join table takes over when its pair is added again: what
/// was given for this one.
fn revived(join: &JoinTable, values: &[(u16, Param)]) -> Option<Revived> {
    let table = join.table?();
    let mark = table.column(table.soft_delete?);
    Some(Revived {
        mark,
        set: marking(table, How::Restore)?,
        taken_over: values.iter().map(|(at, _)| table.column(*at)).collect(),
    })
}

/// Whether two keys agree in the columns of the join table that they share, as
/// a tenant's.
fn agree(join: &JoinTable, owner: &[Param], target: &[Param]) -> bool {
    let mut theirs = join.target_columns.iter().zip(target);
    theirs.all(|(name, value)| {
        let mut own = join.owner_columns.iter().zip(owner);
        own.all(|(other, own)| other != name || is_same(own, value))
    })
}

fn no_key() -> Error {
    Error::usage(super::NULL_KEY)
}

fn positions() -> impl Iterator<Item = u16> {
    0..
}

/// A row of a join table that is a model, with its defaults, judged.
fn judged(
    pairing: Pairing,
    join: &JoinTable,
    table: &'static TableDef,
    owner: &[Param],
    target: &[Param],
    values: &[(u16, Param)],
) -> Result<JoinValues> {
    if values.iter().any(|&(at, _)| join.is_in_pair(table, at)) {
        return Err(Error::usage(
            "`joining` gives what a join row says beside the two keys; the keys are those of the rows",
        ));
    }
    let names = join.owner_columns.iter().chain(join.target_columns);
    // Of a row that is not written yet the key is not known.
    let known = names.zip(owner.iter().chain(target));
    let pair = known.filter_map(|(name, value)| {
        let at = table
            .columns
            .iter()
            .position(|column| column.name == *name)?;
        Some((u16::try_from(at).ok()?, value.clone()))
    });
    (pairing.complete)(pair.chain(values.iter().cloned()).collect())
}

/// The columns of join rows of a model: their values, and the times of their writing.
fn columns_of_model(
    join: &JoinTable,
    table: &'static TableDef,
    rows: Vec<JoinValues>,
    one_owner: bool,
) -> Vec<LinkColumn> {
    let mut columns = Vec::new();
    let mut arrays: Vec<(u16, Vec<Param>)> = Vec::new();
    for (position, value) in rows.into_iter().flatten() {
        match arrays.iter_mut().find(|(at, _)| *at == position) {
            Some((_, array)) => array.push(value),
            None => arrays.push((position, vec![value])),
        }
    }
    for (position, column) in positions().zip(table.columns) {
        let given = arrays.iter_mut().find(|(at, _)| *at == position);
        let value = match given {
            Some((_, array)) if one_owner && join.owner_columns.contains(&column.name) => {
                array.pop().map(LinkValue::Same)
            }
            Some((_, array)) => {
                let array = std::mem::take(array);
                Some(LinkValue::Each(Param::array_of(column.sql_type, array)))
            }
            None => column.timestamp.map(|_| LinkValue::Now),
        };
        columns.extend(value.map(|value| LinkColumn {
            name: column.name,
            sql_type: column.sql_type,
            value,
        }));
    }
    columns
}

/// The columns of a plain join table: the two keys, of the types that they have
/// in the tables they are of. A part that they share is the owner's.
fn columns_of_plain(
    membership: Membership,
    join: &'static JoinTable,
    rows: Vec<JoinValues>,
    one_owner: bool,
) -> Vec<LinkColumn> {
    let association = membership.association;
    let of = |table: &'static TableDef, columns: &'static [u16]| {
        columns.iter().map(|&at| table.column(at).sql_type)
    };
    let types = of(membership.owner, association.owner_columns)
        .chain(of(membership.target, association.target_columns));
    let names = join.owner_columns.iter().chain(join.target_columns);
    let mut arrays: Vec<Vec<Param>> = names.clone().map(|_| Vec::new()).collect();
    for (position, value) in rows.into_iter().flatten() {
        arrays[usize::from(position)].push(value);
    }
    let width = join.owner_columns.len();
    let typed: Vec<SqlType> = types.collect();
    let columns = names.zip(typed).zip(arrays).enumerate();
    let value = |at: usize, sql_type, mut array: Vec<Param>| match array.pop() {
        Some(last) if one_owner && at < width => LinkValue::Same(last),
        last => {
            array.extend(last);
            LinkValue::Each(Param::array_of(sql_type, array))
        }
    };
    columns
        .filter(|(at, ((name, _), _))| *at < width || !join.owner_columns.contains(*name))
        .map(|(at, ((name, sql_type), array))| LinkColumn {
            name,
            sql_type,
            value: value(at, sql_type, array),
        })
        .collect()
}
