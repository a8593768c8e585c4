//! Texts that are like each other, by the groups of three letters that they share: the
//! extension `pg_trgm`.

use super::expression::Base;
use super::{Expr, Expression, Filter, IntoOperand};
use crate::ast::{self, BinaryOp, Function};
use crate::types::Textual;

/// Likeness of texts, of PostgreSQL with the extension `pg_trgm`.
///
/// An index of the method `gist` or `gin` with the operator class `gist_trgm_ops` or
/// `gin_trgm_ops` serves [`is_like`](Self::is_like) and [`has_like`](Self::has_like), also
/// `like` and `ilike`; one of `gist` sorts by the distances, too.
#[allow(clippy::wrong_self_convention)] // as of `Expression`
pub trait Trigrams: Expression {
    /// How much the texts are alike, from 0 to 1.
    ///
    /// ```
    /// # use orm_core::{Model, model::Column, query::Filter};
    /// # fn demo<City: Model, K: Copy>(name: Column<City, String, K>) -> Filter<City> {
    /// use orm_core::prelude::*;
    ///
    /// // An index finds those above the threshold of the session, 0.3; half of these stay.
    /// name.is_like("Lodnon") & name.similarity("Lodnon").ge(0.5)
    /// # }
    /// ```
    fn similarity(
        self,
        other: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Expr<Self::Model, Option<f32>>
    where
        Base<Self>: Textual,
    {
        let texts = vec![self.into_ast(), other.into_operand()];
        Expr::new(ast::Expr::call(Function::Similarity, texts))
    }

    /// How much the most alike part of the text is like `part`, from 0 to 1.
    fn word_similarity(
        self,
        part: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Expr<Self::Model, Option<f32>>
    where
        Base<Self>: Textual,
    {
        let texts = vec![part.into_operand(), self.into_ast()];
        Expr::new(ast::Expr::call(Function::WordSimilarity, texts))
    }

    /// Whether the texts are more alike than `pg_trgm.similarity_threshold`, 0.3 unless
    /// it was set.
    fn is_like(self, other: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        let (text, other) = (self.into_ast(), other.into_operand());
        Filter::new(ast::Expr::binary(BinaryOp::Alike, text, other))
    }

    /// Whether a part of the text is more like `part` than
    /// `pg_trgm.word_similarity_threshold`, 0.6 unless it was set.
    fn has_like(self, part: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        let (text, part) = (self.into_ast(), part.into_operand());
        Filter::new(ast::Expr::binary(BinaryOp::HasAlike, text, part))
    }

    /// One less the [`similarity`](Self::similarity): sort by it for the most alike first.
    fn unlikeness(
        self,
        other: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Expr<Self::Model, Option<f32>>
    where
        Base<Self>: Textual,
    {
        let (text, other) = (self.into_ast(), other.into_operand());
        Expr::new(ast::Expr::binary(BinaryOp::Distance, text, other))
    }

    /// One less the [`word_similarity`](Self::word_similarity).
    fn word_unlikeness(
        self,
        part: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Expr<Self::Model, Option<f32>>
    where
        Base<Self>: Textual,
    {
        let (text, part) = (self.into_ast(), part.into_operand());
        Expr::new(ast::Expr::binary(BinaryOp::PartDistance, text, part))
    }
}

impl<E: Expression> Trigrams for E {}
