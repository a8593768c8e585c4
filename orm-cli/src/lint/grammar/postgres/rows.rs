//! Statements that write rows.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, BinOp, Expr, WhereClauseOrCurrentOf};

use super::{Found, name, relation, start, text};
use crate::lint::fact::Fact;
use crate::lint::name::Name;

/// What a statement writes, also what the parts of its WITH write.
pub(super) fn written(statement: &ast::Stmt, source: &str) -> Found {
    if let ast::Stmt::SelectInto(it) = statement {
        let table = it.into_clause().and_then(|it| it.table_name());
        return vec![(
            start(statement),
            Fact::CreatesTable {
                table: name(table),
                columns: Vec::new(),
                constraints: Vec::new(),
                if_missing: false,
                is_whole: false,
            },
        )];
    }
    let is_of_rows = matches!(
        statement,
        ast::Stmt::Update(_)
            | ast::Stmt::Delete(_)
            | ast::Stmt::Insert(_)
            | ast::Stmt::Merge(_)
            | ast::Stmt::Select(_)
            | ast::Stmt::CompoundSelect(_)
            | ast::Stmt::ParenSelect(_)
    );
    if !is_of_rows {
        return Vec::new();
    }
    let nodes = statement.syntax().descendants();
    nodes
        .filter_map(|node| {
            let fact = if let Some(it) = ast::Update::cast(node.clone()) {
                updated(&it, source)
            } else if let Some(it) = ast::Delete::cast(node.clone()) {
                deleted(&it, source)
            } else if let Some(it) = ast::Insert::cast(node.clone()) {
                inserted(&it)?
            } else {
                merged(&ast::Merge::cast(node.clone())?)
            };
            Some((usize::from(node.text_range().start()), fact))
        })
        .collect()
}

fn updated(it: &ast::Update, source: &str) -> Fact {
    let table = name(it.relation_name().and_then(|it| it.relation_name_ref()));
    let end = it.returning_clause().map(|it| start(&it));
    let place = end.unwrap_or_else(|| it.syntax().text_range().end().into());
    let joined = it.from_clause().map(|_| alias(it.alias(), &table));
    whole_or_part(
        table,
        it.where_clause_or_current_of(),
        joined.as_deref(),
        place,
        source,
    )
}

fn deleted(it: &ast::Delete, source: &str) -> Fact {
    let table = name(it.relation_name().and_then(|it| it.relation_name_ref()));
    let end = it.returning_clause().map(|it| start(&it));
    let place = end.unwrap_or_else(|| it.syntax().text_range().end().into());
    let joined = it.using_clause().map(|_| alias(it.alias(), &table));
    whole_or_part(
        table,
        it.where_clause_or_current_of(),
        joined.as_deref(),
        place,
        source,
    )
}

/// What the table is called in the statement.
fn alias(alias: Option<ast::OptionalAsAlias>, table: &Name) -> String {
    let alias = alias.and_then(|it| it.name());
    alias.map_or_else(|| table.to_string(), |it| text(&it))
}

/// Whether a condition leaves some rows out; if not, how to take some at a time.
///
/// `joined` is what the table is called where others stand beside it; `end` is where a
/// WHERE would stand.
fn whole_or_part(
    table: Name,
    condition: Option<WhereClauseOrCurrentOf>,
    joined: Option<&str>,
    end: usize,
    source: &str,
) -> Fact {
    let id = joined.map_or("id".to_owned(), |it| format!("{it}.id"));
    let some = format!("{id} BETWEEN $1 AND $2");
    let cut = |from: usize, to: usize, condition: String| {
        let (head, rest) = (source.get(..from)?, source.get(to..)?);
        let rest = rest.trim_start();
        let space = if rest.is_empty() { "" } else { " " };
        Some(format!(
            "{} WHERE {condition}{space}{rest}",
            head.trim_end()
        ))
    };
    let (narrowed, batch) = match condition {
        None => (false, cut(end, end, some)),
        Some(WhereClauseOrCurrentOf::WhereCurrentOf(_)) => (true, None),
        Some(WhereClauseOrCurrentOf::WhereClause(it)) => match it.expr() {
            Some(expr) if !leaves_out(&expr, joined.is_some()) => {
                let range = it.syntax().text_range();
                let kept = if names_column(&expr) {
                    format!("({}) AND {some}", text(&expr))
                } else {
                    some
                };
                (false, cut(range.start().into(), range.end().into(), kept))
            }
            _ => (true, None),
        },
    };
    Fact::Writes {
        table,
        narrowed,
        batch: batch.unwrap_or_default(),
    }
}

/// Whether a condition may leave rows of the table out: one that names no column does
/// not, and one that says how two tables belong together does not look at the rows.
fn leaves_out(condition: &Expr, is_join: bool) -> bool {
    match condition {
        Expr::ParenExpr(it) => it.expr().is_none_or(|it| leaves_out(&it, is_join)),
        Expr::BinExpr(it) => match it.op() {
            Some(BinOp::And(_)) => {
                let both = it.lhs().into_iter().chain(it.rhs());
                both.into_iter().any(|it| leaves_out(&it, is_join))
            }
            Some(BinOp::Or(_)) => {
                let both = it.lhs().into_iter().chain(it.rhs());
                both.into_iter().all(|it| leaves_out(&it, is_join))
            }
            Some(BinOp::Eq(_)) if is_join => {
                let both = it.lhs().into_iter().chain(it.rhs());
                !both.into_iter().all(|it| is_column(&it))
            }
            _ => names_column(condition),
        },
        _ => names_column(condition),
    }
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::NameRef(_) | Expr::FieldExpr(_))
}

/// Whether a name stands in it that is not called as a function.
fn names_column(expr: &Expr) -> bool {
    let names = expr.syntax().descendants().filter_map(ast::NameRef::cast);
    let called = |name: &ast::NameRef| {
        let calls = name.syntax().ancestors().filter_map(ast::CallExpr::cast);
        let range = name.syntax().text_range();
        calls
            .filter_map(|call| call.expr())
            .any(|function| function.syntax().text_range().contains_range(range))
    };
    names.into_iter().any(|name| !called(&name))
}

/// Rows that come from tables; those of VALUES and of functions are what is written.
fn inserted(it: &ast::Insert) -> Option<Fact> {
    let source = it.insert_source()?;
    let named = parts_of_with(it.syntax());
    if tables(source.syntax(), &named) == 0 {
        return None;
    }
    let mut selects = source.syntax().descendants().filter_map(ast::Select::cast);
    let narrowed = selects.all(|it| {
        let condition = it.where_clause().and_then(|it| it.expr());
        let read = it.from_clause().map_or(0, |it| tables(it.syntax(), &named));
        let limited = it
            .tail_clauses()
            .any(|it| matches!(it, ast::SelectTailClause::LimitClause(_)));
        read == 0 || limited || condition.is_some_and(|it| leaves_out(&it, read > 1))
    });
    Some(Fact::Copies {
        table: name(it.relation_name_ref()),
        narrowed,
    })
}

/// How many tables a part of a statement reads; what WITH names is judged by itself.
fn tables(part: &SyntaxNode, named: &[Name]) -> usize {
    let relations = part.descendants().filter_map(ast::RelationFromItem::cast);
    relations
        .map(|it| name(it.relation_name_ref()))
        .filter(|it| !named.contains(it))
        .count()
}

fn parts_of_with(statement: &SyntaxNode) -> Vec<Name> {
    let parts = statement.descendants().filter_map(ast::WithTable::cast);
    parts.map(|it| name(it.name())).collect()
}

fn merged(it: &ast::Merge) -> Fact {
    let source = it.using_on_clause().and_then(|it| it.from_list_item());
    let source = source.map(|it| it.syntax().clone());
    let named = parts_of_with(it.syntax());
    let read = source.iter().map(|it| tables(it, &named)).sum::<usize>();
    let mut conditions = source
        .iter()
        .flat_map(SyntaxNode::descendants)
        .filter_map(ast::WhereClause::cast);
    let narrowed = conditions.any(|it| it.expr().is_some_and(|it| leaves_out(&it, read > 1)));
    Fact::Copies {
        table: relation(it.table_relation_name()),
        narrowed: narrowed || read == 0,
    }
}
