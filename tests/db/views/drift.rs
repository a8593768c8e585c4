//! What is said of a view that is not as its model.

use orm::diff::Options;

use super::{Buyer, BuyerTotal, GROUP, Purchase, Spent};
use crate::database::{Test, on_a_file, with_models};

const WITH_VIEW: orm::ddl::Models = orm::models![Buyer, Purchase, BuyerTotal, Spent];

#[tokio::test]
async fn it_is_not_made_and_that_is_said() -> Test {
    let place = with_models(orm::models![Buyer, Purchase]).await?;
    let report = place.db.create_missing(WITH_VIEW).await?;
    assert!(report.plan.is_empty(), "{report}");
    assert_eq!(
        report.to_string(),
        "differs: the view `Group` is in the models and not in the database: write a migration \
         that makes it\n"
    );
    let diff = place.db.diff(WITH_VIEW, &Options::new()).await?;
    assert!(diff.changes.is_empty(), "{diff}");
    assert!(!diff.is_empty());
    assert_eq!(
        diff.to_string(),
        "by hand: the view `Group` is in the models and not in the database: write a migration \
         that makes it\n"
    );
    place.run(GROUP).await?;
    assert!(place.db.create_missing(WITH_VIEW).await?.is_in_step());
    let diff = place.db.diff(WITH_VIEW, &Options::new()).await?;
    assert!(diff.is_empty(), "{diff}");
    Ok(())
}

#[tokio::test]
async fn a_table_of_its_name_stays_a_table() -> Test {
    let place = with_models(orm::models![Buyer, Purchase]).await?;
    place
        .run(r#"CREATE TABLE "Group" ("select" integer)"#)
        .await?;
    let expected = "`Group` exists and is not a view\n";
    let report = place.db.create_missing(WITH_VIEW).await?;
    assert_eq!(report.to_string(), format!("differs: {expected}"));
    let diff = place.db.diff(WITH_VIEW, &Options::new()).await?;
    assert_eq!(diff.to_string(), format!("by hand: {expected}"));
    Ok(())
}

#[tokio::test]
async fn columns_are_compared() -> Test {
    let place = with_models(orm::models![Buyer, Purchase]).await?;
    let view = r#"CREATE VIEW "Group" ("select", purchases, other) AS
        SELECT id, name, patron_id FROM buyers"#;
    place.run(view).await?;
    let report = place.db.create_missing(WITH_VIEW).await?.to_string();
    let lacks = "differs: `Group.Largest \"one\"` is in the model and not in the view: write a \
                 migration that makes the view anew\n";
    assert!(report.contains(lacks), "{report}");
    let other_type =
        "differs: the type of `Group.purchases` is bigint in the model and text in the database\n";
    // What is computed in SQLite has no type.
    assert_eq!(report.contains(other_type), !on_a_file(), "{report}");
    assert!(!report.contains("select"), "{report}");
    Ok(())
}

// A query that a statement says by itself is in no database.
#[tokio::test]
async fn a_named_query_is_nobodys_table() -> Test {
    let place = with_models(orm::models![Spent]).await?;
    assert!(
        place
            .db
            .create_missing(orm::models![Spent])
            .await?
            .is_in_step()
    );
    let diff = place.db.diff(orm::models![Spent], &Options::new()).await?;
    assert!(diff.is_empty(), "{diff}");
    assert_eq!(orm::ddl::sql(orm::models![Spent]).trim(), "");
    Ok(())
}
