//! Rows created beside their parent: a whole graph, all or none.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use super::{Draft, IntoNew};
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::membership::{Membership, NULL_KEY, NewPairs, key_values};
use crate::model::{Associate, Association, Model};
use crate::schema::AssociationKind;
use crate::validate::ValidationErrors;

/// A future that the graph's recursion needs a name for.
type Writing<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Rows of one association that are created after their parent.
pub(crate) trait NestedRows<M>: Send + Sync {
    /// Why one of the rows cannot be one of the association.
    fn refusal(&self) -> Option<Error>;

    /// Judges every row, and what is below it.
    fn validate(&self, errors: &mut ValidationErrors);

    /// Writes the rows with the parent's key.
    fn write<'a>(&'a self, parent: &'a M, db: Exec<'a>) -> Writing<'a>;
}

struct RowsOf<A: Associate> {
    drafts: Vec<Draft<A::Target>>,
    association: PhantomData<fn() -> A>,
}

/// Collects the rows of an association that a builder's `with` was given.
pub(crate) fn rows<A, N, I>(
    _: Association<A>,
    rows: impl FnOnce(fn() -> A::Create) -> I,
) -> Arc<dyn NestedRows<A::Owner>>
where
    A: Associate,
    N: IntoNew<A::Target>,
    I: IntoIterator<Item = N>,
{
    let scope = || Membership::of::<A>().claim_of_scope();
    let drafts = rows(scoped_builder::<A>)
        .into_iter()
        .map(|row| row.into_new().claimed(scope()))
        .collect();
    Arc::new(RowsOf::<A> {
        drafts,
        association: PhantomData,
    })
}

/// The builder of a row that passes the association's scope.
fn scoped_builder<A: Associate>() -> A::Create {
    A::Create::from(Draft::default().claimed(Membership::of::<A>().claim_of_scope()))
}

impl<A: Associate> NestedRows<A::Owner> for RowsOf<A> {
    fn refusal(&self) -> Option<Error> {
        self.drafts.iter().find_map(Draft::refusal)
    }

    fn validate(&self, errors: &mut ValidationErrors) {
        for draft in &self.drafts {
            let mut draft = draft.clone();
            draft.add_defaults();
            draft.validate_into(errors);
        }
    }

    fn write<'a>(&'a self, parent: &'a A::Owner, db: Exec<'a>) -> Writing<'a> {
        Box::pin(async move {
            let membership = Membership::of::<A>();
            let Some(key) = A::owner_key(parent) else {
                return Err(Error::usage(NULL_KEY));
            };
            let key = key_values(&key);
            if A::DEF.kind == AssociationKind::HasOne && self.drafts.len() > 1 {
                return Err(crate::query::already(membership));
            }
            if A::DEF.through.is_none() {
                let drafts = self.drafts.iter().cloned();
                let claimed = drafts.map(|draft| draft.claimed(membership.claim(Some(&key))));
                let rows = write_all(claimed.collect(), db).await?;
                let here = rows.iter().filter(|row| membership.has(&key, *row)).count();
                return match here == rows.len() {
                    true => Ok(()),
                    false => Err(Error::not_written(A::Target::TABLE.model, rows.len(), here)),
                };
            }
            let rows = write_all(self.drafts.clone(), db).await?;
            match NewPairs::new::<A>(parent, &key, rows.iter(), &[])? {
                Some(pairs) => crate::query::link(&pairs, db).await,
                None => Ok(()),
            }
        })
    }
}

/// Writes rows, then what was nested in each.
pub(crate) async fn write_all<M: Model>(mut drafts: Vec<Draft<M>>, db: Exec<'_>) -> Result<Vec<M>> {
    let nested: Vec<_> = drafts.iter_mut().map(Draft::take_nested).collect();
    let rows = if drafts.iter().any(Draft::is_guarded) {
        one_by_one(drafts, db).await?
    } else {
        crate::query::insert_many(drafts, db).await?
    };
    for (row, nested) in rows.iter().zip(&nested) {
        for children in nested {
            children.write(row, db).await?;
        }
    }
    Ok(rows)
}

/// Writes rows each of which may forbid the next.
async fn one_by_one<M: Model>(drafts: Vec<Draft<M>>, db: Exec<'_>) -> Result<Vec<M>> {
    let mut rows = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        if let Some(guard) = draft.take_guard() {
            guard(db).await?;
        }
        rows.extend(crate::query::insert_many(vec![draft], db).await?);
    }
    Ok(rows)
}
