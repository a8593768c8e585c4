//! Expressions.

use smallvec::SmallVec;

use super::dialect::{BoundRows, For, Listed};
use super::visible::{AND, WHERE};
use super::{Writer, identifier};
use crate::ast::{
    Aggregate, AssociationAsk, BinaryOp, Expr, Function, JoinedTo, Nulls, OrderBy, RawPart,
    TextConfig, There, ThereAsk, UnaryOp, Weight, Window,
};
use crate::ast::{Subquery, SubqueryAsk};
use crate::schema::{SqlType, TableDef};
use crate::types::Param;

impl<'a> Writer<'a> {
    /// An expression that was not written before.
    pub(super) fn first_expr(&mut self, expr: &'a Expr) {
        if !self.dialect.expr(self, expr) {
            self.common_expr(expr);
        }
    }

    /// An expression in the words that most databases take.
    pub(super) fn common_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Column(column) => self.column(column),
            Expr::Param(param) => self.param(param),
            Expr::TypedParam(param, sql_type) => {
                self.push("CAST(");
                self.param(param);
                self.push(" AS ");
                self.type_name(sql_type);
                self.push(")");
            }
            Expr::Bool(true) => self.push("TRUE"),
            Expr::Bool(false) => self.push("FALSE"),
            Expr::Null => self.push("NULL"),
            Expr::Unary(op, operand) => self.unary(*op, operand),
            Expr::ColumnIs(column, value) => {
                self.column(column);
                self.push(self.dialect.operator(BinaryOp::Eq));
                self.param(value);
            }
            Expr::Binary(op, operands) => {
                self.operand(&operands[0]);
                self.push(self.dialect.operator(*op));
                self.operand(&operands[1]);
            }
            Expr::Between(parts) => {
                self.operand(&parts[0]);
                self.push(" BETWEEN ");
                self.operand(&parts[1]);
                self.push(" AND ");
                self.operand(&parts[2]);
            }
            Expr::Rows(op, rows) => {
                self.push("(");
                self.list(&rows[0], |w, expr| w.expr(expr));
                self.push(")");
                self.push(self.dialect.operator(*op));
                self.push("(");
                self.list(&rows[1], |w, expr| w.expr(expr));
                self.push(")");
            }
            Expr::EqAny(parts) => self.listed(parts, Listed::Yes),
            Expr::NeAll(parts) => self.listed(parts, Listed::No),
            Expr::KeyIn(table, columns, keys) => self.key_in(table, columns, keys),
            Expr::And(parts) => self.connected(parts, " AND ", "TRUE"),
            Expr::Or(parts) => self.connected(parts, " OR ", "FALSE"),
            Expr::Call(function, arguments) => self.call(*function, arguments),
            Expr::Aggregate(aggregate) => self.narrowed(aggregate),
            Expr::Cast(operand, sql_type) => {
                self.push("CAST(");
                self.expr(operand);
                self.push(" AS ");
                self.type_name(sql_type);
                self.push(")");
            }
            Expr::Association(test) => self.association_test(test),
            Expr::JoinedTo(test) => self.joined_to(test),
            Expr::There(test) => self.there(test),
            Expr::Outer(table, column) => self.enclosing_column(table, column),
            Expr::Place(at, _) => self.place(*at),
            Expr::Subquery(it) => self.subquery(it),
            Expr::Excluded(column) => {
                self.push("excluded.");
                self.identifier(column.name);
            }
            Expr::Case(case) => self.case(&case.arms, case.otherwise.as_deref()),
            Expr::Raw(parts) => self.raw(parts),
            // A name that the server does not know: nothing must run by mistake.
            Expr::TooDeep => self.identifier("nested too deep"),
        }
    }

    /// An operand, in parentheses where it is not a single term.
    pub(super) fn operand(&mut self, expr: &'a Expr) {
        let single = matches!(
            expr,
            Expr::Column(_)
                | Expr::Param(_)
                | Expr::TypedParam(..)
                | Expr::Bool(_)
                | Expr::Null
                | Expr::Call(..)
                | Expr::Cast(..)
                | Expr::Excluded(_)
                | Expr::Aggregate(_)
                | Expr::Association(_)
                | Expr::JoinedTo(_)
                | Expr::There(_)
                | Expr::Outer(..)
                | Expr::Place(..)
        ) || matches!(expr, Expr::Subquery(it) if it.operands().is_empty());
        // `NOT EXISTS (..) IS NULL` would be `NOT (EXISTS (..) IS NULL)`.
        let negated = matches!(expr, Expr::Association(test) if matches!(test.ask, AssociationAsk::NotExists));
        let path = matches!(
            expr,
            Expr::Call(Function::JsonMember(_) | Function::JsonMemberText(_), _)
        );
        if single && !negated && !path {
            self.expr(expr);
        } else {
            self.push("(");
            self.expr(expr);
            self.push(")");
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &'a Expr) {
        let (before, after) = match op {
            UnaryOp::Not => ("NOT ", ""),
            UnaryOp::Negate => ("- ", ""),
            UnaryOp::IsNull => ("", " IS NULL"),
            UnaryOp::IsNotNull => ("", " IS NOT NULL"),
            UnaryOp::IsNotTrue => ("", " IS NOT TRUE"),
        };
        self.push(before);
        self.operand(operand);
        self.push(after);
    }

    fn listed(&mut self, parts: &'a [Expr; 2], listed: Listed) {
        self.operand(&parts[0]);
        self.dialect
            .is_listed(self, listed, &mut |w| w.expr(&parts[1]));
    }

    fn key_in(&mut self, table: &'static TableDef, columns: &'a [u16], keys: &'a [Param]) {
        if let ([column], [key]) = (columns, keys) {
            self.column(table.column(*column));
            self.dialect
                .is_listed(self, Listed::Yes, &mut |w| w.param(key));
            return;
        }
        self.push("(");
        self.list(columns, |w, &column| w.column(table.column(column)));
        self.push(") IN (SELECT * FROM ");
        let types = columns.iter().map(|&column| table.column(column).sql_type);
        self.bound_rows(keys.iter().zip(types), None);
        self.push(")");
    }

    /// The rows of bound arrays, as a table that may have a name.
    pub(crate) fn bound_rows(
        &mut self,
        arrays: impl Iterator<Item = (&'a Param, SqlType)>,
        named: Option<(&'static str, &dyn Fn(&mut Self, usize))>,
    ) {
        let arrays: SmallVec<[_; 4]> = arrays.collect();
        let rows = BoundRows {
            arrays: &arrays,
            named,
        };
        self.dialect.bound_rows(self, &rows);
    }

    fn connected(&mut self, parts: &'a [Expr], connector: &str, empty: &str) {
        match parts {
            [] => self.push(empty),
            [only] => self.expr(only),
            parts if parts.len() > self.dialect.longest_chain() => {
                let (first, second) = parts.split_at(parts.len() / 2);
                self.push("(");
                self.connected(first, connector, empty);
                self.push(")");
                self.push(connector);
                self.push("(");
                self.connected(second, connector, empty);
                self.push(")");
            }
            parts => {
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        self.push(connector);
                    }
                    self.term(part);
                }
            }
        }
    }

    /// A part of a conjunction or disjunction: comparisons need no parentheses.
    fn term(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Binary(..)
            | Expr::ColumnIs(..)
            | Expr::Rows(..)
            | Expr::EqAny(_)
            | Expr::NeAll(_)
            | Expr::Unary(..)
            | Expr::Association(_)
            | Expr::JoinedTo(_)
            | Expr::There(_)
            | Expr::Subquery(_)
            | Expr::KeyIn(..) => {
                self.expr(expr);
            }
            other => self.operand(other),
        }
    }

    pub(super) fn call(&mut self, function: Function, arguments: &'a [Expr]) {
        if let Function::JsonMember(key) | Function::JsonMemberText(key) = function {
            return self.json_member(function, key, arguments);
        }
        self.push(self.dialect.function(function));
        self.push("(");
        match function {
            Function::DateTrunc(unit) | Function::Extract(unit) => {
                self.push(self.dialect.time_unit(unit));
                self.push(", ");
            }
            Function::ToTsVector(config)
            | Function::WebsearchQuery(config)
            | Function::PlainQuery(config)
            | Function::PhraseQuery(config)
            | Function::WrittenQuery(config)
            | Function::Headline(config) => {
                self.text_config(config);
                self.push(", ");
            }
            _ => {}
        }
        self.list(arguments, |w, argument| w.expr(argument));
        if let Function::SetWeight(weight) = function {
            self.push(match weight {
                Weight::A => ", 'A'",
                Weight::B => ", 'B'",
                Weight::C => ", 'C'",
                Weight::D => ", 'D'",
            });
        }
        self.push(")");
    }

    /// `"settings" -> 'address' ->> 'city'`: as an index over the same says it.
    fn json_member(&mut self, function: Function, key: &str, document: &'a [Expr]) {
        self.list(document, |w, document| match document {
            Expr::Call(Function::JsonMember(_), _) => w.expr(document),
            other => w.operand(other),
        });
        self.push(self.dialect.function(function));
        self.word(key);
    }

    /// `'english'`: the name of a configuration, which the server reads as one of its names.
    fn text_config(&mut self, config: TextConfig) {
        let mut name = String::new();
        for part in config.names() {
            if !name.is_empty() {
                name.push('.');
            }
            let is_plain = |c: char| c.is_ascii_lowercase() || c == '_';
            if !part.is_empty() && part.chars().all(is_plain) {
                name.push_str(part);
            } else {
                identifier::quote(&mut name, part);
            }
        }
        self.word(&name);
    }

    fn narrowed(&mut self, aggregate: &'a Aggregate) {
        let arguments = &aggregate.arguments;
        self.aggregate(aggregate.function, aggregate.distinct, arguments);
        if let Some(filter) = &aggregate.filter {
            self.push(" FILTER (WHERE ");
            self.expr(filter);
            self.push(")");
        }
        if let Some(window) = &aggregate.over {
            self.window(window);
        }
    }

    pub(super) fn aggregate(&mut self, function: Function, distinct: bool, arguments: &'a [Expr]) {
        if self.dialect.aggregate(self, function, distinct, arguments) {
            return;
        }
        self.push(self.dialect.function(function));
        self.push(if distinct { "(DISTINCT " } else { "(" });
        if arguments.is_empty() && function == Function::Count {
            self.push("*");
        }
        self.list(arguments, |w, argument| w.expr(argument));
        self.push(")");
    }

    fn window(&mut self, window: &'a Window) {
        self.push(" OVER (");
        if !window.partition_by.is_empty() {
            self.push("PARTITION BY ");
            self.list(&window.partition_by, |w, expr| w.expr(expr));
        }
        if !window.order_by.is_empty() {
            if !window.partition_by.is_empty() {
                self.push(" ");
            }
            self.order_by(&window.order_by);
        }
        self.push(")");
    }

    fn case(&mut self, arms: &'a [(Expr, Expr)], otherwise: Option<&'a Expr>) {
        self.push("CASE");
        for (condition, value) in arms {
            self.push(" WHEN ");
            self.expr(condition);
            self.push(" THEN ");
            self.expr(value);
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.expr(otherwise);
        }
        self.push(" END");
    }

    fn raw(&mut self, parts: &'a [RawPart]) {
        self.has_raw = true;
        for part in parts {
            match part {
                RawPart::Text(text) => self.push(text),
                RawPart::Param(param) => self.param(param),
                RawPart::Column(column) => self.column(column),
                RawPart::Enclosing(table, column) => self.enclosing_column(table, column),
            }
        }
    }

    /// What rows are sorted or grouped by. A constant is not taken for one by
    /// the server unless it is cast.
    pub(super) fn key(&mut self, expr: &'a Expr, purpose: For) {
        if self.dialect.key(self, expr, purpose) {
            return;
        }
        if is_constant(expr) {
            self.push("CAST(");
            self.expr(expr);
            self.push(" AS ");
            self.type_name(&SqlType::Bool);
            self.push(")");
        } else {
            self.expr(expr);
        }
    }

    /// `ORDER BY a, b DESC NULLS LAST`
    pub(crate) fn order_by(&mut self, terms: &'a [OrderBy]) {
        self.push("ORDER BY ");
        self.list(terms, |w, term| w.order_term(term));
    }

    /// `b DESC NULLS LAST`
    pub(crate) fn order_term(&mut self, term: &'a OrderBy) {
        self.key(&term.expr, For::Order);
        self.direction(term);
    }

    /// ` DESC NULLS LAST`
    pub(crate) fn direction(&mut self, term: &OrderBy) {
        if term.descending {
            self.push(" DESC");
        }
        match term.nulls {
            Nulls::Default => {
                self.push(self.dialect.nulls_as_biggest(&term.expr, term.descending));
            }
            Nulls::First => self.push(" NULLS FIRST"),
            Nulls::Last => self.push(" NULLS LAST"),
        }
    }

    /// `EXISTS (SELECT 1 FROM join AS t1 WHERE t1.target = t0.key AND t1.owner = $1)`
    fn joined_to(&mut self, test: &'a JoinedTo) {
        let outer = self.current_alias();
        let alias = self.new_alias();
        self.push("EXISTS (SELECT 1 FROM ");
        self.table(&test.join.name);
        self.push(" AS ");
        self.alias(alias);
        self.push(" WHERE ");
        for (name, &position) in test.join.target_columns.iter().zip(test.columns) {
            self.column_of(Some(alias), name);
            self.push(" = ");
            self.column_of(outer, test.table.column(position).name);
            self.push(" AND ");
        }
        for (i, (name, key)) in test.join.owner_columns.iter().zip(&test.key).enumerate() {
            self.push(if i == 0 { "" } else { " AND " });
            self.column_of(Some(alias), name);
            self.push(" = ");
            self.param(key);
        }
        self.scoped(Some(alias), |w| {
            w.visible_join(AND, test.join, &test.visible);
        });
        self.push(")");
    }

    /// `EXISTS (SELECT 1 FROM table AS t1 WHERE t1.id = $1)`, or `(SELECT count(*) FROM ..)`
    fn there(&mut self, test: &'a There) {
        let alias = self.new_alias();
        self.push(match test.ask {
            ThereAsk::Exists => "EXISTS (SELECT 1 FROM ",
            ThereAsk::Count => "(SELECT count(*) FROM ",
        });
        self.table(&test.table.name);
        self.push(" AS ");
        self.alias(alias);
        self.scoped(Some(alias), |w| {
            w.rows_that_pass(WHERE, test.table, &test.visible, Some(&test.filter));
        });
        self.push(")");
    }
}

impl<'a> Writer<'a> {
    /// `EXISTS (SELECT ..)`, `(SELECT max(..) ..)` or `x IN (SELECT ..)`, the rows
    /// around in reach.
    fn subquery(&mut self, query: &'a Subquery) {
        match &query.ask {
            SubqueryAsk::Exists => self.push("EXISTS "),
            SubqueryAsk::Value => {}
            SubqueryAsk::IsAmong(operands) => {
                match &operands[..] {
                    [only] => self.dialect.compared(self, only),
                    several => {
                        self.push("(");
                        self.list(several, |w, operand| w.dialect.compared(w, operand));
                        self.push(")");
                    }
                }
                self.push(" IN ");
            }
        }
        let select = &query.select;
        let alias = self.new_alias();
        self.push("(");
        let write = |w: &mut Self| {
            w.body(select, Some(alias), |w| match &query.ask {
                SubqueryAsk::Exists => w.compared_rows(select),
                SubqueryAsk::Value => w.list(select.values(), |w, value| w.expr(value)),
                SubqueryAsk::IsAmong(_) => {
                    w.list(select.values(), |w, value| w.dialect.compared(w, value));
                }
            });
        };
        match query.owner {
            Some(owner) => self.within(owner, write),
            None => write(self),
        }
        self.push(")");
    }
}

/// Whether the text is `TRUE`, `FALSE` or `NULL`.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Bool(_) | Expr::Null => true,
        Expr::And(parts) | Expr::Or(parts) => match parts.as_slice() {
            [] => true,
            [only] => is_constant(only),
            _ => false,
        },
        _ => false,
    }
}
