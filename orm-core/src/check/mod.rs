//! What generated code asks of the compiler: constant functions over the
//! descriptors of models, and traits that compare the types of keys.
//!
//! Everything here is called in constants that the derive writes, so that a
//! mistake is an error of the user's compiler, worded by the derive.

mod agreement;
mod assertions;
mod backends;
mod described;
mod difference;
mod held;
mod near;
mod other_side;
mod padding;
mod sentence;
#[cfg(test)]
mod tests;
mod through;

pub(crate) use agreement::same_text;
pub use assertions::{
    agrees, can_hold, collates, demand, demand_rule, goes_through, goes_through_table, is_followed,
    marks_a_moment, not_null, refuse, stamps_a_moment,
};
pub(crate) use backends::words as unfit_words;
pub use backends::{backend_fault, backend_fault_of_target};
pub use described::{
    belongs_to, column, compared, exclusion, index, index_part, side, table, unique,
};
pub use held::{HeldKey, field_fault, held, held_key, held_width, join_columns, named_key};
pub use through::join_model;
#[cfg(test)]
use {
    other_side::other_side_fault,
    through::{plain_join_fault, through_fault},
};

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::ast::Expr;
use crate::create::Values;
use crate::model::{Column, Model};
use crate::query::Filter;
use crate::schema::{AssociationDef, AssociationKind, ColumnDef, TableDef};
use crate::types::{ColumnType, IntoValue, Param};
use crate::validate::{Fault, ValidationErrors, Validator};

/// A field's value, of whatever type.
pub trait AsParam {
    /// As a parameter.
    fn param(&self) -> Param;
}

impl<T: ColumnType> AsParam for T {
    fn param(&self) -> Param {
        self.to_param()
    }
}

/// A field whose type only the compiler can judge.
pub const fn field<T: ColumnType>(value: &T) -> &dyn AsParam {
    value
}

/// One of the fields of a row as a parameter.
pub fn param_of(fields: &[&dyn AsParam], column: u16) -> Param {
    let field = fields.get(usize::from(column));
    field.map_or(Param::Null, |field| field.param())
}

/// The table of a model, for the function that each model has of its own. Unlike
/// `Self::TABLE` it does not ask once more for what a model has to be.
#[derive(Debug)]
pub struct TableOf<M>(PhantomData<M>);

impl<M: Model> TableOf<M> {
    /// The table.
    pub const DEF: &'static TableDef = M::TABLE;
}

/// The columns of a model.
pub const fn columns<M: Model>() -> &'static [ColumnDef] {
    M::COLUMNS
}

/// The full path of a model.
pub const fn path<M: Model>() -> &'static str {
    M::PATH
}

/// A type that can be stored in a column, which is its own `Type`.
///
/// Generated code names the types of fields this way: where one is no column
/// type, every use of it fails alike, and rustc says so once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "not a column type",
    note = "wrap it in `Json<..>`, or derive `DbType` for a newtype and `DbEnum` for an enum; \
            the documentation of `orm::types` lists the types that are columns by themselves"
)]
pub trait Storable {
    /// The type itself.
    type Type: ColumnType;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Storable for T {
    type Type = T;
}

/// A model, which is its own `Itself`; for the same reason as [`Storable`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model, Clone)]` to `{Self}`"
)]
pub trait IsModel {
    /// The type itself.
    type Itself: Model;
}

#[diagnostic::do_not_recommend]
impl<M: Model> IsModel for M {
    type Itself = M;
}

/// The value of a scope, as the type of the column it is for.
pub fn scope_value<M, T: ColumnType, K>(_: Column<M, T, K>, value: impl IntoValue<T>) -> Param {
    value.into_value().into_param()
}

/// What a default scope asks of the rows of a model.
pub fn scope_test<M: Model>(scope: Filter<M>) -> Expr {
    scope.ast
}

/// The position that stands for no column.
pub const NO_COLUMN: u16 = u16::MAX;

/// The value that a write gives a column, unless it is NULL.
pub fn given<M: Model, T: ColumnType, K>(
    values: &Values<'_, M>,
    column: Column<M, T, K>,
) -> Option<T::Base> {
    T::Base::from_param(&*values.param(column.position())?)
}

/// Judges a value by a rule that has a condition.
pub fn check<M: Model>(
    values: &Values<'_, M>,
    errors: &mut ValidationErrors,
    column: u16,
    validator: &Validator,
) {
    if let Some(value) = values.param(column) {
        let field = M::TABLE.column(column).field;
        errors.check(field, std::slice::from_ref(validator), &value.view());
    }
}

/// What a validator function of the user's may return: whether the value is
/// good, or what is wrong with it.
#[diagnostic::on_unimplemented(
    message = "a validator cannot return `{Self}`",
    label = "expected `bool` or `Result<(), E>`",
    note = "return whether the value is good, or `Err` with a sentence"
)]
pub trait Verdict {
    /// `None` if the value is good, else the sentence, which may be empty.
    fn fault(self) -> Option<String>;
}

impl Verdict for bool {
    fn fault(self) -> Option<String> {
        (!self).then(String::new)
    }
}

impl<E: fmt::Display> Verdict for Result<(), E> {
    fn fault(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// Notes the verdict of a user's function.
pub fn judge(
    errors: &mut ValidationErrors,
    field: &'static str,
    rule: &'static str,
    message: Option<&'static str>,
    verdict: impl Verdict,
) {
    let Some(sentence) = verdict.fault() else {
        return;
    };
    let message = match message {
        Some(message) => Cow::Borrowed(message),
        None if sentence.is_empty() => Cow::Owned(format!("Validation {rule} on {field} failed")),
        None => Cow::Owned(sentence),
    };
    errors.push(Fault {
        column: Some(field),
        rule,
        message: message.into_owned(),
    });
}

/// Writes a companion for `Debug`: the row, then each association.
///
/// # Errors
/// When the formatter's writer fails.
pub fn debug_loaded(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    row: &dyn fmt::Debug,
    associations: &[(&str, &dyn fmt::Debug)],
) -> fmt::Result {
    let mut debug = f.debug_struct(name);
    debug.field("row", row);
    for (name, value) in associations {
        debug.field(name, value);
    }
    debug.finish()
}

/// What one slot of a companion can hold.
pub trait Slot: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Slot for T {}

// ---- keys ----

/// A key of this type, which can only refer to a key of the same type.
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` cannot reference a key of type `{T}`",
    label = "the two keys have different types"
)]
pub trait SameType<T> {
    /// Nothing: naming it asks the question.
    type Checked;
}

#[diagnostic::do_not_recommend]
impl<T> SameType<T> for T {
    type Checked = ();
}

// A second implementation, of types nobody has: with one alone rustc would take
// the two types for equal, and report where they turn out not to be.
#[diagnostic::do_not_recommend]
impl SameType<Unlike> for () {
    type Checked = ();
}

/// Nobody's key.
#[derive(Debug)]
pub enum Unlike {}

/// Some columns of one model that make a key together: a tuple of handles.
pub trait KeyColumns: Copy {
    /// The key's type: the column's without `Option`, or a tuple.
    type Key;
}

impl<M, T: ColumnType, K> KeyColumns for (Column<M, T, K>,) {
    type Key = T::Base;
}

/// `KeyColumns` for a tuple of several columns.
macro_rules! key_columns {
    ($($ty:ident $kind:ident),*) => {
        impl<M, $($ty: ColumnType, $kind),*> KeyColumns for ($(Column<M, $ty, $kind>,)*) {
            type Key = ($($ty::Base,)*);
        }
    };
}

key_columns!(T1 K1, T2 K2);
key_columns!(T1 K1, T2 K2, T3 K3);
key_columns!(T1 K1, T2 K2, T3 K3, T4 K4);
key_columns!(T1 K1, T2 K2, T3 K3, T4 K4, T5 K5);
key_columns!(T1 K1, T2 K2, T3 K3, T4 K4, T5 K5, T6 K6);
key_columns!(T1 K1, T2 K2, T3 K3, T4 K4, T5 K5, T6 K6, T7 K7);
key_columns!(T1 K1, T2 K2, T3 K3, T4 K4, T5 K5, T6 K6, T7 K7, T8 K8);

/// Asserts that columns which hold a key have the types of the columns they refer to.
pub const fn same_key<F: KeyColumns, R: KeyColumns>(_: F, _: R)
where
    F::Key: SameType<R::Key>,
{
}

/// The primary key of a model, of which `WIDTH` columns are wanted.
#[derive(Debug)]
pub(crate) struct PrimaryKey<M, const WIDTH: usize>(PhantomData<M>);

impl<M: Model, const WIDTH: usize> PrimaryKey<M, WIDTH> {
    /// Its positions.
    pub(crate) const COLUMNS: [u16; WIDTH] = primary_key::<M, WIDTH>();
}

/// The positions of a model's primary key.
pub const fn primary_key<M: Model, const WIDTH: usize>() -> [u16; WIDTH] {
    let mut key = [0; WIDTH];
    let (mut at, mut found) = (0, 0);
    while at < M::COLUMNS.len() && found < WIDTH {
        if M::COLUMNS[at].primary_key {
            // A table has at most 1,600 columns.
            key[found] = at as u16;
            found += 1;
        }
        at += 1;
    }
    key
}

/// Whether one of the columns may be NULL.
const fn nullable(columns: &[ColumnDef], positions: &[u16]) -> bool {
    let mut at = 0;
    while at < positions.len() {
        // A key that could not be found is reported elsewhere.
        let position = positions[at] as usize;
        if position < columns.len() && columns[position].nullable {
            return true;
        }
        at += 1;
    }
    false
}

/// The column of a new `T` that an association of `O`, which `T`'s rows hold the
/// key of, fills; of a key of several columns, one of them.
pub const fn filled<O: Model, T: Model>(association: usize, part: usize) -> u16 {
    prefilled::<T>(O::TABLE.associations[association].target_columns[part])
}

/// Whether a part of that key may be NULL.
pub const fn held_null<O: Model, T: Model>(association: usize) -> bool {
    nullable(
        T::COLUMNS,
        O::TABLE.associations[association].target_columns,
    )
}

/// The column of a new `M` that an association fills: the given one if `M`
/// declares that it holds a key, else [`NO_COLUMN`].
pub const fn prefilled<M: Model>(column: u16) -> u16 {
    let associations = M::TABLE.associations;
    let mut at = 0;
    while at < associations.len() {
        let association = &associations[at];
        if matches!(association.kind, AssociationKind::BelongsTo)
            && (holds(association.owner_columns, column) || is_type(association, column))
        {
            return column;
        }
        at += 1;
    }
    NO_COLUMN
}

const fn is_type(association: &AssociationDef, column: u16) -> bool {
    matches!(association.type_column, Some(own) if own == column)
}

const fn holds(columns: &[u16], column: u16) -> bool {
    let mut at = 0;
    while at < columns.len() {
        if columns[at] == column {
            return true;
        }
        at += 1;
    }
    false
}

// ---- the other side ----
