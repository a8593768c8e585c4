//! The enum types.
use orm::prelude::*;
/// The type `enum_orders_status`.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[db_enum(name = "enum_orders_status")]
pub enum OrderStatus {
    /// The label `pending`.
    Pending,
    /// The label `paid`.
    Paid,
    /// The label `on_its_way`.
    OnItsWay,
}
/// The type `match`.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[db_enum(name = "match")]
pub enum Match {
    /// The label `fn`.
    Fn,
    /// The label `a_b`.
    #[db_enum(label = "a_b")]
    AB,
}
/// The type `mood`.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[db_enum(name = "mood", schema = "sales")]
pub enum Mood {
    /// The label `2nd`.
    #[db_enum(label = "2nd")]
    N2nd,
    /// The label `Self`.
    #[db_enum(label = "Self")]
    Self_,
    /// The label ``.
    #[db_enum(label = "")]
    Other,
    /// The label `a"b`.
    #[db_enum(label = "a\"b")]
    AB,
    /// The label `*/ }`.
    #[db_enum(label = "*/ }")]
    Other2,
    /// The label `On Its Way`.
    #[db_enum(label = "On Its Way")]
    OnItsWay,
    /// The label `on its way`.
    #[db_enum(label = "on its way")]
    OnItsWay2,
    /// The label `…`.
    #[db_enum(label = "…")]
    Other3,
}
