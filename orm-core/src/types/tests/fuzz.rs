//! Bytes that no server sends, as every type: a value that can be sent again,
//! or a fault.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use tokio_postgres::types::{Kind, Type};
use uuid::Uuid;

use super::super::{Cidr, ColumnType, Inet, Infinite, Interval, Json, Range, WireType};
use super::{bytes_of, type_named};

/// Reads the bytes as `T`. A value is sent, read again and still the same.
fn read<T: ColumnType>(described: &Type, raw: &[u8]) {
    let sql_type = WireType::of_server(described);
    let Ok(value) = T::decode(sql_type, Some(raw)) else {
        return;
    };
    let Ok(sent) = bytes_of(&value.to_param(), sql_type) else {
        return;
    };
    let again = T::decode(sql_type, sent.as_deref()).expect("what we send can be read");
    assert_eq!(bytes_of(&again.to_param(), sql_type), Ok(sent));
    let mut text = String::new();
    let _ = again.to_param().write_literal(&mut text);
}

macro_rules! reads {
    ($sql_type:expr, $raw:expr; $($rust:ty),+ $(,)?) => {$(
        read::<$rust>($sql_type, $raw);
        read::<Option<$rust>>($sql_type, $raw);
        read::<Vec<$rust>>($sql_type, $raw);
        read::<Vec<Option<$rust>>>($sql_type, $raw);
    )+};
}

fn types() -> Vec<Type> {
    let domain = type_named("positive", Kind::Domain(Type::INT4));
    let list = type_named("positives", Kind::Array(domain.clone()));
    let odd = type_named("odd", Kind::Range(Type::INT4_ARRAY));
    let mut types = vec![
        Type::BOOL,
        Type::INT2,
        Type::INT4,
        Type::INT8,
        Type::FLOAT4,
        Type::FLOAT8,
        Type::NUMERIC,
        Type::TEXT,
        Type::BPCHAR,
        Type::BYTEA,
        Type::DATE,
        Type::TIME,
        Type::TIMESTAMP,
        Type::TIMESTAMPTZ,
        Type::INTERVAL,
        Type::UUID,
        Type::JSON,
        Type::JSONB,
        Type::INET,
        Type::CIDR,
        Type::INT4_RANGE,
        Type::INT8_RANGE,
        Type::NUM_RANGE,
        Type::DATE_RANGE,
        Type::TS_RANGE,
        Type::TSTZ_RANGE,
        Type::INT4_ARRAY,
        Type::INT8_ARRAY,
        Type::NUMERIC_ARRAY,
        Type::TEXT_ARRAY,
        Type::BYTEA_ARRAY,
        Type::TIMESTAMPTZ_ARRAY,
        Type::INTERVAL_ARRAY,
        Type::JSONB_ARRAY,
        Type::INET_ARRAY,
        Type::UUID_ARRAY,
        Type::NUM_RANGE_ARRAY,
    ];
    types.extend([domain, list, odd]);
    types
}

#[test]
fn columns() {
    let types = types();
    bolero::check!().with_max_len(256).for_each(move |bytes| {
        let Some((first, raw)) = bytes.split_first() else {
            return;
        };
        let sql_type = &types[usize::from(*first) % types.len()];
        reads!(sql_type, raw;
            bool, i16, i32, i64, f32, f64, Decimal, String, NaiveDate, NaiveTime, NaiveDateTime,
            DateTime<Utc>, Interval, Uuid, serde_json::Value, Json<Vec<u8>>, IpAddr, Inet, Cidr,
            Range<i32>, Range<i64>, Range<Decimal>, Range<NaiveDate>, Range<NaiveDateTime>,
            Range<DateTime<Utc>>, Infinite<NaiveDate>, Infinite<DateTime<Utc>>,
        );
        read::<Vec<u8>>(sql_type, raw);
        read::<Vec<Vec<u8>>>(sql_type, raw);
    });
}

/// A count that no message has room for must not be believed.
#[test]
fn counts() {
    bolero::check!().with_max_len(64).for_each(|bytes| {
        let mut raw = vec![0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23];
        raw.extend_from_slice(bytes);
        read::<Vec<i32>>(&Type::INT4_ARRAY, &raw);
        read::<Vec<Option<i32>>>(&Type::INT4_ARRAY, &raw);
        read::<Vec<String>>(&Type::TEXT_ARRAY, &raw);
        read::<Vec<Range<Decimal>>>(&Type::NUM_RANGE_ARRAY, &raw);
    });
}
