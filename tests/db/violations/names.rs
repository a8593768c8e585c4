//! Constraints with names that the model does not know, or knows longer.

use orm::error::ErrorKind;
use orm::prelude::*;

use super::about;
use crate::database::{Test, with_models, with_tables};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Odd \"Rooms\"", schema = "Big House")]
#[association(belongs_to, as = "above", model = Room, foreign_key = "above_id", one_sided, on_delete = "no_action")]
struct Room {
    #[column(primary_key)]
    id: i32,
    #[column(name = "Its \"Name\"")]
    name: String,
    #[column(
        name = "a_column_whose_name_is_as_long_as_names_may_be_in_this_database",
        check = "\"a_column_whose_name_is_as_long_as_names_may_be_in_this_database\" > 0"
    )]
    size: i32,
    above_id: Option<i32>,
}

fn room(id: i32) -> RoomCreate<orm::create::Given, orm::create::Given, orm::create::Given> {
    Room::create().id(id).name("canary").size(1)
}

// As somebody else made the table: names cut by the server, in quotes, or odd.
#[tokio::test]
async fn keys_are_known_by_their_columns() -> Test {
    let place = with_tables(
        r#"CREATE SCHEMA "Big House";
           CREATE TABLE "Big House"."Odd ""Rooms""" (id int PRIMARY KEY, "Its ""Name""" text NOT NULL,
               a_column_whose_name_is_as_long_as_names_may_be_in_this_database int NOT NULL,
               above_id int CONSTRAINT "up ""there""" REFERENCES "Big House"."Odd ""Rooms""",
               CONSTRAINT "A ""quoted"" name" UNIQUE ("Its ""Name"""),
               CONSTRAINT a_name_that_is_longer_than_the_sixty_three_bytes_that_the_server_keeps
                   EXCLUDE (a_column_whose_name_is_as_long_as_names_may_be_in_this_database WITH =));
           CREATE TABLE "Odd ""Rooms""" (id int);"#,
    )
    .await?;
    let db = &place.db;
    let first = room(1).save(db).await?;
    let cases = [
        (room(2), ErrorKind::UniqueViolation, "name"),
        (room(1), ErrorKind::UniqueViolation, "id"),
        (room(2).name("b"), ErrorKind::ExclusionViolation, "size"),
    ];
    for (row, kind, field) in cases {
        let error = row.save(db).await.expect_err("a violation");
        assert_eq!(
            about(&error),
            (kind, Some("Room"), vec![field], None),
            "{error}"
        );
    }
    let key = |field| {
        (
            ErrorKind::ForeignKeyViolation,
            Some("Room"),
            vec![field],
            Some("Room"),
        )
    };
    let row = room(2).name("b").size(2);
    let error = row.above_id(7).save(db).await.expect_err("a violation");
    assert!(error.refers_to_nothing(), "{error}");
    assert_eq!(about(&error), key("above_id"), "{error}");
    room(2).name("b").size(2).above_id(1).save(db).await?;
    let error = first.delete(db).await.expect_err("a violation");
    assert!(error.is_referred_to(), "{error}");
    assert_eq!(about(&error), key("id"), "{error}");
    Ok(())
}

// As we make it.
#[tokio::test]
async fn names_that_were_shortened_are_known() -> Test {
    let place = with_models(orm::models![Room]).await?;
    let error = room(1)
        .size(0)
        .save(&place.db)
        .await
        .expect_err("a violation");
    assert_eq!(
        about(&error),
        (ErrorKind::CheckViolation, Some("Room"), vec!["size"], None),
        "{error}"
    );
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Folders")]
#[association(belongs_to, as = "parent", model = Folder, foreign_key = (owner, parent_no), one_sided, on_delete = "no_action")]
struct Folder {
    #[column(primary_key, name = "ownerId")]
    owner: i32,
    #[column(primary_key, name = "No")]
    no: i32,
    #[column(name = "parentNo")]
    parent_no: Option<i32>,
}

// The server lists the columns of a foreign key as they are, those of others in quotes.
#[tokio::test]
async fn a_foreign_key_with_capitals_is_known_by_its_columns() -> Test {
    only_on_a_server!();
    let place = with_tables(
        r#"CREATE TABLE "Folders" ("ownerId" int, "No" int, "parentNo" int, PRIMARY KEY ("ownerId", "No"),
               CONSTRAINT up FOREIGN KEY ("ownerId", "parentNo") REFERENCES "Folders");"#,
    )
    .await?;
    let db = &place.db;
    let of = |fields: [&'static str; 2]| {
        let kind = ErrorKind::ForeignKeyViolation;
        (kind, Some("Folder"), fields.to_vec(), Some("Folder"))
    };
    let folder = |no| Folder::create().owner(1).no(no);
    let error = folder(2).parent_no(1).save(db).await;
    let error = error.expect_err("a violation");
    assert_eq!(about(&error), of(["owner", "parent_no"]), "{error}");
    let above = folder(1).save(db).await?;
    folder(2).parent_no(1).save(db).await?;
    let error = above.delete(db).await.expect_err("a violation");
    assert_eq!(about(&error), of(["owner", "no"]), "{error}");
    Ok(())
}
