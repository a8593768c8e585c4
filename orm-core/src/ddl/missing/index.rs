//! Indexes of tables that exist.

use std::collections::BTreeSet;

use super::Work;
use crate::ddl::blueprint::{Index, Part, Table, Term};
use crate::ddl::desired;
use crate::ddl::difference::{Difference, State};
use crate::ddl::live::Relation;
use crate::ddl::plan::Step;

impl Work {
    /// `known` are the indexes that stand for a constraint of the model.
    pub(super) fn indexes<'l>(
        &mut self,
        table: &'l Table,
        relation: &'l Relation,
        mut known: BTreeSet<&'l str>,
    ) {
        let live = &relation.table;
        for index in &table.indexes {
            match live.indexes.iter().find(|it| it.name == index.name) {
                Some(found) if !same(index, found) => {
                    self.index_differs(table, &index.name, State::Another);
                }
                Some(found) if relation.invalid_indexes.contains(&found.name) => {
                    self.index_differs(table, &index.name, State::Invalid);
                }
                Some(found) => self.index_storage(table, index, found),
                None => match stand_in(index, relation) {
                    Some(other) => {
                        known.insert(other);
                    }
                    None if self.above.has_index(index) => {}
                    None => self.add_index(table, live, index),
                },
            }
        }
        known.extend(table.indexes.iter().map(|index| index.name.as_str()));
        for extra in live
            .indexes
            .iter()
            .filter(|it| !known.contains(it.name.as_str()))
        {
            self.index_differs(table, &extra.name, State::Extra);
        }
    }

    fn index_differs(&mut self, table: &Table, name: &str, state: State) {
        let (table, name) = (table.name.clone(), name.into());
        self.differences
            .push(Difference::Index { table, name, state });
    }

    fn add_index(&mut self, table: &Table, live: &Table, index: &Index) {
        let include = index.include.iter().map(String::as_str);
        let mut columns = index.parts.iter().filter_map(Part::column).chain(include);
        let has_sql = index.filter.is_some() || index.columns().is_none();
        let ready = columns.all(|it| self.will_have(table, live, it))
            && (!has_sql || self.will_have_all(table, live));
        if ready {
            self.later
                .push(Step::CreateIndex(table.name.clone(), index.clone()));
        } else {
            self.index_differs(table, &index.name, State::Waiting);
        }
    }
}

/// An index of another name that does all this one would do: for a plain one,
/// any that begins with its columns.
fn stand_in<'a>(index: &Index, relation: &'a Relation) -> Option<&'a str> {
    let columns: Option<Vec<String>> = index
        .columns()
        .map(|it| it.into_iter().map(Into::into).collect());
    let is_plain = !index.unique
        && index.filter.is_none()
        && index.include.is_empty()
        && index
            .parts
            .iter()
            .all(|part| !part.descending && part.operator_class.is_none());
    let valid = |it: &&Index| !relation.invalid_indexes.contains(&it.name);
    let found = relation.table.indexes.iter().filter(valid).find(|it| {
        let serves = |columns: &Vec<String>| is_plain && desired::serves(it, columns);
        same(index, it) || columns.as_ref().is_some_and(serves)
    })?;
    Some(&found.name)
}

/// Whether an index of the database is the model's. Expressions and conditions
/// are spelled anew by the server, operator classes left out where usual:
/// there, only whether one exists is looked at.
pub(super) fn same(model: &Index, live: &Index) -> bool {
    model.method == live.method
        && model.unique == live.unique
        && model.include == live.include
        && model.filter.is_some() == live.filter.is_some()
        && model.parts.len() == live.parts.len()
        && model
            .parts
            .iter()
            .zip(&live.parts)
            .all(|(model, live)| same_part(model, live))
}

fn same_part(model: &Part, live: &Part) -> bool {
    let term = match (&model.term, &live.term) {
        (Term::Column(model), Term::Column(live)) => model == live,
        (Term::Expression(_), Term::Expression(_)) => true,
        _ => false,
    };
    let nulls_first = |part: &Part| part.nulls_first.unwrap_or(part.descending);
    term && model.descending == live.descending && nulls_first(model) == nulls_first(live)
}
