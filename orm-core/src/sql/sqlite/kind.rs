//! The type that an expression has: SQLite's operators do not ask, so the text must say
//! what is meant.

use crate::ast::{AssociationAsk, BinaryOp, Expr, Function, SubqueryAsk, ThereAsk, UnaryOp};
use crate::schema::SqlType;
use crate::types::Param;

const NUMERIC: SqlType = SqlType::Numeric(None);

/// The type of an expression; `None` of what is written by hand, and of NULL.
pub(crate) fn kind(expr: &Expr) -> Option<SqlType> {
    match expr {
        Expr::Column(column) | Expr::Outer(_, column) | Expr::Excluded(column) => {
            Some(column.sql_type)
        }
        Expr::Param(param) => of_param(param),
        Expr::TypedParam(_, sql_type) | Expr::Cast(_, sql_type) | Expr::Place(_, sql_type) => {
            Some(*sql_type)
        }
        Expr::Unary(UnaryOp::Negate, operand) => kind(operand),
        Expr::Binary(op, operands) => of_binary(*op, &operands[0], &operands[1]),
        Expr::Call(function, arguments) => of_call(*function, arguments),
        Expr::Aggregate(it) => of_aggregate(it.function, &it.arguments),
        Expr::Case(case) => {
            let arms = case.arms.iter().map(|(_, value)| value);
            arms.chain(case.otherwise.as_deref()).find_map(kind)
        }
        Expr::Association(test) => match &test.ask {
            AssociationAsk::Exists | AssociationAsk::NotExists => Some(SqlType::Bool),
            AssociationAsk::Aggregate(it) => of_aggregate(it.function, &it.arguments),
            AssociationAsk::Value(value) => kind(value),
            AssociationAsk::Array(..) => None,
        },
        Expr::Bool(_)
        | Expr::Unary(..)
        | Expr::ColumnIs(..)
        | Expr::Between(_)
        | Expr::EqAny(_)
        | Expr::NeAll(_)
        | Expr::KeyIn(..)
        | Expr::And(_)
        | Expr::Or(_)
        | Expr::JoinedTo(_)
        | Expr::Rows(..) => Some(SqlType::Bool),
        Expr::Subquery(it) => match it.ask {
            SubqueryAsk::Exists | SubqueryAsk::IsAmong(_) => Some(SqlType::Bool),
            SubqueryAsk::Value => it.value().and_then(kind),
        },
        Expr::There(test) => Some(match test.ask {
            ThereAsk::Exists => SqlType::Bool,
            ThereAsk::Count => SqlType::Int8,
        }),
        Expr::Null | Expr::Raw(_) | Expr::TooDeep => None,
    }
}

fn of_param(param: &Param) -> Option<SqlType> {
    Some(match param {
        Param::Bool(_) => SqlType::Bool,
        Param::Int2(_) => SqlType::Int2,
        Param::Int4(_) => SqlType::Int4,
        Param::Int8(_) => SqlType::Int8,
        Param::Float4(_) => SqlType::Float4,
        Param::Float8(_) => SqlType::Float8,
        #[cfg(feature = "decimal")]
        Param::Numeric(_) => NUMERIC,
        Param::Text(_) => SqlType::Text,
        Param::Bytes(_) => SqlType::Bytea,
        Param::Uuid(_) => SqlType::Uuid,
        Param::Date(_) => SqlType::Date,
        Param::Time(_) => SqlType::Time,
        Param::Timestamp(_) => SqlType::Timestamp,
        Param::Timestamptz(_) => SqlType::Timestamptz,
        Param::Enum(def, _) => SqlType::Enum(def),
        Param::Other(value) if value.type_name() == "jsonb" => SqlType::Jsonb,
        Param::Null | Param::Other(_) => return None,
    })
}

fn of_binary(op: BinaryOp, left: &Expr, right: &Expr) -> Option<SqlType> {
    match op {
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
            numbers(left, right)
        }
        BinaryOp::Concat | BinaryOp::JsonGetText | BinaryOp::JsonPathText => Some(SqlType::Text),
        BinaryOp::JsonGet | BinaryOp::JsonPath => Some(SqlType::Jsonb),
        _ => Some(SqlType::Bool),
    }
}

/// The type in which two numbers are computed with: the wider one.
pub(super) fn numbers(left: &Expr, right: &Expr) -> Option<SqlType> {
    let width = |sql_type: &SqlType| match sql_type {
        SqlType::Int2 => 1,
        SqlType::Int4 => 2,
        SqlType::Int8 => 3,
        SqlType::Numeric(_) => 4,
        SqlType::Float4 => 5,
        SqlType::Float8 => 6,
        _ => 0,
    };
    let wider = [kind(left), kind(right)]
        .into_iter()
        .flatten()
        .max_by_key(width)?;
    match wider {
        SqlType::Numeric(_) => Some(NUMERIC),
        number if width(&number) > 0 => Some(number),
        _ => None,
    }
}

fn of_call(function: Function, arguments: &[Expr]) -> Option<SqlType> {
    match function {
        Function::CharLength | Function::Cardinality | Function::JsonArrayLength => {
            Some(SqlType::Int4)
        }
        Function::Lower | Function::Upper | Function::Trim => Some(SqlType::Text),
        Function::JsonMember(_) => Some(SqlType::Jsonb),
        Function::JsonMemberText(_) => Some(SqlType::Text),
        Function::Now | Function::StatementTime => Some(SqlType::Timestamptz),
        Function::Extract(_) => Some(SqlType::Float8),
        _ => arguments.iter().find_map(kind),
    }
}

fn of_aggregate(function: Function, arguments: &[Expr]) -> Option<SqlType> {
    let argument = || arguments.iter().find_map(kind);
    match function {
        Function::Count | Function::RowNumber | Function::Rank | Function::DenseRank => {
            Some(SqlType::Int8)
        }
        Function::Sum => match argument()? {
            SqlType::Int2 | SqlType::Int4 => Some(SqlType::Int8),
            SqlType::Int8 | SqlType::Numeric(_) => Some(NUMERIC),
            other => Some(other),
        },
        Function::Avg => match argument()? {
            SqlType::Float4 | SqlType::Float8 => Some(SqlType::Float8),
            _ => Some(NUMERIC),
        },
        Function::StringAgg => Some(SqlType::Text),
        Function::BoolAnd | Function::BoolOr => Some(SqlType::Bool),
        Function::ArrayAgg => None,
        _ => argument(),
    }
}

/// Whether values of a type are compared by their digits.
pub(super) fn is_decimal(expr: &Expr) -> bool {
    matches!(kind(expr), Some(SqlType::Numeric(_)))
}

/// Whether a value is a JSON document.
pub(super) fn is_document(expr: &Expr) -> bool {
    matches!(kind(expr), Some(SqlType::Json | SqlType::Jsonb))
}
