//! What generated code demands in constants. Of a function that tracks its caller,
//! rustc shows the place that called it: the user's words.

use super::agreement::{same_positions, same_text};
use super::other_side::{key_of_view, other_side_fault};
use super::sentence::Sentence;
use super::through::{plain_join_fault, through_fault};
use crate::companion::Place;
use crate::model::Model;
use crate::schema::{Action, AssociationDef, AssociationKind, SqlType};
use crate::side::{Marker, Side};
use crate::types::ColumnType;
use crate::validate::Rule;

/// Fails the user's compilation with what is wrong, if something is.
#[track_caller]
pub const fn refuse(fault: Option<Sentence>) {
    if let Some(fault) = fault {
        panic!("{}", fault.as_str());
    }
}

/// The same for a sentence that the derive knows already.
#[track_caller]
pub const fn demand(holds: bool, message: &str) {
    if !holds {
        panic!("{}", message);
    }
}

/// Fails where something is wrong with a rule on a column: its own arguments, or that
/// it does not apply, which `misplaced` says.
#[track_caller]
pub const fn demand_rule<M: Model>(column: usize, rule: &Rule, misplaced: &str) {
    if let Some(flaw) = rule.flaw() {
        demand(false, flaw);
    }
    let kind = M::COLUMNS[column].sql_type.value_kind();
    demand(rule.applies_to(kind), misplaced);
}

/// Fails where a field of an `Option` is not spelled so.
#[track_caller]
pub const fn not_null<T: ColumnType>(field: &str) {
    if T::NULLABLE {
        let fault = Sentence::new("the type of ").name(field).text(
            " is an `Option` under another name\n\
             help: write `Option<..>` itself, so that its NULL can be seen",
        );
        refuse(Some(fault));
    }
}

/// Fails where a column declared to have a type, in these words, cannot hold a field.
#[track_caller]
pub const fn can_hold<T: ColumnType>(declared: SqlType, words: &str, field: &str, spelled: &str) {
    if !declared.can_hold(&T::SQL_TYPE) {
        let fault = Sentence::new("").name(words);
        let fault = fault.text(" cannot hold the field ").name(field);
        let fault = fault.text(" of type ").name(spelled);
        let fault = fault.text("\nhelp: remove ").name(words);
        refuse(Some(fault.text(": the type says which column it needs")));
    }
}

/// Fails where a column, whose type is spelled so, cannot say when a row was marked as
/// deleted.
#[track_caller]
pub const fn marks_a_moment<M: Model>(column: usize, spelled: &str) {
    let column = &M::COLUMNS[column];
    let is_moment = matches!(column.sql_type, SqlType::Timestamp | SqlType::Timestamptz);
    if !(column.nullable && is_moment) {
        let fault = Sentence::new("`soft_delete` cannot use ").name(column.field);
        let fault = fault.text(": a ").name(spelled).text(" is no moment");
        let fault = fault.text("\nhelp: write `").text(column.field);
        refuse(Some(fault.text(": Option<DateTime<Utc>>`")));
    }
}

/// Fails where a column, whose type is spelled so, cannot say when a row was written.
#[track_caller]
pub const fn stamps_a_moment<M: Model>(column: usize, spelled: &str) {
    let column = &M::COLUMNS[column];
    if !matches!(column.sql_type, SqlType::Timestamp | SqlType::Timestamptz) {
        let fault = Sentence::new("`timestamps` cannot set ").name(column.field);
        let fault = fault.text(": a ").name(spelled).text(" is no moment");
        let fault = fault.text("\nhelp: write `").text(column.field);
        refuse(Some(fault.text(": DateTime<Utc>`")));
    }
}

/// Fails where a column, whose type is spelled so, holds nothing that a collation sorts.
#[track_caller]
pub const fn collates<M: Model>(column: usize, spelled: &str) {
    let column = &M::COLUMNS[column];
    let element = match &column.sql_type {
        SqlType::Array(element) => element,
        one => one,
    };
    let is_text = matches!(
        element,
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Named(_)
    );
    if !is_text {
        let fault = Sentence::new("`collation` sorts texts, but ").name(column.field);
        let fault = fault.text(" is a ").name(spelled);
        refuse(Some(fault.text("\nhelp: leave `collation` out")));
    }
}

/// The models of an association's two sides.
type Owner<A> = <<A as Marker>::Side as Side>::Owner;
type Target<A> = <<A as Marker>::Side as Side>::Target;

/// Fails where the other model says something else about an association.
#[track_caller]
pub const fn agrees<A: Marker>(alias: &str, convention: &str) {
    let at = A::Place::AT;
    refuse(other_side_fault::<Owner<A>, Target<A>>(
        at, alias, convention,
    ));
}

/// Fails where the model between two sides does not hold the keys of both.
#[track_caller]
pub const fn goes_through<A: Marker, J: Model>(names: [(&'static str, &'static str); 2]) {
    refuse(through_fault::<Owner<A>, Target<A>, J>(A::Place::AT, names));
}

/// The same of a table that is no model.
#[track_caller]
pub const fn goes_through_table<A: Marker>() {
    refuse(plain_join_fault::<Owner<A>, Target<A>>(A::Place::AT));
}

/// Fails where a foreign key refers to a view; and where a model that soft-deletes does not
/// lead to an association of another model to it, so that its delete does not know of
/// `on_delete`.
#[track_caller]
pub const fn is_followed<A: Marker>() {
    let (owner, target) = (Owner::<A>::TABLE, Target::<A>::TABLE);
    let own = &owner.associations[A::Place::AT];
    refuse(key_of_view::<Owner<A>, Target<A>>(own));
    if matches!(own.on_delete, Action::NoAction) {
        return;
    }
    if leads_to(target.associations, Owner::<A>::PATH, own) {
        return;
    }
    let fault = Sentence::new("").name(target.model);
    let fault = match (target.soft_delete, owner.hooks, own.on_delete) {
        (Some(_), ..) => fault.text(" soft-deletes and does not know of "),
        (None, true, Action::Cascade | Action::SetNull | Action::SetDefault) => {
            fault.text(" does not know of hooks behind ")
        }
        _ => return,
    };
    let fault = fault.member(owner.model, own.name);
    let fault = fault.text(", which says what its delete does\nhelp: declare the other side in ");
    let fault = fault.name(target.model);
    refuse(Some(fault.text(
        " in place of `one_sided`, or write `on_delete = \"no_action\"`",
    )));
}

/// Whether some of the associations lead to the rows of the model at `path` that hold a key.
const fn leads_to(associations: &[AssociationDef], path: &str, holding: &AssociationDef) -> bool {
    let mut at = 0;
    while at < associations.len() {
        let association = &associations[at];
        let leads = match &association.through {
            None => {
                same_text(association.target_path, path)
                    && same_positions(association.target_columns, holding.owner_columns)
            }
            Some(join) => same_text(join.path, path),
        };
        if leads && !matches!(association.kind, AssociationKind::BelongsTo) {
            return true;
        }
        at += 1;
    }
    false
}
