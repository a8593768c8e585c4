//! What is neither a table nor a row: views, types, functions, sequences, extensions.

use squawk_syntax::ast::{
    self, AlterDomainAction, AlterMaterializedViewAction, AlterTypeAction, AlterViewAction,
    AstNode, Stmt,
};

use super::{Found, cascades, name, names, start, table, text};
use crate::lint::fact::{Fact, Thing};
use crate::lint::name::Name;

/// What a statement does to such an object.
pub(super) fn changed(at: usize, statement: Stmt) -> Found {
    let one = |fact| vec![(at, fact)];
    match statement {
        Stmt::CreateView(it) => one(made(
            Thing::View,
            name(it.view()),
            it.or_replace().is_none(),
        )),
        Stmt::CreateMaterializedView(it) => one(made(
            Thing::View,
            name(it.view()),
            it.if_not_exists().is_none(),
        )),
        Stmt::CreateSequence(it) => one(made(
            Thing::Sequence,
            name(it.sequence()),
            it.if_not_exists().is_none(),
        )),
        Stmt::CreateFunction(it) => one(made(
            Thing::Routine,
            name(it.name()),
            it.or_replace().is_none(),
        )),
        Stmt::CreateProcedure(it) => one(made(
            Thing::Routine,
            name(it.name()),
            it.or_replace().is_none(),
        )),
        Stmt::CreateType(it) => one(Fact::CreatesType {
            kind: name(it.type_name()),
            labels: labels(it.kind()),
            base: None,
        }),
        Stmt::CreateDomain(it) => one(Fact::CreatesType {
            kind: name(it.domain()),
            labels: Vec::new(),
            base: it.ty().map(|it| text(&it)),
        }),
        Stmt::Revoke(it) => revoked(&it).map_or_else(Vec::new, one),
        Stmt::AlterIndex(it) => match it.action() {
            Some(ast::AlterIndexAction::IndexRenameTo(to)) => one(Fact::RenamesIndex {
                index: name(it.index_ref()),
                to: name(to.index()),
            }),
            _ => Vec::new(),
        },
        Stmt::AlterSchema(it) => match it.action() {
            Some(ast::AlterSchemaAction::SchemaRenameTo(to)) => one(Fact::RenamesSchema {
                schema: name(it.schema_ref()),
                to: name(to.schema()),
            }),
            _ => Vec::new(),
        },
        Stmt::AlterType(it) => altered_type(at, &it),
        Stmt::AlterDomain(it) => altered_domain(&it).map_or_else(Vec::new, one),
        Stmt::AlterView(it) => {
            let view = name(it.view_ref());
            match it.action() {
                Some(AlterViewAction::ViewRenameTo(to)) => one(Fact::RenamesTable {
                    table: view,
                    to: name(to.view()),
                }),
                Some(AlterViewAction::RenameColumn(it)) => one(table::renamed(view, &it)),
                Some(AlterViewAction::SetSchema(it)) => one(table::moved(view, &it)),
                _ => Vec::new(),
            }
        }
        Stmt::AlterMaterializedView(it) => {
            let view = name(it.view_ref());
            let facts = it.action().filter_map(|action| match action {
                AlterMaterializedViewAction::ViewRenameTo(to) => Some(Fact::RenamesTable {
                    table: view.clone(),
                    to: name(to.view()),
                }),
                AlterMaterializedViewAction::RenameColumn(it) => {
                    Some(table::renamed(view.clone(), &it))
                }
                AlterMaterializedViewAction::SetSchema(it) => Some(table::moved(view.clone(), &it)),
                _ => None,
            });
            facts.map(|fact| (at, fact)).collect()
        }
        Stmt::AlterForeignTable(it) => {
            let table = super::relation(it.table_relation_name());
            let actions = it.actions();
            actions
                .flat_map(|action| table::altered(&table, action))
                .collect()
        }
        other => match renames_or_moves(&other) {
            true => one(Fact::RenamesObject),
            false => dropped(at, other),
        },
    }
}

fn made(thing: Thing, name: Name, anew: bool) -> Fact {
    Fact::Creates { thing, name, anew }
}

/// Whether programs have to call a function or sequence otherwise from now on.
fn renames_or_moves(statement: &Stmt) -> bool {
    use ast::{AlterFunctionAction as F, AlterProcedureAction as P, AlterRoutineAction as R};
    match statement {
        Stmt::AlterFunction(it) => {
            matches!(it.action(), Some(F::FunctionRenameTo(_) | F::SetSchema(_)))
        }
        Stmt::AlterProcedure(it) => {
            matches!(it.action(), Some(P::ProcedureRenameTo(_) | P::SetSchema(_)))
        }
        Stmt::AlterRoutine(it) => {
            matches!(it.action(), Some(R::RoutineRenameTo(_) | R::SetSchema(_)))
        }
        Stmt::AlterSequence(it) => it.actions().any(|it| {
            matches!(
                it,
                ast::AlterSequenceAction::SequenceRenameTo(_)
                    | ast::AlterSequenceAction::SetSchema(_)
            )
        }),
        _ => false,
    }
}

/// What a statement that begins with DROP takes away.
fn dropped(at: usize, statement: Stmt) -> Found {
    let gone = |behavior: Option<ast::DropBehavior>,
                things: Vec<(usize, Name)>,
                fact: fn(Name) -> Fact| {
        let all: Vec<Name> = things.iter().map(|(_, name)| name.clone()).collect();
        let facts = things.into_iter().map(|(at, name)| (at, fact(name)));
        let mut found: Found = facts.collect();
        found.extend(cascades(at, behavior.as_ref(), &all));
        found
    };
    match statement {
        Stmt::DropSchema(it) => {
            let schemas = it.schema_refs();
            schemas
                .map(|schema| (start(&schema), Fact::DropsSchema(name(Some(schema)))))
                .collect()
        }
        Stmt::DropType(it) => gone(
            it.drop_behavior(),
            placed(it.type_name_refs()),
            Fact::DropsType,
        ),
        Stmt::DropDomain(it) => gone(
            it.drop_behavior(),
            placed(it.domain_refs()),
            Fact::DropsType,
        ),
        Stmt::DropForeignTable(it) => gone(
            it.drop_behavior(),
            placed(it.table_name_refs()),
            Fact::DropsTable,
        ),
        Stmt::DropView(it) => gone(it.drop_behavior(), placed(it.view_refs()), view),
        Stmt::DropMaterializedView(it) => gone(it.drop_behavior(), placed(it.view_refs()), view),
        Stmt::DropExtension(it) => {
            let extensions = placed(it.extension_refs());
            gone(it.drop_behavior(), extensions, |it| {
                Fact::Drops(Thing::Extension, it)
            })
        }
        Stmt::DropSequence(it) => {
            let sequences = placed(it.sequence_refs());
            gone(it.drop_behavior(), sequences, |it| {
                Fact::Drops(Thing::Sequence, it)
            })
        }
        Stmt::DropFunction(it) => {
            let list = it.function_sig_list();
            let each = list.into_iter().flat_map(|it| it.function_sigs());
            gone(it.drop_behavior(), called(each), routine)
        }
        Stmt::DropProcedure(it) => {
            let list = it.procedure_sig_list();
            let each = list.into_iter().flat_map(|it| it.procedure_sigs());
            gone(it.drop_behavior(), called(each), routine)
        }
        Stmt::DropRoutine(it) => {
            let list = it.routine_sig_list();
            let each = list.into_iter().flat_map(|it| it.routine_sigs());
            gone(it.drop_behavior(), called(each), routine)
        }
        Stmt::DropAggregate(it) => gone(it.drop_behavior(), called(it.aggregates()), routine),
        Stmt::DropPolicy(it) => vec![(
            at,
            Fact::ChangesRowSecurity(name(it.on_table().and_then(|it| it.table_name_ref()))),
        )],
        Stmt::DropOwned(it) => vec![(at, Fact::Drops(Thing::Owned, name(it.role_ref_list())))],
        _ => Vec::new(),
    }
}

fn view(name: Name) -> Fact {
    Fact::Drops(Thing::View, name)
}

fn routine(name: Name) -> Fact {
    Fact::Drops(Thing::Routine, name)
}

fn placed(nodes: impl Iterator<Item = impl AstNode>) -> Vec<(usize, Name)> {
    nodes.map(|it| (start(&it), name(Some(it)))).collect()
}

/// Functions by their names, without what they take.
fn called(nodes: impl Iterator<Item = impl AstNode>) -> Vec<(usize, Name)> {
    let bare = |it: &_| {
        let whole = text(it);
        Name::new(whole.split('(').next().unwrap_or_default())
    };
    nodes.map(|it| (start(&it), bare(&it))).collect()
}

fn altered_type(at: usize, it: &ast::AlterType) -> Found {
    let kind = name(it.type_name_ref());
    let fact = match it.action() {
        Some(AlterTypeAction::AddValue(added)) => added.literal().map(|label| Fact::AddsLabel {
            kind,
            label: text(&label),
        }),
        Some(AlterTypeAction::RenameValue(renamed)) => {
            let mut labels = renamed.syntax().children().filter_map(ast::Literal::cast);
            match (labels.next(), labels.next()) {
                (Some(from), Some(to)) => Some(Fact::RenamesLabel {
                    kind,
                    from: text(&from),
                    to: text(&to),
                }),
                _ => None,
            }
        }
        Some(AlterTypeAction::TypeRenameTo(it)) => {
            let to = Name::new(&within(&kind, it.type_name()));
            Some(Fact::RenamesType { kind, to })
        }
        Some(AlterTypeAction::SetSchema(it)) => Some(type_moved(kind, &it)),
        Some(AlterTypeAction::RenameAttribute(it)) => Some(Fact::RenamesColumn {
            table: kind,
            column: name(it.composite_field_ref()),
            to: name(it.composite_field()),
        }),
        Some(AlterTypeAction::AlterTypeAttributeActionList(it)) => {
            it.actions().find_map(|it| match it {
                ast::AlterTypeAttributeAction::DropAttribute(it) => Some(Fact::DropsColumn {
                    table: kind.clone(),
                    column: name(it.composite_field_ref()),
                }),
                _ => None,
            })
        }
        _ => None,
    };
    fact.map(|fact| (at, fact)).into_iter().collect()
}

/// A name in the schema of another one, as it is written.
fn within(beside: &Name, named: Option<impl AstNode>) -> String {
    let named = named.map(|it| text(&it)).unwrap_or_default();
    match beside.to_string().rsplit_once('.') {
        Some((schema, _)) => format!("{schema}.{named}"),
        None => named,
    }
}

fn type_moved(kind: Name, it: &ast::SetSchema) -> Fact {
    let to = Name::new(&format!(
        "{}.{}",
        name(it.schema_ref()),
        kind.derived("", "")
    ));
    Fact::RenamesType { kind, to }
}

/// The labels of an enum, as its rows hold them.
fn labels(kind: Option<ast::CreateTypeKind>) -> Vec<String> {
    let Some(ast::CreateTypeKind::EnumType(it)) = kind else {
        return Vec::new();
    };
    let variants = it.variant_list().into_iter().flat_map(|it| it.variants());
    let literals = variants.filter_map(|it| it.literal());
    literals.map(|it| unquoted(&text(&it))).collect()
}

/// `it's` of `'it''s'`.
pub(in crate::lint) fn unquoted(literal: &str) -> String {
    let inner = literal
        .strip_prefix('\'')
        .and_then(|it| it.strip_suffix('\''));
    inner.map_or_else(|| literal.to_owned(), |it| it.replace("''", "'"))
}

/// The tables, or what is in a schema, that somebody loses rights on.
fn revoked(it: &ast::Revoke) -> Option<Fact> {
    use ast::PrivilegeObjects as On;
    let (tables, schemas) = match it.on_privilege_objects_clause()?.privilege_objects()? {
        // Without a word before them, names are those of tables.
        On::PrivilegeTable(it) => (names(it.relation_name_refs()), Vec::new()),
        On::PrivilegeDefault(it) => (names(it.relation_name_refs()), Vec::new()),
        On::PrivilegeAllTablesInSchema(it) => (Vec::new(), names(it.schema_refs())),
        On::PrivilegeSchema(it) => (Vec::new(), names(it.schema_refs())),
        _ => return None,
    };
    Some(Fact::Revokes { tables, schemas })
}

fn altered_domain(it: &ast::AlterDomain) -> Option<Fact> {
    let domain = name(it.domain_ref());
    match it.action()? {
        AlterDomainAction::AddConstraint(added) => Some(Fact::ConstrainsDomain {
            domain,
            constraint: table::constraint(&added.constraint()?)?,
        }),
        AlterDomainAction::DomainRenameTo(it) => {
            let to = Name::new(&within(&domain, it.domain()));
            Some(Fact::RenamesType { kind: domain, to })
        }
        AlterDomainAction::SetSchema(it) => Some(type_moved(domain, &it)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thing_of_a_list_is_dropped_by_itself() {
        let facts = super::super::facts("DROP VIEW a, s.b CASCADE");
        let names = |fact: &Fact| match fact {
            Fact::Drops(Thing::View, name) => name.to_string(),
            Fact::Cascades(names) => format!("{} go along", names.len()),
            other => format!("{other:?}"),
        };
        let facts: Vec<String> = facts.iter().map(|(_, fact)| names(fact)).collect();
        assert_eq!(facts, ["a", "s.b", "2 go along"]);
    }
}
