//! Where the key of an association is held, and what can be done with its rows because of it.

/// This row holds the key: `belongs_to`.
#[derive(Debug)]
pub enum HeldByOwner<const NULLABLE: bool> {}

/// The rows of the other side hold the key: `has_one` and `has_many`.
#[derive(Debug)]
pub enum HeldByTarget<const NULLABLE: bool> {}

/// A join table holds pairs of keys: `many_to_many`.
#[derive(Debug)]
pub enum HeldByJoinTable {}

/// The key is not held by the row itself, so rows of the other side can be
/// created after it.
#[diagnostic::on_unimplemented(
    message = "`with` creates rows that refer to this one, and here this row holds the key",
    label = "a `belongs_to` association",
    note = "create the other row first and give its key to this one"
)]
pub trait HeldElsewhere {}

#[diagnostic::do_not_recommend]
impl<const NULLABLE: bool> HeldElsewhere for HeldByTarget<NULLABLE> {}
#[diagnostic::do_not_recommend]
impl HeldElsewhere for HeldByJoinTable {}

/// An association whose rows can be taken out of it without being deleted.
#[diagnostic::on_unimplemented(
    message = "rows cannot be taken out of this association: their key is NOT NULL",
    label = "this would leave them without the key they need",
    note = "delete them with `.delete(..)`, or give them to another row with `.adopt(..)` there"
)]
pub trait Severable {}

#[diagnostic::do_not_recommend]
impl Severable for HeldByTarget<true> {}
#[diagnostic::do_not_recommend]
impl<const NULLABLE: bool> Severable for HeldByOwner<NULLABLE> {}
#[diagnostic::do_not_recommend]
impl Severable for HeldByJoinTable {}

/// An association of which rows are a set, that they are added to and taken out of.
#[diagnostic::on_unimplemented(
    message = "a `belongs_to` has no rows to add or take away: it is this row that holds the key",
    label = "a `belongs_to` association",
    note = "`.set(&row, &db)` makes this row refer to another one; where the key may be NULL, `.clear(&db)` to none"
)]
pub trait HasRows {}

#[diagnostic::do_not_recommend]
impl<const NULLABLE: bool> HasRows for HeldByTarget<NULLABLE> {}
#[diagnostic::do_not_recommend]
impl HasRows for HeldByJoinTable {}

/// An association below which rows are changed together.
#[diagnostic::on_unimplemented(
    message = "`change` is for rows that refer to this one, and here this row holds the key",
    label = "a `belongs_to` association",
    note = "update that row by itself, or make this row refer to another one with `.set(&row, &db)`"
)]
pub trait HasMembers {}

#[diagnostic::do_not_recommend]
impl<const NULLABLE: bool> HasMembers for HeldByTarget<NULLABLE> {}
#[diagnostic::do_not_recommend]
impl HasMembers for HeldByJoinTable {}

/// An association whose rows are this row's own, so that they can be deleted and taken over.
/// It is said of a `belongs_to` too, of which [`HasRows`] says what is wrong.
#[diagnostic::on_unimplemented(
    message = "rows of this association belong to nobody: a join table links them",
    label = "a `many_to_many` association",
    note = "`.add(..)` and `.remove(..)` change the links; a row itself is deleted with `row.delete(&db)`"
)]
pub trait OwnsRows {}

#[diagnostic::do_not_recommend]
impl<const NULLABLE: bool> OwnsRows for HeldByTarget<NULLABLE> {}
#[diagnostic::do_not_recommend]
impl<const NULLABLE: bool> OwnsRows for HeldByOwner<NULLABLE> {}

/// An association whose rows may belong to nobody, so that they can be added and left out.
#[diagnostic::on_unimplemented(
    message = "rows of this association are never free: their key is NOT NULL",
    label = "none can be added, and none left out",
    note = "`.adopt(..)` takes rows over from others, `.delete(..)` deletes those that shall go"
)]
pub trait TakesRows {}

#[diagnostic::do_not_recommend]
impl TakesRows for HeldByTarget<true> {}
#[diagnostic::do_not_recommend]
impl TakesRows for HeldByJoinTable {}

/// An association whose key this row holds, and may be without.
#[diagnostic::on_unimplemented(
    message = "this row holds no key of this association that may be NULL",
    label = "not a `belongs_to` by an `Option`",
    note = "make it refer to another row with `.set(&row, &db)`; rows that refer to it are taken out with `.remove(..)`"
)]
pub trait ClearsKey {}

#[diagnostic::do_not_recommend]
impl ClearsKey for HeldByOwner<true> {}
