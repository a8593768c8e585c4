//! What a client asked of a list, as an extractor.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
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
/// use actix_web::web;
/// use orm::query::Page;
/// use orm_actix::{HasListing, Json, List, Listing, Path, Result};
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
///     db: web::Data<Db>,
/// ) -> Result<Json<Page<Ticket>>> {
///     let theirs = Ticket::query().filter(Ticket::org_id.eq(org));
///     Ok(Json(list.pages(theirs).with_total().fetch(db.get_ref()).await?))
/// }
/// ```
#[derive(Debug)]
#[must_use = "a list is read by `.pages(query).fetch(..)`"]
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

impl<M: HasListing> FromRequest for List<M> {
    type Error = Failure;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let list = M::listing().read(request.query_string());
        ready(list.map(List).map_err(Failure::from))
    }
}
