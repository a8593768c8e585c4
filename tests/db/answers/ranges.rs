//! Ranges beside SQL by hand, in filters, values and updates.

use std::ops::Bound;

use orm::prelude::*;
use orm::query::Filter;
use orm::raw::raw_sql;
use orm::types::Range;

use super::Dice;
use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Booking", index(columns = (room), method = spgist, name = "booking_room"))]
struct Booking {
    #[column(primary_key)]
    id: i32,
    room: Range<i32>,
    days: Option<Range<NaiveDate>>,
    other: Range<i32>,
}

fn day(nth: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 25).unwrap_or_default() + chrono::Days::new(nth)
}

fn range<T>(dice: &mut Dice, of: impl Fn(u64) -> T) -> Range<T> {
    let (low, more) = (dice.below(20), dice.below(6));
    match dice.below(8) {
        0 => Range::Empty,
        1 => Range::Between(Bound::Unbounded, Bound::Excluded(of(low))),
        2 => Range::from(of(low)..),
        3 => Range::ALL,
        _ => Range::from(of(low)..=of(low + more)),
    }
}

async fn bookings() -> Test<Place> {
    let place = with_models(orm::models![Booking]).await?;
    let mut dice = Dice(4);
    let rows = (0..300).map(|id| {
        let days = (dice.below(6) > 0).then(|| range(&mut dice, day));
        let room = range(&mut dice, |it| it as i32);
        let other = range(&mut dice, |it| it as i32);
        Booking::create().id(id).room(room).days(days).other(other)
    });
    Booking::create_many(rows).save(&place.db).await?;
    place.log.clear();
    Ok(place)
}

async fn same(place: &Place, filter: Filter<Booking>, by_hand: &str) -> Test {
    let here = Booking::query()
        .filter(filter)
        .order_by(Booking::id)
        .values(Booking::id);
    let by_hand = format!("SELECT id FROM \"Booking\" WHERE {by_hand} ORDER BY id");
    let there = raw_sql(by_hand.clone()).scalars::<i32>(&place.db).await?;
    assert_eq!(here.all(&place.db).await?, there, "{by_hand}");
    assert!(!there.is_empty(), "{by_hand}");
    Ok(())
}

#[tokio::test]
async fn filters_are_what_sql_by_hand_says() -> Test {
    only_on_a_server!();
    let place = bookings().await?;
    let asked = Range::from(5..9);
    let days = Range::from(day(3)..day(8));
    same(&place, Booking::room.contains_value(7), "room @> 7").await?;
    same(
        &place,
        Booking::days.contains_value(day(4)),
        "days @> date '2024-02-29'",
    )
    .await?;
    same(
        &place,
        Booking::room.contains_range(asked),
        "room @> '[5,9)'::int4range",
    )
    .await?;
    same(
        &place,
        Booking::room.within_range(asked),
        "room <@ '[5,9)'::int4range",
    )
    .await?;
    same(
        &place,
        Booking::room.overlaps_range(asked),
        "room && '[5,9)'",
    )
    .await?;
    same(
        &place,
        Booking::days.overlaps_range(days),
        "days && '[2024-02-28,2024-03-04)'",
    )
    .await?;
    same(
        &place,
        Booking::days.overlaps_range(days).not(),
        "NOT days && '[2024-02-28,2024-03-04)'",
    )
    .await?;
    same(
        &place,
        Booking::room.adjacent_to(asked),
        "room -|- '[5,9)'::int4range",
    )
    .await?;
    same(
        &place,
        Booking::room.before_range(asked),
        "room << '[5,9)'::int4range",
    )
    .await?;
    same(
        &place,
        Booking::room.behind_range(asked),
        "room >> '[5,9)'::int4range",
    )
    .await?;
    same(&place, Booking::room.is_empty_range(), "isempty(room)").await?;
    same(
        &place,
        Booking::room.overlaps_range(Booking::other),
        "room && other",
    )
    .await?;
    same(
        &place,
        Booking::room.contains_range(Booking::other),
        "room @> other",
    )
    .await?;
    same(
        &place,
        Booking::room.contains_value(Booking::id),
        "room @> id",
    )
    .await?;
    same(&place, Booking::room.range_start().gt(4), "lower(room) > 4").await?;
    same(
        &place,
        Booking::days.range_end().le(day(9)),
        "upper(days) <= date '2024-03-05'",
    )
    .await?;
    same(
        &place,
        Booking::room.range_start().is_null(),
        "lower(room) IS NULL",
    )
    .await?;
    let shared = Booking::room
        .range_intersection(Booking::other)
        .is_empty_range();
    same(&place, shared, "isempty(room * other)").await
}

#[tokio::test]
async fn values_are_what_sql_by_hand_says() -> Test {
    only_on_a_server!();
    let place = bookings().await?;
    let here = Booking::query().order_by(Booking::id).values((
        Booking::room.range_start(),
        Booking::days.range_end(),
        Booking::room.range_intersection(Booking::other),
        Booking::days.range_intersection(Range::from(day(2)..)),
        Booking::room.range_merge(Booking::other),
        Booking::room.range_merge(Range::from(1..3)),
    ));
    let there = "SELECT lower(room), upper(days), room * other, days * '[2024-02-27,)', range_merge(room, other), \
                 range_merge(room, '[1,3)') FROM \"Booking\" ORDER BY id";
    assert_eq!(
        here.all(&place.db).await?,
        raw_sql(there).rows(&place.db).await?
    );
    let touching =
        Booking::room.overlaps_range(Booking::other) | Booking::room.adjacent_to(Booking::other);
    let here = Booking::query().filter(touching).order_by(Booking::id);
    let here = here
        .values(Booking::room.range_union(Booking::other))
        .all(&place.db)
        .await?;
    let there =
        "SELECT room + other FROM \"Booking\" WHERE room && other OR room -|- other ORDER BY id";
    assert_eq!(here, raw_sql(there).scalars(&place.db).await?);
    Ok(())
}

#[tokio::test]
async fn ranges_are_cut_and_grown_in_updates() -> Test {
    only_on_a_server!();
    let place = bookings().await?;
    let there = "SELECT CASE WHEN room <@ '[0,100)'::int4range THEN room - '[0,3)' ELSE room END, \
                 range_merge(room, other) FROM \"Booking\" ORDER BY id";
    let there: Vec<(Range<i32>, Range<i32>)> = raw_sql(there).rows(&place.db).await?;
    let early = Booking::query().filter(Booking::room.within_range(Range::from(0..100)));
    let all = Booking::query()
        .all_rows()
        .update()
        .set(Booking::other, Booking::room.range_merge(Booking::other));
    all.save(&place.db).await?;
    let cut = Booking::room.range_difference(Range::from(0..3));
    early
        .update()
        .set(Booking::room, cut)
        .save(&place.db)
        .await?;
    let rows = Booking::query()
        .order_by(Booking::id)
        .values((Booking::room, Booking::other));
    assert_eq!(rows.all(&place.db).await?, there);
    Ok(())
}
