//! Tables: their columns and constraints, and what `ALTER TABLE` does to them.

use squawk_syntax::ast::{
    self, AlterColumnOption, AlterTableAction, AstNode, ColumnClause, TableArg, TableConstraint,
};

use super::{Found, cascades, name, start, text};
use crate::lint::fact::{Column, Constraint, Default, Fact, Kind, Source};
use crate::lint::name::Name;
use crate::lint::volatile;

pub(super) fn created(it: &ast::CreateTable) -> Fact {
    let mut columns = Vec::new();
    let mut constraints = Vec::new();
    let mut is_whole =
        it.inherits().is_none() && it.partition_of().is_none() && it.of_type().is_none();
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
            TableArg::LikeClause(_) => is_whole = false,
        }
    }
    Fact::CreatesTable {
        table: name(it.table_name()),
        columns,
        constraints,
        if_missing: it.if_not_exists().is_some(),
        is_whole,
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
        numbered_always: false,
        stored: false,
        computed: false,
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
                Some(ast::GeneratedAs::GeneratedIdentity(it)) => {
                    column.numbered = true;
                    column.numbered_always = is_always(it.generated_when().as_ref());
                }
                Some(ast::GeneratedAs::GeneratedStored(it)) => {
                    column.computed = true;
                    // A virtual column is computed when it is read.
                    column.stored =
                        !matches!(it.generated_kind(), Some(ast::GeneratedKind::Virtual(_)));
                }
                None => {}
            },
            ast::Constraint::UniqueConstraint(_) => column.unique = true,
            ast::Constraint::PrimaryKeyConstraint(_) => column.primary_key = true,
            ast::Constraint::ReferencesConstraint(it) => {
                column.references = Some(without_name(&it));
            }
            ast::Constraint::CheckConstraint(it) => {
                column.check = it.expr().map(|it| text(&it));
            }
            _ => {}
        }
    }
    column
}

fn is_always(when: Option<&ast::GeneratedWhen>) -> bool {
    matches!(when, Some(ast::GeneratedWhen::GeneratedAlways(_)))
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
pub(super) fn constraint(it: &ast::Constraint) -> Option<Constraint> {
    let table_constraint = TableConstraint::cast(it.syntax().clone());
    let kind = match table_constraint? {
        TableConstraint::ForeignKeyConstraint(it) => Kind::ForeignKey(
            it.from_columns()
                .map_or_else(Vec::new, |list| listed(&list)),
        ),
        TableConstraint::CheckConstraint(it) => {
            Kind::Check(it.expr().map(|it| text(&it)).unwrap_or_default())
        }
        TableConstraint::UniqueConstraint(it) => Kind::Unique {
            columns: key_columns(it.index_parameters()),
            by_index: it.using_index().map(|it| name(it.index_ref())),
        },
        TableConstraint::PrimaryKeyConstraint(it) => Kind::PrimaryKey {
            columns: key_columns(it.index_parameters()),
            by_index: it.using_index().map(|it| name(it.index_ref())),
        },
        TableConstraint::ExcludeConstraint(_) => Kind::Exclusion,
        TableConstraint::NotNullConstraint(it) => {
            Kind::NotNull(it.column_name_ref().map(|it| name(Some(it))))
        }
    };
    let clause = name_clause(it);
    Some(Constraint {
        name: clause
            .and_then(|it| it.constraint_name())
            .map(|it| name(Some(it))),
        kind,
        validates: !it.is_not_valid(),
        text: without_name(it),
    })
}

fn name_clause(constraint: &impl AstNode) -> Option<ast::ConstraintNameClause> {
    let mut parts = constraint.syntax().children();
    parts.find_map(ast::ConstraintNameClause::cast)
}

/// What a constraint demands, as it is written.
fn without_name(constraint: &impl AstNode) -> String {
    let whole = text(constraint);
    match name_clause(constraint) {
        Some(clause) => whole.replacen(&text(&clause), "", 1).trim().to_owned(),
        None => whole,
    }
}

/// The names in a list in parentheses.
fn listed(list: &impl AstNode) -> Vec<Name> {
    let list = text(list);
    let inner = list.trim_start_matches('(').trim_end_matches(')');
    inner.split(',').map(Name::new).collect()
}

fn key_columns(parameters: Option<ast::IndexParameters>) -> String {
    let list = parameters.and_then(|it| it.column_list());
    list.map(|it| text(&it)).unwrap_or_default()
}

/// What an action of `ALTER TABLE` does; nothing where nobody is kept waiting.
pub(super) fn altered(table: &Name, action: AlterTableAction) -> Found {
    let at = start(&action);
    let behavior = match &action {
        AlterTableAction::DropColumn(it) => it.drop_behavior(),
        AlterTableAction::DropConstraint(it) => it.drop_behavior(),
        _ => None,
    };
    let mut found: Found = of_action(table, action)
        .map(|it| (at, it))
        .into_iter()
        .collect();
    found.extend(cascades(at, behavior.as_ref(), std::slice::from_ref(table)));
    found
}

fn of_action(table: &Name, action: AlterTableAction) -> Option<Fact> {
    let table = table.clone();
    Some(match action {
        AlterTableAction::AddColumn(it) => Fact::AddsColumn {
            table,
            column: column(name(it.column_name()), it.ty(), it.constraints()),
        },
        AlterTableAction::DropColumn(it) => Fact::DropsColumn {
            table,
            column: name(it.column_name_ref()),
        },
        AlterTableAction::RenameColumn(it) => renamed(table, &it),
        AlterTableAction::TableRenameTo(it) => Fact::RenamesTable {
            table,
            to: name(it.table_name()),
        },
        AlterTableAction::SetSchema(it) => moved(table, &it),
        AlterTableAction::AddConstraint(it) => Fact::AddsConstraint {
            table,
            constraint: constraint(&it.constraint()?)?,
        },
        AlterTableAction::DropConstraint(it) => Fact::DropsConstraint {
            table,
            constraint: name(it.constraint_name_ref()),
        },
        AlterTableAction::RenameConstraint(it) => Fact::RenamesIndex {
            index: name(it.constraint_name_ref()),
            to: name(it.constraint_name()),
        },
        AlterTableAction::ValidateConstraint(it) => Fact::Validates {
            table,
            constraint: name(it.constraint_name_ref()),
        },
        AlterTableAction::AlterColumn(it) => {
            let column = name(it.column_name_ref());
            match it.option()? {
                AlterColumnOption::SetNotNull(_) => Fact::SetsNotNull { table, column },
                AlterColumnOption::DropNotNull(_) => Fact::DropsNotNull { table, column },
                AlterColumnOption::SetExpression(_) => rewritten(table, "SET EXPRESSION"),
                AlterColumnOption::SetType(it) => Fact::ChangesType {
                    table,
                    column,
                    to: it.ty().map(|it| text(&it)).unwrap_or_default(),
                },
                option => Fact::ChangesSource {
                    table,
                    column,
                    to: source(&option)?,
                },
            }
        }
        AlterTableAction::DetachPartition(it) => Fact::DetachesPartition {
            table,
            partition: name(it.table_name_ref()),
            concurrently: it.detach_partition_option().is_some(),
        },
        AlterTableAction::AttachPartition(it) => Fact::AttachesPartition(name(it.table_name_ref())),
        // Whoever owned it has no rights of its own on it any more.
        AlterTableAction::OwnerTo(_) => Fact::Revokes {
            tables: vec![table],
            schemas: Vec::new(),
        },
        AlterTableAction::SetLogged(_) => rewritten(table, "SET LOGGED"),
        AlterTableAction::SetUnlogged(_) => rewritten(table, "SET UNLOGGED"),
        AlterTableAction::SetTablespace(_) => rewritten(table, "SET TABLESPACE"),
        AlterTableAction::SetAccessMethod(_) => rewritten(table, "SET ACCESS METHOD"),
        AlterTableAction::EnableRls(_)
        | AlterTableAction::DisableRls(_)
        | AlterTableAction::ForceRls(_)
        | AlterTableAction::NoForceRls(_) => Fact::ChangesRowSecurity(table),
        _ => return None,
    })
}

/// Who fills the column from now on, where an option of it says so.
fn source(option: &AlterColumnOption) -> Option<Source> {
    let numbered = |when: Option<ast::GeneratedWhen>| match is_always(when.as_ref()) {
        true => Source::ServerAlone,
        false => Source::Server,
    };
    Some(match option {
        AlterColumnOption::DropDefault(_)
        | AlterColumnOption::DropIdentity(_)
        | AlterColumnOption::DropExpression(_) => Source::Nobody,
        AlterColumnOption::SetDefault(it) => match it.expr() {
            Some(expr) if !text(&expr).eq_ignore_ascii_case("null") => Source::Server,
            _ => Source::Nobody,
        },
        AlterColumnOption::AddGenerated(it) => numbered(it.generated_when()),
        AlterColumnOption::SetGenerated(it) => numbered(it.generated_when()),
        AlterColumnOption::SetGeneratedOptions(it) => {
            let mut options = it.set_generated_options();
            options.find_map(|it| match it {
                ast::SetGeneratedOption::SetGenerated(it) => Some(numbered(it.generated_when())),
                _ => None,
            })?
        }
        _ => return None,
    })
}

/// A table or view that is in another schema from now on.
pub(super) fn moved(table: Name, it: &ast::SetSchema) -> Fact {
    Fact::MovesTable {
        table,
        to: name(it.schema_ref()),
    }
}

/// A column of a table or view that is called otherwise from now on.
pub(super) fn renamed(table: Name, it: &ast::RenameColumn) -> Fact {
    Fact::RenamesColumn {
        table,
        column: name(it.column_name_ref()),
        to: name(it.column_name()),
    }
}

fn rewritten(table: Name, by: &'static str) -> Fact {
    Fact::Rewrites {
        table: Some(table),
        by,
    }
}
