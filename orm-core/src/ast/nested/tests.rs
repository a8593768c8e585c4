//! Whatever is put together: an expression or [`Expr::TooDeep`], never a stack that
//! is too small. Everything runs with the stack that workers of a runtime have.

use super::super::{OrderBy, Window};
use super::*;
use crate::ast::{AssociationAsk, Fingerprint, Item, Nulls, Output, SetOp, SubqueryAsk};
use crate::refusal::judge;
use crate::schema::{
    AssociationDef, AssociationKind, Backend, ColumnDef, SqlType, TableKind, TableName,
};
use crate::types::Param;

static NODES: TableDef = TableDef {
    model: "Node",
    kind: TableKind::Table,
    name: TableName {
        schema: None,
        name: "nodes",
    },
    columns: &[
        ColumnDef::new("id", "id", SqlType::Int4),
        ColumnDef::new("parent_id", "parent_id", SqlType::Int4),
    ],
    primary_key: &[0],
    primary_key_name: None,
    uniques: &[],
    exclusions: &[],
    checks: &[],
    indexes: &[],
    associations: &[],
    storage: crate::schema::StorageDef::PLAIN,
    comment: None,
    renamed_from: None,
    backends: &[],
    soft_delete: None,
    scopes: &[],
    hooks: false,
};

static PARENT: AssociationDef = AssociationDef::new(
    "parent",
    AssociationKind::BelongsTo,
    || &NODES,
    "Node",
    &[1],
    &[0],
);

fn id() -> Expr {
    Expr::Column(&NODES.columns[0])
}

fn one() -> Expr {
    Expr::Param(Param::Int4(1))
}

fn is(value: i32) -> Expr {
    Expr::binary(BinaryOp::Eq, id(), Expr::Param(Param::Int4(value)))
}

fn parent(filter: Expr, ask: AssociationAsk) -> Expr {
    Expr::association(AssociationTest {
        before: Vec::new(),
        last: crate::ast::Step {
            owner: &NODES,
            association: &PARENT,
            visible: crate::ast::Visible::of(&NODES),
            joined: crate::ast::Visible::every(),
            filter: Some(filter),
        },
        first: None,
        ask,
    })
}

fn term(expr: Expr) -> OrderBy {
    OrderBy {
        expr,
        descending: false,
        nulls: Nulls::Default,
        sorted: None,
    }
}

/// A link that goes around an expression.
type Link = fn(Expr) -> Expr;

/// Every way to put expressions together.
const LINKS: [(&str, Link); 19] = [
    ("and", |it| Expr::unary(UnaryOp::Not, it.and(is(2)))),
    ("or", |it| is(2).and(is(1).or(it))),
    ("not", |it| Expr::unary(UnaryOp::Not, it)),
    ("left", |it| Expr::binary(BinaryOp::Add, it, one())),
    ("right", |it| Expr::binary(BinaryOp::Sub, one(), it)),
    ("between", |it| Expr::between(one(), one(), it)),
    ("eq_any", |it| Expr::eq_any(it, one())),
    ("ne_all", |it| Expr::ne_all(it, one())),
    ("call", |it| Expr::call(Function::Coalesce, vec![it, one()])),
    ("cast", |it| Expr::cast(it, SqlType::Int8)),
    ("when", |it| Expr::case(vec![(it, one())], Some(one()))),
    ("else", |it| Expr::case(vec![(is(1), one())], Some(it))),
    ("any", |it| parent(it, AssociationAsk::Exists)),
    ("value", |it| parent(is(1), AssociationAsk::Value(it))),
    ("exists", |it| of_others(it, SubqueryAsk::Exists)),
    ("subquery", |it| {
        let mut others = Select::new(&NODES);
        others.output = Output::Exprs(vec![Expr::aggregate(Aggregate::new(
            Function::Max,
            vec![it],
        ))]);
        Expr::subquery(Subquery {
            owner: Some(&NODES),
            select: others,
            ask: SubqueryAsk::Value,
        })
    }),
    ("in_subquery", |it| {
        of_others(is(1), SubqueryAsk::IsAmong(vec![it]))
    }),
    ("filter_where", |it| {
        let mut sum = Aggregate::new(Function::Sum, vec![one()]);
        sum.filter = Some(Box::new(it));
        Expr::aggregate(sum)
    }),
    ("over", |it| {
        let mut sum = Aggregate::new(Function::Sum, vec![one()]);
        sum.over = Some(Box::new(Window {
            partition_by: vec![one()],
            order_by: vec![term(it)],
        }));
        Expr::aggregate(sum)
    }),
];

fn of_others(filter: Expr, ask: SubqueryAsk) -> Expr {
    let mut select = Select::new(&NODES);
    select.filter = Some(filter);
    select.output = Output::Exprs(vec![id()]);
    Expr::subquery(Subquery {
        owner: Some(&NODES),
        select,
        ask,
    })
}

/// So many links around a condition.
fn chain(link: Link, links: usize) -> Expr {
    (0..links).fold(is(7), |it, _| link(it))
}

/// The longest chain that is an expression.
fn longest(link: Link) -> Expr {
    let mut expr = is(7);
    loop {
        let next = link(expr.clone());
        if next.is_too_deep() {
            return expr;
        }
        expr = next;
    }
}

/// Runs with the stack of a worker thread.
fn on_a_worker(test: impl FnOnce() + Send + 'static) {
    let kib = std::env::var("STACK_KIB").ok();
    let kib = kib.and_then(|kib| kib.parse().ok()).unwrap_or(2048);
    let thread = std::thread::Builder::new().stack_size(kib * 1024);
    let running = thread.spawn(test).expect("a thread");
    running.join().expect("no failure");
}

#[test]
fn the_deepest_expression_is_walked_on_a_small_stack() {
    on_a_worker(|| {
        for (name, link) in LINKS {
            let expr = longest(link);
            let mut select = Select::new(&NODES);
            select.filter = Some(expr.clone());
            select.output = Output::Exprs(vec![Expr::call(Function::Abs, vec![id()])]);
            select.group_by = vec![id(), expr.clone()];
            select.having = Some(expr.clone());
            select.order_by = vec![term(expr.clone())];
            assert!(format!("{select:?}").len() > usize::from(DEEPEST), "{name}");
            let text = crate::sql::select(Backend::Postgres, &select).text;
            assert!(!text.contains("too deep"), "{name}");
            let _ = judge(Backend::Postgres, &select);
            let _ = (expr.is_always_true(), expr.needs_qualifier());
            let (words, _) = Fingerprint::of(&expr);
            assert!(words.len() > usize::from(DEEPEST) / 4, "{name}");
            let mut changed = expr;
            changed.on_aggregates(&mut |filter, _| *filter = Some(Box::new(is(1))));
        }
        // Its layers are written through one another: seconds for all of them.
        let pretty = format!("{:#?}", longest(LINKS[2].1));
        assert!(pretty.lines().count() > usize::from(DEEPEST));
    });
}

// What is around it is no expression either: nothing needs to look inside.
#[test]
fn what_is_nested_deeper_is_told_apart_wherever_it_stands() {
    on_a_worker(|| {
        for (name, link) in LINKS {
            let deep = chain(link, 20_000);
            assert!(deep.is_too_deep(), "{name}");
            assert!(!deep.is_always_true(), "{name}");
            for (around, outer) in LINKS {
                assert!(outer(deep.clone()).is_too_deep(), "{name} in {around}");
            }
            let places: [fn(&mut Select, Expr); 8] = [
                |select, it| select.and_filter(it),
                |select, it| select.having = Some(it),
                |select, it| select.group_by.push(it),
                |select, it| select.order_by.push(term(it)),
                |select, it| select.output = Output::Exprs(vec![id(), it]),
                |select, it| {
                    select.output = Output::Items(vec![Item::Value {
                        name: "it",
                        expr: it,
                        sql_type: SqlType::Int4,
                    }]);
                },
                |select, it| {
                    let mut from = Select::new(&NODES);
                    from.and_filter(it);
                    select.from = Some(Box::new(from));
                },
                |select, it| {
                    let mut other = Select::new(&NODES);
                    other.output = Output::Exprs(vec![it]);
                    let mut first = select.clone();
                    first.output = Output::Exprs(vec![id()]);
                    *select = first.combined_with(SetOp::Except, other, &[SqlType::Int4]);
                },
            ];
            for (at, put) in places.iter().enumerate() {
                let mut select = Select::new(&NODES);
                select.and_filter(is(1));
                put(&mut select, deep.clone());
                let error = judge(Backend::Postgres, &select)
                    .expect_err(name)
                    .to_string();
                assert!(
                    error.starts_with("Node: ") && error.contains("256"),
                    "{at}: {error}"
                );
                let mut parent = Select::new(&NODES);
                parent.includes.push(crate::ast::Include {
                    association: &PARENT,
                    select,
                    required: false,
                    strategy: crate::ast::Strategy::Auto,
                    parents: None,
                    join_columns: false,
                    join_order: Vec::new(),
                    joined: crate::ast::Visible::every(),
                });
                assert!(
                    judge(Backend::Postgres, &parent).is_err(),
                    "{name} at {at} of an include"
                );
            }
        }
    });
}

/// A query of one value, and what is put around it.
type Around = fn(Select) -> Select;

fn shown() -> Select {
    let mut shown = Select::new(&NODES);
    shown.output = Output::Exprs(vec![id()]);
    shown
}

const QUERIES: [(&str, Around); 4] = [
    ("step of another kind", |it| {
        let first = it.combined_with(SetOp::Union, shown(), &[SqlType::Int4]);
        first.combined_with(SetOp::UnionAll, shown(), &[SqlType::Int4])
    }),
    ("limited step", |mut it| {
        it.limit = Some(crate::ast::Limit::Written(3));
        it.combined_with(SetOp::Union, shown(), &[SqlType::Int4])
    }),
    ("right side", |it| {
        shown().combined_with(SetOp::Except, it, &[SqlType::Int4])
    }),
    ("name", |it| {
        let mut around = shown();
        around.named.push(crate::ast::Named {
            table: &NODES,
            rows: it.inside(),
        });
        around
    }),
];

// They are walked as expressions are: by whoever judges, writes, clones and drops them.
#[test]
fn queries_inside_of_each_other_are_counted_too() {
    on_a_worker(|| {
        for (name, around) in QUERIES {
            let deep = (0..20_000).fold(shown(), |it, _| around(it));
            let error = judge(Backend::Postgres, &deep).expect_err(name).to_string();
            assert!(error.contains("64"), "{name}: {error}");
            let few = (0..DEEPEST_QUERIES / 2 - 1).fold(shown(), |it, _| around(it));
            assert!(few.too_deep().is_none(), "{name}");
            let mut deepest = (1..DEEPEST_QUERIES).fold(shown(), |it, _| around(it));
            deepest.and_filter(chain(LINKS[0].1, usize::from(DEEPEST) - 1));
            drop(judge(Backend::Postgres, &deepest.clone()));
            drop(format!("{deepest:?}"));
            drop(crate::sql::select(Backend::Sqlite, &deepest));
        }
        let long = (0..20_000).fold(shown(), |it, _| {
            it.combined_with(SetOp::Union, shown(), &[SqlType::Int4])
        });
        assert!(long.too_deep().is_none());
    });
}

/// So many conditions put together as a program may do it.
fn chains(link: fn(Expr, Expr) -> Expr, length: i32) -> [Expr; 4] {
    let from_the_start = (1..length).fold(is(0), |all, it| link(all, is(it)));
    let from_the_end = (1..length).fold(is(0), |all, it| link(is(it), all));
    let from_both = (1..length).fold(is(0), |all, it| match it % 2 {
        0 => link(all, is(it)),
        _ => link(is(it), all),
    });
    let mut halves: Vec<Expr> = (0..length).map(is).collect();
    while halves.len() > 1 {
        let other = halves.split_off(halves.len() / 2);
        let mut other = other.into_iter();
        let paired = halves.into_iter().map(|it| match other.next() {
            Some(other) => link(it, other),
            None => it,
        });
        let mut paired: Vec<Expr> = paired.collect();
        paired.extend(other);
        halves = paired;
    }
    let by_halves = halves.pop().unwrap_or(Expr::Null);
    [from_the_start, from_the_end, from_both, by_halves]
}

#[test]
fn long_chains_have_one_level_and_are_built_in_no_time() {
    on_a_worker(|| {
        let began = std::time::Instant::now();
        for link in [Expr::and as fn(Expr, Expr) -> Expr, Expr::or] {
            for (at, chain) in chains(link, 100_000).into_iter().enumerate() {
                assert_eq!(chain.levels(), 1, "{at}");
                assert_eq!(chain.parts().len(), 100_000, "{at}");
            }
        }
        let all: Vec<Expr> = (0..100_000).map(is).collect();
        assert_eq!(Expr::any_of(all.clone()).parts().len(), 100_000);
        assert_eq!(
            Expr::all_of([Expr::all_of(all), is(1)]).parts().len(),
            100_001
        );
        // A square of 100,000 would take minutes.
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    });
}

#[test]
fn short_chains_keep_their_order() {
    let text = |filter: Expr| {
        let mut select = Select::new(&NODES);
        select.filter = Some(filter);
        let sql = crate::sql::select(Backend::Postgres, &select);
        let mut values = String::new();
        for param in &sql.params {
            param.write_literal(&mut values).expect("a number");
        }
        (sql.text.to_string(), values)
    };
    let flat = "SELECT \"id\", \"parent_id\" FROM \"nodes\" WHERE \"id\" = $1 AND \"id\" = $2 \
                AND \"id\" = $3 AND \"id\" = $4";
    for filter in [
        is(1).and(is(2)).and(is(3)).and(is(4)),
        is(1).and(is(2).and(is(3).and(is(4)))),
        is(1).and(is(2)).and(is(3).and(is(4))),
        Expr::all_of([is(1), Expr::all_of([is(2), is(3)]), is(4)]),
    ] {
        assert_eq!(text(filter), (flat.to_owned(), "1234".to_owned()));
    }
    // An empty chain says what it always said.
    let none = || Expr::all_of([]);
    assert!(none().is_always_true() && none().and(none()).is_always_true());
    assert_eq!(text(none().and(is(1))).0, text(is(1)).0);
    assert_eq!(text(is(1).or(Expr::any_of([]))).0, text(is(1)).0);
    assert_eq!(is(1).and(is(2).or(is(3))).levels(), 2);
}

// A filter comes into an aggregate that is inside already.
#[test]
fn an_expression_that_is_made_deeper_later_is_told_apart_too() {
    on_a_worker(|| {
        let sum = || Expr::aggregate(Aggregate::new(Function::Sum, vec![one()]));
        let deepen = |mut expr: Expr, filter: &Expr| {
            let found = expr.on_aggregates(&mut |it, _| *it = Some(Box::new(filter.clone())));
            assert!(found);
            expr
        };
        let filter = longest(LINKS[2].1);
        let coalesced = Expr::call(Function::Coalesce, vec![sum(), one()]);
        assert!(deepen(coalesced.clone(), &filter).is_too_deep());
        let changed = deepen(coalesced, &chain(LINKS[2].1, 10));
        assert_eq!(changed.levels(), 12);
        let case = Expr::case(vec![(is(1), sum())], Some(Expr::cast(sum(), SqlType::Int8)));
        assert_eq!(deepen(case.clone(), &is(1)).levels(), case.levels());
        assert!(deepen(case, &filter).is_too_deep());
    });
}

// A statement that is written nevertheless, for its text, must not run.
#[test]
fn the_text_of_what_is_too_deep_names_what_no_table_has() {
    let mut select = Select::new(&NODES);
    select.and_filter(Expr::TooDeep);
    let text = crate::sql::select(Backend::Postgres, &select).text;
    assert!(text.ends_with("WHERE \"nested too deep\""), "{text}");
}

#[test]
fn counting_levels_takes_no_memory() {
    let bytes = size_of::<Expr>();
    assert!(bytes <= 64, "{bytes} bytes");
}
