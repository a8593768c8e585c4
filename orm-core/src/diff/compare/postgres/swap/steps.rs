//! The changes that make second columns and put them in their place, with their way back.

use super::{Second, Swap, has, is_on};
use crate::ddl::blueprint::{Column, Constraint, Index, Name, Rule, Term};
use crate::ddl::constraint_name;
use crate::ddl::text::postgres as text;
use crate::diff::change::{Change, Rank, Stage};
use crate::diff::compare::postgres::beside::{allowed, dropped, made};
use crate::diff::compare::postgres::{Pair, Work, index, key, momentary};
use crate::diff::statement::{
    add_column, alter, alter_column, comment_on_column, drop_column, drop_constraint, drop_index,
    in_batches, quoted,
};

impl<'a> Swap<'a> {
    pub(super) fn of(work: &'a Work<'_>, pair: Pair<'a>) -> Option<Self> {
        let (table, own) = (pair.name, &pair.now.table);
        let swapped = &pair.touched.swapped;
        let columns: Vec<Second<'a>> = swapped
            .iter()
            .filter_map(|it| Second::of(work, pair, it))
            .collect();
        let is_touched = |rule: &Rule| swapped.iter().any(|it| is_on(rule, it));
        let is_key =
            |it: &&Constraint| matches!(it.rule, Rule::PrimaryKey(_) | Rule::Unique { .. });
        let on = own.constraints.iter().filter(|it| is_touched(&it.rule));
        let (keys, rest): (Vec<&Constraint>, Vec<&Constraint>) = on.partition(is_key);
        let mut checked: Vec<(&Name, &Constraint, &Constraint)> = rest
            .into_iter()
            .map(|it| (table, it, pair.desired.constraint(&it.name).unwrap_or(it)))
            .collect();
        for (name, relation) in &work.now.relations {
            for it in &relation.table.constraints {
                let Rule::ForeignKey(to) = &it.rule else {
                    continue;
                };
                let mut known = checked.iter();
                let known = known.any(|(of, known, _)| *of == name && known.name == it.name);
                let leads_here = to.target_columns.iter().any(|it| swapped.contains(it));
                if to.target == *table && leads_here && !known {
                    checked.push((name, it, it));
                }
            }
        }
        let indexes = own.indexes.iter();
        let indexes = indexes.filter(|index| swapped.iter().any(|it| has(index, it)));
        let given = |name: String| constraint_name::given(&name);
        Some(Swap {
            table,
            columns,
            // The last of all: triggers run in the order of their names.
            trigger: given(format!("~~{}_next", table.name)),
            function: Name {
                schema: table.schema.clone(),
                name: given(format!("{}_next", table.name)),
            },
            key: work.key_now(table)?,
            indexes: indexes.collect(),
            keys,
            checked,
        })
    }

    fn change(&self, stage: Stage, what: &str) -> Change {
        let columns: Vec<&str> = self.columns.iter().map(|it| it.now.name.as_str()).collect();
        let summary = format!("{what} {}.{}", self.table, columns.join(", "));
        Change::new(stage, Rank::Swap, summary)
    }

    fn alter(&self, action: impl AsRef<str>) -> String {
        alter(self.table, action)
    }

    fn alter_column(&self, column: &str, action: impl AsRef<str>) -> String {
        alter_column(self.table, column, action)
    }

    fn trigger(&self) -> Vec<String> {
        let mut body = String::from("BEGIN\n");
        for it in &self.columns {
            let value = it.forth(&format!("NEW.{}", quoted(&it.now.name)));
            body.push_str(&format!("  NEW.{} := {value};\n", quoted(&it.next)));
        }
        body.push_str("  RETURN NEW;\nEND");
        made(self.table, &self.trigger, &self.function, &body)
    }

    fn no_trigger(&self) -> [String; 2] {
        dropped(self.table, &self.trigger, &self.function)
    }

    /// An index of the first columns, over the second ones.
    fn over_next(&self, index: &Index) -> Index {
        let next = |column: &mut String| {
            if let Some(it) = self.columns.iter().find(|it| it.now.name == *column) {
                column.clone_from(&it.next);
            }
        };
        let mut index = index.clone();
        index.name = beside(&index.name);
        for part in &mut index.parts {
            if let Term::Column(column) = &mut part.term {
                next(column);
            }
        }
        index.include.iter_mut().for_each(next);
        index
    }

    /// The index of a key, over the second columns.
    fn key_over_next(&self, key: &Constraint) -> Index {
        self.over_next(&key::index_of(key))
    }

    fn all_over_next(&self) -> impl Iterator<Item = Index> {
        let indexes = self.indexes.iter().map(|it| self.over_next(it));
        indexes.chain(self.keys.iter().map(|it| self.key_over_next(it)))
    }

    pub(super) fn begun(&self) -> Change {
        let mut change = self.change(Stage::Online, "begin second columns for");
        for it in &self.columns {
            let column = Column {
                name: it.next.clone(),
                nullable: true,
                default: None,
                identity: None,
                sequence: None,
                comment: None,
                ..it.desired.clone()
            };
            change.up.extend(add_column(self.table, &column));
            change.down.push(drop_column(self.table, &it.next));
        }
        change.up.extend(self.trigger());
        change.down.splice(0..0, self.no_trigger());
        change
            .note(momentary(self.table))
            .note("A trigger gives them the values of each row that is written from now on.")
    }

    pub(super) fn filled(&self) -> Change {
        let mut change = self.change(Stage::Online, "fill the second columns for");
        let (mut set, mut empty) = (Vec::new(), Vec::new());
        for it in &self.columns {
            let (next, first) = (quoted(&it.next), quoted(&it.now.name));
            set.push(format!("{next} = {}", it.forth(&first)));
            empty.push(format!("{next} IS NULL AND {first} IS NOT NULL"));
        }
        let update = format!("UPDATE {} SET {}", self.table.quoted(), set.join(", "));
        let empty = match empty.as_slice() {
            [only] => only.clone(),
            _ => format!("({})", empty.join(" OR ")),
        };
        change
            .up
            .push(in_batches(self.table, self.key, &update, &empty));
        for it in &self.columns {
            let proof = quoted(&it.proof);
            let check = format!("ADD CONSTRAINT {proof} CHECK ({}) NOT VALID", it.proved());
            change.up.push(self.alter(check));
            change
                .up
                .push(self.alter(format!("VALIDATE CONSTRAINT {proof}")));
            change
                .down
                .insert(0, drop_constraint(self.table, &it.proof));
        }
        for index in self.all_over_next() {
            change.up.push(text::create_index(self.table, &index, true));
            change
                .down
                .insert(0, drop_index(self.table, &index.name, true));
        }
        let keys = self
            .keys
            .iter()
            .any(|it| matches!(it.rule, Rule::Unique { .. }));
        if keys || self.indexes.iter().any(|it| it.unique) {
            change = change.note(
                "While a key is there twice, two upserts by it that meet may fail (23505): PostgreSQL \
                 looks at one of the two alone.",
            );
        }
        change
            .note("Rows are filled some at a time: a run that is stopped goes on where it was.")
            .note(
                "Triggers of the table run for each row, and the check says if one kept rows away.",
            )
    }

    /// All locks at once, in the order in which a row that refers to others takes its own.
    fn locked(&self) -> String {
        let others = self.checked.iter().map(|(table, ..)| *table);
        let targets = self.checked.iter().filter_map(|(.., it)| match &it.rule {
            Rule::ForeignKey(key) => Some(&key.target),
            _ => None,
        });
        let mut tables: Vec<String> = Vec::new();
        let own = others.filter(|it| *it != self.table).chain([self.table]);
        for table in own.chain(targets).map(Name::quoted) {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.join(", "))
    }

    pub(super) fn swapped(&self) -> Change {
        let mut change = self.change(Stage::Swap, "put the second columns in the place of");
        let up = &mut change.up;
        let lock = allowed(
            "lock-table",
            "what follows is done in a moment",
            &self.locked(),
        );
        up.push(lock);
        up.extend(self.no_trigger());
        let checked = self.checked.iter();
        up.extend(checked.map(|(table, it, _)| drop_constraint(table, &it.name)));
        for it in &self.columns {
            if !it.now.nullable {
                up.push(self.alter_column(&it.next, "SET NOT NULL"));
            }
            up.push(drop_constraint(self.table, &it.proof));
            let beside = Column {
                name: it.next.clone(),
                ..it.desired.clone()
            };
            up.extend(it.numbered(self.table, &it.now.name, &beside));
        }
        for it in &self.columns {
            let drop = drop_column(self.table, &it.now.name);
            let reason = "the second column has its values, and its name from here on";
            up.push(allowed("drop-column", reason, &drop));
            let rename = self.renamed(&it.next, &it.now.name);
            let reason = "no program knows the second column by its first name";
            up.push(allowed("rename-column", reason, &rename));
            up.extend(it.owned(self.table, &it.desired.kind));
            if let Some(default) = it.default_after() {
                up.push(self.alter_column(&it.now.name, format!("SET DEFAULT {default}")));
            }
            if let Some(comment) = &it.desired.comment {
                up.push(comment_on_column(self.table, &it.now.name, Some(comment)));
            }
        }
        for key in &self.keys {
            up.push(key::adopted(self.table, key, &beside(&key.name)));
        }
        let indexes = self.indexes.iter();
        up.extend(indexes.map(|it| index::renamed(self.table, &beside(&it.name), &it.name)));
        for (table, _, goal) in &self.checked {
            up.push(alter(
                table,
                format!("ADD {} NOT VALID", text::constraint(goal)),
            ));
        }
        change.down = self.swapped_back();
        change
            .note(momentary(self.table))
            .note("Programs read the new types from now on.")
            .note("The way back writes every row under a lock.")
    }

    fn renamed(&self, from: &str, to: &str) -> String {
        self.alter(format!("RENAME COLUMN {} TO {}", quoted(from), quoted(to)))
    }

    fn swapped_back(&self) -> Vec<String> {
        let mut out = vec![self.locked()];
        let checked = self.checked.iter();
        out.extend(checked.map(|(table, it, _)| drop_constraint(table, &it.name)));
        out.extend(
            self.keys
                .iter()
                .map(|it| drop_constraint(self.table, &it.name)),
        );
        let indexes = self.indexes.iter();
        out.extend(indexes.map(|it| index::renamed(self.table, &it.name, &beside(&it.name))));
        let mut set = Vec::new();
        for it in &self.columns {
            out.push(self.renamed(&it.now.name, &it.next));
            if it.desired.comment.is_some() {
                out.push(comment_on_column(self.table, &it.next, None));
            }
            let old = Column {
                nullable: true,
                identity: None,
                sequence: None,
                default: None,
                ..it.now.clone()
            };
            out.extend(add_column(self.table, &old));
            set.push(format!("{} = {}", quoted(&it.now.name), it.back()));
        }
        out.push(format!(
            "UPDATE {} SET {}",
            self.table.quoted(),
            set.join(", ")
        ));
        for it in &self.columns {
            out.extend(it.back_in_place(self.table));
        }
        for key in &self.keys {
            out.push(text::create_index(
                self.table,
                &self.key_over_next(key),
                false,
            ));
            out.push(self.alter(format!("ADD {}", text::constraint(key))));
        }
        let indexes = self.indexes.iter();
        out.extend(indexes.map(|it| text::create_index(self.table, it, false)));
        for (table, before, _) in &self.checked {
            out.push(alter(table, format!("ADD {}", text::constraint(before))));
        }
        out.extend(self.trigger());
        out
    }

    pub(super) fn checked(&self) -> Option<Change> {
        let mut change = self.change(Stage::Checks, "check what is built on");
        for (table, _, goal) in &self.checked {
            let name = quoted(&goal.name);
            change
                .up
                .push(alter(table, format!("VALIDATE CONSTRAINT {name}")));
            let again = format!("ADD {} NOT VALID", text::constraint(goal));
            change
                .down
                .push(alter(table, format!("DROP CONSTRAINT {name}, {again}")));
        }
        let change = change.note("Rows that exist are checked while others read and write.");
        (!change.up.is_empty()).then_some(change)
    }
}

/// The name that something has until it takes the place of what it was made beside.
fn beside(name: &str) -> String {
    constraint_name::given(&format!("{name}__next"))
}
