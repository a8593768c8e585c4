//! Reading statements.

use super::{Expr, Named, Operand, Visible};
use crate::exec::CallSite;
use crate::schema::{AssociationDef, SqlType, TableDef};
use crate::types::{Param, Sorted};

/// A query for rows of one table, with the associations to load beside them.
#[derive(Debug, Clone)]
pub struct Select {
    /// The table.
    pub table: &'static TableDef,
    /// Which rows of the table are there for the query.
    pub visible: Visible,
    /// The queries that go by a name in it; each may read those before it.
    pub named: Vec<Named>,
    /// The query whose rows are looked at, where not those of the table.
    pub from: Option<Box<Select>>,
    /// What is put together with the rows of that query.
    pub combined: Vec<Operand>,
    /// What each row consists of.
    pub output: Output,
    /// Which rows.
    pub filter: Option<Expr>,
    /// What rows are folded by.
    pub group_by: Vec<Expr>,
    /// Which groups.
    pub having: Option<Expr>,
    /// In which order.
    pub order_by: Vec<OrderBy>,
    /// At most how many rows.
    pub limit: Option<Limit>,
    /// How many rows to skip first.
    pub offset: Option<Param>,
    /// Whether equal rows appear once.
    pub distinct: bool,
    /// How the rows are locked.
    pub lock: Option<Lock>,
    /// The associations to load.
    pub includes: Vec<Include>,
    /// Where the program asked for the association of one row, if it did.
    pub origin: Option<CallSite>,
}

impl Select {
    /// Every row that a table's model shows, as its model.
    pub fn new(table: &'static TableDef) -> Self {
        Select::seeing(table, Visible::of(table))
    }

    /// Every row of a table that is visible, as its model.
    pub fn seeing(table: &'static TableDef, visible: Visible) -> Self {
        Select {
            table,
            visible,
            named: Vec::new(),
            from: None,
            combined: Vec::new(),
            output: Output::Model,
            filter: None,
            group_by: Vec::new(),
            having: None,
            order_by: Vec::new(),
            limit: None,
            offset: None,
            distinct: false,
            lock: None,
            includes: Vec::new(),
            origin: None,
        }
    }

    /// Every row of another query, which has chosen them.
    pub fn from(mut rows: Select) -> Self {
        let table = rows.table;
        Select {
            named: std::mem::take(&mut rows.named),
            from: Some(Box::new(rows)),
            ..Select::seeing(table, Visible::every())
        }
    }

    /// Loads an association beside the rows. What has a name in the query for it has that
    /// name in this one: every statement of a tree says the names of its root.
    pub fn load(&mut self, mut include: Include) {
        self.named.append(&mut include.select.named);
        self.includes.push(include);
    }

    /// The queries whose rows are looked at, where not those of the table.
    pub fn sources(&self) -> impl Iterator<Item = &Select> {
        let combined = self.combined.iter().map(|it| &it.select);
        self.from.as_deref().into_iter().chain(combined)
    }

    /// The queries inside it that are not operands of an expression.
    pub fn queries(&self) -> impl Iterator<Item = &Select> {
        let named = self.named.iter().map(|it| &it.rows);
        named.chain(self.sources())
    }

    /// The values that it shows in place of rows.
    pub fn values(&self) -> &[Expr] {
        match &self.output {
            Output::Exprs(values) => values,
            _ => &[],
        }
    }

    /// Whether it has at most one row: an aggregate of all rows, or the first of them.
    pub fn is_one_row(&self) -> bool {
        let folds = self.group_by.is_empty() && self.values().iter().any(Expr::folds_rows);
        let first = match &self.limit {
            Some(Limit::Bound(Param::Int8(rows))) => *rows <= 1,
            Some(Limit::Written(rows)) => *rows <= 1,
            _ => false,
        };
        folds || first
    }

    /// The expressions of its own clauses; those of a query that it looks at, and of
    /// includes, are theirs.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let Select {
            table: _,
            visible,
            named: _,
            from: _,
            combined: _,
            output,
            filter,
            group_by,
            having,
            order_by,
            limit: _,
            offset: _,
            distinct: _,
            lock: _,
            includes: _,
            origin: _,
        } = self;
        let rows = filter.iter().chain(visible.tests()).chain(group_by);
        let order = order_by.iter().map(|term| &term.expr);
        let shown = output.exprs();
        rows.chain(having).chain(order).chain(shown)
    }

    /// Whether the server must see that an expression stands in several clauses.
    pub fn repeats_expressions(&self) -> bool {
        !self.group_by.is_empty() || self.distinct
    }

    /// Whether only some of the rows that pass the filter are looked at.
    pub fn is_limited(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// Adds a value to each row, behind those that it has; returns its place.
    pub(crate) fn add(&mut self, item: Item) -> u16 {
        if !matches!(self.output, Output::Items(_)) {
            let columns = (0..).take(self.table.columns.len());
            self.output = Output::Items(columns.map(Item::Column).collect());
        }
        let Output::Items(items) = &mut self.output else {
            return 0;
        };
        items.push(item);
        u16::try_from(items.len() - 1).unwrap_or(u16::MAX)
    }

    /// Keeps only the rows that also pass `filter`.
    pub fn and_filter(&mut self, filter: Expr) {
        self.filter = Some(match self.filter.take() {
            Some(existing) => existing.and(filter),
            None => filter,
        });
    }
}

impl Output {
    /// What is computed for each row.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let (values, items) = match self {
            Output::Exprs(values) => (values.as_slice(), &[][..]),
            Output::Items(items) | Output::Count(items) | Output::Exists(items) => {
                (&[][..], items.as_slice())
            }
            Output::Model => (&[][..], &[][..]),
        };
        let items = items.iter().filter_map(|item| match item {
            Item::Value { expr, .. } => Some(expr),
            Item::Column(_) => None,
        });
        values.iter().chain(items)
    }
}

/// What each row of a result consists of.
#[derive(Debug, Clone)]
pub enum Output {
    /// Every column of the model, in field order.
    Model,
    /// Some columns of the model and computed values.
    Items(Vec<Item>),
    /// Computed values.
    Exprs(Vec<Expr>),
    /// The number of rows. Where equal rows appear once, it is these values
    /// that are compared, or those of the model if there are none.
    Count(Vec<Item>),
    /// Whether there is a row; the values are those of a count.
    Exists(Vec<Item>),
}

/// One value of a row that is not the whole model.
#[derive(Debug, Clone)]
pub enum Item {
    /// A column of the model, by position.
    Column(u16),
    /// A computed value.
    Value {
        /// The name it has in the result.
        name: &'static str,
        /// How it is computed.
        expr: Expr,
        /// Its type.
        sql_type: SqlType,
    },
}

/// One term of an order.
#[derive(Debug, Clone)]
pub struct OrderBy {
    /// What is compared.
    pub expr: Expr,
    /// Whether big values come first.
    pub descending: bool,
    /// Where NULLs go.
    pub nulls: Nulls,
    /// How its values are read and kept, where that is known: a page asks for it.
    pub sorted: Option<Sorted>,
}

/// At most how many rows.
#[derive(Debug, Clone)]
pub enum Limit {
    /// A bound number: one text for all of them.
    Bound(Param),
    /// A number in the text: a plan that is kept for any values knows it too.
    Written(u32),
}

/// Where NULLs go in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Nulls {
    /// Last when ascending, first when descending.
    #[default]
    Default,
    /// Before every value.
    First,
    /// After every value.
    Last,
}

/// A lock on the rows of a query, held until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lock {
    /// What others may still do with the rows.
    pub strength: LockStrength,
    /// What happens when others hold them already.
    pub wait: LockWait,
}

/// What others may still do with a locked row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockStrength {
    /// `FOR UPDATE`: read it.
    Update,
    /// `FOR NO KEY UPDATE`: read it and refer to its key.
    NoKeyUpdate,
    /// `FOR SHARE`: read it and lock it for sharing too.
    Share,
    /// `FOR KEY SHARE`: anything but delete it or change its key.
    KeyShare,
}

/// What happens when a row is locked already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LockWait {
    /// Waits for it.
    #[default]
    Wait,
    /// `SKIP LOCKED`: leaves it out.
    SkipLocked,
    /// `NOWAIT`: fails at once.
    NoWait,
}

/// An association to load beside the rows of a query.
#[derive(Debug, Clone)]
pub struct Include {
    /// The association, declared on the query's table.
    pub association: &'static AssociationDef,
    /// Which rows of the other side, in which order, with what beside them.
    /// Its limit and offset count per parent.
    pub select: Select,
    /// Whether rows without such a row are left out.
    pub required: bool,
    /// How the rows are fetched.
    pub strategy: Strategy,
    /// Only parents with this value in a column, as its position, have such rows.
    pub parents: Option<(u16, Param)>,
    /// Whether the columns of the join row are read too (many-to-many).
    pub join_columns: bool,
    /// Which rows of the join table are there (many-to-many).
    pub joined: Visible,
    /// What of the join rows sorts the rows.
    pub join_order: Vec<OfJoinRow>,
}

impl Include {
    /// The model between the two sides, where its columns are asked for something.
    pub(crate) fn join_model(&self) -> Option<&'static TableDef> {
        let table = self.association.through.as_ref()?.table?;
        Some(table())
    }
}

/// A term of an order that is about the join row.
#[derive(Debug, Clone)]
pub struct OfJoinRow {
    /// Behind how many terms of the query's own order it stands.
    pub behind: usize,
    /// The term, over the columns of the join table.
    pub term: OrderBy,
}

/// How the rows of an include are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Strategy {
    /// In the statement of their parents, unless a statement of their own was
    /// found to be quicker.
    #[default]
    Auto,
    /// In the statement of their parents.
    Together,
    /// In a statement of their own.
    Separate,
}
