//! Numbers, there and back.

use orm_core::exec::Db;
use orm_core::types::{Averaged, ColumnType, Param, Summed};
use rust_decimal::Decimal;

use super::column::{database, read, survives};

fn decimals(texts: &[&str]) -> Vec<Decimal> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[tokio::test]
async fn numbers_survive() {
    let (_database, db) = database().await;
    survives(&db, "boolean", &[true, false]).await;
    survives(&db, "smallint", &[i16::MIN, 0, i16::MAX]).await;
    survives(&db, "integer", &[i32::MIN, 0, i32::MAX]).await;
    survives(&db, "bigint", &[i64::MIN, 9_007_199_254_740_993, i64::MAX]).await;
    survives(&db, "positive", &[1, i32::MAX]).await;
    survives(&db, "real", &[f32::MIN, 0.1, f32::MAX, f32::INFINITY]).await;
    survives(
        &db,
        "double precision",
        &[f64::MIN, 0.1, f64::MAX, f64::NEG_INFINITY],
    )
    .await;
    let numbers = decimals(&[
        "0",
        "-0.5",
        "10000",
        "9999.9999",
        "0.00000001",
        "123456789012345678.90",
        "79228162514264337593543950335",
        "-0.0000000000000000000000000001",
    ]);
    survives(&db, "numeric", &numbers).await;
}

// `1.50` stays `1.50`: prices are compared as texts in more places than one thinks.
#[tokio::test]
async fn decimals_have_the_scale_of_the_column() {
    let (_database, db) = database().await;
    for text in ["0", "0.00", "1.50", "-10000.0", "100000000.000100"] {
        let sent: Decimal = text.parse().unwrap();
        let shown: String = read(&db, "SELECT $1::numeric::text", &[&sent.to_param()])
            .await
            .unwrap();
        assert_eq!(shown, text);
        let back: Decimal = read(&db, "SELECT $1::numeric", &[&sent.to_param()])
            .await
            .unwrap();
        assert_eq!(back.to_string(), text);
    }
    let scaled: Decimal = read(&db, "SELECT 7::numeric(10,2)", &[]).await.unwrap();
    assert_eq!(scaled.to_string(), "7.00");
    let wide: Decimal = read(&db, "SELECT 1.5::numeric(40,30)", &[]).await.unwrap();
    assert_eq!(wide, Decimal::new(15, 1));
}

/// What `sum` and `avg` of a column return is what `Summed` and `Averaged` say.
async fn sums<T: Summed + Averaged>(db: &Db, sql_type: &str) {
    let sum = format!("SELECT sum(v::{sql_type}) FROM generate_series(1, 3) v");
    assert!(read::<T::Sum>(db, &sum, &[]).await.is_ok(), "{sum}");
    let avg = format!("SELECT avg(v::{sql_type}) FROM generate_series(1, 3) v");
    assert!(read::<T::Avg>(db, &avg, &[]).await.is_ok(), "{avg}");
}

#[tokio::test]
async fn sums_and_averages_have_the_types_they_claim() {
    let (_database, db) = database().await;
    sums::<i16>(&db, "smallint").await;
    sums::<i32>(&db, "integer").await;
    sums::<i64>(&db, "bigint").await;
    sums::<Decimal>(&db, "numeric").await;
    sums::<f32>(&db, "real").await;
    sums::<f64>(&db, "double precision").await;
    let third: Decimal = read(&db, "SELECT avg(v) FROM (VALUES (1), (2), (2)) t (v)", &[])
        .await
        .unwrap();
    assert_eq!(third.to_string(), "1.6666666666666667");
}

#[tokio::test]
async fn a_narrower_integer_goes_into_a_wider_column() {
    let (_database, db) = database().await;
    let seven: i64 = read(&db, "SELECT $1::bigint", &[&Param::Int2(7)])
        .await
        .unwrap();
    assert_eq!(seven, 7);
    let seven: i64 = read(&db, "SELECT 7::smallint", &[]).await.unwrap();
    assert_eq!(seven, 7);
    let seven: Decimal = read(&db, "SELECT $1::numeric", &[&Param::Int4(-70_000)])
        .await
        .unwrap();
    assert_eq!(seven, Decimal::from(-70_000));
}
