//! The rows of a projection: each field gathers its own value.
//!
//! A [`Part`] is one field, and a pair of parts is a part again, so that a
//! struct of any width is read by code the compiler has seen whole: no
//! pointer is followed and nothing is allocated per row but the values.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use super::Shape;
use super::collect::{Children, Collect, MakeCollect, Unplanned, unplanned};
use super::plan::{Level, SlotMap};
use crate::decode::Cursor;
use crate::error::Result;
use crate::model::{Associate, Cardinality};
use crate::projection::Holds;
use crate::schema::TableDef;
use crate::types::{ColumnType, Param};

/// How one field of a projection, or several, gets its value.
pub trait Part: Send + Sync + 'static {
    /// What the field gets.
    type Value;
    /// What a row keeps for it until all rows have arrived.
    type Kept: Send;
    /// What arrives for it during one run.
    type Arriving: Send;
    /// What has arrived for it, ready to be handed out.
    type Arrived;

    /// Begins one run; `None` where the plan has no level for it.
    fn begin(&self, level: PartLevel<'_>) -> Option<Self::Arriving>;

    /// Takes its share of a row of the projection's own level.
    fn take(
        arriving: &mut Self::Arriving,
        values: &mut Cursor<'_>,
        row: &crate::decode::Row,
    ) -> Result<Self::Kept>;

    /// Takes a row from below, if its level is one of this part's.
    fn push(
        arriving: &mut Self::Arriving,
        level: usize,
        row: &crate::decode::Row,
    ) -> Option<Result<()>>;

    /// The keys that the rows so far hand down to a level.
    fn keys_for(arriving: &Self::Arriving, level: usize) -> Option<Vec<Param>>;

    /// Ends the run.
    fn end(arriving: Self::Arriving) -> Result<Self::Arrived>;

    /// The value for the next row.
    fn value(arrived: &mut Self::Arrived, kept: Self::Kept) -> Result<Self::Value>;
}

/// The level whose rows a part reads; `None` is a query without associations.
#[derive(Clone, Copy)]
pub struct PartLevel<'a>(Option<&'a Level>);

impl std::fmt::Debug for PartLevel<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PartLevel")
            .field(&self.0.map(|level| level.number))
            .finish()
    }
}

/// No field.
impl Part for () {
    type Value = ();
    type Kept = ();
    type Arriving = ();
    type Arrived = ();

    fn begin(&self, _: PartLevel<'_>) -> Option<()> {
        Some(())
    }

    fn take(_: &mut (), _: &mut Cursor<'_>, _: &crate::decode::Row) -> Result<()> {
        Ok(())
    }

    fn push(_: &mut (), _: usize, _: &crate::decode::Row) -> Option<Result<()>> {
        None
    }

    fn keys_for(_: &(), _: usize) -> Option<Vec<Param>> {
        None
    }

    fn end(_: ()) -> Result<()> {
        Ok(())
    }

    fn value(_: &mut (), (): ()) -> Result<()> {
        Ok(())
    }
}

/// Some fields, and one more.
impl<F: Part, L: Part> Part for (F, L) {
    type Value = (F::Value, L::Value);
    type Kept = (F::Kept, L::Kept);
    type Arriving = (F::Arriving, L::Arriving);
    type Arrived = (F::Arrived, L::Arrived);

    fn begin(&self, level: PartLevel<'_>) -> Option<Self::Arriving> {
        Some((self.0.begin(level)?, self.1.begin(level)?))
    }

    fn take(
        arriving: &mut Self::Arriving,
        values: &mut Cursor<'_>,
        row: &crate::decode::Row,
    ) -> Result<Self::Kept> {
        Ok((
            F::take(&mut arriving.0, values, row)?,
            L::take(&mut arriving.1, values, row)?,
        ))
    }

    fn push(
        arriving: &mut Self::Arriving,
        level: usize,
        row: &crate::decode::Row,
    ) -> Option<Result<()>> {
        F::push(&mut arriving.0, level, row).or_else(|| L::push(&mut arriving.1, level, row))
    }

    fn keys_for(arriving: &Self::Arriving, level: usize) -> Option<Vec<Param>> {
        F::keys_for(&arriving.0, level).or_else(|| L::keys_for(&arriving.1, level))
    }

    fn end(arriving: Self::Arriving) -> Result<Self::Arrived> {
        Ok((F::end(arriving.0)?, L::end(arriving.1)?))
    }

    fn value(arrived: &mut Self::Arrived, kept: Self::Kept) -> Result<Self::Value> {
        Ok((
            F::value(&mut arrived.0, kept.0)?,
            L::value(&mut arrived.1, kept.1)?,
        ))
    }
}

/// A field that is in the row itself: a column or a computed value.
#[derive(Debug)]
pub struct OfRow<T>(PhantomData<fn() -> T>);

impl<T> OfRow<T> {
    pub(crate) fn new() -> Self {
        OfRow(PhantomData)
    }
}

impl<T: ColumnType> Part for OfRow<T> {
    type Value = T;
    type Kept = T;
    type Arriving = ();
    type Arrived = ();

    fn begin(&self, _: PartLevel<'_>) -> Option<()> {
        Some(())
    }

    fn take(_: &mut (), values: &mut Cursor<'_>, _: &crate::decode::Row) -> Result<T> {
        values.take()
    }

    fn push(_: &mut (), _: usize, _: &crate::decode::Row) -> Option<Result<()>> {
        None
    }

    fn keys_for(_: &(), _: usize) -> Option<Vec<Param>> {
        None
    }

    fn end(_: ()) -> Result<()> {
        Ok(())
    }

    fn value(_: &mut (), kept: T) -> Result<T> {
        Ok(kept)
    }
}

/// A field that holds the other side of an association.
///
/// It does not know the association: what does is made once per run.
pub struct OfAssociation<T> {
    begin: Box<Begin<T>>,
}

/// Finds the levels of the other side below the projection's own, and what gathers
/// their rows.
type Begin<T> = dyn Fn(&Level) -> Option<(Range<usize>, Box<dyn OtherSide<T>>)> + Send + Sync;

impl<T> std::fmt::Debug for OfAssociation<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::any::type_name::<Self>())
    }
}

impl<T: 'static> OfAssociation<T> {
    pub(super) fn begun_by(
        begin: impl Fn(&Level) -> Option<(Range<usize>, Box<dyn OtherSide<T>>)> + Send + Sync + 'static,
    ) -> Self {
        OfAssociation {
            begin: Box::new(begin),
        }
    }

    /// The other side is the `index`-th include of the query.
    pub(crate) fn new<A, K>(shape: Shape<T::Row>, index: usize) -> Self
    where
        A: Associate,
        K: Cardinality,
        T: Holds<K>,
        T::Row: Clone + Send + Sync + 'static,
    {
        OfAssociation::begun_by(move |level| {
            let child = level.children.get(index)?;
            let held = Held::<A, K, T> {
                handed_down: Arc::clone(&child.parent_key_slots),
                children: Children::new(Vec::new(), &shape, child),
            };
            Some((child.number..child.end, Box::new(held)))
        })
    }
}

/// The rows on the other side of a field's association during one run.
pub(super) trait OtherSide<T>: Send {
    /// Takes the key of the projection's next row.
    fn expect_for(&mut self, row: &crate::decode::Row) -> Result<()>;
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()>;
    fn keys_for(&self, level: usize) -> Option<Vec<Param>>;
    /// The field's value for each row of the projection.
    fn finish(self: Box<Self>) -> Result<Vec<T>>;
}

struct Held<A: Associate, K, T: Holds<K>>
where
    K: Cardinality,
{
    /// Where the projection's rows hold the key that their children hold.
    handed_down: SlotMap,
    children: Children<A, K, T::Row>,
}

impl<A, K, T> OtherSide<T> for Held<A, K, T>
where
    A: Associate,
    K: Cardinality,
    T: Holds<K>,
    T::Row: Clone + Send + Sync + 'static,
{
    fn expect_for(&mut self, row: &crate::decode::Row) -> Result<()> {
        self.children.expect_for(row, &self.handed_down)
    }

    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        self.children.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.children.keys_for(level)
    }

    fn finish(self: Box<Self>) -> Result<Vec<T>> {
        let loaded = self.children.attach_all()?;
        Ok(loaded.into_iter().map(T::hold).collect())
    }
}

/// What arrives for an association: rows of these levels.
pub struct Arriving<T> {
    levels: Range<usize>,
    rows: Box<dyn OtherSide<T>>,
}

impl<T> std::fmt::Debug for Arriving<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Arriving").field(&self.levels).finish()
    }
}

impl<T: 'static> Part for OfAssociation<T> {
    type Value = T;
    type Kept = ();
    type Arriving = Arriving<T>;
    type Arrived = std::vec::IntoIter<T>;

    fn begin(&self, level: PartLevel<'_>) -> Option<Arriving<T>> {
        let (levels, rows) = (self.begin)(level.0?)?;
        Some(Arriving { levels, rows })
    }

    fn take(
        arriving: &mut Arriving<T>,
        _: &mut Cursor<'_>,
        row: &crate::decode::Row,
    ) -> Result<()> {
        arriving.rows.expect_for(row)
    }

    fn push(
        arriving: &mut Arriving<T>,
        level: usize,
        row: &crate::decode::Row,
    ) -> Option<Result<()>> {
        let is_below = arriving.levels.contains(&level);
        is_below.then(|| arriving.rows.push(level, row))
    }

    fn keys_for(arriving: &Arriving<T>, level: usize) -> Option<Vec<Param>> {
        let is_below = arriving.levels.contains(&level);
        is_below.then(|| arriving.rows.keys_for(level))?
    }

    fn end(arriving: Arriving<T>) -> Result<Self::Arrived> {
        Ok(arriving.rows.finish()?.into_iter())
    }

    fn value(arrived: &mut Self::Arrived, (): ()) -> Result<T> {
        arrived.next().ok_or_else(unplanned)
    }
}

impl<P: Send + Sync + 'static> Shape<P> {
    /// Rows of a table whose fields are read by `part` and put together by `make`.
    /// `columns` says which column each value is, as positions.
    pub(crate) fn projected<F: Part>(
        table: &'static TableDef,
        columns: Arc<[u16]>,
        part: F,
        make: fn(F::Value) -> P,
    ) -> Self {
        Shape::made_by(Projected {
            table,
            columns,
            part,
            make,
        })
    }
}

struct Projected<F: Part, P> {
    table: &'static TableDef,
    columns: Arc<[u16]>,
    part: F,
    make: fn(F::Value) -> P,
}

impl<F: Part, P: Send + Sync + 'static> MakeCollect<P> for Projected<F, P> {
    fn collect(&self, level: Option<&Level>) -> Box<dyn Collect<P>> {
        let Some(arriving) = self.part.begin(PartLevel(level)) else {
            return Box::new(Unplanned(PhantomData));
        };
        Box::new(ProjectedRows::<F, P> {
            table: self.table,
            columns: Arc::clone(&self.columns),
            level: level.map_or(0, |level| level.number),
            slots: level.map(|level| Arc::clone(&level.slots)),
            arriving,
            rows: Vec::new(),
            make: self.make,
        })
    }

    // Nothing is allocated but the values.
    fn of_row(&self, row: &crate::decode::Row) -> Result<P> {
        let mut arriving = self.part.begin(PartLevel(None)).ok_or_else(unplanned)?;
        let mut values = Cursor::new(row, self.table, None).columns(&self.columns);
        let kept = F::take(&mut arriving, &mut values, row)?;
        let mut arrived = F::end(arriving)?;
        F::value(&mut arrived, kept).map(self.make)
    }
}

struct ProjectedRows<F: Part, P> {
    table: &'static TableDef,
    columns: Arc<[u16]>,
    level: usize,
    /// Where the values are; `None` where they come in order.
    slots: Option<SlotMap>,
    arriving: F::Arriving,
    rows: Vec<F::Kept>,
    make: fn(F::Value) -> P,
}

impl<F: Part, P: Send + Sync + 'static> Collect<P> for ProjectedRows<F, P> {
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        if level != self.level {
            let below = F::push(&mut self.arriving, level, row);
            return below.unwrap_or_else(|| Err(unplanned()));
        }
        let mut values = Cursor::new(row, self.table, self.slots.as_deref()).columns(&self.columns);
        self.rows
            .push(F::take(&mut self.arriving, &mut values, row)?);
        Ok(())
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        F::keys_for(&self.arriving, level)
    }

    fn finish(self: Box<Self>) -> Result<Vec<P>> {
        let mut arrived = F::end(self.arriving)?;
        let make = self.make;
        let value = |kept| F::value(&mut arrived, kept).map(make);
        self.rows.into_iter().map(value).collect()
    }
}
