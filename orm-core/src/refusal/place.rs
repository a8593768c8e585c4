//! Where aggregates and windows may stand.

use super::typed;
use super::{Judged, Level, Problem};
use crate::ast::{
    Aggregate, AssociationAsk, Expr, Function, Select, Subquery, SubqueryAsk, Visible, Window,
};
use crate::schema::{JoinTable, TableDef};

/// Where an expression stands: why no aggregate, and why no window, may be a part of it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    aggregate: Option<&'static str>,
    window: Option<&'static str>,
    /// Whether there is a row that an upsert proposed.
    proposed: bool,
}

const NOT_PROPOSED: &str = "a value that an upsert proposed is known only where that upsert overwrites a row, inside `overwrite_with` and `overwrite_if`";
const CHOOSES: &str = "a filter chooses the rows that an aggregate or a window is computed of; use `.having(..)` after `.values(..)`, or an aggregate of an association, such as `User::orders.count()`";
const GROUPS: &str =
    "rows cannot be grouped by an aggregate or a window: it is computed of the groups";
const FOLDS_SORTED: &str = "an aggregate folds the rows that it would sort; sort by one of an association, such as `User::orders.count()`";
const IN_TREE: &str = "a window cannot sort rows that are loaded with what belongs to them, or for others: sort by what the window is computed of";
const SETS: &str = "an update has one row at a time, and an aggregate or a window is computed of many; use an aggregate of an association, such as `User::orders.count()`, or compute the value first";
const NESTED: &str = "an aggregate is computed of rows, not of other aggregates or windows; for a sum of counts write `count().sum().over((), ())` beside a `.group_by(..)`, or one aggregate of an association, `User::orders.count().sum()`";
const FILTERED: &str = "`.filter_where(..)` chooses the rows that its aggregate is computed of, so it asks for columns, not for aggregates or windows";
const WINDOW_OF_WINDOW: &str = "a window cannot be computed of another window";
const OF_ONE_ROW: &str = "`.value(..)` is of the one row of the other side, which has nothing to fold or number; leave the aggregate out, or use `.count()`";
const OF_EACH_ROW: &str = "`.array(..)` has one value of each row, and an aggregate or a window is computed of many; leave it out, or use it by itself, `User::orders.sum(..)`";
const FIRST: &str = "the first rows are found by what each is by itself, and an aggregate or a window is computed of many; group and sort them by columns, or by an aggregate of an association, such as `User::orders.count()`";
const NO_AGGREGATE: &str = "`.filter_where(..)` and `.over(..)` are about aggregates, and this is none; of raw text, write `FILTER` and `OVER` into the text";
const NO_WINDOW: &str =
    "the number or rank of a row is among others: give it `.over(partition_by, order_by)`";
const FILTERED_RANK: &str = "the number or rank of a row has no `.filter_where(..)`: it is of every row of its partition; filter the query, or add the condition to the partition, `holds(condition)`";
const DISTINCT_WINDOW: &str = "`.count_distinct()` has no `.over(..)`: the server counts different values of groups alone; use `.group_by(..)`";

impl Place {
    /// Both may stand here.
    pub(super) const ANY: Place = Place {
        aggregate: None,
        window: None,
        proposed: false,
    };
    /// What chooses rows of a table.
    pub(super) const FILTER: Place = Place::rows(CHOOSES);
    /// What rows are folded by.
    pub(super) const GROUP: Place = Place::rows(GROUPS);
    /// What is written to a row.
    pub(super) const NEW_VALUE: Place = Place::rows(SETS);
    /// What chooses groups.
    pub(super) const HAVING: Place = Place::groups(
        "a window is computed of the groups that pass `having`, and cannot choose them",
    );
    /// What sorts rows that are shown one by one.
    pub(super) const ORDER: Place = Place {
        aggregate: Some(FOLDS_SORTED),
        ..Place::ANY
    };
    /// What sorts rows that others are attached to, or that are attached to others.
    pub(super) const ORDER_OF_TREE: Place = Place {
        aggregate: Some(FOLDS_SORTED),
        window: Some(IN_TREE),
        proposed: false,
    };

    /// The same, where an upsert proposed a row.
    pub(super) const fn beside_proposed(self) -> Self {
        Place {
            proposed: true,
            ..self
        }
    }

    /// A place for what is computed of one row.
    const fn rows(why: &'static str) -> Self {
        Place {
            aggregate: Some(why),
            window: Some(why),
            proposed: false,
        }
    }

    /// A place for what is computed of a group.
    const fn groups(why: &'static str) -> Self {
        Place {
            aggregate: None,
            window: Some(why),
            proposed: false,
        }
    }
}

/// Refuses an expression over the rows of a table with something in it that its
/// place does not allow.
pub(super) fn judge(table: &'static TableDef, expr: &Expr, place: Place) -> Judged {
    match expr {
        Expr::Aggregate(it) => return aggregate(table, it, place),
        Expr::Excluded(_) if !place.proposed => return Err(Problem::new(table, NOT_PROPOSED)),
        Expr::Association(test) => {
            let target = test.last.target();
            let mut conditions = test.conditions();
            conditions.try_for_each(|(table, it)| judge(table, it, Place::FILTER))?;
            let mut order = test.order();
            order.try_for_each(|term| {
                typed::has_equality(target, term)?;
                judge(target, term, Place::rows(FIRST))
            })?;
            let mut joins = test.joins();
            joins.try_for_each(|(join, visible)| join_rows(join, visible))?;
            let place = match &test.ask {
                AssociationAsk::Aggregate(it) if it.distinct => {
                    let mut arguments = it.arguments.iter();
                    arguments.try_for_each(|it| typed::has_equality(target, it))?;
                    NESTED
                }
                AssociationAsk::Aggregate(_) => NESTED,
                AssociationAsk::Array(_, order) => {
                    let mut order = order.iter();
                    order.try_for_each(|term| typed::has_equality(target, &term.expr))?;
                    OF_EACH_ROW
                }
                AssociationAsk::Exists | AssociationAsk::NotExists | AssociationAsk::Value(_) => {
                    OF_ONE_ROW
                }
            };
            let mut asked = test.ask.parts();
            return asked.try_for_each(|it| judge(target, it, Place::rows(place)));
        }
        Expr::Subquery(it) => subquery(table, it)?,
        Expr::JoinedTo(test) => return join_rows(test.join, &test.visible),
        Expr::There(test) => {
            let mut tests = test.visible.tests();
            return tests.try_for_each(|it| judge(test.table, it, Place::FILTER));
        }
        other => typed::judge(table, other)?,
    }
    let parts = expr.parts();
    parts.iter().try_for_each(|part| judge(table, part, place))
}

/// Refuses a query as an operand that has no meaning, or more rows than its place has
/// room for: one database takes the first, another ends the statement.
fn subquery(table: &'static TableDef, query: &Subquery) -> Judged {
    let select = &query.select;
    if matches!(query.ask, SubqueryAsk::Value) && !select.is_one_row() {
        return Err(Problem::new(
            select.table,
            "a subquery that is a value has one row: fold its rows with an aggregate such as `.max()`, or take the first with `.limit(1)`",
        ));
    }
    for (operand, value) in query.operands().iter().zip(select.values()) {
        typed::has_equality(table, operand)?;
        typed::has_equality(select.table, value)?;
    }
    if query.owner.is_none() {
        first_of_each(select)?;
    }
    super::query(select, Level::Root)
}

/// Refuses groups and an order of the first rows that are none of each row.
fn first_of_each(chosen: &Select) -> Judged {
    let numbered = chosen.sources().flat_map(|rows| {
        let values = rows.values().iter();
        values.map(|value| (rows.table, value))
    });
    for (table, value) in numbered {
        if let Expr::Aggregate(place) = value {
            let mut over = place.over.iter();
            over.try_for_each(|it| window(table, it, Place::rows(FIRST)))?;
        }
    }
    Ok(())
}

/// The same of what decides which rows of a join table are there.
pub(super) fn join_rows(join: &JoinTable, visible: &Visible) -> Judged {
    let mut tests = visible.tests();
    join.table.map_or(Ok(()), |table| {
        tests.try_for_each(|it| judge(table(), it, Place::FILTER))
    })
}

fn aggregate(table: &'static TableDef, aggregate: &Aggregate, place: Place) -> Judged {
    let Aggregate {
        function,
        distinct,
        arguments,
        filter,
        over,
    } = aggregate;
    if let Some(words) = misused(*function, *distinct, filter.is_some(), over.is_some()) {
        return Err(Problem::new(table, words));
    }
    let not_here = match over {
        None => place.aggregate,
        Some(_) => place.window,
    };
    if let Some(words) = not_here {
        return Err(Problem::new(table, words));
    }
    // What a window is computed of are the groups, where there are any.
    let inside = match over {
        None => Place::rows(NESTED),
        Some(_) => Place::groups(WINDOW_OF_WINDOW),
    };
    for argument in arguments {
        judge(table, argument, inside)?;
        if *distinct {
            typed::has_equality(table, argument)?;
        }
    }
    if let Some(filter) = filter {
        judge(table, filter, Place::rows(FILTERED))?;
    }
    let terms = Place::groups(WINDOW_OF_WINDOW);
    over.as_deref()
        .map_or(Ok(()), |over| window(table, over, terms))
}

fn window(table: &'static TableDef, window: &Window, place: Place) -> Judged {
    let order = window.order_by.iter().map(|term| &term.expr);
    let mut terms = window.partition_by.iter().chain(order);
    terms.try_for_each(|term| {
        typed::has_equality(table, term)?;
        judge(table, term, place)
    })
}

/// What is wrong with an aggregate wherever it stands, if anything is.
fn misused(function: Function, distinct: bool, filter: bool, over: bool) -> Option<&'static str> {
    let ranks = matches!(
        function,
        Function::RowNumber | Function::Rank | Function::DenseRank | Function::Lag | Function::Lead
    );
    match function {
        Function::NotAnAggregate => Some(NO_AGGREGATE),
        _ if ranks && !over => Some(NO_WINDOW),
        _ if ranks && filter => Some(FILTERED_RANK),
        _ if distinct && over => Some(DISTINCT_WINDOW),
        _ => None,
    }
}
