//! Decimal numbers in SQLite beside exact ones, and beside what PostgreSQL 15 answered.

use proptest::prelude::*;
use rusqlite::Connection;
use rust_decimal::Decimal;

use super::compare;
use super::exact::Exact;

fn connection() -> Connection {
    let connection = Connection::open_in_memory().expect("memory");
    super::register(&connection).expect("registered");
    connection
}

/// The first cell as a text; `None` is NULL.
fn answer(connection: &Connection, text: &str) -> Result<Option<String>, String> {
    connection
        .query_row(&format!("SELECT {text}"), [], |row| row.get(0))
        .map_err(|error| error.to_string())
}

fn holds(connection: &Connection, text: &str, expected: &str) {
    let answer = answer(connection, text).expect("an answer");
    assert_eq!(answer.as_deref(), Some(expected), "{text}");
}

// What PostgreSQL 15 answers to the same with `::numeric`.
#[test]
fn the_answers_are_those_of_postgresql() {
    let connection = connection();
    for (text, expected) in [
        ("decimal_add('1.10', '2.205')", "3.305"),
        ("decimal_sub('1.10', '1.1')", "0.00"),
        ("decimal_sub('1', '1.5')", "-0.5"),
        ("decimal_mul('1.10', '-2.5')", "-2.750"),
        ("decimal_mul('0', '-2.5')", "0.0"),
        (
            "decimal_mul('9999999999999999999999999999', '9999999999999999999999999999')",
            "99999999999999999999999999980000000000000000000000000001",
        ),
        ("orm_decimal_div('1', '3')", "0.33333333333333333333"),
        ("orm_decimal_div('10', '4')", "2.5000000000000000"),
        ("orm_decimal_div('2', '3')", "0.66666666666666666667"),
        (
            "orm_decimal_div('12345678.90', '0.07')",
            "176366841.42857143",
        ),
        (
            "orm_decimal_div('1', '300000000')",
            "0.0000000033333333333333333333",
        ),
        ("orm_decimal_div('-7', '2')", "-3.5000000000000000"),
        ("orm_decimal_div('0', '7')", "0.00000000000000000000"),
        ("orm_decimal_rem('7.5', '2')", "1.5"),
        ("orm_decimal_rem('-7.5', '2.00')", "-1.50"),
        ("orm_decimal_round('2.5')", "3"),
        ("orm_decimal_round('-2.5')", "-3"),
        ("orm_decimal_round('0.4999')", "0"),
        ("orm_decimal_ceil('-2.5')", "-2"),
        ("orm_decimal_ceil('2.01')", "3"),
        ("orm_decimal_floor('-2.01')", "-3"),
        ("orm_decimal_floor('2.9')", "2"),
        ("orm_decimal_abs('-0.10')", "0.10"),
        ("orm_decimal_neg('0.0')", "0.0"),
        ("orm_numeric('1.1', 10, 2)", "1.10"),
        ("orm_numeric('1.005', 10, 2)", "1.01"),
        ("orm_numeric('-99.994', 4, 2)", "-99.99"),
        ("orm_numeric(7, 4, 2)", "7.00"),
        ("decimal(0.1)", "0.1"),
        ("decimal(-9223372036854775808)", "-9223372036854775808"),
        ("decimal('1.50e2')", "150"),
        ("decimal('1e-3')", "0.001"),
        ("decimal_cmp('1.1', '1.10')", "0"),
        ("decimal_cmp('-2', '-10')", "1"),
    ] {
        let text = format!("CAST({text} AS TEXT)");
        holds(&connection, &text, expected);
    }
}

#[test]
fn what_has_no_answer_is_an_error_that_shows_no_value() {
    let connection = connection();
    for (text, expected) in [
        ("orm_decimal_div('7654321', '0.00')", "division by zero"),
        ("orm_decimal_rem('7654321', 0)", "division by zero"),
        (
            "decimal_add('canary', '1')",
            "a value is not a decimal number",
        ),
        ("decimal_add(x'00', '1')", "a value is not a decimal number"),
        ("orm_numeric('99.995', 4, 2)", "numeric field overflow"),
        (
            "decimal('1e1001')",
            "a decimal number has more than 1000 digits",
        ),
    ] {
        let error = answer(&connection, text).expect_err("refused");
        assert_eq!(error, expected, "{text}");
    }
    for text in [
        "decimal_add(NULL, '1')",
        "decimal_cmp('1', NULL)",
        "orm_numeric(NULL, 4, 2)",
        "(SELECT decimal_sum(a) FROM (SELECT NULL AS a))",
        "(SELECT orm_decimal_avg(a) FROM (SELECT NULL AS a) WHERE FALSE)",
    ] {
        assert_eq!(answer(&connection, text), Ok(None), "{text}");
    }
}

/// `1.1`, `1.10`, `10`, `9`, NULL, `-3`, with the collation.
fn numbers() -> Connection {
    let connection = connection();
    connection
        .execute_batch(
            "CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT COLLATE decimal) STRICT; \
             INSERT INTO t (v) VALUES ('1.1'), ('1.10'), ('10'), ('9'), (NULL), ('-3');",
        )
        .expect("rows");
    connection
}

#[test]
fn texts_are_compared_as_numbers() {
    let connection = numbers();
    let sorted = "(SELECT group_concat(v, ' ') FROM (SELECT v FROM t ORDER BY v, n))";
    holds(&connection, sorted, "-3 1.1 1.10 9 10");
    let count = |condition: &str| format!("(SELECT '' || count(*) FROM t WHERE {condition})");
    holds(&connection, &count("v = '1.100'"), "2");
    holds(&connection, &count("v IN (SELECT '1.100')"), "2");
    holds(&connection, &count("v > '9.5'"), "1");
    holds(&connection, "(SELECT max(v) FROM t)", "10");
    holds(&connection, "(SELECT min(v) FROM t)", "-3");
    holds(&connection, "(SELECT '' || count(DISTINCT v) FROM t)", "4");
    let unique = connection.execute_batch(
        "CREATE TABLE u (v TEXT COLLATE decimal UNIQUE) STRICT; \
         INSERT INTO u VALUES ('1.1'); INSERT INTO u VALUES ('1.10')",
    );
    assert!(unique.is_err());
}

#[test]
fn sums_and_averages_are_exact() {
    let connection = numbers();
    holds(&connection, "(SELECT decimal_sum(v) FROM t)", "18.20");
    holds(
        &connection,
        "(SELECT orm_decimal_avg(v) FROM t)",
        "3.6400000000000000",
    );
    let windows = "(SELECT group_concat(s, ' ') FROM (SELECT decimal_sum(v) OVER \
                   (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM t))";
    holds(&connection, windows, "1.1 2.20 11.10 19 9 -3");
    let windows = "(SELECT group_concat(s, ' ') FROM (SELECT orm_decimal_avg(n) OVER \
                   (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM t LIMIT 2))";
    holds(
        &connection,
        windows,
        "1.00000000000000000000 1.5000000000000000",
    );
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![
        -100_i128..100,
        any::<i64>().prop_map(i128::from),
        -(1_i128 << 96) + 1..(1_i128 << 96),
    ];
    (digits, 0_u32..=28).prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale))
}

fn exact(value: Decimal) -> Exact {
    Exact::read(&value.to_string()).expect("a number")
}

proptest! {
    #[test]
    fn numbers_are_read_written_and_compared(left in any_decimal(), right in any_decimal()) {
        let (a, b) = (exact(left), exact(right));
        let zero = left.is_zero() && left.is_sign_negative();
        prop_assert!(zero || a.to_string() == left.to_string());
        prop_assert_eq!(a.cmp(&b), left.cmp(&right));
        prop_assert_eq!(compare::texts(&left.to_string(), &right.to_string()), left.cmp(&right));
    }

    // 64 bits times 64 bits fit into 128: the reference.
    #[test]
    fn arithmetic_is_exact(left: i64, right: i64, one in 0_u32..=9, other in 0_u32..=9) {
        let at = |value: i128, scale: u32| {
            let sign = if value < 0 { "-" } else { "" };
            let text = format!("{:0>width$}", value.unsigned_abs(), width = scale as usize + 1);
            let (whole, fraction) = text.split_at(text.len() - scale as usize);
            let point = if scale > 0 { "." } else { "" };
            format!("{sign}{whole}{point}{fraction}")
        };
        let (a, b) = (i128::from(left), i128::from(right));
        let read = |text: String| Exact::read(&text).expect("a number");
        let (x, y) = (read(at(a, one)), read(at(b, other)));
        let scale = one.max(other);
        let (wide_a, wide_b) = (a * 10_i128.pow(scale - one), b * 10_i128.pow(scale - other));
        prop_assert_eq!(x.add(&y).expect("short").to_string(), at(wide_a + wide_b, scale));
        prop_assert_eq!(x.sub(&y).expect("short").to_string(), at(wide_a - wide_b, scale));
        prop_assert_eq!(x.mul(&y).expect("short").to_string(), at(a * b, one + other));
        if right != 0 {
            prop_assert_eq!(x.rem(&y).expect("short").to_string(), at(wide_a % wide_b, scale));
            // The quotient times the divisor is nearer than half of the last digit.
            let quotient = x.div(&y).expect("short");
            let miss = quotient.mul(&y).and_then(|back| back.sub(&x)).expect("short").abs();
            let places = quotient.to_string().split_once('.').map_or(0, |(_, f)| f.len() as i32);
            let half = read(format!("5e-{}", places + 1)).mul(&y.abs()).expect("short");
            prop_assert!(miss <= half);
        }
    }

    // A collation that is no order loses rows of an index.
    #[test]
    fn the_collation_is_an_order(texts in prop::collection::vec("-?[0-9]{0,2}\\.?[0-9]{0,2}(e-?[0-2])?|a", 3)) {
        let [a, b, c] = &texts[..] else { unreachable!("three") };
        prop_assert_eq!(compare::texts(a, b), compare::texts(b, a).reverse());
        if compare::texts(a, b).is_le() && compare::texts(b, c).is_le() {
            prop_assert!(compare::texts(a, c).is_le());
        }
    }
}
