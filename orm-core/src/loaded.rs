//! What `loaded!` asks: the types behind the names of associations.

use crate::check::same_text;
use crate::model::{Associate, Association, Model};

/// A model's association by its position, as its marker.
#[diagnostic::on_unimplemented(message = "`{Self}` has no such association")]
pub trait Nth<const POSITION: usize> {
    /// The marker.
    type Association: Associate<Owner = Self>;
}

/// The handle of an association, such as `User::orders`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an association",
    label = "only associations are loaded; columns are there anyway"
)]
pub trait IsAssociation: Copy {
    /// Its position among the associations of its model.
    const POSITION: usize;
}

#[diagnostic::do_not_recommend]
impl<A: Associate> IsAssociation for Association<A> {
    const POSITION: usize = {
        let all = A::Owner::TABLE.associations;
        let mut at = 0;
        while at < all.len() && !same_text(all[at].name, A::DEF.name) {
            at += 1;
        }
        at
    };
}

/// The position of an association among those of its model.
pub const fn nth<H: IsAssociation>(_: H) -> usize {
    H::POSITION
}

/// The model that an association leads to, by the name the user gave it.
#[diagnostic::on_unimplemented(
    message = "this association leads to `{T}`, not to `{Self}`",
    label = "not the model on the other side"
)]
pub trait Leads<T> {
    /// The model itself.
    type There;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Leads<M> for M {
    type There = M;
}

/// Nobody's type, so that rustc does not take `Self` and `T` for one.
#[derive(Debug)]
pub enum Nowhere {}

#[diagnostic::do_not_recommend]
impl Leads<Nowhere> for () {
    type There = ();
}
