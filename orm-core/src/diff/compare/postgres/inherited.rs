//! What a table has from tables above it, by inheritance or as a partition: it is changed
//! there, and here together with it, so that no statement of its own is written.

use super::{Pair, Work};
use crate::ddl::blueprint::{Column, Constraint, Index, Rule};
use crate::ddl::live::Relation;
use crate::ddl::token;

/// A table above: as it will be once everything has its new name, and as it is wanted.
struct Above<'w> {
    now: &'w Relation,
    wanted: &'w Relation,
}

impl Work<'_> {
    /// The tables above one that have models.
    fn above(&self, pair: Pair<'_>) -> Vec<Above<'_>> {
        let names = pair.live.inherited.from.iter();
        let names = names.map(|it| self.renames.new_table(it));
        let found = names.filter_map(|name| {
            Some(Above {
                now: self.now.relations.get(&name)?,
                wanted: self.wanted.relations.get(&name)?,
            })
        });
        found.collect()
    }

    /// Whether a column of the database, by its new name, is there because a table above has it.
    pub(super) fn is_inherited(&self, pair: Pair<'_>, column: &str) -> bool {
        let old = self.renames.old_column(pair.name, column);
        pair.live.inherited.columns.contains(old)
    }

    /// Whether a new column comes with one of a table above, or is refused.
    pub(super) fn comes_from_above(&mut self, pair: Pair<'_>, wanted: &Column) -> bool {
        let above = self.above(pair);
        let mut others = above.iter();
        let same = |it: &Column| is_same(it, wanted);
        let found = others.find_map(|it| it.wanted.table.column(&wanted.name).map(same));
        match found {
            Some(true) => true,
            Some(false) => {
                self.problem(format!(
                    "add column {}.{}: it comes from a table above, whose model says it otherwise; \
                     say both alike",
                    pair.name, wanted.name
                ));
                true
            }
            None if pair.live.inherited.is_partition => {
                let parent = pair.live.inherited.from.first();
                let parent = parent.map_or("its table".into(), |it| format!("`{it}`"));
                self.problem(format!(
                    "add column {}.{}: a partition has the columns of {parent}; add it there",
                    pair.name, wanted.name
                ));
                true
            }
            None => false,
        }
    }

    /// A column that stays, with what a change of a table above makes of it. What such a change
    /// would have to do, and no model says, is a problem.
    pub(super) fn with_changes_above(
        &mut self,
        pair: Pair<'_>,
        now: &Column,
        wanted: &Column,
    ) -> Column {
        let mut now = now.clone();
        if !self.is_inherited(pair, &wanted.name) {
            return now;
        }
        let above = self.above(pair);
        let changes = |differs: fn(&Column, &Column) -> bool| {
            above.iter().any(|it| {
                let columns = (
                    it.now.table.column(&wanted.name),
                    it.wanted.table.column(&wanted.name),
                );
                matches!(columns, (Some(before), Some(after))
                    if differs(before, after) && !differs(after, wanted))
            })
        };
        let other_type = |a: &Column, b: &Column| a.kind != b.kind || a.collation != b.collation;
        let is_retyped = other_type(&now, wanted);
        let retyped_above = changes(other_type);
        if changes(|a, b| a.nullable != b.nullable) {
            now.nullable = wanted.nullable;
        }
        if changes(|a, b| a.default != b.default) {
            now.default.clone_from(&wanted.default);
        }
        let keeps_null = pair.live.inherited.is_partition && wanted.nullable && !now.nullable;
        if is_retyped {
            now.kind = wanted.kind.clone();
            now.collation.clone_from(&wanted.collation);
        }
        if (is_retyped && !retyped_above) || keeps_null {
            let what = if is_retyped { "another type" } else { "NULL" };
            self.problem(format!(
                "{what} for {}.{}: the column is from a table above; change it there, or have this \
                 model say what is there",
                pair.name, wanted.name
            ));
            now.nullable = wanted.nullable;
        }
        now
    }

    /// Whether a computed column is made anew together with that of a table above.
    pub(super) fn is_remade_above(&mut self, pair: Pair<'_>, column: &str) -> bool {
        if !self.is_inherited(pair, column) {
            return false;
        }
        let above = self.above(pair);
        let mut remade = above
            .iter()
            .filter_map(|it| self.touched.get(&it.now.table.name));
        if !remade.any(|it| it.remade.contains(column)) {
            self.problem(format!(
                "compute anew {}.{column}: the column is from a table above; change it there",
                pair.name
            ));
        }
        true
    }

    /// Whether a column gets its name together with that of a table above.
    pub(super) fn is_renamed_above(&mut self, pair: Pair<'_>, old: &str, new: &str) -> bool {
        if !pair.live.inherited.columns.contains(old) {
            return false;
        }
        let above = self.above(pair);
        let renamed = above.iter().any(|it| {
            let key = (it.now.table.name.clone(), new.to_owned());
            self.renames.columns.get(&key).is_some_and(|it| it == old)
        });
        if !renamed {
            self.problem(format!(
                "`{}.{old}` cannot be renamed to `{new}`: the column is from a table above; rename \
                 it there",
                pair.name
            ));
        }
        true
    }

    /// Whether a new constraint comes with one of a table above.
    pub(super) fn is_added_above(&self, pair: Pair<'_>, wanted: &Constraint) -> bool {
        let is_partition = pair.live.inherited.is_partition;
        let alike = |it: &Constraint| match (&it.rule, &wanted.rule) {
            (Rule::Check { condition, .. }, Rule::Check { condition: own, .. }) => {
                it.name == wanted.name && token::same(condition, own)
            }
            (rule, own) => is_partition && super::constraint::same(own, rule),
        };
        let has_it = |it: &Relation| it.table.constraints.iter().any(alike);
        let above = self.above(pair);
        above.iter().any(|it| has_it(it.wanted))
    }

    /// Whether a new index comes with one of the table that this is a partition of.
    pub(super) fn is_indexed_above(&self, pair: Pair<'_>, wanted: &Index) -> bool {
        let has_it = |it: &Relation| {
            let mut all = it.table.indexes.iter();
            all.any(|it| super::index::same(wanted, it))
        };
        let above = self.above(pair);
        pair.live.inherited.is_partition && above.iter().any(|it| has_it(it.wanted))
    }
}

/// Whether two columns are one, wherever they are.
fn is_same(one: &Column, other: &Column) -> bool {
    one.kind == other.kind
        && one.collation == other.collation
        && one.nullable == other.nullable
        && one.default == other.default
        && one.generated == other.generated
}
