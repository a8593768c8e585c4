//! Whether a model fits the databases it says it lives in.

use super::sentence::Sentence;
use crate::model::Model;
use crate::schema::fits::{Misfit, Part, first_misfit, misfit};
use crate::schema::{Backend, TableDef};

/// Why a part of a model does not fit one of the databases that it names.
pub const fn backend_fault<M: Model>(part: Part) -> Option<Sentence> {
    let backends = M::TABLE.backends;
    let mut at = 0;
    while at < backends.len() {
        if let Some(misfit) = misfit(M::TABLE, part, backends[at]) {
            let fault = lack(Sentence::new(""), M::TABLE, &misfit, backends[at]);
            return Some(instead(fault, &misfit, backends[at]));
        }
        at += 1;
    }
    None
}

/// Why an association of a model leads out of one of the databases that it names:
/// the other model does not name it, or says nothing and does not fit.
pub const fn backend_fault_of_target<O: Model, T: Model>(name: &str) -> Option<Sentence> {
    let (own, other) = (O::TABLE.backends, T::TABLE.backends);
    let mut at = 0;
    while at < own.len() {
        let leads = Sentence::new("")
            .member(O::TABLE.model, name)
            .text(" leads to ")
            .name(T::TABLE.model);
        if !other.is_empty() && !own[at].is_in(other) {
            return Some(
                leads
                    .text(", which is not for ")
                    .text(own[at].name())
                    .text("\nhelp: write `")
                    .text(own[at].word())
                    .text("` into `backends(..)` of ")
                    .name(T::TABLE.model)
                    .text(" too"),
            );
        }
        if other.is_empty()
            && let Some(misfit) = first_misfit(T::TABLE, own[at])
        {
            let fault = lack(leads.text(", and "), T::TABLE, &misfit, own[at]);
            return Some(instead(fault, &misfit, own[at]));
        }
        at += 1;
    }
    None
}

/// "`Post.tags` needs arrays, which SQLite does not have"
const fn lack(
    sentence: Sentence,
    table: &'static TableDef,
    misfit: &Misfit,
    backend: Backend,
) -> Sentence {
    let row = misfit.need.row();
    let mut sentence = place(sentence, table, misfit.part)
        .text(" needs ")
        .text(row.what);
    if !misfit.word.is_empty() {
        sentence = sentence.text(" ").name(misfit.word);
    }
    if !misfit.other.is_empty() {
        sentence = sentence.text(" and ").name(misfit.other);
    }
    sentence
        .text(", which ")
        .text(backend.name())
        .text(" ")
        .text(row.lack)
}

const fn instead(fault: Sentence, misfit: &Misfit, backend: Backend) -> Sentence {
    fault
        .text("\nhelp: ")
        .text(misfit.need.row().instead)
        .text("; or take `")
        .text(backend.word())
        .text("` out of `backends(..)`")
}

const fn place(sentence: Sentence, table: &'static TableDef, part: Part) -> Sentence {
    let model = table.model;
    match part {
        Part::Kind
        | Part::Schema
        | Part::Name
        | Part::Unlogged
        | Part::Parameters
        | Part::Partition => sentence.name(model),
        Part::ColumnName(at)
        | Part::ColumnType(at)
        | Part::Collation(at)
        | Part::Numbering(at)
        | Part::Sequence(at)
        | Part::Generated(at) => sentence.member(model, table.column(at).field),
        Part::Default(at) => sentence
            .text("the default of ")
            .member(model, table.column(at).field),
        Part::Nulls(at) | Part::Deferred(at) => named(
            sentence,
            "the constraint ",
            table.uniques[at as usize].name,
            model,
        ),
        Part::Exclusion(at) => named(
            sentence,
            "the constraint ",
            table.exclusions[at as usize].name,
            model,
        ),
        Part::Check(at) => named(
            sentence,
            "the check ",
            table.checks[at as usize].name,
            model,
        ),
        Part::IndexName(at)
        | Part::IndexMethod(at)
        | Part::IndexParts(at)
        | Part::IndexInclude(at)
        | Part::IndexFilter(at)
        | Part::IndexParameters(at) => named(
            sentence,
            "the index ",
            table.indexes[at as usize].name,
            model,
        ),
        Part::Association(at) => sentence.member(model, table.associations[at as usize].name),
    }
}

const fn named(sentence: Sentence, what: &str, name: &str, model: &str) -> Sentence {
    sentence.text(what).name(name).text(" of ").name(model)
}

/// The same at run time: what is lacking, and what to write instead.
pub(crate) fn words(table: &'static TableDef, misfit: &Misfit, backend: Backend) -> String {
    let fault = lack(Sentence::new(""), table, misfit, backend);
    format!("{}: {}", fault.as_str(), misfit.need.row().instead)
}
