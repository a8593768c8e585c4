//! Organisations, and who is in them.

use orm::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Author, Comment, Ticket};

/// A customer of the help desk. Nothing of one is ever seen by another.
#[derive(Model, Debug, Clone)]
#[model(table = "organisations")]
#[association(has_many, as = "users", model = User, foreign_key = "organisation_id")]
#[association(has_many, as = "bots", model = Bot, foreign_key = "organisation_id")]
#[association(has_many, as = "teams", model = Team, foreign_key = "organisation_id")]
#[association(has_many, as = "tickets", model = Ticket, foreign_key = "organisation_id")]
pub struct Organisation {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// What it is called.
    #[column(varchar(120), unique)]
    #[validate(not_empty)]
    pub name: String,
}

/// A person who writes and answers tickets.
#[derive(Model, Debug, Clone)]
#[model(table = "users")]
#[association(belongs_to, as = "organisation", model = Organisation, foreign_key = "organisation_id", on_delete = "cascade")]
#[association(has_many, as = "comments", model = Comment, foreign_key = "author_id", polymorphic = Author)]
#[association(has_many, as = "assigned", model = Ticket, foreign_key = "assignee_id")]
#[association(many_to_many, as = "teams", model = Team, through = Membership)]
pub struct User {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// Where the person works.
    #[column(index)]
    pub organisation_id: i64,
    /// First and last name.
    #[column(varchar(120))]
    #[validate(not_empty)]
    pub name: String,
    /// The SHA-256 of the token to sign in with, never the token.
    #[column(varchar(64), unique)]
    pub token_hash: String,
}

/// A program that writes comments.
#[derive(Model, Debug, Clone)]
#[model(table = "bots")]
#[association(belongs_to, as = "organisation", model = Organisation, foreign_key = "organisation_id", on_delete = "cascade")]
#[association(has_many, as = "comments", model = Comment, foreign_key = "author_id", polymorphic = Author)]
pub struct Bot {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// Whose it is.
    #[column(index)]
    pub organisation_id: i64,
    /// What it is called.
    #[column(varchar(120))]
    pub name: String,
    /// The SHA-256 of its token.
    #[column(varchar(64), unique)]
    pub token_hash: String,
}

/// People who answer tickets together.
#[derive(Model, Debug, Clone)]
#[model(table = "teams", unique(columns = (organisation_id, name)))]
#[association(belongs_to, as = "organisation", model = Organisation, foreign_key = "organisation_id", on_delete = "cascade")]
#[association(many_to_many, as = "members", model = User, through = Membership)]
#[association(has_many, as = "tickets", model = Ticket, foreign_key = "team_id")]
pub struct Team {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// Whose it is.
    pub organisation_id: i64,
    /// What it is called.
    #[column(varchar(120))]
    #[validate(not_empty)]
    pub name: String,
}

/// What somebody is in a team.
#[derive(DbEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "team_role")]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers tickets.
    Member,
    /// Says who is in the team.
    Lead,
}

/// Who is in which team, and as what.
#[derive(Model, Debug, Clone)]
#[model(table = "memberships")]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id", on_delete = "cascade", one_sided)]
pub struct Membership {
    /// The team.
    #[column(primary_key)]
    pub team_id: i64,
    /// Who is in it.
    #[column(primary_key, index)]
    pub user_id: i64,
    /// As what.
    #[column(default = Role::Member)]
    pub role: Role,
}
