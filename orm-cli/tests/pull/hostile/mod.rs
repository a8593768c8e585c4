//! Models of a database, as `orm db pull` found it.
//!
//! What the models do not say, or say otherwise:
//!
//! - `floats` has no model: `id` of its primary key is a `double precision`, which is never equal for sure
//! - `logs` has no primary key, and no model
//! - `shapes` has a column `amount` of type `money`, which no Rust type reads; it has no field
//! - `shapes` has a column `bits` of type `bit(3)`, which no Rust type reads; it has no field
//! - `shapes` has a column `place` of type `point`, which no Rust type reads; it has no field
//! - `shapes` has a column `words` of type `tsvector`, which no Rust type reads; it has no field
//! - `shapes` has a column `zoned` of type `time with time zone`, which no Rust type reads; it has no field
mod enums;
mod etc_passwd;
mod order_items_drop;
mod account;
mod category;
mod employee;
mod r#enum;
mod mod_row;
mod model;
mod option;
mod order_item;
mod order;
mod product;
mod profile;
mod shape;
mod string;
mod tag;
mod tenant;
mod text;
mod transfer;
mod r#type;
mod user_create;
mod user;
mod table;
mod strange_schema_table;
mod region;
mod sales_user;
pub use enums::{OrderStatus, Match, Mood};
pub use etc_passwd::EtcPasswd;
pub use order_items_drop::OrderItemsDrop;
pub use account::Account;
pub use category::Category;
pub use employee::Employee;
pub use r#enum::Enum;
pub use mod_row::Mod;
pub use model::ModelRow;
pub use option::OptionRow;
pub use order_item::OrderItem;
pub use order::Order;
pub use product::Product;
pub use profile::Profile;
pub use shape::Shape;
pub use string::StringRow;
pub use tag::Tag;
pub use tenant::Tenant;
pub use text::Text;
pub use transfer::Transfer;
pub use r#type::Type;
pub use user_create::UserCreateRow;
pub use user::User;
pub use table::用户;
pub use strange_schema_table::Table;
pub use region::Region;
pub use sales_user::SalesUser;
/// All models.
pub const MODELS: orm::ddl::Models = orm::models![
    EtcPasswd, OrderItemsDrop, Account, Category, Employee, Enum, Mod, ModelRow,
    OptionRow, OrderItem, Order, Product, Profile, Shape, StringRow, Tag, Tenant, Text,
    Transfer, Type, UserCreateRow, User, 用户, Table, Region, SalesUser
];
