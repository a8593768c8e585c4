//! Filters mean what logic says, NULLs included.

use orm::prelude::*;
use orm::query::Filter;

use crate::database::{NONE, Place, Test, shop, with_tables};
use crate::shop::{Order, Product, User};

async fn users(shop: &Place, filter: Filter<User>) -> Test<Vec<i32>> {
    let users = User::query()
        .filter(filter)
        .order_by(User::id)
        .all(&shop.db)
        .await?;
    Ok(users.iter().map(|user| user.id).collect())
}

async fn products(shop: &Place, filter: Filter<Product>) -> Test<Vec<i32>> {
    let found = Product::query()
        .filter(filter)
        .order_by(Product::id)
        .all(&shop.db)
        .await?;
    Ok(found.iter().map(|product| product.id).collect())
}

#[tokio::test]
async fn comparisons() -> Test {
    let shop = &shop().await?;
    assert_eq!(users(shop, User::age.eq(30)).await?, [1]);
    assert_eq!(users(shop, User::age.ne(30)).await?, [3, 4]);
    assert_eq!(users(shop, User::age.lt(30)).await?, [3]);
    assert_eq!(users(shop, User::age.le(30)).await?, [1, 3]);
    assert_eq!(users(shop, User::age.gt(30)).await?, [4]);
    assert_eq!(users(shop, User::age.ge(30)).await?, [1, 4]);
    assert_eq!(users(shop, User::age.between(20, 30)).await?, [1, 3]);
    assert_eq!(users(shop, User::age.between(30, 20)).await?, NONE);
    assert_eq!(users(shop, User::id.eq(User::referrer_id)).await?, NONE);
    assert_eq!(users(shop, User::id.gt(User::referrer_id)).await?, [2, 3]);
    Ok(())
}

#[tokio::test]
async fn null_is_asked_for_by_name_or_with_none() -> Test {
    let shop = &shop().await?;
    assert_eq!(users(shop, User::age.is_null()).await?, [2]);
    assert_eq!(users(shop, User::age.is_not_null()).await?, [1, 3, 4]);
    assert_eq!(users(shop, User::age.eq(None)).await?, [2]);
    assert_eq!(users(shop, User::age.ne(None)).await?, [1, 3, 4]);
    assert_eq!(users(shop, User::age.eq(Some(20))).await?, [3]);
    assert_eq!(users(shop, User::age.lt(None)).await?, NONE);
    assert_eq!(
        users(shop, User::age.is_distinct_from(30)).await?,
        [2, 3, 4]
    );
    assert_eq!(
        users(shop, User::age.is_distinct_from(None)).await?,
        [1, 3, 4]
    );
    assert_eq!(
        users(shop, User::age.is_not_distinct_from(None)).await?,
        [2]
    );
    Ok(())
}

#[tokio::test]
async fn lists_mean_what_logic_says() -> Test {
    let shop = &shop().await?;
    let nothing = NONE;
    assert_eq!(users(shop, User::id.in_([1, 3, 99])).await?, [1, 3]);
    assert_eq!(users(shop, User::id.in_(nothing)).await?, NONE);
    assert_eq!(users(shop, User::id.not_in([1, 3])).await?, [2, 4]);
    assert_eq!(users(shop, User::id.not_in(nothing)).await?, [1, 2, 3, 4]);
    assert_eq!(users(shop, User::age.in_([20, 30])).await?, [1, 3]);
    assert_eq!(users(shop, User::age.not_in([20])).await?, [1, 4]);
    assert_eq!(users(shop, User::age.not_in(nothing)).await?, [1, 2, 3, 4]);
    assert_eq!(
        users(shop, User::full_name.in_(["Ann", "Dee"])).await?,
        [1, 4]
    );
    assert_eq!(
        users(shop, User::age.in_(nothing).not()).await?,
        [1, 2, 3, 4]
    );
    Ok(())
}

#[tokio::test]
async fn a_list_of_any_length_is_one_parameter() -> Test {
    let shop = shop().await?;
    let scope = shop.log.scope();
    for length in [1, 10, 100_000] {
        assert!(!users(&shop, User::id.in_(1..=length)).await?.is_empty());
    }
    let statements = scope.statements();
    assert!(
        statements.windows(2).all(|pair| pair[0] == pair[1]),
        "{statements:?}"
    );
    Ok(())
}

#[tokio::test]
async fn patterns_and_literal_texts() -> Test {
    only_on_a_server!();
    let shop = &shop().await?;
    assert_eq!(products(shop, Product::name.like("%o%")).await?, [1, 2, 4]);
    assert_eq!(products(shop, Product::name.not_like("%o%")).await?, [3]);
    assert_eq!(products(shop, Product::name.like("mouse")).await?, NONE);
    assert_eq!(products(shop, Product::name.ilike("mouse")).await?, [2]);
    assert_eq!(products(shop, Product::name.not_ilike("%O%")).await?, [3]);
    assert_eq!(products(shop, Product::name.starts_with("Pro")).await?, [1]);
    assert_eq!(products(shop, Product::name.starts_with("%")).await?, NONE);
    assert_eq!(
        products(shop, Product::name.starts_with("100%")).await?,
        [4]
    );
    assert_eq!(
        products(shop, Product::name.contains("wool_rug")).await?,
        [4]
    );
    assert_eq!(
        products(shop, Product::name.contains("woolxrug")).await?,
        NONE
    );
    assert_eq!(products(shop, Product::name.contains("_")).await?, [4]);
    assert_eq!(products(shop, Product::name.ends_with("\\")).await?, [4]);
    assert_eq!(products(shop, Product::name.icontains("WOOL_")).await?, [4]);
    assert_eq!(
        products(shop, Product::name.matches("^[MD]")).await?,
        [2, 3]
    );
    assert_eq!(
        products(shop, Product::name.imatches("^[md]")).await?,
        [2, 3]
    );
    assert_eq!(
        products(shop, Product::description.contains("oo")).await?,
        [3]
    );
    Ok(())
}

#[tokio::test]
async fn and_or_not_combine_with_the_right_precedence() -> Test {
    let shop = &shop().await?;
    let (ann, old) = (User::full_name.eq("Ann"), User::age.ge(30));
    assert_eq!(users(shop, ann.clone().and(old.clone())).await?, [1]);
    assert_eq!(users(shop, ann.clone() | old.clone()).await?, [1, 4]);
    assert_eq!(users(shop, old.clone() & !ann.clone()).await?, [4]);
    let either = User::id.eq(2).or(User::id.eq(3)).and(User::age.is_null());
    assert_eq!(users(shop, either).await?, [2]);
    let not_both = ann.clone().and(User::id.eq(1)).not().and(User::id.le(2));
    assert_eq!(users(shop, not_both).await?, [2]);
    // NULL is neither younger nor not younger than 30.
    assert_eq!(users(shop, User::age.lt(30).not()).await?, [1, 4]);
    assert_eq!(
        users(shop, User::age.lt(30).is_not_true()).await?,
        [1, 2, 4]
    );
    Ok(())
}

#[tokio::test]
async fn empty_combinations_are_the_neutral_elements() -> Test {
    let shop = &shop().await?;
    assert_eq!(users(shop, Filter::always()).await?, [1, 2, 3, 4]);
    assert_eq!(users(shop, Filter::never()).await?, NONE);
    assert_eq!(users(shop, Filter::all_of([])).await?, [1, 2, 3, 4]);
    assert_eq!(users(shop, Filter::any_of([])).await?, NONE);
    assert_eq!(
        users(shop, Filter::any_of([User::id.eq(1), User::id.eq(4)])).await?,
        [1, 4]
    );
    assert_eq!(
        users(shop, Filter::all_of([User::id.gt(1), User::id.lt(3)])).await?,
        [2]
    );
    assert_eq!(users(shop, Filter::never().or(User::id.eq(1))).await?, [1]);
    assert_eq!(
        users(shop, Filter::always().and(User::id.eq(1))).await?,
        [1]
    );
    Ok(())
}

#[tokio::test]
async fn arithmetic_and_functions() -> Test {
    let shop = &shop().await?;
    let value = Product::price_in_cents * Product::stock_quantity;
    assert_eq!(products(shop, value.gt(100_000)).await?, [1]);
    assert_eq!(
        products(shop, (Product::stock_quantity + 5 - 1).eq(7)).await?,
        [3]
    );
    assert_eq!(
        products(shop, (Product::stock_quantity % 2).eq(1)).await?,
        [1, 3, 4]
    );
    assert_eq!(
        products(shop, ((Product::stock_quantity + 1) * 2).eq(8)).await?,
        [3]
    );
    assert_eq!(
        products(shop, (Product::stock_quantity / 5).eq(5)).await?,
        [1]
    );
    assert_eq!(
        products(shop, Product::name.lower().eq("mouse")).await?,
        [2]
    );
    assert_eq!(
        products(shop, Product::name.upper().starts_with("MO")).await?,
        [2]
    );
    assert_eq!(
        products(shop, Product::name.char_length().eq(4)).await?,
        [3]
    );
    assert_eq!(
        products(shop, Product::name.concat("!").eq("Desk!")).await?,
        [3]
    );
    assert_eq!(
        products(shop, Product::description.coalesce("none").eq("none")).await?,
        [2, 4]
    );
    assert_eq!(
        products(shop, (Product::stock_quantity - 10).abs().eq(7)).await?,
        [3]
    );
    assert_eq!(users(shop, User::age.coalesce(0).lt(25)).await?, [2, 3]);
    assert_eq!(users(shop, (User::age + User::id).eq(31)).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn casts_and_times() -> Test {
    use orm::query::TimeUnit;
    let shop = &shop().await?;
    assert_eq!(
        products(
            shop,
            Product::price_in_cents.cast::<String>().starts_with("29")
        )
        .await?,
        [3]
    );
    let by_month = Order::query()
        .filter(
            Order::created_at
                .date_trunc(TimeUnit::Month)
                .eq("2024-03-01T00:00:00Z".parse::<DateTime<Utc>>()?),
        )
        .count(&shop.db)
        .await?;
    assert_eq!(by_month, 3);
    let on_the_fifth = Order::query().filter(Order::created_at.extract(TimeUnit::Day).eq(5.0));
    assert_eq!(on_the_fifth.one(&shop.db).await?.id, 5);
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "shelves")]
struct Shelf {
    #[column(primary_key)]
    id: i32,
    labels: Vec<String>,
    numbers: Option<Vec<i32>>,
    meta: serde_json::Value,
    slots: orm::types::Range<i32>,
    day: NaiveDate,
    state: bool,
}

const SHELVES: &str = r#"
    CREATE TABLE shelves (id integer PRIMARY KEY, labels text[] NOT NULL, numbers integer[],
        meta jsonb NOT NULL, slots int4range NOT NULL, day date NOT NULL, state boolean NOT NULL);
    INSERT INTO shelves VALUES
        (1, '{red,blue}', '{1,2,3}', '{"a": {"b": 7, "x.y": "dotted"}, "list": [1, 2]}', '[1,5)', '2024-02-29', true),
        (2, '{}', NULL, '{"a''b": "quote", "$1": "dollar", "\"": "double", "a": {"b": 8}}', 'empty', '2024-03-01', false),
        (3, '{red}', '{}', '[10, 20]', '[5,)', '2024-03-02', true);
"#;

async fn shelves(place: &Place, filter: Filter<Shelf>) -> Test<Vec<i32>> {
    let found = Shelf::query()
        .filter(filter)
        .order_by(Shelf::id)
        .all(&place.db)
        .await?;
    Ok(found.iter().map(|shelf| shelf.id).collect())
}

#[tokio::test]
async fn arrays() -> Test {
    only_on_a_server!();
    let place = &with_tables(SHELVES).await?;
    assert_eq!(
        shelves(place, Shelf::labels.contains_all(["red"])).await?,
        [1, 3]
    );
    assert_eq!(
        shelves(place, Shelf::labels.contains_all(Vec::new())).await?,
        [1, 2, 3]
    );
    assert_eq!(
        shelves(place, Shelf::labels.contained_by(["red", "green"])).await?,
        [2, 3]
    );
    assert_eq!(
        shelves(place, Shelf::labels.overlaps(["blue", "green"])).await?,
        [1]
    );
    assert_eq!(
        shelves(place, Shelf::labels.cardinality().eq(0)).await?,
        [2]
    );
    assert_eq!(
        shelves(place, Shelf::labels.eq(vec![String::from("red")])).await?,
        [3]
    );
    assert_eq!(
        shelves(place, Shelf::numbers.cardinality().eq(0)).await?,
        [3]
    );
    assert_eq!(shelves(place, Shelf::numbers.overlaps([3])).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn ranges() -> Test {
    only_on_a_server!();
    use orm::types::Range;
    let place = &with_tables(SHELVES).await?;
    assert_eq!(shelves(place, Shelf::slots.contains_value(4)).await?, [1]);
    assert_eq!(shelves(place, Shelf::slots.contains_value(5)).await?, [3]);
    assert_eq!(
        shelves(place, Shelf::slots.overlaps_range(Range::from(4..6))).await?,
        [1, 3]
    );
    assert_eq!(
        shelves(place, Shelf::slots.within_range(Range::from(0..10))).await?,
        [1, 2]
    );
    assert_eq!(shelves(place, Shelf::slots.eq(Range::Empty)).await?, [2]);
    Ok(())
}

#[tokio::test]
async fn json_paths_take_hostile_keys_literally() -> Test {
    only_on_a_server!();
    let place = &with_tables(SHELVES).await?;
    let text = |path: &[&str]| Shelf::meta.json_text(path.iter().copied());
    assert_eq!(shelves(place, text(&["a", "b"]).eq("7")).await?, [1]);
    assert_eq!(shelves(place, text(&["a", "x.y"]).eq("dotted")).await?, [1]);
    assert_eq!(shelves(place, text(&["a'b"]).eq("quote")).await?, [2]);
    assert_eq!(shelves(place, text(&["$1"]).eq("dollar")).await?, [2]);
    assert_eq!(shelves(place, text(&["\""]).eq("double")).await?, [2]);
    assert_eq!(shelves(place, text(&["0"]).eq("10")).await?, [3]);
    assert_eq!(shelves(place, text(&["list", "1"]).eq("2")).await?, [1]);
    assert_eq!(
        shelves(place, text(&["a}'::text) OR TRUE --"]).is_not_null()).await?,
        NONE
    );
    assert_eq!(
        shelves(place, text(&["a", "b"]).cast::<Option<i32>>().gt(7)).await?,
        [2]
    );
    assert_eq!(
        shelves(
            place,
            Shelf::meta.json_path(["a", "b"]).eq(serde_json::json!(8))
        )
        .await?,
        [2]
    );
    assert_eq!(shelves(place, Shelf::meta.has_key("a'b")).await?, [2]);
    assert_eq!(shelves(place, Shelf::meta.has_key("?")).await?, NONE);
    assert_eq!(
        shelves(
            place,
            Shelf::meta.json_contains(serde_json::json!({"a": {"b": 7}}))
        )
        .await?,
        [1]
    );
    Ok(())
}

#[tokio::test]
async fn dates_and_booleans() -> Test {
    only_on_a_server!();
    use orm::query::TimeUnit;
    let place = &with_tables(SHELVES).await?;
    let day = |text: &str| text.parse::<NaiveDate>();
    assert_eq!(
        shelves(place, Shelf::day.ge(day("2024-03-01")?)).await?,
        [2, 3]
    );
    assert_eq!(shelves(place, Shelf::state.eq(true)).await?, [1, 3]);
    let month = Shelf::day.date_trunc(TimeUnit::Month);
    assert_eq!(
        shelves(place, month.clone().eq(day("2024-02-01")?)).await?,
        [1]
    );
    let months = Shelf::query()
        .order_by(Shelf::id)
        .values(month)
        .all(&place.db)
        .await?;
    assert_eq!(
        months,
        [day("2024-02-01")?, day("2024-03-01")?, day("2024-03-01")?]
    );
    Ok(())
}
