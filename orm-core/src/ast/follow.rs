//! Reading rows and what follows from them, step by step.

use super::{Expr, Named, OrderBy, Select, Visible};
use crate::schema::{AssociationDef, TableDef};
use crate::types::Param;

/// Some rows of a table, and those that an association of it with itself leads to, and
/// those that it leads to from there, as far as there are any.
#[derive(Debug, Clone)]
pub struct Follow {
    /// The table.
    pub table: &'static TableDef,
    /// Where it begins: the primary key of each row, what leads on from it if that is
    /// something else, and where rows may stop it, whether this one does.
    pub roots: Select,
    /// The queries that go by a name in it.
    pub named: Vec<Named>,
    /// The association.
    pub association: &'static AssociationDef,
    /// Which rows are there.
    pub visible: Visible,
    /// Which rows of the join table are there (many-to-many).
    pub joined: Visible,
    /// Which rows are gone to.
    pub filter: Option<Expr>,
    /// Rows from which it does not go on.
    pub stops: Option<Expr>,
    /// Rows that are shown, where that is not all of them.
    pub shows: Option<Expr>,
    /// At most so many steps.
    pub steps: Option<Param>,
    /// In which order the rows come that one row leads to.
    pub order_by: Vec<OrderBy>,
}

impl Follow {
    /// The columns that lead on, where they are not the primary key.
    pub fn leads_on(&self) -> &'static [u16] {
        let columns = self.association.owner_columns;
        match columns == self.table.primary_key {
            true => &[],
            false => columns,
        }
    }

    /// What is asked of the rows.
    pub fn conditions(&self) -> impl Iterator<Item = &Expr> {
        let asked = [&self.filter, &self.stops, &self.shows];
        asked.into_iter().flatten()
    }
}
