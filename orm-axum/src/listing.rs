//! What a client asked of a list, as an extractor.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use orm_http::HasListing;

use crate::{Failure, Result};

/// What a client asked of a list, as filters and orders of its model: an
/// [`orm_http::List`].
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug, Clone, serde::Serialize)]
/// # #[model(table = "tickets")]
/// # pub struct Ticket {
/// #     #[column(primary_key, auto_increment)]
/// #     pub id: i64,
/// #     pub org_id: i64,
/// #     pub title: String,
/// # }
/// use axum::extract::State;
/// use orm::query::Page;
/// use orm_axum::{HasListing, Json, List, Listing, Path, Result};
///
/// impl HasListing for Ticket {
///     fn listing() -> Listing<Self> {
///         Listing::new().order("title", Ticket::title).usually(Ticket::id.desc())
///     }
/// }
///
/// async fn tickets(
///     Path(org): Path<i64>,
///     list: List<Ticket>,
///     State(db): State<Db>,
/// ) -> Result<Json<Page<Ticket>>> {
///     let theirs = Ticket::query().filter(Ticket::org_id.eq(org));
///     Ok(Json(list.pages(theirs).with_total().fetch(&db).await?))
/// }
/// ```
#[derive(Debug)]
#[must_use = "a list is read by `.pages(query).fetch(&db)`"]
pub struct List<M>(orm_http::List<M>);

impl<M> Deref for List<M> {
    type Target = orm_http::List<M>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<M> From<orm_http::List<M>> for List<M> {
    fn from(list: orm_http::List<M>) -> Self {
        List(list)
    }
}

impl<M: HasListing, S: Send + Sync> FromRequestParts<S> for List<M> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(List(M::listing().read(query)?))
    }
}
