//! What is asked of one level of a tree, as a typed query and as SQL.

use orm::model::{Associate, Association, Cardinality, Column};
use orm::prelude::*;
use orm::query::{Filter, Filtered, Include, Order, Query};
use proptest::option;
use proptest::prelude::*;

/// The conditions, order and limits of one level.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    condition: Condition,
    order: Vec<Term>,
    pub(super) limit: Option<u32>,
    pub(super) offset: Option<u64>,
    pub(super) required: bool,
    separate: bool,
}

#[derive(Debug, Clone, Copy)]
enum Condition {
    Always,
    NumberBelow(i32),
    MaybeNull,
    MaybeIsNot(i32),
    Linked,
    NotLinked,
}

#[derive(Debug, Clone, Copy)]
struct Term {
    by_maybe: bool,
    descending: bool,
    nulls_first: Option<bool>,
}

/// What the models of the trees have in common.
pub(super) trait Node: Model {
    fn number() -> Column<Self, i32>;
    fn maybe() -> Column<Self, Option<i32>>;
    /// The primary key.
    fn by_key() -> Vec<Order<Self>>;
    /// A condition on an association.
    fn linked() -> Filter<Self>;
}

pub(super) fn spec() -> impl Strategy<Value = Spec> {
    let condition = prop_oneof![
        4 => Just(Condition::Always),
        1 => (1..4).prop_map(Condition::NumberBelow),
        1 => Just(Condition::MaybeNull),
        1 => (0..3).prop_map(Condition::MaybeIsNot),
        1 => Just(Condition::Linked),
        1 => Just(Condition::NotLinked),
    ];
    let term = (any::<bool>(), any::<bool>(), option::of(any::<bool>()));
    let term = term.prop_map(|(by_maybe, descending, nulls_first)| Term {
        by_maybe,
        descending,
        nulls_first,
    });
    (
        condition,
        prop::collection::vec(term, 0..3),
        option::weighted(0.3, 0..4_u32),
        option::weighted(0.2, 0..3_u64),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.3),
    )
        .prop_map(
            |(condition, order, limit, offset, required, separate)| Spec {
                condition,
                order,
                limit,
                offset,
                required,
                separate,
            },
        )
}

impl Spec {
    fn filter<M: Node>(&self) -> Filter<M> {
        match self.condition {
            Condition::Always => Filter::always(),
            Condition::NumberBelow(bound) => M::number().lt(bound),
            Condition::MaybeNull => M::maybe().is_null(),
            Condition::MaybeIsNot(value) => M::maybe().is_distinct_from(value),
            Condition::Linked => M::linked(),
            Condition::NotLinked => M::linked().not(),
        }
    }

    fn terms<M: Node>(&self) -> Vec<Order<M>> {
        let term = |term: &Term| {
            let order = match (term.by_maybe, term.descending) {
                (true, true) => M::maybe().desc(),
                (true, false) => M::maybe().asc(),
                (false, true) => M::number().desc(),
                (false, false) => M::number().asc(),
            };
            match term.nulls_first {
                Some(true) => order.nulls_first(),
                Some(false) => order.nulls_last(),
                None => order,
            }
        };
        self.order.iter().map(term).collect()
    }

    /// The condition on the table `t`.
    pub(super) fn condition_sql(&self, linked: &str) -> String {
        match self.condition {
            Condition::Always => "TRUE".to_owned(),
            Condition::NumberBelow(bound) => format!("t.number < {bound}"),
            Condition::MaybeNull => "t.maybe IS NULL".to_owned(),
            Condition::MaybeIsNot(value) => format!("t.maybe IS DISTINCT FROM {value}"),
            Condition::Linked => linked.to_owned(),
            Condition::NotLinked => format!("NOT {linked}"),
        }
    }

    /// The order of the table `t`, without its key.
    pub(super) fn order_sql(&self) -> String {
        let term = |term: &Term| {
            let nulls = match term.nulls_first {
                Some(true) => " NULLS FIRST",
                Some(false) => " NULLS LAST",
                None if term.descending => " NULLS FIRST",
                None => " NULLS LAST",
            };
            let column = if term.by_maybe { "maybe" } else { "number" };
            let direction = if term.descending { " DESC" } else { "" };
            format!("t.{column}{direction}{nulls}, ")
        };
        self.order.iter().map(term).collect()
    }
}

/// An association of a tree, with what its level asks.
pub(super) fn node<A, F>(association: Association<A>, spec: &Spec) -> Include<A, A::Target, F>
where
    A: Associate,
    A::Target: Node,
    A::Kind: Cardinality<Filtered = F>,
    <A::Kind as Cardinality>::Required: Cardinality<Filtered = F>,
    F: Cardinality<Filtered = F>,
{
    let mut include = match spec.required {
        true => association.required().filter(spec.filter()),
        false => association.filter(spec.filter()),
    };
    include = include.order_by(spec.terms());
    if let Some(limit) = spec.limit {
        include = include.limit(limit);
    }
    if let Some(offset) = spec.offset {
        include = include.offset(offset);
    }
    if spec.separate {
        include = include.separate();
    }
    include
}

/// The root of a tree, with what it asks. Without anything below it, the order is
/// the one that is asked for and no more.
pub(super) fn root<M: Node, L: 'static, S>(
    query: Query<M, L, S>,
    spec: &Spec,
    is_flat: bool,
) -> Query<M, L, Filtered> {
    let mut query = query.filter(spec.filter()).order_by(spec.terms());
    if is_flat {
        query = query.order_by(M::by_key());
    }
    if let Some(limit) = spec.limit {
        query = query.limit(limit);
    }
    if let Some(offset) = spec.offset {
        query = query.offset(offset);
    }
    query
}
