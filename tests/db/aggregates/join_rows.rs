//! Conditions and orders on the join rows of a `many_to_many`.

use std::cmp::Reverse;

use orm::Joined;
use orm::prelude::*;
use rust_decimal::Decimal;

use super::{Label, Order, OrderLabel, World, filled};
use crate::database::{Place, Test, with_models};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[db_enum(name = "mood")]
enum Mood {
    Wild,
    Calm,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lists")]
#[association(many_to_many, as = "songs", model = Song, through = Entry)]
struct List {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "songs")]
#[association(many_to_many, as = "lists", model = List, through = Entry)]
struct Song {
    #[column(primary_key)]
    id: i32,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "entries")]
#[association(belongs_to, as = "list", model = List, foreign_key = "list_id", one_sided)]
#[association(belongs_to, as = "song", model = Song, foreign_key = "song_id", one_sided)]
struct Entry {
    #[column(primary_key)]
    list_id: i32,
    #[column(primary_key)]
    song_id: i32,
    place: Decimal,
    mood: Option<Mood>,
}

/// Eight lists, of thirty songs some each.
async fn lists() -> Test<(Place, Vec<Entry>)> {
    let place = with_models(orm::models![List, Song, Entry]).await?;
    let (db, mut entries) = (&place.db, Vec::new());
    List::create_many((0..8).map(|id| List::create().id(id)))
        .save(db)
        .await?;
    let songs = (0..30).map(|id| {
        Song::create()
            .id(id)
            .title(["b", "a", "日"][id as usize % 3])
    });
    Song::create_many(songs).save(db).await?;
    for at in 0..240_i32 {
        let (list_id, song_id) = (at % 8, at / 8);
        if (at * 7 + list_id) % 5 == 0 || list_id == 7 {
            continue;
        }
        entries.push(Entry {
            list_id,
            song_id,
            place: Decimal::new(i64::from((at * 37) % 11) - 5, (at % 3) as u32),
            mood: [None, Some(Mood::Calm), Some(Mood::Wild)][(at * 5 % 3) as usize],
        });
    }
    let rows = entries.iter().map(|it| {
        let entry = Entry::create().list_id(it.list_id).song_id(it.song_id);
        entry.place(it.place).mood(it.mood)
    });
    Entry::create_many(rows).save(db).await?;
    place.log.clear();
    Ok((place, entries))
}

fn naive(
    entries: &[Entry],
    passes: impl Fn(&Entry) -> bool,
    sort: impl Fn(&mut [&Entry]),
    limit: usize,
) -> Vec<Vec<i32>> {
    let of = |list| {
        let mut of: Vec<&Entry> = entries
            .iter()
            .filter(|it| it.list_id == list && passes(it))
            .collect();
        sort(&mut of);
        of.truncate(limit);
        of.iter().map(|it| it.song_id).collect()
    };
    (0..8).map(of).collect()
}

/// The songs of every list, in their order.
macro_rules! songs {
    ($place:ident, $include:expr) => {{
        let lists = List::query()
            .include($include)
            .order_by(List::id)
            .all(&$place.db)
            .await?;
        let songs = lists
            .iter()
            .map(|it| it.songs.iter().map(|song| song.id).collect());
        songs.collect::<Vec<Vec<i32>>>()
    }};
}

/// NULLs last, the first mood first, then the later places; then by song.
fn by_mood(entries: &mut [&Entry]) {
    entries.sort_by_key(|it| (it.mood.is_none(), it.mood, Reverse(it.place), it.song_id));
}

#[tokio::test]
async fn rows_are_sorted_and_chosen_by_them() -> Test {
    let (place, entries) = lists().await?;
    let all = |_: &Entry| true;
    let sorted = || List::songs.order_by_join_rows((Entry::mood, Entry::place.desc()));
    let expected = naive(&entries, all, by_mood, 99);
    assert_eq!(songs!(place, sorted()), expected);
    assert_eq!(songs!(place, sorted().separate()), expected);
    assert_eq!(songs!(place, sorted().with_join_row()), expected);
    assert_eq!(
        songs!(place, sorted().limit(3)),
        naive(&entries, all, by_mood, 3)
    );
    assert_eq!(
        songs!(place, sorted().limit(3).with_join_row()),
        naive(&entries, all, by_mood, 3)
    );
    let wild = || {
        Entry::mood
            .eq(Mood::Wild)
            .and(Entry::place.gt(Decimal::ZERO))
    };
    let is_wild = |it: &Entry| it.mood == Some(Mood::Wild) && it.place > Decimal::ZERO;
    let by_id = |entries: &mut [&Entry]| entries.sort_by_key(|it| it.song_id);
    assert_eq!(
        songs!(place, List::songs.filter_join_rows(wild())),
        naive(&entries, is_wild, by_id, 99)
    );
    assert_eq!(
        songs!(place, sorted().filter_join_rows(wild()).limit(2)),
        naive(&entries, is_wild, by_mood, 2)
    );
    // Terms of both, in the order in which they are said.
    let of_both = List::songs
        .order_by(Song::title.desc())
        .order_by_join_rows(Entry::place);
    let of_both = of_both.order_by(Song::id.desc());
    let title = |it: &Entry| ["b", "a", "日"][it.song_id as usize % 3];
    let by_both = |entries: &mut [&Entry]| {
        entries.sort_by_key(|it| (Reverse(title(it)), it.place, Reverse(it.song_id)));
    };
    assert_eq!(songs!(place, of_both), naive(&entries, all, by_both, 99));
    let nulls = List::songs.order_by_join_rows(Entry::mood.desc().nulls_last());
    let last = |entries: &mut [&Entry]| {
        entries.sort_by_key(|it| (it.mood.is_none(), Reverse(it.mood), it.song_id));
    };
    assert_eq!(songs!(place, nulls), naive(&entries, all, last, 99));
    // For rows that are there, and of lists that have any.
    let rows = List::query().order_by(List::id).all(&place.db).await?;
    let loaded = sorted()
        .filter_join_rows(wild())
        .load_for(&rows, &place.db)
        .await?;
    let loaded = loaded
        .iter()
        .map(|songs| songs.iter().map(|it| it.id).collect());
    assert_eq!(
        loaded.collect::<Vec<Vec<i32>>>(),
        naive(&entries, is_wild, by_mood, 99)
    );
    let some = List::query().include(List::songs.filter_join_rows(wild()).required());
    let some: Vec<i32> = some
        .order_by(List::id)
        .all(&place.db)
        .await?
        .iter()
        .map(|it| it.id)
        .collect();
    let expected =
        (0..8).filter(|&list| entries.iter().any(|it| it.list_id == list && is_wild(it)));
    assert_eq!(some, expected.collect::<Vec<i32>>());
    Ok(())
}

#[tokio::test]
async fn a_condition_on_both_holds_in_one_join_row() -> Test {
    let (place, entries) = lists().await?;
    let lists = |filter| {
        let query = List::query().filter(filter).order_by(List::id);
        query.values(List::id).all(&place.db)
    };
    let wild = || List::songs.only_join_rows(Entry::mood.eq(Mood::Wild));
    let with = |song: i32| {
        let is = move |it: &&Entry| it.song_id == song && it.mood == Some(Mood::Wild);
        let mut lists: Vec<i32> = entries.iter().filter(is).map(|it| it.list_id).collect();
        lists.sort_unstable();
        lists
    };
    for song in 0..30 {
        assert_eq!(lists(wild().any(Song::id.eq(song))).await?, with(song));
        let others: Vec<i32> = (0..8).filter(|it| !with(song).contains(it)).collect();
        assert_eq!(lists(wild().none(Song::id.eq(song))).await?, others);
    }
    let counts = List::query().values((
        wild().count(),
        wild().only(Song::title.eq("a")).max(Song::id),
    ));
    let counts = counts.order_by(List::id).all(&place.db).await?;
    for (list, (count, highest)) in (0..).zip(counts) {
        let wild = entries
            .iter()
            .filter(|it| it.list_id == list && it.mood == Some(Mood::Wild));
        assert_eq!(count, wild.clone().count() as i64);
        assert_eq!(
            highest,
            wild.filter(|it| it.song_id % 3 == 1)
                .map(|it| it.song_id)
                .max()
        );
    }
    // Further down: a list, the songs that are wild in it, the lists where they are calm.
    let calm = Song::lists.only_join_rows(Entry::mood.eq(Mood::Calm));
    let ours = List::query()
        .values(wild().then(calm).count())
        .order_by(List::id);
    let ours = ours.all(&place.db).await?;
    for (list, count) in (0..).zip(ours) {
        let songs: Vec<i32> = (0..30).filter(|&song| with(song).contains(&list)).collect();
        let calm = |it: &&Entry| it.mood == Some(Mood::Calm) && songs.contains(&it.song_id);
        let mut lists: Vec<i32> = entries.iter().filter(calm).map(|it| it.list_id).collect();
        lists.sort_unstable();
        lists.dedup();
        assert_eq!(count, lists.len() as i64, "of list {list}");
    }
    Ok(())
}

#[tokio::test]
async fn where_a_pair_is_there_twice_each_join_row_is_shown_or_none_is_asked() -> Test {
    let (place, world) = filled().await?;
    let sorted = || Order::labels.order_by_join_rows(OrderLabel::weight.desc());
    let refused = Order::query().include(sorted()).all(&place.db).await;
    let words = refused.map_or_else(|error| error.to_string(), |_| String::new());
    assert!(
        words.starts_with("OrderLabel: `labels`: its join table may hold a pair twice"),
        "{words}"
    );
    let orders = Order::query().include(sorted().with_join_row());
    let orders = orders
        .order_by((Order::shop, Order::number))
        .all(&place.db)
        .await?;
    for order in &orders {
        let ours: Vec<i32> = order.labels.iter().map(|it| it.join.id).collect();
        let mut pairs: Vec<&OrderLabel> = pairs_of(&world, order).collect();
        pairs.sort_by_key(|it| (it.weight.is_some(), Reverse(it.weight), it.label_id, it.id));
        assert_eq!(ours, pairs.iter().map(|it| it.id).collect::<Vec<_>>());
    }
    // Which rows are there may be asked of any of them; each row is there once.
    let heavy = Order::labels.filter_join_rows(OrderLabel::weight.gt(6));
    let orders = Order::query()
        .include(heavy)
        .order_by((Order::shop, Order::number));
    for order in orders.all(&place.db).await? {
        let mut ids: Vec<i32> = pairs_of(&world, &order)
            .filter(|it| it.weight.is_some_and(|it| it > 6))
            .map(|it| it.label_id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(order.labels.iter().map(|it| it.id).collect::<Vec<_>>(), ids);
    }
    // Marked join rows have a switch of their own.
    let gone = Order::labels.rows().only_deleted_join_rows().count();
    let ours = Order::query()
        .values((Order::shop, Order::number, gone))
        .all(&place.db)
        .await?;
    for (shop, number, count) in ours {
        let is =
            |it: &&OrderLabel| (it.shop, it.number) == (shop, number) && it.deleted_at.is_some();
        let pairs = world.pairs.iter().filter(is);
        let mut labels: Vec<i32> = pairs.map(|it| it.label_id).collect();
        labels.retain(|id| id % 8 != 0);
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(count, labels.len() as i64);
    }
    Ok(())
}

fn pairs_of<'w>(world: &'w World, order: &Order) -> impl Iterator<Item = &'w OrderLabel> {
    let key = (order.shop, order.number);
    let pairs = world.pairs.iter();
    pairs.filter(move |it| {
        let label: &Label = &world.labels[it.label_id as usize];
        (it.shop, it.number) == key && it.deleted_at.is_none() && label.deleted_at.is_none()
    })
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Song)]
struct Titled {
    title: String,
}

#[derive(Projection, Debug, Clone)]
#[projection(model = List)]
struct Listed {
    id: i32,
    #[projection(include = List::songs.with_join_row().order_by_join_rows(Entry::place.desc()))]
    songs: Vec<Joined<Titled, Entry>>,
}

#[tokio::test]
async fn projections_hold_join_rows() -> Test {
    let (place, entries) = lists().await?;
    let lists = List::query()
        .select::<Listed>()
        .order_by(List::id)
        .all(&place.db)
        .await?;
    for list in &lists {
        let mut expected: Vec<&Entry> = entries.iter().filter(|it| it.list_id == list.id).collect();
        expected.sort_by_key(|it| (Reverse(it.place), it.song_id));
        assert_eq!(
            list.songs.iter().map(|it| &it.join).collect::<Vec<_>>(),
            expected
        );
        for song in &list.songs {
            assert_eq!(song.title, ["b", "a", "日"][song.join.song_id as usize % 3]);
        }
    }
    assert_eq!(lists.len(), 8);
    Ok(())
}
