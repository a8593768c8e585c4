//! Models of a database, as `orm db pull` found it.
//!
//! What the models do not say, or say otherwise:
//!
//! - `computed` has no primary key, and no model
//! - `employee` has a foreign key `employee_film_fkey` whose `SET NULL` could never succeed; it is left out
//! - `film` has a column `place` of type `point`, which no Rust type reads; it has no field
//! - `film` has a column `words` of type `tsvector`, which no Rust type reads; it has no field
//! - `film` has a column `years` of type `year\[\]`, which no Rust type reads; it has no field
//! - `film` has an index `film_both` that no attribute describes: it is over a column that no field stands for
//! - `film` has an index `film_words` that no attribute describes: it is over a column that no field stands for
//! - `film` has a constraint `film_words_check` over a column that has no field
//! - `keyless` has no primary key, and no model
mod enums;
mod edge;
mod employee;
mod event;
mod event_note;
mod film;
mod hashed;
mod letter;
mod listed;
mod loose;
mod node;
mod parcel;
mod stay;
mod t;
pub use enums::Mood;
pub use edge::Edge;
pub use employee::Employee;
pub use event::Event;
pub use event_note::EventNote;
pub use film::Film;
pub use hashed::Hashed;
pub use letter::Letter;
pub use listed::Listed;
pub use loose::Loose;
pub use node::Node;
pub use parcel::Parcel;
pub use stay::Stay;
pub use t::T;
/// All models.
pub const MODELS: orm::ddl::Models = orm::models![
    Edge, Employee, Event, EventNote, Film, Hashed, Letter, Listed, Loose, Node, Parcel,
    Stay, T
];
