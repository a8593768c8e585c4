//! What a create builder has collected.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use super::IntoNew;
use super::nested::{self, NestedRows};
use crate::ast::{Expr, Function, Insert, InsertRows, Returning, RowValues};
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::membership::Claim;
use crate::model::{Associate, Association, Model};
use crate::polymorphic::{AssociateOneOf, OwnerIn};
use crate::schema::DefaultValue;
use crate::types::{ColumnType, IntoValue, Param};
use crate::validate::ValidationErrors;

/// Judges on the database whether a row may be written.
pub(crate) type Guard = Arc<
    dyn for<'e> Fn(Exec<'e>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'e>> + Send + Sync,
>;

/// The values given for a new row, by column position.
pub struct Draft<M> {
    values: RowValues,
    /// What is created after the row, with its key.
    nested: Vec<Arc<dyn NestedRows>>,
    /// What has to hold before the row is written, in the same transaction.
    guard: Option<Guard>,
    /// What the association that the row is created in asks of it.
    claim: Option<Arc<Claim>>,
    model: PhantomData<fn() -> M>,
}

impl<M> Default for Draft<M> {
    fn default() -> Self {
        Draft {
            values: RowValues::new(),
            nested: Vec::new(),
            guard: None,
            claim: None,
            model: PhantomData,
        }
    }
}

impl<M> Clone for Draft<M> {
    fn clone(&self) -> Self {
        Draft {
            values: self.values.clone(),
            nested: self.nested.clone(),
            guard: self.guard.clone(),
            claim: self.claim.clone(),
            model: PhantomData,
        }
    }
}

impl<M: Model> std::fmt::Debug for Draft<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields = self
            .values
            .iter()
            .map(|(position, _)| M::TABLE.column(*position).field);
        f.debug_list().entries(fields).finish()
    }
}

impl<M: Model> Draft<M> {
    /// The builder in which a column has its value; the last one given counts.
    pub fn set<T: ColumnType, B: From<Self>>(
        mut self,
        position: u16,
        value: impl IntoValue<T>,
    ) -> B {
        put(&mut self.values, position, value.into_value().into_param());
        B::from(self)
    }

    /// Gives a column its value as a parameter.
    #[doc(hidden)]
    pub fn set_param(mut self, position: u16, value: Param) -> Self {
        put(&mut self.values, position, value);
        self
    }

    /// The same in place.
    pub(crate) fn put(&mut self, position: u16, value: Param) {
        put(&mut self.values, position, value);
    }

    /// Makes the row belong to a row of one of several models: its type and its
    /// key, together.
    pub fn owned_by<A, O, B: From<Self>>(self, owner: &O) -> B
    where
        A: AssociateOneOf<Owner = M>,
        O: OwnerIn<A::Targets>,
    {
        let values = crate::query::owned_by::<A, O>(&owner.key());
        B::from(values.fold(self, |draft, (position, value)| {
            draft.set_param(position, value)
        }))
    }

    /// The value given for a column.
    pub(crate) fn get(&self, position: u16) -> Option<&Param> {
        let found = self
            .values
            .binary_search_by_key(&position, |(position, _)| *position)
            .ok()?;
        Some(&self.values[found].1)
    }

    /// The values given, by position, in field order.
    #[doc(hidden)]
    pub fn values(&self) -> &[(u16, Param)] {
        &self.values
    }

    /// Those values alone, taken out.
    pub(super) fn into_values(self) -> RowValues {
        self.values
    }

    /// Adds the defaults that the model declares as values.
    pub(crate) fn add_defaults(&mut self) {
        for (position, column) in (0..).zip(M::COLUMNS) {
            if let Some(DefaultValue::Value(value)) = column.default
                && self.get(position).is_none()
            {
                put(&mut self.values, position, value());
            }
        }
    }

    /// Adds rows of an association, created after this row with its key.
    pub fn with<A, N, I, B: From<Self>>(
        mut self,
        association: Association<A>,
        rows: impl FnOnce(fn() -> A::Create) -> I,
    ) -> B
    where
        A: Associate<Owner = M>,
        N: IntoNew<A::Target>,
        I: IntoIterator<Item = N>,
    {
        self.nested.push(nested::rows(association, rows));
        B::from(self)
    }

    /// What is created after the row, taken out.
    pub(crate) fn take_nested(&mut self) -> Vec<Arc<dyn NestedRows>> {
        std::mem::take(&mut self.nested)
    }

    /// Whether more than the row itself is to be done, which takes a transaction.
    pub(crate) fn is_alone(&self) -> bool {
        self.nested.is_empty() && self.guard.is_none()
    }

    /// Whether it is written only if the database lets it.
    pub(crate) fn is_guarded(&self) -> bool {
        self.guard.is_some()
    }

    /// The same row, written only if the guard lets it.
    pub(crate) fn guarded(mut self, guard: Guard) -> Self {
        self.guard = Some(guard);
        self
    }

    /// What has to hold before the row is written, taken out.
    pub(crate) fn take_guard(&mut self) -> Option<Guard> {
        self.guard.take()
    }

    /// The same row as one of an association: what that asks is filled in where
    /// nothing else was said, and asked again before the row is written.
    pub(crate) fn claimed(mut self, claim: Claim) -> Self {
        for (position, value) in claim.values() {
            if self.get(*position).is_none() {
                put(&mut self.values, *position, value.clone());
            }
        }
        if !claim.is_empty() {
            self.claim = Some(Arc::new(claim.after(self.claim.take())));
        }
        self
    }

    /// What the association that the row is created in asks of it.
    pub(crate) fn claim(&self) -> Option<Arc<Claim>> {
        self.claim.clone()
    }

    /// Why the row, or one nested in it, cannot be one of its association.
    pub(crate) fn refusal(&self) -> Option<Error> {
        let own = self.claim.as_ref();
        own.and_then(|claim| claim.refusal(&|position| self.get(position)))
            .or_else(|| self.nested.iter().find_map(|nested| nested.refusal()))
    }

    /// Judges the row, which has its defaults, and everything nested in it.
    pub(crate) fn validate_into(&self, errors: &mut ValidationErrors) {
        errors.extend(super::validate_row::<M>(&super::Values::of_draft(self)));
        for nested in &self.nested {
            nested.validate(errors);
        }
    }

    /// Adds the defaults and judges the row.
    ///
    /// # Errors
    /// With every fault, before anything is sent.
    pub(crate) fn complete(&mut self) -> Result<()> {
        if let Some(refusal) = self.refusal() {
            return Err(refusal);
        }
        self.add_defaults();
        let mut errors = ValidationErrors::new();
        self.validate_into(&mut errors);
        errors
            .into_result()
            .map_err(|errors| Error::invalid(errors, M::TABLE))
    }

    /// The same, unless hooks come before the validators: then the row is completed
    /// when it is written.
    ///
    /// # Errors
    /// As [`complete`](Self::complete).
    pub(crate) fn complete_unless_hooked(&mut self) -> Result<()> {
        match (M::HOOKS, self.refusal()) {
            (None, _) => self.complete(),
            (Some(_), None) => Ok(()),
            (Some(_), Some(refusal)) => Err(refusal),
        }
    }

    /// The statement that writes the row and returns it.
    pub(crate) fn into_insert(self) -> Insert {
        let stamped = (0_u16..)
            .zip(M::COLUMNS)
            .filter(|(position, column)| {
                column.timestamp.is_some() && self.get(*position).is_none()
            })
            .map(|(position, _)| position)
            .collect();
        Insert {
            table: M::TABLE,
            rows: InsertRows::One {
                given: self.values,
                stamped,
            },
            conflict: None,
            returning: Returning::Rows,
        }
    }
}

/// Puts a value in its place; the same code for every model.
fn put(values: &mut RowValues, position: u16, value: Param) {
    match values.binary_search_by_key(&position, |(position, _)| *position) {
        Ok(found) => values[found].1 = value,
        Err(place) => values.insert(place, (position, value)),
    }
}

/// The time at which the server received the statement.
pub(crate) fn statement_time() -> Expr {
    Expr::call(Function::StatementTime, Vec::new())
}
