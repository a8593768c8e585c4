//! Rows in, nested values out.
//!
//! A [`Shape`] is made while a query is built: it knows the types. A
//! [`Collect`] is made from it for one run: it holds the rows that arrived.

use std::marker::PhantomData;
use std::sync::Arc;

use foldhash::{HashSet, HashSetExt};

use super::groups::{Groups, Share, arrange};
use super::plan::{Level, SlotMap};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::key::Key;
use crate::model::{Associate, Cardinality, Fill, Model};
use crate::types::Param;

/// How the rows of a query become values of type `L`.
pub struct Shape<L>(Maker<L>);

/// A model's own rows are what most queries return: nothing is allocated for them.
enum Maker<L> {
    Plain {
        decode: fn(&crate::decode::Row) -> Result<L>,
        collect: fn(Option<&Level>) -> Box<dyn Collect<L>>,
    },
    Made(Arc<dyn MakeCollect<L>>),
}

impl<L> std::fmt::Debug for Shape<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::any::type_name::<L>())
    }
}

impl<L> Clone for Shape<L> {
    fn clone(&self) -> Self {
        Shape(match &self.0 {
            &Maker::Plain { decode, collect } => Maker::Plain { decode, collect },
            Maker::Made(made) => Maker::Made(Arc::clone(made)),
        })
    }
}

/// Makes the collector of one run.
pub(super) trait MakeCollect<L>: Send + Sync {
    /// `level` describes the rows of this shape's own level, with its children
    /// below; `None` is a query without includes.
    fn collect(&self, level: Option<&Level>) -> Box<dyn Collect<L>>;

    /// The value of a row by itself, of a query without includes.
    fn of_row(&self, row: &crate::decode::Row) -> Result<L> {
        let mut collected = self.collect(None);
        collected.push(0, row)?;
        collected.finish()?.pop().ok_or_else(unplanned)
    }
}

/// Gathers the rows of one level and of everything below it.
pub(crate) trait Collect<L>: Send {
    /// Takes a row of the level with the given number.
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()>;

    /// The keys that the rows so far hand down to a level, one array per column.
    fn keys_for(&self, level: usize) -> Option<Vec<Param>>;

    /// The values, in order, each with the ordinal its level gave it.
    fn finish(self: Box<Self>) -> Result<Vec<L>>;
}

impl<M: Model> Shape<M> {
    /// The rows of a model, nothing beside them.
    pub(crate) fn plain() -> Self {
        Shape(Maker::Plain {
            decode: |row| M::decode(&mut Cursor::new(row, M::TABLE, None)),
            collect: |level| {
                Box::new(PlainRows::<M> {
                    rows: Vec::new(),
                    slots: level.map(|level| level.slots.clone()),
                })
            },
        })
    }
}

impl<P: Send + Sync + 'static> Shape<P> {
    /// The same rows with one more association loaded, the `index`-th of the query.
    pub(crate) fn with_child<A, K, C>(self, child: Shape<C>, index: usize) -> Shape<P::Output>
    where
        A: Associate,
        K: Cardinality,
        P: Fill<A, K::Loaded<C>>,
        C: Clone + Send + Sync + 'static,
    {
        Shape(Maker::Made(Arc::new(WithChild::<A, K, P, C> {
            parent: self,
            child,
            index,
            marker: PhantomData,
        })))
    }
}

impl<L: 'static> Shape<L> {
    /// Of rows that nothing asks for.
    pub(crate) fn unplanned() -> Self {
        Shape::made_by(Unplanned(PhantomData))
    }

    pub(super) fn made_by(make: impl MakeCollect<L> + 'static) -> Self {
        Shape(Maker::Made(Arc::new(make)))
    }

    /// A collector for one run.
    pub(crate) fn collect(&self, level: Option<&Level>) -> Box<dyn Collect<L>> {
        match &self.0 {
            Maker::Plain { collect, .. } => collect(level),
            Maker::Made(made) => made.collect(level),
        }
    }

    /// The value of a row by itself, of a query without includes.
    pub(crate) fn of_row(&self, row: &crate::decode::Row) -> Result<L> {
        match &self.0 {
            Maker::Plain { decode, .. } => decode(row),
            Maker::Made(made) => made.of_row(row),
        }
    }

    /// What makes a value of a row by itself, where that is all there is to do.
    pub(super) fn decode(&self) -> Option<fn(&crate::decode::Row) -> Result<L>> {
        match self.0 {
            Maker::Plain { decode, .. } => Some(decode),
            Maker::Made(_) => None,
        }
    }
}

struct PlainRows<M> {
    rows: Vec<M>,
    slots: Option<SlotMap>,
}

impl<M: Model> Collect<M> for PlainRows<M> {
    fn push(&mut self, _level: usize, row: &crate::decode::Row) -> Result<()> {
        self.rows.push(M::decode(&mut Cursor::new(
            row,
            M::TABLE,
            self.slots.as_deref(),
        ))?);
        Ok(())
    }

    fn keys_for(&self, _level: usize) -> Option<Vec<Param>> {
        None
    }

    fn finish(self: Box<Self>) -> Result<Vec<M>> {
        Ok(self.rows)
    }
}

struct WithChild<A, K, P, C> {
    parent: Shape<P>,
    child: Shape<C>,
    index: usize,
    marker: PhantomData<fn() -> (A, K)>,
}

impl<A, K, P, C> MakeCollect<P::Output> for WithChild<A, K, P, C>
where
    A: Associate,
    K: Cardinality,
    P: Fill<A, K::Loaded<C>> + Send + Sync + 'static,
    C: Clone + Send + Sync + 'static,
{
    fn collect(&self, level: Option<&Level>) -> Box<dyn Collect<P::Output>> {
        let planned = level.and_then(|level| Some((level, level.children.get(self.index)?)));
        let Some((level, child)) = planned else {
            return Box::new(Unplanned(PhantomData));
        };
        Box::new(Nested::<A, K, P, C> {
            parents: self.parent.collect(Some(level)),
            parent_level: level.number,
            handed_down: child.parent_key_slots.clone(),
            children: Children::new(Vec::new(), &self.child, child),
        })
    }
}

/// Stands where a plan has no level for a shape; every query makes both together.
pub(super) struct Unplanned<L>(pub(super) PhantomData<fn() -> L>);

pub(super) fn unplanned() -> Error {
    Error::usage("the query's plan has no level for one of its includes")
}

impl<L: 'static> MakeCollect<L> for Unplanned<L> {
    fn collect(&self, _: Option<&Level>) -> Box<dyn Collect<L>> {
        Box::new(Unplanned(PhantomData))
    }
}

impl<L> Collect<L> for Unplanned<L> {
    fn push(&mut self, _level: usize, _row: &crate::decode::Row) -> Result<()> {
        Err(unplanned())
    }

    fn keys_for(&self, _level: usize) -> Option<Vec<Param>> {
        None
    }

    fn finish(self: Box<Self>) -> Result<Vec<L>> {
        Err(unplanned())
    }
}

/// Rows with one association loaded.
struct Nested<A: Associate, K, P, C> {
    parents: Box<dyn Collect<P>>,
    parent_level: usize,
    /// Where the parents' rows hold the key that their children hold.
    handed_down: SlotMap,
    children: Children<A, K, C>,
}

impl<A, K, P, C> Collect<P::Output> for Nested<A, K, P, C>
where
    A: Associate,
    K: Cardinality,
    P: Fill<A, K::Loaded<C>> + Send + Sync + 'static,
    C: Clone + Send + Sync + 'static,
{
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        if self.children.has(level) {
            return self.children.push(level, row);
        }
        if level == self.parent_level {
            self.children.expect_for(row, &self.handed_down)?;
        }
        self.parents.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.children
            .keys_for(level)
            .or_else(|| self.parents.keys_for(level))
    }

    fn finish(self: Box<Self>) -> Result<Vec<P::Output>> {
        let this = *self;
        let mut parents = this.parents.finish()?;
        let mut attached = this.children.attach()?;
        let mut filled = Vec::with_capacity(parents.len());
        while let Some(parent) = parents.pop() {
            let children = attached.next_back().ok_or_else(unplanned)?;
            filled.push(parent.fill(children?));
        }
        filled.reverse();
        Ok(filled)
    }
}

/// The rows of one association, for parents whose keys are known or arrive.
pub(super) struct Children<A: Associate, K, C> {
    parent_keys: Vec<Option<A::Key>>,
    /// Whether the parents' keys did not come from rows but from values, which
    /// have the padding of a `char(n)`.
    given: bool,
    rows: Box<dyn Collect<C>>,
    /// The numbers of the levels of this subtree.
    levels: std::ops::Range<usize>,
    /// Where the rows hold their parent's key.
    held: SlotMap,
    keys: Vec<Option<A::Key>>,
    /// Where the number is that the rows of each parent are sorted by.
    ordinal_slot: Option<u16>,
    ordinals: Vec<i64>,
    cardinality: PhantomData<fn() -> K>,
}

impl<A: Associate, K, C> std::fmt::Debug for Children<A, K, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Children({})", A::DEF.name)
    }
}

impl<A, K, C> Children<A, K, C>
where
    A: Associate,
    K: Cardinality,
    C: Clone + Send + Sync + 'static,
{
    pub(super) fn new(parent_keys: Vec<Option<A::Key>>, shape: &Shape<C>, level: &Level) -> Self {
        Children {
            given: !parent_keys.is_empty(),
            parent_keys,
            rows: shape.collect(Some(level)),
            levels: level.number..level.end,
            held: level.key_slots.clone(),
            keys: Vec::new(),
            ordinal_slot: level.ordinal_slot,
            ordinals: Vec::new(),
            cardinality: PhantomData,
        }
    }

    /// Whether rows of a level are children, or something below them.
    pub(super) fn has(&self, level: usize) -> bool {
        self.levels.contains(&level)
    }

    /// Takes the key of the next parent, from its row.
    pub(super) fn expect_for(
        &mut self,
        row: &crate::decode::Row,
        handed_down: &[u16],
    ) -> Result<()> {
        let key = A::Key::decode(&mut Cursor::of_row(row).slots(handed_down))?;
        self.parent_keys.push(key);
        Ok(())
    }

    /// Notes that the next parent has no children here.
    pub(super) fn expect_none(&mut self) {
        self.parent_keys.push(None);
    }

    /// Takes the padding off given keys where the rows hold them as `char(n)`.
    fn unpad_given(&mut self, row: &crate::decode::Row) {
        for key in &mut self.parent_keys {
            let mut held = Cursor::of_row(row).slots(&self.held);
            *key = key.take().map(|key| key.unpadded(&mut held));
        }
    }

    /// The rows, ready to be handed to their parents.
    pub(super) fn attach(self) -> Result<Attached<A, K, C>> {
        let (groups, order) = Groups::new(&self.parent_keys, &self.keys, &self.ordinals);
        let mut rows = self.rows.finish()?;
        if groups.rows() < rows.len() {
            return Err(wider_equality::<A>());
        }
        arrange(&mut rows, order);
        Ok(Attached {
            groups,
            rows,
            association: PhantomData,
        })
    }

    /// Each parent's rows, in the order of the parents.
    pub(super) fn attach_all(self) -> Result<Vec<K::Loaded<C>>> {
        let mut loaded = Vec::with_capacity(self.parent_keys.len());
        let mut attached = self.attach()?;
        while let Some(children) = attached.next_back() {
            loaded.push(children?);
        }
        loaded.reverse();
        Ok(loaded)
    }
}

/// Rows on their way to their parents.
pub(super) struct Attached<A, K, C> {
    groups: Groups,
    rows: Vec<C>,
    association: PhantomData<fn() -> (A, K)>,
}

impl<A: Associate, K: Cardinality, C: Clone + Send + Sync + 'static> Attached<A, K, C> {
    /// What the last parent gets that was not served yet.
    fn next_back(&mut self) -> Option<Result<K::Loaded<C>>> {
        let loaded = match self.groups.pop()? {
            Share::Last(start) => K::take(&mut self.rows, start),
            Share::Copies(range) => K::copy(self.rows.get(range).unwrap_or_default()),
        };
        Some(loaded.ok_or_else(missing_row::<A>))
    }
}

impl<A, K, C> Collect<K::Loaded<C>> for Children<A, K, C>
where
    A: Associate,
    K: Cardinality,
    C: Clone + Send + Sync + 'static,
{
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        if level == self.levels.start {
            if self.given && self.keys.is_empty() {
                self.unpad_given(row);
            }
            self.keys
                .push(A::Key::decode(&mut Cursor::of_row(row).slots(&self.held))?);
            if let Some(slot) = self.ordinal_slot {
                self.ordinals.push(ordinal(row, slot));
            }
        }
        self.rows.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        if level == self.levels.start {
            return Some(distinct_key_arrays(&self.parent_keys));
        }
        self.rows.keys_for(level)
    }

    fn finish(self: Box<Self>) -> Result<Vec<K::Loaded<C>>> {
        self.attach_all()
    }
}

/// Keys as bound arrays, one per column, each key once.
pub(super) fn distinct_key_arrays<K: Key>(keys: &[Option<K>]) -> Vec<Param> {
    let mut seen = HashSet::with_capacity(keys.len());
    let distinct = keys
        .iter()
        .flatten()
        .filter(|key| seen.insert(*key))
        .cloned()
        .collect();
    K::array_params(distinct)
}

fn missing_row<A: Associate>() -> Error {
    Error::missing_association(A::Owner::TABLE.model, A::DEF.name, A::Target::TABLE.model)
}

/// The server found a row for a key that is not the key of any parent.
#[cold]
fn wider_equality<A: Associate>() -> Error {
    let expected = "a key that is equal to its parent's";
    let got = "one that only the database takes for equal (`citext`, or a collation that is not \
               deterministic): store both in one spelling";
    let table = A::Owner::TABLE;
    Error::decode(table.name.name, A::DEF.name, expected, got)
}

/// The integer in a slot, whatever its width; what cannot be read sorts first.
pub(super) fn ordinal(row: &crate::decode::Row, slot: u16) -> i64 {
    row.integer(usize::from(slot)).unwrap_or(i64::MIN)
}
