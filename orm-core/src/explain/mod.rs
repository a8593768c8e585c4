//! How a database goes about a query: its plan, as a value.

mod postgres;
mod sqlite;

use std::fmt;

pub(crate) use postgres::nodes as nodes_of_postgres;
pub(crate) use sqlite::{Line, nodes as nodes_of_sqlite};

use crate::error::{Error, Result};

/// How the database goes about a query, from [`Query::explain`](crate::query::Query::explain).
///
/// It prints as text, with the conditions of each node, in which values of the query can
/// be; its `Debug` leaves them out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct QueryPlan {
    /// What is done at last, and below it what is done before: one on PostgreSQL, where
    /// the parts of a statement are a tree; on SQLite, which lists them, several.
    pub nodes: Vec<PlanNode>,
    /// What the plan says nothing of: that further statements are sent.
    pub note: Option<String>,
}

/// A step of a plan.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct PlanNode {
    /// What it does, in the database's words: `Index Scan`, `SEARCH`.
    pub operation: String,
    /// The table that it reads.
    pub table: Option<String>,
    /// The index that it reads by; `PRIMARY KEY` is the order of the table itself on SQLite.
    pub index: Option<String>,
    /// What it costs with all below it, in PostgreSQL's units. SQLite says none.
    pub cost: Option<f64>,
    /// How many rows PostgreSQL expects of it.
    pub rows: Option<f64>,
    /// Whether it goes through all rows of its table, because no index leads to those
    /// that are wanted.
    pub reads_all: bool,
    /// What is done before, and for it.
    pub children: Vec<PlanNode>,
    /// Conditions and keys, each with what it is.
    details: Vec<(String, String)>,
}

impl QueryPlan {
    /// All nodes, those above before those below.
    pub fn walk(&self) -> impl Iterator<Item = &PlanNode> {
        let mut left: Vec<&PlanNode> = self.nodes.iter().rev().collect();
        std::iter::from_fn(move || {
            let next = left.pop()?;
            left.extend(next.children.iter().rev());
            Some(next)
        })
    }

    /// What the whole costs, in PostgreSQL's units.
    pub fn cost(&self) -> Option<f64> {
        self.nodes.iter().map(|node| node.cost).sum()
    }

    /// How many rows PostgreSQL expects of the whole.
    pub fn rows(&self) -> Option<f64> {
        self.nodes.first().and_then(|node| node.rows)
    }

    /// The indexes that it reads by, as often as it does.
    pub fn indexes(&self) -> impl Iterator<Item = &str> {
        self.walk().filter_map(|node| node.index.as_deref())
    }

    /// The tables of which it goes through all rows, because no index leads to those that
    /// are wanted. Of a query without conditions that is every table it reads.
    pub fn scanned(&self) -> impl Iterator<Item = &str> {
        let scans = self.walk().filter(|node| node.reads_all);
        scans.filter_map(|node| node.table.as_deref())
    }

    /// Fails where the plan goes through all rows of a table: for tests, of a
    /// [`by_index`](crate::query::Query::explain_by_index) plan.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, model::Column};
    /// # use orm_core::query::{Expression, Queries};
    /// # async fn demo<User: Model>(email: Column<User, String>, db: &dyn Executor) -> Result<()> {
    /// let query = User::query().filter(email.eq("ann@example.com"));
    /// query.explain_by_index(db).await?.indexed()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When there is such a table; the error says which.
    pub fn indexed(&self) -> Result<()> {
        let mut tables: Vec<&str> = self.scanned().collect();
        tables.sort_unstable();
        tables.dedup();
        if tables.is_empty() {
            return Ok(());
        }
        Err(Error::usage(format!(
            "no index leads to the rows that are asked for of {}",
            tables.join(", "),
        )))
    }
}

impl fmt::Debug for PlanNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanNode")
            .field("operation", &self.operation)
            .field("table", &self.table)
            .field("index", &self.index)
            .field("cost", &self.cost)
            .field("rows", &self.rows)
            .field("reads_all", &self.reads_all)
            .field("children", &self.children)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for QueryPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(note) = &self.note {
            writeln!(f, "-- {note}")?;
        }
        let mut left: Vec<(&PlanNode, usize)> = self.nodes.iter().rev().map(|it| (it, 0)).collect();
        while let Some((node, depth)) = left.pop() {
            node.write(f, depth)?;
            left.extend(node.children.iter().rev().map(|it| (it, depth + 1)));
        }
        Ok(())
    }
}

impl PlanNode {
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let indent = 2 * depth;
        write!(f, "{:indent$}{}", "", self.operation)?;
        if let Some(index) = &self.index {
            write!(f, " using {index}")?;
        }
        if let Some(table) = &self.table {
            write!(f, " on {table}")?;
        }
        if let (Some(cost), Some(rows)) = (self.cost, self.rows) {
            write!(f, "  (cost {cost:.2}, rows {rows})")?;
        }
        writeln!(f)?;
        for (what, words) in &self.details {
            writeln!(f, "{:indent$}  {what}: {words}", "")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
