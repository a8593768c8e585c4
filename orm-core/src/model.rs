//! What the derive implements: models, their columns and their associations.

use std::marker::PhantomData;

// Questions that generated code asks; public so that messages call them by a short name.
pub use crate::check::{IsModel, SameType, Storable};
pub use crate::holder::{
    ClearsKey, HasMembers, HasRows, HeldByJoinTable, HeldByOwner, HeldByTarget, HeldElsewhere,
    OwnsRows, Severable, TakesRows,
};
pub use crate::loaded::{IsAssociation, Leads, Nth, nth};

use crate::check::HeldKey;
use crate::companion::Associations;
use crate::create::{Draft, Values};
use crate::decode::Cursor;
use crate::error::Result;
use crate::hooks::HooksOf;
use crate::key::Key;
use crate::schema::{AssociationDef, ColumnDef, TableDef};
use crate::types::Param;
use crate::validate::ValidationErrors;

/// A Rust struct that is a row of a table.
///
/// Derived, never written by hand; `#[derive(Model)]` explains the attributes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model, Clone)]` to `{Self}`"
)]
pub trait Model: Clone + Send + Sync + 'static {
    /// The type of the primary key: the field's, or a tuple for a composite key.
    type Key: Key;

    /// What [`create`](crate::query::Queries::create) returns: one setter per column.
    type Create: From<Draft<Self>>;

    /// The markers of its associations: `(User_orders, (User_profile, ()))`.
    #[doc(hidden)]
    type Associations: Associations;

    /// What a NOT NULL key that refers to it loads: [`OneUnlessHidden`] where the model
    /// soft-deletes or has default scopes. It does not depend on the table, which other
    /// models' do.
    #[doc(hidden)]
    type Seen: Cardinality;

    /// The full path of the struct, which tells models of one name apart.
    const PATH: &'static str;

    /// The columns, in the order of the fields.
    const COLUMNS: &'static [ColumnDef];

    /// The table.
    const TABLE: &'static TableDef;

    /// The keys of other models that it holds: a part of the table that does not
    /// depend on the tables of other models.
    #[doc(hidden)]
    const HELD_KEYS: &'static [HeldKey] = &[];

    /// The hooks around the writes of its rows, where there are any.
    #[doc(hidden)]
    const HOOKS: Option<HooksOf<Self>> = None;

    /// The table, as a function: two models can refer to each other.
    ///
    /// Each model has its own. Were it one generic function, a chain of more
    /// than 128 models would be too deep an instantiation for rustc.
    #[doc(hidden)]
    fn __table() -> &'static TableDef;

    /// Reads the columns of one row, in the order of the fields.
    ///
    /// # Errors
    /// When a column's type or bytes do not fit its field.
    fn decode(row: &mut Cursor<'_>) -> Result<Self>;

    /// The value of one column, by its position.
    fn param(&self, column: u16) -> Param;

    /// The primary key of this row.
    fn key(&self) -> Self::Key;

    /// Runs the validators of one column that are functions or have a condition.
    fn validate_column(_column: u16, _values: &Values<'_, Self>, _errors: &mut ValidationErrors) {}

    /// Runs the validators of the model as a whole.
    fn validate_model(_values: &Values<'_, Self>, _errors: &mut ValidationErrors) {}
}

/// A row of whatever model: what asks no more of rows is compiled once, and not for
/// every model of a program.
pub(crate) trait AnyRow: Send + Sync {
    /// The value of one column, by its position.
    fn value(&self, column: u16) -> Param;
}

impl<M: Model> AnyRow for M {
    fn value(&self, column: u16) -> Param {
        self.param(column)
    }
}

/// Rows, whatever their model.
pub(crate) fn any_rows<'r, M: Model>(rows: impl IntoIterator<Item = &'r M>) -> Vec<&'r dyn AnyRow> {
    let mut all: Vec<&dyn AnyRow> = Vec::new();
    for row in rows {
        all.push(row);
    }
    all
}

/// A model whose rows are those of a table, and so are written as well as read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a view or a named query: its rows are read, and not written",
    label = "`{Self}` has no table of its own",
    note = "write to the tables that its rows come from"
)]
pub trait Writable: Model {}

/// A model whose rows are those that a query had when it was asked last:
/// `#[model(materialized_view)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a materialized view: there is nothing to refresh",
    label = "its rows are always those of now",
    note = "a model over one says so: `#[model(materialized_view)]`"
)]
pub trait Materialized: Model {}

/// A model whose rows a statement says by itself, [`Query::with`](crate::query::Query::with):
/// `#[model(named_query)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a named query: its rows are in the database",
    label = "a model of something in the database",
    note = "a model whose rows are those of a query in the statement says so: `#[model(named_query)]`"
)]
pub trait NamedQuery: Model {
    /// What its rows consist of: the types of its fields, in their order.
    type Shown;
}

/// A model whose rows are marked as deleted and stay in their table:
/// `#[model(soft_delete)]`.
#[diagnostic::on_unimplemented(
    message = "rows of `{Self}` are not marked as deleted: a delete removes them",
    label = "`{Self}` does not soft-delete",
    note = "add `#[model(soft_delete)]` and a field `deleted_at: Option<DateTime<Utc>>` to `{Self}`"
)]
pub trait SoftDeletes: Model {}

/// A default scope of the model `M`, by which it is lifted: `Post::VISIBLE` of
/// `#[model(default_scope = visible)]`.
pub struct DefaultScope<M> {
    pub(crate) name: &'static str,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for DefaultScope<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for DefaultScope<M> {}

impl<M: Model> std::fmt::Debug for DefaultScope<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", M::TABLE.model, self.name)
    }
}

impl<M> DefaultScope<M> {
    /// The scope with a name; only generated code calls this.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        DefaultScope {
            name,
            model: PhantomData,
        }
    }
}

/// A column of the model `M` whose field has the type `T`.
///
/// The derive writes one constant per field: `User::email`. `K` says what can
/// be done with it: [`Plain`], [`Unique`] or [`Generated`].
pub struct Column<M, T, K = Plain> {
    pub(crate) def: &'static ColumnDef,
    pub(crate) position: u16,
    marker: PhantomData<fn() -> (M, T, K)>,
}

/// An ordinary column.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

/// A column that is unique by itself, so that a row can be found by it.
#[derive(Debug, Clone, Copy)]
pub struct Unique;

/// A column that is unique by itself, and also part of a key of several columns: the
/// one at the position `AT`.
#[derive(Debug, Clone, Copy)]
pub struct UniqueInKey<const AT: usize>;

/// A column that is part of a key of several columns, or unique among some rows: the
/// one at the position `AT`.
#[derive(Debug, Clone, Copy)]
pub struct InKey<const AT: usize>;

/// A column that the server computes, or that counts the writes of its row; it is read
/// and never set.
#[derive(Debug, Clone, Copy)]
pub struct Generated;

/// A column that can be set.
#[diagnostic::on_unimplemented(
    message = "a column that is `generated`, or the `version` of its rows, cannot be set",
    label = "the database computes this column",
    note = "remove this call, or `generated` or `version` from the column"
)]
pub trait Settable {}

#[diagnostic::do_not_recommend]
impl Settable for Plain {}
#[diagnostic::do_not_recommend]
impl Settable for Unique {}
#[diagnostic::do_not_recommend]
impl<const AT: usize> Settable for UniqueInKey<AT> {}
#[diagnostic::do_not_recommend]
impl<const AT: usize> Settable for InKey<AT> {}

impl<M, T, K> Clone for Column<M, T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T, K> Copy for Column<M, T, K> {}

impl<M: Model, T, K> std::fmt::Debug for Column<M, T, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", M::TABLE.model, self.def.field)
    }
}

// Not bound to `ColumnType`: a type that is none is reported once, at the
// descriptor, and not again at each handle.
impl<M: Model, T, K> Column<M, T, K> {
    /// The column at a position; only generated code calls this.
    #[doc(hidden)]
    pub const fn new(position: u16) -> Self {
        Column {
            def: &M::COLUMNS[position as usize],
            position,
            marker: PhantomData,
        }
    }

    /// Where the column is in the model's column list; only generated code calls this.
    #[doc(hidden)]
    pub const fn position(self) -> u16 {
        self.position
    }

    /// The column's descriptor: its name, type and options.
    pub const fn def(self) -> &'static ColumnDef {
        self.def
    }
}

/// One side of an association, at the type level.
///
/// The derive writes one hidden marker type per association; users meet its
/// value, an [`Association`] such as `User::orders`.
pub trait Associate: Sized + 'static {
    /// The model that declares it.
    type Owner: Model;
    /// The model on the other side.
    type Target: Model;
    /// How many rows there are on the other side.
    type Kind: Cardinality;
    /// The key both sides hold, without `Option`.
    type Key: Key;
    /// What creates a row on the other side: its builder, in which the key
    /// that this side holds counts as given.
    type Create: From<Draft<Self::Target>>;
    /// Where the key is held.
    type Holder: 'static;
    /// [`JoinedBy`](crate::joined::JoinedBy) the model between the two sides,
    /// or [`NoJoinRow`](crate::joined::NoJoinRow).
    type Join: crate::joined::JoinRows;

    /// The association's descriptor.
    const DEF: &'static AssociationDef;

    /// The key this row holds; `None` where one of its columns is NULL.
    fn owner_key(owner: &Self::Owner) -> Option<Self::Key>;
}

/// An association of a model: `User::orders`.
pub struct Association<A>(PhantomData<fn() -> A>);

impl<A> Clone for Association<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Association<A> {}

impl<A: Associate> std::fmt::Debug for Association<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", A::Owner::TABLE.model, A::DEF.name)
    }
}

impl<A> Association<A> {
    /// The association of a marker; only generated code calls this.
    #[doc(hidden)]
    pub const fn new() -> Self {
        Association(PhantomData)
    }
}

/// How many rows the other side of an association has.
pub trait Cardinality: 'static {
    /// What a loaded association holds, for one loaded row `T`.
    type Loaded<T: Clone + Send + Sync + 'static>: Clone + Send + Sync + 'static;

    /// What it becomes when a condition may leave the row out.
    type Filtered: Cardinality;

    /// What it becomes when parents without such a row are left out.
    type Required: Cardinality;

    /// Whether a parent cannot be without a row.
    const NEEDS_ROW: bool = false;

    /// Takes the rows from a place to the end, which belong to one parent. `None`
    /// where a row is required and missing.
    fn take<T: Clone + Send + Sync + 'static>(
        rows: &mut Vec<T>,
        start: usize,
    ) -> Option<Self::Loaded<T>>;

    /// Copies the rows that belong to one parent, for others have them too.
    fn copy<T: Clone + Send + Sync + 'static>(rows: &[T]) -> Option<Self::Loaded<T>>;
}

/// Exactly one row: `belongs_to` on a NOT NULL key.
#[derive(Debug, Clone, Copy)]
pub struct ExactlyOne;

/// One row or none: `has_one`, and `belongs_to` on a nullable key.
#[derive(Debug, Clone, Copy)]
pub struct AtMostOne;

/// The row that a NOT NULL key refers to, if it is seen: `belongs_to` a model that
/// soft-deletes or has default scopes.
#[derive(Debug, Clone, Copy)]
pub struct OneUnlessHidden;

/// Any number of rows: `has_many` and `many_to_many`.
#[derive(Debug, Clone, Copy)]
pub struct Many;

impl Cardinality for ExactlyOne {
    type Loaded<T: Clone + Send + Sync + 'static> = T;
    type Filtered = AtMostOne;
    type Required = ExactlyOne;

    const NEEDS_ROW: bool = true;

    fn take<T: Clone + Send + Sync + 'static>(rows: &mut Vec<T>, start: usize) -> Option<T> {
        rows.truncate(start.saturating_add(1));
        if rows.len() > start { rows.pop() } else { None }
    }

    fn copy<T: Clone + Send + Sync + 'static>(rows: &[T]) -> Option<T> {
        rows.first().cloned()
    }
}

impl Cardinality for OneUnlessHidden {
    type Loaded<T: Clone + Send + Sync + 'static> = Option<T>;
    type Filtered = AtMostOne;
    type Required = ExactlyOne;

    fn take<T: Clone + Send + Sync + 'static>(
        rows: &mut Vec<T>,
        start: usize,
    ) -> Option<Option<T>> {
        AtMostOne::take(rows, start)
    }

    fn copy<T: Clone + Send + Sync + 'static>(rows: &[T]) -> Option<Option<T>> {
        AtMostOne::copy(rows)
    }
}

impl Cardinality for AtMostOne {
    type Loaded<T: Clone + Send + Sync + 'static> = Option<T>;
    type Filtered = AtMostOne;
    type Required = ExactlyOne;

    fn take<T: Clone + Send + Sync + 'static>(
        rows: &mut Vec<T>,
        start: usize,
    ) -> Option<Option<T>> {
        Some(ExactlyOne::take(rows, start))
    }

    fn copy<T: Clone + Send + Sync + 'static>(rows: &[T]) -> Option<Option<T>> {
        Some(rows.first().cloned())
    }
}

impl Cardinality for Many {
    type Loaded<T: Clone + Send + Sync + 'static> = Vec<T>;
    type Filtered = Many;
    type Required = Many;

    fn take<T: Clone + Send + Sync + 'static>(rows: &mut Vec<T>, start: usize) -> Option<Vec<T>> {
        if start > 0 {
            return (start <= rows.len()).then(|| rows.split_off(start));
        }
        let mut all = std::mem::take(rows);
        // It may have held the rows of all parents.
        if all.capacity() > 2 * all.len() {
            all.shrink_to_fit();
        }
        Some(all)
    }

    fn copy<T: Clone + Send + Sync + 'static>(rows: &[T]) -> Option<Vec<T>> {
        Some(rows.to_vec())
    }
}

/// The value of an association that was not included.
///
/// It has no rows and no methods: using an association that was not loaded
/// does not compile. Add `.include(..)` to the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NotLoaded;

/// A row, or a row with some associations loaded, that can take one more.
#[diagnostic::on_unimplemented(
    message = "`{A}` cannot be included here",
    label = "not an association of this model, or included already",
    note = "a query includes each association of its own model at most once; one of the rows that are \
            loaded beside goes inside: `User::orders.include(Order::line_items)`"
)]
pub trait Fill<A, V>: Send + Sync + 'static {
    /// The same row with the association loaded.
    type Output: Clone + Send + Sync + 'static;

    /// Adds the loaded association.
    fn fill(self, value: V) -> Self::Output;
}
