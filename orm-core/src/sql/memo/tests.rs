//! What a repeated statement shares with the first, and what it does not.

use std::sync::Arc;

use super::TEXTS;
use crate::ast::{BinaryOp, Expr, Limit, RawPart, Select};
use crate::schema::{Backend, ColumnDef, SqlType, TableDef, TableKind, TableName};
use crate::sql::Sql;
use crate::types::Param;

fn sql(select: &Select) -> Sql<'_> {
    crate::sql::select(Backend::Postgres, select)
}

static ORDERS: TableDef = TableDef {
    model: "Order",
    kind: TableKind::Table,
    name: TableName {
        schema: None,
        name: "orders",
    },
    columns: &[
        ColumnDef::new("id", "id", SqlType::Int4),
        ColumnDef::new("user_id", "user_id", SqlType::Int4),
    ],
    primary_key: &[0],
    primary_key_name: None,
    uniques: &[],
    exclusions: &[],
    checks: &[],
    indexes: &[],
    associations: &[],
    storage: crate::schema::StorageDef::PLAIN,
    comment: None,
    renamed_from: None,
    backends: &[],
    soft_delete: None,
    scopes: &[],
    hooks: false,
};

fn where_column(position: usize, op: BinaryOp, value: Param) -> Select {
    let column = Expr::Column(&ORDERS.columns[position]);
    let mut select = Select::new(&ORDERS);
    select.and_filter(Expr::binary(op, column, Expr::Param(value)));
    select
}

fn raw(parts: Vec<RawPart>) -> Select {
    let mut select = Select::new(&ORDERS);
    select.and_filter(Expr::Raw(parts));
    select
}

fn bound(select: &Select) -> Vec<String> {
    let literal = |param: &&Param| {
        let mut text = String::new();
        param.write_literal(&mut text).expect("a value with a text");
        text
    };
    sql(select).params.iter().map(literal).collect()
}

#[test]
fn a_repeated_statement_has_the_same_text_and_its_own_values() {
    let first = where_column(0, BinaryOp::Eq, Param::Int4(1));
    let second = where_column(0, BinaryOp::Eq, Param::Int4(2));
    assert!(Arc::ptr_eq(&sql(&first).text, &sql(&second).text));
    assert_eq!(bound(&second), ["2"]);
}

#[test]
fn values_are_in_the_order_of_their_placeholders() {
    for limit in [3, 4] {
        let mut select = where_column(1, BinaryOp::Gt, Param::Int4(1));
        select.limit = Some(Limit::Bound(Param::Int8(limit)));
        select.offset = Some(Param::Int8(9));
        assert_eq!(bound(&select), ["1", &limit.to_string(), "9"]);
    }
}

#[test]
fn what_decides_the_text_tells_statements_apart() {
    let by_id = where_column(0, BinaryOp::Lt, Param::Int4(1));
    let by_user = where_column(1, BinaryOp::Lt, Param::Int4(1));
    let other_operator = where_column(0, BinaryOp::Gt, Param::Int4(1));
    let mut limited = by_id.clone();
    limited.limit = Some(Limit::Bound(Param::Int8(1)));
    let mut skipped = by_id.clone();
    skipped.offset = Some(Param::Int8(1));
    let all = [by_id, by_user, other_operator, limited, skipped];
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            assert_ne!(sql(one).text, sql(other).text);
        }
    }
}

// Where one text ends and the next begins is part of what is compared.
#[test]
fn raw_texts_are_compared_whole() {
    let text = |text: &str| RawPart::Text(text.to_owned().into());
    let one = raw(vec![text("1 = 1"), text(" OR 2 = 2")]);
    let other = raw(vec![text("1 = 1 "), text("OR 2 = 3")]);
    assert_ne!(sql(&one).text, sql(&other).text);
    let bound = raw(vec![text("1 = "), RawPart::Param(Param::Int4(1))]);
    assert_ne!(sql(&bound).text, sql(&raw(vec![text("1 = ")])).text);
}

#[test]
fn more_shapes_than_are_kept_are_all_written_right() {
    let shapes = |n: usize| raw(vec![RawPart::Text(format!("{n} = {n}").into())]);
    for n in (0..TEXTS + 5).chain(0..5) {
        let select = shapes(n);
        assert!(sql(&select).text.contains(&format!("{n} = {n}")));
    }
}
