//! Enum types: new labels are added, other changes make the type anew.

use std::collections::BTreeSet;

use super::{Pair, Work};
use crate::ddl::blueprint::{EnumType, Name, Rule, Term, Type};
use crate::ddl::constraint_name;
use crate::ddl::live::{Live, Relation};
use crate::ddl::plan::Step;
use crate::ddl::token;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::left::LeftAlone;
use crate::diff::rename::is_of;
use crate::diff::statement::{add_column, alter, alter_column, as_created, drop_column, literal};
use crate::diff::statement::{drop_constraint, drop_index, quoted};
use crate::schema::Backend;

/// A column that holds labels of an enum type which is made anew.
struct User {
    table: Name,
    column: String,
    array: bool,
    default_before: Option<String>,
    default_after: Option<String>,
}

impl Work<'_> {
    pub(super) fn enums(&mut self) {
        self.renamed_labels();
        for (name, labels) in &self.wanted.types {
            let Some(labels) = labels else { continue };
            match self.now.types.get(name).cloned().flatten() {
                None => self.create_enum(name, labels),
                Some(have) if have == *labels => {}
                Some(have) if is_part_in_order(&have, labels) => {
                    self.add_labels(name, &have, labels);
                }
                Some(have) => {
                    self.rebuild(name, &have, labels);
                }
            }
        }
        self.extra_enums();
    }

    fn renamed_labels(&mut self) {
        for (kind, from, to) in self.renames.labels.clone() {
            let rename = |from: &str, to: &str| {
                format!(
                    "ALTER TYPE {} RENAME VALUE {} TO {}",
                    kind.quoted(),
                    literal(from),
                    literal(to)
                )
            };
            let change = Change::new(
                Stage::Schema,
                Rank::RenameRest,
                format!("rename the label {from} of {kind} to {to}"),
            );
            let change = change.up(rename(&from, &to)).down(rename(&to, &from));
            self.push(change.note(
                "Programs that still know the old label fail: deploy those that know both first.",
            ));
        }
    }

    fn create_enum(&mut self, name: &Name, labels: &[String]) {
        let kind = EnumType {
            name: name.clone(),
            labels: labels.to_vec(),
        };
        let change = Change::new(
            Stage::Schema,
            Rank::CreateEnum,
            format!("create enum {name}"),
        );
        self.push(
            change
                .up(Step::CreateEnum(kind).sql(Backend::Postgres))
                .down(Step::DropEnum(name.clone()).sql(Backend::Postgres)),
        );
    }

    /// Adds labels between those that are there, in a migration before all
    /// others: a new label can be used once it is committed.
    fn add_labels(&mut self, name: &Name, have: &[String], wanted: &[String]) {
        // Labels are renamed after this.
        let old = |label: &String| {
            let renamed = self.renames.labels.iter();
            let mut renamed = renamed.filter(|(kind, _, _)| kind == name);
            renamed
                .find(|(_, _, to)| to == label)
                .map_or(label.clone(), |(_, from, _)| from.clone())
        };
        let mut change = Change::new(
            Stage::Labels,
            Rank::AddLabel,
            format!("add labels to the enum {name}"),
        );
        for (i, label) in wanted.iter().enumerate() {
            if have.contains(label) {
                continue;
            }
            let place = match (i.checked_sub(1), have.first()) {
                (Some(before), _) => format!(" AFTER {}", literal(&old(&wanted[before]))),
                (None, Some(first)) => format!(" BEFORE {}", literal(&old(first))),
                (None, None) => String::new(),
            };
            change = change.up(format!(
                "ALTER TYPE {} ADD VALUE IF NOT EXISTS {}{place}",
                name.quoted(),
                literal(label)
            ));
        }
        let have: Vec<String> = have.iter().map(old).collect();
        let with: Vec<String> = wanted.iter().map(old).collect();
        change.down = self.labels_taken_back(name, &with, &have);
        self.push(change.note(
            "A label can be used only after it is committed: this is a migration of its own.",
        ));
    }

    /// The way back from new labels: no label can be dropped, so the type is
    /// made anew. It fails, as it should, while a row has one of them.
    fn labels_taken_back(&self, kind: &Name, from: &[String], to: &[String]) -> Vec<String> {
        let (mut before, mut users, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for relation in self.live.relations.values() {
            let of_kind = relation.table.columns.iter();
            let columns: Vec<_> = of_kind.filter(|it| is_of(&it.kind, kind)).collect();
            if columns.is_empty() {
                continue;
            }
            let names: Vec<&str> = columns.iter().map(|it| it.name.as_str()).collect();
            step_aside(relation, kind, &names, &mut before, &mut after);
            let plain = columns.iter().filter(|it| it.generated.is_none());
            users.extend(plain.map(|column| User {
                table: relation.table.name.clone(),
                column: column.name.clone(),
                array: matches!(column.kind, Type::Enum { array: true, .. }),
                default_before: column.default.clone(),
                default_after: column.default.clone(),
            }));
        }
        before.extend(made_anew(kind, from, to, &users).0);
        before.extend(after.into_iter().rev());
        before
    }

    fn rebuild(&mut self, name: &Name, have: &[String], wanted: &[String]) {
        let users = self.users(name);
        let (up, down) = made_anew(name, have, wanted, &users);
        let removed: Vec<String> = have
            .iter()
            .filter(|it| !wanted.contains(it))
            .cloned()
            .collect();
        let mut change = Change::new(
            Stage::Schema,
            Rank::RebuildEnum,
            format!("make the enum {name} anew"),
        )
        .note(
            "Labels cannot be removed or sorted anew: the type is replaced, and every table that \
             uses it is rewritten under a lock against everything.",
        );
        (change.up, change.down) = (up, down);
        if !removed.is_empty() {
            let count = count_of_labels(name, &users, &removed, self.renames);
            change = change.loses(LossKind::Labels(name.clone(), removed), count);
        }
        self.push(change);
    }

    /// The columns that follow an enum type when it is made anew.
    fn users(&self, kind: &Name) -> Vec<User> {
        let mut users = Vec::new();
        for (table, relation) in &self.now.relations {
            let wanted = self.wanted.relations.get(table);
            if wanted.is_none() && !self.options.ignores(table) {
                continue;
            }
            for column in &relation.table.columns {
                let Type::Enum { name, array } = &column.kind else {
                    continue;
                };
                let goal = wanted.map(|it| it.table.column(&column.name));
                let stays = match goal {
                    Some(Some(goal)) => goal.kind == column.kind && goal.generated.is_none(),
                    Some(None) => false,
                    None => true,
                };
                if name != kind || column.generated.is_some() || !stays {
                    continue;
                }
                let desired = self.desired.iter().find(|it| it.name == *table);
                users.push(User {
                    table: table.clone(),
                    column: column.name.clone(),
                    array: *array,
                    default_before: column.default.clone(),
                    default_after: match desired {
                        Some(it) => it.column(&column.name).and_then(|it| it.default.clone()),
                        None => column.default.clone(),
                    },
                });
            }
        }
        users
    }

    fn extra_enums(&mut self) {
        for (name, labels) in self.now.types.clone() {
            let Some(labels) = labels else { continue };
            let used = self.now.relations.iter().any(|(table, relation)| {
                self.options.ignores(table)
                    && relation
                        .table
                        .columns
                        .iter()
                        .any(|it| is_of(&it.kind, &name))
            });
            if self.wanted.types.contains_key(&name) || used {
                continue;
            }
            // Nothing tells whose it is, if no column of a model had it.
            let had = self.live.relations.iter().any(|(table, relation)| {
                let mut columns = relation.table.columns.iter();
                !self.options.ignores(table) && columns.any(|it| is_of(&it.kind, &name))
            });
            if !had {
                self.outcome.left_alone.push(LeftAlone::Type(name));
                continue;
            }
            let kind = EnumType {
                name: name.clone(),
                labels,
            };
            let change = Change::new(Stage::Schema, Rank::DropEnum, format!("drop enum {name}"));
            self.push(
                change
                    .up(Step::DropEnum(name.clone()).sql(Backend::Postgres))
                    .takes(LossKind::Type(name))
                    .down(Step::CreateEnum(kind).sql(Backend::Postgres))
                    .note("No column of the models has this type."),
            );
        }
    }

    /// Whether the default of a column was seen to when its type was made anew.
    pub(super) fn follows_enum(&self, pair: Pair<'_>, column: &str) -> bool {
        let kinds = (
            pair.now.table.column(column),
            pair.wanted.table.column(column),
        );
        let (Some(now), Some(wanted)) = kinds else {
            return false;
        };
        now.kind == wanted.kind
            && matches!(&now.kind, Type::Enum { name, .. } if self.rebuilt.contains(name))
    }
}

/// The enum types that lose labels, or sort them anew.
pub(super) fn rebuilt(now: &Live, wanted: &Live) -> BTreeSet<Name> {
    let pairs = wanted.types.iter().filter_map(|(name, wanted)| {
        let (now, wanted) = (now.types.get(name)?.as_ref()?, wanted.as_ref()?);
        (!is_part_in_order(now, wanted)).then(|| name.clone())
    });
    pairs.collect()
}

/// Whether `part` is `whole` with some left out.
fn is_part_in_order(part: &[String], whole: &[String]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|label| rest.any(|it| it == label))
}

/// A type in place of another one of its name, and the way back.
fn made_anew(
    kind: &Name,
    from: &[String],
    to: &[String],
    users: &[User],
) -> (Vec<String>, Vec<String>) {
    let swap = |labels: &[String], forth: bool| {
        let former = constraint_name::given(&format!("{}__former", kind.name));
        let mut out = vec![format!(
            "ALTER TYPE {} RENAME TO {}",
            kind.quoted(),
            quoted(&former)
        )];
        let anew = EnumType {
            name: kind.clone(),
            labels: labels.to_vec(),
        };
        out.push(Step::CreateEnum(anew).sql(Backend::Postgres));
        out.extend(users.iter().flat_map(|user| user.retyped(kind, forth)));
        let former = Name {
            schema: kind.schema.clone(),
            name: former,
        };
        out.push(Step::DropEnum(former).sql(Backend::Postgres));
        out
    };
    (swap(to, true), swap(from, false))
}

impl User {
    fn retyped(&self, kind: &Name, forth: bool) -> Vec<String> {
        let (before, after) = if forth {
            (&self.default_before, &self.default_after)
        } else {
            (&self.default_after, &self.default_before)
        };
        let kind = kind.quoted();
        let column = quoted(&self.column);
        let action = if self.array {
            format!("TYPE {kind}[] USING {column}::text[]::{kind}[]")
        } else {
            format!("TYPE {kind} USING {column}::text::{kind}")
        };
        let alter = |action: &str| alter_column(&self.table, &self.column, action);
        let mut out = Vec::new();
        out.extend(before.iter().map(|_| alter("DROP DEFAULT")));
        out.push(alter(&action));
        out.extend(after.iter().map(|it| alter(&format!("SET DEFAULT {it}"))));
        out
    }
}

/// What is built on columns of an enum type: the statements that drop it, and
/// in reverse order those that bring it back.
fn step_aside(
    relation: &Relation,
    kind: &Name,
    columns: &[&str],
    before: &mut Vec<String>,
    after: &mut Vec<String>,
) {
    let table = &relation.table.name;
    let touches = |text: &String| {
        token::mentions(text, &kind.name) || columns.iter().any(|it| token::mentions(text, it))
    };
    for constraint in &relation.table.constraints {
        let affected = match &constraint.rule {
            Rule::Check { condition, .. } => touches(condition),
            Rule::Exclude(exclusion) => exclusion.texts().any(touches),
            _ => false,
        };
        if let (true, Some(text)) = (affected, relation.constraint_texts.get(&constraint.name)) {
            before.push(drop_constraint(table, &constraint.name));
            let added = format!("ADD CONSTRAINT {} {text}", quoted(&constraint.name));
            after.push(alter(table, added));
        }
    }
    for index in &relation.table.indexes {
        let affected = index.filter.as_ref().is_some_and(touches)
            || index.parts.iter().any(|part| match &part.term {
                Term::Expression(text) => touches(text),
                Term::Column(_) => false,
            });
        if let (true, Some(text)) = (affected, relation.index_texts.get(&index.name)) {
            before.push(drop_index(table, &index.name, false));
            after.push(text.clone());
        }
    }
    for column in &relation.table.columns {
        let affected = column.generated.as_ref().is_some_and(touches);
        if affected || (column.generated.is_some() && is_of(&column.kind, kind)) {
            before.push(drop_column(table, &column.name));
            let added = add_column(table, &as_created(relation, column));
            after.extend(added.into_iter().rev());
        }
    }
}

fn count_of_labels(
    kind: &Name,
    users: &[User],
    removed: &[String],
    renames: &crate::diff::rename::Renames,
) -> String {
    let labels: Vec<String> = removed.iter().map(|it| literal(it)).collect();
    let counts: Vec<String> = users
        .iter()
        .map(|user| {
            // Counted before anything is renamed.
            let table = renames.old_table(&user.table).quoted();
            let column = quoted(renames.old_column(&user.table, &user.column));
            let condition = if user.array {
                format!("{column}::text[] && ARRAY[{}]", labels.join(", "))
            } else {
                format!("{column}::text IN ({})", labels.join(", "))
            };
            format!("(SELECT count(*) FROM {table} WHERE {condition})")
        })
        .collect();
    if counts.is_empty() {
        return format!("SELECT 0::bigint AS {}", quoted(&kind.name));
    }
    format!("SELECT {}", counts.join(" + "))
}
