//! Teams, and who is in them.

use axum::extract::State;
use axum::http::StatusCode;
use orm::prelude::*;
use orm_axum::{Begin, Failure, Json, Path, Result, Transaction};
use serde::{Deserialize, Serialize};

use super::Caller;
use crate::models::{Author, Membership, Role, Team, User};

#[derive(Serialize, Debug)]
pub(crate) struct Answer {
    id: i64,
    name: String,
    members: Vec<Member>,
}

#[derive(Serialize, Debug)]
struct Member {
    id: i64,
    name: String,
    role: Role,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Joining {
    role: Role,
}

pub(crate) async fn list(caller: Caller, State(db): State<Db>) -> Result<Json<Vec<Answer>>> {
    let teams = Team::query()
        .filter(Team::organisation_id.eq(caller.organisation()))
        .order_by(Team::name)
        .include(Team::members.with_join_row().order_by(User::name))
        .all(&db)
        .await?;
    let answers = teams.iter().map(|team| {
        let members = team.members.iter().map(|member| Member {
            id: member.id,
            name: member.name.clone(),
            role: member.join.role,
        });
        Answer {
            id: team.id,
            name: team.name.clone(),
            members: members.collect(),
        }
    });
    Ok(Json(answers.collect()))
}

pub(crate) async fn join(
    caller: Caller,
    Path((team, user)): Path<(i64, i64)>,
    begin: Begin,
    Json(joining): Json<Joining>,
) -> Result<StatusCode> {
    let tx = begin.transaction().await?;
    let (team, user) = led(&caller, team, user, &tx).await?;
    let new = Membership::create()
        .team_id(team.id)
        .user_id(user.id)
        .role(joining.role);
    Membership::upsert(new).on_key().save(&tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn leave(
    caller: Caller,
    Path((team, user)): Path<(i64, i64)>,
    Transaction(tx): Transaction,
) -> Result<StatusCode> {
    let (team, user) = led(&caller, team, user, &tx).await?;
    team.related(Team::members).remove([&user], &tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A team that the caller leads, and a person of the same organisation.
async fn led(caller: &Caller, team: i64, user: i64, tx: &Tx) -> Result<(Team, User)> {
    let ours = Team::organisation_id.eq(caller.organisation());
    let team = Team::find(team).filter(ours).one(tx).await?;
    let Author::User(leader) = &caller.0 else {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "only leads of the team may do this",
        ));
    };
    let membership = Membership::find((team.id, leader.id))
        .one_or_none(tx)
        .await?;
    if membership.is_none_or(|it| it.role != Role::Lead) {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "only leads of the team may do this",
        ));
    }
    let ours = User::organisation_id.eq(caller.organisation());
    let user = User::find(user).filter(ours).one(tx).await?;
    Ok((team, user))
}
