//! Walks over thousands of rows with ties and NULLs, beside SQL written by hand.

use std::collections::HashSet;

use orm::prelude::*;
use orm::query::{Order, value};
use orm::raw::raw_expr;

use super::{Article, Chance, Mood, Writer, article, articles, backwards, forwards, ids, ids_of};
use crate::database::Test;

const MOOD: &str = "CASE mood WHEN 'sad' THEN 0 WHEN 'merry' THEN 1 WHEN 'calm' THEN 2 END";
const NAME: &str = "(SELECT name FROM writers w WHERE w.id = a.writer_id)";

/// Orders, each as it is written by hand.
fn orders() -> Vec<(Vec<Order<Article>>, String)> {
    let a = |terms: Vec<Order<Article>>, sql: &str| (terms, sql.to_owned());
    vec![
        a(vec![], "id"),
        a(vec![Article::id.desc()], "id DESC"),
        a(vec![Article::rank.asc()], "rank, id"),
        a(vec![Article::rank.desc()], "rank DESC, id DESC"),
        a(
            vec![Article::rank.desc(), Article::id.asc()],
            "rank DESC, id",
        ),
        a(
            vec![
                Article::rank.asc(),
                Article::draft.desc(),
                Article::title.asc(),
            ],
            "rank, draft DESC, title, id",
        ),
        a(vec![Article::score.asc()], "score ASC NULLS LAST, id"),
        a(
            vec![Article::score.desc()],
            "score DESC NULLS FIRST, id DESC",
        ),
        a(
            vec![
                Article::due.asc().nulls_first(),
                Article::score.desc().nulls_last(),
            ],
            "due ASC NULLS FIRST, score DESC NULLS LAST, id DESC",
        ),
        a(
            vec![
                Article::price.desc().nulls_last(),
                Article::due.desc(),
                Article::rank.asc(),
            ],
            "price DESC NULLS LAST, due DESC NULLS FIRST, rank, id",
        ),
        a(
            vec![Article::mood.asc(), Article::title.desc()],
            &format!("{MOOD} ASC NULLS LAST, title DESC, id DESC"),
        ),
        a(
            vec![Article::mood.desc(), Article::price.desc()],
            &format!("{MOOD} DESC NULLS FIRST, price DESC NULLS FIRST, id DESC"),
        ),
        a(
            vec![
                (Article::rank % 3).asc(),
                Article::title.char_length().desc(),
            ],
            "rank % 3, length(title) DESC NULLS FIRST, id DESC",
        ),
        a(
            vec![Article::score.coalesce(0.5).desc(), Article::due.asc()],
            "coalesce(score, 0.5) DESC, due ASC NULLS LAST, id",
        ),
        a(
            vec![Article::writer.value(Writer::name).asc()],
            &format!("{NAME} ASC NULLS LAST, id"),
        ),
        a(
            vec![
                Article::writer.value(Writer::name).desc().nulls_last(),
                value::<Article, i32>(1).asc(),
                Article::rank.desc(),
            ],
            &format!("{NAME} DESC NULLS LAST, rank DESC, id DESC"),
        ),
        // What follows the key says nothing.
        a(
            vec![
                Article::draft.asc(),
                Article::id.desc(),
                Article::rank.asc(),
            ],
            "draft, id DESC",
        ),
    ]
}

#[tokio::test]
async fn every_order_is_walked_both_ways_as_written_by_hand() -> Test {
    let place = articles(1000).await?;
    for (order, by_hand) in orders() {
        let sql = format!("SELECT id FROM articles a ORDER BY {by_hand}");
        let expected = ids_of(&place, &sql).await?;
        let query = Article::query().order_by(order);
        // Many pages and few; of the size of all, and of more.
        for size in [7, 333, 1000, 1001] {
            let pages = query.clone().page(size);
            let there = forwards(pages.clone(), &place.db).await?;
            assert!(ids(&there) == expected, "{by_hand}, {size}");
            let back = backwards(pages.clone(), &place.db).await?;
            assert!(ids(&back) == expected, "{by_hand} backwards, {size}");
            // From any page back is the page before.
            for pair in there.windows(2) {
                let previous = pages.clone().at(pair[1].previous.clone());
                let previous = previous.fetch(&place.db).await?;
                assert_eq!(previous.rows, pair[0].rows, "{by_hand}, {size}");
                let again = pages
                    .clone()
                    .at(previous.next.clone())
                    .fetch(&place.db)
                    .await?;
                assert_eq!(again.rows, pair[1].rows, "{by_hand}, {size}");
            }
        }
    }
    Ok(())
}

// Raw text may be NULL whatever is said of it: a comparison would leave the row out in silence.
#[tokio::test]
async fn raw_text_that_is_null_is_an_error_and_no_lost_row() -> Test {
    let place = articles(40).await?;
    let order = raw_expr("CASE WHEN id <> 8 THEN rank END").value::<i32>();
    let pages = Article::query().order_by(order).page(7);
    let lost = forwards(pages, &place.db).await.err();
    let error = lost.ok_or("a row is lost")?.to_string();
    assert!(error.contains("got NULL"), "{error}");
    Ok(())
}

#[tokio::test]
async fn rows_that_come_and_go_move_no_other() -> Test {
    let place = articles(3000).await?;
    let db = &place.db;
    let mut chance = Chance(11);
    for (order, by_hand) in [
        (
            vec![Article::rank.desc(), Article::title.asc()],
            "rank DESC, title, id",
        ),
        (
            vec![Article::score.asc(), Article::due.desc()],
            "score ASC NULLS LAST, due DESC NULLS FIRST, id DESC",
        ),
    ] {
        let sql = format!("SELECT id FROM articles WHERE deleted_at IS NULL ORDER BY {by_hand}");
        for is_forwards in [true, false] {
            let before = ids_of(&place, &sql).await?;
            let pages = Article::query().order_by(order.clone()).page(100);
            let mut seen = Vec::new();
            let mut page = match is_forwards {
                true => pages.clone().fetch(db).await?,
                false => pages.clone().last().fetch(db).await?,
            };
            loop {
                let rows = page.rows.iter().map(|it| it.id);
                let (next, rows): (_, Vec<i32>) = match is_forwards {
                    true => (page.next.clone(), rows.collect()),
                    false => (page.previous.clone(), rows.rev().collect()),
                };
                // The row that the cursor was made of goes first.
                let last = rows.last().copied();
                seen.extend(rows);
                let Some(next) = next else { break };
                let some = before[chance.below(before.len() as u64) as usize];
                let gone = last.into_iter().chain([some]);
                Article::query()
                    .filter(Article::id.in_(gone))
                    .delete()
                    .run(db)
                    .await?;
                let new: Vec<_> = (0..3).map(|_| article(&mut chance)).collect();
                Article::create_many(new).save(db).await?;
                page = pages.clone().at(next).fetch(db).await?;
            }
            let after: HashSet<i32> = ids_of(&place, &sql).await?.into_iter().collect();
            let stayed = |ids: &[i32]| -> Vec<i32> {
                let was: HashSet<i32> = before.iter().copied().collect();
                let ids = ids.iter().copied();
                ids.filter(|id| was.contains(id) && after.contains(id))
                    .collect()
            };
            let mut expected = stayed(&before);
            if !is_forwards {
                expected.reverse();
            }
            assert!(stayed(&seen) == expected, "{by_hand}, {is_forwards}");
            let once: HashSet<i32> = seen.iter().copied().collect();
            assert_eq!(once.len(), seen.len(), "a row was seen twice");
        }
    }
    Ok(())
}

// A page between those that were read is empty by now: both of its sides stay found.
#[tokio::test]
async fn an_empty_page_leads_back_to_where_rows_are() -> Test {
    let place = articles(20).await?;
    let db = &place.db;
    let pages = Article::query().page(10).with_total();
    let first = pages.clone().fetch(db).await?;
    assert_eq!((first.total, first.has_previous()), (Some(20), false));
    let behind = Article::query().filter(Article::id.gt(10));
    behind.delete().run(db).await?;

    let empty = pages.clone().at(first.next).fetch(db).await?;
    assert!(empty.rows.is_empty() && empty.next.is_none());
    assert_eq!(empty.total, Some(10));
    let back = pages.clone().at(empty.previous).fetch(db).await?;
    assert_eq!(back.rows, first.rows);
    assert_eq!((back.has_previous(), back.total), (false, Some(10)));

    // The same from the other side.
    let end = pages.clone().after(back.cursor(4)?).fetch(db).await?;
    assert_eq!(end.rows, first.rows[5..]);
    let front = Article::query().filter(Article::id.le(5));
    front.delete().run(db).await?;
    let empty = pages.clone().at(end.previous).fetch(db).await?;
    assert!(empty.rows.is_empty() && empty.previous.is_none());
    let again = pages.clone().at(empty.next).fetch(db).await?;
    assert_eq!(again.rows, first.rows[5..]);

    Article::query().all_rows().delete().run(db).await?;
    place.log.clear();
    let nothing = pages.fetch(db).await?;
    assert!(nothing.rows.is_empty() && nothing.next.is_none() && nothing.previous.is_none());
    assert_eq!(nothing.total, Some(0));
    place.log.assert_count(1);
    Ok(())
}

#[tokio::test]
async fn labels_are_sorted_as_they_are_listed() -> Test {
    let place = articles(60).await?;
    let query = Article::query().filter(Article::mood.is_not_null());
    let pages = forwards(query.order_by(Article::mood.desc()).page(5), &place.db).await?;
    let moods = pages.iter().flat_map(|page| &page.rows).map(|it| it.mood);
    let places: Vec<_> = moods
        .map(|it| {
            [Mood::Calm, Mood::Merry, Mood::Sad]
                .iter()
                .position(|at| Some(*at) == it)
        })
        .collect();
    assert!(places.is_sorted() && places.contains(&Some(2)));
    Ok(())
}
