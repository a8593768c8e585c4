//! Rows and what follows from them, as a recursive query.

use super::visible::{AND, WHERE};
use super::{Link, Pairs, Writer};
use crate::ast::{Expr, Follow};

const STEPS: &str = "\"orm steps\"";
const STOPS: &str = "\"orm stops\"";

/// A column of the recursive query, by what it holds of a row.
#[derive(Clone, Copy)]
enum Part {
    /// Of the primary key of the row that led to it.
    From(usize),
    /// Of its own primary key.
    Key(usize),
    /// Of what leads on from it.
    On(usize),
}

impl<'a> Writer<'a> {
    /// `WITH RECURSIVE "orm tree" (..) AS (roots UNION SELECT .. FROM "orm tree" JOIN table ..)
    /// SELECT columns, from FROM "orm tree" JOIN table ON key ORDER BY ..`
    ///
    /// The query holds keys alone, each pair of two rows once, so that it ends where rows
    /// lead in a circle, and costs what there is, however deep it is.
    pub(crate) fn follow(&mut self, follow: &'a Follow) {
        self.push("WITH RECURSIVE ");
        self.with_others(&follow.named);
        self.push("\"orm tree\" (");
        let width = follow.table.primary_key.len();
        let parts = (0..width).map(Part::From).chain((0..width).map(Part::Key));
        let on = (0..follow.leads_on().len()).map(Part::On);
        self.list(parts.chain(on), Self::part);
        if follow.stops.is_some() {
            self.push(", ");
            self.push(STOPS);
        }
        if follow.steps.is_some() {
            self.push(", ");
            self.push(STEPS);
        }
        self.push(") AS (");
        self.select(&follow.roots);
        self.push(" UNION ");
        self.next_rows(follow);
        self.push(") SELECT ");
        let row = self.new_alias();
        self.scoped(Some(row), |w| {
            w.list(follow.table.columns, |w, column| w.column(column));
        });
        for at in 0..width {
            self.push(", ");
            self.of_tree(Part::From(at));
        }
        if let Some(shows) = &follow.shows {
            self.push(", ");
            self.scoped(Some(row), |w| w.holds(shows));
        }
        self.push(" FROM \"orm tree\" JOIN ");
        self.table(&follow.table.name);
        self.push(" AS ");
        self.alias(row);
        self.push(" ON ");
        for (at, column) in follow.table.key_columns().enumerate() {
            self.push(if at == 0 { "" } else { AND });
            self.column_of(Some(row), column.name);
            self.push(" = ");
            self.of_tree(Part::Key(at));
        }
        self.push(" ORDER BY ");
        self.scoped(Some(row), |w| {
            for term in &follow.order_by {
                w.order_term(term);
                w.push(", ");
            }
            w.list(follow.table.key_columns(), |w, column| w.column(column));
        });
    }

    /// `SELECT "orm tree".key, t1.id [, t1.on] [, stops] FROM "orm tree" JOIN table AS t1 ON t1.key =
    /// "orm tree".on [WHERE NOT "orm tree".stops]`
    fn next_rows(&mut self, follow: &'a Follow) {
        let association = follow.association;
        let width = follow.table.primary_key.len();
        // What leads on is the key itself, or kept beside it.
        let on = |at| match follow.leads_on() {
            [] => Part::Key(at),
            _ => Part::On(at),
        };
        let row = self.new_alias();
        self.push("SELECT ");
        self.list(0..width, |w, at| w.of_tree(Part::Key(at)));
        let columns = follow.table.primary_key.iter();
        for &at in columns.chain(follow.leads_on()) {
            self.push(", ");
            self.column_of(Some(row), follow.table.column(at).name);
        }
        if let Some(stops) = &follow.stops {
            self.push(", ");
            self.scoped(Some(row), |w| w.holds(stops));
        }
        if follow.steps.is_some() {
            self.push(", \"orm tree\".");
            self.push(STEPS);
            self.push(" + 1");
        }
        self.push(" FROM \"orm tree\" JOIN ");
        let middle = association.through.as_ref().map(|join| {
            let middle = self.new_alias();
            self.join_source(join, &follow.joined, Pairs::Any, None, &[]);
            self.push(" AS ");
            self.alias(middle);
            self.push(" ON ");
            for at in 0..association.owner_columns.len() {
                self.push(if at == 0 { "" } else { AND });
                self.link_column(middle, Link::Owner(at));
                self.push(" = ");
                self.of_tree(on(at));
            }
            self.push(" JOIN ");
            middle
        });
        self.table(&follow.table.name);
        self.push(" AS ");
        self.alias(row);
        self.push(" ON ");
        for (at, &column) in association.target_columns.iter().enumerate() {
            self.push(if at == 0 { "" } else { AND });
            self.column_of(Some(row), follow.table.column(column).name);
            self.push(" = ");
            match middle {
                Some(middle) => self.link_column(middle, Link::Target(at)),
                None => self.of_tree(on(at)),
            }
        }
        let mut next = WHERE;
        if follow.stops.is_some() {
            self.push(std::mem::replace(&mut next, AND));
            self.push("NOT \"orm tree\".");
            self.push(STOPS);
        }
        if let Some(steps) = &follow.steps {
            self.push(std::mem::replace(&mut next, AND));
            self.push("\"orm tree\".");
            self.push(STEPS);
            self.push(" < ");
            self.param(steps);
        }
        self.inside(follow.table, row, |w| {
            w.rows_that_pass(next, follow.table, &follow.visible, follow.filter.as_ref());
        });
    }

    /// `(test) IS TRUE`, in words that every database takes.
    fn holds(&mut self, test: &'a Expr) {
        self.push("coalesce(");
        self.in_parentheses(test);
        self.push(", FALSE)");
    }

    fn of_tree(&mut self, part: Part) {
        self.push("\"orm tree\".");
        self.part(part);
    }

    fn part(&mut self, part: Part) {
        let (word, number) = match part {
            Part::From(number) => ("\"orm from ", number),
            Part::Key(number) => ("\"orm key ", number),
            Part::On(number) => ("\"orm on ", number),
        };
        self.push(word);
        self.number(number);
        self.push("\"");
    }
}
