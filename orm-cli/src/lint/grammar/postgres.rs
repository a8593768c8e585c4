//! PostgreSQL's statements: the only place that knows the parser.

use squawk_syntax::SourceFile;
use squawk_syntax::ast::{
    self, AlterColumnOption, AlterTableAction, AlterTypeAction, AstNode, ColumnClause,
    ReindexTarget, Stmt, TableArg, TableConstraint,
};

use crate::lint::fact::{Column, Constraint, Default, Fact, Index, Kind};
use crate::lint::name::Name;
use crate::lint::volatile;

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
        let facts = of_statement(statement);
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

/// A table as `ALTER TABLE ONLY orders *` names it.
fn relation(node: Option<ast::TableRelationName>) -> Name {
    name(node.and_then(|it| it.table_name_ref()))
}

fn of_statement(statement: Stmt) -> Found {
    let at = start(&statement);
    let one = |fact| vec![(at, fact)];
    match statement {
        Stmt::CreateTable(it) => one(created(&it)),
        Stmt::CreateTableAs(it) => one(Fact::CreatesTable {
            table: name(it.table_name()),
            columns: Vec::new(),
            constraints: Vec::new(),
        }),
        Stmt::DropTable(it) => {
            let tables = it.table_name_refs();
            tables
                .map(|table| (start(&table), Fact::DropsTable(name(Some(table)))))
                .collect()
        }
        Stmt::AlterTable(it) => {
            let table = relation(it.table_relation_name());
            let actions = it.actions();
            actions
                .filter_map(|action| Some((start(&action), altered(&table, action)?)))
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
        Stmt::AlterSchema(it) => match it.action() {
            Some(ast::AlterSchemaAction::SchemaRenameTo(_)) => one(Fact::RenamesSchema),
            _ => Vec::new(),
        },
        Stmt::DropSchema(it) => {
            let schemas = it.schema_refs();
            schemas
                .map(|schema| (start(&schema), Fact::DropsSchema))
                .collect()
        }
        Stmt::CreateType(it) => one(Fact::CreatesType(name(it.type_name()))),
        Stmt::CreateDomain(it) => one(Fact::CreatesType(name(it.domain()))),
        Stmt::DropType(it) => {
            let types = it.type_name_refs();
            types
                .map(|kind| (start(&kind), Fact::DropsType(name(Some(kind)))))
                .collect()
        }
        Stmt::AlterType(it) => altered_type(&it).map_or_else(Vec::new, one),
        Stmt::AlterDomain(it) => match it.action() {
            Some(ast::AlterDomainAction::AddConstraint(added)) => {
                let added = added.constraint().and_then(|it| constraint(&it));
                added.map_or_else(Vec::new, |constraint| {
                    one(Fact::ConstrainsDomain {
                        domain: name(it.domain_ref()),
                        constraint,
                    })
                })
            }
            _ => Vec::new(),
        },
        Stmt::Truncate(it) => {
            let tables = it.table_list().map(|list| {
                let tables = list.table_relation_names();
                tables.map(|table| relation(Some(table))).collect()
            });
            one(Fact::Truncates(tables.unwrap_or_default()))
        }
        Stmt::Lock(it) => one(locked(&it)),
        other => written(at, other),
    }
}

/// Statements about rows, and those that stand for others.
fn written(at: usize, statement: Stmt) -> Found {
    let one = |fact| vec![(at, fact)];
    match statement {
        Stmt::Update(it) => one(Fact::Writes {
            table: name(it.relation_name().and_then(|it| it.relation_name_ref())),
            narrowed: it.where_clause_or_current_of().is_some(),
        }),
        Stmt::Delete(it) => one(Fact::Writes {
            table: name(it.relation_name().and_then(|it| it.relation_name_ref())),
            narrowed: it.where_clause_or_current_of().is_some(),
        }),
        Stmt::Merge(it) => one(Fact::Copies {
            table: relation(it.table_relation_name()),
        }),
        Stmt::Insert(it) => {
            let from_query = it.insert_source().is_some_and(|source| {
                source
                    .syntax()
                    .descendants()
                    .any(|node| ast::FromClause::can_cast(node.kind()))
            });
            let table = name(it.relation_name_ref());
            if from_query {
                one(Fact::Copies { table })
            } else {
                Vec::new()
            }
        }
        Stmt::Do(it) if only_talks(&text(&it)) => Vec::new(),
        Stmt::Do(_) => one(Fact::RunsCode),
        Stmt::Call(_) => one(Fact::RunsCode),
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
        _ => Vec::new(),
    }
}

/// Whether a block of code has no verb of SQL, as one that only says something.
fn only_talks(code: &str) -> bool {
    const VERBS: &[&str] = &[
        "alter", "call", "copy", "create", "delete", "drop", "execute", "grant", "insert", "lock",
        "merge", "perform", "refresh", "reindex", "revoke", "select", "truncate", "update",
    ];
    let code = code.to_lowercase();
    let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
    !words.any(|word| VERBS.contains(&word))
}

fn listed(nodes: impl Iterator<Item = impl AstNode>) -> String {
    nodes.map(|it| text(&it)).collect::<Vec<_>>().join(", ")
}

fn created(it: &ast::CreateTable) -> Fact {
    let mut columns = Vec::new();
    let mut constraints = Vec::new();
    for arg in it.table_arg_list().into_iter().flat_map(|it| it.args()) {
        match arg {
            TableArg::Column(it) => columns.push(column(
                name(it.name()),
                it.ty(),
                it.clauses().filter_map(|clause| match clause {
                    ColumnClause::ColumnConstraint(it) => {
                        ast::Constraint::cast(it.syntax().clone())
                    }
                    _ => None,
                }),
            )),
            TableArg::TableConstraint(it) => {
                let it = ast::Constraint::cast(it.syntax().clone());
                constraints.extend(it.and_then(|it| constraint(&it)));
            }
            TableArg::LikeClause(_) => {}
        }
    }
    Fact::CreatesTable {
        table: name(it.table_name()),
        columns,
        constraints,
    }
}

/// What an action of `ALTER TABLE` does; `None` where nobody is kept waiting.
fn altered(table: &Name, action: AlterTableAction) -> Option<Fact> {
    let table = table.clone();
    Some(match action {
        AlterTableAction::AddColumn(it) => Fact::AddsColumn {
            table,
            column: column(name(it.column_name()), it.ty(), it.constraints()),
        },
        AlterTableAction::DropColumn(_) => Fact::DropsColumn(table),
        AlterTableAction::RenameColumn(it) => Fact::RenamesColumn {
            table,
            column: name(it.column_name_ref()),
            to: name(it.column_name()),
        },
        AlterTableAction::TableRenameTo(it) => Fact::RenamesTable {
            table,
            to: name(it.table_name()),
        },
        AlterTableAction::SetSchema(_) => Fact::MovesTable(table),
        AlterTableAction::AddConstraint(it) => Fact::AddsConstraint {
            table,
            constraint: constraint(&it.constraint()?)?,
        },
        AlterTableAction::ValidateConstraint(it) => Fact::Validates {
            table,
            constraint: name(it.constraint_name_ref()),
        },
        AlterTableAction::AlterColumn(it) => {
            let column = name(it.column_name_ref());
            match it.option()? {
                AlterColumnOption::SetNotNull(_) => Fact::SetsNotNull { table, column },
                AlterColumnOption::DropNotNull(_) => Fact::DropsNotNull(table),
                AlterColumnOption::SetExpression(_) => Fact::Rewrites {
                    table: Some(table),
                    by: "SET EXPRESSION",
                },
                AlterColumnOption::SetType(it) => Fact::ChangesType {
                    table,
                    column,
                    to: it.ty().map(|it| text(&it)).unwrap_or_default(),
                },
                _ => return None,
            }
        }
        AlterTableAction::DetachPartition(it) => Fact::DetachesPartition {
            table,
            partition: name(it.table_name_ref()),
            concurrently: it.detach_partition_option().is_some(),
        },
        AlterTableAction::AttachPartition(it) => Fact::AttachesPartition(name(it.table_name_ref())),
        AlterTableAction::SetLogged(_) => rewritten(table, "SET LOGGED"),
        AlterTableAction::SetUnlogged(_) => rewritten(table, "SET UNLOGGED"),
        AlterTableAction::SetTablespace(_) => rewritten(table, "SET TABLESPACE"),
        AlterTableAction::SetAccessMethod(_) => rewritten(table, "SET ACCESS METHOD"),
        _ => return None,
    })
}

fn rewritten(table: Name, by: &'static str) -> Fact {
    Fact::Rewrites {
        table: Some(table),
        by,
    }
}

fn altered_type(it: &ast::AlterType) -> Option<Fact> {
    let kind = name(it.type_name_ref());
    match it.action()? {
        AlterTypeAction::AddValue(added) => Some(Fact::AddsLabel {
            kind,
            label: added.literal().map(|it| text(&it))?,
        }),
        AlterTypeAction::RenameValue(renamed) => {
            let mut labels = renamed.syntax().children().filter_map(ast::Literal::cast);
            Some(Fact::RenamesLabel {
                kind,
                from: text(&labels.next()?),
                to: text(&labels.next()?),
            })
        }
        _ => None,
    }
}

fn column(
    name: Name,
    kind: Option<ast::Type>,
    constraints: impl Iterator<Item = ast::Constraint>,
) -> Column {
    let kind = kind.map(|it| text(&it)).unwrap_or_default();
    let serial = [
        "serial",
        "bigserial",
        "smallserial",
        "serial2",
        "serial4",
        "serial8",
    ];
    let mut column = Column {
        name,
        numbered: serial.contains(&kind.to_lowercase().as_str()),
        kind,
        not_null: false,
        default: Default::None,
        stored: false,
        unique: false,
        primary_key: false,
        references: None,
        check: None,
    };
    for constraint in constraints {
        match constraint {
            ast::Constraint::NotNullConstraint(_) => column.not_null = true,
            ast::Constraint::DefaultConstraint(it) => {
                column.default = it.expr().map_or(Default::None, |it| default(&it));
            }
            ast::Constraint::GeneratedConstraint(it) => match it.generated_as() {
                Some(ast::GeneratedAs::GeneratedIdentity(_)) => column.numbered = true,
                Some(ast::GeneratedAs::GeneratedStored(it)) => {
                    // A virtual column is computed when it is read.
                    column.stored =
                        !matches!(it.generated_kind(), Some(ast::GeneratedKind::Virtual(_)));
                }
                None => {}
            },
            ast::Constraint::UniqueConstraint(_) => column.unique = true,
            ast::Constraint::PrimaryKeyConstraint(_) => column.primary_key = true,
            ast::Constraint::ReferencesConstraint(it) => {
                column.references = it.table().map(|it| self::name(Some(it)));
            }
            ast::Constraint::CheckConstraint(it) => {
                column.check = it.expr().map(|it| text(&it));
            }
            _ => {}
        }
    }
    column
}

fn default(expr: &ast::Expr) -> Default {
    let calls = expr.syntax().descendants().filter_map(ast::CallExpr::cast);
    let mut called = calls.filter_map(|call| Some(name(Some(call.expr()?))));
    match called.any(|function| volatile::may_change(&function)) {
        true => Default::Changing(text(expr)),
        false => Default::Fixed(text(expr)),
    }
}

/// A constraint; `None` for those that are a column's own business.
fn constraint(it: &ast::Constraint) -> Option<Constraint> {
    let table_constraint = TableConstraint::cast(it.syntax().clone());
    let kind = match table_constraint? {
        TableConstraint::ForeignKeyConstraint(it) => {
            Kind::ForeignKey(it.from_columns().map_or_else(Vec::new, |list| names(&list)))
        }
        TableConstraint::CheckConstraint(it) => {
            Kind::Check(it.expr().map(|it| text(&it)).unwrap_or_default())
        }
        TableConstraint::UniqueConstraint(it) => Kind::Unique {
            columns: key_columns(it.index_parameters()),
            by_index: it.using_index().is_some(),
        },
        TableConstraint::PrimaryKeyConstraint(it) => Kind::PrimaryKey {
            columns: key_columns(it.index_parameters()),
            by_index: it.using_index().is_some(),
        },
        TableConstraint::ExcludeConstraint(_) => Kind::Exclusion,
        TableConstraint::NotNullConstraint(it) => {
            Kind::NotNull(it.column_name_ref().map(|it| name(Some(it))))
        }
    };
    let whole = text(it);
    let clause = it
        .syntax()
        .children()
        .find_map(ast::ConstraintNameClause::cast);
    let unnamed = match &clause {
        Some(clause) => whole.replacen(&text(clause), "", 1).trim().to_owned(),
        None => whole,
    };
    Some(Constraint {
        name: clause
            .and_then(|it| it.constraint_name())
            .map(|it| name(Some(it))),
        kind,
        validates: !it.is_not_valid(),
        text: unnamed,
    })
}

/// The names in a list in parentheses.
fn names(list: &impl AstNode) -> Vec<Name> {
    let list = text(list);
    let inner = list.trim_start_matches('(').trim_end_matches(')');
    inner.split(',').map(Name::new).collect()
}

fn key_columns(parameters: Option<ast::IndexParameters>) -> String {
    let list = parameters.and_then(|it| it.column_list());
    list.map(|it| text(&it)).unwrap_or_default()
}

fn index(it: &ast::CreateIndex) -> Index {
    let items = it.partition_item_list();
    let columns = items.into_iter().flat_map(|it| it.partition_items());
    Index {
        name: it.index().map(|it| name(Some(it))),
        table: relation(it.table_relation_name()),
        columns: columns.map(|it| name(it.expr())).collect(),
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
