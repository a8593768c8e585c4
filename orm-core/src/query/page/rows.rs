//! What a page asks the database for, and what comes back.

use std::sync::Arc;

use super::cursor::{Place, Seal};
use super::order::{complete, fingerprint, refused};
use super::place::{behind, reversed};
use super::{PageCursor, Start};
use crate::ast::{Expr, Item, Limit, OrderBy, Output, Select, There, ThereAsk};
use crate::decode::{Cursor, Row};
use crate::error::Result;
use crate::exec::Exec;
use crate::load::{Gather, Level};
use crate::model::Model;
use crate::query::fetch;
use crate::schema::SqlType;
use crate::types::Param;

/// The values that a row is sorted by.
pub(super) type Values = Vec<Param>;

/// The query of one page.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) select: Select,
    /// The query of all pages.
    whole: Select,
    pub(super) terms: Arc<[OrderBy]>,
    pub(super) seal: Arc<Seal>,
    /// Where the page begins, if not at an end.
    from: Option<Place>,
    pub(super) backwards: bool,
    size: usize,
    /// Which of the values of a row it is sorted by.
    places: Vec<u16>,
    total: Option<u16>,
}

impl Asked {
    /// # Errors
    /// When the query cannot be read by pages, or the cursor is not one of it.
    pub(super) fn new<M: Model>(
        select: Select,
        size: u32,
        start: &Start,
        with_total: bool,
        secret: Option<Vec<u8>>,
    ) -> Result<Self> {
        judge::<M>(&select, size)?;
        let terms: Arc<[OrderBy]> = complete::<M>(&select, "a page")?.into();
        let seal = Arc::new(Seal {
            model: M::TABLE.model,
            order: fingerprint(&select, &terms),
            secret,
        });
        let from = match start {
            Start::First | Start::Last => None,
            Start::At(cursor) => Some(cursor.place(&terms, &seal)?),
            Start::After(cursor) => Some(Place {
                backwards: false,
                at_it: false,
                ..cursor.place(&terms, &seal)?
            }),
            Start::Before(cursor) => Some(Place {
                backwards: true,
                at_it: false,
                ..cursor.place(&terms, &seal)?
            }),
        };
        let backwards = match &from {
            Some(place) => place.backwards,
            None => matches!(start, Start::Last),
        };
        let mut asked = Asked {
            whole: select.clone(),
            select,
            terms,
            seal,
            from,
            backwards,
            size: size as usize,
            places: Vec::new(),
            total: None,
        };
        // One more tells whether there are more.
        asked.ask(size + 1, with_total);
        Ok(asked)
    }

    /// All rows, to be [asked for](Self::ask_for) some at a time.
    pub(super) fn all(select: Select, terms: Arc<[OrderBy]>, seal: Arc<Seal>) -> Self {
        Asked {
            whole: select.clone(),
            select,
            terms,
            seal,
            from: None,
            backwards: false,
            size: 0,
            places: Vec::new(),
            total: None,
        }
    }

    /// Takes the rows behind a place next; those that an offset skips came before it.
    pub(super) fn go_behind(&mut self, place: Place) {
        self.whole.offset = None;
        self.from = Some(place);
    }

    /// Asks for so many rows behind the place.
    pub(super) fn ask_for(&mut self, rows: u32) {
        self.select = self.whole.clone();
        self.size = rows as usize;
        self.ask(rows, false);
    }

    fn ask(&mut self, rows: u32, with_total: bool) {
        let order = match self.backwards {
            false => self.terms.to_vec(),
            true => reversed(&self.terms),
        };
        let select = &mut self.select;
        let terms = self.terms.iter();
        self.places = terms.map(|term| shown(select, term)).collect();
        if with_total {
            let counted = There {
                table: select.table,
                visible: select.visible.clone(),
                filter: select.filter.clone().unwrap_or(Expr::Bool(true)),
                ask: ThereAsk::Count,
            };
            let total = Expr::asked_there(counted);
            self.total = Some(select.add(value("orm total", total, SqlType::Int8)));
        }
        if let Some(place) = &self.from {
            select.and_filter(behind(&order, &place.values, place.at_it));
        }
        select.order_by = order;
        select.limit = Some(Limit::Written(rows));
    }

    /// Fetches the rows; what they are sorted by comes back, in the query's order.
    ///
    /// # Errors
    /// When a statement fails, or a column does not fit its type.
    pub(super) async fn fetch(&self, db: Exec<'_>, rows: &mut dyn Gather) -> Result<Found> {
        let mut keeping = Keeping {
            rows,
            asked: self,
            root: 0,
            slots: Vec::new(),
            total_slot: None,
            values: Vec::new(),
            total: None,
        };
        fetch::gather(db, &self.select, &mut keeping).await?;
        let Keeping {
            mut values, total, ..
        } = keeping;
        let more = values.len() > self.size;
        values.truncate(self.size);
        if self.backwards {
            values.reverse();
        }
        let total = match (total, self.total, &self.from) {
            (Some(total), ..) => Some(total),
            (None, None, _) => None,
            // No row: there is none, or none behind the place.
            (None, Some(_), None) => Some(0),
            (None, Some(_), Some(_)) => {
                let mut whole = self.whole.clone();
                let total = fetch::count_of(&mut whole, db).await?;
                Some(i64::try_from(total).unwrap_or(i64::MAX))
            }
        };
        Ok(Found {
            values,
            more,
            total,
        })
    }

    /// The rows of the page of those that were fetched, in the query's order.
    pub(super) fn arranged<L>(&self, mut rows: Vec<L>) -> Vec<L> {
        rows.truncate(self.size);
        if self.backwards {
            rows.reverse();
        }
        rows
    }

    /// Where the pages beside one begin: the next, and the one before.
    ///
    /// # Errors
    /// When a value has no form outside of its database.
    pub(super) fn beside(&self, found: &Found) -> Result<(Option<PageCursor>, Option<PageCursor>)> {
        let edge = |values: Option<&Values>, backwards| {
            // Of an empty page it is the place itself, and a row there belongs to what
            // is on its other side.
            let place = match (values, &self.from) {
                (Some(values), _) => Place {
                    values: values.clone(),
                    backwards,
                    at_it: false,
                },
                (None, Some(from)) => Place {
                    values: from.values.clone(),
                    backwards,
                    at_it: !from.at_it,
                },
                (None, None) => return Ok(None),
            };
            PageCursor::new(&place, &self.terms, &self.seal).map(Some)
        };
        // What lies behind is known; what was passed was there when its cursor was made.
        let passed = self.from.is_some();
        let (has_next, has_previous) = match self.backwards {
            false => (found.more, passed),
            true => (passed, found.more),
        };
        let next = has_next.then(|| edge(found.values.last(), false));
        let previous = has_previous.then(|| edge(found.values.first(), true));
        Ok((next.transpose()?.flatten(), previous.transpose()?.flatten()))
    }
}

/// What came back of a page.
pub(super) struct Found {
    pub(super) values: Vec<Values>,
    /// Whether there are rows beyond the page, in the direction it was read in.
    more: bool,
    pub(super) total: Option<i64>,
}

/// How many rows a page has at most.
pub(super) const LARGEST: u32 = 10_000;

fn judge<M: Model>(select: &Select, size: u32) -> Result<()> {
    if size == 0 || size > LARGEST {
        return Err(refused::<M>(
            "a page has 1 to 10000 rows; bound a size that is asked for from outside, `size.clamp(1, 100)`",
        ));
    }
    if select.is_limited() {
        return Err(refused::<M>(
            "a page has a size and a cursor of its own; leave out `.limit(..)` and `.offset(..)`",
        ));
    }
    if select.distinct {
        return Err(refused::<M>(
            "distinct rows have no key to go on behind; leave out `.distinct()`, or ask `.any(..)` of an association",
        ));
    }
    Ok(())
}

/// Where a term's value is among those of a row, which is asked for it where it has none.
fn shown(select: &mut Select, term: &OrderBy) -> u16 {
    let column = match &term.expr {
        Expr::Column(column) => {
            let mut columns = (0_u16..).zip(select.table.columns);
            columns.find_map(|(at, it)| (it.name == column.name).then_some(at))
        }
        _ => None,
    };
    match (&select.output, column) {
        (Output::Model, Some(at)) => return at,
        (Output::Items(items), Some(at)) => {
            let mut items = (0_u16..).zip(items);
            let is_it = |item: &Item| matches!(item, Item::Column(it) if *it == at);
            if let Some((place, _)) = items.find(|(_, item)| is_it(item)) {
                return place;
            }
        }
        _ => {}
    }
    let item = match column {
        Some(at) => Item::Column(at),
        None => {
            let sql_type = term.sorted.map_or(SqlType::Text, |it| it.sql_type);
            value("orm sort", term.expr.clone(), sql_type)
        }
    };
    select.add(item)
}

fn value(name: &'static str, expr: Expr, sql_type: SqlType) -> Item {
    Item::Value {
        name,
        expr,
        sql_type,
    }
}

/// Hands rows on, and keeps what each is sorted by.
struct Keeping<'r> {
    rows: &'r mut dyn Gather,
    asked: &'r Asked,
    root: usize,
    /// Where the values are in a row of a result.
    slots: Vec<u16>,
    total_slot: Option<u16>,
    values: Vec<Values>,
    total: Option<i64>,
}

impl Gather for Keeping<'_> {
    fn begin(&mut self, level: Option<&Level>) {
        let slot = |place: &u16| match level {
            None => *place,
            Some(level) => {
                let slot = level.slots.get(usize::from(*place));
                slot.copied().unwrap_or(u16::MAX)
            }
        };
        self.root = level.map_or(0, |level| level.number);
        self.slots = self.asked.places.iter().map(slot).collect();
        self.total_slot = self.asked.total.as_ref().map(slot);
        self.values.clear();
        self.total = None;
        self.rows.begin(level);
    }

    fn push(&mut self, level: usize, row: &Row) -> Result<()> {
        if level == self.root {
            let mut fields = Cursor::of_row(row).slots(&self.slots);
            let terms = self.asked.terms.iter();
            let values = terms.filter_map(|term| Some(term.sorted?.take(&mut fields)));
            self.values.push(values.collect::<Result<_>>()?);
            if let (Some(slot), None) = (self.total_slot, self.total) {
                self.total = Some(row.get(usize::from(slot))?);
            }
        }
        self.rows.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.rows.keys_for(level)
    }

    fn finish(&mut self, order: Vec<u32>) -> Result<u64> {
        crate::load::arrange(&mut self.values, order.clone());
        self.rows.finish(order)
    }
}
