//! The models that most scenarios share: a shop with every kind of association.

pub(crate) mod order;
pub(crate) mod product;
pub(crate) mod user;

pub(crate) use order::{Order, OrderItem};
pub(crate) use product::{Category, Product, Tag};
pub(crate) use user::{Profile, Role, User, UserRole};
