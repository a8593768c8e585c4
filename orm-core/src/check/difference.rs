//! What is said of two sides that do not agree.

use super::agreement::{same_positions, same_table, same_text, same_texts};
use super::held;
use super::sentence::Sentence;
use crate::model::Model;
use crate::schema::{AssociationDef, AssociationKind, JoinTable};

pub(super) const fn missing<O: Model, T: Model>(own: &AssociationDef, alias: &str) -> Sentence {
    let fault = Sentence::new("")
        .member(O::TABLE.model, own.name)
        .text(" has no other side: ")
        .name(T::TABLE.model)
        .text(" declares no `")
        .text(other_kind(own.kind))
        .text("` to ")
        .name(O::TABLE.model);
    let fault = match own.kind {
        AssociationKind::ManyToMany => fault.text(" through the same table"),
        AssociationKind::BelongsTo => fault
            .text(" with the key ")
            .fields(O::COLUMNS, own.owner_columns),
        AssociationKind::HasOne | AssociationKind::HasMany => fault
            .text(" with the key ")
            .fields(T::COLUMNS, own.target_columns),
    };
    to_add::<O, T>(fault, own, alias)
}

pub(super) const fn wrong_kind<O: Model, T: Model>(
    own: &AssociationDef,
    alias: &str,
    other: &AssociationDef,
) -> Sentence {
    let fault = Sentence::new("")
        .member(O::TABLE.model, own.name)
        .text(" is ")
        .name(word(own.kind))
        .text(", so ")
        .name(T::TABLE.model)
        .text(" needs a `")
        .text(other_kind(own.kind))
        .text("` to ")
        .name(O::TABLE.model)
        .text(", but ")
        .member(T::TABLE.model, other.name)
        .text(" is ")
        .name(word(other.kind));
    to_add::<O, T>(fault, own, alias)
}

/// The key was not named, and the other model does not say which it is.
pub(super) const fn unknown_key<O: Model, T: Model>(
    own: &AssociationDef,
    alias: &str,
    convention: &str,
) -> Sentence {
    let several = Sentence::new("")
        .member(O::TABLE.model, own.name)
        .text(" does not say by which key: ")
        .name(T::TABLE.model)
        .text(" belongs to ")
        .name(O::TABLE.model)
        .text(" by ");
    if let Some(several) = held::several::<O, T>(several) {
        return several.text("\nhelp: name one: `foreign_key = \"..\"`");
    }
    Sentence::new("")
        .member(O::TABLE.model, own.name)
        .text(" has no other side: ")
        .name(T::TABLE.model)
        .text(" declares no `belongs_to` to ")
        .name(O::TABLE.model)
        .text("\nhelp: add to ")
        .name(T::TABLE.model)
        .text(": #[association(belongs_to, as = \"")
        .text(alias)
        .text("\", model = ")
        .text(O::TABLE.model)
        .text(", ")
        .option("foreign_key", &[convention])
        .text(")]")
}

/// The attribute to write on the other model.
const fn to_add<O: Model, T: Model>(
    fault: Sentence,
    own: &AssociationDef,
    alias: &str,
) -> Sentence {
    let (kind, key) = match own.kind {
        AssociationKind::BelongsTo => ("has_many", own.owner_columns),
        AssociationKind::HasOne | AssociationKind::HasMany => ("belongs_to", own.target_columns),
        AssociationKind::ManyToMany => ("many_to_many", own.target_columns),
    };
    let fault = fault
        .text("\nhelp: add to ")
        .name(T::TABLE.model)
        .text(": #[association(")
        .text(kind)
        .text(", as = \"")
        .text(alias)
        .text("\", model = ")
        .text(O::TABLE.model)
        .text(", ");
    let fault = match (&own.through, own.kind) {
        (Some(through), _) => to_write_through(fault, through),
        (None, AssociationKind::BelongsTo) => {
            let fault = fault.field_option("foreign_key", O::COLUMNS, key);
            if is_primary_key::<T>(own.target_columns) {
                fault
            } else {
                fault
                    .text(", ")
                    .field_option("source_key", T::COLUMNS, own.target_columns)
            }
        }
        (None, _) => {
            let fault = fault.field_option("foreign_key", T::COLUMNS, key);
            if is_primary_key::<O>(own.owner_columns) {
                fault
            } else {
                fault
                    .text(", ")
                    .field_option("target_key", O::COLUMNS, own.owner_columns)
            }
        }
    };
    let fault = fault.text(")]");
    if same_text(O::PATH, T::PATH) && own.through.is_some() {
        fault.text(", or `one_sided` here")
    } else {
        fault
    }
}

const fn is_primary_key<M: Model>(positions: &[u16]) -> bool {
    let (mut at, mut parts) = (0, 0);
    while at < M::COLUMNS.len() {
        if M::COLUMNS[at].primary_key {
            if parts == positions.len() || positions[parts] as usize != at {
                return false;
            }
            parts += 1;
        }
        at += 1;
    }
    parts == positions.len()
}

/// `through = Membership, foreign_key = "group_id", other_key = "user_id"`, of the other side.
const fn to_write_through(fault: Sentence, through: &JoinTable) -> Sentence {
    let fault = fault.text("through = ");
    let fault = match through.model() {
        Some(model) => fault.text(model),
        None => fault.text("\"").text(through.name.name).text("\""),
    };
    to_write_keys(fault.text(", "), through)
}

const fn to_write_keys(fault: Sentence, through: &JoinTable) -> Sentence {
    let fault = through.option(fault, "foreign_key", through.target_columns);
    through.option(fault.text(", "), "other_key", through.owner_columns)
}

/// The two sides are on different keys, or go through different tables.
pub(super) const fn disagreement<O: Model, T: Model>(
    own: &AssociationDef,
    other: &AssociationDef,
) -> Sentence {
    let fault = Sentence::new("").member(O::TABLE.model, own.name);
    if let (Some(through), Some(theirs)) = (&own.through, &other.through) {
        return other_table::<O, T>(fault, (own, through), (other, theirs));
    }
    if same_positions(own.owner_columns, other.target_columns) {
        return fault
            .text(" refers to ")
            .fields(T::COLUMNS, own.target_columns)
            .text(", but ")
            .member(T::TABLE.model, other.name)
            .text(" gives ")
            .fields(T::COLUMNS, other.owner_columns)
            .text("\nhelp: write on ")
            .member(O::TABLE.model, own.name)
            .text(": ")
            .field_option("target_key", T::COLUMNS, other.owner_columns);
    }
    fault
        .text(" holds the key in ")
        .fields(O::COLUMNS, own.owner_columns)
        .text(", but ")
        .member(T::TABLE.model, other.name)
        .text(" looks for it in ")
        .fields(O::COLUMNS, other.target_columns)
        .text("\nhelp: write on ")
        .member(T::TABLE.model, other.name)
        .text(": ")
        .field_option("foreign_key", O::COLUMNS, own.owner_columns)
}

/// The two sides of a `many_to_many` differ: in the table, its columns, or what they hold.
const fn other_table<O: Model, T: Model>(
    fault: Sentence,
    (own, through): (&AssociationDef, &JoinTable),
    (other, theirs): (&AssociationDef, &JoinTable),
) -> Sentence {
    if !same_table(through, theirs) {
        let namesakes = match (through.model(), theirs.model()) {
            (Some(own), Some(other)) => same_text(own, other),
            _ => false,
        };
        let fault = to_place(fault.text(" goes through "), through, namesakes)
            .text(", but ")
            .member(T::TABLE.model, other.name)
            .text(" through ");
        let fault = to_place(fault, theirs, namesakes)
            .text("\nhelp: write on ")
            .member(T::TABLE.model, other.name)
            .text(": ");
        return to_write_through(fault, through);
    }
    let swapped = same_texts(through.owner_columns, theirs.target_columns)
        && same_texts(through.target_columns, theirs.owner_columns);
    if !swapped {
        let fault = fault
            .text(" has its own key in ")
            .names(through.owner_columns)
            .text(" and the other in ")
            .names(through.target_columns)
            .text(", but ")
            .member(T::TABLE.model, other.name)
            .text(" its own in ")
            .names(theirs.owner_columns)
            .text(" and the other in ")
            .names(theirs.target_columns)
            .text("\nhelp: write on ")
            .member(T::TABLE.model, other.name)
            .text(": ");
        return to_write_keys(fault, through);
    }
    fault
        .text(" pairs ")
        .fields(O::COLUMNS, own.owner_columns)
        .text(" with ")
        .fields(T::COLUMNS, own.target_columns)
        .text(", but ")
        .member(T::TABLE.model, other.name)
        .text(" pairs ")
        .fields(T::COLUMNS, other.owner_columns)
        .text(" with ")
        .fields(O::COLUMNS, other.target_columns)
        .text("\nhelp: write on ")
        .member(T::TABLE.model, other.name)
        .text(": ")
        .field_option("source_key", T::COLUMNS, own.target_columns)
        .text(", ")
        .field_option("target_key", O::COLUMNS, own.owner_columns)
}

/// `` the model `Membership` ``, by its full path if need be, or `` the table `user_roles` ``
const fn to_place(fault: Sentence, through: &JoinTable, in_full: bool) -> Sentence {
    match through.model() {
        Some(_) if in_full => fault.text("the model ").name(through.path),
        Some(model) => fault.text("the model ").name(model),
        None => fault.text("the table ").name(through.name.name),
    }
}

const fn word(kind: AssociationKind) -> &'static str {
    match kind {
        AssociationKind::BelongsTo => "belongs_to",
        AssociationKind::HasOne => "has_one",
        AssociationKind::HasMany => "has_many",
        AssociationKind::ManyToMany => "many_to_many",
    }
}

const fn other_kind(kind: AssociationKind) -> &'static str {
    match kind {
        AssociationKind::BelongsTo => "has_many` or `has_one",
        AssociationKind::HasOne | AssociationKind::HasMany => "belongs_to",
        AssociationKind::ManyToMany => "many_to_many",
    }
}
