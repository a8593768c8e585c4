//! Arrays of texts and of enums beside SQL by hand, in filters and updates.

use orm::prelude::*;
use orm::query::{Expr, Filter};
use orm::raw::raw_sql;

use super::Dice;
use crate::database::{Place, Test, with_models};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "Role kind", schema = "Élan")]
enum Kind {
    Admin,
    #[db_enum(label = "it's \"odd\", {NULL}")]
    Odd,
    Guest,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Member")]
struct Member {
    #[column(primary_key)]
    id: i32,
    #[column(index(method = gin, name = "member_kinds"))]
    kinds: Vec<Kind>,
    maybe: Option<Vec<Kind>>,
    tags: Vec<String>,
    holes: Vec<Option<i64>>,
}

const KINDS: [Kind; 3] = [Kind::Admin, Kind::Odd, Kind::Guest];
const TAGS: [&str; 5] = ["red", "日本", "", "it's", "{NULL,\"x\\"];

async fn members() -> Test<Place> {
    let place = with_models(orm::models![Member]).await?;
    let mut dice = Dice(5);
    let mut some =
        |most: u64| -> Vec<Kind> { (0..dice.below(most)).map(|_| dice.pick(&KINDS)).collect() };
    let kinds: Vec<_> = (0..300).map(|_| (some(4), some(5), some(3))).collect();
    let mut dice = Dice(6);
    let rows = kinds.into_iter().zip(0..).map(|((kinds, maybe, _), id)| {
        let tags: Vec<String> = (0..dice.below(4))
            .map(|_| dice.pick(&TAGS).to_owned())
            .collect();
        let holes = (0..dice.below(4))
            .map(|it| (dice.below(3) > 0).then_some(it as i64))
            .collect::<Vec<_>>();
        let maybe = (maybe.len() < 4).then_some(maybe);
        Member::create()
            .id(id)
            .kinds(kinds)
            .maybe(maybe)
            .tags(tags)
            .holes(holes)
    });
    Member::create_many(rows).save(&place.db).await?;
    place.log.clear();
    Ok(place)
}

async fn same(place: &Place, filter: Filter<Member>, by_hand: &str) -> Test {
    let here = Member::query()
        .filter(filter)
        .order_by(Member::id)
        .values(Member::id);
    let by_hand = format!("SELECT id FROM \"Member\" WHERE {by_hand} ORDER BY id");
    let there = raw_sql(by_hand.clone()).scalars::<i32>(&place.db).await?;
    assert_eq!(here.all(&place.db).await?, there, "{by_hand}");
    assert!(!there.is_empty(), "{by_hand}");
    Ok(())
}

#[tokio::test]
async fn filters_are_what_sql_by_hand_says() -> Test {
    only_on_a_server!();
    let place = members().await?;
    same(
        &place,
        Member::kinds.has_element(Kind::Odd),
        "'it''s \"odd\", {NULL}' = ANY(kinds)",
    )
    .await?;
    same(
        &place,
        Member::maybe.has_element(Kind::Admin),
        "'admin' = ANY(maybe)",
    )
    .await?;
    same(
        &place,
        Member::maybe.has_element(Kind::Admin).not(),
        "NOT 'admin' = ANY(maybe)",
    )
    .await?;
    same(
        &place,
        Member::kinds.contains_all([Kind::Admin, Kind::Guest]),
        "kinds @> '{admin,guest}'",
    )
    .await?;
    same(
        &place,
        Member::kinds.contains_all(Vec::new()),
        "kinds @> '{}'",
    )
    .await?;
    same(
        &place,
        Member::kinds.contained_by([Kind::Admin]),
        "kinds <@ '{admin}'",
    )
    .await?;
    same(
        &place,
        Member::maybe.overlaps([Kind::Admin, Kind::Guest]),
        "maybe && '{admin,guest}'",
    )
    .await?;
    same(
        &place,
        Member::kinds.eq(vec![Kind::Admin, Kind::Guest]),
        "kinds = '{admin,guest}'",
    )
    .await?;
    same(
        &place,
        Member::kinds.cardinality().gt(1),
        "cardinality(kinds) > 1",
    )
    .await?;
    same(
        &place,
        Member::tags.has_element("{NULL,\"x\\"),
        "'{NULL,\"x\\' = ANY(tags)",
    )
    .await?;
    same(&place, Member::tags.has_element(""), "'' = ANY(tags)").await?;
    same(&place, Member::holes.has_element(1), "1 = ANY(holes)").await?;
    let empty = Member::query()
        .filter(Member::kinds.overlaps(Vec::new()))
        .count(&place.db)
        .await?;
    assert_eq!(empty, 0);
    let plan = Member::query().filter(Member::kinds.has_element(Kind::Odd));
    let plan = plan.explain_by_index(&place.db).await?;
    assert!(format!("{plan:?}").contains("member_kinds"), "{plan:?}");
    Ok(())
}

/// Sets a column of all rows, and looks at it by hand.
async fn set(place: &Place, kinds: Expr<Member, Vec<Kind>>, by_hand: &str) -> Test {
    let by_hand = format!("SELECT {by_hand} FROM \"Member\" ORDER BY id");
    let there = raw_sql(by_hand.clone())
        .scalars::<Vec<Kind>>(&place.db)
        .await?;
    let all = Member::query()
        .all_rows()
        .update()
        .set(Member::kinds, kinds);
    all.save(&place.db).await?;
    let here = Member::query().order_by(Member::id).values(Member::kinds);
    assert_eq!(here.all(&place.db).await?, there, "{by_hand}");
    Ok(())
}

#[tokio::test]
async fn elements_come_and_go_in_updates() -> Test {
    only_on_a_server!();
    let place = members().await?;
    let odd = r#"'it''s "odd", {NULL}'"#;
    set(
        &place,
        Member::kinds.array_append(Kind::Odd),
        &format!("array_append(kinds, {odd})"),
    )
    .await?;
    set(
        &place,
        Member::maybe.array_append(Kind::Guest),
        "array_append(maybe, 'guest')",
    )
    .await?;
    set(
        &place,
        Member::kinds.array_prepend(Kind::Admin),
        "array_prepend('admin', kinds)",
    )
    .await?;
    set(
        &place,
        Member::kinds.array_replace(Kind::Admin, Kind::Odd),
        &format!("array_replace(kinds, 'admin', {odd})"),
    )
    .await?;
    set(
        &place,
        Member::kinds.array_remove(Kind::Odd),
        &format!("array_remove(kinds, {odd})"),
    )
    .await?;
    set(
        &place,
        Member::maybe.array_concat([Kind::Odd, Kind::Odd]),
        &format!("array_cat(maybe, ARRAY[{odd},{odd}]::\"Élan\".\"Role kind\"[])"),
    )
    .await?;
    let tags = "SELECT array_remove(array_append(tags, 'red'), '') || ARRAY['日本'] FROM \"Member\" ORDER BY id";
    let tags = raw_sql(tags).scalars::<Vec<String>>(&place.db).await?;
    let all = || Member::query().all_rows().update();
    all()
        .set(Member::tags, Member::tags.array_append("red"))
        .save(&place.db)
        .await?;
    all()
        .set(Member::tags, Member::tags.array_remove(""))
        .save(&place.db)
        .await?;
    all()
        .set(Member::tags, Member::tags.array_concat(["日本"]))
        .save(&place.db)
        .await?;
    let here = Member::query()
        .order_by(Member::id)
        .values(Member::tags)
        .all(&place.db)
        .await?;
    assert_eq!(here, tags);
    let holes =
        raw_sql("SELECT array_remove(array_append(holes, NULL), 1) FROM \"Member\" ORDER BY id");
    let holes = holes.scalars::<Vec<Option<i64>>>(&place.db).await?;
    all()
        .set(Member::holes, Member::holes.array_append(None))
        .save(&place.db)
        .await?;
    all()
        .set(Member::holes, Member::holes.array_remove(1))
        .save(&place.db)
        .await?;
    let here = Member::query()
        .order_by(Member::id)
        .values(Member::holes)
        .all(&place.db)
        .await?;
    assert_eq!(here, holes);
    Ok(())
}
