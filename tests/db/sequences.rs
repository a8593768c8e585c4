//! Numbers from sequences whose models say how they follow each other.

use orm::prelude::*;

use crate::database::{Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "invoices")]
struct Invoice {
    #[column(primary_key, identity(always, start = 1000, increment = 10))]
    id: i64,
    #[column(sequence(name = "Document \"numbers\"", start = 500, max = 502))]
    number: i64,
    code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes", schema = "back office")]
struct Note {
    #[column(primary_key, identity(min = -5, max = -1, increment = -2))]
    id: i32,
    // Where the invoices have it.
    #[column(sequence(name = "Document \"numbers\"", schema = "public"))]
    number: i64,
    #[column(sequence(name = "own"))]
    own: Option<i64>,
}

#[tokio::test]
async fn rows_are_numbered_as_their_models_say() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Invoice, Note]).await?;
    let db = &place.db;
    let first = Invoice::create().code("a").save(db).await?;
    let note = Note::create().save(db).await?;
    assert_eq!((first.id, first.number), (1000, 500));
    assert_eq!((note.id, note.number, note.own), (-1, 501, Some(1)));
    let given = Note::create().number(7).own(None).save(db).await?;
    assert_eq!((given.id, given.number, given.own), (-3, 7, None));
    let rows = Invoice::create_many([Invoice::create().code("c")])
        .save(db)
        .await?;
    assert_eq!((rows[0].id, rows[0].number), (1010, 502));

    let error = Invoice::create().code("d").save(db).await.unwrap_err();
    let words = "a sequence has given its last number: raise its `max`, or the type of its column";
    assert!(error.to_string().contains(words), "{error}");
    Ok(())
}

#[tokio::test]
async fn what_a_database_has_otherwise_is_told() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Invoice, Note]).await?;
    let report = place.db.create_missing(orm::models![Invoice, Note]).await?;
    assert!(
        report.differences.is_empty() && report.plan.is_empty(),
        "{report:?}"
    );
    place
        .run(
            "ALTER TABLE invoices ALTER COLUMN id SET INCREMENT BY 3 SET CACHE 9;
             ALTER SEQUENCE \"Document \"\"numbers\"\"\" MAXVALUE 9999 CYCLE",
        )
        .await?;
    let report = place.db.create_missing(orm::models![Invoice, Note]).await?;
    let told: Vec<_> = report.differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "the sequence `Document \"numbers\"` has MAXVALUE 502 in the model and MAXVALUE 9999 in the \
             database",
            "the sequence of `invoices.id` is INCREMENT BY 10 in the model and INCREMENT BY 3 in the \
             database",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn two_columns_that_disagree_are_refused() -> Test {
    #[derive(Model, Debug, Clone)]
    #[model(table = "receipts")]
    struct Receipt {
        #[column(primary_key, auto_increment)]
        id: i64,
        #[column(sequence(name = "Document \"numbers\"", start = 7))]
        number: i64,
    }
    only_on_a_server!();
    let place = with_models(orm::models![]).await?;
    let made = place
        .db
        .create_missing(orm::models![Invoice, Receipt])
        .await;
    let words = "two columns say different things of the sequence `Document \"numbers\"`: say it at \
                 one of them";
    assert_eq!(made.unwrap_err().to_string(), words);
    Ok(())
}
