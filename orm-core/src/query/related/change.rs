//! Several changes below one row, all or none.

use std::collections::{HashMap, HashSet};

use super::Related;
use super::given::{Asked, Given, There, by_keys};
use super::held_by_target::reservation;
use super::members::Members;
use crate::ast::{Assignment, Expr};
use crate::create::{Draft, IntoNew, drafts_of, write_all};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Member, OnExec, Sending, jointly};
use crate::hooks::refuse_join;
use crate::key::{IntoKey, KeyValues};
use crate::membership::{NewPairs, Owned, Paired, Pairing};
use crate::model::{Associate, Model, OwnsRows, Severable, TakesRows, any_rows};
use crate::query::removal::leaves_others;
use crate::query::update::{SetsSomething, UpdateRow};
use crate::query::update_many::{UpdateMany, judged, numbered};
use crate::query::{DeleteMany, link, sole};
use crate::schema::AssociationKind;
use crate::types::Param;

/// A row, and what is set of it.
type Updating<'m, M> = (&'m M, Vec<Assignment>);

/// Changes of the rows that belong to one row, from [`Related::change`].
#[must_use = "nothing is changed until `.save(&db)`"]
pub struct RelatedChanges<'m, A: Associate, H = <A as Associate>::Holder> {
    related: Related<'m, A, H>,
    deleted: Vec<Given<'m, A::Target>>,
    removed: Vec<Given<'m, A::Target>>,
    updated: Vec<Result<Updating<'m, A::Target>>>,
    added: Vec<Given<'m, A::Target>>,
    adopted: Vec<Given<'m, A::Target>>,
    created: Vec<Draft<A::Target>>,
}

/// The type of a primary key on the other side.
type KeyOf<A> = <<A as Associate>::Target as Model>::Key;

/// The rows that changes below a row have written, as they now are.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelatedChanged<M> {
    /// Those that were updated, in the order in which they were given.
    pub updated: Vec<M>,
    /// Those that were created, in the order in which they were given.
    pub created: Vec<M>,
}

impl<A: Associate, H> std::fmt::Debug for RelatedChanges<'_, A, H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RelatedChanges")
            .field(&self.related)
            .finish()
    }
}

impl<'m, A: Associate, H> RelatedChanges<'m, A, H> {
    pub(super) fn new(related: Related<'m, A, H>) -> Self {
        RelatedChanges {
            related,
            deleted: Vec::new(),
            removed: Vec::new(),
            updated: Vec::new(),
            added: Vec::new(),
            adopted: Vec::new(),
            created: Vec::new(),
        }
    }

    /// Deletes rows that belong here, as [`delete_many`](crate::query::Queries::delete_many) does.
    pub fn delete(mut self, rows: impl IntoIterator<Item = &'m A::Target>) -> Self {
        self.deleted.extend(rows.into_iter().map(Given::Row));
        self
    }

    /// Deletes the rows that belong here with these primary keys. They are read first, so
    /// that hooks see them; a key says no version, so none is compared.
    pub fn delete_keys<K: IntoKey<KeyOf<A>>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.deleted.extend(by_keys(keys));
        self
    }

    /// Takes rows out, which stay in their table, as [`Related::remove`] does.
    pub fn remove(mut self, rows: impl IntoIterator<Item = &'m A::Target>) -> Self
    where
        H: Severable,
    {
        self.removed.extend(rows.into_iter().map(Given::Row));
        self
    }

    /// Takes the rows out with these primary keys, which stay in their table.
    pub fn remove_keys<K: IntoKey<KeyOf<A>>>(mut self, keys: impl IntoIterator<Item = K>) -> Self
    where
        H: Severable,
    {
        self.removed.extend(by_keys(keys));
        self
    }

    /// Writes new values of rows that belong here, as
    /// [`update_many`](crate::query::Queries::update_many) does.
    pub fn update<S: SetsSomething<A::Target>>(
        mut self,
        rows: impl IntoIterator<Item = UpdateRow<'m, A::Target, S>>,
    ) -> Self {
        let rows = rows.into_iter().map(UpdateRow::into_parts);
        self.updated.extend(rows);
        self
    }

    /// Adds rows that belong nowhere, or here already, as `add` of an association does.
    #[allow(clippy::should_implement_trait)] // it is what an association's method is called
    pub fn add(mut self, rows: impl IntoIterator<Item = &'m A::Target>) -> Self
    where
        H: TakesRows,
    {
        self.added.extend(rows.into_iter().map(Given::Row));
        self
    }

    /// Adds the rows with these primary keys, as they come from a form say. They belong
    /// nowhere, or here already, as those of [`add`](Self::add).
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, key::IntoKey};
    /// # use orm_core::model::{Associate, Association, HeldByTarget};
    /// # use orm_core::query::Queries;
    /// # async fn demo<A, K>(user: &A::Owner, orders: Association<A>, [old, new, lost]: [K; 3],
    /// #     db: &dyn Executor) -> Result<()>
    /// # where A: Associate<Holder = HeldByTarget<true>>, K: IntoKey<<A::Target as Model>::Key>,
    /// #     A::Target: orm_core::model::Writable {
    /// let change = user.related(orders).change();
    /// let change = change.add_keys([new]).remove_keys([old]).delete_keys([lost]);
    /// change.save(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn add_keys<K: IntoKey<KeyOf<A>>>(mut self, keys: impl IntoIterator<Item = K>) -> Self
    where
        H: TakesRows,
    {
        self.added.extend(by_keys(keys));
        self
    }

    /// Takes rows over from wherever they belong, as [`Related::adopt`] does.
    pub fn adopt(mut self, rows: impl IntoIterator<Item = &'m A::Target>) -> Self
    where
        H: OwnsRows,
    {
        self.adopted.extend(rows.into_iter().map(Given::Row));
        self
    }

    /// Takes the rows over with these primary keys, from wherever they belong.
    pub fn adopt_keys<K: IntoKey<KeyOf<A>>>(mut self, keys: impl IntoIterator<Item = K>) -> Self
    where
        H: OwnsRows,
    {
        self.adopted.extend(by_keys(keys));
        self
    }

    /// Creates rows that belong here, with what is nested in them, as
    /// [`with`](Draft::with) does below a new row: the closure is handed a function that
    /// begins one.
    pub fn create<N, I>(mut self, rows: impl FnOnce(fn() -> A::Create) -> I) -> Self
    where
        N: IntoNew<A::Target>,
        I: IntoIterator<Item = N>,
    {
        self.created.extend(drafts_of::<A, N, I>(rows));
        self
    }

    /// Makes all changes, or none, and returns the rows that were written. Without a change
    /// nothing is sent.
    ///
    /// # Errors
    /// When a row that holds the key is given for two changes (before anything is sent).
    /// When a row that is to be deleted, removed or updated belongs elsewhere, or one that
    /// is added does ([`is_not_related`](crate::Error::is_not_related)); when there is none
    /// with a key ([`is_not_found`](crate::Error::is_not_found)), one does not exist
    /// any more, or was written since it was read and has a version
    /// ([`is_stale`](crate::Error::is_stale)); when a validator or a constraint refuses a value.
    /// [`Error::row`](crate::Error::row) says which row, where it can be told, counted from 0 among those to
    /// which the same is done, given as rows or by their keys. Then nothing changes.
    pub async fn save(self, db: &dyn Executor) -> Result<RelatedChanged<A::Target>> {
        let (work, db) = (self.judged()?, db.executor());
        if work.is_nothing() {
            return Ok(RelatedChanged {
                updated: Vec::new(),
                created: Vec::new(),
            });
        }
        Ok(jointly!(db, |exec| work.run(exec)))
    }

    /// What is to be done, judged as far as no database is needed.
    fn judged(self) -> Result<Work<'m, A>> {
        let (members, mut created) = (self.related.rows(), self.created);
        let (membership, key) = (members.membership, members.key()?.clone());
        let changes_keys = [&self.removed, &self.added, &self.adopted];
        let changes_keys = changes_keys.into_iter().any(|rows| !rows.is_empty());
        match &membership.association.through {
            Some(join) if changes_keys || !created.is_empty() => {
                refuse_join(join)?;
                NewPairs::judge(Pairing::of::<A>(), &key, &self.related.join_values)?;
            }
            None if changes_keys => members.seen_keys()?,
            _ => {}
        }
        let entering = self.added.iter().chain(&self.adopted).map(Given::key);
        let entering = entering.collect::<HashSet<_>>().len() + created.len();
        if membership.association.kind == AssociationKind::HasOne && entering > 1 {
            return Err(sole::already(membership));
        }
        for (place, draft) in created.iter_mut().enumerate() {
            if membership.association.through.is_none() {
                *draft = std::mem::take(draft).claimed(membership.claim(Some(&key)));
            }
            let complete = draft.complete_unless_hooked();
            complete.map_err(|error| error.in_row(Some(place)))?;
            if sole::is_unguarded(membership) {
                let owner = membership.owner_row(members.owner);
                let guard = reservation(membership, owner, key.clone());
                *draft = std::mem::take(draft).guarded(guard);
            }
        }
        let updated: Vec<Updating<'m, A::Target>> = numbered(self.updated)?;
        if membership.association.through.is_none() {
            let keys = |given: &[Given<'_, A::Target>]| given.iter().map(Given::key).collect();
            refuse_twice::<A::Target>([
                ("deleted", keys(&self.deleted)),
                ("removed", keys(&self.removed)),
                (
                    "updated",
                    updated.iter().map(|(row, _)| row.key()).collect(),
                ),
                ("added", keys(&self.added)),
                ("adopted", keys(&self.adopted)),
            ])?;
        }
        let statements = judged::<A::Target>(updated.clone())?;
        Ok(Work {
            members,
            key,
            joining: self.related.join_values,
            is_together: A::Target::HOOKS.is_none()
                && statements <= 1
                && (self.deleted.is_empty() || leaves_others(A::Target::TABLE)),
            deleted: self.deleted,
            removed: self.removed,
            updated,
            added: self.added,
            adopted: self.adopted,
            created,
        })
    }
}

/// An error if a row is given for two changes. Where rows hold the key each would write the
/// row that the other has moved, and what came back of the first were not the row as it is.
fn refuse_twice<M: Model>(changes: [(&'static str, Vec<M::Key>); 5]) -> Result<()> {
    let mut seen = HashMap::new();
    for (change, keys) in changes {
        for (place, key) in keys.into_iter().enumerate() {
            let earlier = *seen.entry(key).or_insert(change);
            if earlier != change {
                let message = format!(
                    "{}: row {place} of those to be {change} is to be {earlier}, too: give it for one change; \
                     an update may set its key",
                    M::TABLE.model
                );
                return Err(Error::usage(message).in_row(Some(place)));
            }
        }
    }
    Ok(())
}

#[diagnostic::do_not_recommend]
impl<A: Associate, H> Member for RelatedChanges<'_, A, H> {
    type Answer = RelatedChanged<A::Target>;

    // Which rows belong here is asked before anything is written.
    fn is_alone(&self) -> bool {
        true
    }

    fn send<'a>(self, db: Exec<'a>) -> Sending<'a, Self::Answer>
    where
        Self: 'a,
    {
        Box::pin(async move { self.save(&OnExec(db)).await })
    }
}

/// What is to be done below a row.
struct Work<'m, A: Associate> {
    members: Members<'m>,
    key: KeyValues,
    joining: Vec<(u16, Param)>,
    deleted: Vec<Given<'m, A::Target>>,
    removed: Vec<Given<'m, A::Target>>,
    updated: Vec<Updating<'m, A::Target>>,
    added: Vec<Given<'m, A::Target>>,
    adopted: Vec<Given<'m, A::Target>>,
    created: Vec<Draft<A::Target>>,
    /// Whether each step is sent at once, so that those of all keep their order.
    is_together: bool,
}

impl<A: Associate> Work<'_, A> {
    fn is_nothing(&self) -> bool {
        let given = [&self.deleted, &self.removed, &self.added, &self.adopted];
        given.iter().all(|rows| rows.is_empty())
            && self.updated.is_empty()
            && self.created.is_empty()
    }

    async fn run(&self, db: Exec<'_>) -> Result<RelatedChanged<A::Target>> {
        let there = self.read(db).await?;
        let deleting = Box::pin(self.delete(&there.deleted, db));
        let removing = self
            .members
            .take_out(there.removed.any_rows(&self.removed), db);
        let removing = Box::pin(removing);
        let updating = Box::pin(self.update(db));
        let adding = Box::pin(self.add(&there, db));
        let creating = Box::pin(self.create(db));
        if !(self.is_together && db.is_joint()) {
            deleting.await?;
            removing.await?;
            let updated = updating.await?;
            adding.await?;
            let created = creating.await?;
            return Ok(RelatedChanged { updated, created });
        }
        // Sent together, each step comes behind the one before it.
        let rest = Box::pin(db.both(adding, creating));
        let rest = Box::pin(db.both(updating, rest));
        let rest = Box::pin(db.both(removing, rest));
        let ((), ((), (updated, ((), created)))) = db.both(deleting, rest).await?;
        Ok(RelatedChanged { updated, created })
    }

    /// Makes sure that rows belong here which are written or go, and keeps others from
    /// taking them away meanwhile; reads those that are given by their keys.
    async fn read(&self, db: Exec<'_>) -> Result<Read<A::Target>> {
        let updated = self.updated.iter().map(|(row, _)| Given::Row(*row));
        let updated: Vec<Given<'_, A::Target>> = updated.collect();
        let here = || Some(self.members.all());
        let may_enter = match self.members.membership.association.through {
            // Others may have them too.
            Some(_) => self.members.membership.scope(),
            None => Some(self.members.free_or_here()?),
        };
        let deleted = Box::pin(self.ask(&self.deleted, here(), ("delete", true), db));
        let updated = Box::pin(self.ask(&updated, here(), ("update", true), db));
        let removed = Box::pin(self.ask_keys(&self.removed, here(), db));
        let added = Box::pin(self.ask_keys(&self.added, may_enter, db));
        let adopted = Box::pin(self.ask_keys(&self.adopted, None, db));
        let rest = Box::pin(db.both(added, adopted));
        let rest = Box::pin(db.both(removed, rest));
        let rest = Box::pin(db.both(updated, rest));
        let (deleted, (_, (removed, (added, adopted)))) = db.both(deleted, rest).await?;
        Ok(Read {
            deleted,
            removed,
            added,
            adopted,
        })
    }

    /// Reads rows of which a key is to change, where any is given by its own.
    async fn ask_keys(
        &self,
        given: &[Given<'_, A::Target>],
        pass: Option<Expr>,
        db: Exec<'_>,
    ) -> Result<There<A::Target>> {
        match given.iter().any(|it| matches!(it, Given::Key(_))) {
            true => {
                // Of pairs the rows themselves are not written.
                let locks = self.members.membership.association.through.is_none();
                self.ask(given, pass, ("update", locks), db).await
            }
            false => Ok(There::unread()),
        }
    }

    async fn ask(
        &self,
        given: &[Given<'_, A::Target>],
        pass: Option<Expr>,
        (write, locks): (&'static str, bool),
        db: Exec<'_>,
    ) -> Result<There<A::Target>> {
        let membership = self.members.membership;
        let pass = pass
            .into_iter()
            .chain(membership.owner_stays(self.members.owner));
        let asked = Asked {
            membership,
            pass: pass.reduce(Expr::and),
            write,
            locks,
        };
        asked.read(given, db).await
    }

    async fn delete(&self, there: &There<A::Target>, db: Exec<'_>) -> Result<()> {
        let rows = DeleteMany::of_rows(there.rows(&self.deleted));
        rows.run(&OnExec(db)).await
    }

    async fn update(&self, db: Exec<'_>) -> Result<Vec<A::Target>> {
        let rows = UpdateMany::of_parts(self.updated.clone());
        rows.save(&OnExec(db)).await
    }

    async fn add(&self, there: &Read<A::Target>, db: Exec<'_>) -> Result<()> {
        let rows = there.added.any_rows(&self.added);
        if self.members.membership.association.through.is_some() {
            let owner = self.members.owner;
            let pairs = NewPairs::new(Pairing::of::<A>(), owner, &self.key, &rows, &self.joining)?;
            return match pairs {
                Some(pairs) => link(&pairs, db).await,
                None => Ok(()),
            };
        }
        if !rows.is_empty() {
            let from = self.members.free_or_here()?;
            self.members.take_in(&rows, Some(from), db).await?;
        }
        if !self.adopted.is_empty() {
            let rows = there.adopted.any_rows(&self.adopted);
            self.members.take_in(&rows, None, db).await?;
        }
        Ok(())
    }

    async fn create(&self, db: Exec<'_>) -> Result<Vec<A::Target>> {
        if self.created.is_empty() {
            return Ok(Vec::new());
        }
        let rows = write_all(self.created.clone(), db).await?;
        let owned = Owned {
            owner: self.members.owner,
            key: &self.key,
            rows: any_rows(&rows),
        };
        let pairing = Pairing::of::<A>();
        let pairs = NewPairs::of_owners(pairing, &[owned], &self.joining, Paired::NewRows)?;
        if let Some(pairs) = pairs {
            link(&pairs, db).await?;
        }
        Ok(rows)
    }
}

/// The rows that were read.
struct Read<M> {
    deleted: There<M>,
    removed: There<M>,
    added: There<M>,
    adopted: There<M>,
}
