//! Unique values that rows have unless they are marked as deleted.

use orm::prelude::*;

use super::{Author, Blog, blog};
use crate::database::{Test, with_models};

#[tokio::test]
async fn a_value_can_be_used_again_once_its_row_is_marked() -> Test {
    let Blog { place, .. } = blog().await?;
    let db = &place.db;
    let email = "zoe@example.org";
    let zoe = Author::create().name("Zoe").email(email.to_owned());
    let zoe = zoe.save(db).await?;
    let second = || {
        Author::create()
            .name("Zoe II")
            .email(email.to_owned())
            .save(db)
    };
    let error = second().await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Author"), &["email"][..])
    );
    zoe.delete(db).await?;
    let second = second().await?;
    let found = Author::find_by(Author::email, email.to_owned())
        .one(db)
        .await?;
    assert_eq!(found, second);
    // The first cannot come back now.
    let error = zoe.restore(db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    second.delete(db).await?;
    zoe.restore(db).await?;
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "rooms_of_houses",
    soft_delete,
    unique(columns = (house, number), unless_deleted),
    index(columns = (house), unless_deleted)
)]
struct HouseRoom {
    #[column(primary_key, auto_increment)]
    id: i32,
    house: i32,
    number: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[tokio::test]
async fn several_columns_are_unique_unless_deleted() -> Test {
    let place = with_models(orm::models![HouseRoom]).await?;
    let db = &place.db;
    let room = || HouseRoom::create().house(1).number(2).save(db);
    let first = room().await?;
    let error = room().await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.fields(), ["house", "number"]);
    first.delete(db).await?;
    room().await?;
    Ok(())
}

#[tokio::test]
async fn migrations_know_such_an_index() -> Test {
    let place = with_models(orm::models![HouseRoom]).await?;
    let sql = orm::ddl::sql(orm::models![HouseRoom]);
    assert!(
        sql.contains(
            r#"CREATE UNIQUE INDEX "rooms_of_houses_house_number_key" ON "rooms_of_houses" ("house", "number") WHERE deleted_at IS NULL"#
        ),
        "{sql}"
    );
    let report = place.db.create_missing(orm::models![HouseRoom]).await?;
    assert!(report.is_in_step(), "{report}");
    Ok(())
}
