//! The list of tickets.

use axum::extract::State;
use orm::prelude::*;
use orm::query::Page;
use orm::types::DbEnum as _;
use orm_axum::{HasListing, Json, List, Listing, Result};
use serde::Serialize;

use super::Caller;
use crate::models::{Status, Tag, Ticket, User};

impl HasListing for Ticket {
    fn listing() -> Listing<Self> {
        Listing::new()
            .filter("status", |status| {
                Some(Ticket::status.eq(Status::from_label(status)?))
            })
            .equal("team", Ticket::team_id)
            .equal("assignee", Ticket::assignee_id)
            .equal("priority", Ticket::priority)
            .filter("tag", |word| Some(Ticket::tags.any(Tag::word.eq(word))))
            .filter("text", |text| Some(Ticket::title.icontains(text)))
            .order("title", Ticket::title)
            .order("priority", Ticket::priority)
            .order("created", Ticket::created_at)
            .order("comments", Ticket::comments.count())
            .usually(Ticket::id.desc())
            .sizes(20, 100)
    }
}

/// A ticket in a list.
#[derive(Projection, Serialize, Debug)]
#[projection(model = Ticket)]
pub(crate) struct Line {
    id: i64,
    title: String,
    status: Status,
    priority: i32,
    created_at: DateTime<Utc>,
    #[projection(value = Ticket::assignee.value(User::name))]
    assignee: Option<String>,
    #[projection(value = Ticket::comments.count())]
    comments: i64,
}

/// A page of the tickets that the caller may see, and how many there are: one statement.
pub(crate) async fn list(
    caller: Caller,
    list: List<Ticket>,
    State(db): State<Db>,
) -> Result<Json<Page<Line>>> {
    let theirs = Ticket::query().filter(caller.tickets()).select::<Line>();
    Ok(Json(list.pages(theirs).with_total().fetch(&db).await?))
}
