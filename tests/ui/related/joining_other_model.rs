// `joining` gives values to rows of the association's own join table.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "teams", model = Team, through = Membership)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    email: String,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "users", model = User, through = Membership)]
#[association(many_to_many, as = "labels", model = Label, through = "team_labels", foreign_key = "team_id", other_key = "label_id")]
struct Team {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "teams", model = Team, through = "team_labels", foreign_key = "label_id", other_key = "team_id")]
struct Label {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id", one_sided)]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id", one_sided)]
struct Membership {
    #[column(primary_key)]
    user_id: i32,
    #[column(primary_key)]
    team_id: i32,
    role: String,
}

async fn write(db: &Db, user: &User, team: &Team, label: &Label) {
    let teams = user.related(User::teams).joining(Membership::role, "owner");
    let _ = teams.add([team], db).await;
    let teams = user.related(User::teams).joining(User::email, "a@b.c");
    let _ = teams.add([team], db).await;
    let labels = team.related(Team::labels).joining(Membership::role, "owner");
    let _ = labels.add([label], db).await;
}

fn main() {}
