//! An enum, written as the derive writes it.

use orm_core::schema::{EnumDef, SqlType};
use orm_core::types::{
    ArrayElement, ColumnType, DbEnum, DecodeFault, Param, WireType, enumeration, family,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Status {
    Pending,
    Paid,
}

impl DbEnum for Status {
    const DEF: &'static EnumDef = &EnumDef {
        schema: None,
        name: "order_status",
        labels: &["pending", "it's \"paid\""],
    };
    const VARIANTS: &'static [Self] = &[Status::Pending, Status::Paid];

    fn label(&self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Paid => "it's \"paid\"",
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
