//! The condition that a required include puts on its parents.

use crate::ast::{AssociationAsk, AssociationTest, Expr, Include, Step};
use crate::schema::TableDef;

/// At least one row of the association passes the include's filter, and those
/// of the required includes below it.
pub(crate) fn at_least_one(owner: &'static TableDef, include: &Include) -> Expr {
    Expr::association(AssociationTest {
        before: Vec::new(),
        last: Step {
            owner,
            association: include.association,
            visible: include.select.visible.clone(),
            joined: include.joined.clone(),
            filter: include.select.filter.clone(),
        },
        first: None,
        ask: AssociationAsk::Exists,
    })
}
