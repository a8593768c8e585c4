//! Both sides of an association mean the same rows, however their keys are known.

use orm::prelude::*;
use orm::query::Queries;

use crate::database::{Test, with_models};

/// Friends in both directions of one table, teams through two tables.
#[derive(Model, Debug, Clone)]
#[model(table = "people")]
#[association(many_to_many, as = "friends", model = Person, through = "friendships",
              foreign_key = "person_id", other_key = "friend_id")]
#[association(many_to_many, as = "friend_of", model = Person, through = "friendships",
              foreign_key = "friend_id", other_key = "person_id")]
#[association(
    many_to_many,
    as = "teams",
    through = "members",
    foreign_key = "person_id"
)]
#[association(many_to_many, as = "led", model = Team, through = "leaders", foreign_key = "person_id")]
#[association(many_to_many, as = "hobbies", model = Hobby, through = PersonHobby)]
#[association(has_many, as = "letters")]
struct Person {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[association(many_to_many, as = "leaders", model = Person, through = "leaders", other_key = "person_id")]
#[association(many_to_many, as = "members", model = Person, through = "members", other_key = "person_id")]
struct Team {
    #[column(primary_key, auto_increment)]
    id: i32,
}

/// Neither side names the keys: the join model does.
#[derive(Model, Debug, Clone)]
#[association(many_to_many, as = "people", model = Person, through = PersonHobby)]
struct Hobby {
    #[column(primary_key)]
    code: String,
    #[column(primary_key)]
    country: String,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "person", foreign_key = "who", one_sided)]
#[association(belongs_to, as = "hobby", foreign_key = ("what", "where_from"), one_sided)]
struct PersonHobby {
    #[column(primary_key, name = "who_it_is")]
    who: i32,
    #[column(primary_key)]
    what: String,
    #[column(primary_key)]
    where_from: String,
}

/// The other side does not name the key either.
#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "writer", model = Person, foreign_key = "written_by")]
struct Letter {
    #[column(primary_key, auto_increment)]
    id: i32,
    written_by: i32,
}

#[tokio::test]
async fn what_one_side_adds_the_other_side_sees() -> Test {
    let models = orm::models![Person, Team, Hobby, PersonHobby, Letter];
    let place = with_models(models).await?;
    let db = &place.db;
    let (ann, bob) = (
        Person::create().save(db).await?,
        Person::create().save(db).await?,
    );
    ann.related(Person::friends).add([&bob], db).await?;
    assert_eq!(bob.related(Person::friend_of).count(db).await?, 1);
    assert_eq!(bob.related(Person::friends).count(db).await?, 0);

    let team = Team::create().save(db).await?;
    ann.related(Person::teams).add([&team], db).await?;
    bob.related(Person::led).add([&team], db).await?;
    let members = team.related(Team::members).all(db).await?;
    let leaders = team.related(Team::leaders).all(db).await?;
    assert_eq!((members[0].id, members.len()), (ann.id, 1));
    assert_eq!((leaders[0].id, leaders.len()), (bob.id, 1));
    Ok(())
}

#[tokio::test]
async fn keys_are_those_that_the_other_model_declares() -> Test {
    let models = orm::models![Person, Team, Hobby, PersonHobby, Letter];
    let place = with_models(models).await?;
    let db = &place.db;
    let ann = Person::create().save(db).await?;
    let hobby = Hobby::create().code("go").country("kr").save(db).await?;
    ann.related(Person::hobbies).add([&hobby], db).await?;
    let pairs = PersonHobby::query().all(db).await?;
    assert_eq!(
        (
            pairs[0].who,
            pairs[0].what.as_str(),
            pairs[0].where_from.as_str()
        ),
        (ann.id, "go", "kr")
    );
    assert_eq!(hobby.related(Hobby::people).count(db).await?, 1);

    let letter = ann.related(Person::letters).create().save(db).await?;
    assert_eq!(letter.written_by, ann.id);
    let loaded = Person::find(ann.id)
        .include(Person::letters)
        .include(Person::hobbies)
        .one(db)
        .await?;
    assert_eq!((loaded.letters[0].id, loaded.hobbies.len()), (letter.id, 1));
    Ok(())
}
