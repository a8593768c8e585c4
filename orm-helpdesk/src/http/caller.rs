//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use orm::prelude::*;
use orm::query::Filter;
use orm_axum::Failure;

use crate::models::{AuditAction, AuditEntry, Author, AuthorType, Bot, Comment, Ticket, User};
use crate::seed::hash;

/// Whoever asks, by the token of the header `Authorization`: a user or a bot.
#[derive(Debug, Clone)]
pub struct Caller(pub Author);

/// 401, and how to sign in.
pub type Unknown = ([(HeaderName, &'static str); 1], Failure);

impl Caller {
    /// The organisation that everything the caller sees is of.
    pub fn organisation(&self) -> i64 {
        match &self.0 {
            Author::User(user) => user.organisation_id,
            Author::Bot(bot) => bot.organisation_id,
        }
    }

    /// The caller as what an association leads to.
    pub fn key(&self) -> (AuthorType, i64) {
        match &self.0 {
            Author::User(user) => (AuthorType::User, user.id),
            Author::Bot(bot) => (AuthorType::Bot, bot.id),
        }
    }

    /// The tickets that the caller may see.
    pub fn tickets(&self) -> Filter<Ticket> {
        Ticket::organisation_id.eq(self.organisation())
    }

    /// Writes down what the caller does to a ticket.
    pub(crate) async fn audit(&self, action: AuditAction, ticket: i64, tx: &Tx) -> orm::Result<()> {
        let (kind, id) = self.key();
        AuditEntry::create()
            .organisation_id(self.organisation())
            .ticket_id(ticket)
            .actor_type(kind)
            .actor_id(id)
            .action(action)
            .save(tx)
            .await?;
        Ok(())
    }

    /// Writes a comment.
    pub(crate) async fn say(&self, ticket: &Ticket, body: String, tx: &Tx) -> orm::Result<Comment> {
        let (kind, id) = self.key();
        let new = ticket.related(Ticket::comments).create();
        new.author_type(kind)
            .author_id(id)
            .body(body)
            .save(tx)
            .await
    }
}

fn unknown(failure: Failure) -> Unknown {
    ([(header::WWW_AUTHENTICATE, "Bearer")], failure)
}

impl FromRequestParts<Db> for Caller {
    type Rejection = Unknown;

    async fn from_request_parts(parts: &mut Parts, db: &Db) -> Result<Self, Unknown> {
        let header = parts.headers.get(header::AUTHORIZATION);
        let token = header.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let nobody = || Failure::new(StatusCode::UNAUTHORIZED, "sign in with a token");
        let hash = hash(token.ok_or_else(|| unknown(nobody()))?);
        let author = author(&hash, db)
            .await
            .map_err(|error| unknown(error.into()))?;
        author.map(Caller).ok_or_else(|| unknown(nobody()))
    }
}

/// Whose token it is.
async fn author(hash: &str, db: &Db) -> orm::Result<Option<Author>> {
    if let Some(user) = User::find_by(User::token_hash, hash)
        .one_or_none(db)
        .await?
    {
        return Ok(Some(Author::User(user)));
    }
    let bot = Bot::find_by(Bot::token_hash, hash).one_or_none(db).await?;
    Ok(bot.map(Author::Bot))
}
