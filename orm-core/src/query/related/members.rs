//! The rows that belong to one row, whatever the models of both: what the methods of an
//! association do, compiled once.

use super::rows::{Changed, Keys, all_or_nothing, all_right, all_written, stays, update_rows};
use crate::ast::{Expr, Select, UnaryOp, Unlink};
use crate::error::{Error, Result};
use crate::exec::{Exec, jointly};
use crate::hooks::{refuse_join, unseen_of};
use crate::key::KeyValues;
use crate::membership::{Membership, NULL_KEY, NewPairs, undisturbed};
use crate::model::AnyRow;
use crate::query::fetch::{count_of, keys_of};
use crate::query::link::{is_selective, link, name_of, unlink};
use crate::query::sole;
use crate::schema::AssociationKind;

/// The rows that belong to an owner.
pub(super) struct Members<'m> {
    pub(super) membership: Membership,
    pub(super) owner: &'m dyn AnyRow,
    /// The owner's key; `None` where a part of it is NULL.
    pub(super) key: Option<KeyValues>,
}

impl Members<'_> {
    pub(super) fn key(&self) -> Result<&KeyValues> {
        self.key.as_ref().ok_or_else(|| Error::usage(NULL_KEY))
    }

    /// All of them; none where the key is NULL.
    pub(super) fn all(&self) -> Expr {
        match &self.key {
            Some(key) => self.membership.members(key),
            None => Expr::Bool(false),
        }
    }

    /// Those of the rows that are meant while the owner has the key that the program
    /// holds of it.
    pub(super) fn current(&self, rows: Expr) -> Expr {
        let stays = self.membership.owner_stays(self.owner);
        stays.into_iter().fold(rows, Expr::and)
    }

    pub(super) fn free_or_here(&self) -> Result<Expr> {
        let key = self.key()?;
        Ok(self.membership.free(key).or(self.membership.members(key)))
    }

    /// An error if the rows have hooks, which would not see that their keys change.
    pub(super) fn seen_keys(&self) -> Result<()> {
        unseen_of(
            self.membership.target,
            "an association that changes the keys of many rows",
            "set the key with `update_many`",
        )
    }

    /// The same of rows that are taken out, or of their join rows.
    pub(super) fn shown(&self) -> Result<()> {
        match &self.membership.association.through {
            Some(join) => refuse_join(join),
            None => self.seen_keys(),
        }
    }

    /// Those of its rows that pass a filter.
    fn those(&self, filter: Expr) -> Select {
        let mut rows = Select::new(self.membership.target);
        rows.and_filter(self.all());
        rows.and_filter(filter);
        rows
    }

    /// Whether there are others than these.
    async fn has_others(&self, than: Expr, db: Exec<'_>) -> Result<bool> {
        let mut others = self.those(Expr::unary(UnaryOp::Not, than));
        Ok(count_of(&mut others, db).await? > 0)
    }

    /// Changes rows so that they are here no more.
    async fn let_go(&self, rows: Expr, db: Exec<'_>) -> Result<Changed> {
        let left = Expr::unary(UnaryOp::IsNotTrue, self.all());
        let (table, leaving) = (self.membership.target, self.membership.leaving());
        update_rows(table, leaving, rows, left, db).await
    }

    /// Makes rows belong here that pass `from`, all or none.
    pub(super) async fn take_in(
        &self,
        rows: &[&dyn AnyRow],
        from: Option<Expr>,
        db: Exec<'_>,
    ) -> Result<()> {
        self.seen_keys()?;
        let keys = Keys::of(self.membership.target, rows);
        if keys.count == 0 {
            return Ok(());
        }
        jointly!(db, |exec| self.take(&keys, from.clone(), exec));
        Ok(())
    }

    /// The same, within the caller's unit.
    async fn take(&self, keys: &Keys, from: Option<Expr>, db: Exec<'_>) -> Result<()> {
        if keys.count == 0 {
            return Ok(());
        }
        let (count, membership) = (keys.count, self.membership);
        let key = self.key()?;
        let rows = keys.held();
        let entering = membership.entering(key);
        let undisturbed = undisturbed(membership.target, &entering);
        let tests = from.into_iter().chain(undisturbed);
        let filter = self.current(tests.fold(rows[1].clone(), Expr::and));
        if membership.association.kind == AssociationKind::HasOne && count > 1 {
            return Err(sole::already(membership));
        }
        let reserving = Box::pin(async {
            if sole::is_unguarded(membership) {
                let owner = membership.owner_row(self.owner);
                sole::reserve(membership, owner, key, Some(rows[0].clone()), db).await?;
            }
            Ok(())
        });
        let members = membership.members(key);
        let taking = update_rows(membership.target, entering, filter, members, db);
        let ((), taken) = db.both(reserving, Box::pin(taking)).await?;
        all_written(membership, taken.keys, count, rows, taken.rows, db).await?;
        all_right(membership, &taken, "update")
    }

    /// Makes these the only rows that hold the owner's key.
    pub(super) async fn take_only(&self, rows: &[&dyn AnyRow], db: Exec<'_>) -> Result<()> {
        self.seen_keys()?;
        let from = self.free_or_here()?;
        let keys = Keys::of(self.membership.target, rows);
        jointly!(db, |exec| self.make_only(&keys, &from, exec));
        Ok(())
    }

    /// Sent together, each step comes behind the one before it.
    async fn make_only(&self, keys: &Keys, from: &Expr, db: Exec<'_>) -> Result<()> {
        let these = keys.filter();
        let others = || {
            let others = Expr::unary(UnaryOp::Not, these.clone());
            self.let_go(self.all().and(others), db)
        };
        let holding = Box::pin(sole::hold_owner(self.membership, self.owner, db));
        let letting_go = Box::pin(others());
        let taking = Box::pin(self.take(keys, Some(from.clone()), db));
        let looking = Box::pin(self.has_others(these.clone(), db));
        let rest = Box::pin(db.both(taking, looking));
        let rest = Box::pin(db.both(letting_go, rest));
        let ((), (_, ((), mut left))) = db.both(holding, rest).await?;
        // Added by others meanwhile, or kept here by a trigger.
        while left {
            if others().await?.right == 0 {
                return Err(stays(self.membership.target.model));
            }
            left = self.has_others(these.clone(), db).await?;
        }
        Ok(())
    }

    /// Makes these the only rows that are paired with the owner.
    pub(super) async fn pair_only(
        &self,
        rows: &[&dyn AnyRow],
        pairs: Option<&NewPairs>,
        db: Exec<'_>,
    ) -> Result<()> {
        let these = Keys::of(self.membership.target, rows).filter();
        let others = self.membership.pairs(self.owner, self.key()?, rows, true);
        jointly!(db, |exec| self.link_only(
            &these,
            pairs,
            others.as_ref(),
            exec
        ));
        Ok(())
    }

    /// Sent together, each step comes behind the one before it.
    async fn link_only(
        &self,
        these: &Expr,
        pairs: Option<&NewPairs>,
        others: Option<&Unlink>,
        db: Exec<'_>,
    ) -> Result<()> {
        let membership = self.membership;
        let holding = Box::pin(sole::hold_owner(membership, self.owner, db));
        let unlinking = Box::pin(async {
            match others {
                Some(others) => unlink(others, membership, db).await,
                None => Ok(0),
            }
        });
        let linking = Box::pin(async {
            match pairs {
                Some(pairs) => link(pairs, db).await,
                None => Ok(()),
            }
        });
        let looking = Box::pin(async {
            match others {
                Some(_) => self.has_others(these.clone(), db).await,
                None => Ok(false),
            }
        });
        let rest = Box::pin(db.both(linking, looking));
        let rest = Box::pin(db.both(unlinking, rest));
        let ((), (_, ((), mut left))) = db.both(holding, rest).await?;
        if let Some(others) = others {
            // What makes others of pairs may have done so after they were looked for.
            if db.is_joint() && is_selective(others.join) {
                left = self.has_others(these.clone(), db).await?;
            }
            // Added by others meanwhile, or kept here by a trigger.
            while left {
                if unlink(others, membership, db).await? == 0 {
                    return Err(stays(name_of(others.join)));
                }
                left = self.has_others(these.clone(), db).await?;
            }
        }
        Ok(())
    }

    /// Takes rows out, which stay in their table.
    pub(super) async fn take_out(&self, rows: Vec<&dyn AnyRow>, db: Exec<'_>) -> Result<()> {
        let keys = Keys::of(self.membership.target, &rows);
        if keys.count == 0 {
            return Ok(());
        }
        self.shown()?;
        let key = self.key()?;
        jointly!(db, |exec| self.take_out_of(&rows, &keys, key, exec));
        Ok(())
    }

    /// The same, within the caller's unit.
    async fn take_out_of(
        &self,
        rows: &[&dyn AnyRow],
        keys: &Keys,
        key: &KeyValues,
        db: Exec<'_>,
    ) -> Result<()> {
        let (count, membership) = (keys.count, self.membership);
        let Some(join) = &membership.association.through else {
            let held = keys.held();
            let filter = self.current(membership.members(key).and(held[1].clone()));
            let left = self.let_go(filter, db).await?;
            all_right(membership, &left, "removal")?;
            return all_written(membership, left.keys, count, held, left.rows, db).await;
        };
        // Pairs are not rows, where one may be there twice.
        let once = join.holds_pairs_once();
        let here = async || {
            if once {
                return Ok(0);
            }
            let given = self.current(membership.given(rows));
            keys_of(self.those(given), db).await
        };
        let unlinking = Box::pin(async {
            match membership.pairs(self.owner, key, rows, false) {
                Some(pairs) => unlink(&pairs, membership, db).await,
                None => Ok(0),
            }
        });
        let rest = Box::pin(db.both(unlinking, Box::pin(here())));
        let (counted, (unlinked, left)) = db.both(Box::pin(here()), rest).await?;
        if left > 0 {
            return Err(stays(name_of(join)));
        }
        let unlinked = usize::try_from(unlinked).unwrap_or(usize::MAX);
        all_or_nothing(membership, if once { unlinked } else { counted }, count)
    }
}
