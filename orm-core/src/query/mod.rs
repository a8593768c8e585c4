//! The typed layer: values that name models, built into plain statements.
//!
//! Every method here is a push onto an [`ast`](crate::ast) value; what thinks
//! is below. No SQL text appears in this module.

mod all_or_none;
mod annotate;
mod arbiter;
mod arrays;
mod association;
mod batch;
mod changes;
mod copy;
mod create;
mod delete;
mod delete_many;
#[cfg(feature = "pgvector")]
mod distances;
mod elsewhere;
mod expression;
mod fetch;
mod filter;
mod first_of_each;
mod follow;
mod functions;
mod include;
mod join_rows;
mod json_fields;
mod link;
mod lock;
pub(crate) mod members;
mod named;
mod noted;
mod of_table;
mod one_of;
mod order;
mod page;
mod queries;
mod ranges;
mod reached;
mod refresh;
mod related;
mod removal;
mod row_at_fault;
mod seeing;
mod select;
mod sole;
mod stream;
mod subquery;
mod text_search;
mod trigrams;
mod tuple;
mod untouched;
mod update;
mod update_many;
mod upsert;

pub use crate::ast::{TextConfig, TimeUnit, Weight};
pub use arbiter::{Arbiter, At, Everywhere, FoundBy, Keyed, OfAllRows, Somewhere, UniqueOver};
pub use arrays::Arrays;
pub use copy::{CopyIn, Drafts, Each};
pub use create::CreateMany;
pub(crate) use create::{insert, insert_judged, insert_many, insert_one};
pub use delete::{Delete, Restore, WithoutHooks};
pub use delete_many::DeleteMany;
#[cfg(feature = "pgvector")]
pub use distances::Distances;
#[doc(hidden)]
pub use elsewhere::{
    HasAll, HasCount, HasFetchAll, HasFetchOptional, HasFilter, HasInsert, HasJoin, HasLoad,
    HasOrderByDesc, HasSave, HasSkip, HasTake, HasWhere, IsLoaded, PageHasAll, SaidOtherwise,
};
pub use expression::{
    CastOf, Expr, Expression, IntoAssignment, IntoOperand, MaybeNull, NeverNull, Nullability,
};
pub use filter::{Filter, IntoFilter};
pub use follow::{Followed, ItsOwn};
pub use functions::{Functions, Ranking, case, count, holds, rank, row_number, value};
pub use include::{Include, IntoInclude};
pub use json_fields::{JsonField, JsonPaths};
pub(crate) use link::link;
pub use lock::Locked;
pub use named::Shows;
#[doc(hidden)]
pub use of_table::{create_in, is_read};
pub use one_of::IncludeOneOf;
pub(crate) use one_of::owned_by;
pub use order::{IntoOrder, Order};
pub use page::{Connection, Edge, IntoCursor, Page, PageCursor, PageInfo, Pages};
pub use queries::Queries;
pub use ranges::Ranges;
pub use reached::{AllRows, Every, Foremost, GoesOnFrom, Leading, OneRow, Reached};
pub use refresh::RefreshView;
pub(crate) use related::point;
pub use related::{Related, RelatedChanged, RelatedChanges};
pub(crate) use removal::{How, marking, reached};
pub use select::{Filtered, Narrowed, Query, Unfiltered};
pub(crate) use sole::already;
pub use stream::{Batches, RowStream};
pub use subquery::{AskedFor, OneColumn, exists, not_exists, outer};
pub use text_search::{Headline, TextSearch, TsQuery};
pub use trigrams::Trigrams;
pub use tuple::{Combined, Rows, Selection, Single};
pub use update::{NothingSet, SetsSomething, SomethingSet, Update, UpdateRow};
pub use update_many::UpdateMany;
pub use upsert::{
    FindOrBuild, FindOrBuildOn, FoundOrBuilt, KnowsTheSame, Proposed, Upsert, UpsertOn, UpsertRows,
    Upserted,
};
