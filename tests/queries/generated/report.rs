//! Whole queries: made at random, sent, and evaluated in memory.

use std::cmp::Ordering;

use orm::ast::Nulls;
use orm::prelude::*;
use orm::query::{Expr, Functions, Query, Ranking, Rows, count, rank, row_number};

use super::dice::Dice;
use super::expression::{
    At, Calc, Cell, Compare, Cond, Int, Maker, Operand, Sure, SureText, Text, Value,
};
use super::typed::{Columns, Node, Shown, Terms, cond, int, shown, text};
use super::world::{Table, World};

/// A query for computed values.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) table: Table,
    filter: Option<Cond>,
    before: Option<Slice>,
    /// What rows are folded by, if they are.
    keys: Option<Vec<Value>>,
    items: Vec<Item>,
    having: Vec<Having>,
    distinct: bool,
    after: Slice,
}

/// An order and a part of the rows in it.
#[derive(Debug, Default)]
struct Slice {
    order: Vec<Term>,
    limit: Option<u32>,
    offset: Option<u64>,
}

#[derive(Debug, Clone)]
struct Term {
    item: Item,
    descending: bool,
    nulls: Nulls,
}

/// What is shown or sorted by.
#[derive(Debug, Clone)]
enum Item {
    Value(Value),
    Aggregate(Aggregate, Option<Cond>),
    Window(Window),
}

#[derive(Debug, Clone)]
enum Aggregate {
    Rows,
    Count(Int),
    Different(Text),
    Sum(Int),
    Least(Text),
    Greatest(Int),
}

#[derive(Debug, Clone)]
struct Window {
    function: WindowFunction,
    partition: Vec<Value>,
    order: Vec<Value>,
}

#[derive(Debug, Clone)]
enum WindowFunction {
    RowNumber,
    Rank,
    Aggregate(Aggregate),
}

#[derive(Debug)]
enum Having {
    Key(Cond),
    Count(Option<Cond>, Compare, i64),
    Sum(Int, Compare, i64),
}

impl Report {
    pub(super) fn random(dice: &mut Dice, depth: usize) -> Report {
        let table = dice.pick(&[Table::Author, Table::Post, Table::Post, Table::Tag]);
        let mut maker = Maker { dice, table, depth };
        let filter = maker.dice.one_in(2).then(|| maker.cond());
        let before = maker.dice.one_in(3).then(|| maker.slice());
        let groups = maker.dice.one_in(2);
        let mut report = if groups { maker.groups() } else { maker.rows() };
        report.filter = filter;
        // An order alone sorts the result, which may not show what it is about.
        report.before = before.filter(|it| it.is_part() || !(groups || report.distinct));
        // Rows in no order are compared with nothing.
        if !groups && report.before.is_none() && report.after.order.is_empty() {
            report.after.order.push(by_id());
        }
        report
    }
}

impl Maker<'_> {
    fn slice(&mut self) -> Slice {
        let terms = self.dice.below(3);
        let value = |it: &mut Self| Item::Value(it.value());
        let mut order: Vec<Term> = (0..terms).map(|_| self.term(value)).collect();
        order.push(by_id());
        let (limit, offset) = self.part();
        Slice {
            order,
            limit,
            offset,
        }
    }

    fn part(&mut self) -> (Option<u32>, Option<u64>) {
        let limit = self.dice.one_in(2).then(|| self.dice.below(6) as u32);
        (
            limit,
            self.dice.one_in(3).then(|| self.dice.below(4) as u64),
        )
    }

    fn term(&mut self, item: impl FnOnce(&mut Self) -> Item) -> Term {
        let nulls = [Nulls::Default, Nulls::Default, Nulls::First, Nulls::Last];
        Term {
            item: item(self),
            descending: self.dice.one_in(2),
            nulls: self.dice.pick(&nulls),
        }
    }

    /// Rows one by one, some of them with windows.
    fn rows(&mut self) -> Report {
        let shown = 1 + self.dice.below(4);
        let items: Vec<Item> = (0..shown)
            .map(|_| match self.dice.below(4) {
                0 => Item::Window(self.window()),
                _ => Item::Value(self.value()),
            })
            .collect();
        let distinct = self.dice.one_in(3);
        let terms = self.dice.below(3);
        let mut order: Vec<Term> = (0..terms)
            .map(|_| {
                self.term(|it| match distinct || it.dice.one_in(3) {
                    true => items[it.dice.below(items.len())].clone(),
                    false => Item::Value(it.value()),
                })
            })
            .collect();
        if distinct {
            order.extend(items.iter().cloned().map(ascending));
        } else if !order.is_empty() || self.dice.one_in(2) {
            order.push(by_id());
        }
        let (limit, offset) = match order.is_empty() {
            true => (None, None),
            false => self.part(),
        };
        Report {
            table: self.table,
            filter: None,
            before: None,
            keys: None,
            items,
            having: Vec::new(),
            distinct,
            after: Slice {
                order,
                limit,
                offset,
            },
        }
    }

    fn window(&mut self) -> Window {
        let function = match self.dice.below(4) {
            0 => WindowFunction::RowNumber,
            1 => WindowFunction::Rank,
            _ => WindowFunction::Aggregate(self.aggregate_of_windows()),
        };
        let partition = self.values();
        let mut order = self.values();
        // Rows that are equal in the order are numbered at random.
        if matches!(function, WindowFunction::RowNumber) || self.dice.one_in(2) {
            order.push(Value::Sure(Sure::Id));
        }
        Window {
            function,
            partition,
            order,
        }
    }

    fn values(&mut self) -> Vec<Value> {
        let count = self.dice.below(3);
        (0..count).map(|_| self.value()).collect()
    }

    fn aggregate_of_windows(&mut self) -> Aggregate {
        match self.dice.below(5) {
            0 => Aggregate::Rows,
            1 => Aggregate::Count(self.int()),
            2 => Aggregate::Sum(self.int()),
            3 => Aggregate::Least(self.text()),
            _ => Aggregate::Greatest(self.int()),
        }
    }

    fn aggregate(&mut self) -> Item {
        let aggregate = match self.dice.below(4) {
            0 => Aggregate::Different(self.text()),
            _ => self.aggregate_of_windows(),
        };
        let filter = self.dice.one_in(3).then(|| self.cond());
        Item::Aggregate(aggregate, filter)
    }

    /// Groups: what is shown and sorted by is made of the keys and of aggregates.
    fn groups(&mut self) -> Report {
        let keys = self.values();
        let item = |it: &mut Self| match keys.is_empty() || it.dice.one_in(2) {
            true => it.aggregate(),
            false => {
                let key = &keys[it.dice.below(keys.len())];
                match it.dice.below(4) {
                    0 => Item::Window(it.window_of_groups(&keys)),
                    1 => Item::Value(key.clone()),
                    _ => Item::Value(it.part_of(key)),
                }
            }
        };
        let shown = 1 + self.dice.below(4);
        let mut items: Vec<Item> = (0..shown).map(|_| item(self)).collect();
        if keys.is_empty() {
            items.push(Item::Aggregate(Aggregate::Rows, None));
        }
        let having = self.dice.below(3);
        let having = (0..having).map(|_| self.having(&keys)).collect();
        let terms = self.dice.below(3);
        let mut order: Vec<Term> = (0..terms).map(|_| self.term(item)).collect();
        order.extend(keys.iter().cloned().map(|key| ascending(Item::Value(key))));
        let (limit, offset) = self.part();
        Report {
            table: self.table,
            filter: None,
            before: None,
            keys: Some(keys),
            items,
            having,
            distinct: false,
            after: Slice {
                order,
                limit,
                offset,
            },
        }
    }

    fn window_of_groups(&mut self, keys: &[Value]) -> Window {
        let functions = [
            WindowFunction::RowNumber,
            WindowFunction::Rank,
            WindowFunction::Aggregate(Aggregate::Rows),
        ];
        let mut order = keys.to_vec();
        order.push(self.part_of(&keys[0]));
        order.rotate_right(self.dice.below(2));
        Window {
            function: functions[self.dice.below(3)].clone(),
            partition: self.dice.several(0, 1, |_| keys[0].clone()),
            order,
        }
    }

    fn having(&mut self, keys: &[Value]) -> Having {
        let compare = self
            .dice
            .pick(&[Compare::Gt, Compare::Le, Compare::Ne, Compare::Distinct]);
        let n = self.dice.between(-1, 3).into();
        match self.dice.below(3) {
            0 if !keys.is_empty() => {
                let key = &keys[self.dice.below(keys.len())];
                Having::Key(self.test_of(key))
            }
            1 => Having::Sum(self.int(), compare, n),
            _ => Having::Count(self.dice.one_in(2).then(|| self.cond()), compare, n),
        }
    }

    /// An expression in which the key stands, and no column outside of it.
    fn part_of(&mut self, key: &Value) -> Value {
        let n = self.dice.between(-3, 3);
        match key.clone() {
            _ if self.dice.one_in(3) => Value::Cond(self.test_of(key)),
            Value::Int(key) => Value::Int(match self.dice.one_in(2) {
                true => Int::Calc(Calc::Add, Box::new(key), Operand::Constant(n)),
                false => Int::Case(
                    Box::new(Cond::IntNull(key.clone(), false)),
                    Box::new(Int::Abs(Box::new(key))),
                    Operand::Constant(n),
                ),
            }),
            Value::Sure(key) => {
                let constant = Box::new(Sure::Constant(n));
                Value::Sure(Sure::Calc(Calc::Sub, Box::new(key), constant))
            }
            Value::Text(key) => Value::Text(match self.dice.one_in(2) {
                true => Text::Upper(Box::new(key)),
                false => Text::Concat(Box::new(key), "!".to_owned()),
            }),
            Value::SureText(key) => Value::SureText(SureText::Lower(Box::new(key))),
            Value::Cond(_) | Value::Count(_) => Value::Cond(self.test_of(key)),
        }
    }

    fn test_of(&mut self, key: &Value) -> Cond {
        let n = self.dice.between(-3, 3);
        match key.clone() {
            Value::Int(key) => match self.dice.one_in(2) {
                true => Cond::IntNull(key, true),
                false => Cond::Compare(key, Compare::Ge, Operand::Constant(n)),
            },
            Value::Sure(key) => Cond::CompareSure(key, Compare::Lt, Operand::Constant(n)),
            Value::Text(key) => Cond::TextIs(key, Compare::Ne, "ab".to_owned()),
            Value::SureText(key) => {
                Cond::LikeSure(key, super::expression::Pattern::Like, "%a%".to_owned())
            }
            // The negation of a negation is the condition itself, without the key.
            Value::Cond(key) => match self.dice.one_in(2) && !matches!(key, Cond::Not(_)) {
                true => Cond::Not(Box::new(key)),
                false => Cond::NotTrue(Box::new(key)),
            },
            Value::Count(key) => Cond::CountIs(key, Compare::Gt, 1),
        }
    }
}

fn ascending(item: Item) -> Term {
    Term {
        item,
        descending: false,
        nulls: Nulls::Default,
    }
}

fn by_id() -> Term {
    ascending(Item::Value(Value::Sure(Sure::Id)))
}

// ----- as a typed query

fn aggregate<M: Node>(spec: &Aggregate, filter: Option<&Cond>, over: Option<&Window>) -> Shown {
    match spec {
        Aggregate::Rows => narrowed(count::<M>(), filter, over),
        Aggregate::Count(inner) => narrowed(int::<M>(inner).count(), filter, over),
        Aggregate::Different(inner) => narrowed(text::<M>(inner).count_distinct(), filter, over),
        Aggregate::Sum(Int::Number) => narrowed(M::number().sum(), filter, over),
        Aggregate::Sum(inner) => narrowed(int::<M>(inner).sum(), filter, over),
        Aggregate::Least(inner) => narrowed(text::<M>(inner).min(), filter, over),
        Aggregate::Greatest(inner) => narrowed(int::<M>(inner).max(), filter, over),
    }
}

fn narrowed<M: Node, T>(mut expr: Expr<M, T>, filter: Option<&Cond>, over: Option<&Window>) -> Shown
where
    T: orm::types::ColumnType + Into<Cell>,
{
    if let Some(filter) = filter {
        expr = expr.filter_where(cond(filter));
    }
    if let Some(window) = over {
        expr = expr.over(terms::<M>(&window.partition), terms::<M>(&window.order));
    }
    Shown::of(expr)
}

fn ranked<M: Node>(ranking: Ranking<M>, window: &Window) -> Shown {
    Shown::of(ranking.over(terms::<M>(&window.partition), terms::<M>(&window.order)))
}

fn terms<M: Node>(values: &[Value]) -> Terms {
    let term = |value| shown::<M>(value).term(false, Nulls::Default);
    Terms(values.iter().map(term).collect())
}

impl Item {
    fn typed<M: Node>(&self) -> Shown {
        match self {
            Item::Value(value) => shown::<M>(value),
            Item::Aggregate(spec, filter) => aggregate::<M>(spec, filter.as_ref(), None),
            Item::Window(window) => match &window.function {
                WindowFunction::RowNumber => ranked::<M>(row_number(), window),
                WindowFunction::Rank => ranked::<M>(rank(), window),
                WindowFunction::Aggregate(spec) => aggregate::<M>(spec, None, Some(window)),
            },
        }
    }
}

impl Slice {
    fn typed<M: Node>(&self) -> Terms {
        let term = |term: &Term| {
            let shown = term.item.typed::<M>();
            shown.term(term.descending, term.nulls)
        };
        Terms(self.order.iter().map(term).collect())
    }
}

impl Having {
    fn typed<M: Node>(&self) -> orm::query::Filter<M> {
        match self {
            Having::Key(test) => cond(test),
            Having::Count(filter, op, n) => {
                let count = count::<M>();
                let count = match filter {
                    Some(filter) => count.filter_where(cond(filter)),
                    None => count,
                };
                super::typed::compare(count, *op, *n)
            }
            Having::Sum(inner, op, n) => super::typed::compare(int::<M>(inner).sum(), *op, *n),
        }
    }
}

/// What a query was asked for and what came back.
pub(super) struct Answer {
    pub(super) sql: String,
    pub(super) rows: orm::Result<Vec<Vec<Cell>>>,
    /// How many rows the values are computed from, and whether there is one.
    pub(super) sources: orm::Result<(i64, bool)>,
    /// The keys of these rows, in order where one was asked for.
    pub(super) keys: orm::Result<Vec<i64>>,
}

impl Report {
    fn query<M: Node>(&self) -> Query<M> {
        let mut query = M::query().maybe(self.filter.as_ref().map(cond));
        if let Some(before) = &self.before {
            query = query.order_by(before.typed::<M>());
            if let Some(limit) = before.limit {
                query = query.limit(limit);
            }
            if let Some(offset) = before.offset {
                query = query.offset(offset);
            }
        }
        query
    }

    fn report<M: Node>(&self) -> Rows<M, Vec<Cell>> {
        let items = self.items.iter().map(Item::typed::<M>).collect();
        let mut rows = self.query::<M>().values(Columns(items));
        if let Some(keys) = &self.keys {
            let term = |key| shown::<M>(key).term(false, Nulls::Default);
            rows = rows.group_by(Terms(keys.iter().map(term).collect()));
        }
        for having in &self.having {
            rows = rows.having(having.typed());
        }
        rows = rows.order_by(self.after.typed::<M>());
        if self.distinct {
            rows = rows.distinct();
        }
        if let Some(limit) = self.after.limit {
            rows = rows.limit(limit);
        }
        if let Some(offset) = self.after.offset {
            rows = rows.offset(offset);
        }
        rows
    }

    pub(super) async fn ask<M: Node>(&self, db: &Db, id: fn(&M) -> i32) -> Answer {
        let report = self.report::<M>();
        let sql = format!("{}\n{}", report.to_sql(), self.query::<M>().to_sql());
        let rows = report.all(db).await;
        let sources = match self.query::<M>().count(db).await {
            Ok(count) => self.query::<M>().exists(db).await.map(|any| (count, any)),
            Err(error) => Err(error),
        };
        let found = self.query::<M>().distinct().all(db).await;
        let found = match &self.before {
            // Distinct rows are sorted by what they show, and by nothing else.
            Some(_) => self.query::<M>().all(db).await,
            None => found,
        };
        let keys = found.map(|rows| rows.iter().map(|row| id(row).into()).collect());
        Answer {
            sql,
            rows,
            sources,
            keys,
        }
    }
}

// ----- in memory

/// A row of the result before anything is shown of it: one row, or a group.
struct Unit<'w> {
    members: Vec<At<'w>>,
}

impl Unit<'_> {
    /// Any member: what is asked of one is the same for all.
    fn value(&self, value: &Value) -> Cell {
        self.members
            .first()
            .map_or(Cell::Null, |at| at.value(value))
    }
}

impl Report {
    /// The rows that the values are computed from.
    pub(super) fn sources<'w>(&self, world: &'w World) -> Vec<At<'w>> {
        let table = self.table;
        let at = |row| At { world, table, row };
        let mut rows: Vec<At<'_>> = world.rows(table).iter().map(at).collect();
        if let Some(filter) = &self.filter {
            rows.retain(|at| at.cond(filter) == Some(true));
        }
        match &self.before {
            Some(before) => {
                let unit = |at: At<'w>| Unit { members: vec![at] };
                let units: Vec<Unit<'_>> = rows.iter().copied().map(unit).collect();
                before.of(&units, |place| rows[place])
            }
            None => rows,
        }
    }

    /// Whether an order of these rows was asked for.
    pub(super) fn sorts_sources(&self) -> bool {
        self.before.is_some()
    }

    pub(super) fn evaluate(&self, world: &World) -> Vec<Vec<Cell>> {
        let sources = self.sources(world);
        let mut units: Vec<Unit<'_>> = match &self.keys {
            None => sources
                .iter()
                .map(|at| Unit { members: vec![*at] })
                .collect(),
            Some(keys) => group(&sources, keys),
        };
        units.retain(|unit| self.having.iter().all(|having| having.holds(unit)));
        let columns: Vec<Vec<Cell>> = self.items.iter().map(|item| item.column(&units)).collect();
        let row = |place: usize| columns.iter().map(|column| column[place].clone()).collect();
        let rows: Vec<Vec<Cell>> = if self.distinct {
            let whole = Slice {
                order: self.after.order.clone(),
                ..Slice::default()
            };
            let mut rows = whole.of(&units, row);
            rows.dedup();
            let skipped = rows.into_iter().skip(self.after.skipped());
            skipped.take(self.after.taken()).collect()
        } else {
            // An order without a limit goes on behind the values.
            let sorted = self.before.iter().filter(|before| !before.is_part());
            let order = sorted
                .flat_map(|before| &before.order)
                .chain(&self.after.order);
            let whole = Slice {
                order: order.cloned().collect(),
                ..self.after
            };
            whole.of(&units, row)
        };
        rows
    }
}

fn group<'w>(rows: &[At<'w>], keys: &[Value]) -> Vec<Unit<'w>> {
    if keys.is_empty() {
        let members = rows.to_vec();
        return vec![Unit { members }];
    }
    let mut groups: Vec<(Vec<Cell>, Unit<'_>)> = Vec::new();
    for at in rows {
        let key: Vec<Cell> = keys.iter().map(|key| at.value(key)).collect();
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, unit)) => unit.members.push(*at),
            None => groups.push((key, Unit { members: vec![*at] })),
        }
    }
    groups.into_iter().map(|(_, unit)| unit).collect()
}

impl Slice {
    fn is_part(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// What `show` makes of the units, in order, of which only a part is wanted.
    fn of<T>(&self, units: &[Unit<'_>], show: impl Fn(usize) -> T) -> Vec<T> {
        let columns: Vec<Vec<Cell>> = self
            .order
            .iter()
            .map(|term| term.item.column(units))
            .collect();
        let mut places: Vec<usize> = (0..units.len()).collect();
        places.sort_by(|&one, &other| {
            let terms = self.order.iter().zip(&columns);
            let mut orders = terms.map(|(term, cells)| term.order(&cells[one], &cells[other]));
            orders
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        let wanted = places.into_iter().skip(self.skipped()).take(self.taken());
        wanted.map(show).collect()
    }

    fn skipped(&self) -> usize {
        self.offset.unwrap_or_default() as usize
    }

    fn taken(&self) -> usize {
        self.limit.map_or(usize::MAX, |limit| limit as usize)
    }
}

impl Term {
    fn order(&self, one: &Cell, other: &Cell) -> Ordering {
        let nulls_last = match self.nulls {
            Nulls::First => false,
            Nulls::Last => true,
            Nulls::Default => !self.descending,
        };
        match (*one == Cell::Null, *other == Cell::Null) {
            (true, true) => Ordering::Equal,
            (true, false) if nulls_last => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, true) if nulls_last => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) if self.descending => other.order(one),
            (false, false) => one.order(other),
        }
    }
}

impl Item {
    /// The values of the item for every unit.
    fn column(&self, units: &[Unit<'_>]) -> Vec<Cell> {
        match self {
            Item::Value(value) => units.iter().map(|unit| unit.value(value)).collect(),
            Item::Aggregate(spec, filter) => {
                let passes = |at: &At<'_>| {
                    let filter = filter.as_ref();
                    filter.is_none_or(|filter| at.cond(filter) == Some(true))
                };
                let one = |unit: &Unit<'_>| {
                    let members = unit.members.iter().copied().filter(passes);
                    spec.of(&members.collect::<Vec<_>>())
                };
                units.iter().map(one).collect()
            }
            Item::Window(window) => window.column(units),
        }
    }
}

impl Window {
    fn column(&self, units: &[Unit<'_>]) -> Vec<Cell> {
        let keys = |unit: &Unit<'_>, values: &[Value]| -> Vec<Cell> {
            values.iter().map(|value| unit.value(value)).collect()
        };
        let one = |unit: &Unit<'_>| {
            let partition = keys(unit, &self.partition);
            let here = keys(unit, &self.order);
            let order = |other: &&Unit<'_>| {
                let there = keys(other, &self.order);
                let mut orders = there
                    .iter()
                    .zip(&here)
                    .map(|(there, here)| there.order(here));
                orders
                    .find(|order| order.is_ne())
                    .unwrap_or(Ordering::Equal)
            };
            let peers = units
                .iter()
                .filter(|other| keys(other, &self.partition) == partition);
            let before = peers.clone().filter(|other| order(other).is_lt()).count() as i64;
            match &self.function {
                // The order is one of unique rows.
                WindowFunction::RowNumber | WindowFunction::Rank => Cell::Int(before + 1),
                WindowFunction::Aggregate(spec) => {
                    let seen = peers.filter(|other| order(other).is_le());
                    // A group is one row of what windows look at.
                    let rows = seen.filter_map(|unit| unit.members.first().copied());
                    spec.of(&rows.collect::<Vec<_>>())
                }
            }
        };
        units.iter().map(one).collect()
    }
}

impl Aggregate {
    fn of(&self, rows: &[At<'_>]) -> Cell {
        let ints = |int: &Int| rows.iter().filter_map(|at| at.int(int)).collect::<Vec<_>>();
        let texts = |text: &Text| {
            rows.iter()
                .filter_map(|at| at.text(text))
                .collect::<Vec<_>>()
        };
        match self {
            Aggregate::Rows => Cell::Int(rows.len() as i64),
            Aggregate::Count(int) => Cell::Int(ints(int).len() as i64),
            Aggregate::Different(text) => {
                let mut texts = texts(text);
                texts.sort();
                texts.dedup();
                Cell::Int(texts.len() as i64)
            }
            Aggregate::Sum(int) => {
                let ints = ints(int);
                (!ints.is_empty()).then(|| ints.iter().sum::<i64>()).into()
            }
            Aggregate::Least(text) => texts(text).into_iter().min().into(),
            Aggregate::Greatest(int) => ints(int).into_iter().max().into(),
        }
    }
}

impl Having {
    fn holds(&self, unit: &Unit<'_>) -> bool {
        let compared = |cell: Cell, op: Compare, n: i64| {
            let value = match cell {
                Cell::Int(value) => Some(value),
                _ => None,
            };
            super::expression::compare(op, value, Some(n))
        };
        let passes = match self {
            Having::Key(test) => unit.members.first().and_then(|at| at.cond(test)),
            Having::Count(filter, op, n) => {
                let item = Item::Aggregate(Aggregate::Rows, filter.clone());
                let count = item.column(std::slice::from_ref(unit));
                compared(count[0].clone(), *op, *n)
            }
            Having::Sum(int, op, n) => {
                compared(Aggregate::Sum(int.clone()).of(&unit.members), *op, *n)
            }
        };
        passes == Some(true)
    }
}
