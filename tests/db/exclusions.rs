//! Exclusion constraints: what they refuse, and what is missing of them.

use orm::prelude::*;

use crate::database::{Test, with_models};

mod before {
    use super::*;

    #[derive(Model, Debug, Clone)]
    #[model(table = "Stays", exclude(columns = (room with =), method = btree, where = "kind = 1", name = "one of a kind"))]
    pub(super) struct Stay {
        #[column(primary_key)]
        id: i64,
        room: i32,
        kind: i32,
    }
}

#[derive(Model, Debug, Clone)]
#[model(
    table = "Stays",
    exclude(columns = (room with =), method = btree, where = "kind = 1", name = "one of a kind"),
    exclude(columns = (room with =), method = btree, where = "kind = 2", name = "another"),
    exclude(columns = (expression("(room + 1000)") with =), method = btree, where = "kind = 3", name = "computed")
)]
struct Stay {
    #[column(primary_key)]
    id: i64,
    room: i32,
    kind: i32,
}

#[tokio::test]
async fn those_that_differ_in_a_text_are_made_beside_each_other() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![before::Stay]).await?;
    let db = &place.db;
    let report = db.create_missing(orm::models![Stay]).await?;
    assert!(report.differences.is_empty(), "{report:?}");
    assert_eq!(report.plan.statements().len(), 2, "{report:?}");
    let again = db.create_missing(orm::models![Stay]).await?;
    assert!(again.is_in_step(), "{again:?}");
    for kind in 1..=3 {
        let stay = |id| Stay::create().id(id).room(7).kind(kind);
        stay(i64::from(kind)).save(db).await?;
        let error = stay(99).save(db).await.err().ok_or("it was written")?;
        assert!(error.is_exclusion_violation(), "{error}");
        assert_eq!(error.model(), Some("Stay"), "{error}");
        let name = ["one of a kind", "another", "computed"][kind as usize - 1];
        assert_eq!(error.constraint(), Some(name), "{error}");
        assert_eq!(error.fields(), ["room"], "{error}");
    }
    let bulk = (10..13).map(|id| Stay::create().id(id).room(id as i32 % 2).kind(1));
    let error = Stay::create_many(bulk)
        .save(db)
        .await
        .err()
        .ok_or("written")?;
    assert!(error.is_exclusion_violation(), "{error}");
    assert_eq!(Stay::query().count(db).await?, 3);
    Ok(())
}

/// Over the same, by another method and of fewer rows: neither says what another says.
#[derive(Model, Debug, Clone)]
#[model(
    table = "beds",
    soft_delete,
    exclude(columns = (bed with =), method = btree, name = "ever"),
    exclude(columns = (bed with =), method = hash, name = "by hash"),
    exclude(columns = (bed with =), method = btree, name = "now", unless_deleted)
)]
struct Bed {
    #[column(primary_key)]
    id: i64,
    bed: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[tokio::test]
async fn those_that_differ_in_their_method_or_rows_are_all_made() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Bed]).await?;
    let report = place.db.create_missing(orm::models![Bed]).await?;
    assert!(report.is_in_step(), "{report:?}");
    let names = "SELECT conname::text FROM pg_constraint WHERE contype = 'x' ORDER BY 1";
    let names: Vec<String> = orm::raw::raw_sql(names).scalars(&place.db).await?;
    assert_eq!(names, ["by hash", "ever", "now"]);
    Ok(())
}
