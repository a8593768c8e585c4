//! Files of tickets.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use orm::prelude::*;
use orm_axum::{Begin, Failure, Path, Result};

use super::Caller;
use crate::models::{Attachment, Ticket};

/// Keeps a file, in the place of one of the same name.
pub(crate) async fn put(
    caller: Caller,
    Path((id, name)): Path<(i64, String)>,
    begin: Begin,
    content: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<StatusCode> {
    let content =
        content.map_err(|refused| Failure::new(refused.status(), "the file was not received"))?;
    let tx = begin.transaction().await?;
    let ticket = Ticket::find(id).filter(caller.tickets()).one(&tx).await?;
    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
    let new = Attachment::create()
        .ticket_id(ticket.id)
        .name(name)
        .size(size)
        .content(content.to_vec());
    let kept = Attachment::upsert(new)
        .on((Attachment::ticket_id, Attachment::name))
        .save(&tx)
        .await?;
    Ok(if kept.created {
        StatusCode::CREATED
    } else {
        StatusCode::NO_CONTENT
    })
}

/// The file. A browser is never to run what somebody sent along.
pub(crate) async fn get(
    caller: Caller,
    Path((id, name)): Path<(i64, String)>,
    State(db): State<Db>,
) -> Result<([(HeaderName, &'static str); 3], Vec<u8>)> {
    let theirs = Attachment::ticket.any(caller.tickets());
    let file = Attachment::find_by((Attachment::ticket_id, Attachment::name), (id, name));
    let file = file.filter(theirs).one(&db).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, file.content))
}
