//! Rows in, nested values out.
//!
//! A [`Shape`] is made while a query is built: it knows the types. A
//! [`Collect`] is made from it for one run: it holds the rows that arrived.

use std::marker::PhantomData;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

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
        decode: fn(&tokio_postgres::Row) -> Result<L>,
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
}

/// Gathers the rows of one level and of everything below it.
pub(crate) trait Collect<L>: Send {
    /// Takes a row of the level with the given number.
    fn push(&mut self, level: usize, row: &tokio_postgres::Row) -> Result<()>;

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

    /// What makes a value of a row by itself, where that is all there is to do.
    pub(super) fn decode(&self) -> Option<fn(&tokio_postgres::Row) -> Result<L>> {
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
    fn push(&mut self, _level: usize, row: &tokio_postgres::Row) -> Result<()> {
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

impl<L> Collect<L> for Unplanned<L> {
    fn push(&mut self, _level: usize, _row: &tokio_postgres::Row) -> Result<()> {
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
    fn push(&mut self, level: usize, row: &tokio_postgres::Row) -> Result<()> {
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
        let parents = this.parents.finish()?;
        let loaded = this.children.attach()?;
        Ok(parents
            .into_iter()
            .zip(loaded)
            .map(|(parent, children)| parent.fill(children))
            .collect())
    }
}

/// The rows of one association, for parents whose keys are known or arrive.
pub(super) struct Children<A: Associate, K, C> {
    parent_keys: Vec<Option<A::Key>>,
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
        row: &tokio_postgres::Row,
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

    /// Each parent's children, in the order of the parents.
    ///
    /// Children are bucketed by key with one counting pass, so that each is
    /// moved once; one that several parents share is cloned for all but the last.
    pub(super) fn attach(self) -> Result<Vec<K::Loaded<C>>> {
        let mut groups = Groups::new(&self.parent_keys);
        groups.place(&self.keys, &self.ordinals);
        let mut children: Vec<Option<C>> = self.rows.finish()?.into_iter().map(Some).collect();
        let mut loaded = Vec::with_capacity(self.parent_keys.len());
        for parent in 0..self.parent_keys.len() {
            let (members, moves) = groups.members(parent);
            let rows = Members {
                places: members.iter(),
                rows: &mut children,
                moves,
            };
            loaded.push(K::collect(rows).ok_or_else(missing_row::<A>)?);
        }
        Ok(loaded)
    }
}

impl<A, K, C> Collect<K::Loaded<C>> for Children<A, K, C>
where
    A: Associate,
    K: Cardinality,
    C: Clone + Send + Sync + 'static,
{
    fn push(&mut self, level: usize, row: &tokio_postgres::Row) -> Result<()> {
        if level == self.levels.start {
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
        self.attach()
    }
}

/// The children of one parent. It knows how many they are, which an iterator
/// that filters does not: they are collected into memory of just their size.
struct Members<'g, C> {
    places: std::slice::Iter<'g, u32>,
    rows: &'g mut [Option<C>],
    /// Whether no other parent wants them.
    moves: bool,
}

impl<C: Clone> Iterator for Members<'_, C> {
    type Item = C;

    fn next(&mut self) -> Option<C> {
        let row = self.rows.get_mut(*self.places.next()? as usize)?;
        if self.moves { row.take() } else { row.clone() }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
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

/// Which children belong to which parents.
struct Groups<'k, K> {
    /// The group of each key.
    of_key: HashMap<&'k K, u32>,
    /// The group of each parent; `None` where its key is NULL.
    of_parent: Vec<Option<u32>>,
    /// How many parents have not taken their children yet, per group.
    waiting: Vec<u32>,
    /// Where each group's children begin in `members`, and where the last ends.
    starts: Vec<u32>,
    /// The positions of the children, group by group.
    members: Vec<u32>,
}

impl<'k, K: Key> Groups<'k, K> {
    fn new(parent_keys: &'k [Option<K>]) -> Self {
        let mut of_key = HashMap::with_capacity(parent_keys.len());
        let mut waiting: Vec<u32> = Vec::with_capacity(parent_keys.len());
        let of_parent = parent_keys
            .iter()
            .map(|key| {
                let key = key.as_ref()?;
                let group = *of_key.entry(key).or_insert_with(|| {
                    waiting.push(0);
                    (waiting.len() - 1) as u32
                });
                waiting[group as usize] += 1;
                Some(group)
            })
            .collect();
        Groups {
            of_key,
            of_parent,
            waiting,
            starts: Vec::new(),
            members: Vec::new(),
        }
    }

    fn place(&mut self, child_keys: &[Option<K>], ordinals: &[i64]) {
        let of_child: Vec<Option<u32>> = child_keys
            .iter()
            .map(|key| self.of_key.get(key.as_ref()?).copied())
            .collect();
        self.starts = vec![0; self.waiting.len() + 1];
        for group in of_child.iter().flatten() {
            self.starts[*group as usize + 1] += 1;
        }
        for group in 0..self.waiting.len() {
            self.starts[group + 1] += self.starts[group];
        }
        let mut next = self.starts.clone();
        self.members = vec![0; self.starts[self.waiting.len()] as usize];
        for (child, group) in of_child.iter().enumerate() {
            if let Some(group) = group {
                let place = &mut next[*group as usize];
                self.members[*place as usize] = child as u32;
                *place += 1;
            }
        }
        if !ordinals.is_empty() {
            for group in 0..self.waiting.len() {
                let range = self.starts[group] as usize..self.starts[group + 1] as usize;
                self.members[range].sort_by_key(|&child| ordinals[child as usize]);
            }
        }
    }

    /// The children of a parent, and whether no other parent still waits for them.
    fn members(&mut self, parent: usize) -> (&[u32], bool) {
        let Some(group) = self.of_parent[parent] else {
            return (&[], true);
        };
        let group = group as usize;
        self.waiting[group] -= 1;
        let range = self.starts[group] as usize..self.starts[group + 1] as usize;
        (&self.members[range], self.waiting[group] == 0)
    }
}

/// The integer in a slot, whatever its width; what cannot be read sorts first.
///
/// The width tells the type: asking the driver for the wrong one first would
/// make an error, two allocations, for every row.
pub(super) fn ordinal(row: &tokio_postgres::Row, slot: u16) -> i64 {
    match crate::decode::raw(row, usize::from(slot)) {
        Some(&[a, b, c, d, e, f, g, h]) => i64::from_be_bytes([a, b, c, d, e, f, g, h]),
        Some(&[a, b, c, d]) => i32::from_be_bytes([a, b, c, d]).into(),
        Some(&[a, b]) => i16::from_be_bytes([a, b]).into(),
        _ => i64::MIN,
    }
}
