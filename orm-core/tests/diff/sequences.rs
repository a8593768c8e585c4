//! Sequences: how their numbers follow each other, and those that several columns ask.

use orm_core::ddl::blueprint::{Column, Sequence, Table, Type};
use orm_core::diff::{Goal, Options};
use orm_core::exec::Db;
use orm_core::schema::{Identity, SequenceOptions};

use crate::base::{add, alter, base, round};
use crate::declare::{column, goal, name, table};
use crate::place::Place;

const BY_TEN: SequenceOptions = SequenceOptions {
    start: Some(1000),
    increment: Some(10),
    cache: Some(5),
    ..SequenceOptions::UNSAID
};

fn own(options: SequenceOptions) -> Option<Sequence> {
    Some(Sequence {
        shared: None,
        options,
    })
}

fn asking(sequence: &str, options: SequenceOptions) -> Column {
    let shared = name(sequence);
    Column {
        default: Some(format!("nextval('{}')", shared.quoted())),
        sequence: Some(Sequence {
            shared: Some(shared),
            options,
        }),
        ..column("number", "bigint")
    }
}

fn counted(options: SequenceOptions) -> Table {
    let mut it = table("orders", []);
    it.columns[0].sequence = own(options);
    it
}

async fn next(place: &Place, table: &str) -> Vec<String> {
    let insert = format!("INSERT INTO {table} DEFAULT VALUES RETURNING id::text");
    place.texts(&insert).await
}

#[tokio::test]
async fn an_identity_counts_as_its_model_says() {
    for kind in [Identity::Always, Identity::ByDefault] {
        round(add(Column {
            identity: Some(kind),
            sequence: own(BY_TEN),
            ..column("c", "bigint")
        }))
        .await;
        round(alter(move |it| {
            it.identity = Some(kind);
            it.nullable = false;
            it.sequence = own(SequenceOptions {
                start: None,
                ..BY_TEN
            });
        }))
        .await;
    }
    let place = Place::at(goal([counted(BY_TEN)])).await;
    assert_eq!(next(&place, "orders").await, ["1000"]);
    assert_eq!(next(&place, "orders").await, ["1010"]);
}

#[tokio::test]
async fn a_counter_that_is_there_goes_on_with_other_steps() {
    let place = Place::at(goal([table("orders", [])])).await;
    assert_eq!(next(&place, "orders").await, ["1"]);
    let there = goal([counted(BY_TEN)]);
    let drafts = place.there_and_back(there.clone(), &Options::new()).await;
    let up = &drafts[0].up;
    let set = r#"ALTER COLUMN "id" SET START WITH 1000 SET INCREMENT BY 10 SET CACHE 5"#;
    assert!(up.contains(set), "{up}");
    let down = &drafts[0].down;
    let set = r#"ALTER COLUMN "id" SET START WITH 1 SET INCREMENT BY 1 SET CACHE 1"#;
    assert!(down.contains(set), "{down}");
    assert_eq!(next(&place, "orders").await, ["11"]);
    // What is not said is left as it is, and so is all where nothing is.
    for options in [
        SequenceOptions::UNSAID,
        SequenceOptions {
            cache: Some(5),
            ..SequenceOptions::UNSAID
        },
    ] {
        let rest = place.diff(goal([counted(options)]), &Options::new()).await;
        assert!(rest.is_empty(), "{rest:#?}");
    }
    place.go(goal([table("orders", [])]), &Options::new()).await;
}

#[tokio::test]
async fn every_option_is_said_and_changed() {
    let down = SequenceOptions {
        start: Some(-5),
        increment: Some(-1),
        min: Some(-9),
        max: Some(-2),
        cache: Some(1),
        cycle: Some(true),
    };
    let place = Place::at(goal([counted(down)])).await;
    assert_eq!(next(&place, "orders").await, ["-5"]);
    let up = SequenceOptions {
        start: Some(1),
        increment: Some(3),
        min: Some(-9),
        max: Some(i64::from(i32::MAX)),
        cache: Some(2),
        cycle: Some(false),
    };
    place
        .there_and_back(goal([counted(up)]), &Options::new())
        .await;
    assert_eq!(next(&place, "orders").await, ["-2"]);
}

#[tokio::test]
async fn a_serial_counts_as_its_model_says() {
    for id in [
        "serial PRIMARY KEY",
        // As good as its own.
        r#"int PRIMARY KEY DEFAULT nextval('"some ''numbers"')"#,
    ] {
        serial(id).await;
    }
}

async fn serial(id: &str) {
    let place = Place::new().await;
    place
        .run(&format!(
            r#"CREATE SEQUENCE "some 'numbers"; CREATE TABLE "Odd 'one" (id {id})"#
        ))
        .await;
    let mut there = table("Odd 'one", []);
    there.constraints[0].name = "Odd 'one_pkey".into();
    there.columns[0].sequence = own(BY_TEN);
    place.there_and_back(goal([there]), &Options::new()).await;
    assert_eq!(next(&place, r#""Odd 'one""#).await, ["1"]);
    assert_eq!(next(&place, r#""Odd 'one""#).await, ["11"]);
}

/// Invoices and notes that one sequence numbers.
fn shared(sequence: &str, options: SequenceOptions) -> Goal {
    let all = ["invoices", "credit notes"];
    goal(all.map(|it| table(it, [asking(sequence, options)])))
}

#[tokio::test]
async fn several_columns_ask_one_sequence() {
    for sequence in ["numbers", "shop.numbers", "shop.Odd \"'.one"] {
        // A connection keeps what it took ahead.
        let by_ten = SequenceOptions {
            cache: None,
            ..BY_TEN
        };
        let place = Place::at(goal([base()])).await;
        let drafts = place
            .there_and_back(
                shared(sequence, by_ten),
                &Options::new().ignore_table("things"),
            )
            .await;
        let creates = drafts.iter().map(|it| it.up.matches("CREATE SEQUENCE"));
        assert_eq!(creates.flatten().count(), 1, "{drafts:#?}");
        let number =
            |table: &str| format!("INSERT INTO \"{table}\" DEFAULT VALUES RETURNING number::text");
        assert_eq!(place.texts(&number("invoices")).await, ["1000"]);
        assert_eq!(place.texts(&number("credit notes")).await, ["1010"]);
        // Other steps.
        let by_one = SequenceOptions {
            increment: Some(1),
            cycle: Some(true),
            ..by_ten
        };
        place
            .there_and_back(
                shared(sequence, by_one),
                &Options::new().ignore_table("things"),
            )
            .await;
        assert_eq!(place.texts(&number("invoices")).await, ["1011"]);
        // Nobody asks it any more: others may, so that it stays.
        let plain = table("invoices", [column("number", "bigint")]);
        let drafts = place
            .there_and_back(goal([plain]), &Options::new().ignore_table("things"))
            .await;
        assert!(drafts.iter().all(|it| !it.up.contains("DROP SEQUENCE")));
    }
}

#[tokio::test]
async fn a_sequence_that_is_there_is_asked() {
    let place = Place::new().await;
    place
        .run("CREATE SEQUENCE numbers START 7; SELECT nextval('numbers')")
        .await;
    let there = shared("numbers", SequenceOptions::UNSAID);
    let drafts = place.there_and_back(there, &Options::new()).await;
    assert!(drafts.iter().all(|it| !it.up.contains("SEQUENCE")));
    let number = "INSERT INTO invoices DEFAULT VALUES RETURNING number::text";
    assert_eq!(place.texts(number).await, ["8"]);
}

#[tokio::test]
async fn a_second_column_counts_as_the_first_one() {
    let down = SequenceOptions {
        start: Some(-7),
        increment: Some(-2),
        cycle: Some(true),
        ..SequenceOptions::UNSAID
    };
    for (options, first, second) in [(BY_TEN, "1000", "1050"), (down, "-7", "-9")] {
        for is_used in [true, false] {
            let place = Place::at(goal([counted(options)])).await;
            if is_used {
                assert_eq!(next(&place, "orders").await, [first]);
            }
            let mut wide = counted(options);
            wide.columns[0].kind = Type::BuiltIn("bigint".into());
            let swap = Options::new().second_column("orders", "id");
            place.there_and_back(goal([wide]), &swap).await;
            let expected = if is_used { second } else { first };
            assert_eq!(next(&place, "orders").await, [expected]);
        }
    }
}

fn options(start: i64, increment: i64) -> SequenceOptions {
    SequenceOptions {
        start: Some(start),
        increment: Some(increment),
        ..SequenceOptions::UNSAID
    }
}

/// Orders that were numbered by hand, and the table as it should be.
async fn numbered_later(place: &Place, first: &str, there: Table) -> Vec<String> {
    let by_hand = Table {
        columns: vec![column("id", "integer")],
        ..table("orders", [])
    };
    place.go(goal([by_hand]), &Options::new()).await;
    place
        .run(&format!("INSERT INTO orders VALUES ({first})"))
        .await;
    place.there_and_back(goal([there]), &Options::new()).await;
    next(place, "orders").await
}

#[tokio::test]
async fn what_begins_to_count_goes_on_behind_the_rows() {
    for (first, said, second) in [
        ("7", options(1000, 1), "1000"),
        ("7", options(3, 1), "8"),
        ("-7", options(-3, -1), "-8"),
        ("-7", options(-9, -1), "-9"),
    ] {
        let place = Place::new().await;
        let number = numbered_later(&place, first, counted(said)).await;
        assert_eq!(number, [second]);
        let place = Place::new().await;
        let mut asks = Column {
            name: "id".into(),
            ..asking("numbers", said)
        };
        asks.kind = Type::BuiltIn("integer".into());
        let there = Table {
            columns: vec![asks],
            ..table("orders", [])
        };
        let number = numbered_later(&place, first, there).await;
        assert_eq!(number, [second]);
    }
}

#[tokio::test]
async fn what_is_dropped_asks_the_same_sequence_again() {
    let there = |columns: Vec<Column>| goal([table("orders", columns)]);
    let asks = || vec![asking("numbers", options(50, 5))];
    let place = Place::at(there(asks())).await;
    place.run("INSERT INTO orders DEFAULT VALUES").await;
    let drafts = place
        .there_and_back(there(Vec::new()), &Options::new())
        .await;
    place.take_back(&drafts).await;
    let number = "INSERT INTO orders DEFAULT VALUES RETURNING number::text";
    // The row got another one each time that its column came back.
    assert_eq!(place.texts(number).await, ["65"]);
}

#[tokio::test]
async fn a_second_column_leaves_a_sequence_that_stands_alone_alone() {
    let asks = |kind: &str| {
        let mut it = asking("numbers", options(50, 5));
        it.kind = Type::BuiltIn(kind.into());
        goal([table("orders", [it])])
    };
    let place = Place::at(asks("integer")).await;
    place.run("INSERT INTO orders DEFAULT VALUES").await;
    let swap = Options::new().second_column("orders", "number");
    place.there_and_back(asks("bigint"), &swap).await;
    place.there_and_back(asks("integer"), &Options::new()).await;
    let number = "INSERT INTO orders DEFAULT VALUES RETURNING number::text";
    assert_eq!(place.texts(number).await, ["55"]);
    place.run("DROP TABLE orders").await;
    let facts = "SELECT seqmax::text FROM pg_sequence WHERE seqrelid = 'numbers'::regclass";
    assert_eq!(place.texts(facts).await, [i64::MAX.to_string()]);
}

#[tokio::test]
async fn numbers_change_with_their_type() {
    let counts = |kind: &str, max: i64| {
        let mut it = counted(SequenceOptions {
            max: Some(max),
            ..SequenceOptions::UNSAID
        });
        it.columns[0].kind = Type::BuiltIn(kind.into());
        goal([it])
    };
    let (wide, narrow) = (("bigint", 5_000_000_000), ("integer", 100_000));
    let place = Place::at(counts(wide.0, wide.1)).await;
    for options in [Options::new(), Options::new().second_column("orders", "id")] {
        place
            .there_and_back(counts(narrow.0, narrow.1), &options)
            .await;
        place.there_and_back(counts(wide.0, wide.1), &options).await;
    }
}

#[tokio::test]
async fn a_sequence_is_the_one_that_is_asked() {
    let place = Place::new().await;
    place
        .run(
            "CREATE TABLE owners (id serial PRIMARY KEY);
             CREATE TABLE askers (id int PRIMARY KEY DEFAULT nextval('owners_id_seq'));
             CREATE TABLE others (id int PRIMARY KEY DEFAULT nextval('owners_id_seq'),
                                  spare int GENERATED BY DEFAULT AS IDENTITY (INCREMENT 2));
             CREATE SEQUENCE aside INCREMENT 7 OWNED BY others.id;
             CREATE SEQUENCE besides INCREMENT 9 OWNED BY others.spare",
        )
        .await;
    let found = place.db.blueprint(&[]).await.unwrap();
    let of = |table: &str, column: &str| {
        let mut tables = found.tables.iter();
        let table = tables.find(|it| it.name.name == table).unwrap();
        let column = table.column(column).unwrap();
        (column.identity.is_some(), column.sequence.clone().unwrap())
    };
    let goal = Goal {
        blueprint: found.clone(),
        ..goal([])
    };
    let rest = place.diff(goal, &Options::new()).await;
    assert!(rest.is_empty(), "{rest:#?}");
    for table in ["owners", "askers", "others"] {
        let (numbered, sequence) = of(table, "id");
        assert_eq!(
            (numbered, sequence.shared),
            (false, Some(name("owners_id_seq")))
        );
    }
    let by_two = SequenceOptions {
        increment: Some(2),
        ..SequenceOptions::UNSAID
    };
    assert_eq!(of("others", "spare"), (true, own(by_two).unwrap()));
}

#[tokio::test]
async fn a_name_is_that_of_the_schema_that_is_meant() {
    let place = Place::new().await;
    place
        .run(
            "CREATE SCHEMA shop; CREATE SEQUENCE nums START 50;
             CREATE TABLE shop.bills (id bigint PRIMARY KEY DEFAULT nextval('nums'));
             CREATE TABLE shop.notes (id bigint PRIMARY KEY DEFAULT nextval('nums'))",
        )
        .await;
    let blueprint = place.db.blueprint(&["shop"]).await.unwrap();
    let all = blueprint.sequences();
    assert_eq!(all.keys().collect::<Vec<_>>(), [&&name("public.nums")]);
    let goal = Goal {
        blueprint,
        ..goal([])
    };
    let rest = place.diff(goal, &Options::new()).await;
    assert!(rest.is_empty(), "{rest:#?}");
}

#[tokio::test]
async fn a_sequence_further_down_the_search_path_is_another_one() {
    let place = Place::new().await;
    place
        .run(
            "CREATE SCHEMA further; CREATE SEQUENCE further.numbers START 70;
             CREATE TABLE orders (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                                  number bigint NOT NULL DEFAULT nextval('further.numbers'));
             INSERT INTO orders DEFAULT VALUES;
             DO $$ BEGIN EXECUTE format(
                 'ALTER DATABASE %I SET search_path = public, further', current_database()
             ); END $$",
        )
        .await;
    let db = Db::connect(place.config.clone()).await.unwrap();
    let there = goal([table("orders", [asking("numbers", options(5, 1))])]);
    let diff = db.diff_to(there.clone(), &Options::new()).await.unwrap();
    place.try_apply(&diff).await.unwrap();
    let rest = db.diff_to(there, &Options::new()).await.unwrap();
    assert!(rest.is_empty(), "{rest:#?}");
    let number = "INSERT INTO orders DEFAULT VALUES RETURNING number::text";
    // Behind the row, and no longer the other sequence's.
    assert_eq!(place.texts(number).await, ["71"]);
    let last = "SELECT last_value::text FROM further.numbers";
    assert_eq!(place.texts(last).await, ["70"]);
}

// A dot in a name is no schema.
#[tokio::test]
async fn a_name_with_a_dot_is_one_name() {
    let place = Place::new().await;
    place
        .run(
            r#"CREATE SCHEMA a; CREATE TABLE "a.b" (id int);
               CREATE SEQUENCE a.b START 40; CREATE SEQUENCE "a.b_id" START 7;
               CREATE TABLE orders (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                                    number bigint NOT NULL DEFAULT nextval('"a.b_id"'));
               ALTER SEQUENCE "a.b_id" OWNED BY orders.number; ALTER SEQUENCE a.b RENAME TO b_id"#,
        )
        .await;
    let there = goal([table("orders", [asking("a.b_id", SequenceOptions::UNSAID)])]);
    let options = Options::new().ignore_table("a.b");
    place.go(there, &options).await;
    let number = "INSERT INTO orders DEFAULT VALUES RETURNING number::text";
    assert_eq!(place.texts(number).await, ["40"]);
}
