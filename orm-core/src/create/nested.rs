//! Rows created beside their parent: a whole graph, all or none.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use super::{Draft, IntoNew};
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::hooks::{Asked, refuse_join};
use crate::membership::{Membership, NULL_KEY, NewPairs, Owned, Paired, key_values};
use crate::model::{Associate, Association, Model};
use crate::schema::{AssociationDef, AssociationKind};
use crate::validate::ValidationErrors;

/// A future that the graph's recursion needs a name for.
type Writing<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Rows of one association that are created after their parent.
pub(crate) trait NestedRows<M>: Send + Sync {
    /// Why one of the rows cannot be one of the association.
    fn refusal(&self) -> Option<Error>;

    /// Judges every row, and what is below it.
    fn validate(&self, errors: &mut ValidationErrors);

    /// The association.
    fn association(&self) -> &'static AssociationDef;

    /// Itself, for those of the same association below another parent.
    fn as_any(&self) -> &dyn Any;

    /// Writes the rows of this association below several parents, with their keys.
    fn write<'a>(&'a self, below: &'a [Below<'a, M>], db: Exec<'a>) -> Writing<'a>;
}

/// Rows of an association below a parent.
pub(crate) type Below<'a, M> = (&'a M, &'a dyn NestedRows<M>);

/// Writes what is below rows that are written, one association after the other: a
/// statement for each level, whatever the number of rows.
pub(crate) async fn write_below<M: Model>(
    rows: &[M],
    nested: &[Vec<Arc<dyn NestedRows<M>>>],
    db: Exec<'_>,
) -> Result<()> {
    for same in by_association(rows, nested) {
        if let Some((_, first)) = same.first() {
            first.write(&same, db).await?;
        }
    }
    Ok(())
}

/// What is below rows, by association in the order in which these are met.
fn by_association<'a, M>(
    rows: &'a [M],
    nested: &'a [Vec<Arc<dyn NestedRows<M>>>],
) -> Vec<Vec<Below<'a, M>>> {
    let mut all: Vec<Vec<Below<'a, M>>> = Vec::new();
    for (row, nested) in rows.iter().zip(nested) {
        for rows_of in nested {
            let below: Below<'a, M> = (row, &**rows_of);
            let name = rows_of.association().name;
            let is_same = |same: &Vec<Below<'a, M>>| same[0].1.association().name == name;
            match all.iter().position(is_same) {
                Some(at) => all[at].push(below),
                None => all.push(vec![below]),
            }
        }
    }
    all
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
        let join = A::DEF.through.as_ref();
        let unseen = join.and_then(|join| refuse_join(join).err());
        unseen.or_else(|| self.drafts.iter().find_map(Draft::refusal))
    }

    fn validate(&self, errors: &mut ValidationErrors) {
        // Their hooks come first, when their level is written.
        if A::Target::HOOKS.is_some() {
            return;
        }
        for draft in &self.drafts {
            let mut draft = draft.clone();
            draft.add_defaults();
            draft.validate_into(errors);
        }
    }

    fn association(&self) -> &'static AssociationDef {
        A::DEF
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn write<'a>(&'a self, below: &'a [Below<'a, A::Owner>], db: Exec<'a>) -> Writing<'a> {
        Box::pin(async move {
            let membership = Membership::of::<A>();
            let mut keys = Vec::with_capacity(below.len());
            let mut counts: Vec<usize> = Vec::with_capacity(below.len());
            let mut drafts = Vec::new();
            for (parent, nested) in below {
                let Some(key) = A::owner_key(parent) else {
                    return Err(Error::usage(NULL_KEY));
                };
                let key = key_values(&key);
                // Of one name, they are of one type.
                let nested = nested.as_any().downcast_ref::<Self>();
                let drafts_of = nested.map_or(&[][..], |nested| &nested.drafts);
                let own = drafts_of.iter().cloned();
                match A::DEF.through {
                    Some(_) => drafts.extend(own),
                    None => {
                        drafts.extend(own.map(|it| it.claimed(membership.claim(Some(&key)))));
                    }
                }
                counts.push(drafts_of.len());
                keys.push(key);
            }
            if A::DEF.kind == AssociationKind::HasOne && has_two(below, &counts) {
                return Err(crate::query::already(membership));
            }
            let rows = write_all(drafts, db).await;
            // Its number would be among all of its level.
            let rows = rows.map_err(Error::without_row)?;
            let mut left = rows.iter();
            let owned: Vec<Owned<'_, A>> = below
                .iter()
                .zip(keys.iter().zip(counts))
                .map(|(below, (key, count))| Owned {
                    owner: below.0,
                    key,
                    rows: left.by_ref().take(count).collect(),
                })
                .collect();
            if A::DEF.through.is_some() {
                return match NewPairs::of_owners(&owned, &[], Paired::New)? {
                    Some(pairs) => crate::query::link(&pairs, db).await,
                    None => Ok(()),
                };
            }
            let here = owned.iter().map(|Owned { key, rows, .. }| {
                let here = rows.iter().filter(|row| membership.has(key, **row));
                here.count()
            });
            match here.sum::<usize>() {
                here if here == rows.len() => Ok(()),
                here => Err(Error::not_written(A::Target::TABLE.model, rows.len(), here)),
            }
        })
    }
}

/// Whether a parent would get a second row: those of one stand side by side.
fn has_two<M>(below: &[Below<'_, M>], counts: &[usize]) -> bool {
    let mut last: Option<&M> = None;
    let mut rows = 0;
    for ((parent, _), count) in below.iter().zip(counts) {
        if !last.is_some_and(|last| std::ptr::eq(last, *parent)) {
            rows = 0;
        }
        rows += count;
        last = Some(parent);
        if rows > 1 {
            return true;
        }
    }
    false
}

/// Writes rows, then what was nested in each.
pub(crate) async fn write_all<M: Model>(mut drafts: Vec<Draft<M>>, db: Exec<'_>) -> Result<Vec<M>> {
    if let Some(hooks) = M::HOOKS {
        return (hooks.create)(drafts, Asked::Many, db).await;
    }
    let nested: Vec<_> = drafts.iter_mut().map(Draft::take_nested).collect();
    let rows = if drafts.iter().any(Draft::is_guarded) {
        one_by_one(drafts, db).await?
    } else {
        crate::query::insert_many(drafts, db).await?
    };
    write_below(&rows, &nested, db).await?;
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
