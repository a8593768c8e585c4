//! Columns: new ones, those that no field stands for, other names, and what
//! differs about those that stay.

use std::collections::BTreeSet;

use super::fill::is_one_for_all;
use super::{Pair, Work, momentary};
use crate::ddl::blueprint::{Column, Index, Name, Rule, Term, Type};
use crate::ddl::text::postgres as text;
use crate::ddl::token;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::statement::{
    add_column, alter, alter_column, as_created, comment_on_column, drop_column, quoted,
};

impl Work<'_> {
    pub(super) fn columns(&mut self, pair: Pair<'_>) {
        self.renamed_columns(pair);
        for wanted in &pair.wanted.table.columns {
            let Some(desired) = pair.desired.column(&wanted.name) else {
                continue;
            };
            let Some(now) = pair.now.table.column(&wanted.name) else {
                if !self.comes_from_above(pair, wanted) {
                    self.new_column(pair.name, desired);
                }
                continue;
            };
            if pair.touched.swapped.contains(&wanted.name) {
                let old = self.renames.old_column(pair.name, &wanted.name).to_owned();
                self.is_partitioned_by(pair, &old, "another type for");
                self.with_changes_above(pair, now, wanted);
            } else if !pair.touched.remade.contains(&wanted.name) {
                let changed = self.with_changes_above(pair, now, wanted);
                self.alter(pair, &changed, wanted, desired);
                self.column_comment(pair.name, now, wanted);
            } else if !self.is_remade_above(pair, &wanted.name) {
                self.remake(pair, now, desired);
            }
        }
        self.swap(pair);
        for column in &pair.live.table.columns {
            let new = pair.renamed_to(self, &column.name);
            // One of a table above goes with it.
            let inherited = pair.live.inherited.columns.contains(&column.name);
            if pair.wanted.table.column(&new).is_none() && !inherited {
                self.extra_column(pair, column);
            }
        }
    }

    fn renamed_columns(&mut self, pair: Pair<'_>) {
        let gone = &pair.touched.gone;
        let columns = pair.live.table.columns.iter();
        let mut taken: BTreeSet<String> = columns
            .map(|it| it.name.clone())
            .filter(|it| !gone.contains(it))
            .collect();
        let renames = self.renames.of_table(pair.name);
        let mut waiting: Vec<(String, String)> = renames
            .map(|(new, old)| (new.to_owned(), old.to_owned()))
            .collect();
        while let Some(free) = waiting.iter().position(|(new, _)| !taken.contains(new)) {
            let (new, old) = waiting.remove(free);
            taken.remove(&old);
            taken.insert(new.clone());
            if !self.is_renamed_above(pair, &old, &new) {
                self.rename_column(pair.name, &old, &new);
            }
        }
        for (new, old) in waiting {
            self.problem(format!(
                "`{}.{old}` cannot be renamed to `{new}`: that name is taken",
                pair.name
            ));
        }
    }

    fn rename_column(&mut self, table: &Name, old: &str, new: &str) {
        let rename = |from: &str, to: &str| {
            alter(
                table,
                format!("RENAME COLUMN {} TO {}", quoted(from), quoted(to)),
            )
        };
        let change = Change::new(
            Stage::Schema,
            Rank::RenameColumn,
            format!("rename column {table}.{old} to {new}"),
        );
        self.push(
            change
                .up(rename(old, new))
                .down(rename(new, old))
                .without(self.renames.old_table(table), Some(old))
                .note(momentary(table))
                .note(format!(
                    "Programs that still use the old name fail from now on; `--second-column \
                     {table}.{new}` keeps both names for a while."
                )),
        );
    }

    fn new_column(&mut self, table: &Name, column: &Column) {
        let rank = if column.generated.is_some() {
            Rank::AddGenerated
        } else {
            Rank::AddColumn
        };
        let summary = format!("add column {table}.{}", column.name);
        let mut change = Change::new(Stage::Schema, rank, summary);
        change.down = vec![drop_column(table, &column.name)];
        if let Some(old) = self
            .renames
            .beside
            .get(&(table.clone(), column.name.clone()))
        {
            return self.renamed_beside(table, old, column);
        }
        if self.is_filled_later(table, column) {
            return self.column_filled_later(table, column);
        }
        if has_value(column) {
            change.up = add_column(table, column);
            return self.push(change.note(note_on_addition(table, column)));
        }
        let Some(fill) = self.options.fill(table, &column.name).map(str::to_owned) else {
            change.up = add_column(table, column);
            change.needs_empty = Some(self.renames.old_table(table).clone());
            return self.push(change.note(format!(
                "Fails if {table} has rows: the column is NOT NULL and has no default."
            )));
        };
        let nullable = Column {
            nullable: true,
            ..column.clone()
        };
        change.up = add_column(table, &nullable);
        self.push(change.note(momentary(table)));
        self.not_null(table, &column.name, Some(&fill), Vec::new());
    }

    /// Drops a column whose values are computed, or will be, and adds it again.
    fn remake(&mut self, pair: Pair<'_>, now: &Column, desired: &Column) {
        let old_name = self.renames.old_column(pair.name, &now.name).to_owned();
        let Some(old) = pair.live.table.column(&old_name) else {
            return;
        };
        if now.generated.is_some() && desired.generated.is_none() {
            self.keep_computed(pair, old, now, desired);
            return;
        }
        let before = pair.old_name();
        self.held_column(pair, &old_name, "compute anew the column");
        let mut change = Change::new(
            Stage::Schema,
            Rank::DropGenerated,
            format!("drop column {before}.{old_name}, to compute it anew"),
        )
        .up(drop_column(before, &old_name))
        .note("An expression cannot be changed in place.");
        change.down = add_column(before, &as_created(pair.live, old));
        if now.generated.is_none() {
            change = change.loses(
                LossKind::Column(before.clone(), old_name.clone()),
                count_of(before, &old_name),
            );
        }
        self.push(change);
        let mut change = Change::new(
            Stage::Schema,
            Rank::AddGenerated,
            format!("add column {}.{}", pair.name, desired.name),
        );
        change.up = add_column(pair.name, desired);
        change.down = vec![drop_column(pair.name, &desired.name)];
        self.push(change.note(note_on_addition(pair.name, desired)));
    }

    /// A column that is no longer computed keeps its values.
    fn keep_computed(&mut self, pair: Pair<'_>, old: &Column, now: &Column, desired: &Column) {
        let before = pair.old_name();
        let mut change = Change::new(
            Stage::Schema,
            Rank::DropGenerated,
            format!("stop computing {before}.{}", old.name),
        )
        .up(alter_column(before, &old.name, "DROP EXPRESSION"))
        .down(drop_column(before, &old.name))
        .note("The values stay as they are.");
        change.down.extend(add_column(before, old));
        self.push(change);
        let Some(wanted) = pair.wanted.table.column(&desired.name) else {
            return;
        };
        let now = Column {
            generated: None,
            ..now.clone()
        };
        self.alter(pair, &now, wanted, desired);
        self.column_comment(pair.name, &now, wanted);
    }

    /// What is built on a column and no model speaks of: it would be in the way of
    /// dropping it, or go with it without a word.
    pub(super) fn held_column(&mut self, pair: Pair<'_>, column: &str, deed: &str) {
        let table = pair.old_name();
        let hangers = pair.live.hangers.iter();
        let hangers = hangers.filter(|it| it.column.as_deref() == Some(column));
        let hangers = hangers.map(ToString::to_string);
        let kept = pair.live.kept_indexes.iter();
        let kept = kept.filter(|it| mentions(it, column));
        let kept = kept.map(|it| format!("the index `{}`", it.name.escape_debug()));
        let keys = pair.live.kept_constraints.iter();
        let keys = keys.filter(|it| is_over(&it.rule, column));
        let keys = keys.map(|it| it.name.as_str());
        let stored = pair.live.stored.iter();
        let stored = stored.filter(|(_, columns)| columns.iter().any(|it| it == column));
        let keys = keys.chain(stored.map(|(name, _)| name.as_str()));
        let keys = keys.map(|it| format!("the constraint `{}`", it.escape_debug()));
        let found: BTreeSet<String> = hangers.chain(kept).chain(keys).collect();
        self.is_partitioned_by(pair, column, deed);
        for it in found {
            self.problem(format!(
                "{deed} {table}.{column}: {it} is built on it, of which models do not speak; drop \
                 that in a migration of its own, and make it anew after this one"
            ));
        }
    }

    fn extra_column(&mut self, pair: Pair<'_>, column: &Column) {
        let table = pair.old_name();
        self.held_column(pair, &column.name, "drop column");
        let mut formers = pair.live.formers.iter();
        if let Some(former) = formers.find(|it| it.column == column.name) {
            return self.contract(pair, former, column);
        }
        let computed = column.generated.is_some();
        let rank = if computed {
            Rank::DropGenerated
        } else {
            Rank::DropColumn
        };
        let mut change = Change::new(
            Stage::Schema,
            rank,
            format!("drop column {table}.{}", column.name),
        )
        .up(drop_column(table, &column.name))
        .without(table, Some(&column.name))
        .note(momentary(table))
        .note(
            "Programs that still use the column fail from now on: deploy those that do not first.",
        );
        change.down = way_back(pair, column);
        let kind = LossKind::Column(table.clone(), column.name.clone());
        change = change.loses(kind, count_of(table, &column.name));
        if !computed {
            change = change.note("The way back adds the column again, without its values.");
        }
        if let Some(hint) = hint_of_column(pair, column) {
            change = change.note(hint);
        }
        self.push(change);
    }

    fn column_comment(&mut self, table: &Name, now: &Column, wanted: &Column) {
        if now.comment == wanted.comment {
            return;
        }
        let change = Change::new(
            Stage::Schema,
            Rank::Comment,
            format!("comment on {table}.{}", wanted.name),
        );
        let comment =
            |column: &Column| comment_on_column(table, &wanted.name, column.comment.as_deref());
        self.push(change.up(comment(wanted)).down(comment(now)));
    }
}

impl Pair<'_> {
    fn renamed_to(&self, work: &Work<'_>, old: &str) -> String {
        let mut renames = work.renames.of_table(self.name);
        renames
            .find(|(_, it)| *it == old)
            .map_or(old, |(new, _)| new)
            .to_owned()
    }
}

/// Whether rows that exist get a value, or need none.
fn has_value(column: &Column) -> bool {
    column.nullable
        || column.identity.is_some()
        || column.generated.is_some()
        || column.default.as_deref().is_some_and(|it| !is_null(it))
}

/// Whether a constraint has a column in it.
fn is_over(rule: &Rule, column: &str) -> bool {
    let is_it = |columns: &[String]| columns.iter().any(|it| it == column);
    match rule {
        Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => is_it(columns),
        Rule::Check { condition, .. } => token::mentions(condition, column),
        Rule::ForeignKey(key) => is_it(&key.columns),
        Rule::Exclude(exclusion) => exclusion.is_over(column),
    }
}

/// Whether an index has a column in it.
fn mentions(index: &Index, column: &str) -> bool {
    let texts = index.filter.iter();
    let in_parts = index.parts.iter().any(|it| match &it.term {
        Term::Column(own) => own == column,
        Term::Expression(text) => token::mentions(text, column),
    });
    in_parts
        || index.include.iter().any(|it| it == column)
        || texts.into_iter().any(|it| token::mentions(it, column))
}

/// `DEFAULT NULL` says nothing.
pub(super) fn is_null(default: &str) -> bool {
    default.eq_ignore_ascii_case("NULL") || default.starts_with("NULL::")
}

/// A column that rows may have no value for comes back as one that may be NULL.
fn way_back(pair: Pair<'_>, column: &Column) -> Vec<String> {
    let column = as_created(pair.live, column);
    let table = pair.old_name();
    let mut out = add_column(table, &column);
    if !has_value(&column) && !matches!(column.kind, Type::Other(_)) {
        let nullable = Column {
            nullable: true,
            ..column.clone()
        };
        out = add_column(table, &nullable);
        out.push(alter_column(table, &column.name, "SET NOT NULL"));
    }
    if pair.live.serials.contains(&column.name) && column.nullable {
        out.push(alter_column(table, &column.name, "DROP NOT NULL"));
    }
    out
}

pub(super) fn count_of(table: &Name, column: &str) -> String {
    format!("SELECT count({}) FROM {}", quoted(column), table.quoted())
}

fn note_on_addition(table: &Name, column: &Column) -> String {
    let constant = column.default.as_deref().is_none_or(is_one_for_all);
    if constant && column.identity.is_none() && column.generated.is_none() {
        return momentary(table);
    }
    format!(
        "Locks {table} against everything while each of its rows is written, unless the default \
         is the same for all."
    )
}

/// What to say where a column may have been renamed.
fn hint_of_column(pair: Pair<'_>, column: &Column) -> Option<String> {
    let new: Vec<String> = pair
        .wanted
        .table
        .columns
        .iter()
        .filter(|it| pair.now.table.column(&it.name).is_none())
        .map(|it| format!("`{}` ({})", it.name, text::kind(&it.kind)))
        .collect();
    (!new.is_empty()).then(|| {
        format!(
            "If it is called {} now, say `renamed_from = {:?}` there: its values are kept.",
            new.join(" or "),
            column.name
        )
    })
}
