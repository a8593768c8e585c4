//! Exclusion constraints.

use crate::ddl::blueprint::{Constraint, Element, Exclusion, Rule, Term};
use crate::ddl::constraint_name;
use crate::schema::{ExclusionDef, ExclusionElement, TableDef};

pub(super) fn of(model: &TableDef, def: &ExclusionDef) -> Constraint {
    let elements: Vec<Element> = def.elements.iter().map(|it| element(model, it)).collect();
    let words = elements.iter().map(|it| match &it.term {
        Term::Column(name) => name.as_str(),
        Term::Expression(_) => "expr",
    });
    let name = match def.name {
        "" => constraint_name::exclusion(model.name.name, words),
        name => constraint_name::given(name),
    };
    Constraint {
        name,
        rule: Rule::Exclude(Exclusion {
            method: super::index::method(def.method).into(),
            elements,
            filter: def.filter.map(Into::into),
            deferrable: def.deferrable,
        }),
    }
}

fn element(model: &TableDef, def: &ExclusionElement) -> Element {
    Element {
        term: super::index::term(model, def.term),
        operator_class: def.operator_class.map(Into::into),
        operator: def.operator,
    }
}
