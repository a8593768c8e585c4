//! Enums and newtypes, written as the derives write them.

use bytes::BytesMut;

use tokio_postgres::types as driver;

use super::{WireType, bytes_of, complaint, refusal, survives, type_named};
use crate::schema::{EnumDef, SqlType};
use crate::types::{
    ArrayElement, ColumnType, DbEnum, DecodeFault, Encoded, Newtype, Param, Summed, enumeration,
    family, newtype,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Status {
    Pending,
    Paid,
}

impl DbEnum for Status {
    const DEF: &'static EnumDef = &EnumDef {
        schema: None,
        name: "order_status",
        labels: &["pending", "paid"],
    };
    const VARIANTS: &'static [Self] = &[Status::Pending, Status::Paid];

    fn label(&self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Paid => "paid",
        }
    }
}

impl ColumnType for Status {
    type Base = Self;
    type Family = family::Label;

    const SQL_TYPE: SqlType = SqlType::Enum(<Self as DbEnum>::DEF);

    fn to_param(&self) -> Param {
        enumeration::to_param(self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        enumeration::from_param(param)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        enumeration::decode(sql_type, raw)
    }
}

impl ArrayElement for Status {}

fn enum_type(name: &str) -> driver::Type {
    type_named(
        name,
        driver::Kind::Enum(vec!["pending".to_owned(), "paid".to_owned()]),
    )
}

#[test]
fn labels_survive() {
    let own = enum_type("order_status");
    for status in Status::VARIANTS {
        survives(status, WireType::of_server(&own));
        survives(status, WireType::TEXT);
        assert_eq!(Status::from_label(status.label()), Some(*status));
    }
    let array = type_named("_order_status", driver::Kind::Array(own));
    survives(&vec![Some(Status::Paid), None], WireType::of_server(&array));
}

#[test]
fn an_unknown_label_is_a_fault() {
    let own = enum_type("order_status");
    assert_eq!(
        complaint::<Status>(WireType::of_server(&own), Some(b"shipped")),
        "expected a label of order_status (pending, paid), got the label `shipped`"
    );
    // In a text column it may be anything, so it is not shown.
    assert_eq!(
        complaint::<Status>(WireType::TEXT, Some(b"hunter2")),
        "expected a label of order_status (pending, paid), got another text"
    );
    assert_eq!(
        complaint::<Status>(WireType::INT4, Some(&[0; 4])),
        "expected order_status, got int4"
    );
    assert_eq!(
        complaint::<Status>(WireType::of_server(&own), None),
        "expected order_status, got NULL"
    );
}

#[test]
fn another_enum_is_another_type() {
    let other = enum_type("mood");
    assert_eq!(
        complaint::<Status>(WireType::of_server(&other), Some(b"paid")),
        "expected order_status, got mood"
    );
    assert_eq!(
        refusal(&Status::Paid, WireType::of_server(&other)),
        "a value of type order_status cannot be sent as mood"
    );
    assert_eq!(
        refusal(&Status::Paid, WireType::INT4),
        "a value of type order_status cannot be sent as int4"
    );
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Cents(i64);

impl Newtype for Cents {
    type Inner = i64;

    fn wrap(inner: i64) -> Self {
        Cents(inner)
    }

    fn inner(&self) -> &i64 {
        &self.0
    }

    fn into_inner(self) -> i64 {
        self.0
    }
}

impl ColumnType for Cents {
    type Base = Self;
    type Family = <i64 as ColumnType>::Family;

    const SQL_TYPE: SqlType = <i64 as ColumnType>::SQL_TYPE;

    fn to_param(&self) -> Param {
        newtype::to_param(self)
    }

    fn into_param(self) -> Param {
        newtype::into_param(self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        newtype::from_param(param)
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        newtype::encode(self, sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        newtype::decode(sql_type, raw)
    }
}

impl ArrayElement for Cents where for<'a> i64: ArrayElement {}

#[test]
fn a_newtype_is_what_it_wraps() {
    survives(&Cents(149_999), WireType::INT8);
    survives(&vec![Some(Cents(1)), None], WireType::INT8_ARRAY);
    assert_eq!(Cents(7).to_param(), 7_i64.to_param());
    assert_eq!(
        bytes_of(&Cents::array_param(vec![Cents(7)]), WireType::INT8_ARRAY),
        bytes_of(&i64::array_param(vec![7]), WireType::INT8_ARRAY)
    );
    assert_eq!(
        complaint::<Cents>(WireType::TEXT, Some(b"7")),
        "expected int8, got text"
    );
    let _sum_is_wide: <Cents as Summed>::Sum = rust_decimal::Decimal::ONE;
}
