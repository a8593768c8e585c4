//! Default scopes, and scopes that are functions.

use orm::prelude::*;
use orm::query::{Filter, Filtered, Query};

use crate::database::{Place, Test, with_models};

fn visible() -> Filter<Article> {
    Article::visible.eq(true)
}

/// Two conditions, of which either is enough: it stays together beside others.
fn current() -> Filter<Article> {
    Article::ends.is_null().or(Article::ends.gt(2000))
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "articles", default_scope = visible, default_scope = current)]
#[association(belongs_to, as = "journal", model = Journal, foreign_key = "journal_id")]
#[association(has_many, as = "remarks", model = Remark, foreign_key = "article_id")]
struct Article {
    #[column(primary_key, auto_increment)]
    id: i32,
    journal_id: i32,
    title: String,
    /// Unknown where nobody said.
    visible: Option<bool>,
    ends: Option<i32>,
}

fn open() -> Filter<Journal> {
    Journal::name.ne("closed")
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "journals", default_scope = open)]
#[association(has_many, as = "articles", model = Article, foreign_key = "journal_id")]
struct Journal {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "remarks")]
#[association(belongs_to, as = "article", model = Article, foreign_key = "article_id")]
struct Remark {
    #[column(primary_key, auto_increment)]
    id: i32,
    article_id: i32,
}

/// The articles `a` that is seen, `hidden`, `over`, `neither`, and `unknown`.
async fn journal() -> Test<(Place, Journal)> {
    let place = with_models(orm::models![Journal, Article, Remark]).await?;
    let journal = Journal::create().name("open").save(&place.db).await?;
    let rows = [
        ("a", Some(true), None),
        ("hidden", Some(false), None),
        ("over", Some(true), Some(1990)),
        ("neither", Some(false), Some(1990)),
        ("unknown", None, Some(2010)),
    ];
    for (title, visible, ends) in rows {
        let article = journal.related(Journal::articles).create().title(title);
        let article = article.visible(visible).ends(ends).save(&place.db).await?;
        Remark::create()
            .article_id(article.id)
            .save(&place.db)
            .await?;
    }
    place.log.clear();
    Ok((place, journal))
}

async fn titles<S: Send>(query: Query<Article, Article, S>, db: &Db) -> orm::Result<Vec<String>> {
    let articles = query.order_by(Article::title).all(db).await?;
    Ok(articles.into_iter().map(|it| it.title).collect())
}

#[tokio::test]
async fn all_default_scopes_hold_and_each_is_lifted_by_name() -> Test {
    let (place, _) = journal().await?;
    let db = &place.db;
    // As in SQL, what is unknown does not pass.
    assert_eq!(titles(Article::query(), db).await?, ["a"]);
    let lifted = Article::query().unscoped(Article::VISIBLE);
    assert_eq!(titles(lifted, db).await?, ["a", "hidden", "unknown"]);
    let lifted = Article::query().unscoped(Article::CURRENT);
    assert_eq!(titles(lifted, db).await?, ["a", "over"]);
    let all = Article::query()
        .unscoped(Article::VISIBLE)
        .unscoped(Article::CURRENT);
    assert_eq!(all.count(db).await?, 5);
    Ok(())
}

#[tokio::test]
async fn each_scope_stands_in_parentheses_of_its_own() -> Test {
    let text = Article::query().filter(Article::title.eq("a").or(Article::title.eq("b")));
    let text = text.to_sql();
    let expected = r#" WHERE ("visible" = $1) AND ("ends" IS NULL OR "ends" > $2) AND ("title" = $3 OR "title" = $4)"#;
    assert!(text.ends_with(expected), "{text}");
    Ok(())
}

#[tokio::test]
async fn every_read_asks_them() -> Test {
    let (place, journal) = journal().await?;
    let db = &place.db;
    assert_eq!(Article::query().count(db).await?, 1);
    assert_eq!(journal.related(Journal::articles).count(db).await?, 1);
    let with = Journal::query().include(Journal::articles).one(db).await?;
    assert_eq!(with.articles.len(), 1);
    let counted = Journal::query()
        .values(Journal::articles.count())
        .one(db)
        .await?;
    assert_eq!(counted, 1);
    let over = Journal::articles.any(Article::title.eq("over"));
    assert_eq!(Journal::query().filter(over).count(db).await?, 0);
    let remarks = Remark::query()
        .order_by(Remark::id)
        .include(Remark::article);
    let shown = remarks.all(db).await?;
    assert_eq!(shown.len(), 5);
    assert_eq!(shown.iter().filter(|it| it.article.is_some()).count(), 1);
    let required = Remark::query().include(Remark::article.required());
    assert_eq!(required.one(db).await?.article.title, "a");
    Ok(())
}

#[tokio::test]
async fn a_lift_holds_in_its_place() -> Test {
    let (place, journal) = journal().await?;
    let db = &place.db;
    let lifted = Journal::articles
        .unscoped(Article::VISIBLE)
        .unscoped(Article::CURRENT);
    let with = Journal::query().include(lifted.include(Article::journal));
    let with = with.one(db).await?;
    assert_eq!(with.articles.len(), 5);
    journal
        .update()
        .set(Journal::name, "closed")
        .save(db)
        .await?;
    assert_eq!(Journal::query().count(db).await?, 0);
    let articles = Article::query().include(Article::journal).one(db).await?;
    assert_eq!(articles.journal, None);
    let lifted = Article::journal.unscoped(Journal::OPEN).required();
    let articles = Article::query().include(lifted).one(db).await?;
    assert_eq!(articles.journal.name, "closed");
    Ok(())
}

#[tokio::test]
async fn a_scope_fills_no_create() -> Test {
    let (place, journal) = journal().await?;
    let db = &place.db;
    let new = journal
        .related(Journal::articles)
        .create()
        .title("new")
        .save(db)
        .await?;
    assert_eq!(new.visible, None);
    let hidden = Article::create()
        .journal_id(journal.id)
        .title("no")
        .visible(false);
    assert_eq!(hidden.save(db).await?.visible, Some(false));
    assert_eq!(Article::query().count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn writes_see_the_rows_that_reads_see() -> Test {
    let (place, _) = journal().await?;
    let db = &place.db;
    let all = Article::query()
        .all_rows()
        .update()
        .set(Article::title, "z");
    assert_eq!(all.save(db).await?, 1);
    let over = Article::query()
        .unscoped(Article::CURRENT)
        .filter(Article::title.eq("over"));
    let over = over.one(db).await?;
    let error = over
        .update()
        .set(Article::title, "y")
        .save(db)
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(over.delete(db).await.unwrap_err().is_not_found());
    let one = Article::find(over.id).unscoped(Article::CURRENT);
    assert_eq!(one.update().set(Article::title, "y").save(db).await?, 1);
    Remark::query().all_rows().delete().run(db).await?;
    let gone = Article::query().all_rows().delete().run(db).await?;
    assert_eq!(gone, 1);
    Ok(())
}

/// Scopes that are chosen are functions, which take arguments.
fn titled(title: &str) -> Filter<Article> {
    Article::title.eq(title)
}

fn ended_before(year: i32) -> Filter<Article> {
    Article::ends.lt(year)
}

/// A step of a chain, for what is more than a condition.
fn newest<S>(query: Query<Article, Article, S>, count: u32) -> Query<Article, Article, S> {
    query.order_by(Article::id.desc()).limit(count)
}

#[tokio::test]
async fn scopes_that_are_functions_compose_in_any_order() -> Test {
    let (place, _) = journal().await?;
    let db = &place.db;
    let scopes = || [titled("over"), ended_before(2000), visible()];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let all = || {
            Article::query()
                .unscoped(Article::VISIBLE)
                .unscoped(Article::CURRENT)
        };
        let query = order
            .iter()
            .fold(all().maybe(None), |query: Query<Article>, &at| {
                let scope = scopes()[at].clone();
                query.maybe(Some(scope))
            });
        assert_eq!(titles(query, db).await?, ["over"]);
        let filter = Filter::all_of(order.map(|at| scopes()[at].clone()));
        let query: Query<Article, Article, Filtered> = all().filter(filter);
        assert_eq!(titles(query, db).await?, ["over"]);
    }
    let last = newest(Article::query().unscoped(Article::VISIBLE), 1);
    assert_eq!(last.one(db).await?.title, "unknown");
    Ok(())
}

fn has_children() -> Filter<Ring> {
    Ring::rings.exists()
}

/// Its scope asks for rows of itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rings", default_scope = has_children)]
#[association(belongs_to, as = "around", model = Ring, foreign_key = "around_id")]
#[association(has_many, as = "rings", model = Ring, foreign_key = "around_id")]
struct Ring {
    #[column(primary_key, auto_increment)]
    id: i32,
    around_id: Option<i32>,
}

#[tokio::test]
async fn a_scope_that_leads_to_itself_is_refused() -> Test {
    let place = with_models(orm::models![Ring]).await?;
    let db = &place.db;
    let error = Ring::query().all(db).await.unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Usage);
    assert!(error.to_string().contains("default scope"), "{error}");
    let all = Ring::query().unscoped(Ring::HAS_CHILDREN);
    assert_eq!(all.count(db).await?, 0);
    Ok(())
}
