//! Queries of several tables put together at random, and what they are in memory.

use orm::ast::SetOp;
use orm::prelude::*;
use orm::query::{Combined, Order, Rows};

use super::dice::Dice;
use super::expression::{At, Cond, Int, Maker, Text};
use super::typed::{Node, cond, int, text};
use super::world::{Table, World};
use crate::models::{Author, Post, Tag};

/// The rows of a query, and of those that are put together with it, one after the other.
#[derive(Debug)]
pub(super) struct Sets {
    first: Part,
    others: Vec<Step>,
    /// Sorted by all that is shown; what comes first of it, and which way.
    text_first: bool,
    descending: bool,
    limit: Option<u32>,
    offset: Option<u64>,
}

/// What is put together with the rows before it, or with the first of these.
#[derive(Debug)]
struct Step {
    of_first: Option<u32>,
    op: SetOp,
    other: Part,
}

/// Two values of the rows of a table.
#[derive(Debug)]
struct Part {
    table: Table,
    filter: Option<Cond>,
    int: Int,
    text: Text,
    /// At most so many rows, by their key.
    limit: Option<u32>,
    distinct: bool,
}

type Pair = (Option<i32>, Option<String>);

const OPS: [SetOp; 5] = [
    SetOp::Union,
    SetOp::UnionAll,
    SetOp::UnionAll,
    SetOp::Intersect,
    SetOp::Except,
];

impl Sets {
    pub(super) fn random(dice: &mut Dice, depth: usize) -> Sets {
        let part = |dice: &mut Dice| {
            let table = dice.pick(&[Table::Author, Table::Post, Table::Tag]);
            let mut maker = Maker { dice, table, depth };
            Part {
                table,
                filter: maker.dice.one_in(2).then(|| maker.cond()),
                int: maker.int(),
                text: maker.text(),
                limit: maker.dice.one_in(4).then(|| maker.dice.below(5) as u32),
                distinct: false,
            }
        };
        let first = part(dice);
        // What is alike may be alike: rows of one table, by the same values.
        let others = dice.several(1, 4, |dice| Step {
            of_first: dice.one_in(3).then(|| dice.below(9) as u32),
            op: dice.pick(&OPS),
            other: part(dice),
        });
        let mut sets = Sets {
            first,
            others,
            text_first: dice.one_in(2),
            descending: dice.one_in(2),
            limit: dice.one_in(3).then(|| dice.below(6) as u32),
            offset: dice.one_in(4).then(|| dice.below(3) as u64),
        };
        sets.first.distinct = sets.first.limit.is_none() && dice.one_in(4);
        sets
    }

    pub(super) async fn ask(&self, db: &Db) -> (String, orm::Result<Vec<Pair>>) {
        match self.first.table {
            Table::Author => self.asked::<Author>(db).await,
            Table::Post => self.asked::<Post>(db).await,
            Table::Tag => self.asked::<Tag>(db).await,
        }
    }

    async fn asked<M: Node>(&self, db: &Db) -> (String, orm::Result<Vec<Pair>>) {
        let mut others = self.others.iter();
        let Some(step) = others.next() else {
            return (String::new(), self.first.rows::<M>().all(db).await);
        };
        let mut rows: Rows<M, Pair, Combined> = self.put_to(self.first.rows::<M>(), step);
        for step in others {
            rows = self.put_to(rows, step);
        }
        rows = self.sorted(rows);
        if let Some(limit) = self.limit {
            rows = rows.limit(limit);
        }
        if let Some(offset) = self.offset {
            rows = rows.offset(offset);
        }
        (rows.to_sql(), rows.all(db).await)
    }

    fn put_to<M: Node, S>(&self, rows: Rows<M, Pair, S>, step: &Step) -> Rows<M, Pair, Combined>
    where
        Rows<M, Pair, S>: Puts<M>,
    {
        let rows = match step.of_first {
            Some(limit) => self.sorted(rows).limit(limit),
            None => rows,
        };
        match step.other.table {
            Table::Author => rows.put(step.op, step.other.rows::<Author>()),
            Table::Post => rows.put(step.op, step.other.rows::<Post>()),
            Table::Tag => rows.put(step.op, step.other.rows::<Tag>()),
        }
    }

    fn sorted<M: Node, S>(&self, rows: Rows<M, Pair, S>) -> Rows<M, Pair, S> {
        let (number, word) = (int::<M>(&self.first.int), text::<M>(&self.first.text));
        let way = |ascending: Order<M>, descending: Order<M>| match self.descending {
            true => descending.nulls_last(),
            false => ascending.nulls_last(),
        };
        let number = way(number.clone().asc(), number.desc());
        let word = way(word.clone().asc(), word.desc());
        match self.text_first {
            true => rows.order_by((word, number)),
            false => rows.order_by((number, word)),
        }
    }

    pub(super) fn evaluate(&self, world: &World) -> Vec<Pair> {
        let mut rows = self.first.evaluate(world);
        for step in &self.others {
            if let Some(limit) = step.of_first {
                self.sort(&mut rows);
                rows.truncate(limit as usize);
            }
            let mut others = step.other.evaluate(world);
            match step.op {
                SetOp::UnionAll => rows.append(&mut others),
                SetOp::Union => {
                    rows.append(&mut others);
                    once(&mut rows);
                }
                SetOp::Intersect => {
                    rows.retain(|row| others.contains(row));
                    once(&mut rows);
                }
                SetOp::Except => {
                    rows.retain(|row| !others.contains(row));
                    once(&mut rows);
                }
            }
        }
        self.sort(&mut rows);
        let skipped = self.offset.unwrap_or(0) as usize;
        let taken = self.limit.map_or(usize::MAX, |limit| limit as usize);
        rows.into_iter().skip(skipped).take(taken).collect()
    }

    fn sort(&self, rows: &mut [Pair]) {
        // NULLs are last, whichever way the others are.
        rows.sort_by(|one, other| {
            let number = self.nulls_last(&one.0, &other.0);
            let word = self.nulls_last(&one.1, &other.1);
            match self.text_first {
                true => word.then(number),
                false => number.then(word),
            }
        });
    }

    fn nulls_last<T: Ord>(&self, one: &Option<T>, other: &Option<T>) -> std::cmp::Ordering {
        let nulls = one.is_none().cmp(&other.is_none());
        nulls.then_with(|| match self.descending {
            true => other.cmp(one),
            false => one.cmp(other),
        })
    }
}

impl Part {
    fn rows<M: Node>(&self) -> Rows<M, Pair> {
        let mut query = M::query().maybe(self.filter.as_ref().map(cond));
        if let Some(limit) = self.limit {
            query = query.order_by(M::id()).limit(limit);
        }
        let rows = query.values((int::<M>(&self.int), text::<M>(&self.text)));
        if self.distinct { rows.distinct() } else { rows }
    }

    fn evaluate(&self, world: &World) -> Vec<Pair> {
        let table = self.table;
        let rows = world.rows(table).iter();
        let rows = rows.map(|row| At { world, table, row });
        let pass = |at: &At<'_>| match &self.filter {
            Some(filter) => at.cond(filter) == Some(true),
            None => true,
        };
        let taken = self.limit.map_or(usize::MAX, |limit| limit as usize);
        let number = |n: i64| i32::try_from(n).unwrap_or_default();
        let pair = |at: At<'_>| (at.int(&self.int).map(number), at.text(&self.text));
        let mut rows = rows.filter(pass).take(taken).map(pair).collect();
        if self.distinct {
            once(&mut rows);
        }
        rows
    }
}

/// Equal rows once.
fn once(rows: &mut Vec<Pair>) {
    rows.sort();
    rows.dedup();
}

/// One query or several, with one more.
trait Puts<M> {
    fn put<N: Model>(self, op: SetOp, other: Rows<N, Pair>) -> Rows<M, Pair, Combined>;
}

macro_rules! puts {
    ($($state:ty),+) => {$(
        impl<M: Model> Puts<M> for Rows<M, Pair, $state> {
            fn put<N: Model>(self, op: SetOp, other: Rows<N, Pair>) -> Rows<M, Pair, Combined> {
                match op {
                    SetOp::Union => self.union(other),
                    SetOp::UnionAll => self.union_all(other),
                    SetOp::Intersect => self.intersect(other),
                    SetOp::Except => self.except(other),
                }
            }
        }
    )+};
}

puts!(orm::query::Single, Combined);
