//! Which rows come behind a place in an order.

use crate::ast::{BinaryOp, Expr, Nulls, OrderBy, UnaryOp};
use crate::types::Param;

/// The condition of the rows that come behind a place, whose values are those of the
/// terms; `at_it` says whether a row exactly there is one of them.
///
/// Where one comparison of rows says it, an index leads to the place. Otherwise the
/// first term alone does, as far as NULLs let it, and the others choose behind it.
pub(super) fn behind(terms: &[OrderBy], values: &[Param], at_it: bool) -> Expr {
    let (Some((first, rest)), Some((value, values_of_rest))) =
        (terms.split_first(), values.split_first())
    else {
        return Expr::Bool(at_it);
    };
    if !rest.is_empty() && is_one_comparison(terms, values) {
        let left = terms.iter().map(|term| term.expr.clone()).collect();
        let right = values.iter().cloned().map(Expr::Param).collect();
        return Expr::rows(beyond(first, at_it), left, right);
    }
    let term = || first.expr.clone();
    let is_null = || Expr::unary(UnaryOp::IsNull, term());
    let then = || behind(rest, values_of_rest, at_it);
    let comes = |op| Expr::binary(op, term(), Expr::Param(value.clone()));
    let nulls_follow = nulls_are_last(first);
    match (value, nulls_follow) {
        (Param::Null, true) if rest.is_empty() && !at_it => Expr::Bool(false),
        (Param::Null, true) => is_null().and(then()),
        (Param::Null, false) => Expr::unary(UnaryOp::IsNotNull, term()).or(is_null().and(then())),
        (_, true) if may_be_null(first) => Expr::any_of([
            comes(beyond(first, rest.is_empty() && at_it)),
            comes(BinaryOp::Eq).and(then()),
            is_null(),
        ]),
        _ if rest.is_empty() => comes(beyond(first, at_it)),
        _ => comes(beyond(first, true)).and(comes(beyond(first, false)).or(then())),
    }
}

/// Whether `(a, b) > (x, y)` says what comes behind: in one direction, and no value of
/// the place or of a row behind it is NULL.
fn is_one_comparison(terms: &[OrderBy], values: &[Param]) -> bool {
    let descending = terms.first().is_some_and(|first| first.descending);
    let mut terms = terms.iter().zip(values);
    terms.all(|(term, value)| {
        term.descending == descending
            && !value.is_null()
            && !(may_be_null(term) && nulls_are_last(term))
    })
}

fn beyond(term: &OrderBy, at_it: bool) -> BinaryOp {
    match (term.descending, at_it) {
        (false, false) => BinaryOp::Gt,
        (false, true) => BinaryOp::Ge,
        (true, false) => BinaryOp::Lt,
        (true, true) => BinaryOp::Le,
    }
}

/// NULL is the biggest value, unless the order says otherwise.
fn nulls_are_last(term: &OrderBy) -> bool {
    match term.nulls {
        Nulls::Default => !term.descending,
        Nulls::First => false,
        Nulls::Last => true,
    }
}

/// Raw text may be NULL whatever its type.
fn may_be_null(term: &OrderBy) -> bool {
    term.sorted.is_none_or(|sorted| sorted.nullable) || term.expr.has_raw()
}

/// The order from its other end.
pub(super) fn reversed(terms: &[OrderBy]) -> Vec<OrderBy> {
    let turned = |term: &OrderBy| OrderBy {
        descending: !term.descending,
        nulls: match term.nulls {
            Nulls::Default => Nulls::Default,
            Nulls::First => Nulls::Last,
            Nulls::Last => Nulls::First,
        },
        ..term.clone()
    };
    terms.iter().map(turned).collect()
}

#[cfg(test)]
mod tests;
