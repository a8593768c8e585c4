//! Blocks of PL/pgSQL, which hold statements like any other.

use squawk_syntax::ast::{self, AstNode};

use super::{Found, of_statement, start};
use crate::lint::fact::Fact;

/// What `DO` runs, as far as it can be read off it.
///
/// The places are those of the whole block: what is inside has none in the text of the
/// statement, which quotes it.
pub(super) fn block(it: &ast::Do) -> Found {
    let at = start(it);
    let unseen = || vec![(at, Fact::RunsCode)];
    let Some(body) = it.plpgsql() else {
        return unseen();
    };
    if !body.errors().is_empty() {
        return unseen();
    }
    let mut found = Found::new();
    let nodes = body.syntax().descendants();
    for statement in nodes.filter_map(ast::PlpgsqlExecSqlStmt::cast) {
        let Some(statement) = statement.stmt() else {
            continue;
        };
        let place = body.source_range(statement.syntax().text_range());
        let place = usize::from(place.start());
        let inner = of_statement(statement, body.text());
        found.extend(inner.into_iter().map(|(_, fact)| (place, fact)));
    }
    let runs_more = body.syntax().descendants().any(|node| {
        ast::PlpgsqlDynExecuteStmt::can_cast(node.kind())
            || ast::PlpgsqlPerformStmt::can_cast(node.kind())
            || ast::PlpgsqlCallStmt::can_cast(node.kind())
            || ast::PlpgsqlDoStmt::can_cast(node.kind())
            || ast::PlpgsqlForDynStmt::can_cast(node.kind())
            || ast::PlpgsqlOpenExecute::can_cast(node.kind())
    });
    if runs_more {
        found.push((at, Fact::RunsCode));
    }
    found
}
