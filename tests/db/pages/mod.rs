//! Pages: every row once, in its order, whichever way and whatever comes and goes.

mod cursors;
mod exact;
mod plans;
mod shapes;
mod walk;

use orm::prelude::*;
use orm::query::{Page, Pages};
use rust_decimal::Decimal;

use crate::database::{Place, Test, with_models};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "mood")]
enum Mood {
    Sad,
    Merry,
    Calm,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "writers")]
#[association(has_many, as = "articles", model = Article, foreign_key = "writer_id")]
struct Writer {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "articles", soft_delete)]
#[model(index(columns = (rank, id)), index(columns = (due)))]
#[association(belongs_to, as = "writer", model = Writer, foreign_key = "writer_id")]
#[association(has_many, as = "notes", model = Note, foreign_key = "article_id")]
struct Article {
    #[column(primary_key, auto_increment)]
    id: i32,
    writer_id: i32,
    rank: i32,
    title: String,
    score: Option<f64>,
    due: Option<DateTime<Utc>>,
    price: Option<Decimal>,
    mood: Option<Mood>,
    draft: bool,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
#[association(belongs_to, as = "article", model = Article, foreign_key = "article_id")]
struct Note {
    #[column(primary_key)]
    article_id: i32,
    #[column(primary_key)]
    line: i16,
    text: String,
}

/// Numbers that look like chance, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// One of few values, or none.
    fn perhaps<T>(&mut self, of: u64, value: impl FnOnce(u64) -> T) -> Option<T> {
        let at = self.below(of + 1);
        (at < of).then(|| value(at))
    }
}

fn article(chance: &mut Chance) -> impl orm::create::IntoNew<Article> + use<> {
    Article::create()
        .writer_id(1 + chance.below(5) as i32)
        .rank(chance.below(9) as i32)
        .title(["", "a", "b", "\u{e9}t\u{e9}", "\u{1f600}"][chance.below(5) as usize])
        .score(chance.perhaps(4, |at| at as f64 / 3.0))
        .due(chance.perhaps(6, |at| {
            DateTime::from_timestamp_micros(1_700_000_000_000_000 + at as i64).unwrap_or_default()
        }))
        .price(chance.perhaps(4, |at| Decimal::new(at as i64 * 95, 2)))
        .mood(chance.perhaps(3, |at| [Mood::Sad, Mood::Merry, Mood::Calm][at as usize]))
        .draft(chance.below(2) == 0)
}

/// So many articles of five writers, one of whom has no name.
async fn articles(count: usize) -> Test<Place> {
    let place = with_models(orm::models![Writer, Article, Note]).await?;
    let names = ["Ann", "Bob", "", "Ann"]
        .map(Some)
        .into_iter()
        .chain([None]);
    let writers = names.map(|name| Writer::create().name(name.map(String::from)));
    Writer::create_many(writers).save(&place.db).await?;
    let mut chance = Chance(7);
    let rows: Vec<_> = (0..count).map(|_| article(&mut chance)).collect();
    Article::create_many(rows).save(&place.db).await?;
    place.log.clear();
    Ok(place)
}

/// The ids that a statement written by hand returns.
async fn ids_of(place: &Place, sql: &str) -> Test<Vec<i32>> {
    Ok(orm::raw::raw_sql(sql.to_owned()).scalars(&place.db).await?)
}

/// Every page from the first to the last, forwards; each is also what its neighbours say.
async fn forwards<L: Send + 'static>(pages: Pages<Article, L>, db: &Db) -> Test<Vec<Page<L>>> {
    let mut all: Vec<Page<L>> = Vec::new();
    let mut cursor = None;
    loop {
        let page = pages.clone().at(cursor).fetch(db).await?;
        assert_eq!(page.has_previous(), !all.is_empty());
        cursor = page.next.clone();
        let (is_last, is_empty) = (cursor.is_none(), page.rows.is_empty());
        assert!(!is_empty || all.is_empty(), "an empty page");
        all.push(page);
        if is_last {
            return Ok(all);
        }
    }
}

/// Every page from the last to the first, in the order of the rows.
async fn backwards<L: Send + 'static>(pages: Pages<Article, L>, db: &Db) -> Test<Vec<Page<L>>> {
    let mut all: Vec<Page<L>> = Vec::new();
    let mut page = pages.clone().last().fetch(db).await?;
    loop {
        assert_eq!(page.has_next(), !all.is_empty());
        let previous = page.previous.clone();
        assert!(!page.rows.is_empty() || all.is_empty(), "an empty page");
        all.insert(0, page);
        let Some(previous) = previous else {
            return Ok(all);
        };
        page = pages.clone().at(previous).fetch(db).await?;
    }
}

fn ids(pages: &[Page<Article>]) -> Vec<i32> {
    let rows = pages.iter().flat_map(|page| &page.rows);
    rows.map(|article| article.id).collect()
}
