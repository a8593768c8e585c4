//! What is said of tickets, sent along with them, and done to them.

use orm::prelude::*;
use serde::Serialize;

use super::{Bot, Ticket, User};

/// Who writes comments.
#[derive(Polymorphic, Debug, Clone)]
#[polymorphic(name = "comment_author")]
pub enum Author {
    /// A person.
    User(User),
    /// A program.
    Bot(Bot),
}

/// What somebody says of a ticket.
#[derive(Model, Debug, Clone)]
#[model(table = "comments", index(columns = (ticket_id, id)), index(columns = (author_type, author_id)))]
#[association(belongs_to, as = "ticket", model = Ticket, foreign_key = "ticket_id", on_delete = "cascade")]
#[association(belongs_to, as = "author", polymorphic = Author)]
pub struct Comment {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// The ticket.
    pub ticket_id: i64,
    /// A user or a bot.
    pub author_type: AuthorType,
    /// Which of them.
    pub author_id: i64,
    /// What was said.
    #[validate(len(min = 1, max = 10000, message = "must have 1 to 10000 characters"))]
    pub body: String,
    /// When.
    #[column(default = now())]
    pub written_at: DateTime<Utc>,
}

/// A file that was sent along with a ticket.
#[derive(Model, Debug, Clone)]
#[model(table = "attachments", unique(columns = (ticket_id, name)))]
#[association(belongs_to, as = "ticket", model = Ticket, foreign_key = "ticket_id", on_delete = "cascade")]
pub struct Attachment {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// The ticket.
    pub ticket_id: i64,
    /// The file's name.
    #[validate(len(min = 1, max = 120, message = "must have 1 to 120 characters"))]
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// The bytes.
    pub content: Vec<u8>,
}

/// What was done.
#[derive(DbEnum, Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "audit_action")]
#[serde(rename_all = "snake_case")]
pub enum AuditAction {
    /// A ticket was written.
    Created,
    /// It was changed.
    Changed,
    /// It was deleted.
    Deleted,
    /// It was brought back.
    Restored,
}

/// Who did what to a ticket. It stays when the ticket is gone, so no key leads there.
#[derive(Model, Debug, Clone)]
#[model(table = "audit_entries", index(columns = (organisation_id, ticket_id)))]
pub struct AuditEntry {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// In which organisation.
    pub organisation_id: i64,
    /// To which ticket.
    pub ticket_id: i64,
    /// By whom: a user or a bot.
    pub actor_type: AuthorType,
    /// Which of them.
    pub actor_id: i64,
    /// What.
    pub action: AuditAction,
    /// When.
    #[column(default = now())]
    pub done_at: DateTime<Utc>,
}
