//! What each node of a statement adds to its fingerprint.
//!
//! Every field of every node is named without `..`: a new one does not compile
//! until it is decided what it means for the text.

use super::fingerprint::{Fingerprint, Shaped};
use super::{
    Aggregate, Assignment, AssociationAsk, AssociationTest, Case, Conflict, ConflictTarget, Delete,
    Expr, First, Folded, Include, Insert, InsertRows, Item, JoinedTo, Limit, Named, NumberedRows,
    OfEachRow, OfJoinRow, Operand, OrderBy, Output, RawPart, RemoveRows, Select, Step, Subquery,
    There, Update, UpdateRows, Value, Window,
};
use crate::types::Param;

impl Shaped for Select {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Select {
            table,
            visible,
            named,
            from,
            combined,
            output,
            filter,
            group_by,
            having,
            order_by,
            limit,
            offset,
            distinct,
            lock,
            includes,
            // Where it was asked for does not change what is asked.
            origin: _,
        } = self;
        to.descriptor(*table);
        let mark = to.mark();
        output.shape(to);
        to.each(group_by);
        to.maybe(having.as_ref());
        to.each(order_by);
        to.plain(distinct);
        if self.repeats_expressions() {
            to.equal_values(mark);
        }
        visible.shape(to);
        to.each(named);
        to.maybe(from.as_deref());
        to.each(combined);
        to.maybe(filter.as_ref());
        to.maybe(limit.as_ref());
        to.maybe(offset.as_ref());
        to.plain(lock);
        to.each(includes);
    }
}

impl Shaped for Named {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Named { table, rows } = self;
        to.descriptor(*table);
        rows.shape(to);
    }
}

impl Shaped for Operand {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.plain(self.op);
        self.select.shape(to);
    }
}

impl Shaped for Output {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.plain(std::mem::discriminant(self));
        match self {
            Output::Model => {}
            Output::Items(items) | Output::Count(items) | Output::Exists(items) => to.each(items),
            Output::Exprs(exprs) => to.each(exprs),
        }
    }
}

impl Shaped for Item {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.plain(std::mem::discriminant(self));
        match self {
            Item::Column(position) => to.plain(position),
            Item::Value {
                name,
                expr,
                sql_type,
            } => {
                to.plain(name);
                expr.shape(to);
                to.plain(sql_type);
            }
        }
    }
}

impl Shaped for Limit {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.plain(std::mem::discriminant(self));
        match self {
            Limit::Bound(value) => to.value(value),
            Limit::Written(rows) => to.plain(rows),
        }
    }
}

impl Shaped for OrderBy {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let OrderBy {
            expr,
            descending,
            nulls,
            // How its values are read is no part of the text.
            sorted: _,
        } = self;
        expr.shape(to);
        to.plain((descending, nulls));
    }
}

impl Shaped for Include {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Include {
            association,
            select,
            required,
            strategy,
            parents,
            join_columns,
            joined,
            join_order,
        } = self;
        to.descriptor(*association);
        select.shape(to);
        to.plain((required, strategy, join_columns));
        joined.shape(to);
        to.each(join_order);
        to.word(parents.is_some().into());
        if let Some((position, value)) = parents {
            to.plain(position);
            to.value(value);
        }
    }
}

impl Shaped for OfJoinRow {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let OfJoinRow { behind, term } = self;
        to.plain(behind);
        term.shape(to);
    }
}

/// A bound value is a word only by being there.
impl Shaped for Param {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.value(self);
    }
}

impl Shaped for Expr {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.plain(std::mem::discriminant(self));
        match self {
            Expr::Column(column) | Expr::Excluded(column) => to.descriptor(*column),
            Expr::ColumnIs(column, value) => {
                to.descriptor(*column);
                to.value(value);
            }
            Expr::Param(value) => to.value(value),
            Expr::TypedParam(value, sql_type) => {
                to.value(value);
                to.plain(sql_type);
            }
            Expr::Bool(value) => to.plain(value),
            Expr::Null | Expr::TooDeep => {}
            Expr::Unary(op, operand) => {
                to.plain(op);
                operand.shape(to);
            }
            Expr::Binary(op, operands) => {
                to.plain(op);
                to.each(&operands[..]);
            }
            Expr::Between(parts) => to.each(&parts[..]),
            Expr::Rows(op, rows) => {
                to.plain(op);
                rows.iter().for_each(|row| to.each(row));
            }
            Expr::EqAny(parts) | Expr::NeAll(parts) => to.each(&parts[..]),
            Expr::KeyIn(table, columns, keys) => {
                to.descriptor(*table);
                to.plain(columns);
                to.values(keys);
            }
            Expr::And(parts) | Expr::Or(parts) => to.each(parts),
            Expr::Call(function, arguments) => {
                to.plain(function);
                to.each(arguments);
            }
            Expr::Aggregate(aggregate) => aggregate.shape(to),
            Expr::Cast(operand, sql_type) => {
                operand.shape(to);
                to.plain(sql_type);
            }
            Expr::Association(test) => test.shape(to),
            Expr::JoinedTo(test) => test.shape(to),
            Expr::There(test) => test.shape(to),
            Expr::Outer(table, column) => {
                to.descriptor(*table);
                to.descriptor(*column);
            }
            Expr::Place(at, sql_type) => {
                to.word((*at).into());
                to.plain(sql_type);
            }
            Expr::Subquery(it) => it.shape(to),
            Expr::Case(case) => case.shape(to),
            Expr::Raw(parts) => to.each(parts),
        }
    }
}

impl Shaped for Aggregate {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Aggregate {
            function,
            distinct,
            arguments,
            filter,
            over,
        } = self;
        to.plain((function, distinct));
        to.each(arguments);
        to.maybe(filter.as_deref());
        to.maybe(over.as_deref());
    }
}

impl Shaped for Case {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Case { arms, otherwise } = self;
        to.word(arms.len() as u64);
        for (when, then) in arms {
            when.shape(to);
            then.shape(to);
        }
        to.maybe(otherwise.as_deref());
    }
}

impl Shaped for Window {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Window {
            partition_by,
            order_by,
        } = self;
        to.each(partition_by);
        to.each(order_by);
    }
}

impl Shaped for AssociationTest {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let AssociationTest {
            before,
            last,
            first,
            ask,
        } = self;
        to.each(before);
        last.shape(to);
        to.maybe(first.as_ref());
        to.plain(std::mem::discriminant(ask));
        match ask {
            AssociationAsk::Exists | AssociationAsk::NotExists => {}
            AssociationAsk::Aggregate(folded) => folded.shape(to),
            AssociationAsk::Value(expr) => expr.shape(to),
            AssociationAsk::Array(expr, order) => {
                expr.shape(to);
                to.each(order);
            }
        }
    }
}

impl Shaped for Step {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Step {
            owner,
            association,
            visible,
            joined,
            filter,
        } = self;
        to.descriptor(*owner);
        to.descriptor(*association);
        visible.shape(to);
        joined.shape(to);
        to.maybe(filter.as_ref());
    }
}

impl Shaped for First {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let First {
            order_by,
            limit,
            filter,
        } = self;
        to.each(order_by);
        limit.shape(to);
        to.maybe(filter.as_ref());
    }
}

impl Shaped for Folded {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Folded {
            function,
            distinct,
            arguments,
            each_way,
        } = self;
        to.plain((function, distinct, each_way));
        to.each(arguments);
    }
}

impl Shaped for JoinedTo {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let JoinedTo {
            join,
            visible,
            table,
            columns,
            key,
        } = self;
        to.descriptor(*join);
        visible.shape(to);
        to.descriptor(*table);
        to.plain(columns);
        to.values(key);
    }
}

impl Shaped for There {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let There {
            table,
            visible,
            filter,
            ask,
        } = self;
        to.descriptor(*table);
        visible.shape(to);
        filter.shape(to);
        to.plain(ask);
    }
}

impl Shaped for Subquery {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Subquery { owner, select, ask } = self;
        to.plain(owner.map(|it| it.name));
        select.shape(to);
        to.plain(std::mem::discriminant(ask));
        to.each(self.operands());
    }
}

impl Shaped for RawPart {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.plain(std::mem::discriminant(self));
        match self {
            RawPart::Text(text) => to.plain(text),
            RawPart::Param(value) => to.value(value),
            RawPart::Column(column) => to.descriptor(*column),
            RawPart::Enclosing(table, column) => {
                to.descriptor(*table);
                to.descriptor(*column);
            }
        }
    }
}

impl Shaped for Insert {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Insert {
            table,
            rows,
            conflict,
            returning,
        } = self;
        to.descriptor(*table);
        to.plain(std::mem::discriminant(rows));
        match rows {
            InsertRows::One { given, stamped } => {
                to.word(given.len() as u64);
                for (position, value) in given {
                    to.plain(position);
                    to.value(value);
                }
                to.plain(&stamped[..]);
            }
            InsertRows::Arrays {
                columns,
                values,
                count,
                all_of,
            } => {
                to.plain(columns);
                to.each(values);
                to.value(count);
                to.maybe(all_of.as_ref());
            }
        }
        to.maybe(conflict.as_ref());
        to.plain(returning);
    }
}

impl Shaped for Conflict {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Conflict {
            target,
            visible,
            set,
            mark,
            only,
        } = self;
        let ConflictTarget { columns, filter } = target;
        to.plain(columns);
        to.plain(filter);
        visible.shape(to);
        to.each(set);
        to.maybe(mark.as_ref());
        to.maybe(only.as_ref());
    }
}

impl Shaped for Value {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.plain(std::mem::discriminant(self));
        match self {
            Value::Param(value) => to.value(value),
            Value::Expr(expr) => expr.shape(to),
            Value::Default => {}
        }
    }
}

impl Shaped for Assignment {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Assignment { column, value } = self;
        to.plain(column);
        value.shape(to);
    }
}

impl Shaped for Update {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Update {
            table,
            visible,
            set,
            filter,
            returning,
        } = self;
        to.descriptor(*table);
        visible.shape(to);
        to.each(set);
        to.maybe(filter.as_ref());
        returning.shape(to);
    }
}

impl Shaped for NumberedRows {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let NumberedRows {
            table,
            visible,
            key,
            numbers,
            // The text does not depend on it.
            count: _,
            all_or_none,
        } = self;
        to.descriptor(*table);
        visible.shape(to);
        to.word(key.len() as u64);
        for (column, array) in key {
            to.plain(column);
            to.value(array);
        }
        to.value(numbers);
        to.values(all_or_none.as_slice());
    }
}

impl Shaped for UpdateRows {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let UpdateRows { rows, set } = self;
        rows.shape(to);
        to.each(set);
    }
}

impl Shaped for RemoveRows {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let RemoveRows { rows, set } = self;
        rows.shape(to);
        to.each(set);
    }
}

impl Shaped for OfEachRow {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        to.plain(std::mem::discriminant(self));
        match self {
            OfEachRow::Nothing | OfEachRow::Key | OfEachRow::Whole => {}
            OfEachRow::KeyAndWhether(test) => test.shape(to),
        }
    }
}

impl Shaped for Delete {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Delete {
            table,
            visible,
            filter,
            returning,
        } = self;
        to.descriptor(*table);
        visible.shape(to);
        to.maybe(filter.as_ref());
        returning.shape(to);
    }
}
