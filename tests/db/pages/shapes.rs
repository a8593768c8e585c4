//! Pages of queries with filters, includes, hidden rows and projections.

use orm::prelude::*;

use super::{Article, Note, Writer, articles, backwards, forwards, ids, ids_of};
use crate::database::Test;

#[tokio::test]
async fn filters_and_marks_of_the_query_hold_on_every_page() -> Test {
    let place = articles(500).await?;
    let db = &place.db;
    let some = Article::query().filter(Article::id.in_((1..500).step_by(7)));
    some.delete().run(db).await?;
    let query = Article::query()
        .filter(Article::draft.eq(true).or(Article::rank.lt(2)))
        .filter(Article::writer.is(Writer::name.eq("Ann")))
        .order_by((Article::due, Article::rank.desc()));
    let tests = "(draft OR rank < 2) AND writer_id IN (SELECT id FROM writers WHERE name = 'Ann')";
    let order = "ORDER BY due ASC NULLS LAST, rank DESC, id DESC";
    let live = format!("SELECT id FROM articles WHERE {tests} AND deleted_at IS NULL {order}");
    let expected = ids_of(&place, &live).await?;
    assert!(expected.len() > 50);
    let pages = forwards(query.clone().page(9).with_total(), db).await?;
    assert_eq!(ids(&pages), expected);
    let total = Some(i64::try_from(expected.len())?);
    assert!(pages.iter().all(|page| page.total == total));

    let all = format!("SELECT id FROM articles WHERE {tests} {order}");
    let expected = ids_of(&place, &all).await?;
    let pages = backwards(query.with_deleted().page(9).with_total(), db).await?;
    assert_eq!(ids(&pages), expected);
    let total = Some(i64::try_from(expected.len())?);
    assert!(pages.iter().all(|page| page.total == total));
    Ok(())
}

#[tokio::test]
async fn a_page_with_a_total_is_one_statement() -> Test {
    let place = articles(50).await?;
    let pages = Article::query()
        .order_by(Article::rank)
        .page(10)
        .with_total();
    let first = pages.clone().fetch(&place.db).await?;
    let second = pages.at(first.next).fetch(&place.db).await?;
    assert_eq!((second.rows.len(), second.total), (10, Some(50)));
    place.log.assert_count(2);
    Ok(())
}

#[tokio::test]
async fn rows_come_with_what_they_include() -> Test {
    let place = articles(200).await?;
    let db = &place.db;
    let notes = (1..=200_i32).flat_map(|id| {
        let lines = 0..(id % 4) as i16;
        lines.map(move |line| Note::create().article_id(id).line(line).text("x"))
    });
    Note::create_many(notes).save(db).await?;
    let query = Article::query()
        .order_by((Article::writer.value(Writer::name), Article::rank.desc()))
        .include(Article::writer)
        .include(Article::notes.order_by(Note::line.desc()));
    let expected = query.clone().all(db).await?;
    place.log.clear();
    // The key of those that are equal goes in the direction of the rank.
    let mut expected: Vec<_> = expected
        .iter()
        .map(|it| (it.writer.name.clone(), it.rank, it.id))
        .collect();
    expected.sort_by_key(|(name, rank, id)| (name.is_none(), name.clone(), -rank, -id));
    let names = ids_of(&place, "SELECT id FROM articles").await?;
    assert_eq!(names.len(), expected.len());
    for pages in [
        forwards(query.clone().page(30).with_total(), db).await?,
        backwards(query.clone().page(30).with_total(), db).await?,
    ] {
        let rows = pages.iter().flat_map(|page| &page.rows);
        let seen: Vec<i32> = rows.clone().map(|it| it.id).collect();
        let wanted: Vec<i32> = expected.iter().map(|it| it.2).collect();
        assert_eq!(seen, wanted);
        for row in rows {
            assert_eq!(row.writer.id, row.writer_id);
            let lines: Vec<i16> = row.notes.iter().map(|note| note.line).collect();
            assert_eq!(lines, (0..(row.id % 4) as i16).rev().collect::<Vec<_>>());
        }
        assert!(pages.iter().all(|page| page.total == Some(200)));
    }
    Ok(())
}

// `required` leaves parents out, of the pages and of their total.
#[tokio::test]
async fn parents_that_a_required_include_leaves_out_are_not_counted() -> Test {
    let place = articles(100).await?;
    let db = &place.db;
    let notes = (1..=100_i32).step_by(3);
    let notes = notes.map(|id| Note::create().article_id(id).line(1).text("x"));
    Note::create_many(notes).save(db).await?;
    let query = Article::query().include(Article::notes.required());
    let pages = forwards(query.page(10).with_total(), db).await?;
    let rows: Vec<i32> = pages
        .iter()
        .flat_map(|it| &it.rows)
        .map(|it| it.id)
        .collect();
    assert_eq!(rows, (1..=100).step_by(3).collect::<Vec<_>>());
    assert!(pages.iter().all(|page| page.total == Some(34)));
    Ok(())
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Article)]
struct Line {
    title: String,
    writer: Named,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Writer)]
struct Named {
    name: Option<String>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Article)]
struct Ranked {
    rank: i32,
}

// What the rows are sorted by need not be among what is shown.
#[tokio::test]
async fn projections_have_pages() -> Test {
    let place = articles(90).await?;
    let db = &place.db;
    let by = || (Article::score.desc(), Article::title.char_length());
    let whole = forwards(Article::query().order_by(by()).page(40), db).await?;
    let whole: Vec<Article> = whole.into_iter().flat_map(|page| page.rows).collect();

    let lines = Article::query().order_by(by()).select::<Line>().page(8);
    let lines = forwards(lines.with_total(), db).await?;
    assert!(lines.iter().all(|page| page.total == Some(90)));
    let titles = lines.iter().flat_map(|page| &page.rows).map(|it| &it.title);
    assert!(titles.eq(whole.iter().map(|it| &it.title)));

    let ranks = Article::query().order_by(by()).select::<Ranked>().page(8);
    let ranks = backwards(ranks, db).await?;
    let ranks = ranks.iter().flat_map(|page| &page.rows).map(|it| it.rank);
    assert!(ranks.eq(whole.iter().map(|it| it.rank)));
    Ok(())
}

#[tokio::test]
async fn a_composite_key_is_the_last_word() -> Test {
    let place = articles(30).await?;
    let db = &place.db;
    let notes = (1..=30_i32).flat_map(|id| {
        let text = ["x", "y"][(id % 2) as usize];
        (0..3_i16).map(move |line| Note::create().article_id(id).line(line).text(text))
    });
    Note::create_many(notes).save(db).await?;
    let mut cursor = None;
    let mut seen = Vec::new();
    loop {
        let page = Note::query().order_by(Note::text.desc()).page(7).at(cursor);
        let page = page.fetch(db).await?;
        seen.extend(
            page.rows
                .into_iter()
                .map(|it| (it.text, it.article_id, it.line)),
        );
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut expected = seen.clone();
    expected.sort();
    expected.reverse();
    expected.dedup();
    assert_eq!((seen.len(), &seen), (90, &expected));
    Ok(())
}

#[tokio::test]
async fn what_no_page_has_is_refused_before_any_statement() -> Test {
    let place = articles(1).await?;
    let db = &place.db;
    let query = Article::query;
    assert_eq!(query().page(10_000).fetch(db).await?.rows.len(), 1);
    place.log.clear();
    for (pages, words) in [
        (query().page(0), "Article: a page has 1 to 10000 rows"),
        (query().page(10_001), "Article: a page has 1 to 10000 rows"),
        (
            query().limit(5).page(5),
            "Article: a page has a size and a cursor of its own",
        ),
        (
            query().offset(5).page(5),
            "Article: a page has a size and a cursor of its own",
        ),
        (
            query().distinct().page(5),
            "Article: distinct rows have no key to go on behind",
        ),
        (
            query()
                .order_by(orm::query::row_number().over((), Article::rank))
                .page(5),
            "Article: a page cannot be sorted by a window",
        ),
    ] {
        let error = pages.fetch(db).await.unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
    }
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn a_page_is_written_as_relay_has_it() -> Test {
    let place = articles(5).await?;
    let db = &place.db;
    let pages = Article::query().select::<Ranked>().page(2).with_total();
    let first = pages.clone().fetch(db).await?;
    let plain = serde_json::to_value(first.clone().map(|it| it.rank))?;
    assert!(plain["rows"].as_array().is_some_and(|rows| rows.len() == 2));
    assert!(plain["next"].is_string() && plain["previous"].is_null());
    assert_eq!(plain["total"], 5);

    let connection = first.clone().map(|it| it.rank).into_connection()?;
    let json = serde_json::to_value(&connection)?;
    assert_eq!(json["edges"][1]["node"], first.rows[1].rank);
    assert_eq!(json["edges"][1]["cursor"], json["pageInfo"]["endCursor"]);
    assert_eq!(json["edges"][0]["cursor"], json["pageInfo"]["startCursor"]);
    assert_eq!(json["pageInfo"]["hasNextPage"], true);
    assert_eq!(json["pageInfo"]["hasPreviousPage"], false);
    assert_eq!(json["totalCount"], 5);

    // `first` and `after`, `last` and `before`.
    let end = connection.page_info.end_cursor;
    let second = pages.clone().after(end.clone()).fetch(db).await?;
    let front = pages.clone().before(end).fetch(db).await?;
    assert_eq!(front.rows, first.rows[..1]);
    let back = pages.clone().before(second.cursor(0)?).fetch(db).await?;
    assert_eq!(back.rows, first.rows);
    assert_eq!(second.cursor(2)?, None);
    Ok(())
}
