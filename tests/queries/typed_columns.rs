//! Operators and functions beside the type that a column has in the database, and
//! beside NULL.

use chrono::{NaiveDate, NaiveTime};
use orm::ast::TimeUnit;
use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{Filter, case, count, row_number, value};
use orm::types::Json;
use serde_json::{Value, json};

use crate::database::{Place, Test, empty};

macro_rules! paper {
    ($($more:tt)*) => {
        #[derive(Model, Debug, Clone)]
        struct Paper {
            #[column(primary_key)]
            id: i32,
            #[column(json)]
            text: Json<Vec<i32>>,
            body: Value,
            opens: NaiveTime,
            day: NaiveDate,
            amount: i32,
            number: Option<i32>,
            title: String,
            note: Option<String>,
            weight: f64,
            $($more)*
        }
    };
}

on_a_server! {
    paper! {
        #[column(default_sql = "'{1,2}'")]
        pages: Vec<i32>,
    }
}

on_a_file! {
    paper! {}
}

#[derive(Projection, Debug)]
#[projection(model = Paper)]
struct Texts {
    #[expect(dead_code)] // asked for
    text: Json<Vec<i32>>,
}

async fn papers() -> Test<Place> {
    let place = empty().await?;
    let db = &place.db;
    db.create_missing(orm::models![Paper]).await?;
    let paper = Paper::create().id(1).text(vec![1]).body(json!({"a": 1}));
    let paper = paper.opens(NaiveTime::from_hms_opt(9, 30, 15).unwrap_or_default());
    let paper = paper.day(NaiveDate::default());
    paper.amount(7).title("News").weight(10.5).save(db).await?;
    Ok(place)
}

#[track_caller]
fn refused<T>(result: orm::Result<T>) {
    let error = result.err().expect("an error");
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    let told = error.to_string();
    assert!(
        told.starts_with("Paper: `text` is a `json` column"),
        "{told}"
    );
}

#[tokio::test]
async fn a_json_column_is_read_and_not_compared() -> Test {
    let place = papers().await?;
    let db = &place.db;
    let papers = Paper::query;
    let text = || Json(vec![1]);
    let filter = |filter| papers().filter(filter).all(db);
    refused(filter(Paper::text.eq(text())).await);
    refused(filter(Paper::text.ne(text())).await);
    refused(filter(Paper::text.in_([text()])).await);
    refused(filter(Paper::text.between(text(), text())).await);
    refused(filter(Paper::text.is_distinct_from(text())).await);
    refused(filter(Paper::text.eq(Paper::text)).await);
    refused(filter(Paper::text.has_key("a")).await);
    refused(filter(Paper::text.json_contains(json!([1]))).await);
    refused(filter(Paper::text.json_path(["0"]).eq(json!(1))).await);
    refused(papers().order_by(Paper::text).all(db).await);
    refused(papers().values(Paper::text).distinct().all(db).await);
    refused(papers().distinct().all(db).await);
    refused(papers().distinct().count(db).await);
    refused(papers().distinct().select::<Texts>().exists(db).await);
    let grouped = papers().values((Paper::text, count()));
    refused(grouped.group_by(Paper::text).all(db).await);
    let different = papers().values(Paper::text.count_distinct());
    refused(different.all(db).await);
    let numbered = papers().values(row_number().over(Paper::text, ()));
    refused(numbered.all(db).await);
    let update = papers().filter(Paper::text.eq(text())).update();
    refused(update.set(Paper::amount, 1).save(db).await);
    // Read, written, looked into and converted it can be.
    let first = papers().values((Paper::text, Paper::text.json_text(["0"])));
    assert_eq!(first.one(db).await?, (text(), Some("1".to_owned())));
    let given = papers().values(Paper::text.count());
    assert_eq!(given.one(db).await?, 1);
    let same = Paper::text.cast::<Value>().eq(json!([1]));
    assert_eq!(papers().filter(same).count(db).await?, 1);
    let same = Paper::body.eq(json!({"a": 1})) & Paper::body.has_key("a");
    let bodies = papers().filter(same).values(Paper::body).distinct();
    assert_eq!(bodies.one(db).await?, json!({"a": 1}));
    Ok(())
}

#[tokio::test]
async fn a_time_of_day_has_no_days() -> Test {
    let place = papers().await?;
    let db = &place.db;
    let hours = (
        Paper::opens.date_trunc(TimeUnit::Hour),
        Paper::opens.date_trunc(TimeUnit::Month),
        Paper::opens.extract(TimeUnit::Minute),
        Paper::day.date_trunc(TimeUnit::Month),
    );
    let hours = Paper::query().values(hours).one(db).await?;
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    let first = NaiveDate::default();
    assert_eq!(hours, (nine, NaiveTime::MIN, Some(30.0), first));
    let year = Paper::query().values(Paper::opens.extract(TimeUnit::Year));
    let error = year.all(db).await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("`opens` is a time of day"));
    Ok(())
}

/// The types say what may be NULL; nothing is decoded that is and was not expected.
#[tokio::test]
async fn what_is_computed_of_null_is_an_option() -> Test {
    let place = papers().await?;
    let db = &place.db;
    let sums: (Option<i32>, Option<i32>, Option<String>, i32) = Paper::query()
        .values((
            Paper::amount + Paper::number,
            Paper::amount * None::<i32>,
            Paper::title.concat(Paper::note),
            Paper::amount + Paper::number.coalesce(1) % 4,
        ))
        .one(db)
        .await?;
    assert_eq!(sums, (None, None, None, 8));
    let chosen: (Option<i32>, Option<i64>, Option<i32>, i32, Option<String>) = Paper::query()
        .values((
            case(Paper::id.gt(1), Paper::amount, Paper::number),
            Paper::number.cast::<Option<i64>>(),
            Paper::number.coalesce(Paper::number),
            case(Paper::id.gt(1), Paper::amount, 3),
            value::<Paper, Option<String>>(None).coalesce(None),
        ))
        .one(db)
        .await?;
    assert_eq!(chosen, (None, None, None, 3, None));
    let rest = (
        Paper::weight % 3.2,
        Paper::weight % Paper::weight,
        Paper::weight % None,
    );
    let rest = Paper::query().values(rest).one(db).await?;
    assert_eq!(rest, (0.9, 0.0, None));
    Ok(())
}

on_a_server! {
    #[tokio::test]
    async fn arrays_are_compared_one_by_one() -> Test {
        let place = papers().await?;
        let lists = [vec![1], vec![1, 2]].map(|pages| Paper::pages.eq(pages));
        let one_of = Paper::query().filter(Filter::any_of(lists));
        assert_eq!(one_of.count(&place.db).await?, 1);
        Ok(())
    }
}

#[derive(Projection, Debug)]
#[projection(model = Paper)]
struct Titled {
    title: String,
    #[projection(value = Paper::title.lower())]
    small: String,
}

#[tokio::test]
async fn distinct_rows_are_compared_and_sorted_by_what_they_show() -> Test {
    let place = papers().await?;
    let titles = || {
        let papers = Paper::query().distinct().order_by(Paper::title.lower());
        papers.select::<Titled>()
    };
    let titled = titles().one(&place.db).await?;
    assert_eq!((&*titled.title, &*titled.small), ("News", "news"));
    assert_eq!(titles().count(&place.db).await?, 1);
    assert!(titles().exists(&place.db).await?);
    Ok(())
}
