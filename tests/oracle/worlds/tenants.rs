//! Composite keys whose parts are shared: everything belongs to a tenant.

use orm::create::{Given, Missing};
use orm::prelude::*;
use orm_testkit::Random;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::kinds::{Kept, Linked, Loose, MayPoint, Pointing, with_join_rows};
use crate::link::{Join, Link};
use crate::makers::Modelled;
use crate::steps::New;
use crate::tables::{Reference, Table};
use crate::typed::{below, making, maybe, numbered, stored};
use crate::world::World;

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "shelves")]
#[association(has_many, as = "volumes", model = Volume, foreign_key = ("tenant", "shelf_no"))]
#[association(has_many, as = "plates", model = Plate, foreign_key = ("tenant", "shelf_no"))]
#[association(many_to_many, as = "topics", model = Topic, through = Sign, foreign_key = ("tenant", "shelf_no"), other_key = ("tenant", "topic_no"))]
#[association(many_to_many, as = "marks", model = Topic, through = "shelf_marks", foreign_key = ("tenant", "shelf_no"), other_key = ("tenant", "topic_no"))]
struct Shelf {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key)]
    no: i32,
    #[column(unique)]
    label: String,
}

/// Its tenant stays when it leaves its shelf.
#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "volumes")]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = ("tenant", "shelf_no"))]
struct Volume {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    tenant: i32,
    shelf_no: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "plates")]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = ("tenant", "shelf_no"), on_delete = "cascade")]
struct Plate {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    tenant: i32,
    shelf_no: i32,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "topics")]
#[association(many_to_many, as = "shelves", model = Shelf, through = Sign, foreign_key = ("tenant", "topic_no"), other_key = ("tenant", "shelf_no"))]
#[association(many_to_many, as = "marked", model = Shelf, through = "shelf_marks", foreign_key = ("tenant", "topic_no"), other_key = ("tenant", "shelf_no"))]
struct Topic {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key)]
    no: i32,
    #[column(unique)]
    label: String,
}

/// Both sides are of one tenant.
#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "signs")]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = ("tenant", "shelf_no"), on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "topic", model = Topic, foreign_key = ("tenant", "topic_no"), on_delete = "cascade", one_sided)]
struct Sign {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key)]
    shelf_no: i32,
    #[column(primary_key)]
    topic_no: i32,
}

stored! {
    Shelf, ShelfLabel;
    Volume, VolumeLabel;
    Plate, PlateLabel;
    Topic, TopicLabel;
}

#[test]
fn tenants() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

const SHELF: &[&str] = &["tenant", "shelf_no"];
const TOPIC: &[&str] = &["tenant", "topic_no"];
const KEY: &[&str] = &["tenant", "no"];

fn world(on: Backend) -> World {
    let tenant = |random: &mut Random| vec![("tenant", (1 + random.below(2)).into())];
    let numbered = |random: &mut Random| {
        let number = |random: &mut Random, end| 1 + random.below(end);
        vec![
            ("tenant", number(random, 2).into()),
            ("no", number(random, 30).into()),
        ]
    };
    let place = |name| Table {
        key: KEY,
        numbered: false,
        invent: numbered,
        ..Table::new(name)
    };
    let on_shelf = || Reference::to("shelves", SHELF).key(KEY);
    let signs = Join {
        key: KEY,
        target_key: KEY,
        ..Join::new("signs", SHELF, TOPIC)
    };
    let marks = Join {
        table: "shelf_marks",
        ..signs.clone()
    };
    let pair = |name| Table::joining(name, &["tenant", "shelf_no", "topic_no"]);
    let of_topic = || Reference::to("topics", TOPIC).key(KEY).cascade();
    World {
        on,
        name: "tenants",
        models: orm::models![Shelf, Volume, Plate, Topic, Sign],
        sql: "",
        tables: vec![
            place("shelves"),
            Table {
                invent: tenant,
                blank: serde_json::json!({"shelf_no": null}),
                ..Table::new("volumes").references(on_shelf().nullable(&["shelf_no"]))
            },
            Table::new("plates").references(on_shelf().cascade()),
            place("topics"),
            pair("signs")
                .references(on_shelf().cascade())
                .references(of_topic()),
            pair("shelf_marks")
                .references(on_shelf().cascade().follows())
                .references(of_topic().follows()),
        ],
        associations: vec![
            Box::new(Loose {
                link: Link::has("shelves.volumes", "volumes", SHELF)
                    .key(KEY)
                    .partly_nullable(&["shelf_no"]),
                association: Shelf::volumes,
                making: making!(volume),
            }),
            Box::new(Kept {
                link: Link::has("shelves.plates", "plates", SHELF).key(KEY),
                association: Shelf::plates,
                making: making!(plate),
            }),
            Box::new(Linked {
                link: Link::through("shelves.topics", "topics", signs.clone()),
                association: Shelf::topics,
                build: |new: &New| topic(Topic::create(), new),
                joining: None,
                joined: Some(with_join_rows!(Shelf)),
            }),
            Box::new(Linked {
                link: Link::through("topics.shelves", "shelves", signs.turned()),
                association: Topic::shelves,
                build: |new: &New| shelf(Shelf::create(), new),
                joining: None,
                joined: Some(with_join_rows!(Topic)),
            }),
            Box::new(MayPoint {
                link: Link::of("volumes.shelf", "shelves", SHELF)
                    .key(KEY)
                    .partly_nullable(&["shelf_no"]),
                association: Volume::shelf,
                build: |new: &New| shelf(Shelf::create(), new),
            }),
            Box::new(Pointing {
                link: Link::of("plates.shelf", "shelves", SHELF).key(KEY),
                association: Plate::shelf,
                build: |new: &New| shelf(Shelf::create(), new),
            }),
            Box::new(Linked {
                link: Link::through("shelves.marks", "topics", marks.clone()),
                association: Shelf::marks,
                build: |new: &New| topic(Topic::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(Linked {
                link: Link::through("topics.marked", "shelves", marks.turned()),
                association: Topic::marked,
                build: |new: &New| shelf(Shelf::create(), new),
                joining: None,
                joined: None,
            }),
        ],
        makers: vec![
            Box::new(Modelled {
                table: "shelves",
                nests: &[0, 1],
                making: making!(|(), new| shelf(Shelf::create(), new)),
            }),
            Box::new(Modelled {
                table: "volumes",
                nests: &[],
                making: making!(|(), new| {
                    let row = volume(Volume::create(), new);
                    maybe!(row, new, shelf_no).tenant(new.required("tenant"))
                }),
            }),
            Box::new(Modelled {
                table: "plates",
                nests: &[],
                making: making!(|(), new| {
                    let row = plate(Plate::create(), new);
                    row.tenant(new.required("tenant"))
                        .shelf_no(new.required("shelf_no"))
                }),
            }),
            Box::new(Modelled {
                table: "topics",
                nests: &[],
                making: making!(|(), new| topic(Topic::create(), new)),
            }),
        ],
    }
}

fn shelf(
    row: ShelfCreate<Missing, Missing, Missing>,
    new: &New,
) -> ShelfCreate<Given, Given, Given> {
    let row = row.tenant(new.required("tenant")).no(new.required("no"));
    let row = row.label(&*new.label);
    let row = below!(row, new, 0, Shelf::volumes, volume);
    below!(row, new, 1, Shelf::plates, plate)
}

fn topic(
    row: TopicCreate<Missing, Missing, Missing>,
    new: &New,
) -> TopicCreate<Given, Given, Given> {
    let row = row.tenant(new.required("tenant")).no(new.required("no"));
    row.label(&*new.label)
}

fn volume<T>(row: VolumeCreate<Missing, T>, new: &New) -> VolumeCreate<Given, T> {
    numbered!(row.label(&*new.label), new)
}

fn plate<T, S>(row: PlateCreate<Missing, T, S>, new: &New) -> PlateCreate<Given, T, S> {
    numbered!(row.label(&*new.label), new)
}
