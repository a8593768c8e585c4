//! What a delete does to the rows that refer to those it marks, and a restore undoes.
//!
//! The rows stay, so the database does nothing by itself. What `on_delete` says is
//! done here, in one transaction: `restrict` refuses while a row refers to one that is
//! to be marked, `set_null` empties the keys, `cascade` marks the rows that are
//! marked themselves when they are deleted. Rows of other models stay as they are and
//! have their parent again when that is restored.
//!
//! Which marks belong together is told by their moment. That is enough because no
//! delete takes one that a row beside its rows has already (`docs/decisions/0019`).

use std::collections::{HashSet, VecDeque};

use super::pairs::text;
use super::rows::{Read, ReadRow, read};
use super::{How, Removal, Statement, execute, set_mark};
use crate::ast::{
    Assignment, AssociationAsk, AssociationTest, BinaryOp, Expr, Marked, OfEachRow, Output, Select,
    Step, UnaryOp, Update, Value, Visible,
};
use crate::create::statement_time;
use crate::ddl::foreign_key_name;
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::membership::released_by;
use crate::query::update::moving_of;
use crate::refusal;
use crate::schema::{
    Action, AssociationDef, AssociationKind, DefaultValue, SqlType, TableDef, TableName,
};
use crate::types::{Mark, Param};

/// Whether more is to be done than to the rows themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consequences {
    /// Other rows are looked at.
    Some,
    /// No row refers to them of which we know; but their own delete is to be told from
    /// that of a row that they refer to.
    OwnMoment,
}

/// Rows that hold the key of the rows that are marked.
#[derive(Clone, Copy)]
struct Reference {
    /// Their table.
    table: &'static TableDef,
    /// Their `belongs_to`.
    held: &'static AssociationDef,
}

/// What follows for rows of a table; `None` where that is nothing.
pub(super) fn of(table: &'static TableDef, how: How) -> Option<Consequences> {
    table.soft_delete?;
    let any = match how {
        How::ForGood => false,
        How::Delete => !references(table).is_empty(),
        How::Restore => followed(table, Action::Cascade).next().is_some(),
    };
    if any {
        return Some(Consequences::Some);
    }
    let marked_with_others = how == How::Delete && parents(table).next().is_some();
    marked_with_others.then_some(Consequences::OwnMoment)
}

/// The `belongs_to` of other models by which rows refer to those of a table, as far as
/// its own associations lead there, and something is to be done about them.
fn references(table: &'static TableDef) -> Vec<Reference> {
    let is_followed = |it: &Reference| is_followed(it.table, it.held.on_delete);
    all_references(table)
        .into_iter()
        .filter(is_followed)
        .collect()
}

/// All of them, whatever their keys say of a delete.
fn all_references(table: &'static TableDef) -> Vec<Reference> {
    let mut all: Vec<Reference> = Vec::new();
    for association in table.associations {
        let (child, key): (&'static TableDef, Vec<u16>) =
            match (&association.through, association.kind) {
                (_, AssociationKind::BelongsTo) => continue,
                (None, _) => ((association.target)(), association.target_columns.to_vec()),
                // A plain join table has rows that stay.
                (Some(join), _) => match join.table {
                    Some(join_table) => {
                        let join_table = join_table();
                        let at =
                            |name: &&str| join_table.columns.iter().position(|it| it.name == *name);
                        let key = join.owner_columns.iter().filter_map(at);
                        (
                            join_table,
                            key.filter_map(|at| u16::try_from(at).ok()).collect(),
                        )
                    }
                    None => continue,
                },
            };
        let held = child.associations.iter().find(|it| {
            it.kind == AssociationKind::BelongsTo
                && it.constraint
                && it.owner_columns == key
                && (it.target)().name == table.name
        });
        let Some(held) = held else {
            continue;
        };
        let known = |it: &Reference| it.table.name == child.name && it.held.name == held.name;
        if !all.iter().any(known) {
            all.push(Reference { table: child, held });
        }
    }
    all
}

/// The primary key of a table, and the columns that others refer to.
pub(super) fn referred_columns(table: &'static TableDef) -> Vec<u16> {
    let mut columns = table.primary_key.to_vec();
    for by in references(table) {
        for &column in by.held.target_columns {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    columns
}

/// The tables whose rows change when rows of one are removed or come back, by our doing
/// or the database's, as far as associations lead to them.
pub(crate) fn reached(table: &'static TableDef, how: How) -> Vec<&'static TableDef> {
    let marks = table.soft_delete.is_some() && how != How::ForGood;
    let mut all: Vec<&'static TableDef> = Vec::new();
    let mut seen = vec![table.name];
    let mut next = vec![table];
    while let Some(table) = next.pop() {
        for by in all_references(table) {
            let goes = match (marks, by.held.on_delete) {
                (_, Action::Restrict | Action::NoAction) => continue,
                (true, Action::Cascade) if by.table.soft_delete.is_none() => continue,
                (_, Action::Cascade) => true,
                (_, Action::SetNull | Action::SetDefault) => false,
            };
            // What comes back is what was marked.
            if how == How::Restore && !goes {
                continue;
            }
            all.push(by.table);
            if goes && !seen.contains(&by.table.name) {
                seen.push(by.table.name);
                next.push(by.table);
            }
        }
    }
    all
}

/// Whether something is done about the rows that refer to a row that is marked.
fn is_followed(child: &TableDef, action: Action) -> bool {
    match action {
        Action::Restrict | Action::SetNull | Action::SetDefault => true,
        Action::Cascade => child.soft_delete.is_some(),
        Action::NoAction => false,
    }
}

/// The associations of a table to rows whose delete marks its own, and their mark.
pub(super) fn parents(
    table: &'static TableDef,
) -> impl Iterator<Item = (&'static AssociationDef, u16)> {
    let all = table.associations.iter().filter(|it| {
        it.kind == AssociationKind::BelongsTo && it.constraint && it.on_delete == Action::Cascade
    });
    all.filter_map(|it| Some((it, (it.target)().soft_delete?)))
}

/// Rows of one table that are marked, or get their mark taken away, by one operation.
struct Rows {
    table: &'static TableDef,
    /// The columns that were read: the primary key, and what others refer to.
    columns: Vec<u16>,
    rows: Vec<Vec<Param>>,
    /// The mark that all of them have, where it is to be taken away.
    mark: Option<Mark>,
}

impl Rows {
    /// The values of some of the columns, one array for each.
    fn arrays(&self, columns: &[u16]) -> Vec<Param> {
        let each = columns.iter().map(|column| {
            let at = self.columns.iter().position(|it| it == column);
            let value = |row: &Vec<Param>| at.and_then(|at| row.get(at).cloned());
            let values = self.rows.iter().filter_map(value).collect();
            Param::array_of(self.table.column(*column).sql_type, values)
        });
        each.collect()
    }

    /// These rows of their table.
    fn filter(&self) -> Expr {
        let key = self.table.primary_key;
        Expr::KeyIn(self.table, key.to_vec(), self.arrays(key))
    }

    /// The rows that refer to these.
    fn referring(&self, by: Reference) -> Expr {
        let keys = self.arrays(by.held.target_columns);
        Expr::KeyIn(by.table, by.held.owner_columns.to_vec(), keys)
    }

    /// What tells a row from all others.
    fn identity(&self, row: &[Param]) -> (TableName, String) {
        let key = row.iter().take(self.table.primary_key.len());
        (self.table.name, text(key))
    }
}

/// Does all of it, the rows themselves last; returns how many of those there were,
/// or how many keys they have if it is these that come back.
pub(super) async fn run(
    all: Consequences,
    removal: Removal,
    returning: OfEachRow,
    db: Exec<'_>,
) -> Result<u64> {
    if all == Consequences::OwnMoment && removal.is_one {
        // Not at the moment at which its parent was marked: that would be one delete.
        // No second statement has the moment of the first.
        let first = execute(&alone(removal.clone()), db).await?;
        return match first {
            0 => execute(&alone(removal), db).await,
            some => Ok(some),
        };
    }
    let unit = db.unit().await?;
    let done = match prepare(removal, returning, unit.exec()).await? {
        Some(last) => execute(&Statement::Update(last), unit.exec()).await?,
        None => 0,
    };
    unit.commit().await?;
    Ok(done)
}

/// Marks rows to which none refers, in one statement, unless a parent was marked at
/// this very moment.
fn alone(mut removal: Removal) -> Statement {
    let table = removal.table;
    let others = parents(table).map(|(association, mark)| {
        let of_parent = Expr::Column((association.target)().column(mark));
        Expr::association(AssociationTest {
            before: Vec::new(),
            last: Step {
                filter: Some(Expr::binary(BinaryOp::Eq, of_parent, statement_time())),
                ..marked_parent(table, association)
            },
            first: None,
            ask: AssociationAsk::NotExists,
        })
    });
    let filter = removal.filter.take();
    removal.filter = Some(Expr::all_of(filter.into_iter().chain(others)));
    removal.statement(OfEachRow::Nothing)
}

/// The row that a row refers to, if it is marked.
pub(super) fn marked_parent(
    owner: &'static TableDef,
    association: &'static AssociationDef,
) -> Step {
    Step {
        owner,
        association,
        visible: Visible::every().with(Marked::Only),
        joined: Visible::every(),
        filter: None,
    }
}

/// Does all that is to be done to other rows. What is left is the statement for the
/// rows themselves; `None` where there are none.
pub(super) async fn prepare(
    removal: Removal,
    returning: OfEachRow,
    db: Exec<'_>,
) -> Result<Option<Update>> {
    let marked = match removal.how {
        How::Restore => Marked::Only,
        How::Delete | How::ForGood => Marked::Hidden,
    };
    let mut roots = Select::seeing(removal.table, removal.visible.with(marked));
    roots.filter = removal.filter;
    let roots = read(roots, &[], db).await?;
    if roots.rows.is_empty() {
        return Ok(None);
    }
    match removal.how {
        How::Restore => restore(roots, returning, db).await.map(Some),
        How::Delete | How::ForGood => mark(roots, returning, db).await.map(Some),
    }
}

/// Marks rows and what goes with them, all at one moment that none of the rows
/// beside them has.
async fn mark(roots: Read, returning: OfEachRow, db: Exec<'_>) -> Result<Update> {
    let mut moment = roots.now;
    let mut beside = roots.beside;
    let mut seen = HashSet::new();
    let mut all: Vec<Rows> = Vec::new();
    let mut next = VecDeque::from([unmarked(roots.table, roots.columns, roots.rows)]);
    while let Some(mut rows) = next.pop_front() {
        let identities: Vec<_> = rows.rows.iter().map(|row| rows.identity(row)).collect();
        let mut new = identities.into_iter().map(|it| seen.insert(it));
        rows.rows.retain(|_| new.next() == Some(true));
        if rows.rows.is_empty() {
            continue;
        }
        for by in followed(rows.table, Action::Cascade) {
            let mut children = Select::seeing(by.table, Visible::every());
            children.filter = Some(rows.referring(by));
            let children = read(children, &[], db).await?;
            beside.extend(children.beside);
            let (live, marked): (Vec<_>, Vec<_>) = children
                .rows
                .into_iter()
                .partition(|row| row.mark.is_none());
            beside.extend(marked.into_iter().filter_map(|row| row.mark));
            next.push_back(unmarked(by.table, children.columns, live));
        }
        all.push(rows);
    }
    while beside.contains(&moment) {
        moment = moment.next();
    }
    for rows in &all {
        refuse_if_restricted(rows, &all, db).await?;
    }
    for rows in &all {
        for by in references(rows.table) {
            if matches!(by.held.on_delete, Action::SetNull | Action::SetDefault) {
                execute(&emptied(rows, by), db).await?;
            }
        }
    }
    let mut updates = all.iter().map(|rows| {
        let value = Value::Param(moment.of(mark_of(rows.table).1));
        changed(rows, Marked::Hidden, value)
    });
    let Some(roots) = updates.next() else {
        return Err(Error::usage("there are rows to mark"));
    };
    for update in updates {
        execute(&Statement::Update(update), db).await?;
    }
    Ok(Update { returning, ..roots })
}

/// An error if a row that stays refers to one of these and its key says that it must not.
async fn refuse_if_restricted(rows: &Rows, all: &[Rows], db: Exec<'_>) -> Result<()> {
    for by in followed(rows.table, Action::Restrict) {
        // Rows outside of a scope refer to it too.
        let mut children = Select::seeing(by.table, Visible::every().with(Marked::Hidden));
        let going = all.iter().filter(|it| it.table.name == by.table.name);
        let staying = going.map(|it| Expr::unary(UnaryOp::Not, it.filter()));
        children.filter = Some(staying.fold(rows.referring(by), Expr::and));
        children.output = Output::Exists(Vec::new());
        let sql = refusal::select(db.backend(), &children)?;
        let row = db.query_opt(&sql.text, Params::from(&sql.params)).await?;
        let refers = row.map_or(Ok(false), |row| Cursor::of_row(&row).take())?;
        if refers {
            let name = foreign_key_name(by.table, by.held);
            return Err(Error::still_referred(name, by.table, rows.table));
        }
    }
    Ok(())
}

/// Rows that refer to some lose their key, or get what it is by default.
fn emptied(rows: &Rows, by: Reference) -> Statement {
    let key = by.held.owner_columns;
    let columns = match by.held.on_delete {
        Action::SetDefault => key.to_vec(),
        _ => released_by(by.table, key),
    };
    let set = columns.into_iter().map(|column| Assignment {
        column,
        value: match (by.held.on_delete, by.table.column(column).default) {
            (Action::SetDefault, Some(DefaultValue::Value(value))) => Value::Param(value()),
            (Action::SetDefault, Some(_)) => Value::Default,
            _ => Value::Param(Param::Null),
        },
    });
    Statement::Update(Update {
        table: by.table,
        visible: Visible::every().with(Marked::Hidden),
        set: moving_of(by.table, set.collect()),
        filter: Some(rows.referring(by)),
        returning: OfEachRow::Nothing,
    })
}

/// Takes the mark away from rows, and from those that were marked with them.
async fn restore(roots: Read, returning: OfEachRow, db: Exec<'_>) -> Result<Update> {
    let key = roots.key_filter();
    let table = roots.table;
    let mut groups: Vec<Rows> = Vec::new();
    for row in roots.rows {
        match groups.iter_mut().find(|it| it.mark == row.mark) {
            Some(group) => group.rows.push(row.values),
            None => groups.push(Rows {
                table,
                columns: roots.columns.clone(),
                rows: vec![row.values],
                mark: row.mark,
            }),
        }
    }
    let mut seen = HashSet::new();
    let mut roots = groups.len();
    let mut next = VecDeque::from(groups);
    let mut below: Vec<Rows> = Vec::new();
    while let Some(mut rows) = next.pop_front() {
        let identities: Vec<_> = rows.rows.iter().map(|row| rows.identity(row)).collect();
        let mut new = identities.into_iter().map(|it| seen.insert(it));
        rows.rows.retain(|_| new.next() == Some(true));
        let is_below = roots == 0;
        roots = roots.saturating_sub(1);
        let Some(mark) = rows.mark.filter(|_| !rows.rows.is_empty()) else {
            continue;
        };
        for by in followed(rows.table, Action::Cascade) {
            let (at, column) = mark_of(by.table);
            let same = Expr::ColumnIs(by.table.column(at), mark.of(column));
            let mut children = Select::seeing(by.table, Visible::every().with(Marked::Only));
            children.filter = Some(rows.referring(by).and(same));
            let children = read(children, &[], db).await?;
            next.push_back(Rows {
                table: by.table,
                columns: children.columns,
                rows: children.rows.into_iter().map(|row| row.values).collect(),
                mark: Some(mark),
            });
        }
        if is_below {
            below.push(rows);
        }
    }
    for rows in below {
        let update = changed(&rows, Marked::Only, Value::Param(Param::Null));
        execute(&Statement::Update(update), db).await?;
    }
    Ok(Update {
        table,
        visible: Visible::every().with(Marked::Only),
        set: set_mark(table, mark_of(table).0, Value::Param(Param::Null)),
        filter: Some(key),
        returning,
    })
}

/// The mark of some rows is changed that have one, or have none.
fn changed(rows: &Rows, marked: Marked, value: Value) -> Update {
    let (column, _) = mark_of(rows.table);
    Update {
        table: rows.table,
        visible: Visible::every().with(marked),
        set: set_mark(rows.table, column, value),
        filter: Some(rows.filter()),
        returning: OfEachRow::Nothing,
    }
}

fn unmarked(table: &'static TableDef, columns: Vec<u16>, rows: Vec<ReadRow>) -> Rows {
    Rows {
        table,
        columns,
        rows: rows.into_iter().map(|row| row.values).collect(),
        mark: None,
    }
}

/// The references to a table about which one thing is done.
fn followed(table: &'static TableDef, action: Action) -> impl Iterator<Item = Reference> {
    let all = references(table).into_iter();
    all.filter(move |it| it.held.on_delete == action)
}

/// The column with the mark, and its type; only rows that have one come here.
fn mark_of(table: &TableDef) -> (u16, SqlType) {
    let at = table.soft_delete.unwrap_or_default();
    (at, table.column(at).sql_type)
}
