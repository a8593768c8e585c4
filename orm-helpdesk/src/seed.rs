//! What a first run has: an organisation, a person, a bot, a team.

use orm::prelude::*;
use sha2::{Digest, Sha256};

use crate::models::{Bot, Membership, Organisation, Role, Team, User};

/// What is stored of a token.
pub fn hash(token: &str) -> String {
    Sha256::digest(token)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// An organisation with a person who leads a team, another one and a bot. Their tokens are
/// the organisation's name and `-ann`, `-ben` and `-bot`.
///
/// # Errors
/// When it is there already, or the database does not answer.
pub async fn organisation(name: &str, db: &Db) -> orm::Result<Organisation> {
    db.transaction(async |tx| -> orm::Result<Organisation> {
        let organisation = Organisation::create().name(name).save(tx).await?;
        let people = organisation.related(Organisation::users);
        let token = |who: &str| hash(&format!("{name}-{who}"));
        let ann = people
            .create()
            .name("Ann")
            .token_hash(token("ann"))
            .save(tx)
            .await?;
        let people = organisation.related(Organisation::users);
        people
            .create()
            .name("Ben")
            .token_hash(token("ben"))
            .save(tx)
            .await?;
        let bots = organisation.related(Organisation::bots);
        bots.create()
            .name("Greeter")
            .token_hash(token("bot"))
            .save(tx)
            .await?;
        let teams = organisation.related(Organisation::teams);
        let team = teams.create().name("Support").save(tx).await?;
        let members = team
            .related(Team::members)
            .joining(Membership::role, Role::Lead);
        members.add([&ann], tx).await?;
        Ok(organisation)
    })
    .await
}

/// Whether nothing is there yet.
///
/// # Errors
/// When the database does not answer.
pub async fn is_needed(db: &Db) -> orm::Result<bool> {
    Ok(!Organisation::query().exists(db).await?
        && !User::query().exists(db).await?
        && !Bot::query().exists(db).await?)
}
