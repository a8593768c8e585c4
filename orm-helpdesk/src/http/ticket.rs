//! One ticket: written, read, changed, deleted, brought back, talked about.

use axum::extract::State;
use axum::http::StatusCode;
use orm::prelude::*;
use orm_axum::{Begin, ETag, Failure, IfMatch, Json, Path, Result, Transaction, given};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Caller;
use crate::models::{
    Attachment, AuditAction, AuditEntry, Author, AuthorType, Comment, Status, Tag, Team, Ticket,
    User,
};

/// As many tags a ticket has.
const MOST_TAGS: usize = 20;

/// What a client says of a new ticket. Whose it is and who wrote it is known by the token.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    title: String,
    priority: Option<i32>,
    team_id: Option<i64>,
    details: Option<Value>,
    #[serde(default)]
    tags: Vec<String>,
    body: Option<String>,
}

/// What a client may change. What is missing stays; null takes away.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patch {
    #[serde(default, deserialize_with = "given")]
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    status: Option<Status>,
    #[serde(default, deserialize_with = "given")]
    priority: Option<i32>,
    #[serde(default, deserialize_with = "given")]
    team_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    assignee_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    details: Option<Option<Value>>,
    #[serde(default, deserialize_with = "given")]
    tags: Option<Vec<String>>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    body: String,
}

/// A ticket as clients read it.
#[derive(Serialize, Debug)]
pub(crate) struct Answer {
    id: i64,
    title: String,
    status: Status,
    priority: i32,
    team: Option<String>,
    assignee: Option<String>,
    details: Option<Value>,
    tags: Vec<String>,
    comments: Vec<CommentAnswer>,
    files: Vec<File>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i32,
}

#[derive(Serialize, Debug)]
pub(crate) struct CommentAnswer {
    id: i64,
    by: &'static str,
    name: Option<String>,
    body: String,
    written_at: DateTime<Utc>,
}

/// A file without what is in it.
#[derive(Projection, Serialize, Debug)]
#[projection(model = Attachment)]
pub(crate) struct File {
    name: String,
    size: i64,
}

/// What was done to a ticket, and by whom.
#[derive(Projection, Serialize, Debug)]
#[projection(model = AuditEntry)]
pub(crate) struct Event {
    action: AuditAction,
    actor_type: AuthorType,
    actor_id: i64,
    done_at: DateTime<Utc>,
}

pub(crate) async fn create(
    caller: Caller,
    begin: Begin,
    Json(new): Json<New>,
) -> Result<(StatusCode, ETag, Json<Answer>)> {
    let tx = begin.transaction().await?;
    known(&caller, new.team_id, None, &tx).await?;
    let ticket = Ticket::create()
        .organisation_id(caller.organisation())
        .title(new.title)
        .team_id(new.team_id)
        .priority(new.priority.unwrap_or(3))
        .details(new.details.map(orm::types::Json))
        .save(&tx)
        .await?;
    tag(&caller, &ticket, new.tags, &tx).await?;
    if let Some(body) = new.body {
        caller.say(&ticket, body, &tx).await?;
    }
    caller.audit(AuditAction::Created, ticket.id, &tx).await?;
    let (tag, answer) = read(&caller, ticket.id, &tx).await?;
    Ok((StatusCode::CREATED, tag, answer))
}

pub(crate) async fn show(
    caller: Caller,
    Path(id): Path<i64>,
    State(db): State<Db>,
) -> Result<(ETag, Json<Answer>)> {
    read(&caller, id, &db).await
}

pub(crate) async fn change(
    caller: Caller,
    Path(id): Path<i64>,
    seen: IfMatch,
    begin: Begin,
    Json(patch): Json<Patch>,
) -> Result<(ETag, Json<Answer>)> {
    let seen = seen.required()?;
    let tx = begin.transaction().await?;
    let ticket = Ticket::find(id).filter(caller.tickets()).one(&tx).await?;
    seen.check(ticket.version)?;
    known(
        &caller,
        patch.team_id.flatten(),
        patch.assignee_id.flatten(),
        &tx,
    )
    .await?;
    let details = patch.details.map(|details| details.map(orm::types::Json));
    let changed = ticket
        .update()
        .set_if_some(Ticket::title, patch.title)
        .set_if_some(Ticket::status, patch.status)
        .set_if_some(Ticket::priority, patch.priority)
        .set_if_some(Ticket::team_id, patch.team_id)
        .set_if_some(Ticket::assignee_id, patch.assignee_id)
        .set_if_some(Ticket::details, details)
        .save(&tx)
        .await;
    let ticket = changed.map_err(|error| seen.failure(error))?;
    if let Some(words) = patch.tags {
        tag(&caller, &ticket, words, &tx).await?;
    }
    caller.audit(AuditAction::Changed, id, &tx).await?;
    read(&caller, id, &tx).await
}

pub(crate) async fn remove(
    caller: Caller,
    Path(id): Path<i64>,
    seen: IfMatch,
    Transaction(tx): Transaction,
) -> Result<StatusCode> {
    let ticket = Ticket::find(id).filter(caller.tickets()).one(&tx).await?;
    seen.check(ticket.version)?;
    ticket
        .delete(&tx)
        .await
        .map_err(|error| seen.failure(error))?;
    caller.audit(AuditAction::Deleted, id, &tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn restore(
    caller: Caller,
    Path(id): Path<i64>,
    Transaction(tx): Transaction,
) -> Result<(ETag, Json<Answer>)> {
    let deleted = Ticket::query()
        .filter(Ticket::id.eq(id) & caller.tickets())
        .only_deleted();
    let ticket = deleted.one(&tx).await?;
    ticket.restore(&tx).await?;
    caller.audit(AuditAction::Restored, id, &tx).await?;
    read(&caller, id, &tx).await
}

pub(crate) async fn comment(
    caller: Caller,
    Path(id): Path<i64>,
    begin: Begin,
    Json(said): Json<Said>,
) -> Result<(StatusCode, Json<CommentAnswer>)> {
    let tx = begin.transaction().await?;
    let ticket = Ticket::find(id).filter(caller.tickets()).one(&tx).await?;
    let comment = caller.say(&ticket, said.body, &tx).await?;
    Ok((StatusCode::CREATED, Json(answer(comment, Some(caller.0)))))
}

pub(crate) async fn history(
    caller: Caller,
    Path(id): Path<i64>,
    State(db): State<Db>,
) -> Result<Json<Vec<Event>>> {
    let of_ticket =
        AuditEntry::organisation_id.eq(caller.organisation()) & AuditEntry::ticket_id.eq(id);
    let events = AuditEntry::query()
        .filter(of_ticket)
        .order_by(AuditEntry::id)
        .select::<Event>();
    Ok(Json(events.all(&db).await?))
}

/// The ticket with all that belongs to it: a statement for the tree, one for its files.
async fn read(caller: &Caller, id: i64, db: &dyn Executor) -> Result<(ETag, Json<Answer>)> {
    let ticket = Ticket::find(id)
        .filter(caller.tickets())
        .include(Ticket::team)
        .include(Ticket::assignee)
        .include(Ticket::tags.order_by(Tag::word))
        .include(
            Ticket::comments
                .order_by(Comment::id)
                .include(Comment::author),
        )
        .one(db)
        .await?;
    let files = Attachment::query()
        .filter(Attachment::ticket_id.eq(id))
        .order_by(Attachment::name);
    let answer = Answer {
        id,
        title: ticket.title.clone(),
        status: ticket.status,
        priority: ticket.priority,
        team: ticket.team.as_ref().map(|team| team.name.clone()),
        assignee: ticket.assignee.as_ref().map(|user| user.name.clone()),
        details: ticket.details.clone().map(|details| details.0),
        tags: ticket.tags.iter().map(|tag| tag.word.clone()).collect(),
        comments: ticket
            .comments
            .iter()
            .map(|it| answer((**it).clone(), it.author.clone()))
            .collect(),
        files: files.select::<File>().all(db).await?,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        version: ticket.version,
    };
    Ok((ETag(ticket.version.into()), Json(answer)))
}

fn answer(comment: Comment, author: Option<Author>) -> CommentAnswer {
    CommentAnswer {
        id: comment.id,
        by: match comment.author_type {
            AuthorType::User => "user",
            AuthorType::Bot => "bot",
        },
        name: author.map(|author| match author {
            Author::User(user) => user.name,
            Author::Bot(bot) => bot.name,
        }),
        body: comment.body,
        written_at: comment.written_at,
    }
}

/// Keys that a client names must lead to rows of its own organisation.
async fn known(caller: &Caller, team: Option<i64>, user: Option<i64>, tx: &Tx) -> Result<()> {
    let refused = |field| {
        let failure = Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "some values cannot be taken",
        );
        failure.field(field, "exists", "refers to nothing")
    };
    if let Some(id) = team {
        let ours = Team::id.eq(id) & Team::organisation_id.eq(caller.organisation());
        if !Team::query().filter(ours).exists(tx).await? {
            return Err(refused("team_id"));
        }
    }
    if let Some(id) = user {
        let ours = User::id.eq(id) & User::organisation_id.eq(caller.organisation());
        if !User::query().filter(ours).exists(tx).await? {
            return Err(refused("assignee_id"));
        }
    }
    Ok(())
}

/// Gives a ticket exactly these tags, new ones among them.
async fn tag(caller: &Caller, ticket: &Ticket, mut words: Vec<String>, tx: &Tx) -> Result<()> {
    if words.len() > MOST_TAGS {
        let failure = Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "some values cannot be taken",
        );
        return Err(failure.field("tags", "count", format!("has at most {MOST_TAGS} words")));
    }
    words.sort();
    words.dedup();
    let mut tags = Vec::new();
    for word in words {
        let new = Tag::create()
            .organisation_id(caller.organisation())
            .word(word);
        let found = Tag::upsert(new)
            .on((Tag::organisation_id, Tag::word))
            .or_find(tx)
            .await?;
        tags.push(found.row);
    }
    ticket.related(Ticket::tags).set(&tags, tx).await?;
    Ok(())
}
