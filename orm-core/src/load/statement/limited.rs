//! A level with a limit or an offset: so many rows of each parent.

use super::body::Body;
use super::{ORDINAL, Source, level_name};
use crate::load::plan::LevelOrder;
use crate::sql::Writer;

impl<'a> Body<'_, 'a> {
    /// One limited query per parent: `FROM (keys) AS p CROSS JOIN LATERAL (..) AS c`
    pub(super) fn limited(self, w: &mut Writer<'a>) {
        let Some(include) = self.include() else {
            return;
        };
        let (parent, child) = (w.new_alias(), w.new_alias());
        w.push("SELECT ");
        w.alias(child);
        w.push(".*");
        if self.level.order == LevelOrder::Counted {
            // Without an order of its own: a limited query per parent can only be
            // run parent by parent, and each hands its rows over in their order.
            w.push(", row_number() OVER () AS ");
            w.push(ORDINAL);
        }
        w.push(if self.has_unique_parents(include) {
            " FROM (SELECT "
        } else {
            " FROM (SELECT DISTINCT "
        });
        match self.source {
            Source::Parent(_, level) => {
                w.list(
                    include.association.owner_columns.iter().enumerate(),
                    |w, (i, &position)| {
                        w.identifier(level.table.column(position).name);
                        w.push(" AS \"k");
                        w.number(i);
                        w.push("\"");
                    },
                );
                w.push(" FROM ");
                level_name(w, level.number);
            }
            Source::Root | Source::Keys(..) => {
                w.push("* FROM ");
                let name = |w: &mut Writer<'a>, part| {
                    w.push("\"k");
                    w.number(part);
                    w.push("\"");
                };
                self.bound_keys(w, include, Some(("\"keys\"", &name)));
            }
        }
        w.push(") AS ");
        w.alias(parent);
        w.push(" CROSS JOIN LATERAL (");
        let tables = self.tables(w);
        self.rows(w, tables, |this, w| {
            for i in 0..include.association.owner_columns.len() {
                w.push(if i == 0 { "" } else { " AND " });
                this.held_column(w, tables, include, i);
                w.push(" = ");
                w.alias(parent);
                w.push(".\"k");
                w.number(i);
                w.push("\"");
            }
        });
        w.scoped(tables.rows, |w| self.order_by(w, " ", tables));
        w.limit(self.select);
        w.push(") AS ");
        w.alias(child);
    }
}
