//! What is asked of the rows that an association leads to, or several one behind the other.

use super::visible::{AND, WHERE};
use super::writer::Alias;
use super::{Link, Pairs, Writer};
use crate::ast::{AssociationAsk, AssociationTest, First, Folded, Step};
use crate::schema::{JoinTable, TableDef};

/// The way from the innermost row.
#[derive(Clone, Copy)]
struct Way<'a> {
    before: &'a [Step],
    /// The innermost table, and how it is called.
    start: &'static TableDef,
    outer: Option<Alias>,
}

impl<'a> Writer<'a> {
    pub(super) fn association_test(&mut self, test: &'a AssociationTest) {
        let way = Way {
            before: &test.before,
            start: test.start().0,
            outer: self.current_alias(),
        };
        let leg = &test.last;
        let first = test.first.as_ref();
        let alias = self.new_alias();
        match &test.ask {
            AssociationAsk::Exists => {
                self.push("EXISTS (SELECT 1");
                self.rows_of(way, leg, first, alias, Pairs::Any);
            }
            AssociationAsk::NotExists => {
                self.push("NOT EXISTS (SELECT 1");
                self.rows_of(way, leg, first, alias, Pairs::Any);
            }
            AssociationAsk::Aggregate(folded) => {
                let Folded {
                    function,
                    distinct,
                    arguments,
                    each_way,
                } = folded;
                self.push("(SELECT ");
                self.inside(way.start, alias, |w| {
                    w.aggregate(*function, *distinct, arguments);
                });
                if *each_way && !way.before.is_empty() {
                    self.each_way(way, leg, first, alias);
                } else {
                    self.rows_of(way, leg, first, alias, Pairs::Once);
                }
            }
            AssociationAsk::Value(value) => {
                self.push("(SELECT ");
                self.inside(way.start, alias, |w| w.expr(value));
                self.rows_of(way, leg, first, alias, Pairs::Once);
                // Without a filter it is one row, and an order may be long.
                if let Some(first) = first.filter(|it| it.filter.is_some()) {
                    self.inside(way.start, alias, |w| w.order_of_first(leg, first));
                    self.push(" LIMIT 1");
                }
            }
            AssociationAsk::Array(value, order) => {
                self.push("ARRAY(SELECT ");
                self.inside(way.start, alias, |w| w.expr(value));
                self.rows_of(way, leg, first, alias, Pairs::Once);
                if !order.is_empty() {
                    self.push(" ");
                    self.inside(way.start, alias, |w| w.order_by(order));
                }
            }
        }
        self.push(")");
    }

    /// ` FROM .. WHERE ..`: the rows that are asked, all that the way leads to or the first.
    fn rows_of(
        &mut self,
        way: Way<'a>,
        leg: &'a Step,
        first: Option<&'a First>,
        alias: Alias,
        pairs: Pairs,
    ) {
        match first {
            None => self.members(way, leg, alias, pairs),
            Some(first) => {
                self.push(" FROM ");
                self.first_as(way, leg, first, alias);
                self.passing(way, first, alias, WHERE);
            }
        }
    }

    /// ` FROM target AS t1 [JOIN through ..] WHERE t1.key = t0.key [AND filter]`: each
    /// row that the way leads to, once.
    fn members(&mut self, way: Way<'a>, leg: &'a Step, alias: Alias, pairs: Pairs) {
        self.push(" FROM ");
        self.table_as(leg, alias);
        match (way.before.split_last(), &leg.association.through) {
            (None, None) => {
                self.push(WHERE);
                let here = target_columns(leg).zip(owner_columns(leg));
                self.equal(here, |w, name| w.column_of(Some(alias), name), way.outer);
            }
            (None, Some(join)) => {
                let middle = self.joined_through(leg, join, alias, pairs);
                self.push(WHERE);
                let here = (0..).zip(owner_columns(leg));
                self.equal(
                    here,
                    |w, at| w.link_column(middle, Link::Owner(at)),
                    way.outer,
                );
            }
            (Some((last, before)), through) => {
                self.push(WHERE);
                let way = Way { before, ..way };
                let keys = target_columns(leg);
                self.tuple(keys, |w, name| w.column_of(Some(alias), name));
                self.push(" IN (SELECT ");
                match through {
                    None => self.keys_of(way, last, leg),
                    Some(join) => self.paired_with(way, last, leg, join),
                }
                self.push(")");
            }
        }
        self.inside(way.start, alias, |w| {
            w.rows_that_pass(AND, leg.target(), &leg.visible, leg.filter.as_ref());
        });
    }

    /// `(SELECT .. FROM target AS t2 WHERE .. ORDER BY .. LIMIT 3) AS t1`: the rows that
    /// come first among those that the way leads to.
    fn first_as(&mut self, way: Way<'a>, leg: &'a Step, first: &'a First, alias: Alias) {
        let inner = self.new_alias();
        self.push("(SELECT ");
        self.list(leg.target().columns, |w, column| {
            w.column_of(Some(inner), column.name);
        });
        self.members(way, leg, inner, Pairs::Once);
        self.inside(way.start, inner, |w| w.order_of_first(leg, first));
        self.push(" LIMIT ");
        self.rows_at_most(&first.limit);
        self.push(") AS ");
        self.alias(alias);
    }

    /// ` ORDER BY t1.placed_at DESC, t1.id`
    fn order_of_first(&mut self, leg: &'a Step, first: &'a First) {
        self.push(" ORDER BY ");
        for term in &first.order_by {
            self.order_term(term);
            self.push(", ");
        }
        self.list(leg.target().key_columns(), |w, column| w.column(column));
    }

    /// ` WHERE filter`, of the first rows.
    fn passing(&mut self, way: Way<'a>, first: &'a First, alias: Alias, before: &'static str) {
        let Some(filter) = &first.filter else {
            return;
        };
        self.push(before);
        self.inside(way.start, alias, |w| w.in_parentheses(filter));
    }

    /// `t2.key FROM .. WHERE ..`: what rows on the way hand on to the next leg.
    fn keys_of(&mut self, way: Way<'a>, leg: &'a Step, next: &'a Step) {
        let alias = self.new_alias();
        self.list(owner_columns(next), |w, name| {
            w.column_of(Some(alias), name);
        });
        self.members(way, leg, alias, Pairs::Any);
    }

    /// `t2."orm target 0" FROM through AS t2 WHERE t2."orm owner 0" IN (SELECT ..)`
    fn paired_with(&mut self, way: Way<'a>, leg: &'a Step, next: &'a Step, join: &'a JoinTable) {
        let middle = self.new_alias();
        let width = |key: &[u16]| 0..key.len();
        let (targets, owners) = (
            width(next.association.target_columns),
            width(next.association.owner_columns),
        );
        self.list(targets, |w, at| w.link_column(middle, Link::Target(at)));
        self.push(" FROM ");
        self.join_source(join, &next.joined, Pairs::Any, None, &[]);
        self.push(" AS ");
        self.alias(middle);
        self.push(WHERE);
        self.tuple(owners, |w, at| w.link_column(middle, Link::Owner(at)));
        self.push(" IN (SELECT ");
        self.keys_of(way, leg, next);
        self.push(")");
    }

    /// ` FROM target AS t3 JOIN .. AS t2 ON .. WHERE ..`: each row as often as there are
    /// ways to it.
    fn each_way(&mut self, way: Way<'a>, last: &'a Step, first: Option<&'a First>, alias: Alias) {
        self.push(" FROM ");
        match first {
            None => self.table_as(last, alias),
            Some(first) => self.first_as(way, last, first, alias),
        }
        let mut legs = vec![(last, alias)];
        let (mut behind, mut next) = (alias, last);
        for leg in way.before.iter().rev() {
            let middle = self.pairs_of(next, behind);
            let alias = self.new_alias();
            self.push(" JOIN ");
            self.table_as(leg, alias);
            self.push(" ON ");
            self.led_to(next, behind, middle, Some(alias));
            legs.push((leg, alias));
            (behind, next) = (alias, leg);
        }
        let middle = self.pairs_of(next, behind);
        self.push(WHERE);
        self.led_to(next, behind, middle, way.outer);
        for (leg, alias) in legs {
            self.inside(way.start, alias, |w| {
                w.rows_that_pass(AND, leg.target(), &leg.visible, leg.filter.as_ref());
            });
        }
        if let Some(first) = first {
            self.passing(way, first, alias, AND);
        }
    }

    /// The join table that leads to rows, if one does.
    fn pairs_of(&mut self, leg: &'a Step, alias: Alias) -> Option<Alias> {
        let join = leg.association.through.as_ref()?;
        Some(self.joined_through(leg, join, alias, Pairs::Once))
    }

    /// `t1.key = t0.key`, or the same of the pair that is between the two.
    fn led_to(&mut self, leg: &'a Step, alias: Alias, middle: Option<Alias>, owner: Option<Alias>) {
        match middle {
            None => {
                let here = target_columns(leg).zip(owner_columns(leg));
                self.equal(here, |w, name| w.column_of(Some(alias), name), owner);
            }
            Some(middle) => {
                let here = (0..).zip(owner_columns(leg));
                self.equal(here, |w, at| w.link_column(middle, Link::Owner(at)), owner);
            }
        }
    }

    /// `target AS t1`
    fn table_as(&mut self, leg: &'a Step, alias: Alias) {
        self.table(&leg.target().name);
        self.push(" AS ");
        self.alias(alias);
    }

    /// ` JOIN (through) AS t2 ON t2.target = t1.key`
    fn joined_through(
        &mut self,
        leg: &'a Step,
        join: &'a JoinTable,
        alias: Alias,
        pairs: Pairs,
    ) -> Alias {
        let middle = self.new_alias();
        self.push(" JOIN ");
        self.join_source(join, &leg.joined, pairs, None, &[]);
        self.push(" AS ");
        self.alias(middle);
        self.push(" ON ");
        for (at, name) in target_columns(leg).enumerate() {
            self.push(if at == 0 { "" } else { AND });
            self.link_column(middle, Link::Target(at));
            self.push(" = ");
            self.column_of(Some(alias), name);
        }
        middle
    }

    /// `left = t0.key AND ..`
    fn equal<T>(
        &mut self,
        pairs: impl Iterator<Item = (T, &'static str)>,
        left: impl Fn(&mut Self, T),
        owner: Option<Alias>,
    ) {
        for (at, (there, here)) in pairs.enumerate() {
            self.push(if at == 0 { "" } else { AND });
            left(self, there);
            self.push(" = ");
            self.column_of(owner, here);
        }
    }

    /// `a`, or `(a, b)`
    fn tuple<T>(&mut self, parts: impl ExactSizeIterator<Item = T>, each: impl Fn(&mut Self, T)) {
        let several = parts.len() > 1;
        self.push(if several { "(" } else { "" });
        self.list(parts, each);
        self.push(if several { ")" } else { "" });
    }
}

fn owner_columns(step: &Step) -> impl Iterator<Item = &'static str> + use<> {
    let owner = step.owner;
    let columns = step.association.owner_columns.iter();
    columns.map(|&at| owner.column(at).name)
}

fn target_columns(step: &Step) -> impl ExactSizeIterator<Item = &'static str> + use<> {
    let target = step.target();
    let columns = step.association.target_columns.iter();
    columns.map(|&at| target.column(at).name)
}
