//! Rows that belong to one of several models, or to none.

use orm::prelude::*;

use super::ids;
use crate::database::{Place, Test, with_models};

#[derive(Polymorphic, Debug, Clone, PartialEq)]
enum Holder {
    Room(Room),
    Car(Car),
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rooms")]
#[association(has_many, as = "things", model = Thing, foreign_key = "holder_id", polymorphic = Holder)]
struct Room {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cars")]
#[association(has_many, as = "things", model = Thing, foreign_key = "holder_id", polymorphic = Holder)]
struct Car {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "things")]
#[association(belongs_to, as = "holder", polymorphic = Holder)]
struct Thing {
    #[column(primary_key, auto_increment)]
    id: i32,
    holder_type: Option<HolderType>,
    holder_id: Option<i32>,
}

/// Room 1 and Car 1.
async fn house() -> Test<(Place, Room, Car)> {
    let place = with_models(orm::models![Room, Car, Thing]).await?;
    let room = Room::create().id(1).save(&place.db).await?;
    let car = Car::create().id(1).save(&place.db).await?;
    Ok((place, room, car))
}

#[tokio::test]
async fn owners_of_one_number_do_not_mix() -> Test {
    let (place, room, car) = house().await?;
    let db = &place.db;
    let lamp = room.related(Room::things).create().save(db).await?;
    let free = Thing::create().save(db).await?;
    let of_car = car.related(Car::things);
    assert!(of_car.add([&lamp], db).await.unwrap_err().is_not_related());
    assert!(
        of_car
            .set([&lamp, &free], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        of_car
            .remove([&lamp], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        of_car
            .delete([&lamp], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    of_car.set([&free], db).await?;
    of_car.set([], db).await?;
    assert_eq!(ids!(room.related(Room::things).all(db).await?), [lamp.id]);
    of_car.adopt([&lamp], db).await?;
    assert_eq!(room.related(Room::things).count(db).await?, 0);
    assert_eq!(ids!(of_car.all(db).await?), [lamp.id]);
    Ok(())
}

#[tokio::test]
async fn what_leaves_belongs_to_nothing_and_is_free_for_all() -> Test {
    let (place, room, car) = house().await?;
    let db = &place.db;
    let lamp = room.related(Room::things).create().save(db).await?;
    room.related(Room::things).remove([&lamp], db).await?;
    let lamp = lamp.refresh(db).await?;
    assert_eq!((lamp.holder_type, lamp.holder_id), (None, None));
    car.related(Car::things).add([&lamp], db).await?;
    assert_eq!(
        Thing::holder.of(&lamp.refresh(db).await?, db).await?,
        Some(Holder::Car(car))
    );
    Ok(())
}

#[tokio::test]
async fn one_setter_takes_the_owner() -> Test {
    let (place, room, car) = house().await?;
    let db = &place.db;
    let lamp = Thing::create().holder(&room).save(db).await?;
    assert_eq!(
        Thing::holder.of(&lamp, db).await?,
        Some(Holder::Room(room.clone()))
    );
    let nested = Thing::create_many([Thing::create().holder(&car), Thing::create().holder(&room)]);
    let things = nested.save(db).await?;
    assert_eq!(
        ids!(car.related(Car::things).all(db).await?),
        [things[0].id]
    );
    assert_eq!(room.related(Room::things).count(db).await?, 2);
    let moved = lamp
        .update()
        .set_owner(Thing::holder, &car)
        .save(db)
        .await?;
    assert_eq!(
        (moved.holder_type, moved.holder_id),
        (Some(HolderType::Car), Some(1))
    );
    assert_eq!(room.related(Room::things).count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn half_a_row_is_not_stored() -> Test {
    let (place, room, _) = house().await?;
    let db = &place.db;
    let lamp = room.related(Room::things).create().save(db).await?;
    for refused in [
        Thing::create().holder_type(HolderType::Car).save(db).await,
        Thing::create().holder_id(1).save(db).await,
        lamp.update().set(Thing::holder_id, None).save(db).await,
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_check_violation(), "{error}");
        assert_eq!(error.fields(), ["holder_type", "holder_id"]);
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves")]
#[association(has_many, as = "books", model = Book, foreign_key = "shelf_id")]
#[association(has_many, as = "lent", model = Book, foreign_key = "shelf_id", scope(reader_type = ReaderType::Guest))]
#[association(has_many, as = "read", model = Book, foreign_key = "reader_id", polymorphic = Reader)]
struct Shelf {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "guests")]
#[association(has_many, as = "read", model = Book, foreign_key = "reader_id", polymorphic = Reader)]
struct Guest {
    #[column(primary_key)]
    id: i32,
}

#[derive(Polymorphic, Debug, Clone, PartialEq)]
enum Reader {
    Guest(Guest),
    Shelf(Shelf),
}

/// It belongs to a reader, and to a shelf.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
#[association(belongs_to, as = "reader", polymorphic = Reader)]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = "shelf_id")]
struct Book {
    #[column(primary_key, auto_increment)]
    id: i32,
    reader_type: Option<ReaderType>,
    reader_id: Option<i32>,
    shelf_id: Option<i32>,
}

// The type of another owner is a condition like others: it stays where it is.
#[tokio::test]
async fn a_row_of_two_owners_leaves_one_of_them() -> Test {
    let place = with_models(orm::models![Shelf, Guest, Book]).await?;
    let db = &place.db;
    let shelf = Shelf::create().id(1).save(db).await?;
    let guest = Guest::create().id(1).save(db).await?;
    let book = Book::create().reader(&guest).save(db).await?;
    let unread = Book::create().save(db).await?;
    let lent = shelf.related(Shelf::lent);
    lent.add([&book], db).await?;
    let error = lent.add([&unread], db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    let of_shelf = Book::create().reader(&shelf).save(db).await?;
    let error = lent.add([&of_shelf], db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    lent.remove([&book], db).await?;
    let left = book.refresh(db).await?;
    assert_eq!(left, book);
    lent.set([&left], db).await?;
    guest.related(Guest::read).remove([&left], db).await?;
    let left = book.refresh(db).await?;
    assert_eq!(
        (left.reader_type, left.reader_id, left.shelf_id),
        (None, None, Some(1))
    );
    assert_eq!(lent.count(db).await?, 0);
    assert_eq!(ids!(shelf.related(Shelf::books).all(db).await?), [left.id]);
    Ok(())
}

// The check is the models' own: nothing differs once the tables are made.
#[tokio::test]
async fn the_tables_are_what_the_models_say() -> Test {
    let (place, ..) = house().await?;
    let models = || orm::models![Room, Car, Thing];
    let again = place.db.create_missing(models()).await?;
    assert!(again.is_in_step());
    let diff = place.db.diff(models(), &orm::diff::Options::new()).await?;
    assert!(diff.is_empty());
    Ok(())
}
