//! Many rows that may exist already, and what makes two rows the same.

use std::collections::BTreeSet;

use orm::create::IntoNew;
use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::Upserted;
use rust_decimal::Decimal;

use crate::database::{Place, Test, on_a_file, with_models, with_tables};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Members", timestamps, unique(columns = (org_id, user)),
    index(columns = (badge), unique, where = "left_on IS NULL"))]
struct Member {
    #[column(primary_key, auto_increment)]
    id: i64,
    org_id: i32,
    #[column(name = "user")]
    user: String,
    badge: Option<String>,
    left_on: Option<NaiveDate>,
    role: String,
    #[column(default = 3)]
    rank: i32,
    visits: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

type Complete =
    MemberCreate<orm::create::Given, orm::create::Given, orm::create::Given, orm::create::Given>;

fn member(org: i32, user: &str, role: &str, visits: i32) -> Complete {
    Member::create()
        .org_id(org)
        .user(user)
        .role(role)
        .visits(visits)
}

async fn members() -> Test<Place> {
    with_models(orm::models![Member]).await
}

fn told(rows: &[orm::query::Upserted<Member>]) -> Vec<(&str, i32, bool, bool)> {
    let told = rows.iter().map(|it| {
        let row = &it.row;
        (row.user.as_str(), row.visits, it.created, it.updated)
    });
    told.collect()
}

#[tokio::test]
async fn a_key_of_several_columns_says_which_rows_are_the_same() -> Test {
    let place = members().await?;
    let db = &place.db;
    let first = Member::upsert(member(1, "ann", "guest", 1))
        .on((Member::org_id, Member::user))
        .save(db)
        .await?;
    assert!(first.created && !first.updated);
    let again = Member::upsert(member(1, "ann", "owner", 2))
        .on((Member::org_id, Member::user))
        .save(db)
        .await?;
    assert!(!again.created && again.updated);
    assert_eq!(
        (again.row.id, again.row.role.as_str()),
        (first.row.id, "owner")
    );
    let elsewhere = Member::upsert(member(2, "ann", "guest", 1))
        .on((Member::org_id, Member::user))
        .save(db)
        .await?;
    assert!(elsewhere.created);

    let found = Member::find_by((Member::org_id, Member::user), (1, "ann"));
    assert_eq!(found.one(db).await?.id, first.row.id);
    let none = Member::find_by((Member::org_id, Member::user), (3, "ann"));
    assert!(none.one(db).await.unwrap_err().is_not_found());
    Ok(())
}

#[tokio::test]
async fn a_partial_index_is_of_the_rows_it_holds_for() -> Test {
    let place = members().await?;
    let db = &place.db;
    let badge = |user: &str, badge: &str| member(1, user, "guest", 1).badge(badge.to_owned());
    let long_ago = NaiveDate::from_ymd_opt(2001, 2, 3).unwrap();
    badge("old", "b1").left_on(long_ago).save(db).await?;
    let first = Member::upsert(badge("ann", "b1")).on(Member::badge);
    let first = first.save(db).await?;
    assert!(first.created);
    let second = Member::upsert(badge("bob", "b1")).on(Member::badge);
    let second = second.save(db).await?;
    assert_eq!((second.created, second.row.id), (false, first.row.id));
    assert_eq!(second.row.user, "bob");
    // What the filter keeps is found among the rows of the index alone.
    let kept = Member::upsert(badge("eve", "b1"))
        .on(Member::badge)
        .overwrite_if(|_| Member::visits.gt(100))
        .save(db)
        .await?;
    assert_eq!((kept.created, kept.updated), (false, false));
    assert_eq!(kept.row.user, "bob");
    assert_eq!(Member::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn many_rows_are_written_at_once_and_told_in_their_order() -> Test {
    let place = members().await?;
    let db = &place.db;
    let rows = [member(1, "b", "x", 1), member(1, "d", "x", 1)];
    Member::create_many(rows).save(db).await?;
    place.log.clear();
    let names = ["e", "d", "c", "b", "a"];
    let rows = Member::upsert_many(names.map(|name| member(1, name, "y", 5)))
        .on((Member::org_id, Member::user))
        .save(db)
        .await?;
    place.log.assert_count(1);
    assert_eq!(
        told(&rows),
        [
            ("e", 5, true, false),
            ("d", 5, false, true),
            ("c", 5, true, false),
            ("b", 5, false, true),
            ("a", 5, true, false)
        ]
    );
    assert!(rows.iter().all(|it| it.row.role == "y"));
    let none: [Complete; 0] = [];
    place.log.clear();
    let nothing = Member::upsert_many(none).on_key_of_members();
    assert!(nothing.save(db).await?.is_empty());
    place.log.assert_count(0);
    Ok(())
}

trait OnTheKeyOfMembers {
    type On;
    fn on_key_of_members(self) -> Self::On;
}

impl<R> OnTheKeyOfMembers for orm::query::Upsert<Member, R> {
    type On = orm::query::UpsertOn<Member, R>;

    fn on_key_of_members(self) -> Self::On {
        self.on((Member::org_id, Member::user))
    }
}

#[tokio::test]
async fn an_expression_sees_the_old_and_the_new_row() -> Test {
    let place = members().await?;
    let db = &place.db;
    Member::create_many([member(1, "a", "x", 10), member(1, "b", "x", 20)])
        .save(db)
        .await?;
    let rows = Member::upsert_many([
        member(1, "a", "y", 1),
        member(1, "b", "y", 2),
        member(1, "c", "y", 3),
    ])
    .on_key_of_members()
    .overwrite_with(Member::visits, |new| {
        Member::visits + new.get(Member::visits)
    })
    .save(db)
    .await?;
    assert_eq!(
        told(&rows),
        [
            ("a", 11, false, true),
            ("b", 22, false, true),
            ("c", 3, true, false)
        ]
    );
    // Only what is named is overwritten.
    assert_eq!(rows[0].row.role, "x");
    assert!(rows[0].row.updated_at > rows[0].row.created_at);

    let one = Member::upsert(member(1, "a", "z", 4))
        .on_key_of_members()
        .overwrite(Member::role)
        .overwrite_with(Member::visits, |new| {
            new.get(Member::visits) - Member::visits
        })
        .save(db)
        .await?;
    assert_eq!((one.row.role.as_str(), one.row.visits), ("z", 4 - 11));
    Ok(())
}

#[tokio::test]
async fn a_condition_leaves_rows_as_they_are_and_they_come_back() -> Test {
    let place = members().await?;
    let db = &place.db;
    Member::create_many([member(1, "a", "x", 10), member(1, "b", "x", 20)])
        .save(db)
        .await?;
    let upsert = |rows: Vec<Complete>| {
        Member::upsert_many(rows)
            .on_key_of_members()
            .overwrite_if(|new| Member::visits.lt(new.get(Member::visits)))
    };
    let rows = upsert(vec![
        member(1, "b", "y", 5),
        member(1, "a", "y", 15),
        member(1, "c", "y", 1),
    ]);
    assert_eq!(
        told(&rows.save(db).await?),
        [
            ("b", 20, false, false),
            ("a", 15, false, true),
            ("c", 1, true, false)
        ]
    );
    let single = Member::upsert(member(1, "b", "y", 5))
        .on_key_of_members()
        .overwrite_if(|new| Member::visits.lt(new.get(Member::visits)))
        .save(db)
        .await?;
    assert_eq!(told(&[single]), [("b", 20, false, false)]);
    Ok(())
}

#[tokio::test]
async fn rows_that_exist_are_ignored_in_their_places() -> Test {
    let place = members().await?;
    let db = &place.db;
    member(1, "b", "x", 1).save(db).await?;
    let rows = ["a", "b", "c"].map(|name| member(1, name, "y", 2));
    let rows = Member::upsert_many(rows).on_key_of_members();
    let rows = rows.or_ignore(db).await?;
    let names = rows
        .iter()
        .map(|row| row.as_ref().map(|row| row.user.as_str()));
    assert!(names.eq([Some("a"), None, Some("c")]));
    let error = Member::upsert_many([member(1, "z", "y", 2)])
        .on_key_of_members()
        .overwrite(Member::role)
        .or_ignore(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    Ok(())
}

#[tokio::test]
async fn rows_are_found_or_created_in_their_places() -> Test {
    let place = members().await?;
    let db = &place.db;
    let on = (Member::org_id, Member::user);
    let first = member(1, "bob", "guest", 1).rank(9).save(db).await?;
    let rows = || {
        let sparse = member(1, "cid", "guest", 5).rank(1);
        [
            member(1, "ann", "guest", 7),
            member(1, "bob", "owner", 8),
            sparse,
        ]
    };
    let found = Member::upsert_many(rows()).on(on).or_find(db).await?;
    let expected = [
        ("ann", 7, true, false),
        ("bob", 1, false, false),
        ("cid", 5, true, false),
    ];
    assert_eq!(told(&found), expected);
    assert_eq!(found[1].row, first);
    // Nothing was burnt by the one that was found.
    let ids: BTreeSet<i64> = found.iter().map(|it| it.row.id).collect();
    assert_eq!(ids, (first.id..first.id + 3).collect());
    // All are there: one statement for those that give the same columns.
    place.log.clear();
    let again = Member::upsert_many(rows()).on(on).or_find(db).await?;
    assert!(again.iter().all(|it| !it.created && !it.updated));
    assert!(
        again
            .iter()
            .zip(&found)
            .all(|(one, other)| one.row == other.row)
    );
    assert!(
        place
            .log
            .statements()
            .iter()
            .all(|it| it.starts_with("SELECT"))
    );
    // One that is refused takes the others along, and is told by its number among all.
    let taken = Member::create().id(first.id).org_id(5).user("new");
    let taken = taken.role("guest").visits(1);
    let rows = [
        member(1, "bob", "guest", 1).id(77),
        member(4, "dan", "guest", 1).id(78),
        taken,
    ];
    let error = Member::upsert_many(rows).on(on).or_find(db).await;
    let error = error.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.row(), Some(2));
    assert_eq!(Member::query().count(db).await?, 3);
    let twice = [member(9, "x", "guest", 1), member(9, "x", "guest", 1)];
    let error = Member::upsert_many(twice).on(on).or_find(db).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Usage);
    let none: [Complete; 0] = [];
    assert!(
        Member::upsert_many(none)
            .on(on)
            .or_find(db)
            .await?
            .is_empty()
    );
    Ok(())
}

/// A row comes as ours is written, and is gone when it is looked for: so often.
async fn comes_and_goes(place: &Place, times: i32) -> Test {
    let each = "FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION";
    place
        .run(&format!(
            r#"CREATE SEQUENCE tries;
            CREATE FUNCTION comes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('tries') <= {times} THEN
                    INSERT INTO "Members" (org_id, "user", role, visits, created_at, updated_at)
                    VALUES (1, 'ann', 'other', 0, now(), now());
                END IF; RETURN NULL; END $$;
            CREATE FUNCTION goes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                DELETE FROM "Members" WHERE role = 'other'; RETURN NULL; END $$;
            CREATE TRIGGER comes BEFORE INSERT ON "Members" {each} comes();
            CREATE TRIGGER goes AFTER INSERT ON "Members" {each} goes();"#
        ))
        .await
}

#[tokio::test]
async fn a_row_that_goes_while_it_is_found_is_written_after_all() -> Test {
    only_on_a_server!();
    let on = (Member::org_id, Member::user);
    let rows = || [member(1, "bob", "guest", 1), member(1, "ann", "guest", 2)];
    for (times, is_there) in [(2, true), (3, false)] {
        let place = members().await?;
        let db = &place.db;
        comes_and_goes(&place, times).await?;
        let found = Member::upsert_many(rows()).on(on).or_find(db).await;
        if is_there {
            let expected = [("bob", 1, true, false), ("ann", 2, true, false)];
            assert_eq!(told(&found?), expected);
            continue;
        }
        let error = found.unwrap_err();
        assert!(error.is_not_written(), "{error}");
        assert_eq!(Member::query().count(db).await?, 0);
    }
    Ok(())
}

#[tokio::test]
async fn a_row_given_twice_is_refused_with_both_numbers() -> Test {
    let place = members().await?;
    let db = &place.db;
    let rows = || {
        [
            member(1, "a", "x", 1),
            member(1, "b", "x", 1),
            member(1, "a", "y", 1),
        ]
    };
    let upsert = || Member::upsert_many(rows()).on_key_of_members();
    for error in [
        upsert().save(db).await.unwrap_err(),
        upsert().or_ignore(db).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(
            error.to_string(),
            "Member: row 2 is the same as row 0: org_id, user, which makes two rows the same, has one value in \
             both; give each row once"
        );
        assert_eq!(error.row(), Some(2));
    }
    place.log.assert_count(0);
    // NULL is the same as nothing.
    let rows = [member(1, "a", "x", 1), member(1, "b", "x", 1)];
    let rows = rows.map(|row| row.badge(None));
    let rows = Member::upsert_many(rows).on(Member::badge).save(db).await?;
    assert!(rows.iter().all(|it| it.created));
    Ok(())
}

#[tokio::test]
async fn what_a_row_does_not_give_is_left_alone() -> Test {
    let place = members().await?;
    let db = &place.db;
    let badge = |name: &str| member(1, name, "x", 1).badge("kept".to_owned() + name);
    Member::create_many([badge("a"), badge("b")])
        .save(db)
        .await?;
    let rows = [
        member(1, "a", "y", 1),
        member(1, "b", "y", 1).badge("other".to_owned()),
        member(1, "c", "y", 1),
    ];
    let rows = Member::upsert_many(rows)
        .on_key_of_members()
        .save(db)
        .await?;
    let badges = rows.iter().map(|it| it.row.badge.as_deref());
    assert!(badges.eq([Some("kepta"), Some("other"), None]));
    // What a default of the model fills is for new rows only.
    let ranked = Member::upsert(member(1, "a", "y", 1).rank(9));
    ranked.on_key_of_members().save(db).await?;
    let rows = [member(1, "a", "y", 1), member(1, "d", "y", 1)];
    let rows = Member::upsert_many(rows)
        .on_key_of_members()
        .save(db)
        .await?;
    assert!(rows.iter().map(|it| it.row.rank).eq([9, 3]));
    // A column that is named must be given by every row.
    let rows = [
        member(1, "a", "z", 1).badge("n".to_owned()),
        member(1, "b", "z", 1),
    ];
    let upsert = Member::upsert_many(rows)
        .on_key_of_members()
        .overwrite(Member::badge);
    let error = upsert.save(db).await.unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::Usage, Some(1)));
    assert_eq!(
        Member::query()
            .filter(Member::role.eq("z"))
            .count(db)
            .await?,
        0
    );
    Ok(())
}

#[tokio::test]
async fn another_constraint_is_that_violation_and_nothing_is_written() -> Test {
    let place = members().await?;
    let db = &place.db;
    let taken = member(1, "a", "x", 1).badge("taken".to_owned());
    taken.save(db).await?;
    let rows = [
        member(1, "b", "x", 1).badge("free".to_owned()),
        member(1, "c", "x", 1).badge("taken".to_owned()),
    ];
    let error = Member::upsert_many(rows)
        .on_key_of_members()
        .save(db)
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.fields(), ["badge"]);
    assert_eq!(Member::query().count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_proposed_value_is_known_inside_its_upsert_alone() -> Test {
    let place = members().await?;
    let mut stolen = None;
    let _ = Member::upsert(member(1, "a", "x", 1))
        .on_key_of_members()
        .overwrite_with(Member::visits, |new| {
            stolen = Some(new.get(Member::visits));
            1
        });
    let elsewhere = Member::query().filter(Member::visits.eq(stolen.unwrap()));
    let error = elsewhere.all(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    place.log.assert_count(0);
    Ok(())
}

// What the database spells otherwise than the program is placed as the database compares it.
#[tokio::test]
async fn rows_are_placed_as_the_database_compares_them() -> Test {
    only_on_a_server!();
    #[derive(Model, Debug, Clone)]
    #[model(table = "prices")]
    struct Price {
        #[column(primary_key, auto_increment)]
        id: i32,
        #[column(unique, numeric(10, 2))]
        amount: Decimal,
        label: String,
    }
    let place = with_models(orm::models![Price]).await?;
    let price = |amount: &str, label: &str| {
        let amount: Decimal = amount.parse().unwrap();
        Price::create().amount(amount).label(label)
    };
    price("1.50", "old").save(&place.db).await?;
    let rows = [price("3", "new"), price("1.5", "new"), price("2.0", "new")];
    let told = Price::upsert_many(rows)
        .on(Price::amount)
        .save(&place.db)
        .await?;
    assert!(told.iter().map(|it| it.created).eq([true, false, true]));
    let amounts = told.iter().map(|it| it.row.amount.to_string());
    assert_eq!(amounts.collect::<Vec<_>>(), ["3.00", "1.50", "2.00"]);
    let rows = [
        price("1.5", "newer"),
        price("9", "newer"),
        price("3.000", "newer"),
    ];
    let told = Price::upsert_many(rows)
        .on(Price::amount)
        .or_ignore(&place.db)
        .await?;
    assert!(told.iter().map(Option::is_some).eq([false, true, false]));
    Ok(())
}

// As above, and no spelling of ours tells that two keys are the same.
#[tokio::test]
async fn rows_are_placed_where_only_the_database_takes_keys_for_equal() -> Test {
    #[derive(Model, Debug, Clone)]
    #[model(table = "words")]
    struct Word {
        #[column(primary_key, auto_increment)]
        id: i32,
        #[column(unique)]
        word: String,
        uses: i32,
    }
    let place = with_tables(match on_a_file() {
        true => {
            "CREATE TABLE words (id INTEGER PRIMARY KEY AUTOINCREMENT,
                 word TEXT NOT NULL UNIQUE COLLATE NOCASE, uses INTEGER NOT NULL)"
        }
        false => {
            "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
             CREATE TABLE words (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                 word text COLLATE loose NOT NULL UNIQUE, uses int NOT NULL)"
        }
    })
    .await?;
    let db = &place.db;
    let words = |uses: [(&str, i32); 3]| {
        let words = uses.map(|(word, uses)| Word::create().word(word).uses(uses));
        Word::upsert_many(words).on(Word::word)
    };
    let first = [("Ann", 1), ("Bob", 1), ("Cy", 1)];
    words(first).save(db).await?;
    let told = |rows: Vec<Upserted<Word>>| {
        let told = rows.into_iter();
        told.map(|it| (it.row.word, it.row.uses, it.updated))
            .collect::<Vec<_>>()
    };
    let rows = words([("bob", 5), ("Eve", 1), ("ANN", 6)]).save(db).await?;
    let expected = [("Bob", 5, true), ("Eve", 1, false), ("Ann", 6, true)];
    let expected = expected.map(|(word, uses, updated)| (word.to_owned(), uses, updated));
    assert_eq!(told(rows), expected);
    // Those that the condition leaves alone come back, too.
    let some = words([("bob", 7), ("eve", 3), ("CY", 8)]);
    let some = some.overwrite_if(|_| Word::uses.gt(3));
    let expected = [("Bob", 7, true), ("Eve", 1, false), ("Cy", 1, false)];
    let expected = expected.map(|(word, uses, updated)| (word.to_owned(), uses, updated));
    assert_eq!(told(some.save(db).await?), expected);
    let new = words([("ann", 9), ("Flo", 1), ("CY", 9)])
        .or_ignore(db)
        .await?;
    assert!(new.iter().map(Option::is_some).eq([false, true, false]));
    let found = words([("gus", 1), ("FLO", 9), ("ann", 9)])
        .or_find(db)
        .await?;
    let expected = [("gus", 1, true), ("Flo", 1, false), ("Ann", 6, false)];
    let found = found
        .into_iter()
        .map(|it| (it.row.word, it.row.uses, it.created));
    assert!(found.eq(expected.map(|(word, uses, created)| (word.to_owned(), uses, created))));
    if on_a_file() {
        return Ok(());
    }
    // Two of one statement.
    let twice = words([("Zoe", 1), ("Ida", 1), ("ZOE", 2)]).save(db).await;
    let error = twice.unwrap_err();
    let words_of_error = "Word: two rows are the same as the database compares word";
    assert!(error.to_string().contains(words_of_error), "{error}");
    assert_eq!(
        Word::query().filter(Word::word.eq("Ida")).count(db).await?,
        0
    );
    // Nor where the row that is written has another spelling.
    place
        .run(
            "CREATE FUNCTION small() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN NEW.word := lower(NEW.word); RETURN NEW; END $$;
             CREATE TRIGGER small BEFORE INSERT ON words FOR EACH ROW EXECUTE FUNCTION small()",
        )
        .await?;
    let new = words([("GUS", 9), ("HAL", 1), ("ANN", 9)])
        .or_ignore(db)
        .await?;
    assert!(new.iter().map(Option::is_some).eq([false, true, false]));
    Ok(())
}

// What a program has learnt about a table it remembers by name.
#[tokio::test]
async fn a_partitioned_table_tells_many_new_rows_from_old_ones() -> Test {
    only_on_a_server!();
    #[derive(Model, Debug, Clone)]
    #[model(table = "parts", unique(columns = (lot, name)))]
    struct Part {
        #[column(primary_key, auto_increment)]
        id: i64,
        lot: i32,
        name: String,
    }
    let place = with_models(orm::models![Part]).await?;
    place
        .run(
            "DROP TABLE parts;
             CREATE TABLE parts (id bigserial, lot int NOT NULL, name text NOT NULL, UNIQUE (lot, name))
                PARTITION BY HASH (lot);
             CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        )
        .await?;
    let db = &place.db;
    let mut known = BTreeSet::new();
    for names in [
        vec!["a", "c"],
        vec!["a", "b", "c", "d"],
        vec!["e", "a", "f", "d"],
    ] {
        let rows = names.iter().map(|name| Part::create().lot(1).name(*name));
        let told = Part::upsert_many(rows)
            .on((Part::lot, Part::name))
            .save(db)
            .await?;
        let told = told.iter().map(|it| (it.row.name.as_str(), it.created));
        assert!(told.eq(names.iter().map(|name| (*name, !known.contains(name)))));
        known.extend(names);
    }
    Ok(())
}

// A trigger that keeps rows away keeps all of them away, and says so.
#[tokio::test]
async fn a_trigger_that_drops_a_row_undoes_all() -> Test {
    only_on_a_server!();
    #[derive(Model, Debug, Clone)]
    #[model(table = "sieved")]
    struct Sieved {
        #[column(primary_key)]
        name: String,
        visits: i32,
    }
    let place = with_models(orm::models![Sieved]).await?;
    place
        .run(
            "CREATE FUNCTION drop_c() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF NEW.name = 'c' THEN RETURN NULL; END IF; RETURN NEW; END $$;
             CREATE TRIGGER drop_c BEFORE INSERT ON sieved FOR EACH ROW EXECUTE FUNCTION drop_c()",
        )
        .await?;
    let upsert = || {
        let rows = ["a", "c", "e"].map(|name| Sieved::create().name(name).visits(1));
        Sieved::upsert_many(rows).on_key()
    };
    for _ in 0..2 {
        let error = upsert().save(&place.db).await.unwrap_err();
        assert!(error.is_not_written(), "{error}");
        assert_eq!(Sieved::query().count(&place.db).await?, 0);
    }
    let ignored = upsert().or_ignore(&place.db).await?;
    assert!(ignored.iter().map(Option::is_some).eq([true, false, true]));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "prices", unique(columns = (price, code)))]
struct Price {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    price: Decimal,
    #[column(char(3))]
    code: String,
    note: Option<String>,
}

fn price(mantissa: i64, scale: u32, code: &str, note: &str) -> impl IntoNew<Price> {
    let price = Price::create().price(Decimal::new(mantissa, scale));
    price.code(code).note(note.to_owned())
}

// As they are written they differ; the database takes them for one.
#[tokio::test]
async fn decimals_and_padded_texts_are_the_same_however_they_are_written() -> Test {
    let place = with_models(orm::models![Price]).await?;
    let db = &place.db;
    place.log.clear();
    let twice = [price(10, 1, "a", "x"), price(100, 2, "a", "y")];
    let error = Price::upsert_many(twice).on(Price::price).save(db).await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("row 1 is the same as row 0"));
    let twice = [price(1, 0, "a", "x"), price(1, 0, "a ", "y")];
    let twice = Price::upsert_many(twice).on((Price::price, Price::code));
    let error = twice.save(db).await.unwrap_err();
    assert!(error.to_string().contains("row 1 is the same as row 0"));
    place.log.assert_count(0);

    let rows = [price(10, 1, "a", "x"), price(300, 2, "b", "z")];
    Price::upsert_many(rows).on(Price::price).save(db).await?;
    let rows = [price(30, 1, "b", "z2"), price(1000, 3, "a", "x2")];
    let rows = Price::upsert_many(rows).on(Price::price).save(db).await?;
    let notes = rows.iter().map(|it| (it.created, it.row.note.as_deref()));
    assert!(notes.eq([(false, Some("z2")), (false, Some("x2"))]));
    let rows = [
        price(3, 0, "b", ""),
        price(1, 0, "a", ""),
        price(7, 0, "c", ""),
    ];
    let rows = Price::upsert_many(rows).on(Price::price).or_ignore(db);
    let is_new = rows.await?.into_iter().map(|it| it.is_some());
    assert!(is_new.eq([false, false, true]));
    Ok(())
}

// A text that is empty is a value, and NULL is the same as nothing.
#[tokio::test]
async fn an_empty_text_is_not_taken_for_null() -> Test {
    #[derive(Model, Debug, Clone)]
    #[model(table = "nicknames")]
    struct Nickname {
        #[column(primary_key, auto_increment)]
        id: i32,
        #[column(unique)]
        name: Option<String>,
        uses: i32,
    }
    let place = with_models(orm::models![Nickname]).await?;
    let db = &place.db;
    let row = |name: Option<&str>, uses: i32| {
        let name = name.map(str::to_owned);
        Nickname::create().name(name).uses(uses)
    };
    row(Some(""), 1).save(db).await?;
    let rows = [row(None, 5), row(Some(""), 0), row(None, 6)];
    let rows = Nickname::upsert_many(rows)
        .on(Nickname::name)
        .or_find(db)
        .await?;
    let told = rows
        .iter()
        .map(|it| (it.row.name.as_deref(), it.row.uses, it.created));
    let expected = [(None, 5, true), (Some(""), 1, false), (None, 6, true)];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let rows = [row(Some(""), 0), row(None, 7)];
    let new = Nickname::upsert_many(rows)
        .on(Nickname::name)
        .or_ignore(db)
        .await?;
    let new: Vec<Option<i32>> = new.iter().map(|it| Some(it.as_ref()?.uses)).collect();
    assert_eq!(new, [None, Some(7)]);
    Ok(())
}
