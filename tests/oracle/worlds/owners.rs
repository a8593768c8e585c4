//! Rows that belong to one of several models, whose keys are the same numbers.

use orm::create::{Given, Missing};
use orm::prelude::*;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::kinds::{Kept, Loose};
use crate::link::Link;
use crate::makers::Modelled;
use crate::reads::Glance;
use crate::steps::{New, Verb};
use crate::tables::{Row, Table, Tables, label_of};
use crate::typed::{
    Answer, Doing, Looking, Order, Subject, Via, below, making, numbered, stored, typed,
};
use crate::world::World;

#[derive(Polymorphic, Debug, Clone, PartialEq)]
enum Parked {
    Room(Room),
    Car(Car),
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "rooms")]
#[association(has_many, as = "things", model = Thing, foreign_key = "place_id", polymorphic = Parked)]
#[association(has_one, as = "key", model = Key, foreign_key = "place_id", polymorphic = Parked)]
struct Room {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "cars")]
#[association(has_many, as = "things", model = Thing, foreign_key = "place_id", polymorphic = Parked)]
#[association(has_one, as = "key", model = Key, foreign_key = "place_id", polymorphic = Parked)]
struct Car {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "things")]
#[association(belongs_to, as = "place", polymorphic = Parked, foreign_key = "place_id", type_column = "place_type")]
struct Thing {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[serde(with = "kind")]
    place_type: ParkedType,
    place_id: i32,
}

/// It can be nowhere.
#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "door_keys")]
#[association(belongs_to, as = "place", polymorphic = Parked, foreign_key = "place_id", type_column = "place_type")]
struct Key {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[serde(with = "maybe_kind")]
    place_type: Option<ParkedType>,
    place_id: Option<i32>,
}

stored! {
    Room, RoomLabel;
    Car, CarLabel;
    Thing, ThingLabel;
    Key, KeyLabel;
}

/// The type column as the database writes it.
mod kind {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::ParkedType;

    pub(super) fn serialize<S: Serializer>(kind: &ParkedType, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match kind {
            ParkedType::Room => "room",
            ParkedType::Car => "car",
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ParkedType, D::Error> {
        Ok(match String::deserialize(from)?.as_str() {
            "room" => ParkedType::Room,
            _ => ParkedType::Car,
        })
    }
}

/// The same where it can be NULL.
mod maybe_kind {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{ParkedType, kind};

    #[derive(Deserialize)]
    struct Kind(#[serde(with = "kind")] ParkedType);

    pub(super) fn serialize<S: Serializer>(
        at: &Option<ParkedType>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => kind::serialize(at, to),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<ParkedType>, D::Error> {
        Ok(Option::<Kind>::deserialize(from)?.map(|kind| kind.0))
    }
}

/// The part of a polymorphic `belongs_to` that leads to one of the models.
macro_rules! part {
    ($part:ident, $owner:ident, $model:ident, $path:literal, $table:literal, $word:literal) => {
        struct $part(Link);

        impl $part {
            fn boxed() -> Box<dyn Subject> {
                let link = Link::of($path, $table, &["place_id"]);
                Box::new($part(link.where_owner("place_type", $word)))
            }

            fn expected(&self, tables: &Tables, owner: &Row) -> Option<Parked> {
                let related = self.0.related(tables, owner);
                related.first().map(|row| Parked::$model(typed(row)))
            }
        }

        impl Subject for $part {
            fn link(&self) -> &Link {
                &self.0
            }

            fn verbs(&self) -> &'static [Verb] {
                &[Verb::PointAt]
            }

            fn write<'a>(&'a self, order: Order<'a>, via: Via<'a>) -> Doing<'a> {
                Box::pin(async move {
                    let (owner, to): ($owner, $model) =
                        (typed(order.owner), typed(&order.targets[0]));
                    let row = match via {
                        Via::Db(db) => $owner::place.set(&owner, &to, db).await?,
                        Via::Tx(tx) => $owner::place.set(&owner, &to, tx).await?,
                    };
                    Ok(Answer::of(&[row]))
                })
            }

            fn read<'a>(
                &'a self,
                tables: &'a Tables,
                glance: &'a Glance<'a>,
                db: &'a dyn Executor,
            ) -> Looking<'a> {
                Box::pin(async move {
                    let query = $owner::query().include($owner::place);
                    let found = query.all(db).await.map_err(|error| error.to_string())?;
                    for owner in tables.rows(self.0.owner) {
                        let is_ours = owner["place_type"] == $word;
                        let label = label_of(owner);
                        let found = found.iter().find(|it| it.label == label);
                        let found = found.ok_or("include lost a row")?;
                        let expected = self.expected(tables, owner);
                        if is_ours && found.place != expected {
                            let found = &found.place;
                            return Err(format!("{label}: {found:?}, not {expected:?}"));
                        }
                    }
                    let is = $owner::place.is::<$model>($model::label.eq(&*glance.label));
                    let query = $owner::query().filter(is).order_by($owner::label);
                    let found = query.all(db).await.map_err(|error| error.to_string())?;
                    let found: Vec<&str> = found.iter().map(|row| &*row.label).collect();
                    let owners = tables.rows(self.0.owner).iter();
                    let named = |owner: &&Row| {
                        let related = self.0.related(tables, owner);
                        related.iter().any(|row| label_of(row) == glance.label)
                    };
                    let mut expected: Vec<&str> = owners.filter(named).map(label_of).collect();
                    expected.sort_unstable();
                    match found == expected {
                        true => Ok(()),
                        false => Err(format!("is: {found:?}, not {expected:?}")),
                    }
                })
            }
        }
    };
}

part!(ThingInRoom, Thing, Room, "things.place", "rooms", "room");
part!(ThingInCar, Thing, Car, "things.place", "cars", "car");
part!(KeyAtRoom, Key, Room, "door_keys.place", "rooms", "room");
part!(KeyAtCar, Key, Car, "door_keys.place", "cars", "car");

#[test]
fn owners() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

const PLACE: &[&str] = &["place_id"];
const WHOLE: &[&str] = &["place_id", "place_type"];

fn world(on: Backend) -> World {
    let things = |path, word| Link::has(path, "things", PLACE).scoped("place_type", word);
    let key = |path, word| {
        Link::has(path, "door_keys", PLACE)
            .scoped("place_type", word)
            .partly_nullable(WHOLE)
            .one()
    };
    World {
        on,
        name: "owners",
        models: orm::models![Room, Car, Thing, Key],
        sql: "",
        tables: vec![
            Table::new("rooms"),
            Table::new("cars"),
            Table::new("things"),
            Table {
                blank: serde_json::json!({"place_id": null, "place_type": null}),
                ..Table::new("door_keys")
            },
        ],
        associations: vec![
            Box::new(Kept {
                link: things("rooms.things", "room"),
                association: Room::things,
                making: making!(thing),
            }),
            Box::new(Kept {
                link: things("cars.things", "car"),
                association: Car::things,
                making: making!(thing),
            }),
            Box::new(Loose {
                link: key("rooms.key", "room"),
                association: Room::key,
                making: making!(door_key),
            }),
            Box::new(Loose {
                link: key("cars.key", "car"),
                association: Car::key,
                making: making!(door_key),
            }),
            ThingInRoom::boxed(),
            ThingInCar::boxed(),
            KeyAtRoom::boxed(),
            KeyAtCar::boxed(),
        ],
        makers: vec![
            Box::new(Modelled {
                table: "rooms",
                nests: &[0, 2],
                making: making!(|(), new| room(Room::create(), new)),
            }),
            Box::new(Modelled {
                table: "cars",
                nests: &[1, 3],
                making: making!(|(), new| car(Car::create(), new)),
            }),
            Box::new(Modelled {
                table: "door_keys",
                nests: &[],
                making: making!(|(), new| door_key(Key::create(), new)),
            }),
        ],
    }
}

fn room(row: RoomCreate<Missing>, new: &New) -> RoomCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = below!(row, new, 0, Room::things, thing);
    below!(row, new, 2, Room::key, door_key)
}

fn car(row: CarCreate<Missing>, new: &New) -> CarCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = below!(row, new, 1, Car::things, thing);
    below!(row, new, 3, Car::key, door_key)
}

fn thing<T, P>(row: ThingCreate<Missing, T, P>, new: &New) -> ThingCreate<Given, T, P> {
    numbered!(row.label(&*new.label), new)
}

fn door_key(row: KeyCreate<Missing>, new: &New) -> KeyCreate<Given> {
    numbered!(row.label(&*new.label), new)
}
