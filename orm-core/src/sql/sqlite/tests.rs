//! Statements in SQLite's words. Each of these texts is prepared by a real SQLite too
//! (`exec/sqlite/functions`).

use crate::ast::{
    Aggregate, Assignment, AssociationAsk, AssociationTest, BinaryOp, Conflict, ConflictTarget,
    Delete, Expr, Function, Include, Insert, InsertRows, KnownPair, Link, LinkColumn, LinkValue,
    Nulls, OfEachRow, OrderBy, Output, RawPart, Returning, Select, Step, Strategy, TimeUnit,
    UnaryOp, Unlink, Update, Value, Visible, Window,
};
use crate::schema::{
    AssociationDef, AssociationKind, Backend, ColumnDef, EnumDef, JoinTable, SqlType, TableDef,
    TableKind, TableName,
};
use crate::types::{ColumnType as _, Param};

const STATE: EnumDef = EnumDef {
    schema: None,
    name: "state",
    labels: &["open", "it's paid"],
};

static ORDERS: TableDef = TableDef {
    model: "Order",
    kind: TableKind::Table,
    name: TableName {
        schema: None,
        name: "orders",
    },
    columns: &[
        ColumnDef::new("id", "id", SqlType::Int8),
        ColumnDef {
            nullable: true,
            ..ColumnDef::new("user_id", "user_id", SqlType::Int4)
        },
        ColumnDef::new("total", "total", SqlType::Numeric(Some((10, 2)))),
        ColumnDef::new("state", "state", SqlType::Enum(&STATE)),
        ColumnDef::new("placed_at", "placed_at", SqlType::Timestamp),
        ColumnDef::new("note", "note", SqlType::Text),
        ColumnDef::new("data", "data", SqlType::Jsonb),
        ColumnDef::new("weight", "weight", SqlType::Float8),
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

static LINES: TableDef = TableDef {
    model: "Line",
    kind: TableKind::Table,
    name: TableName {
        schema: None,
        name: "lines",
    },
    columns: &[
        ColumnDef::new("order_id", "order_id", SqlType::Int8),
        ColumnDef::new("code", "code", SqlType::Text),
    ],
    primary_key: &[0, 1],
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

static LINES_OF: AssociationDef = AssociationDef::new(
    "lines",
    AssociationKind::HasMany,
    || &LINES,
    "Line",
    &[0],
    &[0],
);

static BY_PAIR: AssociationDef = AssociationDef::new(
    "twins",
    AssociationKind::HasMany,
    || &LINES,
    "Line",
    &[0, 5],
    &[0, 1],
);

static PLACED: AssociationDef = AssociationDef::new(
    "placed",
    AssociationKind::HasMany,
    || &ORDERS,
    "Order",
    &[0],
    &[1],
);

static TAGGED: JoinTable = JoinTable::plain(
    TableName {
        schema: None,
        name: "tagged",
    },
    &["order_id"],
    &["tag_id"],
);

static TAGS: AssociationDef = AssociationDef {
    through: Some(TAGGED),
    ..AssociationDef::new(
        "tags",
        AssociationKind::ManyToMany,
        || &ORDERS,
        "Order",
        &[0],
        &[0],
    )
};

/// The tables of the statements.
#[cfg(feature = "sqlite")]
pub(crate) const TABLES: &str = "
    CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER,
        total TEXT NOT NULL COLLATE decimal, state TEXT NOT NULL, placed_at TEXT NOT NULL,
        note TEXT NOT NULL, data TEXT NOT NULL, weight REAL NOT NULL) STRICT;
    CREATE TABLE lines (order_id INTEGER NOT NULL, code TEXT NOT NULL,
        PRIMARY KEY (order_id, code)) STRICT, WITHOUT ROWID;
    CREATE TABLE tagged (order_id INTEGER NOT NULL, tag_id INTEGER NOT NULL,
        PRIMARY KEY (order_id, tag_id)) STRICT;";

const ALL: &str = r#""id", "user_id", "total", "state", "placed_at", "note", "data", "weight""#;

fn column(name: &str) -> Expr {
    let columns = ORDERS.columns.iter();
    let mut named = columns.filter(|column| column.name == name);
    Expr::Column(named.next().expect("a column"))
}

fn int(value: i32) -> Expr {
    Expr::Param(Param::Int4(value))
}

fn text(value: &str) -> Expr {
    Expr::Param(value.into())
}

fn decimal() -> Expr {
    Expr::Param(rust_decimal::Decimal::ONE.into_param())
}

fn term(expr: Expr, descending: bool) -> OrderBy {
    OrderBy {
        expr,
        descending,
        nulls: Nulls::Default,
        sorted: None,
    }
}

/// The text of a select of one value, and the value alone.
fn value(expr: Expr) -> String {
    let mut select = Select::new(&ORDERS);
    select.output = Output::Exprs(vec![expr]);
    let text = crate::sql::select(Backend::Sqlite, &select).text;
    let value = text.strip_prefix("SELECT ").expect("a select");
    let value = value.strip_suffix(r#" FROM "orders""#);
    value.map_or_else(|| text.to_string(), str::to_owned)
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> String {
    value(Expr::binary(op, left, right))
}

fn query(change: impl FnOnce(&mut Select)) -> String {
    let mut select = Select::new(&ORDERS);
    change(&mut select);
    crate::sql::select(Backend::Sqlite, &select)
        .text
        .to_string()
}

fn list(values: Vec<i64>) -> Param {
    i64::array_param(values)
}

/// Expressions, and what SQLite is told.
pub(crate) fn values() -> Vec<(String, &'static str)> {
    let total = || column("total");
    let sum = |name: &str| {
        let mut sum = Aggregate::new(Function::Sum, vec![column(name)]);
        sum.filter = Some(Box::new(Expr::Bool(true)));
        value(Expr::aggregate(sum))
    };
    let call = |function, argument: Expr| value(Expr::call(function, vec![argument]));
    let fold =
        |function, argument: Expr| value(Expr::aggregate(Aggregate::new(function, vec![argument])));
    let path = || Expr::Param(String::array_param(vec!["a".into()]));
    vec![
        (
            binary(BinaryOp::Add, column("user_id"), int(1)),
            r#"orm_add("user_id", ?1, 'int4')"#,
        ),
        (
            binary(BinaryOp::Div, column("weight"), column("weight")),
            r#"orm_div("weight", "weight", 'float8')"#,
        ),
        (
            binary(BinaryOp::Mul, total(), decimal()),
            r#"decimal_mul("total", ?1)"#,
        ),
        (
            binary(BinaryOp::Rem, total(), decimal()),
            r#"orm_decimal_rem("total", ?1)"#,
        ),
        (binary(BinaryOp::Lt, total(), decimal()), r#""total" < ?1"#),
        (
            binary(
                BinaryOp::Lt,
                Expr::binary(BinaryOp::Add, total(), decimal()),
                decimal(),
            ),
            r#"(decimal_add("total", ?1)) COLLATE decimal < ?2"#,
        ),
        (
            binary(BinaryOp::Eq, column("state"), text("open")),
            r#""state" = ?1"#,
        ),
        (
            binary(
                BinaryOp::Gt,
                column("state"),
                Expr::Param(Param::Enum(&STATE, "open")),
            ),
            r#"CASE "state" WHEN 'open' THEN 0 WHEN 'it''s paid' THEN 1 END > CASE ?1 WHEN 'open' THEN 0 WHEN 'it''s paid' THEN 1 END"#,
        ),
        (
            binary(BinaryOp::NotILike, column("note"), text("%x%")),
            r#"NOT orm_ilike("note", ?1)"#,
        ),
        (
            binary(BinaryOp::IsDistinctFrom, column("user_id"), int(1)),
            r#""user_id" IS NOT ?1"#,
        ),
        (
            binary(BinaryOp::JsonPathText, column("data"), path()),
            r#"orm_json_text("data", (SELECT json_group_array(value) FROM rarray(?1)))"#,
        ),
        (
            binary(
                BinaryOp::Eq,
                column("data"),
                Expr::Param(serde_json::Value::Null.into_param()),
            ),
            r#"orm_jsonb("data") = orm_jsonb(?1)"#,
        ),
        (
            binary(BinaryOp::HasKey, column("data"), text("a")),
            r#"orm_json_has("data", ?1)"#,
        ),
        (
            binary(BinaryOp::Concat, column("note"), text("!")),
            r#""note" || ?1"#,
        ),
        (
            value(Expr::eq_any(column("id"), Expr::Param(list(vec![1])))),
            r#""id" IN (SELECT value FROM rarray(?1))"#,
        ),
        (
            value(Expr::ne_all(column("id"), Expr::Param(list(vec![])))),
            r#""id" NOT IN (SELECT value FROM rarray(?1))"#,
        ),
        (
            value(Expr::unary(UnaryOp::IsNotTrue, Expr::Null)),
            "NULL IS NOT TRUE",
        ),
        (
            call(Function::Lower, column("note")),
            r#"orm_lower("note")"#,
        ),
        (
            call(Function::CharLength, column("note")),
            r#"length("note")"#,
        ),
        (
            call(Function::DateTrunc(TimeUnit::Week), column("placed_at")),
            r#"orm_date_trunc('week', "placed_at")"#,
        ),
        (
            call(Function::Extract(TimeUnit::Year), column("placed_at")),
            r#"orm_date_part('year', "placed_at")"#,
        ),
        (value(Expr::TypedParam(Param::Int4(1), SqlType::Int4)), "?1"),
        (
            value(Expr::cast(column("id"), SqlType::Int4)),
            r#"orm_cast("id", 'int8', 'int4')"#,
        ),
        (
            value(Expr::cast(column("user_id"), SqlType::Int8)),
            r#""user_id""#,
        ),
        (
            value(Expr::cast(total(), SqlType::Int4)),
            r#"orm_cast(orm_decimal_round("total"), 'text', 'int4')"#,
        ),
        (
            value(Expr::cast(column("weight"), SqlType::Numeric(Some((6, 1))))),
            r#"orm_numeric(decimal("weight"), 6, 1)"#,
        ),
        (
            value(Expr::cast(column("placed_at"), SqlType::Date)),
            r#"orm_cast("placed_at", 'timestamp', 'date')"#,
        ),
        (sum("id"), r#"decimal_sum("id") FILTER (WHERE TRUE)"#),
        (sum("user_id"), r#"sum("user_id") FILTER (WHERE TRUE)"#),
        (
            fold(Function::Avg, column("user_id")),
            r#"orm_decimal_avg("user_id")"#,
        ),
        (fold(Function::Avg, column("weight")), r#"avg("weight")"#),
        (fold(Function::Max, total()), r#"max("total")"#),
        (
            fold(
                Function::Max,
                Expr::binary(BinaryOp::Sub, total(), decimal()),
            ),
            r#"max((decimal_sub("total", ?1)) COLLATE decimal)"#,
        ),
        (
            value(Expr::aggregate(Aggregate {
                over: Some(Box::new(Window {
                    partition_by: vec![column("user_id")],
                    order_by: vec![term(column("user_id"), true)],
                })),
                ..Aggregate::new(Function::RowNumber, Vec::new())
            })),
            r#"row_number() OVER (PARTITION BY "user_id" ORDER BY "user_id" DESC NULLS FIRST)"#,
        ),
    ]
}

fn with_lines(limit: bool, association: &'static AssociationDef) -> Vec<String> {
    let mut lines = Select::new((association.target)());
    if limit {
        lines.limit = Some(crate::ast::Limit::Bound(Param::Int8(2)));
        lines.offset = Some(Param::Int8(1));
        lines.filter = Some(Expr::Bool(true));
        let first = Expr::Column(lines.table.column(1));
        lines.order_by = vec![term(first, false)];
    }
    let mut select = Select::new(&ORDERS);
    select.includes = vec![Include {
        association,
        select: lines,
        required: false,
        strategy: Strategy::Together,
        parents: None,
        join_columns: false,
        join_order: Vec::new(),
        joined: Visible::every(),
    }];
    let texts = crate::load::to_sql(Backend::Sqlite, &select);
    texts.iter().map(|text| text.to_string()).collect()
}

fn insert(change: impl FnOnce(&mut Insert)) -> (String, Option<usize>) {
    let mut insert = Insert {
        table: &ORDERS,
        rows: InsertRows::One {
            given: [(2, decimal_param()), (5, "x".into())]
                .into_iter()
                .collect(),
            stamped: [4].into_iter().collect(),
        },
        conflict: None,
        returning: Returning::Rows,
    };
    change(&mut insert);
    let sql = crate::sql::insert(Backend::Sqlite, &insert);
    (sql.text.to_string(), sql.steps)
}

fn decimal_param() -> Param {
    rust_decimal::Decimal::ONE.into_param()
}

/// Whole statements.
pub(crate) fn statements() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |text: String, expected: &str| all.push((text, expected.to_owned()));
    add(
        query(|it| {
            it.filter = Some(Expr::ColumnIs(&ORDERS.columns[0], Param::Int8(1)));
            it.order_by = vec![term(column("user_id"), false), term(column("id"), true)];
            it.offset = Some(Param::Int8(3));
        }),
        &format!(
            r#"SELECT {ALL} FROM "orders" WHERE "id" = ?1 ORDER BY "user_id" NULLS LAST, "id" DESC LIMIT -1 OFFSET ?2"#
        ),
    );
    add(
        query(|it| {
            it.output = Output::Exprs(vec![column("state")]);
            it.group_by = vec![column("state")];
            it.order_by = vec![term(column("state"), false), term(Expr::Bool(true), false)];
        }),
        r#"SELECT t0."state" FROM "orders" AS t0 GROUP BY t0."state" ORDER BY CASE t0."state" WHEN 'open' THEN 0 WHEN 'it''s paid' THEN 1 END, CAST(TRUE AS INTEGER) NULLS LAST"#
            .replace("t0.", "")
            .replace(" AS t0", "")
            .as_str(),
    );
    add(
        query(|it| {
            it.filter = Some(Expr::association(AssociationTest {
                before: Vec::new(),
                last: Step {
                    owner: &ORDERS,
                    association: &LINES_OF,
                    visible: Visible::every(),
                    joined: Visible::every(),
                    filter: None,
                },
                first: None,
                ask: AssociationAsk::NotExists,
            }));
            it.output = Output::Count(Vec::new());
        }),
        r#"SELECT count(*) FROM "orders" AS t0 WHERE NOT EXISTS (SELECT 1 FROM "lines" AS t1 WHERE t1."order_id" = t0."id")"#,
    );
    add(
        query(|it| {
            it.table = &LINES;
            let keys = vec![list(vec![1]), String::array_param(vec!["a".into()])];
            it.filter = Some(Expr::KeyIn(&LINES, vec![0, 1], keys));
        }),
        r#"SELECT "order_id", "code" FROM "lines" WHERE ("order_id", "code") IN (SELECT * FROM (WITH a0 AS MATERIALIZED (SELECT rowid AS n, value AS v FROM rarray(?1)), a1 AS MATERIALIZED (SELECT rowid AS n, value AS v FROM rarray(?2)) SELECT a0.v, a1.v FROM a0 JOIN a1 ON a1.n = a0.n))"#,
    );
    for (text, expected) in with_lines(false, &LINES_OF).into_iter().zip([
        format!(r#"SELECT {ALL} FROM "orders""#),
        r#"SELECT "order_id", "code" FROM "lines" WHERE "order_id" IN (SELECT value FROM rarray(?1)) ORDER BY "order_id", "code""#.to_owned(),
    ]) {
        add(text, &expected);
    }
    add(
        with_lines(true, &LINES_OF).swap_remove(1),
        r#"SELECT "order_id", "code" FROM (SELECT t1."order_id", t1."code", row_number() OVER (PARTITION BY t1."order_id" ORDER BY t1."code", t1."order_id", t1."code") AS "orm number" FROM "lines" AS t1 WHERE t1."order_id" IN (SELECT value FROM rarray(?1)) AND (TRUE)) AS t0 WHERE "orm number" > ?2 AND "orm number" - ?3 <= ?4 ORDER BY "orm number""#,
    );
    add(
        with_lines(false, &BY_PAIR).swap_remove(1),
        r#"SELECT "order_id", "code" FROM "lines" WHERE ("order_id", "code") IN (SELECT * FROM (WITH a0 AS MATERIALIZED (SELECT rowid AS n, value AS v FROM rarray(?1)), a1 AS MATERIALIZED (SELECT rowid AS n, value AS v FROM rarray(?2)) SELECT a0.v, a1.v FROM a0 JOIN a1 ON a1.n = a0.n)) ORDER BY "order_id", "code""#,
    );
    let qualified = ALL.replace('"', "\u{1}");
    let qualified: Vec<_> = qualified.split(", ").map(|it| format!("t0.{it}")).collect();
    add(
        with_lines(false, &TAGS).swap_remove(1),
        &format!(
            r#"SELECT {}, t1."orm owner 0" FROM "orders" AS t0 JOIN (SELECT "order_id" AS "orm owner 0", "tag_id" AS "orm target 0" FROM "tagged") AS t1 ON t1."orm target 0" = t0."id" WHERE t1."orm owner 0" IN (SELECT value FROM rarray(?1))"#,
            qualified.join(", ").replace('\u{1}', "\"")
        ),
    );
    add(
        with_lines(true, &PLACED).swap_remove(1),
        &format!(
            r#"SELECT {} FROM (WITH a0 AS MATERIALIZED (SELECT rowid AS n, value AS v FROM rarray(?1)) SELECT a0.v AS "k0" FROM a0) AS "keys" CROSS JOIN "orders" AS t0 WHERE t0."id" IN (SELECT t1."id" FROM "orders" AS t1 WHERE t1."user_id" = "keys"."k0" AND (TRUE) ORDER BY t1."user_id" NULLS LAST, t1."id" LIMIT ?2 OFFSET ?3) ORDER BY t0."user_id" NULLS LAST, t0."id""#,
            qualified.join(", ").replace('\u{1}', "\"")
        ),
    );
    add(
        insert(|_| {}).0,
        &format!(
            r#"INSERT INTO "orders" ("total", "placed_at", "note") VALUES (orm_numeric(?1, 10, 2), orm_cast(orm_statement_time(), 'timestamptz', 'timestamp'), ?2) RETURNING {ALL}"#
        ),
    );
    add(
        insert(|it| {
            it.returning = Returning::RowsAndWhetherNew;
            it.conflict = Some(Conflict {
                visible: crate::ast::Visible::every(),
                target: ConflictTarget {
                    columns: vec![0],
                    filter: None,
                },
                set: vec![Assignment {
                    column: 2,
                    value: Value::Expr(Expr::Excluded(&ORDERS.columns[2])),
                }],
                mark: Some("7".into()),
                only: Some(Expr::ColumnIs(&ORDERS.columns[1], Param::Int4(1))),
            });
        })
        .0,
        &format!(
            r#"INSERT INTO "orders" AS t0 ("total", "placed_at", "note") VALUES (orm_numeric(?1, 10, 2), orm_cast(orm_statement_time(), 'timestamptz', 'timestamp'), ?2) ON CONFLICT ("id") DO UPDATE SET "total" = excluded."total" WHERE (t0."user_id" = ?3) AND orm_overwrites(?4) RETURNING {ALL}, NOT orm_overwrote(?5)"#
        ),
    );
    add(
        insert(|it| {
            it.rows = InsertRows::Arrays {
                columns: vec![1, 5],
                values: vec![
                    Value::Param(list(vec![1, 2])),
                    Value::Expr(Expr::TypedParam("x".into(), SqlType::Text)),
                ],
                count: Param::Int8(2),
                all_of: None,
            };
            it.returning = Returning::Nothing;
        })
        .0,
        r#"INSERT INTO "orders" ("user_id", "note") VALUES (?1, ?2)"#,
    );
    let update = Update {
        table: &ORDERS,
        visible: Visible::every(),
        set: vec![
            Assignment {
                column: 2,
                value: Value::Expr(Expr::binary(BinaryOp::Add, column("total"), decimal())),
            },
            Assignment {
                column: 4,
                value: Value::Expr(Expr::call(Function::StatementTime, Vec::new())),
            },
        ],
        filter: Some(Expr::Raw(vec![
            RawPart::Column(&ORDERS.columns[0]),
            RawPart::Text(" = 1".into()),
        ])),
        returning: OfEachRow::Whole,
    };
    add(
        crate::sql::update(Backend::Sqlite, &update)
            .text
            .to_string(),
        &format!(
            r#"UPDATE "orders" AS t0 SET "total" = orm_numeric(decimal_add(t0."total", ?1), 10, 2), "placed_at" = orm_cast(orm_statement_time(), 'timestamptz', 'timestamp') WHERE t0."id" = 1 RETURNING {ALL}"#
        ),
    );
    let moved = Update {
        set: update.set[1..].to_vec(),
        returning: OfEachRow::KeyAndWhether(Expr::ColumnIs(&ORDERS.columns[1], Param::Int8(1))),
        ..update.clone()
    };
    add(
        crate::sql::update(Backend::Sqlite, &moved).text.to_string(),
        r#"UPDATE "orders" AS t0 SET "placed_at" = orm_cast(orm_statement_time(), 'timestamptz', 'timestamp') WHERE t0."id" = 1 RETURNING "id", "user_id" = ?1"#,
    );
    let delete = Delete {
        table: &ORDERS,
        visible: Visible::every(),
        filter: None,
        returning: OfEachRow::Whole,
    };
    add(
        crate::sql::delete(Backend::Sqlite, &delete)
            .text
            .to_string(),
        &format!(r#"DELETE FROM "orders" RETURNING {ALL}"#),
    );
    pairs(&mut all);
    all
}

fn pairs(all: &mut Vec<(String, String)>) {
    let mut add = |text: &str, expected: &str| all.push((text.to_owned(), expected.to_owned()));
    let mut link = Link {
        join: &TAGGED,
        columns: vec![
            LinkColumn {
                name: "order_id",
                sql_type: SqlType::Int8,
                value: LinkValue::Same(Param::Int8(1)),
            },
            LinkColumn {
                name: "tag_id",
                sql_type: SqlType::Int8,
                value: LinkValue::Each(list(vec![1, 2])),
            },
        ],
        known: KnownPair::ByConstraint,
        visible: Visible::every(),
        revived: None,
        among: None,
        all_of: None,
    };
    add(
        &crate::sql::link(Backend::Sqlite, &link).text,
        r#"INSERT INTO "tagged" ("order_id", "tag_id") VALUES (?1, ?2) ON CONFLICT ("order_id", "tag_id") DO NOTHING RETURNING 1"#,
    );
    link.known = KnownPair::ByLooking;
    add(
        &crate::sql::link(Backend::Sqlite, &link).text,
        r#"INSERT INTO "tagged" ("order_id", "tag_id") SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM "tagged" AS pair WHERE pair."order_id" = ?3 AND pair."tag_id" = ?4) RETURNING 1"#,
    );
    add(
        &crate::sql::missing_pairs(Backend::Sqlite, &link).text,
        r#"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM "tagged" AS pair WHERE pair."order_id" = ?1 AND pair."tag_id" = ?2)"#,
    );
    let unlink = Unlink {
        marks: Vec::new(),
        join: &TAGGED,
        visible: Visible::every(),
        owner: vec![Param::Int8(1)],
        targets: vec![(list(vec![1]), SqlType::Int8)],
        keep: true,
        scope: None,
    };
    add(
        &crate::sql::unlink(Backend::Sqlite, &unlink).text,
        r#"DELETE FROM "tagged" AS pair WHERE pair."order_id" = ?1 AND pair."tag_id" NOT IN (SELECT value FROM rarray(?2))"#,
    );
}

#[test]
fn expressions_are_written_so_that_they_mean_the_same() {
    for (text, expected) in values() {
        assert_eq!(text, expected);
    }
}

#[test]
fn statements_are_written_in_its_forms() {
    for (text, expected) in statements() {
        assert_eq!(text, expected);
    }
}

// The text is that of one row, whatever their number.
#[test]
fn many_rows_are_as_many_steps() {
    let rows = |count: i64| {
        insert(|it| {
            it.rows = InsertRows::Arrays {
                columns: vec![1],
                values: vec![Value::Param(list((0..count).collect()))],
                count: Param::Int8(count),
                all_of: None,
            };
        })
    };
    assert_eq!(rows(2).1, Some(2));
    assert_eq!(rows(3).1, Some(3));
    assert_eq!(rows(2).0, rows(3).0);
    assert_eq!(insert(|_| {}).1, None);
}

// One statement, two databases: neither gets the other's text.
#[test]
fn a_kept_text_is_of_one_kind_of_database() {
    let mut select = Select::new(&ORDERS);
    select.limit = Some(crate::ast::Limit::Bound(Param::Int8(1)));
    for _ in 0..2 {
        let of = |backend| crate::sql::select(backend, &select).text;
        assert!(of(Backend::Postgres).ends_with("LIMIT $1"));
        assert!(of(Backend::Sqlite).ends_with("LIMIT ?1"));
    }
}
