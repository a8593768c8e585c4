//! All rows of a query, some at a time, each time behind the last.

use std::sync::Arc;

use super::cursor::{Place, Seal};
use super::order::{complete, refused};
use super::rows::{Asked, Values};
use crate::ast::{Limit, OrderBy, Select};
use crate::error::Result;
use crate::exec::Exec;
use crate::load::Gather;
use crate::model::Model;
use crate::types::Param;

/// In which order rows are walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) enum Going {
    /// In that of the query, up to its limit.
    InOrder,
    /// By key, whatever there is.
    ByKey,
}

/// Where a walk over the rows of a query has come to.
pub(in crate::query) struct Walk {
    asked: Asked,
    size: u32,
    /// How many rows are left of the query's own limit.
    left: Option<u64>,
    is_over: bool,
}

impl Walk {
    /// # Errors
    /// When there is no place that a next part could begin behind, or the query has an
    /// order of its own where it is walked by key.
    pub(in crate::query) fn new<M: Model>(
        mut select: Select,
        size: u32,
        going: Going,
    ) -> Result<Self> {
        judge::<M>(&select, size, going)?;
        let what = match going {
            Going::InOrder => "a stream with includes",
            Going::ByKey => "a walk in batches",
        };
        let terms: Arc<[OrderBy]> = complete::<M>(&select, what)?.into();
        let left = select.limit.take().map(|limit| match limit {
            Limit::Bound(Param::Int8(rows)) => rows.unsigned_abs(),
            Limit::Bound(_) => u64::MAX,
            Limit::Written(rows) => rows.into(),
        });
        // No cursor leaves a walk.
        let seal = Arc::new(Seal {
            model: M::TABLE.model,
            order: Default::default(),
            secret: None,
        });
        let mut walk = Walk {
            asked: Asked::all(select, terms, seal),
            size,
            left,
            is_over: left == Some(0),
        };
        walk.ask();
        Ok(walk)
    }

    /// Begins behind these values of the order, and not at its beginning.
    pub(in crate::query) fn begin_behind(&mut self, values: Values) {
        self.asked.go_behind(Place {
            values,
            backwards: false,
            at_it: false,
        });
        self.ask();
    }

    /// Whether there may be more rows.
    pub(in crate::query) fn goes_on(&self) -> bool {
        !self.is_over
    }

    /// Fetches the next rows.
    ///
    /// # Errors
    /// When a statement fails, or a column does not fit its type.
    pub(in crate::query) async fn fetch(
        &mut self,
        db: Exec<'_>,
        rows: &mut dyn Gather,
    ) -> Result<()> {
        let asked = self.next_size();
        let mut values = self.asked.fetch(db, rows).await?.values;
        let found = values.len() as u64;
        self.left = self.left.map(|left| left.saturating_sub(found));
        let last = values.pop();
        match last {
            Some(values) if found == u64::from(asked) && self.left != Some(0) => {
                self.begin_behind(values);
            }
            _ => self.is_over = true,
        }
        Ok(())
    }

    fn ask(&mut self) {
        self.asked.ask_for(self.next_size());
    }

    fn next_size(&self) -> u32 {
        let left = self.left.unwrap_or(u64::MAX);
        u32::try_from(left).map_or(self.size, |left| left.min(self.size))
    }
}

fn judge<M: Model>(select: &Select, size: u32, going: Going) -> Result<()> {
    if size == 0 {
        return Err(refused::<M>("a batch has one row at least"));
    }
    if select.distinct {
        return Err(refused::<M>(match going {
            Going::InOrder => {
                "a stream with includes goes on behind a key, which distinct rows have not; leave out `.distinct()`, or ask `.any(..)` of an association"
            }
            Going::ByKey => {
                "batches go on behind a key, which distinct rows have not; leave out `.distinct()`, or ask `.any(..)` of an association"
            }
        }));
    }
    if going == Going::ByKey && !select.order_by.is_empty() {
        return Err(refused::<M>(
            "batches are read by primary key; leave out `.order_by(..)`, or read `.stream(&db)`",
        ));
    }
    if going == Going::ByKey && select.is_limited() {
        return Err(refused::<M>(
            "batches have a size of their own; leave out `.limit(..)` and `.offset(..)`",
        ));
    }
    Ok(())
}
