//! Constraints of tables that exist.

use std::collections::BTreeSet;

use super::{Work, primary_key};
use crate::ddl::blueprint::{Constraint, Rule, Table};
use crate::ddl::difference::{Difference, State};
use crate::ddl::plan::Step;
use crate::ddl::{constants, constraint_name};
use crate::schema::{Backend, Deferrable};

impl Work {
    /// Returns the names of the constraints and unique indexes that stand for
    /// the model's.
    pub(super) fn constraints<'l>(&mut self, table: &Table, live: &'l Table) -> BTreeSet<&'l str> {
        let mut known = BTreeSet::new();
        self.primary_key(table, live);
        for constraint in table.constraints.iter().filter(|it| !is_primary_key(it)) {
            match counterpart(constraint, live) {
                Counterpart::Same(name) => {
                    known.insert(name);
                    self.other_name(table, constraint, name);
                }
                Counterpart::Other(name) => {
                    known.insert(name);
                    self.constraint_differs(table, name, State::Another);
                }
                Counterpart::None if self.above.has(constraint) => {}
                Counterpart::None => self.add_constraint(table, live, constraint),
            }
        }
        let extra = live.constraints.iter().filter(|it| !is_primary_key(it));
        for constraint in extra.filter(|it| !known.contains(it.name.as_str())) {
            self.constraint_differs(table, &constraint.name, State::Extra);
        }
        known
    }

    fn primary_key(&mut self, table: &Table, live: &Table) {
        let (model, database) = (primary_key(table), primary_key(live));
        if model != database {
            self.differences.push(Difference::PrimaryKey {
                table: table.name.clone(),
                model: model.to_vec(),
                database: database.to_vec(),
            });
            return;
        }
        // A model that gives it no name takes any.
        let named = |table: &Table| {
            let key = table.constraints.iter().find(|it| is_primary_key(it))?;
            Some(key.name.clone())
        };
        if let (Some(model), Some(database)) = (named(table), named(live))
            && model != constraint_name::primary_key(&table.name.name)
            && model != database
        {
            let table = table.name.clone();
            self.differences.push(Difference::OtherName {
                table,
                model,
                database,
            });
        }
    }

    fn constraint_differs(&mut self, table: &Table, name: &str, state: State) {
        let (table, name) = (table.name.clone(), name.into());
        self.differences
            .push(Difference::Constraint { table, name, state });
    }

    fn other_name(&mut self, table: &Table, constraint: &Constraint, name: &str) {
        if constraint.name != name {
            self.differences.push(Difference::OtherName {
                table: table.name.clone(),
                model: constraint.name.clone(),
                database: name.into(),
            });
        }
    }

    fn add_constraint(&mut self, table: &Table, live: &Table, constraint: &Constraint) {
        let ready = match &constraint.rule {
            Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => {
                columns.iter().all(|it| self.will_have(table, live, it))
            }
            Rule::ForeignKey(key) => key.columns.iter().all(|it| self.will_have(table, live, it)),
            Rule::Exclude(it) if it.texts().next().is_some() => self.will_have_all(table, live),
            Rule::Exclude(it) => it.columns().all(|it| self.will_have(table, live, it)),
            Rule::Check {
                column: Some(column),
                ..
            } => self.will_have(table, live, column),
            // Which columns its author had in mind is not known.
            Rule::Check { column: None, .. } => self.will_have_all(table, live),
        };
        if !ready {
            return self.constraint_differs(table, &constraint.name, State::Waiting);
        }
        if self.plan.backend == Backend::Sqlite {
            return self.add_with_column(table, constraint);
        }
        let step = Step::AddConstraint(table.name.clone(), constraint.clone());
        match constraint.rule {
            Rule::ForeignKey(_) => self.foreign_keys.push(step),
            _ => self.later.push(step),
        }
    }

    /// SQLite adds a constraint only together with its column.
    fn add_with_column(&mut self, table: &Table, constraint: &Constraint) {
        let of = match &constraint.rule {
            Rule::Check { column, .. } => column.as_deref(),
            Rule::ForeignKey(key) => match key.columns.as_slice() {
                [column] => Some(column.as_str()),
                _ => None,
            },
            Rule::PrimaryKey(_) | Rule::Unique { .. } | Rule::Exclude(_) => None,
        };
        let mut steps = self.plan.steps.iter_mut();
        let own = steps.find_map(|step| match step {
            Step::AddColumn(name, column, own)
                if *name == table.name && Some(column.name.as_str()) == of =>
            {
                Some(own)
            }
            _ => None,
        });
        match own {
            Some(own) => own.push(constraint.clone()),
            None => self.constraint_differs(table, &constraint.name, State::Anew),
        }
    }

    /// Whether the table has a column, or will have it once the plan is carried out.
    pub(super) fn will_have(&self, table: &Table, live: &Table, column: &str) -> bool {
        live.column(column).is_some()
            || self.above.columns.contains(column)
            || self.adds_column(table, column)
    }

    /// Whether the table will have every column of the model.
    pub(super) fn will_have_all(&self, table: &Table, live: &Table) -> bool {
        table
            .columns
            .iter()
            .all(|it| self.will_have(table, live, &it.name))
    }

    /// Whether the plan adds a column to a table.
    fn adds_column(&self, table: &Table, name: &str) -> bool {
        self.plan.steps.iter().any(|step| match step {
            Step::AddColumn(of, column, _) => *of == table.name && column.name == name,
            _ => false,
        })
    }
}

fn is_primary_key(constraint: &Constraint) -> bool {
    matches!(constraint.rule, Rule::PrimaryKey(_))
}

/// What stands for a constraint in the database.
enum Counterpart<'a> {
    /// One that demands the same, under this name.
    Same(&'a str),
    /// One that demands something else, under this name.
    Other(&'a str),
    None,
}

fn counterpart<'a>(constraint: &Constraint, live: &'a Table) -> Counterpart<'a> {
    let named = live.constraint(&constraint.name);
    if let Some(found) = named {
        let same = same(&constraint.rule, &found.rule);
        return if same {
            Counterpart::Same(&found.name)
        } else {
            Counterpart::Other(&found.name)
        };
    }
    // The name of one with texts is all there is to go by: the server spells them anew.
    let has_texts = match &constraint.rule {
        Rule::Check { .. } => true,
        Rule::Exclude(exclusion) => exclusion.texts().next().is_some(),
        _ => false,
    };
    if has_texts {
        return Counterpart::None;
    }
    let equal = live
        .constraints
        .iter()
        .find(|it| same(&constraint.rule, &it.rule));
    if let Some(found) = equal {
        return Counterpart::Same(&found.name);
    }
    if let Some(index) = unique_index(&constraint.rule, live) {
        return Counterpart::Same(index);
    }
    match live
        .constraints
        .iter()
        .find(|it| same_columns(&constraint.rule, &it.rule))
    {
        Some(found) => Counterpart::Other(&found.name),
        None => Counterpart::None,
    }
}

fn same(model: &Rule, live: &Rule) -> bool {
    match (model, live) {
        (
            Rule::Check {
                condition: model, ..
            },
            Rule::Check {
                condition: live, ..
            },
        ) => constants::of(model) == constants::of(live),
        // Texts are spelled anew by the server: only whether there are any is looked at.
        (Rule::Exclude(model), Rule::Exclude(live)) => model.is_like(live, |_, _| true),
        (model, live) => model == live,
    }
}

/// A unique index does all that a unique constraint does.
fn unique_index<'a>(rule: &Rule, live: &'a Table) -> Option<&'a str> {
    let Rule::Unique {
        columns,
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    } = rule
    else {
        return None;
    };
    let index = live.indexes.iter().find(|index| {
        let key = index.columns().unwrap_or_default();
        index.unique && index.filter.is_none() && key.iter().eq(columns)
    })?;
    Some(&index.name)
}

/// A foreign key of the same columns to the same key, with other actions; a
/// unique over the same columns that treats NULLs otherwise.
fn same_columns(model: &Rule, live: &Rule) -> bool {
    match (model, live) {
        (Rule::ForeignKey(model), Rule::ForeignKey(live)) => {
            model.columns == live.columns
                && model.target == live.target
                && model.target_columns == live.target_columns
        }
        (Rule::Unique { columns: model, .. }, Rule::Unique { columns: live, .. }) => model == live,
        _ => false,
    }
}
