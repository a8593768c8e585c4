//! The service.
//!
//! | request | answer |
//! |---|---|
//! | `GET /tickets?status=&team=&assignee=&tag=&text=&order=&size=&cursor=` | a page of tickets, with counts, in one statement |
//! | `POST /tickets` | a new ticket, 201 |
//! | `GET /tickets/{id}` | the ticket with its comments, tags and files |
//! | `PATCH /tickets/{id}` | the changed ticket; `If-Match` is required |
//! | `DELETE /tickets/{id}` | 204; it can be restored |
//! | `POST /tickets/{id}/restore` | the ticket |
//! | `POST /tickets/{id}/comments` | the comment, by whoever asks, 201 |
//! | `PUT`, `GET /tickets/{id}/files/{name}` | a file |
//! | `GET /tickets/{id}/history` | who did what |
//! | `GET /tickets.csv` | all tickets of the list, as they are read |
//! | `GET /teams` | the teams, with who is in them |
//! | `PUT`, `DELETE /teams/{team}/members/{user}` | says who is in a team; for its leads |

mod caller;
mod csv;
mod files;
mod teams;
mod ticket;
mod tickets;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use orm::prelude::*;
use orm_axum::{Failure, TransactionLayer};

pub use caller::{Caller, Unknown};

/// The service on a database.
pub fn router(db: Db) -> Router {
    Router::new()
        .route("/tickets", get(tickets::list).post(ticket::create))
        .route("/tickets.csv", get(csv::tickets))
        .route(
            "/tickets/{id}",
            get(ticket::show)
                .patch(ticket::change)
                .delete(ticket::remove),
        )
        .route("/tickets/{id}/restore", post(ticket::restore))
        .route("/tickets/{id}/comments", post(ticket::comment))
        .route("/tickets/{id}/history", get(ticket::history))
        .route(
            "/tickets/{id}/files/{name}",
            put(files::put).get(files::get),
        )
        .route("/teams", get(teams::list))
        .route(
            "/teams/{team}/members/{user}",
            put(teams::join).delete(teams::leave),
        )
        .fallback(async || Failure::not_found())
        .method_not_allowed_fallback(async || {
            Failure::new(StatusCode::METHOD_NOT_ALLOWED, "this cannot be done here")
        })
        .layer(TransactionLayer::new(db.clone()))
        .with_state(db)
}
