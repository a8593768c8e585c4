//! Whether the two sides of an association agree.

use super::NO_COLUMN;
use super::held;
use super::sentence::Sentence;
use crate::model::Model;
use crate::schema::{AssociationDef, AssociationKind, ColumnDef, JoinTable, SqlType};

/// What is wrong between an association of `O` and what `T` declares; `alias`
/// is what the other side would be called, `convention` the field that holds
/// the key by convention, where the user named none.
///
/// Where the two sides contradict each other, one of them says so.
pub const fn other_side_fault<O: Model, T: Model>(
    at: usize,
    alias: &str,
    convention: &str,
) -> Option<Sentence> {
    let own = &O::TABLE.associations[at];
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

// ---- what is said ----

const fn missing<O: Model, T: Model>(own: &AssociationDef, alias: &str) -> Sentence {
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

const fn wrong_kind<O: Model, T: Model>(
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
const fn unknown_key<O: Model, T: Model>(
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
const fn disagreement<O: Model, T: Model>(
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

/// One side of a key is padded and the other is not: `'a '` and `'a'` are two
/// texts and one `char(3)`, so the server may find rows that nothing can attach.
/// The side that holds the key says so.
const fn padding_fault<O: Model, T: Model>(own: &AssociationDef) -> Option<Sentence> {
    if !matches!(own.kind, AssociationKind::BelongsTo) {
        return None;
    }
    let mut part = 0;
    while part < own.owner_columns.len() && part < own.target_columns.len() {
        let held = &O::COLUMNS[own.owner_columns[part] as usize];
        let referred = &T::COLUMNS[own.target_columns[part] as usize];
        match (is_padded(held), is_padded(referred)) {
            (true, false) => {
                let (padded, plain) = (
                    (O::TABLE.model, held.field),
                    (T::TABLE.model, referred.field),
                );
                return Some(one_is_padded::<O>(own, padded, plain));
            }
            (false, true) => {
                let (padded, plain) = (
                    (T::TABLE.model, referred.field),
                    (O::TABLE.model, held.field),
                );
                return Some(one_is_padded::<O>(own, padded, plain));
            }
            _ => part += 1,
        }
    }
    None
}

const fn is_padded(column: &ColumnDef) -> bool {
    matches!(column.sql_type, SqlType::Char(_))
}

const fn one_is_padded<O: Model>(
    own: &AssociationDef,
    padded: (&str, &str),
    plain: (&str, &str),
) -> Sentence {
    Sentence::new("")
        .member(O::TABLE.model, own.name)
        .text(" compares a padded text with one that is not: ")
        .member(padded.0, padded.1)
        .text(" is a `char(n)`, and ")
        .member(plain.0, plain.1)
        .text(" is not\nhelp: write on ")
        .member(plain.0, plain.1)
        .text(" too: #[column(char(..))], with the same length")
}

// ---- what agrees ----

/// Whether a model declares the other side of an association of the model at `path`.
const fn is_answered(own: &AssociationDef, path: &str, theirs: &[AssociationDef]) -> bool {
    let mut at = 0;
    while at < theirs.len() {
        let other = &theirs[at];
        if same_text(other.target_path, path)
            && answers(own.kind, other.kind)
            && same_keys(own, other)
            && says_type(own, other)
            && says_type(other, own)
        {
            return true;
        }
        at += 1;
    }
    false
}

/// Where the other side belongs to one of several models, this side's scope
/// says to which.
const fn says_type(own: &AssociationDef, other: &AssociationDef) -> bool {
    let Some(column) = other.type_column else {
        return true;
    };
    let mut at = 0;
    while at < own.scope.len() {
        if own.scope[at].0 == column {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether the associations are those of a model that has an error of its own:
/// the derive puts one without a name among them, or a key could not be found.
pub(super) const fn is_unknown(associations: &[AssociationDef]) -> bool {
    let mut at = 0;
    while at < associations.len() {
        if associations[at].name.is_empty() || lacks_keys(&associations[at]) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether a column of the other side, or of the join table, could not be found.
pub(super) const fn lacks_keys(association: &AssociationDef) -> bool {
    let mut at = 0;
    while at < association.target_columns.len() {
        if association.target_columns[at] == NO_COLUMN {
            return true;
        }
        at += 1;
    }
    match &association.through {
        Some(through) => lacks_names(through.owner_columns) || lacks_names(through.target_columns),
        None => false,
    }
}

/// Whether the columns of a join table could not be found.
pub(super) const fn lacks_names(names: &[&str]) -> bool {
    !names.is_empty() && names[0].is_empty()
}

/// Any fixed order of two paths.
const fn is_before(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return left[at] < right[at];
        }
        at += 1;
    }
    left.len() < right.len()
}

/// Whether an association of one kind can be the other side of one of another.
const fn answers(own: AssociationKind, other: AssociationKind) -> bool {
    use AssociationKind::{BelongsTo, HasMany, HasOne, ManyToMany};
    matches!(
        (own, other),
        (BelongsTo, HasOne | HasMany) | (HasOne | HasMany, BelongsTo) | (ManyToMany, ManyToMany)
    )
}

/// Whether two sides speak of the same columns.
const fn same_keys(own: &AssociationDef, other: &AssociationDef) -> bool {
    let sides = same_positions(own.owner_columns, other.target_columns)
        && same_positions(own.target_columns, other.owner_columns);
    match (&own.through, &other.through) {
        (Some(own), Some(other)) => {
            sides
                && same_table(own, other)
                && same_texts(own.owner_columns, other.target_columns)
                && same_texts(own.target_columns, other.owner_columns)
        }
        _ => sides,
    }
}

/// Whether two join tables are one: by schema, name, and whether a model says
/// what else is in it.
const fn same_table(left: &JoinTable, right: &JoinTable) -> bool {
    let schemas = match (left.name.schema, right.name.schema) {
        (Some(left), Some(right)) => same_text(left, right),
        (None, None) => true,
        _ => false,
    };
    schemas
        && same_text(left.name.name, right.name.name)
        && left.table.is_some() == right.table.is_some()
}

/// Whether two associations could be the other side of the same ones.
const fn same_class(left: AssociationKind, right: AssociationKind) -> bool {
    use AssociationKind::{BelongsTo, HasMany, HasOne, ManyToMany};
    matches!(
        (left, right),
        (BelongsTo, BelongsTo) | (HasOne | HasMany, HasOne | HasMany) | (ManyToMany, ManyToMany)
    )
}

pub(super) const fn same_positions(left: &[u16], right: &[u16]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn same_texts(left: &[&str], right: &[&str]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if !same_text(left[at], right[at]) {
            return false;
        }
        at += 1;
    }
    true
}

pub(crate) const fn same_text(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}
