//! Whether a join table that is a model holds both keys.

use super::agreement::{is_unknown, lacks_names, same_positions, same_text};
use super::held;
use super::sentence::Sentence;
use crate::model::Model;
use crate::schema::{AssociationDef, AssociationKind, ColumnDef, JoinTable, TableName};

/// What is missing of a join table that is a model: `belongs_to` to the owner,
/// or to the other side, whose own declaration asks for it unless there is none.
/// For either there is what such a `belongs_to` would be called, and the field
/// of convention where the user named none.
pub(super) const fn through_fault<O: Model, T: Model, J: Model>(
    at: usize,
    conventions: [(&'static str, &'static str); 2],
) -> Option<Sentence> {
    let own = &O::TABLE.associations[at];
    let Some(join) = &own.through else {
        return None;
    };
    if let Some(fault) = own_table_fault::<O, T>(own, join) {
        return Some(fault);
    }
    if !J::TABLE.kind.is_table() {
        let fault = Sentence::new("").member(O::TABLE.model, own.name);
        let fault = fault.text(" goes through the ").text(J::TABLE.kind.noun());
        let fault = fault.text(" ").name(J::TABLE.model);
        return Some(fault.text(
            ", in which no pair is written\nhelp: lead there by `has_many`, and on from there by `belongs_to`",
        ));
    }
    if is_unknown(J::TABLE.associations) {
        return None;
    }
    let owner = Key {
        option: ["foreign_key", "source_key"],
        names: join.owner_columns,
        refers_to: own.owner_columns,
    };
    if let Some(fault) = key_fault::<O, O, J>(own, owner, conventions[0]) {
        return Some(fault);
    }
    if own.one_sided || (lacks_names(join.target_columns) && !asks_for_itself::<T, O, J>()) {
        let target = Key {
            option: ["other_key", "target_key"],
            names: join.target_columns,
            refers_to: own.target_columns,
        };
        return key_fault::<O, T, J>(own, target, conventions[1]);
    }
    None
}

/// What is wrong with a join table that is no model: that it is a model's own table, or
/// would refer to a view.
pub(super) const fn plain_join_fault<O: Model, T: Model>(at: usize) -> Option<Sentence> {
    let own = &O::TABLE.associations[at];
    let view = if !O::TABLE.kind.is_table() {
        O::TABLE
    } else if !T::TABLE.kind.is_table() {
        T::TABLE
    } else {
        return match &own.through {
            Some(join) => own_table_fault::<O, T>(own, join),
            None => None,
        };
    };
    let fault = Sentence::new("").member(O::TABLE.model, own.name);
    let fault = fault.text(" goes through a plain table, which cannot refer to the ");
    let fault = fault.text(view.kind.noun()).text(" ").name(view.model);
    Some(
        fault.text(
            "\nhelp: name a model that holds the keys of both, with `constraint = false` on one",
        ),
    )
}

/// The rows of a join table are pairs, so it is neither of the two tables.
const fn own_table_fault<O: Model, T: Model>(
    own: &AssociationDef,
    join: &JoinTable,
) -> Option<Sentence> {
    let model = if is_table(&join.name, &O::TABLE.name) {
        O::TABLE.model
    } else if is_table(&join.name, &T::TABLE.name) {
        T::TABLE.model
    } else {
        return None;
    };
    Some(
        Sentence::new("")
            .member(O::TABLE.model, own.name)
            .text(" goes through the table of ")
            .name(model)
            .text(" itself, whose rows are no pairs\nhelp: name a table, or a model, whose rows hold the keys of both"),
    )
}

const fn is_table(one: &TableName, other: &TableName) -> bool {
    let same_schema = match (one.schema, other.schema) {
        (Some(one), Some(other)) => same_text(one, other),
        (None, None) => true,
        _ => false,
    };
    same_schema && same_text(one.name, other.name)
}

/// One of the two keys a join table holds.
#[derive(Clone, Copy)]
struct Key<'k> {
    /// What names its columns, and what names the columns it refers to.
    option: [&'static str; 2],
    names: &'k [&'static str],
    refers_to: &'k [u16],
}

/// What is wrong with a key of `T` that an association of `O` expects in `J`.
const fn key_fault<O: Model, T: Model, J: Model>(
    own: &AssociationDef,
    key: Key<'_>,
    (alias, field): (&'static str, &'static str),
) -> Option<Sentence> {
    let fault = Sentence::new("").member(O::TABLE.model, own.name);
    if lacks_names(key.names) {
        if field.is_empty() {
            // A name that is no field is reported where it was written.
            return None;
        }
        let several = fault
            .text(" does not say by which key: ")
            .name(J::TABLE.model)
            .text(" belongs to ")
            .name(T::TABLE.model)
            .text(" by ");
        if let Some(several) = held::several::<T, J>(several) {
            let help = several.text("\nhelp: name one: `").text(key.option[0]);
            return Some(help.text(" = \"..\"`"));
        }
        return Some(undeclared::<T, J>(fault, alias, &[field]));
    }
    match holder::<T, J>(key.names) {
        None => {
            let mut fields = [""; 8];
            let (names, _) = fields.split_at_mut(key.names.len());
            let mut at = 0;
            while at < names.len() {
                names[at] = field_of(J::COLUMNS, key.names[at]);
                at += 1;
            }
            Some(undeclared::<T, J>(fault, alias, names))
        }
        Some(held) if same_positions(held.target_columns, key.refers_to) => None,
        Some(held) => Some(
            fault
                .text(" is held by ")
                .fields(T::COLUMNS, key.refers_to)
                .text(" of ")
                .name(T::TABLE.model)
                .text(", but ")
                .member(J::TABLE.model, held.name)
                .text(" refers to ")
                .fields(T::COLUMNS, held.target_columns)
                .text("\nhelp: write on ")
                .member(O::TABLE.model, own.name)
                .text(": ")
                .field_option(key.option[1], T::COLUMNS, held.target_columns),
        ),
    }
}

const fn undeclared<T: Model, J: Model>(fault: Sentence, alias: &str, fields: &[&str]) -> Sentence {
    fault
        .text(" goes through ")
        .name(J::TABLE.model)
        .text(", which declares no `belongs_to` to ")
        .name(T::TABLE.model)
        .text(" with the key ")
        .names(fields)
        .text("\nhelp: add to ")
        .name(J::TABLE.model)
        .text(": #[association(belongs_to, as = \"")
        .text(alias)
        .text("\", model = ")
        .text(T::TABLE.model)
        .text(", ")
        .option("foreign_key", fields)
        .text(", one_sided)]")
}

/// Whether an association of `T` to `O` through `J` misses the same key and says so.
const fn asks_for_itself<T: Model, O: Model, J: Model>() -> bool {
    let theirs = T::TABLE.associations;
    let mut at = 0;
    while at < theirs.len() {
        if let Some(join) = &theirs[at].through
            && same_text(join.path, J::PATH)
            && same_text(theirs[at].target_path, O::PATH)
            && lacks_names(join.owner_columns)
        {
            return true;
        }
        at += 1;
    }
    false
}

/// The `belongs_to` of `J` to a model by these columns.
const fn holder<T: Model, J: Model>(names: &[&str]) -> Option<&'static AssociationDef> {
    let mut at = 0;
    while at < J::TABLE.associations.len() {
        let association = &J::TABLE.associations[at];
        if matches!(association.kind, AssociationKind::BelongsTo)
            && same_text(association.target_path, T::PATH)
            && are_named(J::COLUMNS, association.owner_columns, names)
        {
            return Some(association);
        }
        at += 1;
    }
    None
}

const fn are_named(columns: &[ColumnDef], positions: &[u16], names: &[&str]) -> bool {
    if positions.len() != names.len() {
        return false;
    }
    let mut at = 0;
    while at < names.len() {
        if !same_text(columns[positions[at] as usize].name, names[at]) {
            return false;
        }
        at += 1;
    }
    true
}

/// The field of a column; the column's name where no model says so.
const fn field_of(columns: &[ColumnDef], name: &'static str) -> &'static str {
    let mut at = 0;
    while at < columns.len() {
        if same_text(columns[at].name, name) {
            return columns[at].field;
        }
        at += 1;
    }
    name
}

/// The join table that a model is.
pub const fn join_model<J: Model>(
    owner_columns: &'static [&'static str],
    target_columns: &'static [&'static str],
) -> JoinTable {
    JoinTable {
        table: Some(J::__table),
        path: J::PATH,
        columns: J::COLUMNS,
        ..JoinTable::plain(J::TABLE.name, owner_columns, target_columns)
    }
}

impl JoinTable {
    /// The model that it is, by the name of the struct.
    pub(super) const fn model(&self) -> Option<&'static str> {
        if self.path.is_empty() {
            return None;
        }
        let path = self.path.as_bytes();
        let mut at = path.len();
        while at > 0 && path[at - 1] != b':' {
            at -= 1;
        }
        let (_, name) = self.path.split_at(at);
        Some(name)
    }

    /// `foreign_key = "user_id"`, by the names of fields.
    pub(super) const fn option(
        &self,
        fault: Sentence,
        option: &str,
        names: &[&'static str],
    ) -> Sentence {
        let mut fields = [""; 8];
        let (fields, _) = fields.split_at_mut(names.len());
        let mut at = 0;
        while at < names.len() {
            fields[at] = field_of(self.columns, names[at]);
            at += 1;
        }
        fault.option(option, fields)
    }
}
