//! Whole tables: new ones, those that no model stands for, other names.

use std::collections::BTreeSet;

use super::{Pair, Work, momentary};
use crate::ddl::blueprint::{Constraint, Name, Rule, Table};
use crate::ddl::live::Relation;
use crate::ddl::order;
use crate::ddl::plan::{Plan, Step};
use crate::ddl::text::postgres as text;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::statement::{
    alter, alter_column, as_created, comment_on_column, comment_on_table, drop_constraint, quoted,
};
use crate::schema::Backend;

impl Work<'_> {
    pub(super) fn renamed_tables(&mut self) {
        let mut taken: BTreeSet<Name> = self.live.relations.keys().cloned().collect();
        for dropped in self.live.relations.keys() {
            if !self.stays(dropped) {
                taken.remove(dropped);
            }
        }
        let mut waiting: Vec<(Name, Name)> = self
            .renames
            .tables
            .iter()
            .map(|(new, old)| (new.clone(), old.clone()))
            .collect();
        while let Some(free) = waiting.iter().position(|(new, _)| !taken.contains(new)) {
            let (new, old) = waiting.remove(free);
            taken.remove(&old);
            taken.insert(new.clone());
            self.rename_table(&old, &new);
        }
        for (new, old) in waiting {
            self.problem(format!(
                "`{old}` cannot be renamed to `{new}`: that name is taken"
            ));
        }
    }

    /// Whether a table of the database is kept, under whatever name.
    pub(super) fn stays(&self, old: &Name) -> bool {
        self.wanted.relations.contains_key(old)
            || self.options.ignores(old)
            || self.renames.tables.values().any(|it| it == old)
    }

    fn rename_table(&mut self, old: &Name, new: &Name) {
        let change = Change::new(
            Stage::Schema,
            Rank::RenameTable,
            format!("rename table {old} to {new}"),
        );
        self.push(
            change
                .up(alter(old, format!("RENAME TO {}", quoted(&new.name))))
                .without(old, None)
                .down(alter(new, format!("RENAME TO {}", quoted(&old.name))))
                .note(momentary(old))
                .note("Programs that still use the old name fail from now on."),
        );
    }

    /// Creates tables, each after those it refers to.
    pub(super) fn new_tables(&mut self, new: &[&Table]) {
        let (tables, late) = order::by_dependency(new.iter().map(|&it| it.clone()).collect());
        let mut keys = late;
        for mut table in tables {
            let (early, wait) = table.constraints.drain(..).partition(|it| match &it.rule {
                Rule::ForeignKey(key) => {
                    key.target == table.name
                        || (self.key_stays(&key.target, &key.target_columns)
                            && !self.is_swapped(key))
                }
                _ => true,
            });
            table.constraints = early;
            let name = table.name.clone();
            keys.extend(wait.into_iter().map(|it: Constraint| (name.clone(), it)));
            self.new_table(table);
        }
        for (table, key) in keys {
            self.key_of_new_table(&table, &key);
        }
    }

    fn new_table(&mut self, table: Table) {
        let name = table.name.clone();
        let is_partitioned = table.storage.partition.is_some();
        let mut plan = Plan::new(Backend::Postgres);
        plan.create_tables(vec![table]);
        let mut change = Change::new(
            Stage::Schema,
            Rank::CreateTable,
            format!("create table {name}"),
        );
        change.up = plan.statements();
        if is_partitioned {
            change = change.note("It has no partition yet, and takes no row until it has one.");
        }
        self.push(change.down(Step::DropTables(vec![name]).sql(Backend::Postgres)));
    }

    fn key_of_new_table(&mut self, table: &Name, constraint: &Constraint) {
        let Rule::ForeignKey(key) = &constraint.rule else {
            return;
        };
        let stage = if self.is_swapped(key) {
            Stage::Checks
        } else if self.key_stays(&key.target, &key.target_columns) {
            Stage::Schema
        } else {
            self.online()
        };
        let change = Change::new(
            stage,
            Rank::AddForeignKey,
            format!("add foreign key {} to {table}", constraint.name),
        );
        self.push(
            change
                .up(alter(
                    table,
                    format!("ADD {}", text::constraint(constraint)),
                ))
                .down(drop_constraint(table, &constraint.name)),
        );
    }

    /// Tables that no model stands for.
    pub(super) fn extra_tables(&mut self) {
        let extra: Vec<Name> = self
            .live
            .relations
            .keys()
            .filter(|it| !self.stays(it))
            .cloned()
            .collect();
        for name in extra {
            if let Some(relation) = self.live.relations.get(&name) {
                self.drop_table(&relation.clone());
            }
        }
    }

    fn drop_table(&mut self, relation: &Relation) {
        let table = &relation.table;
        let mut own = Vec::new();
        for it in &relation.hangers {
            if it.is_own {
                own.push(it.to_string());
            } else if it.column.is_none() || it.kind != "foreign key" {
                self.problem(format!(
                    "drop table {}: {it} is built on it; drop that first, or have the table ignored",
                    table.name
                ));
            }
        }
        own.sort();
        own.dedup();
        let below = self.live.relations.iter();
        let below =
            below.filter(|(name, it)| it.inherited.from.contains(&table.name) && self.stays(name));
        let below = below.filter(|(_, it)| it.inherited.is_partition);
        for name in below.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            self.problem(format!(
                "drop table {}: `{name}` is a partition of it, and has a model; detach that first, \
                 or have the table ignored",
                table.name
            ));
        }
        // Of tables that stay and have no model.
        let others = self.live.relations.iter();
        let others = others.filter(|(name, _)| self.options.ignores(name));
        let keys = others.flat_map(|(name, it)| {
            let own = it.table.foreign_keys();
            let own = own.filter(|(_, key)| key.target == table.name);
            own.map(move |(key, _)| format!("the foreign key `{key}` of `{name}`"))
        });
        for it in keys.collect::<Vec<_>>() {
            self.problem(format!(
                "drop table {}: {it} is built on it; drop that first, or have the table ignored",
                table.name
            ));
        }
        for (key, _) in table.foreign_keys() {
            self.drop_constraint(relation, key);
        }
        let name = &table.name;
        let mut change = Change::new(Stage::Schema, Rank::DropTable, format!("drop table {name}"))
            .up(Step::DropTables(vec![name.clone()]).sql(Backend::Postgres))
            .loses(
                LossKind::Table(name.clone(), own),
                format!("SELECT count(*) FROM {}", name.quoted()),
            )
            .without(name, None)
            .note("The way back creates the table again, empty.")
            .note(self.hint_of_table());
        change.down = created_again(relation);
        self.push(change);
    }

    /// What to say where a table may have been renamed.
    fn hint_of_table(&self) -> String {
        let new: Vec<String> = self
            .wanted
            .relations
            .keys()
            .filter(|it| !self.now.relations.contains_key(*it))
            .map(|it| format!("`{it}`"))
            .collect();
        if new.is_empty() {
            return "No model stands for it.".into();
        }
        format!(
            "No model stands for it. If it is called {} now, say `renamed_from` on that model: \
             its rows are kept.",
            new.join(" or ")
        )
    }

    pub(super) fn table_comment(&mut self, pair: Pair<'_>) {
        let (now, wanted) = (&pair.now.table.comment, &pair.wanted.table.comment);
        if now == wanted {
            return;
        }
        let change = Change::new(
            Stage::Schema,
            Rank::Comment,
            format!("comment on {}", pair.name),
        );
        self.push(
            change
                .up(comment_on_table(pair.name, wanted.as_deref()))
                .down(comment_on_table(pair.name, now.as_deref())),
        );
    }
}

/// The statements that create a table of the database again, without its
/// foreign keys.
fn created_again(relation: &Relation) -> Vec<String> {
    let table = &relation.table;
    let columns = table
        .columns
        .iter()
        .map(|it| text::column(&as_created(relation, it)));
    let constraints = table.constraints.iter().filter_map(|it| {
        let text = relation.constraint_texts.get(&it.name)?;
        let is_key = matches!(it.rule, Rule::ForeignKey(_));
        // An empty table has nothing that was not checked, and its definition
        // no way to say so.
        let text = text.trim_end_matches(" NOT VALID");
        (!is_key).then(|| format!("CONSTRAINT {} {text}", quoted(&it.name)))
    });
    let lines: Vec<String> = columns.chain(constraints).collect();
    let name = &table.name;
    let mut out = vec![format!(
        "CREATE {}TABLE {} (\n  {}\n){}",
        if table.storage.unlogged {
            "UNLOGGED "
        } else {
            ""
        },
        name.quoted(),
        lines.join(",\n  "),
        text::storage(&table.storage)
    )];
    out.extend(relation.index_texts.values().cloned());
    if table.comment.is_some() {
        out.push(comment_on_table(name, table.comment.as_deref()));
    }
    for column in &table.columns {
        if column.comment.is_some() {
            out.push(comment_on_column(
                name,
                &column.name,
                column.comment.as_deref(),
            ));
        }
        // `serial` brings NOT NULL with it.
        if relation.serials.contains(&column.name) && column.nullable {
            out.push(alter_column(name, &column.name, "DROP NOT NULL"));
        }
    }
    out
}
