//! PostgreSQL's statements: the only place that knows the parser.

mod code;
mod object;
mod rows;
mod table;

use squawk_syntax::SourceFile;
use squawk_syntax::ast::{self, AstNode, ReindexTarget, Stmt};

use crate::lint::fact::{Fact, Index};
use crate::lint::name::Name;

/// What a statement does, each with the byte of the text it begins at.
pub(crate) fn facts(text: &str) -> Vec<(usize, Fact)> {
    let parse = SourceFile::parse(text);
    if let Some(error) = parse.errors().first() {
        let at = usize::from(error.range().start());
        return vec![(at, Fact::Unreadable(error.message().to_owned()))];
    }
    let statements = parse.tree().stmts();
    let found = statements.flat_map(|statement| {
        let at = start(&statement);
        let facts = of_statement(statement, text);
        if facts.is_empty() {
            return vec![(at, Fact::Other)];
        }
        facts
    });
    found.collect()
}

type Found = Vec<(usize, Fact)>;

fn text(node: &impl AstNode) -> String {
    node.syntax().text().to_string().trim().to_owned()
}

fn start(node: &impl AstNode) -> usize {
    node.syntax().text_range().start().into()
}

fn name(node: Option<impl AstNode>) -> Name {
    Name::new(&node.map(|it| text(&it)).unwrap_or_default())
}

fn names(nodes: impl Iterator<Item = impl AstNode>) -> Vec<Name> {
    nodes.map(|it| name(Some(it))).collect()
}

/// A table as `ALTER TABLE ONLY orders *` names it.
fn relation(node: Option<ast::TableRelationName>) -> Name {
    name(node.and_then(|it| it.table_name_ref()))
}

/// What else goes where a statement says CASCADE.
fn cascades(at: usize, behavior: Option<&ast::DropBehavior>, things: &[Name]) -> Found {
    match behavior {
        Some(ast::DropBehavior::Cascade(_)) => vec![(at, Fact::Cascades(things.to_vec()))],
        _ => Vec::new(),
    }
}

/// What a statement of this source does.
fn of_statement(statement: Stmt, source: &str) -> Found {
    let at = start(&statement);
    let one = |fact| vec![(at, fact)];
    match statement {
        Stmt::CreateTable(it) => one(table::created(&it)),
        Stmt::CreateTableAs(it) => one(Fact::CreatesTable {
            table: name(it.table_name()),
            columns: Vec::new(),
            constraints: Vec::new(),
            if_missing: it.if_not_exists().is_some(),
            is_whole: false,
        }),
        Stmt::DropTable(it) => {
            let tables = it.table_name_refs();
            let mut found: Found = tables
                .map(|table| (start(&table), Fact::DropsTable(name(Some(table)))))
                .collect();
            let all = names(it.table_name_refs());
            found.extend(cascades(at, it.drop_behavior().as_ref(), &all));
            found
        }
        Stmt::AlterTable(it) => {
            let table = relation(it.table_relation_name());
            let actions = it.actions();
            actions
                .flat_map(|action| table::altered(&table, action))
                .collect()
        }
        Stmt::CreateIndex(it) => one(Fact::CreatesIndex(index(&it))),
        Stmt::DropIndex(it) => one(Fact::DropsIndex {
            indexes: listed(it.index_refs()),
            concurrently: it.concurrently_token().is_some(),
        }),
        Stmt::Reindex(it) => one(reindexed(&it)),
        Stmt::Refresh(it) => one(Fact::Refreshes {
            view: name(it.view_ref()),
            concurrently: it.concurrently_token().is_some(),
        }),
        Stmt::Truncate(it) => {
            let tables = it.table_list().map(|list| {
                let tables = list.table_relation_names();
                tables.map(|table| relation(Some(table))).collect()
            });
            one(Fact::Truncates(tables.unwrap_or_default()))
        }
        Stmt::Lock(it) => one(locked(&it)),
        Stmt::Set(it) => match it.set_target() {
            Some(ast::SetTarget::SetConfig(set)) => one(Fact::Sets {
                setting: name(set.config_parameter_ref()).last().to_owned(),
                value: set
                    .config_assignment()
                    .map(|it| text(&it))
                    .unwrap_or_default(),
            }),
            _ => Vec::new(),
        },
        Stmt::Cluster(it) => one(Fact::Rewrites {
            table: it.table_name_ref().map(|it| name(Some(it))),
            by: "CLUSTER",
        }),
        Stmt::Vacuum(it) if text(&it).to_uppercase().contains("FULL") => {
            let list = it.table_and_columns_list();
            one(Fact::Rewrites {
                table: list.map(|it| Name::new(&text(&it))),
                by: "VACUUM FULL",
            })
        }
        Stmt::Vacuum(_) => one(Fact::NeedsNoTransaction),
        Stmt::Do(it) => code::block(&it),
        Stmt::Call(_) => one(Fact::RunsCode),
        other => {
            let found = rows::written(&other, source);
            if found.is_empty() {
                return object::changed(at, other);
            }
            found
        }
    }
}

fn listed(nodes: impl Iterator<Item = impl AstNode>) -> String {
    nodes.map(|it| text(&it)).collect::<Vec<_>>().join(", ")
}

fn index(it: &ast::CreateIndex) -> Index {
    let items = it.partition_item_list();
    let columns = items.into_iter().flat_map(|it| it.partition_items());
    Index {
        name: it.index().map(|it| name(Some(it))),
        table: relation(it.table_relation_name()),
        columns: columns.map(|it| name(it.expr())).collect(),
        unique: it.unique_token().is_some(),
        filter: it
            .where_clause()
            .and_then(|it| it.expr())
            .map(|it| text(&it)),
        concurrently: it.concurrently_token().is_some(),
    }
}

fn reindexed(it: &ast::Reindex) -> Fact {
    let options = it.reindex_option_list();
    let by_option = options.is_some_and(|it| {
        it.reindex_options()
            .any(|it| matches!(it, ast::ReindexOption::ReindexOptionConcurrently(_)))
    });
    let whole = it.reindex_target();
    let target = whole.as_ref().map(text).unwrap_or_default();
    let by_word = match &whole {
        Some(ReindexTarget::ReindexTargetTable(it)) => it.concurrently_token().is_some(),
        Some(ReindexTarget::ReindexTargetIndex(it)) => it.concurrently_token().is_some(),
        Some(other) => text(other).to_uppercase().contains("CONCURRENTLY"),
        None => false,
    };
    Fact::Reindexes {
        target,
        concurrently: by_option || by_word,
    }
}

fn locked(it: &ast::Lock) -> Fact {
    let tables = it.relation_list().map(|list| {
        let names = list.relation_names();
        names.map(|it| name(it.relation_name_ref())).collect()
    });
    let mode = it.lock_mode_clause().and_then(|it| it.lock_mode());
    Fact::LocksTables {
        tables: tables.unwrap_or_default(),
        mode: mode.map_or_else(
            || "ACCESS EXCLUSIVE".to_owned(),
            |it| text(&it).to_uppercase(),
        ),
    }
}
