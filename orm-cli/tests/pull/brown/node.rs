//! The table `node`.
use orm::prelude::*;
use super::Edge;
/// A row of `node`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "node")]
#[association(has_many, as = "edges_as_node_row", model = Edge, foreign_key = "node")]
#[association(
    has_many,
    as = "edges_as_parent_node_row",
    model = Edge,
    foreign_key = "parent_node"
)]
pub struct Node {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
}
