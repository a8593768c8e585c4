//! Lists: what may be asked and what may not.

use orm::prelude::*;
use orm_http::{HasListing, Listing};
use serde::Serialize;
use serde_json::Value;

use crate::calls::{Answer, Place, call};
use crate::served::{Service, songs};

#[derive(Model, Serialize, Debug, Clone)]
#[model(table = "songs")]
pub struct Song {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    pub title: String,
    pub plays: i32,
    pub genre: Option<String>,
    pub secret: String,
}

impl HasListing for Song {
    fn listing() -> Listing<Self> {
        Listing::new()
            .equal("plays", Song::plays)
            .equal("genre", Song::genre)
            .filter("text", |text| Some(Song::title.icontains(text)))
            .filter("least", |least| {
                Some(Song::plays.ge(least.parse::<i32>().ok()?))
            })
            .order("plays", Song::plays)
            .order("genre", Song::genre)
            .order("length", Song::title.char_length())
            .usually(Song::plays.desc())
            .usually(Song::title.asc())
            .sizes(3, 10)
    }
}

async fn service(place: &Place) -> Service {
    let db = place.db().await;
    db.create_missing(orm::models![Song]).await.unwrap();
    let new = |title: &str, plays: i32, genre: Option<&str>| {
        let genre = genre.map(str::to_owned);
        Song::create()
            .title(title)
            .plays(plays)
            .genre(genre)
            .secret("x")
    };
    let songs_of = [
        new("One 100%", 1, Some("rock")),
        new("Two 100_", 2, Some("pop")),
        new("Three", 3, None),
        new("Four", 3, Some("rock")),
        new("Five", 5, Some("pop")),
        new("Hidden", 9, Some("pop")).secret("unknown"),
    ];
    Song::create_many(songs_of).save(&db).await.unwrap();
    songs(db).await
}

fn titles(answer: &Answer) -> Vec<&str> {
    let rows = answer.body["rows"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    rows.iter()
        .filter_map(|row| row["title"].as_str())
        .collect()
}

async fn filters_and_orders(place: Place) {
    let router = service(&place).await;
    let asked = async |query: &str| {
        let answer = call("GET", &format!("/songs?{query}")).to(&router).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        titles(&answer).join(" ")
    };
    assert_eq!(asked("").await, "Five Four Three");
    assert_eq!(asked("plays=3").await, "Four Three");
    assert_eq!(asked("plays=1&plays=5").await, "Five One 100%");
    assert_eq!(asked("genre=rock&least=2").await, "Four");
    assert_eq!(
        asked("text=100%25").await,
        "One 100%",
        "a pattern's signs are letters"
    );
    assert_eq!(asked("text=TWO+100_").await, "Two 100_");
    assert_eq!(asked("genre=").await, "");
    assert_eq!(asked("order=plays&size=2").await, "One 100% Two 100_");
    assert_eq!(
        asked("order=-plays,length&size=10").await,
        "Five Four Three Two 100_ One 100%"
    );
    assert_eq!(asked("order=-length,plays&size=1").await, "One 100%");
    let injected = "text=%27%29%3B+DROP+TABLE+songs%3B--";
    assert_eq!(asked(injected).await, "");
    assert_eq!(asked("size=1").await, "Five");
}

async fn pages(place: Place) {
    let router = service(&place).await;
    let first = call("GET", "/songs?order=genre&size=2").to(&router).await;
    assert_eq!(
        (first.body["total"].as_i64(), titles(&first).len()),
        (Some(5), 2)
    );
    assert_eq!(first.body["previous"], Value::Null);
    let mut seen: Vec<String> = titles(&first).iter().map(ToString::to_string).collect();
    let mut next = first.body["next"].as_str().map(str::to_owned);
    while let Some(cursor) = next {
        let address = format!("/songs?order=genre&size=2&cursor={cursor}");
        let page = call("GET", &address).to(&router).await;
        assert_eq!(page.status, 200, "{}", page.text);
        seen.extend(titles(&page).iter().map(ToString::to_string));
        next = page.body["next"].as_str().map(str::to_owned);
    }
    seen.sort();
    assert_eq!(seen, ["Five", "Four", "One 100%", "Three", "Two 100_"]);

    // Of another order, or cut.
    let cursor = first.body["next"].as_str().unwrap();
    let other = call("GET", &format!("/songs?order=plays&cursor={cursor}"))
        .to(&router)
        .await;
    assert_eq!(other.status, 400, "{}", other.text);
    let cut = call(
        "GET",
        &format!("/songs?order=genre&cursor={}", &cursor[1..]),
    )
    .to(&router)
    .await;
    assert_eq!(
        (cut.status, cut.faults()),
        (400, vec![("cursor", "cursor")])
    );
}

async fn what_is_no_parameter(place: Place) {
    let router = service(&place).await;
    let refused = async |query: &str| {
        let answer = call("GET", &format!("/songs?{query}")).to(&router).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        assert!(!answer.text.contains("hush"), "{}", answer.text);
        let faults = answer.faults();
        faults
            .iter()
            .map(|(field, rule)| format!("{field} {rule}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(refused("secret=hush").await, "secret unknown");
    assert_eq!(refused("order=secret").await, "order order");
    assert_eq!(refused("order=id;hush").await, "order order");
    assert_eq!(refused("order=").await, "order order");
    assert_eq!(refused("order=plays,-plays").await, "order order");
    assert_eq!(refused("order=plays&order=genre").await, "order twice");
    assert_eq!(refused("plays=hush").await, "plays value");
    assert_eq!(refused("plays=99999999999").await, "plays value");
    assert_eq!(refused("text=a%00").await, "text value");
    assert_eq!(
        refused("least=x&size=0&size2=1").await,
        "least value, size range, size2 unknown"
    );
    for size in ["0", "11", "-1", "ten", "4294967296", ""] {
        assert_eq!(
            refused(&format!("size={size}")).await,
            "size range",
            "{size}"
        );
    }
    let many = vec!["plays=1"; 51].join("&");
    assert_eq!(refused(&many).await, "plays count");
    let name = "x".repeat(400);
    assert_eq!(refused(&name).await.len(), 200 + " unknown".len());
}

on_both! {
    filters_and_orders;
    pages;
    what_is_no_parameter;
}
