//! Whether the two sides of an association agree.

use super::agreement::{
    answers, is_answered, is_before, is_unknown, lacks_keys, same_class, same_keys, same_text,
};
use super::difference::{disagreement, missing, unknown_key, wrong_kind};
use super::padding::padding_fault;
use super::sentence::Sentence;
use crate::model::Model;
use crate::schema::{AssociationDef, AssociationKind};

/// What is wrong between an association of `O` and what `T` declares; `alias`
/// is what the other side would be called, `convention` the field that holds
/// the key by convention, where the user named none.
///
/// Where the two sides contradict each other, one of them says so.
pub(super) const fn other_side_fault<O: Model, T: Model>(
    at: usize,
    alias: &str,
    convention: &str,
) -> Option<Sentence> {
    let own = &O::TABLE.associations[at];
    if let Some(fault) = key_of_view::<O, T>(own) {
        return Some(fault);
    }
    if lacks_keys(own) {
        // A name that is no field is reported where it was written.
        return if convention.is_empty() {
            None
        } else {
            Some(unknown_key::<O, T>(own, alias, convention))
        };
    }
    let theirs = T::TABLE.associations;
    if is_unknown(theirs) {
        return None;
    }
    if is_answered(own, O::PATH, theirs) {
        return padding_fault::<O, T>(own);
    }
    if hides_type(own, O::PATH, theirs) {
        return Some(Sentence::new(
            "the other side belongs to one of several models, which this side does not say\n\
             help: add `polymorphic = ..` with the name of their enum",
        ));
    }
    if let Some(other) = partner::<O, T>(at) {
        let speaks = match own.kind {
            AssociationKind::BelongsTo => true,
            AssociationKind::HasOne | AssociationKind::HasMany => false,
            AssociationKind::ManyToMany => is_first::<O, T>(at, other),
        };
        return if speaks {
            Some(disagreement::<O, T>(own, &theirs[other]))
        } else {
            None
        };
    }
    match of_another_kind::<O, T>(at) {
        Some(other) if !is_first::<O, T>(at, other) => None,
        Some(other) => Some(wrong_kind::<O, T>(own, alias, &theirs[other])),
        None => Some(missing::<O, T>(own, alias)),
    }
}

/// A foreign key refers to rows of a table.
pub(super) const fn key_of_view<O: Model, T: Model>(own: &AssociationDef) -> Option<Sentence> {
    let is_held = matches!(own.kind, AssociationKind::BelongsTo) && own.constraint;
    if !is_held || T::TABLE.kind.is_table() {
        return None;
    }
    let fault = Sentence::new("").member(O::TABLE.model, own.name);
    let fault = fault.text(" refers to the ").text(T::TABLE.kind.noun());
    let fault = fault.text(" ").name(T::TABLE.model);
    Some(fault.text(", which no foreign key can\nhelp: write `constraint = false`"))
}

// ---- which two belong together ----

/// The association of `T` that was meant as the other side: of those that are
/// alone on either side, the first belongs to the first.
const fn partner<O: Model, T: Model>(at: usize) -> Option<usize> {
    let (ours, theirs) = (O::TABLE.associations, T::TABLE.associations);
    let own = &ours[at];
    let mut rank = 0;
    let mut before = 0;
    while before < at {
        let other = &ours[before];
        if same_class(own.kind, other.kind) && is_alone::<O, T>(other) {
            rank += 1;
        }
        before += 1;
    }
    // Two sides of one model stand in one list: each even one with the odd one behind it.
    if same_text(O::PATH, T::PATH) && matches!(own.kind, AssociationKind::ManyToMany) {
        rank = if rank % 2 == 0 { rank + 1 } else { rank - 1 };
    }
    let mut other = 0;
    while other < theirs.len() {
        if answers(own.kind, theirs[other].kind) && is_alone::<T, O>(&theirs[other]) {
            if rank == 0 {
                return Some(other);
            }
            rank -= 1;
        }
        other += 1;
    }
    None
}

/// Whether an association of `O` leads to `T` and nothing there answers it.
const fn is_alone<O: Model, T: Model>(own: &AssociationDef) -> bool {
    same_text(own.target_path, T::PATH)
        && !own.one_sided
        && !is_answered(own, O::PATH, T::TABLE.associations)
}

/// An association of `T` to `O` that nothing answers either, of a kind that is no other side.
const fn of_another_kind<O: Model, T: Model>(at: usize) -> Option<usize> {
    let (own, theirs) = (&O::TABLE.associations[at], T::TABLE.associations);
    let mut other = 0;
    while other < theirs.len() {
        let is_own = same_text(O::PATH, T::PATH) && at == other;
        if !is_own
            && !answers(own.kind, theirs[other].kind)
            && is_alone::<T, O>(&theirs[other])
            && partner::<T, O>(other).is_none()
        {
            return Some(other);
        }
        other += 1;
    }
    None
}

/// Which of two sides speaks for both: any fixed order.
const fn is_first<O: Model, T: Model>(at: usize, other: usize) -> bool {
    if same_text(O::PATH, T::PATH) {
        at < other
    } else {
        is_before(O::PATH, T::PATH)
    }
}

/// Whether the other side is right but for the model that this side does not name.
const fn hides_type(own: &AssociationDef, path: &str, theirs: &[AssociationDef]) -> bool {
    let mut at = 0;
    while at < theirs.len() {
        let other = &theirs[at];
        if same_text(other.target_path, path)
            && answers(own.kind, other.kind)
            && same_keys(own, other)
        {
            return true;
        }
        at += 1;
    }
    false
}
