//! `many_to_many`: through a plain table, and through a model with a unique
//! pair, a required column with a validator, and a constraint of its own.

use orm::create::{Given, Missing};
use orm::prelude::*;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::kinds::{Linked, with_join_rows};
use crate::link::{Join, Link};
use crate::makers::Modelled;
use crate::steps::New;
use crate::tables::{Reference, Table};
use crate::typed::{below, making, numbered, stored};
use crate::world::World;

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "flights")]
#[association(many_to_many, as = "tags", model = Tag, through = "flight_tags")]
#[association(many_to_many, as = "guests", model = Guest, through = Seat)]
struct Flight {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "tags")]
#[association(many_to_many, as = "flights", model = Flight, through = "flight_tags")]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "guests")]
#[association(many_to_many, as = "flights", model = Flight, through = Seat)]
struct Guest {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "seats", timestamps, unique(columns = (flight_id, number)))]
#[association(belongs_to, as = "flight", model = Flight, foreign_key = "flight_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "guest", model = Guest, foreign_key = "guest_id", on_delete = "restrict", one_sided)]
struct Seat {
    #[column(primary_key)]
    flight_id: i32,
    #[column(primary_key)]
    guest_id: i32,
    #[validate(min(1))]
    number: i32,
    #[column(default = "none")]
    meal: String,
    #[serde(skip)]
    created_at: DateTime<Utc>,
    #[serde(skip)]
    updated_at: DateTime<Utc>,
}

stored! {
    Flight, FlightLabel;
    Tag, TagLabel;
    Guest, GuestLabel;
}

#[test]
fn pairs() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

fn world(on: Backend) -> World {
    let tags = Join::new("flight_tags", &["flight_id"], &["tag_id"]);
    let seats = Join {
        joining: Some(("number", 1)),
        ..Join::new("seats", &["flight_id"], &["guest_id"])
    };
    World {
        on,
        name: "pairs",
        models: orm::models![Flight, Tag, Guest, Seat],
        sql: "",
        tables: vec![
            Table::new("flights"),
            Table::new("tags"),
            Table::new("guests"),
            Table::joining("flight_tags", &["flight_id", "tag_id"])
                .references(Reference::to("flights", &["flight_id"]).cascade())
                .references(Reference::to("tags", &["tag_id"]).cascade()),
            Table {
                uniques: vec![&["flight_id", "number"]],
                hidden: &["created_at", "updated_at"],
                blank: serde_json::json!({"meal": "none"}),
                ..Table::joining("seats", &["flight_id", "guest_id"])
                    .references(Reference::to("flights", &["flight_id"]).cascade())
                    .references(Reference::to("guests", &["guest_id"]))
            },
        ],
        associations: vec![
            Box::new(Linked {
                link: Link::through("flights.tags", "tags", tags.clone()),
                association: Flight::tags,
                build: |new: &New| tag(Tag::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(Linked {
                link: Link::through("tags.flights", "flights", tags.turned()),
                association: Tag::flights,
                build: |new: &New| flight(Flight::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(Linked {
                link: Link::through("flights.guests", "guests", seats.clone()),
                association: Flight::guests,
                build: |new: &New| numbered!(Guest::create().label(&*new.label), new),
                joining: Some(|related, number| related.joining(Seat::number, number)),
                joined: Some(with_join_rows!(Flight)),
            }),
            Box::new(Linked {
                link: Link::through("guests.flights", "flights", seats.turned()),
                association: Guest::flights,
                build: |new: &New| flight(Flight::create(), new),
                joining: Some(|related, number| related.joining(Seat::number, number)),
                joined: Some(with_join_rows!(Guest)),
            }),
        ],
        makers: vec![
            Box::new(Modelled {
                table: "flights",
                nests: &[0],
                making: making!(|(), new| flight(Flight::create(), new)),
            }),
            Box::new(Modelled {
                table: "tags",
                nests: &[1],
                making: making!(|(), new| tag(Tag::create(), new)),
            }),
            Box::new(Modelled {
                table: "guests",
                nests: &[],
                making: making!(|(), new| numbered!(Guest::create().label(&*new.label), new)),
            }),
        ],
    }
}

fn flight(row: FlightCreate<Missing>, new: &New) -> FlightCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    below!(row, new, 0, Flight::tags, tag)
}

fn tag(row: TagCreate<Missing>, new: &New) -> TagCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    below!(row, new, 1, Tag::flights, flight)
}
