//! Rows of a many-to-many level with their rows of the join table.

use std::marker::PhantomData;

use super::Shape;
use super::collect::{Collect, MakeCollect};
use super::plan::{Level, SlotMap};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::joined::Joined;
use crate::model::Model;
use crate::types::Param;

impl<L: Send + Sync + 'static> Shape<L> {
    /// The same rows, each with the row of the join table `J` that led to it.
    pub(crate) fn with_join_row<J: Model>(self) -> Shape<Joined<L, J>> {
        Shape::made_by(WithJoinRow::<L, J> {
            row: self,
            join: PhantomData,
        })
    }
}

struct WithJoinRow<L, J> {
    row: Shape<L>,
    join: PhantomData<fn() -> J>,
}

impl<L: Send + Sync + 'static, J: Model> MakeCollect<Joined<L, J>> for WithJoinRow<L, J> {
    fn collect(&self, level: Option<&Level>) -> Box<dyn Collect<Joined<L, J>>> {
        Box::new(JoinedRows {
            rows: self.row.collect(level),
            joins: Vec::new(),
            place: level.map(|level| (level.number, level.join_slots.clone())),
        })
    }
}

struct JoinedRows<L, J> {
    rows: Box<dyn Collect<L>>,
    joins: Vec<J>,
    /// The level of the rows, and where they hold the join row's columns.
    place: Option<(usize, SlotMap)>,
}

impl<L: Send + Sync + 'static, J: Model> Collect<Joined<L, J>> for JoinedRows<L, J> {
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        let Some((own, slots)) = &self.place else {
            return Err(Error::usage("only an association has join rows"));
        };
        if level == *own {
            let mut cursor = Cursor::new(row, J::TABLE, Some(slots));
            self.joins.push(J::decode(&mut cursor)?);
        }
        self.rows.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.rows.keys_for(level)
    }

    fn finish(self: Box<Self>) -> Result<Vec<Joined<L, J>>> {
        let rows = self.rows.finish()?.into_iter().zip(self.joins);
        Ok(rows.map(|(row, join)| Joined { row, join }).collect())
    }
}
