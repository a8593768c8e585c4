//! How far vectors are apart: the extension `pgvector`.

use super::expression::Base;
use super::{Expr, Expression, IntoOperand};
use crate::ast::{self, BinaryOp};
use crate::types::Spatial;

/// Distances of vectors, of PostgreSQL with the extension `pgvector`.
///
/// The nearest come first where rows are sorted by one. An index of the method `hnsw` or
/// `ivfflat` finds them, if it has the operator class of that distance and the query a
/// limit, and is sorted by nothing else.
///
/// ```
/// # use orm_core::{Model, Result, model::Column, query::Queries, exec::Executor, types::Vector};
/// # async fn demo<Item: Model, K>(
/// #     db: &dyn Executor,
/// #     embedding: Column<Item, Vector<3>, K>,
/// # ) -> Result<Vec<Item>> {
/// use orm_core::prelude::*;
///
/// let like = Vector::from([0.1, 0.2, 0.3]);
/// Item::query().order_by(embedding.cosine_distance(like)).limit(5).all(db).await
/// # }
/// ```
pub trait Distances: Expression {
    /// The length of the way: `<->`, the operator class `vector_l2_ops`.
    fn l2_distance(
        self,
        other: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Expr<Self::Model, Option<f64>>
    where
        Base<Self>: Spatial,
    {
        apart(BinaryOp::Distance, self, other.into_operand())
    }

    /// One less the cosine of the angle: `<=>`, the operator class `vector_cosine_ops`. NULL
    /// where a vector has no direction, being zero.
    fn cosine_distance(
        self,
        other: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Expr<Self::Model, Option<f64>>
    where
        Base<Self>: Spatial,
    {
        apart(BinaryOp::CosineDistance, self, other.into_operand())
    }

    /// The inner product with its sign turned, so that the biggest comes first: `<#>`, the
    /// operator class `vector_ip_ops`.
    fn negative_inner_product(
        self,
        other: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Expr<Self::Model, Option<f64>>
    where
        Base<Self>: Spatial,
    {
        apart(BinaryOp::NegativeInnerProduct, self, other.into_operand())
    }

    /// The sum of the differences: `<+>`, the operator class `vector_l1_ops`, of `hnsw` alone.
    fn l1_distance(
        self,
        other: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Expr<Self::Model, Option<f64>>
    where
        Base<Self>: Spatial,
    {
        apart(BinaryOp::L1Distance, self, other.into_operand())
    }
}

impl<E: Expression> Distances for E {}

fn apart<E: Expression>(op: BinaryOp, one: E, other: ast::Expr) -> Expr<E::Model, Option<f64>> {
    Expr::new(ast::Expr::binary(op, one.into_ast(), other))
}
