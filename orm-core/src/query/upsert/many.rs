//! Many new rows that may exist already.

use std::collections::HashMap;

use super::find::{existing, hidden, refuse_hidden, the_same, within};
use super::rows::{Statement, UpsertRows};
use super::twice::told_twice;
use super::{Ending, UpsertOn, Upserted, age, named, read};
use super::{taken_over, with_something};
use crate::ast::{Conflict, ConflictTarget, Expr, Insert, Returning};
use crate::create::Draft;
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::hooks::{Asked, between};
use crate::key::key_text;
use crate::model::Model;
use crate::query::batch::{Written, arrange, write_all_rows};
use crate::query::fetch::{self, in_model};
use crate::query::row_at_fault::in_row;
use crate::query::{Filter, Query};
use crate::types::Param;

impl<M: Model> UpsertOn<M, UpsertRows<M>> {
    /// Writes all rows, or overwrites those that exist; all or none. What became of
    /// each comes back in the order in which they were given. No row sends nothing.
    ///
    /// One statement writes all rows that give the same columns, so that what a row
    /// does not give is left alone where it exists.
    ///
    /// # Errors
    /// When two rows are the same (before anything is sent; the message has their
    /// numbers, counted from 0), a validator or another constraint refuses a value of
    /// any row, [`overwrite`](Self::overwrite) names a column that one of them does not
    /// give, or a trigger keeps one away ([`is_not_written`](Error::is_not_written)).
    pub async fn save(self, db: &dyn Executor) -> Result<Vec<Upserted<M>>> {
        if M::HOOKS.is_some() {
            let rows = self.between_hooks(Ending::Save, db.executor()).await?;
            return Ok(rows.into_iter().flatten().collect());
        }
        self.save_rows(db.executor()).await
    }

    /// The same with hooks around it.
    async fn between_hooks(
        mut self,
        ending: Ending,
        db: Exec<'_>,
    ) -> Result<Vec<Option<Upserted<M>>>> {
        let Some(hooks) = M::HOOKS else {
            return Ok(Vec::new());
        };
        self.only_reads(ending)?;
        let drafts = self.rows.for_hooks(&self.target)?;
        let work = between(move |drafts: Vec<Draft<M>>, db: Exec<'_>| {
            Box::pin(async move {
                self.rows = UpsertRows::judged(drafts);
                match ending {
                    Ending::Ignore => self.new_rows(db).await,
                    Ending::Find => self.all_rows(db).await,
                    Ending::Save => {
                        let rows = self.save_rows(db).await?;
                        Ok(rows.into_iter().map(Some).collect())
                    }
                }
            })
        });
        let rows = (hooks.upsert)(drafts, Asked::Many, work, db).await;
        rows.map_err(in_model::<M>)
    }

    async fn save_rows(self, db: Exec<'_>) -> Result<Vec<Upserted<M>>> {
        let (visible, unmarked) = self.existing_rows();
        let statements = self.rows.statements(&self.target)?;
        let mut prepared = Vec::with_capacity(statements.len());
        for (mut insert, places, given) in statements {
            let set = match &self.overwrite {
                Some(set) => {
                    let named = named(set.clone(), |at| given.contains(&at), M::TABLE);
                    named.map_err(|error| error.in_row(places.first().copied()))?
                }
                // Defaults that nobody gave are for a new row only.
                None => taken_over(given.into_iter(), &self.target, M::TABLE),
            };
            let set = set.into_iter().chain(unmarked.clone()).collect();
            insert.conflict = Some(Conflict {
                target: self.target.clone(),
                visible: visible.clone(),
                set: with_something::<M>(set, &self.target),
                mark: None,
                only: self.only.clone(),
            });
            insert.returning = Returning::RowsAndWhetherNew;
            prepared.push((insert, places));
        }
        if let ([only], None, false) = (&mut prepared[..], &self.only, M::TABLE.hides_rows()) {
            let mut rows = Vec::with_capacity(only.1.len());
            let written = write_all_rows(std::slice::from_mut(only), &mut rows, db).await;
            written.map_err(in_model::<M>)?;
            return Ok(rows);
        }
        let rows = some_of(&mut prepared, Left::AsTheyAre, db).await;
        let rows = rows.map_err(in_model::<M>)?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Writes the rows that do not exist; all of these or none. In the order in which
    /// they were given, `None` stands for a row that existed, or that a trigger of the
    /// table kept away.
    ///
    /// # Errors
    /// As [`save`](Self::save), or when something was said of overwriting, which this
    /// never does.
    pub async fn or_ignore(self, db: &dyn Executor) -> Result<Vec<Option<M>>> {
        let rows = match M::HOOKS {
            None => self.new_rows(db.executor()).await?,
            Some(_) => self.between_hooks(Ending::Ignore, db.executor()).await?,
        };
        let rows = rows.into_iter();
        Ok(rows.map(|it| it.map(|written| written.row)).collect())
    }

    async fn new_rows(self, db: Exec<'_>) -> Result<Vec<Option<Upserted<M>>>> {
        self.only_reads(Ending::Ignore)?;
        let mut statements = ignoring(self.rows.statements(&self.target)?, &self.target);
        let rows = some_of(&mut statements, Left::Out, db).await;
        rows.map_err(in_model::<M>)
    }

    /// Writes the rows that do not exist, all of these or none, and returns every row in the
    /// order in which they were given: found, as it is, or created. Rows that are found burn
    /// no number of a sequence; where all are, nothing is written. A row that others delete
    /// between our write, which it kept away, and our look at it is written after all.
    ///
    /// # Errors
    /// As [`save`](Self::save), when something was said of overwriting, which this never
    /// does, or an existing row is hidden ([`is_hidden`](Error::is_hidden)). In a transaction
    /// that does not see what others committed meanwhile, the error
    /// [is retryable](Error::is_retryable). When a row is neither written nor there three
    /// times in a row ([`is_not_written`](Error::is_not_written)): a trigger keeps it away, as a rule.
    ///
    /// ```
    /// # use orm_core::{Model, Result, create::IntoNew, exec::Executor, model::Column};
    /// # use orm_core::query::Queries;
    /// # async fn demo<M: orm_core::model::Writable>(word: Column<M, String, orm_core::model::Unique>,
    /// #     tags: Vec<impl IntoNew<M>>, db: &dyn Executor) -> Result<()> {
    /// let tags = M::upsert_many(tags).on(word).or_find(db).await?;
    /// let new = tags.iter().filter(|tag| tag.created).count();
    /// # assert!(new <= tags.len());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "find_or_create")]
    pub async fn or_find(self, db: &dyn Executor) -> Result<Vec<Upserted<M>>> {
        let rows = match M::HOOKS {
            None => self.all_rows(db.executor()).await?,
            Some(_) => self.between_hooks(Ending::Find, db.executor()).await?,
        };
        Ok(rows.into_iter().flatten().collect())
    }

    async fn all_rows(self, db: Exec<'_>) -> Result<Vec<Option<Upserted<M>>>> {
        self.only_reads(Ending::Find)?;
        let asked = self.rows.len();
        let target = self.target;
        let mut statements = ignoring(self.rows.statements(&target)?, &target);
        let mut all = nothing_yet(asked);
        for (insert, places) in &mut statements {
            let numbers: Vec<usize> = (0..places.len()).collect();
            for (number, row) in found_at::<M>(insert, &target, &numbers, db).await? {
                all[places[number]] = Left::AsTheyAre.alone(row);
            }
            missing_of(insert, places, &all);
        }
        statements.retain(|(_, places)| !places.is_empty());
        let written = fill(&mut statements, Left::AsTheyAre, &mut all, db).await;
        written.map_err(in_model::<M>)?;
        Ok(all)
    }
}

/// A place for each of the rows that were given.
fn nothing_yet<M>(asked: usize) -> Vec<Option<Upserted<M>>> {
    let mut all = Vec::new();
    all.resize_with(asked, || None);
    all
}

/// Leaves the rows out of a statement that have come to their places.
fn missing_of<M>(insert: &mut Insert, places: &mut Vec<usize>, all: &[Option<Upserted<M>>]) {
    let numbers = places.iter().enumerate();
    let missing = numbers.filter(|(_, place)| all[**place].is_none());
    let missing: Vec<usize> = missing.map(|(number, _)| number).collect();
    if missing.len() < places.len() {
        insert.keep(&missing);
        *places = missing.iter().map(|&number| places[number]).collect();
    }
}

/// Statements that leave existing rows alone.
fn ignoring(statements: Vec<Statement>, target: &ConflictTarget) -> Vec<(Insert, Vec<usize>)> {
    let ignoring = |(mut insert, places, _): (Insert, _, _)| {
        insert.conflict = Some(Conflict::ignoring(target.clone()));
        insert.returning = Returning::RowsAndWhetherNew;
        (insert, places)
    };
    statements.into_iter().map(ignoring).collect()
}

/// The rows that exist already of those that were given, with their places there.
async fn found_at<M: Model>(
    insert: &Insert,
    target: &ConflictTarget,
    places: &[usize],
    db: Exec<'_>,
) -> Result<Vec<(usize, M)>> {
    let spelled = |place: usize| {
        let given = target.columns.iter().filter_map(|&at| insert.given(at));
        let key = given.map(|values| &values[place]);
        key_text(M::TABLE, &target.columns, key)
    };
    let spelled: HashMap<String, usize> = places.iter().map(|&at| (spelled(at), at)).collect();
    let rows = the_same_rows::<M>(insert, target, places, db).await?;
    let placed = rows.into_iter().filter_map(|row| {
        let place = spelled.get(&key_of(&row, &target.columns))?;
        Some((*place, row))
    });
    Ok(placed.collect())
}

impl<M: Model> Written for Vec<Upserted<M>> {
    fn count(&self) -> usize {
        self.len()
    }

    fn add(&mut self, row: &Row) -> Result<()> {
        self.push(read(row)?);
        Ok(())
    }

    fn param(&self, row: usize, column: u16) -> Param {
        self[row].row.param(column)
    }

    fn arrange(&mut self, start: usize, places: &mut [usize]) {
        arrange(&mut self[start..], places);
    }
}

/// Sends an upsert of many rows, and adds those that it wrote.
pub(in crate::query) async fn send_upsert(
    insert: &mut Insert,
    rows: &mut dyn Written,
    db: Exec<'_>,
) -> Result<()> {
    match age::sent(insert, db, &mut |row: Row| rows.add(&row)).await {
        // "ON CONFLICT DO UPDATE command cannot affect row a second time"
        Err(error) if error.sqlstate() == Some("21000") => Err(told_twice(insert)),
        done => done,
    }
}

/// What becomes of existing rows that are not overwritten.
#[derive(Clone, Copy, PartialEq)]
enum Left {
    /// They come back as they are.
    AsTheyAre,
    /// They do not come back.
    Out,
}

impl Left {
    /// What comes back of a row that was left alone.
    fn alone<M>(self, row: M) -> Option<Upserted<M>> {
        (self == Left::AsTheyAre).then(|| Upserted {
            row,
            created: false,
            updated: false,
        })
    }
}

/// The rows of statements that may leave some alone, each in its place among all.
async fn some_of<M: Model>(
    statements: &mut [(Insert, Vec<usize>)],
    left: Left,
    db: Exec<'_>,
) -> Result<Vec<Option<Upserted<M>>>> {
    let asked = statements.iter().map(|(_, places)| places.len()).sum();
    let mut all = nothing_yet(asked);
    fill(statements, left, &mut all, db).await?;
    Ok(all)
}

/// How often rows are written that are kept away by others, which are gone when they are
/// looked for.
const ATTEMPTS: usize = 3;

/// Puts the rows of statements in their places.
async fn fill<M: Model>(
    statements: &mut [(Insert, Vec<usize>)],
    left: Left,
    all: &mut [Option<Upserted<M>>],
    db: Exec<'_>,
) -> Result<()> {
    if statements.iter().all(|(_, places)| places.is_empty()) {
        return Ok(());
    }
    let unit = db.unit().await?;
    for (insert, places) in statements {
        let asked = places.len();
        for _ in 0..ATTEMPTS {
            let mut written: Vec<Upserted<M>> = Vec::new();
            let sent = send_upsert(insert, &mut written, unit.exec()).await;
            sent.map_err(|error| in_row(error, insert, places))?;
            let found = each_in_place(insert, places, written, left, unit.exec()).await?;
            for (place, row) in places.iter().zip(found) {
                all[*place] = row;
            }
            if left == Left::Out {
                break;
            }
            missing_of(insert, places, all);
            if places.is_empty() {
                break;
            }
        }
        if left == Left::AsTheyAre && !places.is_empty() {
            let error = Error::not_written(M::TABLE.model, asked, asked - places.len());
            return Err(unit.exec().must_roll_back(error));
        }
    }
    unit.commit().await
}

/// The rows that a statement wrote in the places of those that were given, by what
/// makes two rows the same: as the program spells it, and where that finds no place,
/// as the database compares it. `None` of those that are neither written nor there.
async fn each_in_place<M: Model>(
    insert: &Insert,
    numbers: &[usize],
    written: Vec<Upserted<M>>,
    left: Left,
    db: Exec<'_>,
) -> Result<Vec<Option<Upserted<M>>>> {
    let Some(conflict) = &insert.conflict else {
        return Ok(Vec::new());
    };
    let asked = numbers.len();
    let target = &conflict.target;
    let given = |place: usize, column: u16| insert.given(column).map(|values| &values[place]);
    let spelled = |place| {
        let key = target.columns.iter().filter_map(|&at| given(place, at));
        key_text(M::TABLE, &target.columns, key)
    };
    // Rows that agree have NULL in the key, and come back in the order they were given in.
    let mut places: HashMap<String, Vec<usize>> = HashMap::with_capacity(asked);
    for place in (0..asked).rev() {
        places.entry(spelled(place)).or_default().push(place);
    }
    let mut all: Vec<Option<Upserted<M>>> = Vec::new();
    all.resize_with(asked, || None);
    let mut strangers = HashMap::new();
    for row in written {
        match places
            .get_mut(&key_of(&row.row, &target.columns))
            .and_then(Vec::pop)
        {
            Some(place) => all[place] = Some(row),
            None => {
                strangers.insert(key_of(&row.row, M::TABLE.primary_key), row);
            }
        }
    }
    if strangers.is_empty() && left == Left::Out && !M::TABLE.hides_rows() {
        return Ok(all);
    }
    let mut put = |place: usize, row: M| {
        let identity = key_of(&row, M::TABLE.primary_key);
        all[place] = strangers.remove(&identity).or_else(|| left.alone(row));
    };
    let mut missing: Vec<usize> = places.into_values().flatten().collect();
    missing.sort_unstable();
    let mut found = vec![false; asked];
    for (place, row) in found_at::<M>(insert, target, &missing, db).await? {
        found[place] = true;
        put(place, row);
    }
    for place in missing {
        if found[place] {
            continue;
        }
        let value = |at| given(place, at).cloned();
        let found = existing::<M>(the_same(target, value, M::TABLE)?, db).await?;
        if found.is_none()
            && let Some(hidden) = hidden::<M>(target, value)?
        {
            let hidden = refuse_hidden(hidden, db).await;
            hidden.map_err(|error| error.in_row(numbers.get(place).copied()))?;
        }
        if let Some(row) = found {
            put(place, row);
        }
    }
    Ok(all)
}

/// The rows that exist with the values of those that were given at some places.
async fn the_same_rows<M: Model>(
    insert: &Insert,
    target: &ConflictTarget,
    places: &[usize],
    db: Exec<'_>,
) -> Result<Vec<M>> {
    let arrays = target.columns.iter().map(|&at| {
        let given = insert.given(at).unwrap_or_default();
        let values = places.iter().map(|&place| given[place].clone()).collect();
        Param::array_of(M::TABLE.column(at).sql_type, values)
    });
    let mut arrays: Vec<Param> = arrays.collect();
    let listed = match (&target.columns[..], arrays.len()) {
        (&[only], 1) => Expr::eq_any(
            Expr::Column(M::TABLE.column(only)),
            Expr::Param(arrays.remove(0)),
        ),
        (columns, _) => Expr::KeyIn(M::TABLE, columns.to_vec(), arrays),
    };
    let filter = Filter::new(Expr::all_of(std::iter::once(listed).chain(within(target))));
    let query = Query::<M>::new().filter(filter);
    Box::pin(fetch::all(&query.select, &query.shape, db)).await
}

/// The values of some columns of a row, as text.
fn key_of<M: Model>(row: &M, columns: &[u16]) -> String {
    let key: Vec<Param> = columns.iter().map(|&at| row.param(at)).collect();
    key_text(M::TABLE, columns, &key)
}
