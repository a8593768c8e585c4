//! Exclusion constraints, which are read with their indexes.

use super::row;
use crate::ddl::blueprint::{Constraint, Element, Exclusion, Part, Rule};
use crate::ddl::live::Relation;
use crate::ddl::unsaid::ConstraintReason;
use crate::decode::Row;
use crate::error::Result;
use crate::schema::ExclusionOperator;

/// Adds one to its table. With an operator or an order that models have no word for it
/// is left among what is built on the table.
pub(super) fn add(
    row: &Row,
    relation: &mut Relation,
    parts: Vec<Part>,
    stored: Vec<String>,
    operators: &[Option<String>],
) -> Result<()> {
    let named = |part: Part, written: &Option<String>| {
        let is_plain = !part.descending && part.nulls_first != Some(true);
        let mut known = ExclusionOperator::ALL.into_iter();
        let operator = known.find(|it| written.as_deref() == Some(it.sql()))?;
        is_plain.then_some(Element {
            term: part.term,
            operator_class: part.operator_class,
            operator,
        })
    };
    let elements = parts.into_iter().zip(operators);
    let elements: Option<Vec<Element>> = elements.map(|(it, written)| named(it, written)).collect();
    let Some(elements) = elements else {
        return Ok(());
    };
    let name: String = row.get(1)?;
    let text: String = row.get(16)?;
    relation.constraint_texts.insert(name.clone(), text);
    if row.get(13)? {
        relation.inherited.constraints.insert(name.clone());
    }
    let reason = if !stored.is_empty() {
        Some(ConstraintReason::Stored)
    } else if !row.get::<Vec<String>>(14)?.is_empty() {
        Some(ConstraintReason::Parameters)
    } else {
        None
    };
    relation.unsaid.extend(reason.map(|it| (name.clone(), it)));
    relation.stored.insert(name.clone(), stored);
    relation.table.constraints.push(Constraint {
        name,
        rule: Rule::Exclude(Exclusion {
            method: row.get(2)?,
            elements,
            filter: row.get(5)?,
            deferrable: row::deferrable(row, 17)?,
        }),
    });
    Ok(())
}
