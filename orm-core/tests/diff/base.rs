//! The table that the tests start from, and the way there and back.

use orm_core::ddl::blueprint::{Column, Table};
use orm_core::diff::Options;

use crate::declare::{goal, nullable, table};
use crate::place::Place;

pub(crate) fn base() -> Table {
    table(
        "things",
        [
            nullable("a", "text"),
            nullable("b", "integer"),
            nullable("tags", "jsonb"),
        ],
    )
}

pub(crate) async fn place() -> Place {
    let place = Place::at(goal([base()])).await;
    place
        .run("INSERT INTO things (a, b) SELECT 'a' || n, n FROM generate_series(1, 5) n")
        .await;
    place
}

/// Goes from the base to this table and back, in both forms, and from nothing
/// to it.
pub(crate) async fn round(change: impl Fn(Table) -> Table) {
    let place = place().await;
    let there = goal([change(base())]);
    let drafts = place.there_and_back(there.clone(), &Options::new()).await;
    assert_eq!(
        place.texts("SELECT count(*)::text FROM things").await,
        ["5"]
    );
    place.take_back(&drafts).await;
    place
        .there_and_back(there.clone(), &Options::new().plain())
        .await;
    place.there_and_back(goal([base()]), &Options::new()).await;
    Place::at(there).await;
}

pub(crate) fn add(column: Column) -> impl Fn(Table) -> Table {
    move |mut table| {
        table.columns.push(column.clone());
        table
    }
}

pub(crate) fn alter(change: impl Fn(&mut Column)) -> impl Fn(Table) -> Table {
    move |mut table| {
        change(&mut table.columns[2]);
        table
    }
}
