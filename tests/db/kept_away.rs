//! Triggers, rules and views that keep new rows away: all rows are written or
//! none, and what is nested in a row is written below that row.

use orm::error::ErrorKind;
use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "carts")]
#[association(has_many, as = "lines", model = Line, foreign_key = "cart_id")]
struct Cart {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
    note: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lines")]
#[association(belongs_to, as = "cart", model = Cart, foreign_key = "cart_id")]
struct Line {
    #[column(primary_key, auto_increment)]
    id: i32,
    cart_id: i32,
    text: String,
}

const BAD_ROWS_VANISH: &str = "
    CREATE FUNCTION no_bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.name LIKE 'bad%' THEN RETURN NULL; END IF;
        NEW.note := lower(NEW.name);
        RETURN NEW;
    END $$;
    CREATE TRIGGER no_bad BEFORE INSERT ON carts FOR EACH ROW EXECUTE FUNCTION no_bad()";

async fn carts() -> Test<Place> {
    with_models(orm::models![Cart, Line]).await
}

fn cart(name: &str) -> CartCreate<orm::create::Given> {
    Cart::create().name(name)
}

fn filled(name: &'static str) -> CartCreate<orm::create::Given> {
    cart(name).with(Cart::lines, move |line| [line().text(format!("of {name}"))])
}

/// Each cart's name and the texts of its lines.
async fn texts(place: &Place) -> Test<Vec<(String, Vec<String>)>> {
    let carts = Cart::query().order_by(Cart::id).include(Cart::lines);
    let carts = carts.all(&place.db).await?;
    let texts = carts.into_iter().map(|cart| {
        let lines = cart.lines.iter().map(|line| line.text.clone()).collect();
        (cart.name.clone(), lines)
    });
    Ok(texts.collect())
}

fn assert_kept_away(error: &orm::Error, told: &str) {
    assert_eq!(error.kind(), ErrorKind::NotWritten, "{error}");
    assert!(error.is_not_written());
    assert_eq!(error.model(), Some("Cart"));
    assert!(error.to_string().contains(told), "{error}");
}

#[tokio::test]
async fn a_row_that_a_trigger_drops_takes_the_others_and_their_children_along() -> Test {
    let place = carts().await?;
    place.run(BAD_ROWS_VANISH).await?;
    let rows = ["good1", "bad2", "good3"].map(filled);
    let error = Cart::create_many(rows).save(&place.db).await.unwrap_err();
    assert_kept_away(&error, "Cart: 2 of 3 new rows came back");
    assert_eq!(texts(&place).await?, []);
    assert_eq!(Line::query().count(&place.db).await?, 0);

    let rows = Cart::create_many(["good1", "good3"].map(filled));
    let rows = rows.save(&place.db).await?;
    assert_eq!(rows[1].note.as_deref(), Some("good3"));
    let of = |name: &str| (name.to_owned(), vec![format!("of {name}")]);
    assert_eq!(texts(&place).await?, [of("good1"), of("good3")]);
    Ok(())
}

#[tokio::test]
async fn plain_rows_are_written_all_or_none_in_and_outside_a_transaction() -> Test {
    let place = carts().await?;
    place.run(BAD_ROWS_VANISH).await?;
    for _ in 0..2 {
        let rows = ["a", "bad", "c"].map(cart);
        let error = Cart::create_many(rows).save(&place.db).await.unwrap_err();
        assert_kept_away(&error, "2 of 3");
        assert_eq!(Cart::query().count(&place.db).await?, 0);
    }
    let rows = [cart("a"), cart("bad").id(7), cart("c").id(8)];
    let error = Cart::create_many(rows).save(&place.db).await.unwrap_err();
    assert_kept_away(&error, "1 of 2");
    assert_eq!(Cart::query().count(&place.db).await?, 0);

    // What the server accepted cannot be committed.
    let tx = place.db.begin().await?;
    let rows = ["a", "bad", "c"].map(cart);
    let error = Cart::create_many(rows).save(&tx).await.unwrap_err();
    assert_kept_away(&error, "2 of 3");
    assert!(tx.commit().await.unwrap_err().is_transaction_aborted());
    assert_eq!(Cart::query().count(&place.db).await?, 0);

    // In a nested transaction it is undone alone.
    let tx = place.db.begin().await?;
    cart("kept").save(&tx).await?;
    let nested = tx
        .transaction(async |tx| Cart::create_many(["a", "bad"].map(cart)).save(tx).await)
        .await;
    assert_kept_away(&nested.unwrap_err(), "1 of 2");
    tx.commit().await?;
    assert_eq!(texts(&place).await?, [("kept".to_owned(), vec![])]);
    Ok(())
}

#[tokio::test]
async fn a_nested_row_that_is_dropped_takes_its_parent_along() -> Test {
    let place = carts().await?;
    place
        .run(
            "CREATE FUNCTION no_bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.text LIKE 'bad%' THEN RETURN NULL; END IF; RETURN NEW; END $$;
             CREATE TRIGGER no_bad BEFORE INSERT ON lines FOR EACH ROW EXECUTE FUNCTION no_bad()",
        )
        .await?;
    let row = cart("a").with(Cart::lines, |line| {
        [line().text("x"), line().text("bad"), line().text("z")]
    });
    let error = row.save(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotWritten);
    assert_eq!(error.model(), Some("Line"));
    assert_eq!(texts(&place).await?, []);

    let a = cart("a").save(&place.db).await?;
    let line = a.related(Cart::lines).create().text("bad");
    let error = line.save(&place.db).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("Line: the new row did not come back"),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn a_single_row_that_is_dropped_is_an_error_and_ends_the_transaction() -> Test {
    let place = carts().await?;
    place.run(BAD_ROWS_VANISH).await?;
    let error = cart("bad").save(&place.db).await.unwrap_err();
    assert_kept_away(&error, "the new row did not come back");
    let error = Cart::upsert(cart("bad").id(1))
        .on_key()
        .save(&place.db)
        .await;
    assert_kept_away(&error.unwrap_err(), "the new row did not come back");
    let tx = place.db.begin().await?;
    cart("good").save(&tx).await?;
    assert!(cart("bad").save(&tx).await.unwrap_err().is_not_written());
    assert!(tx.commit().await.is_err());
    assert_eq!(Cart::query().count(&place.db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_row_that_a_trigger_protects_is_told_from_one_that_is_gone() -> Test {
    let place = carts().await?;
    place
        .run(
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
             CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON carts FOR EACH ROW
                WHEN (OLD.name = 'kept') EXECUTE FUNCTION keep()",
        )
        .await?;
    let row = cart("kept").save(&place.db).await?;
    let update = row.update().set(Cart::note, "x").save(&place.db).await;
    assert_kept_away(
        &update.unwrap_err(),
        "Cart 1: the row exists and the update did not touch it",
    );
    let delete = row.delete(&place.db).await;
    assert_kept_away(
        &delete.unwrap_err(),
        "Cart 1: the row exists and the delete did not touch it",
    );
    let row = cart("gone").save(&place.db).await?;
    row.delete(&place.db).await?;
    assert!(row.delete(&place.db).await.unwrap_err().is_not_found());
    let update = row.update().set(Cart::note, "x").save(&place.db).await;
    assert!(update.unwrap_err().is_not_found());
    Ok(())
}

// The way partitions were made before there were any.
#[tokio::test]
async fn rows_that_a_trigger_writes_elsewhere_do_not_stay_there() -> Test {
    let place = carts().await?;
    place
        .run(
            "CREATE TABLE carts_old () INHERITS (carts);
             CREATE FUNCTION reroute() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO carts_old VALUES (NEW.*); RETURN NULL; END $$;
             CREATE TRIGGER reroute BEFORE INSERT ON carts FOR EACH ROW EXECUTE FUNCTION reroute()",
        )
        .await?;
    let error = Cart::create_many(["a", "b"].map(cart))
        .save(&place.db)
        .await;
    assert_kept_away(&error.unwrap_err(), "0 of 2");
    assert_eq!(Cart::query().count(&place.db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_partitioned_table_takes_rows_in_order() -> Test {
    let place = carts().await?;
    place
        .run(
            "DROP TABLE lines, carts;
             CREATE TABLE carts (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text NOT NULL, note text)
                PARTITION BY RANGE (id);
             CREATE TABLE carts_0 PARTITION OF carts FOR VALUES FROM (MINVALUE) TO (3);
             CREATE TABLE carts_1 PARTITION OF carts FOR VALUES FROM (3) TO (MAXVALUE);
             CREATE TABLE lines (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                cart_id int NOT NULL REFERENCES carts (id), text text NOT NULL);",
        )
        .await?;
    let names = ["a", "b", "c", "d"];
    let rows = Cart::create_many(names.map(filled)).save(&place.db).await?;
    assert!(rows.iter().map(|row| row.name.as_str()).eq(names));
    let of = |name: &str| (name.to_owned(), vec![format!("of {name}")]);
    assert_eq!(texts(&place).await?, names.map(of));

    let rows = Cart::create_many(["e", "f"].map(cart))
        .save(&place.db)
        .await?;
    assert!(rows.iter().map(|row| row.name.as_str()).eq(["e", "f"]));
    place
        .run(
            "CREATE FUNCTION no_bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.name LIKE 'bad%' THEN RETURN NULL; END IF; RETURN NEW; END $$;
             CREATE TRIGGER no_bad BEFORE INSERT ON carts_1 FOR EACH ROW EXECUTE FUNCTION no_bad()",
        )
        .await?;
    let error = Cart::create_many(["g", "bad", "i"].map(filled))
        .save(&place.db)
        .await;
    assert_kept_away(&error.unwrap_err(), "2 of 3");
    assert_eq!(Cart::query().count(&place.db).await?, 6);
    Ok(())
}

#[tokio::test]
async fn a_view_and_its_trigger_may_drop_rows_too() -> Test {
    let place = carts().await?;
    place
        .run(
            "ALTER TABLE carts RENAME TO all_carts;
             CREATE VIEW carts AS SELECT * FROM all_carts;
             CREATE FUNCTION through() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.name LIKE 'bad%' THEN RETURN NULL; END IF;
                INSERT INTO all_carts (name, note) VALUES (NEW.name, NEW.note) RETURNING * INTO NEW;
                RETURN NEW; END $$;
             CREATE TRIGGER through INSTEAD OF INSERT ON carts FOR EACH ROW EXECUTE FUNCTION through()",
        )
        .await?;
    let error = Cart::create_many(["a", "bad", "c"].map(filled))
        .save(&place.db)
        .await;
    assert_kept_away(&error.unwrap_err(), "2 of 3");
    let error = Cart::create_many(["a", "bad", "c"].map(cart))
        .save(&place.db)
        .await;
    assert_kept_away(&error.unwrap_err(), "2 of 3");
    assert_eq!(Cart::query().count(&place.db).await?, 0);
    Cart::create_many(["a", "c"].map(filled))
        .save(&place.db)
        .await?;
    let of = |name: &str| (name.to_owned(), vec![format!("of {name}")]);
    assert_eq!(texts(&place).await?, ["a", "c"].map(of));
    Ok(())
}

// A rule that also does something else leaves the rows as they are; one that does
// something else instead returns what it likes.
#[tokio::test]
async fn a_rule_may_copy_rows_and_may_not_swallow_them() -> Test {
    let place = carts().await?;
    place
        .run(
            "CREATE TABLE seen (name text);
             CREATE RULE copied AS ON INSERT TO carts DO ALSO INSERT INTO seen VALUES (NEW.name)",
        )
        .await?;
    let rows = Cart::create_many(["a", "b"].map(filled))
        .save(&place.db)
        .await?;
    assert_eq!(rows.len(), 2);
    let rows = Cart::create_many(["c", "d"].map(cart))
        .save(&place.db)
        .await?;
    assert!(rows.iter().map(|row| row.name.as_str()).eq(["c", "d"]));
    place
        .run(
            "DROP RULE copied ON carts;
             CREATE RULE swallowed AS ON INSERT TO carts DO INSTEAD
                INSERT INTO seen SELECT NEW.name WHERE NEW.name <> 'bad'
                RETURNING 0, name, NULL::text",
        )
        .await?;
    place.run("DELETE FROM seen").await?;
    let error = Cart::create_many(["x", "bad"].map(cart))
        .save(&place.db)
        .await;
    assert_kept_away(&error.unwrap_err(), "1 of 2");
    let left: i64 = orm::raw::raw_sql("SELECT count(*) FROM seen")
        .scalar(&place.db)
        .await?;
    assert_eq!(left, 0);
    Ok(())
}

// A table that gets its trigger while the program runs.
#[tokio::test]
async fn a_trigger_made_later_is_noticed() -> Test {
    let place = carts().await?;
    Cart::create_many(["a", "b"].map(cart))
        .save(&place.db)
        .await?;
    place.run(BAD_ROWS_VANISH).await?;
    let error = Cart::create_many(["c", "bad"].map(cart))
        .save(&place.db)
        .await;
    assert_kept_away(&error.unwrap_err(), "1 of 2");
    place.run("DROP TRIGGER no_bad ON carts").await?;
    Cart::create_many(["c", "bad"].map(cart))
        .save(&place.db)
        .await?;
    assert_eq!(Cart::query().count(&place.db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn numbered_rows_and_given_keys_come_back_in_the_order_given() -> Test {
    let place = carts().await?;
    let rows = Cart::create_many([filled("x"), filled("y").id(900), filled("z")]);
    let rows = rows.save(&place.db).await?;
    assert!(rows.iter().map(|row| row.name.as_str()).eq(["x", "y", "z"]));
    assert_eq!(rows[1].id, 900);
    for row in &rows {
        let lines = row.related(Cart::lines).all(&place.db).await?;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].text, format!("of {}", row.name));
    }
    let rows = Cart::create_many([cart("p").id(30), cart("q"), cart("r").id(20)]);
    let rows = rows.save(&place.db).await?;
    assert!(rows.iter().map(|row| row.name.as_str()).eq(["p", "q", "r"]));
    assert_eq!((rows[0].id, rows[2].id), (30, 20));
    Ok(())
}

// Rows that come back in another order are told by their keys.
#[tokio::test]
async fn given_keys_tell_rows_apart_whatever_their_order() -> Test {
    let place = carts().await?;
    place
        .run(
            "ALTER TABLE carts RENAME TO all_carts;
             CREATE VIEW carts AS SELECT * FROM all_carts;
             CREATE RULE turned AS ON INSERT TO carts DO INSTEAD
                INSERT INTO all_carts SELECT t.id, t.name, t.note
                    FROM (SELECT NEW.id, NEW.name, NEW.note) AS t ORDER BY t.id
                RETURNING *",
        )
        .await?;
    let rows = Cart::create_many([filled("x").id(3), filled("y").id(1), filled("z").id(2)]);
    let rows = rows.save(&place.db).await?;
    assert!(rows.iter().map(|row| row.name.as_str()).eq(["x", "y", "z"]));
    let of = |name: &str| (name.to_owned(), vec![format!("of {name}")]);
    assert_eq!(texts(&place).await?, ["y", "z", "x"].map(of));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tickets", timestamps)]
#[association(has_many, as = "stubs", model = Stub, foreign_key = "ticket_id")]
struct Ticket {
    #[column(primary_key, auto_increment)]
    id: i64,
    #[column(default = "open")]
    state: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stubs")]
#[association(belongs_to, as = "ticket", model = Ticket, foreign_key = "ticket_id")]
struct Stub {
    #[column(primary_key, auto_increment)]
    id: i64,
    ticket_id: Option<i64>,
    note: Option<String>,
}

#[tokio::test]
async fn rows_with_no_value_given_are_written_like_a_single_one() -> Test {
    let place = with_models(orm::models![Ticket, Stub]).await?;
    let stubs = Stub::create_many([Stub::create(), Stub::create()]);
    let stubs = stubs.save(&place.db).await?;
    place.log.assert_count(1);
    assert_eq!(stubs.iter().map(|stub| stub.id).collect::<Vec<_>>(), [1, 2]);

    let mixed = [
        Stub::create(),
        Stub::create().note("n"),
        Stub::create().id(9),
    ];
    let mixed = Stub::create_many(mixed).save(&place.db).await?;
    let facts = mixed.iter().map(|stub| (stub.id, stub.note.as_deref()));
    assert!(facts.eq([(3, None), (4, Some("n")), (9, None)]));

    let tickets = Ticket::create_many([Ticket::create(), Ticket::create()]);
    let tickets = tickets.save(&place.db).await?;
    assert!(
        tickets
            .iter()
            .all(|it| it.state == "open" && it.created_at == it.updated_at)
    );

    let nested = Ticket::create().with(Ticket::stubs, |stub| [stub(), stub()]);
    let ticket = nested.save(&place.db).await?;
    assert_eq!(ticket.related(Ticket::stubs).count(&place.db).await?, 2);

    let stub = Stub::create().save(&place.db).await?;
    let (ticket, stub) = stub
        .related(Stub::ticket)
        .create(Ticket::create(), &place.db)
        .await?;
    assert_eq!(stub.ticket_id, Some(ticket.id));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "marks")]
struct Mark {
    #[column(primary_key, auto_increment)]
    id: i64,
}

#[tokio::test]
async fn rows_of_a_table_with_nothing_to_give_are_written() -> Test {
    let place = with_models(orm::models![Mark]).await?;
    let marks = Mark::create_many([Mark::create(), Mark::create(), Mark::create()]);
    let marks = marks.save(&place.db).await?;
    assert_eq!(
        marks.iter().map(|mark| mark.id).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    place
        .run("ALTER TABLE marks ALTER COLUMN id SET GENERATED ALWAYS")
        .await?;
    let tx = place.db.begin().await?;
    let marks = Mark::create_many([Mark::create(), Mark::create()])
        .save(&tx)
        .await?;
    tx.commit().await?;
    assert_eq!(marks.iter().map(|mark| mark.id).collect::<Vec<_>>(), [4, 5]);
    Ok(())
}
