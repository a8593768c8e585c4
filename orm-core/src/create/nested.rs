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
use crate::key::KeyValues;
use crate::membership::{Claim, Membership, NULL_KEY, NewPairs, Owned, Paired, Pairing};
use crate::model::{AnyRow, Associate, Association, Model, any_rows};
use crate::schema::{AssociationDef, AssociationKind};
use crate::validate::ValidationErrors;

/// A future that the graph's recursion needs a name for.
type Writing<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Rows of one association that are created after their parent, whatever its model.
pub(crate) trait NestedRows: Send + Sync {
    /// Why one of the rows cannot be one of the association.
    fn refusal(&self) -> Option<Error>;

    /// Judges every row, and what is below it.
    fn validate(&self, errors: &mut ValidationErrors);

    /// The association.
    fn association(&self) -> &'static AssociationDef;

    /// Itself, for those of the same association below another parent.
    fn as_any(&self) -> &dyn Any;

    /// Writes the rows of this association below several parents, with their keys.
    fn write<'a>(&'a self, below: &'a [Below<'a>], db: Exec<'a>) -> Writing<'a>;
}

/// Rows of an association below a parent.
pub(crate) type Below<'a> = (&'a dyn AnyRow, &'a dyn NestedRows);

/// Writes what is below rows that are written, one association after the other: a
/// statement for each level, whatever the number of rows.
pub(crate) async fn write_below(
    rows: &[&dyn AnyRow],
    nested: &[Vec<Arc<dyn NestedRows>>],
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
fn by_association<'a>(
    rows: &[&'a dyn AnyRow],
    nested: &'a [Vec<Arc<dyn NestedRows>>],
) -> Vec<Vec<Below<'a>>> {
    let mut all: Vec<Vec<Below<'a>>> = Vec::new();
    for (row, nested) in rows.iter().zip(nested) {
        for rows_of in nested {
            let below: Below<'a> = (*row, &**rows_of);
            let name = rows_of.association().name;
            let is_same = |same: &Vec<Below<'a>>| same[0].1.association().name == name;
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
) -> Arc<dyn NestedRows>
where
    A: Associate,
    N: IntoNew<A::Target>,
    I: IntoIterator<Item = N>,
{
    Arc::new(RowsOf::<A> {
        drafts: drafts_of::<A, N, I>(rows),
        association: PhantomData,
    })
}

/// New rows that pass an association's scope, whoever they will belong to.
pub(crate) fn drafts_of<A, N, I>(rows: impl FnOnce(fn() -> A::Create) -> I) -> Vec<Draft<A::Target>>
where
    A: Associate,
    N: IntoNew<A::Target>,
    I: IntoIterator<Item = N>,
{
    let scope = || Membership::of::<A>().claim_of_scope();
    rows(scoped_builder::<A>)
        .into_iter()
        .map(|row| row.into_new().claimed(scope()))
        .collect()
}

/// The builder of a row that passes the association's scope.
fn scoped_builder<A: Associate>() -> A::Create {
    A::Create::from(Draft::default().claimed(Membership::of::<A>().claim_of_scope()))
}

impl<A: Associate> NestedRows for RowsOf<A> {
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

    fn write<'a>(&'a self, below: &'a [Below<'a>], db: Exec<'a>) -> Writing<'a> {
        Box::pin(async move {
            let pairing = Pairing::of::<A>();
            let mut level = Level::new(pairing, below)?;
            let mut drafts = Vec::new();
            for (place, (_, nested)) in below.iter().enumerate() {
                // Of one name, they are of one type.
                let nested = nested.as_any().downcast_ref::<Self>();
                let own = nested.map_or(&[][..], |nested| &nested.drafts);
                level.counts.push(own.len());
                for draft in own {
                    drafts.push(match level.claim(place) {
                        Some(claim) => draft.clone().claimed(claim),
                        None => draft.clone(),
                    });
                }
            }
            level.refuse_two()?;
            let rows = write_all(drafts, db).await;
            // Its number would be among all of its level.
            let rows = rows.map_err(Error::without_row)?;
            level.settle(any_rows(&rows), db).await
        })
    }
}

/// The rows of an association below all parents of a level.
struct Level<'a> {
    pairing: Pairing,
    below: &'a [Below<'a>],
    /// The key of each parent.
    keys: Vec<KeyValues>,
    /// How many rows there are below each.
    counts: Vec<usize>,
}

impl<'a> Level<'a> {
    fn new(pairing: Pairing, below: &'a [Below<'a>]) -> Result<Self> {
        let keys = below
            .iter()
            .map(|(parent, _)| pairing.membership.owner_key(*parent));
        let keys: Option<Vec<KeyValues>> = keys.collect();
        Ok(Level {
            pairing,
            below,
            keys: keys.ok_or_else(|| Error::usage(NULL_KEY))?,
            counts: Vec::with_capacity(below.len()),
        })
    }

    /// What the rows below a parent say of it, where they do.
    fn claim(&self, place: usize) -> Option<Claim> {
        let membership = self.pairing.membership;
        let holds_key = membership.association.through.is_none();
        holds_key.then(|| membership.claim(self.keys.get(place).map(|key| &key[..])))
    }

    /// An error if a parent of a `has_one` would get a second row: those of one parent
    /// stand side by side.
    fn refuse_two(&self) -> Result<()> {
        let membership = self.pairing.membership;
        if membership.association.kind != AssociationKind::HasOne {
            return Ok(());
        }
        let mut last: Option<&dyn AnyRow> = None;
        let mut rows = 0;
        for ((parent, _), count) in self.below.iter().zip(&self.counts) {
            if !last.is_some_and(|last| std::ptr::addr_eq(last, *parent)) {
                rows = 0;
            }
            rows += count;
            last = Some(*parent);
            if rows > 1 {
                return Err(crate::query::already(membership));
            }
        }
        Ok(())
    }

    /// Sees to it that the rows, which were written, are below their parents.
    async fn settle(self, rows: Vec<&dyn AnyRow>, db: Exec<'_>) -> Result<()> {
        let membership = self.pairing.membership;
        let (asked, mut left) = (rows.len(), rows.into_iter());
        let parents = self.below.iter().zip(self.keys.iter().zip(self.counts));
        let owned = parents.map(|((owner, _), (key, count))| Owned {
            owner: *owner,
            key,
            rows: left.by_ref().take(count).collect(),
        });
        let owned: Vec<Owned<'_>> = owned.collect();
        if membership.association.through.is_some() {
            return match NewPairs::of_owners(self.pairing, &owned, &[], Paired::New)? {
                Some(pairs) => crate::query::link(&pairs, db).await,
                None => Ok(()),
            };
        }
        let here = owned.iter().map(|Owned { key, rows, .. }| {
            let here = rows.iter().filter(|row| membership.has(key, **row));
            here.count()
        });
        match here.sum::<usize>() {
            here if here == asked => Ok(()),
            here => Err(Error::not_written(membership.target.model, asked, here)),
        }
    }
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
    write_below(&any_rows(&rows), &nested, db).await?;
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
