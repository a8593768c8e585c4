//! Values that a plain Rust type has no room for, and the types that have.

use chrono::{NaiveDate, Timelike as _};
use orm::prelude::*;
use orm::raw::raw_sql;
use orm::types::{Infinite, OrUnknown, Range};
use rust_decimal::Decimal;

use crate::database::{Place, Test, with_models};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(name = "visa_kind")]
enum VisaKind {
    Work,
    Study,
}

/// A table as a program knows it that asks for nothing.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "visas")]
struct Plain {
    #[column(primary_key)]
    id: i32,
    kind: VisaKind,
    since: NaiveDate,
    until: DateTime<Utc>,
    price: Option<Decimal>,
}

/// The same table with everything that may be in it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "visas")]
struct Visa {
    #[column(primary_key)]
    id: i32,
    kind: OrUnknown<VisaKind>,
    since: Infinite<NaiveDate>,
    until: Infinite<DateTime<Utc>>,
    stay: Option<Range<Infinite<NaiveDate>>>,
    #[column(numeric(4, 2))]
    price: Option<Decimal>,
}

async fn office() -> Test<Place> {
    let office = with_models(orm::models![Visa]).await?;
    office
        .run("ALTER TYPE visa_kind ADD VALUE 'transit'")
        .await?;
    Ok(office)
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 3, day).expect("a day of March")
}

#[tokio::test]
async fn infinite_dates_are_read_written_and_compared() -> Test {
    let office = office().await?;
    let visa = Visa::create()
        .id(1)
        .kind(VisaKind::Work)
        .since(Infinite::NegativeInfinity)
        .until(Infinite::Infinity)
        .stay(Range::from(Infinite::Finite(day(1))..Infinite::Infinity))
        .save(&office.db)
        .await?;
    assert_eq!(visa.until, Infinite::Infinity);
    assert_eq!(Visa::find(1).one(&office.db).await?, visa);
    let words = raw_sql("SELECT since::text || ' ' || until::text || ' ' || stay::text FROM visas");
    assert_eq!(
        words.scalar::<String>(&office.db).await?,
        "-infinity infinity [2024-03-01,infinity)"
    );
    let later = Visa::query().filter(Visa::until.gt(Infinite::Finite(Utc::now())));
    assert_eq!(later.count(&office.db).await?, 1);
    let visa = visa.update().set(Visa::since, Infinite::Finite(day(2)));
    assert_eq!(visa.save(&office.db).await?.since.finite(), Some(day(2)));
    let many = [2, 3].map(|id| {
        let row = Visa::create().id(id).kind(VisaKind::Study);
        row.since(Infinite::Infinity)
            .until(Infinite::NegativeInfinity)
    });
    let many = Visa::create_many(many).save(&office.db).await?;
    assert!(many.iter().all(|visa| visa.since == Infinite::Infinity));
    Ok(())
}

#[tokio::test]
async fn who_does_not_opt_in_is_told_what_was_found_and_what_to_type() -> Test {
    let office = office().await?;
    let row = "INSERT INTO visas (id, kind, since, until) VALUES";
    office
        .run(&format!("{row} (1, 'work', '-infinity', 'infinity')"))
        .await?;
    let error = Plain::find(1).one(&office.db).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "visas.since: expected a finite date (a field of type `Infinite<..>` holds others), got -infinity"
    );
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Plain"), &["since"][..])
    );
    office.run("UPDATE visas SET since = '2024-03-01'").await?;
    let error = Plain::find(1).one(&office.db).await.unwrap_err();
    assert!(error.to_string().ends_with("got infinity"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_label_that_the_program_does_not_know_is_kept() -> Test {
    let office = office().await?;
    office
        .run(
            "INSERT INTO visas (id, kind, since, until)
             VALUES (1, 'transit', '2024-03-01', '2024-03-02'), (2, 'work', '2024-03-01', '2024-03-02')",
        )
        .await?;
    assert!(Plain::find(1).one(&office.db).await.is_err());
    let visas = Visa::query().order_by(Visa::id).all(&office.db).await?;
    assert_eq!(visas[0].kind, OrUnknown::Unknown("transit".into()));
    assert_eq!(visas[1].kind, OrUnknown::Known(VisaKind::Work));
    assert_eq!(visas[0].kind.label(), "transit");
    // It is written back as it was read, alone and in an array.
    let same = Visa::query().filter(Visa::kind.eq(visas[0].kind.clone()));
    assert_eq!(same.all(&office.db).await?, [visas[0].clone()]);
    let set = visas[1].update().set(Visa::kind, visas[0].kind.clone());
    assert_eq!(set.save(&office.db).await?.kind, visas[0].kind);
    let among = Visa::query().filter(Visa::kind.in_([visas[0].kind.clone()]));
    assert_eq!(among.count(&office.db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_number_that_its_column_has_no_room_for_names_the_field() -> Test {
    let office = office().await?;
    let visa = |price: &str| {
        let row = Visa::create().id(1).kind(VisaKind::Work);
        let row = row.since(Infinite::Infinity).until(Infinite::Infinity);
        row.price(price.parse::<Decimal>().unwrap())
    };
    let error = visa("99.995").save(&office.db).await.unwrap_err();
    assert!(error.is_validation() && error.is_numeric_out_of_range());
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Visa"), &["price"][..])
    );
    // What is returned is what the database has: rounded to the scale.
    let saved = visa("99.994").save(&office.db).await?;
    assert_eq!(saved.price, Some("99.99".parse().unwrap()));
    Ok(())
}

#[tokio::test]
async fn nanoseconds_are_cut_and_the_row_returned_has_what_the_database_has() -> Test {
    let office = office().await?;
    let now = Utc::now().with_nanosecond(123_456_789).unwrap();
    let row = Plain::create().id(1).kind(VisaKind::Work).since(day(1));
    let saved = row.until(now).save(&office.db).await?;
    assert_eq!(saved.until.nanosecond(), 123_456_000);
    assert_eq!(Plain::find(1).one(&office.db).await?, saved);
    let same = Plain::query().filter(Plain::until.eq(now));
    assert_eq!(same.count(&office.db).await?, 1);
    Ok(())
}
