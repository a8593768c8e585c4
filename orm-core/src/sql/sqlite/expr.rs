//! Expressions that mean something else to SQLite than to PostgreSQL, in words that mean
//! the same.

use super::kind::{is_decimal, is_document, kind, numbers};
use crate::ast::{BinaryOp, Expr, Function};
use crate::schema::{ColumnDef, EnumDef, SqlType};
use crate::sql::Writer;
use crate::sql::dialect::{For, Listed};

impl<'a> Writer<'a> {
    /// Writes an expression that needs words of SQLite's; tells whether it did.
    pub(super) fn sqlite_expr(&mut self, expr: &'a Expr) -> bool {
        match expr {
            // The type of a bound value is its own.
            Expr::TypedParam(param, _) => self.param(param),
            Expr::ColumnIs(column, value) if is_json(column) => {
                self.push("orm_jsonb(");
                self.column(column);
                self.push(") = orm_jsonb(");
                self.param(value);
                self.push(")");
            }
            Expr::Binary(op, operands) => return self.sqlite_binary(*op, operands),
            Expr::Between(parts) if compared(&parts[0], For::Order) => {
                self.comparable(&parts[0], For::Order);
                self.push(" BETWEEN ");
                self.comparable(&parts[1], For::Order);
                self.push(" AND ");
                self.comparable(&parts[2], For::Order);
            }
            Expr::Rows(op, rows) => self.sqlite_rows(*op, rows),
            Expr::EqAny(parts) => self.sqlite_listed(parts, Listed::Yes),
            Expr::NeAll(parts) => self.sqlite_listed(parts, Listed::No),
            Expr::Cast(operand, to) => self.sqlite_cast(operand, to),
            Expr::Call(Function::JsonMember(key), document) => {
                self.member("orm_json_path(", &document[0], key);
            }
            Expr::Call(Function::JsonMemberText(key), document) => {
                self.member("orm_json_text(", &document[0], key);
            }
            _ => return false,
        }
        true
    }

    fn sqlite_binary(&mut self, op: BinaryOp, operands: &'a [Expr; 2]) -> bool {
        let [left, right] = operands;
        match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
                return self.computed(op, left, right);
            }
            BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::IsDistinctFrom
            | BinaryOp::IsNotDistinctFrom => {
                return self.comparison(op, operands, For::Equality);
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                return self.comparison(op, operands, For::Order);
            }
            BinaryOp::Like => self.called("orm_like", left, right),
            BinaryOp::NotLike => self.called("NOT orm_like", left, right),
            BinaryOp::ILike => self.called("orm_ilike", left, right),
            BinaryOp::NotILike => self.called("NOT orm_ilike", left, right),
            BinaryOp::HasKey => self.called("orm_json_has", left, right),
            BinaryOp::Contains => self.called("orm_json_contains", left, right),
            BinaryOp::JsonPath => self.at_path("orm_json_path(", left, right),
            BinaryOp::JsonPathText => self.at_path("orm_json_text(", left, right),
            _ => return false,
        }
        true
    }

    /// `name(left, right)`
    fn called(&mut self, name: &str, left: &'a Expr, right: &'a Expr) {
        self.push(name);
        self.push("(");
        self.expr(left);
        self.push(", ");
        self.expr(right);
        self.push(")");
    }

    /// A value that is bound as a list cannot be an argument: it is made a document.
    fn at_path(&mut self, function: &str, document: &'a Expr, path: &'a Expr) {
        self.push(function);
        self.expr(document);
        self.push(", (SELECT json_group_array(value) FROM rarray(");
        self.expr(path);
        self.push(")))");
    }

    /// `orm_json_text("settings", '["address","city"]')`
    fn member(&mut self, function: &str, mut document: &'a Expr, key: &'static str) {
        let mut keys = vec![key];
        while let Expr::Call(Function::JsonMember(key), inner) = document {
            keys.push(key);
            document = &inner[0];
        }
        keys.reverse();
        self.push(function);
        self.expr(document);
        self.push(", ");
        self.word(&serde_json::Value::from(keys).to_string());
        self.push(")");
    }

    /// Numbers are computed with by functions: SQLite makes doubles of integers that
    /// are too big, and NULL of a division by zero.
    fn computed(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> bool {
        let Some(numbers) = numbers(left, right) else {
            return false;
        };
        let is_decimal = matches!(numbers, SqlType::Numeric(_));
        self.push(match (op, is_decimal) {
            (BinaryOp::Add, true) => "decimal_add",
            (BinaryOp::Sub, true) => "decimal_sub",
            (BinaryOp::Mul, true) => "decimal_mul",
            (BinaryOp::Div, true) => "orm_decimal_div",
            (_, true) => "orm_decimal_rem",
            (BinaryOp::Add, false) => "orm_add",
            (BinaryOp::Sub, false) => "orm_sub",
            (BinaryOp::Mul, false) => "orm_mul",
            (BinaryOp::Div, false) => "orm_div",
            (_, false) => "orm_rem",
        });
        self.push("(");
        self.expr(left);
        self.push(", ");
        self.expr(right);
        if !is_decimal {
            self.push(", ");
            self.type_word(Some(numbers));
        }
        self.push(")");
        true
    }

    fn comparison(&mut self, op: BinaryOp, operands: &'a [Expr; 2], purpose: For) -> bool {
        let [left, right] = operands;
        // A column brings its collation along, on either side.
        let by_column = matches!(left, Expr::Column(_)) || matches!(right, Expr::Column(_));
        let decimals = (is_decimal(left) || is_decimal(right)) && !by_column;
        let others = compared(left, purpose) || compared(right, purpose);
        if !decimals && !others {
            return false;
        }
        if others {
            let of = |expr, other| match kind(expr) {
                None => kind(other),
                own => own,
            };
            self.comparable_as(left, of(left, right), purpose);
            self.push(self.dialect.operator(op));
            self.comparable_as(right, of(right, left), purpose);
        } else {
            self.operand(left);
            self.push(" COLLATE decimal");
            self.push(self.dialect.operator(op));
            self.operand(right);
        }
        true
    }

    /// `(a, b) > (?1, ?2)`, each value as it is compared by itself.
    fn sqlite_rows(&mut self, op: BinaryOp, [left, right]: &'a [Vec<Expr>; 2]) {
        self.push("(");
        self.list(left, |w, expr| w.comparable(expr, For::Order));
        self.push(")");
        self.push(self.dialect.operator(op));
        self.push("(");
        self.list(left.iter().zip(right), |w, (left, right)| {
            match kind(left) {
                Some(SqlType::Enum(def)) => w.place_of_label(def, right),
                _ => w.operand(right),
            }
        });
        self.push(")");
    }

    /// A value in the form in which it is compared.
    pub(super) fn comparable(&mut self, expr: &'a Expr, purpose: For) {
        self.comparable_as(expr, kind(expr), purpose);
    }

    fn comparable_as(&mut self, expr: &'a Expr, sql_type: Option<SqlType>, purpose: For) {
        match sql_type {
            Some(SqlType::Enum(def)) if purpose == For::Order => self.place_of_label(def, expr),
            Some(SqlType::Json | SqlType::Jsonb) => {
                self.push("orm_jsonb(");
                self.expr(expr);
                self.push(")");
            }
            Some(SqlType::Numeric(_)) if !matches!(expr, Expr::Column(_)) => {
                self.operand(expr);
                self.push(" COLLATE decimal");
            }
            _ => self.operand(expr),
        }
    }

    /// Labels have the order in which the model lists them.
    fn place_of_label(&mut self, def: &'static EnumDef, expr: &'a Expr) {
        self.push("CASE ");
        self.operand(expr);
        for (place, label) in def.labels.iter().enumerate() {
            self.push(" WHEN ");
            self.word(label);
            self.push(" THEN ");
            self.number(place);
        }
        self.push(" END");
    }

    /// What rows are sorted or grouped by, where that is more than the expression;
    /// tells whether it is.
    pub(super) fn sqlite_key(&mut self, expr: &'a Expr, purpose: For) -> bool {
        match kind(expr) {
            Some(SqlType::Enum(_)) if purpose == For::Order => {
                self.comparable(expr, purpose);
                true
            }
            Some(SqlType::Numeric(_)) if !matches!(expr, Expr::Column(_)) => {
                self.comparable(expr, purpose);
                true
            }
            _ => false,
        }
    }

    /// `x IN (SELECT value FROM rarray(?1))`
    fn sqlite_listed(&mut self, parts: &'a [Expr; 2], listed: Listed) {
        self.comparable(&parts[0], For::Equality);
        if !is_document(&parts[0]) {
            let dialect = self.dialect;
            return dialect.is_listed(self, listed, &mut |w| w.expr(&parts[1]));
        }
        self.push(match listed {
            Listed::Yes => " IN (SELECT orm_jsonb(value) FROM rarray(",
            Listed::No => " NOT IN (SELECT orm_jsonb(value) FROM rarray(",
        });
        self.expr(&parts[1]);
        self.push("))");
    }

    /// A function over rows; tells whether it is written.
    pub(super) fn sqlite_aggregate(
        &mut self,
        function: Function,
        distinct: bool,
        arguments: &'a [Expr],
    ) -> bool {
        let [argument, ..] = arguments else {
            return false;
        };
        let exact = !matches!(
            kind(argument),
            Some(SqlType::Float4 | SqlType::Float8) | None
        );
        let name = match (function, kind(argument)) {
            (Function::Sum, Some(SqlType::Int8 | SqlType::Numeric(_))) => "decimal_sum",
            (Function::Avg, _) if exact => "orm_decimal_avg",
            (Function::Count | Function::Min | Function::Max, _)
                if is_decimal(argument) && !matches!(argument, Expr::Column(_)) =>
            {
                self.dialect.function(function)
            }
            _ => return false,
        };
        self.push(name);
        self.push(if distinct { "(DISTINCT " } else { "(" });
        match function {
            Function::Sum | Function::Avg => self.expr(argument),
            _ => self.comparable(argument, For::Equality),
        }
        self.push(")");
        true
    }

    fn sqlite_cast(&mut self, operand: &'a Expr, to: &SqlType) {
        let from = kind(operand);
        if from.is_some_and(|from| is_stored_alike(&from, to)) {
            return self.expr(operand);
        }
        match (from, to) {
            (Some(SqlType::Numeric(_)), SqlType::Numeric(Some(size))) => {
                self.fitted(*size, |w| w.expr(operand));
            }
            (Some(SqlType::Numeric(_)), SqlType::Int2 | SqlType::Int4 | SqlType::Int8) => {
                self.push("orm_cast(orm_decimal_round(");
                self.expr(operand);
                self.push("), 'text', ");
                self.type_word(Some(*to));
                self.push(")");
            }
            (_, SqlType::Numeric(Some(size))) => self.fitted(*size, |w| {
                w.sqlite_cast(operand, &SqlType::Numeric(None));
            }),
            (
                Some(SqlType::Text | SqlType::Varchar(_) | SqlType::Float8),
                SqlType::Numeric(None),
            ) => {
                self.push("decimal(");
                self.expr(operand);
                self.push(")");
            }
            _ => {
                self.push("orm_cast(");
                self.expr(operand);
                self.push(", ");
                self.type_word(from);
                self.push(", ");
                self.type_word(Some(*to));
                self.push(")");
            }
        }
    }

    /// `orm_numeric(x, 10, 2)`: rounded as it is where it is stored.
    pub(super) fn fitted(&mut self, size: (u16, u16), write: impl FnOnce(&mut Self)) {
        self.push("orm_numeric(");
        write(self);
        self.push(", ");
        self.number(size.0.into());
        self.push(", ");
        self.number(size.1.into());
        self.push(")");
    }

    /// An expression that a column is set to: in the column's form.
    pub(super) fn sqlite_assigned(&mut self, column: &ColumnDef, expr: &'a Expr) {
        match (kind(expr), column.sql_type) {
            (Some(own), SqlType::Numeric(Some(size))) if own != column.sql_type => {
                self.fitted(size, |w| w.expr(expr));
            }
            (Some(SqlType::Timestamptz), SqlType::Timestamp | SqlType::Date | SqlType::Time) => {
                self.sqlite_cast(expr, &column.sql_type);
            }
            _ => self.expr(expr),
        }
    }

    /// `'int4'`
    fn type_word(&mut self, sql_type: Option<SqlType>) {
        match sql_type {
            Some(SqlType::Enum(_) | SqlType::Varchar(_) | SqlType::Char(_)) => self.push("'text'"),
            Some(sql_type) => self.word(&sql_type.wire_name()),
            None => self.push("''"),
        }
    }
}

/// Whether a value is compared in another form than its own.
fn compared(expr: &Expr, purpose: For) -> bool {
    match kind(expr) {
        Some(SqlType::Enum(_)) => purpose == For::Order,
        Some(SqlType::Numeric(_)) => false,
        _ => is_document(expr),
    }
}

fn is_json(column: &ColumnDef) -> bool {
    matches!(column.sql_type, SqlType::Json | SqlType::Jsonb)
}

/// Whether every value of one type is one of the other, in the same form.
fn is_stored_alike(from: &SqlType, to: &SqlType) -> bool {
    let is_text = |it: &SqlType| {
        matches!(
            it,
            SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Enum(_)
        )
    };
    match (from, to) {
        (SqlType::Int2, SqlType::Int4 | SqlType::Int8)
        | (SqlType::Int4, SqlType::Int8)
        | (SqlType::Float4, SqlType::Float8)
        | (SqlType::Numeric(_), SqlType::Numeric(None) | SqlType::Text | SqlType::Varchar(_))
        | (SqlType::Uuid, SqlType::Text | SqlType::Varchar(_))
        | (SqlType::Json, SqlType::Jsonb | SqlType::Text)
        | (SqlType::Bool, SqlType::Int4)
        | (SqlType::Jsonb, SqlType::Json) => true,
        (from, to) if is_text(from) => is_text(to),
        (from, to) => from == to,
    }
}
