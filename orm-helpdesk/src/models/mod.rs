//! The tables of the help desk.

mod comment;
mod organisation;
mod ticket;

use orm::ddl::Models;

pub use comment::{Attachment, AuditAction, AuditEntry, Author, AuthorType, Comment};
pub use organisation::{Bot, Membership, Organisation, Role, Team, User};
pub use ticket::{Status, Tag, Ticket, TicketTag};

/// All of them.
pub const ALL: Models = orm::models![
    Organisation,
    User,
    Bot,
    Team,
    Membership,
    Ticket,
    Tag,
    TicketTag,
    Comment,
    Attachment,
    AuditEntry
];
