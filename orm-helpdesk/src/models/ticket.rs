//! Tickets and their tags.

use orm::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Attachment, Comment, Organisation, Team, User};

/// Where a ticket stands.
#[derive(DbEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "ticket_status")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has answered.
    Open,
    /// The customer was asked something.
    Waiting,
    /// Done.
    Closed,
}

/// What somebody needs help with.
#[derive(Model, Debug, Clone)]
#[model(table = "tickets", timestamps, soft_delete, index(columns = (organisation_id, id)))]
#[association(belongs_to, as = "organisation", model = Organisation, foreign_key = "organisation_id", on_delete = "cascade")]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id", on_delete = "set_null")]
#[association(belongs_to, as = "assignee", model = User, foreign_key = "assignee_id", on_delete = "set_null")]
#[association(many_to_many, as = "tags", model = Tag, through = TicketTag)]
#[association(has_many, as = "comments", model = Comment, foreign_key = "ticket_id")]
#[association(has_many, as = "attachments", model = Attachment, foreign_key = "ticket_id")]
pub struct Ticket {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// Whose it is.
    pub organisation_id: i64,
    /// Who answers it.
    #[column(index)]
    pub team_id: Option<i64>,
    /// Who of them.
    #[column(index)]
    pub assignee_id: Option<i64>,
    /// What it is about.
    #[validate(len(min = 1, max = 200, message = "must have 1 to 200 characters"))]
    pub title: String,
    /// Where it stands.
    #[column(default = Status::Open)]
    pub status: Status,
    /// How urgent it is, from 1.
    #[column(default = 3)]
    #[validate(min(1), max(5))]
    pub priority: i32,
    /// What the customer's program sent along.
    pub details: Option<Json<serde_json::Value>>,
    /// How often it was written.
    #[column(version)]
    pub version: i32,
    /// When it was written first.
    pub created_at: DateTime<Utc>,
    /// When it was written last.
    pub updated_at: DateTime<Utc>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// A word for tickets.
#[derive(Model, Debug, Clone)]
#[model(table = "tags", unique(columns = (organisation_id, word)))]
#[association(many_to_many, as = "tickets", model = Ticket, through = TicketTag)]
#[association(belongs_to, as = "organisation", model = Organisation, foreign_key = "organisation_id", on_delete = "cascade", one_sided)]
pub struct Tag {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// Whose it is.
    pub organisation_id: i64,
    /// The word.
    #[validate(len(min = 1, max = 40, message = "must have 1 to 40 characters"))]
    pub word: String,
}

/// Which ticket has which tag.
#[derive(Model, Debug, Clone)]
#[model(table = "ticket_tags")]
#[association(belongs_to, as = "ticket", model = Ticket, foreign_key = "ticket_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", on_delete = "cascade", one_sided)]
pub struct TicketTag {
    /// The ticket.
    #[column(primary_key)]
    pub ticket_id: i64,
    /// The tag.
    #[column(primary_key, index)]
    pub tag_id: i64,
}
