//! The storefront's four tables, one file each.

mod order;
mod order_item;
mod product;
mod user;

pub use order::{Order, OrderStatus};
pub use order_item::OrderItem;
pub use product::Product;
pub use user::User;
