//! The models that most scenarios share: a shop with every kind of association.

mod order;
mod product;
mod user;

pub(crate) use order::{Order, OrderItem};
pub(crate) use product::{Category, CategoryCreate, Product, ProductCreate, Tag};
pub(crate) use user::{Profile, Role, User, UserRole};

/// All of them.
pub(crate) const MODELS: orm::ddl::Models = orm::models![
    User, Profile, Role, UserRole, Tag, Product, Order, OrderItem, Category
];
