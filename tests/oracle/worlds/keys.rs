//! Keys in the rows of the other side: nullable and not, many and one, unique
//! and not.

use orm::create::{Given, Missing};
use orm::prelude::*;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::kinds::{Kept, Loose, MayPoint, Pointing};
use crate::link::Link;
use crate::makers::Modelled;
use crate::steps::New;
use crate::tables::{Reference, Table};
use crate::typed::{below, making, maybe, numbered, stored};
use crate::world::World;

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "people", timestamps)]
#[association(has_many, as = "books", model = Book, foreign_key = "person_id")]
#[association(has_many, as = "letters", model = Letter, foreign_key = "person_id")]
#[association(has_one, as = "desk", model = Desk, foreign_key = "person_id")]
#[association(has_one, as = "badge", model = Badge, foreign_key = "person_id")]
struct Person {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[serde(skip)]
    created_at: DateTime<Utc>,
    #[serde(skip)]
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "books", timestamps)]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id", on_delete = "set_null")]
struct Book {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    person_id: Option<i32>,
    #[serde(skip)]
    created_at: DateTime<Utc>,
    #[serde(skip)]
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "letters")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id")]
struct Letter {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    person_id: i32,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "desks")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id", on_delete = "set_null")]
struct Desk {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    person_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "badges")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id", on_delete = "cascade")]
struct Badge {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[column(unique)]
    person_id: i32,
}

stored! {
    Person, PersonLabel;
    Book, BookLabel;
    Letter, LetterLabel;
    Desk, DeskLabel;
    Badge, BadgeLabel;
}

#[test]
fn keys() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

/// A person, with what belongs to it.
fn person(new: &New) -> PersonCreate<Given> {
    let row = numbered!(Person::create().label(&*new.label), new);
    let row = below!(row, new, 0, Person::books, book);
    let row = below!(row, new, 1, Person::letters, letter);
    let row = below!(row, new, 2, Person::desk, desk);
    below!(row, new, 3, Person::badge, badge)
}

fn book(row: BookCreate<Missing>, new: &New) -> BookCreate<Given> {
    numbered!(maybe!(row.label(&*new.label), new, person_id), new)
}

fn letter<P>(row: LetterCreate<Missing, P>, new: &New) -> LetterCreate<Given, P> {
    numbered!(row.label(&*new.label), new)
}

fn desk(row: DeskCreate<Missing>, new: &New) -> DeskCreate<Given> {
    numbered!(row.label(&*new.label), new)
}

fn badge<P>(row: BadgeCreate<Missing, P>, new: &New) -> BadgeCreate<Given, P> {
    numbered!(row.label(&*new.label), new)
}

fn world(on: Backend) -> World {
    let stamped = |table: Table| Table {
        hidden: &["created_at", "updated_at"],
        ..table
    };
    let mut badges =
        Table::new("badges").references(Reference::to("people", &["person_id"]).cascade());
    badges.uniques.push(&["person_id"]);
    let nullable = |table: Table| Table {
        blank: serde_json::json!({"person_id": null}),
        ..table.references(Reference::to("people", &["person_id"]).set_null())
    };
    let letters = Table::new("letters").references(Reference::to("people", &["person_id"]));
    World {
        on,
        name: "keys",
        models: orm::models![Person, Book, Letter, Desk, Badge],
        sql: "",
        tables: vec![
            stamped(Table::new("people")),
            stamped(nullable(Table::new("books"))),
            letters,
            nullable(Table::new("desks")),
            badges,
        ],
        associations: vec![
            Box::new(Loose {
                link: Link::has("people.books", "books", &["person_id"]).nullable(),
                association: Person::books,
                making: making!(book),
            }),
            Box::new(Kept {
                link: Link::has("people.letters", "letters", &["person_id"]),
                association: Person::letters,
                making: making!(letter),
            }),
            Box::new(Loose {
                link: Link::has("people.desk", "desks", &["person_id"])
                    .nullable()
                    .one(),
                association: Person::desk,
                making: making!(desk),
            }),
            Box::new(Kept {
                link: Link::has("people.badge", "badges", &["person_id"]).one(),
                association: Person::badge,
                making: making!(badge),
            }),
            Box::new(MayPoint {
                link: Link::of("books.person", "people", &["person_id"]).nullable(),
                association: Book::person,
                build: person,
            }),
            Box::new(Pointing {
                link: Link::of("letters.person", "people", &["person_id"]),
                association: Letter::person,
                build: person,
            }),
            Box::new(MayPoint {
                link: Link::of("desks.person", "people", &["person_id"]).nullable(),
                association: Desk::person,
                build: person,
            }),
            Box::new(Pointing {
                link: Link::of("badges.person", "people", &["person_id"]),
                association: Badge::person,
                build: person,
            }),
        ],
        makers: vec![
            Box::new(Modelled {
                table: "people",
                nests: &[0, 1, 2, 3],
                making: making!(|(), new| person(new)),
            }),
            Box::new(Modelled {
                table: "books",
                nests: &[],
                making: making!(|(), new| book(Book::create(), new)),
            }),
            Box::new(Modelled {
                table: "letters",
                nests: &[],
                making: making!(|(), new| {
                    let person = new.required("person_id");
                    letter(Letter::create(), new).person_id(person)
                }),
            }),
            Box::new(Modelled {
                table: "badges",
                nests: &[],
                making: making!(|(), new| {
                    let person = new.required("person_id");
                    badge(Badge::create(), new).person_id(person)
                }),
            }),
        ],
    }
}
