//! A page as Relay's specification of connections has it.

use serde::Serialize;

use super::{Page, PageCursor};
use crate::error::Result;

/// A page in the shape of Relay's connections, for GraphQL and JSON.
///
/// `first` and `after` of a request are `.page(first).after(cursor)`, `last` and
/// `before` are `.page(last).before(cursor)`.
///
/// ```
/// # use orm_core::{Result, query::{Connection, Page}};
/// fn answer(page: Page<String>) -> Result<Connection<String>> {
///     page.into_connection()
/// }
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Connection<L> {
    /// The rows, each with its place.
    pub edges: Vec<Edge<L>>,
    /// What lies beside them.
    pub page_info: PageInfo,
    /// How many rows all pages have, where the page was asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
}

/// A row and its place.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Edge<L> {
    /// The row.
    pub node: L,
    /// Its place.
    pub cursor: PageCursor,
}

/// What lies beside a page.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PageInfo {
    /// Whether there are rows behind these.
    pub has_next_page: bool,
    /// Whether there are rows in front of these.
    pub has_previous_page: bool,
    /// The place of the first row.
    pub start_cursor: Option<PageCursor>,
    /// The place of the last row.
    pub end_cursor: Option<PageCursor>,
}

impl<L> Page<L> {
    /// The page in the shape of Relay's connections.
    ///
    /// # Errors
    /// When rows are sorted by a value that no cursor can hold.
    pub fn into_connection(self) -> Result<Connection<L>> {
        let (has_next_page, has_previous_page) = (self.has_next(), self.has_previous());
        let cursors = (0..self.rows.len()).filter_map(|row| self.cursor(row).transpose());
        let cursors = cursors.collect::<Result<Vec<_>>>()?;
        let page_info = PageInfo {
            has_next_page,
            has_previous_page,
            start_cursor: cursors.first().cloned(),
            end_cursor: cursors.last().cloned(),
        };
        let rows = self.rows.into_iter().zip(cursors);
        Ok(Connection {
            edges: rows.map(|(node, cursor)| Edge { node, cursor }).collect(),
            page_info,
            total_count: self.total,
        })
    }
}
