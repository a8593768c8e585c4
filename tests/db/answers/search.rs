//! Full text: a column of words, words of an expression, ranks, headlines.

use orm::prelude::*;
use orm::query::{Headline, TextConfig, TsQuery, Weight};
use orm::raw::raw_sql;
use orm::types::{Lexeme, Position, TsVector};

use super::Dice;
use crate::database::{NONE, Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Article", index(expression = "to_tsvector('german', body)", method = gin, name = "article_german"))]
struct Article {
    #[column(primary_key)]
    id: i32,
    title: String,
    body: Option<String>,
    #[column(
        generated = "setweight(to_tsvector('english', title), 'A') || to_tsvector('english', coalesce(body, ''))",
        index(method = gin, name = "article_words")
    )]
    words: TsVector,
    /// Written by the program.
    own: Option<TsVector>,
}

const WORDS: [&str; 16] = [
    "fat", "rats", "rat", "cats", "running", "the", "of", "Häuser", "日本", "it's", "a\\b", "red",
    "shoes", "x-ray", "\"q\"", "🦀",
];

const EN: TextConfig = TextConfig::ENGLISH;

async fn articles() -> Test<Place> {
    let place = with_models(orm::models![Article]).await?;
    let mut dice = Dice(1);
    let rows = (0..300).map(|id| {
        let body = (dice.below(5) > 0).then(|| dice.words(&WORDS, 30));
        let own = (dice.below(2) > 0).then(|| {
            TsVector::new([Lexeme {
                word: dice.pick(&WORDS).to_owned(),
                positions: vec![Position {
                    at: 1 + dice.below(9) as u16,
                    weight: Weight::B,
                }],
            }])
        });
        Article::create()
            .id(id)
            .title(dice.words(&WORDS, 4))
            .body(body)
            .own(own)
    });
    Article::create_many(rows).save(&place.db).await?;
    place.log.clear();
    Ok(place)
}

/// How the same query is made here and by hand.
type Kind = (&'static str, fn(TextConfig, &str) -> TsQuery);

const KINDS: [Kind; 3] = [
    ("websearch_to_tsquery", TsQuery::websearch),
    ("plainto_tsquery", TsQuery::plain),
    ("phraseto_tsquery", TsQuery::phrase),
];

const TYPED: [&str; 9] = [
    "rats",
    "fat rats",
    "\"fat rats\" -cats",
    "red or 日本",
    "häuser",
    "",
    "the of",
    "'); DROP TABLE \"Article\"; --",
    "a & b | ! ( :* <-> \\ ' \"",
];

#[tokio::test]
async fn what_is_found_is_what_sql_by_hand_finds() -> Test {
    only_on_a_server!();
    let place = articles().await?;
    let mut found = 0;
    for typed in TYPED {
        for (function, made) in KINDS {
            let query = made(EN, typed);
            let ids = Article::query()
                .filter(Article::words.search(&query))
                .order_by((Article::words.rank(&query).desc(), Article::id))
                .values((
                    Article::id,
                    Article::words.rank(&query),
                    Article::words.rank_cd(&query),
                ));
            let here = ids.all(&place.db).await?;
            let by_hand = format!(
                "SELECT id, ts_rank(words, q), ts_rank_cd(words, q) FROM \"Article\", {function}('english', $1) AS q \
                 WHERE words @@ q ORDER BY ts_rank(words, q) DESC, id"
            );
            let there = raw_sql(by_hand).bind(typed).rows(&place.db).await?;
            assert_eq!(here, there, "{function} {typed}");
            found += here.len();
        }
    }
    assert!(found > 300, "{found}");
    Ok(())
}

#[tokio::test]
async fn words_of_an_expression_with_weights() -> Test {
    only_on_a_server!();
    let place = articles().await?;
    let query = TsQuery::websearch(EN, "rat").or(TsQuery::phrase(EN, "red shoes"));
    let query = query.and(TsQuery::plain(EN, "cat").negated());
    let words = || {
        let title = Article::title.to_tsvector(EN).weighted(Weight::B);
        title.followed_by(Article::body.coalesce("").to_tsvector(EN))
    };
    let here = Article::query()
        .filter(words().search(&query))
        .order_by(Article::id)
        .values((Article::id, words().rank(&query), words()));
    let here = here.all(&place.db).await?;
    let there = raw_sql(
        "SELECT id, ts_rank(w, q), w FROM (SELECT id, setweight(to_tsvector('english', title), 'B') \
         || to_tsvector('english', coalesce(body, '')) AS w FROM \"Article\") a, \
         (SELECT ('rat'::tsquery || 'red <-> shoe'::tsquery) && !!'cat'::tsquery AS q) b \
         WHERE w @@ q ORDER BY id",
    );
    let there: Vec<(i32, Option<f32>, Option<TsVector>)> = there.rows(&place.db).await?;
    assert!(here.len() > 30, "{}", here.len());
    assert_eq!(here, there);
    Ok(())
}

// NULL has no words, so it is not found; nor is it found not to have them.
#[tokio::test]
async fn null_is_not_found() -> Test {
    only_on_a_server!();
    let place = articles().await?;
    let query = TsQuery::plain(EN, "nowhere");
    let without = Article::body
        .to_tsvector(EN)
        .search(&query.clone().negated());
    let here = Article::query()
        .filter(without.clone())
        .count(&place.db)
        .await?;
    let not_null = Article::query()
        .filter(Article::body.is_not_null())
        .count(&place.db)
        .await?;
    assert_eq!(here, not_null);
    let neither = Article::query()
        .filter(without.is_not_true())
        .count(&place.db)
        .await?;
    assert_eq!(neither, 300 - not_null);
    Ok(())
}

#[tokio::test]
async fn beginnings_of_words() -> Test {
    only_on_a_server!();
    let place = articles().await?;
    let ids = |typed: &str| {
        let query = TsQuery::prefix(TextConfig::SIMPLE, typed);
        let found = Article::body.to_tsvector(TextConfig::SIMPLE).search(&query);
        Article::query()
            .filter(found)
            .values(Article::id)
            .order_by(Article::id)
    };
    let here = ids("ra SHO").all(&place.db).await?;
    let by_hand = "SELECT id FROM \"Article\" WHERE to_tsvector('simple', body) @@ 'ra:* & sho:*'::tsquery ORDER BY id";
    let there = raw_sql(by_hand).scalars::<i32>(&place.db).await?;
    assert!(here.len() > 20);
    assert_eq!(here, there);
    // Whatever is typed is read: nothing of it is an operator.
    let mut dice = Dice(2);
    let letters = [
        "'", "\\", ":", "*", "&", "|", "!", "(", ")", "<->", " ", "a", "é", "🦀", "\"", "%",
    ];
    for _ in 0..300 {
        let typed: String = (0..dice.below(9)).map(|_| dice.pick(&letters)).collect();
        ids(&typed)
            .all(&place.db)
            .await
            .map_err(|error| format!("{typed}: {error}"))?;
    }
    assert_eq!(ids("  ").all(&place.db).await?, NONE);
    Ok(())
}

#[tokio::test]
async fn headlines_are_marked_as_asked() -> Test {
    only_on_a_server!();
    let place = articles().await?;
    let query = TsQuery::websearch(EN, "rats");
    let marked = Headline {
        start: "<'\\a\"=, ".to_owned(),
        stop: "', HighlightAll=true '".to_owned(),
        max_words: 6,
        min_words: 2,
        max_fragments: 2,
        fragment_delimiter: " '…' ".to_owned(),
        ..Headline::default()
    };
    let shown = [Headline::default(), marked];
    for headline in &shown {
        let here = Article::query()
            .filter(Article::body.to_tsvector(EN).search(&query))
            .order_by(Article::id)
            .values(Article::body.headline(EN, &query, headline))
            .all(&place.db)
            .await?;
        assert!(here.len() > 30);
        let found = here.iter().flatten();
        let is_marked = |it: &&String| it.contains(&headline.start) && it.contains(&headline.stop);
        assert_eq!(found.filter(is_marked).count(), here.len(), "{here:?}");
    }
    let here = Article::query()
        .order_by(Article::id)
        .values(Article::body.headline(EN, &query, &Headline::default()));
    let there =
        raw_sql("SELECT ts_headline('english', body, 'rat'::tsquery) FROM \"Article\" ORDER BY id");
    assert_eq!(here.all(&place.db).await?, there.scalars(&place.db).await?);
    Ok(())
}

#[tokio::test]
async fn words_come_back_as_they_were_written() -> Test {
    only_on_a_server!();
    let place = articles().await?;
    let place_of = |at, weight| Position { at, weight };
    let own = TsVector::new([
        Lexeme::new("it's \\ 日本"),
        Lexeme {
            word: "rat".to_owned(),
            positions: vec![
                place_of(1, Weight::A),
                place_of(7, Weight::C),
                place_of(16_383, Weight::D),
            ],
        },
    ]);
    let row = Article::find(0).one(&place.db).await?;
    let saved = row
        .update()
        .set(Article::own, own.clone())
        .save(&place.db)
        .await?;
    assert_eq!(saved.own.as_ref(), Some(&own));
    let by_hand = raw_sql("SELECT own::text FROM \"Article\" WHERE id = 0")
        .scalar::<String>(&place.db)
        .await?;
    assert_eq!(by_hand, "'it''s \\\\ 日本' 'rat':1A,7C,16383");
    assert_eq!(
        Article::query()
            .filter(Article::own.eq(&own))
            .count(&place.db)
            .await?,
        1
    );
    let both = [own, TsVector::default()];
    assert_eq!(
        Article::query()
            .filter(Article::own.in_(both))
            .count(&place.db)
            .await?,
        1
    );
    let nul = TsVector::new([Lexeme::new("a\0b")]);
    let error = row
        .update()
        .set(Article::own, nul)
        .save(&place.db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("NUL"), "{error}");
    Ok(())
}

#[tokio::test]
async fn an_index_finds_the_words() -> Test {
    only_on_a_server!();
    let place = articles().await?;
    let query = TsQuery::websearch(EN, "fat rats");
    let plan = Article::query().filter(Article::words.search(&query));
    let plan = plan.explain_by_index(&place.db).await?;
    assert!(format!("{plan:?}").contains("article_words"), "{plan:?}");
    let german = TsQuery::websearch(TextConfig::GERMAN, "Häuser");
    let words = Article::body.to_tsvector(TextConfig::GERMAN);
    let plan = Article::query().filter(words.search(&german));
    let plan = plan.explain_by_index(&place.db).await?;
    assert!(format!("{plan:?}").contains("article_german"), "{plan:?}");
    Ok(())
}

#[tokio::test]
async fn configurations_of_any_name() -> Test {
    only_on_a_server!();
    let place = articles().await?;
    place
        .run("CREATE SCHEMA \"My 'search\"; CREATE TEXT SEARCH CONFIGURATION \"My 'search\".\"Eng\"\"lish\" (COPY = english)")
        .await?;
    let own = TextConfig::named("My 'search.Eng\"lish");
    let count = |config| {
        let query = TsQuery::websearch(config, "rats");
        Article::query().filter(Article::body.to_tsvector(config).search(&query))
    };
    assert_eq!(
        count(own).count(&place.db).await?,
        count(EN).count(&place.db).await?
    );
    let error = count(TextConfig::named("x'; DROP TABLE \"Article\"; --"))
        .count(&place.db)
        .await;
    assert!(error.unwrap_err().to_string().contains("does not exist"));
    assert_eq!(Article::query().count(&place.db).await?, 300);
    Ok(())
}
