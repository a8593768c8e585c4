//! Enum types with rows that use them.

use orm_core::ddl::blueprint::{Column, Type};
use orm_core::diff::{Goal, LossKind, Options};

use crate::declare::{check, default, goal, index, nullable, of_enum, table, with_enum};
use crate::place::Place;

/// Orders whose state stands in a default, a check, an index, a computed
/// column and an array.
fn orders(labels: &[&str], usual: &str) -> Goal {
    let array = Column {
        kind: Type::Enum {
            name: crate::declare::name("state"),
            array: true,
        },
        nullable: true,
        ..of_enum("history", "state")
    };
    let computed = Column {
        generated: Some("state = 'new'".into()),
        ..nullable("fresh", "boolean")
    };
    let it = table(
        "orders",
        [
            default(of_enum("state", "state"), &format!("'{usual}'")),
            array,
            computed,
        ],
    );
    let it = check(it, "orders_check", "state <> 'new' OR id > 0");
    let mut it = index(it, "orders_state_idx", &["state"]);
    it = index(it, "orders_new_idx", &["id"]);
    it.indexes[1].filter = Some("state = 'new'".into());
    with_enum(goal([it]), "state", labels)
}

async fn place() -> Place {
    let place = Place::at(orders(&["new", "paid", "sent"], "new")).await;
    place
        .run("INSERT INTO orders (state, history) VALUES ('new', '{}'), ('paid', '{new,paid}')")
        .await;
    place
}

#[tokio::test]
async fn labels_are_added_where_they_belong_before_they_are_used() {
    let place = place().await;
    let there = orders(
        &["draft", "new", "open", "held", "paid", "sent", "lost"],
        "open",
    );
    let drafts = place.there_and_back(there, &Options::new()).await;
    let words: Vec<&str> = drafts.iter().map(|it| &*it.words).collect();
    assert_eq!(words, ["change-labels", "change"]);
    assert!(
        drafts[0]
            .up
            .contains("ADD VALUE IF NOT EXISTS 'draft' BEFORE 'new'")
    );
    assert!(
        drafts[0]
            .up
            .contains("ADD VALUE IF NOT EXISTS 'held' AFTER 'open'")
    );
    assert_eq!(
        place.texts("SELECT count(*)::text FROM orders").await,
        ["2"]
    );
}

#[tokio::test]
async fn a_label_that_nobody_uses_is_removed() {
    let place = place().await;
    let diff = place
        .diff(orders(&["new", "paid"], "paid"), &Options::new())
        .await;
    let losses: Vec<_> = diff.losses().collect();
    assert_eq!(losses.len(), 1);
    assert_eq!(losses[0].rows, Some(0));
    place
        .there_and_back(orders(&["new", "paid"], "paid"), &Options::new())
        .await;
    assert_eq!(
        place
            .texts("SELECT history::text FROM orders WHERE id = 2")
            .await,
        ["{new,paid}"]
    );
}

#[tokio::test]
async fn a_label_that_rows_have_is_counted_and_makes_it_fail() {
    let place = place().await;
    let before = place.fingerprint().await;
    let diff = place
        .diff(orders(&["new", "sent"], "new"), &Options::new())
        .await;
    let loss = diff.losses().next().unwrap();
    // Once in the column, once in the array.
    assert_eq!(loss.rows, Some(2));
    assert!(matches!(&loss.kind, LossKind::Labels(_, labels) if labels == &["paid"]));
    assert!(place.try_apply(&diff).await.is_err());
    assert_eq!(place.fingerprint().await, before);
    assert_eq!(
        place
            .texts("SELECT state::text FROM orders WHERE id = 2")
            .await,
        ["paid"]
    );
}

#[tokio::test]
async fn labels_are_sorted_anew() {
    let place = place().await;
    let diff = place
        .diff(orders(&["sent", "new", "paid"], "new"), &Options::new())
        .await;
    assert_eq!(diff.losses().count(), 0);
    place
        .there_and_back(orders(&["sent", "new", "paid"], "new"), &Options::new())
        .await;
}

#[tokio::test]
async fn a_label_is_renamed_where_that_is_declared() {
    let place = place().await;
    let options = Options::new().rename_label("state", "paid", "settled");
    let there = || orders(&["new", "settled", "sent"], "settled");
    let diff = place.diff(there(), &options).await;
    assert_eq!(diff.losses().count(), 0, "{diff}");
    place.there_and_back(there(), &options).await;
    assert_eq!(
        place
            .texts("SELECT state::text FROM orders WHERE id = 2")
            .await,
        ["settled"]
    );
    // With a new label beside it.
    let place = self::place().await;
    let there = orders(&["new", "settled", "more", "sent"], "settled");
    place.there_and_back(there, &options).await;
}

#[tokio::test]
async fn a_column_becomes_an_enum_and_a_text_again() {
    let text = || {
        let state = default(crate::declare::column("state", "text"), "'new'");
        goal([table("orders", [state])])
    };
    let kind = || {
        let state = default(of_enum("state", "state"), "'new'");
        with_enum(goal([table("orders", [state])]), "state", &["new", "old"])
    };
    let place = Place::at(text()).await;
    place.run("INSERT INTO orders (state) VALUES ('old')").await;
    place.there_and_back(kind(), &Options::new()).await;
    place.there_and_back(text(), &Options::new()).await;
    assert_eq!(place.texts("SELECT state FROM orders").await, ["old"]);
    // To an enum type of another name with the same labels: nothing is lost.
    place.go(kind(), &Options::new()).await;
    let other = with_enum(
        goal([table(
            "orders",
            [default(of_enum("state", "status"), "'new'")],
        )]),
        "status",
        &["old", "new"],
    );
    let diff = place.diff(other.clone(), &Options::new()).await;
    assert!(!diff.losses().any(|it| it.holds_rows()), "{diff}");
    place.there_and_back(other, &Options::new()).await;
}
