//! The table `edge`.
use orm::prelude::*;
use super::Node;
/// A row of `edge`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge")]
#[association(
    belongs_to,
    as = "node_row",
    model = Node,
    foreign_key = "node",
    on_delete = "no_action",
    index = false
)]
#[association(
    belongs_to,
    as = "parent_node_row",
    model = Node,
    foreign_key = "parent_node",
    on_delete = "no_action",
    index = false
)]
pub struct Edge {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `node`.
    pub node: Option<i32>,
    /// The column `parent_node`.
    pub parent_node: Option<i32>,
}
