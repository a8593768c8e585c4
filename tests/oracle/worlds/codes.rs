//! Keys that are not the primary key and may be NULL: `source_key`, `target_key`.

use orm::create::{Given, Missing};
use orm::prelude::*;
use orm_testkit::Random;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::kinds::{Kept, Linked, Loose, MayPoint, Pointing};
use crate::link::{Join, Link};
use crate::makers::Modelled;
use crate::steps::New;
use crate::tables::{Reference, Table};
use crate::typed::{below, making, numbered, stored};
use crate::world::World;

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "countries")]
#[association(has_many, as = "cities", model = City, foreign_key = "country_code", source_key = "code")]
#[association(has_many, as = "rivers", model = River, foreign_key = "country_code", source_key = "code")]
#[association(many_to_many, as = "leagues", model = League, through = "country_leagues", foreign_key = "country_code", other_key = "league_code", source_key = "code", target_key = "code")]
struct Country {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[column(unique)]
    code: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "cities")]
#[association(belongs_to, as = "country", model = Country, foreign_key = "country_code", target_key = "code", on_delete = "set_null")]
struct City {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    country_code: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "rivers")]
#[association(belongs_to, as = "country", model = Country, foreign_key = "country_code", target_key = "code", on_delete = "cascade")]
struct River {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    country_code: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "leagues")]
#[association(many_to_many, as = "countries", model = Country, through = "country_leagues", foreign_key = "league_code", other_key = "country_code", source_key = "code", target_key = "code")]
struct League {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[column(unique)]
    code: Option<String>,
}

stored! {
    Country, CountryLabel;
    City, CityLabel;
    River, RiverLabel;
    League, LeagueLabel;
}

#[test]
fn codes() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

const CODE: &[&str] = &["code"];
const COUNTRY: &[&str] = &["country_code"];

fn world(on: Backend) -> World {
    let code = |random: &mut Random| match random.below(5) {
        0 => Vec::new(),
        1 => vec![("code", serde_json::Value::Null)],
        _ => vec![("code", format!("c{}", random.below(40)).into())],
    };
    let coded = |name| {
        let mut table = Table::new(name);
        table.uniques.push(CODE);
        Table {
            invent: code,
            blank: serde_json::json!({"code": null}),
            ..table
        }
    };
    let country = || Reference::to("countries", COUNTRY).key(CODE);
    let leagues = Join {
        key: CODE,
        target_key: CODE,
        ..Join::new("country_leagues", COUNTRY, &["league_code"])
    };
    World {
        on,
        name: "codes",
        models: orm::models![Country, City, River, League],
        sql: "",
        tables: vec![
            coded("countries"),
            Table {
                blank: serde_json::json!({"country_code": null}),
                ..Table::new("cities").references(country().set_null())
            },
            Table::new("rivers").references(country().cascade()),
            coded("leagues"),
            Table::joining("country_leagues", &["country_code", "league_code"])
                .references(country().cascade().follows())
                .references(
                    Reference::to("leagues", &["league_code"])
                        .key(CODE)
                        .cascade()
                        .follows(),
                ),
        ],
        associations: vec![
            Box::new(Loose {
                link: Link::has("countries.cities", "cities", COUNTRY)
                    .key(CODE)
                    .nullable(),
                association: Country::cities,
                making: making!(city),
            }),
            Box::new(Kept {
                link: Link::has("countries.rivers", "rivers", COUNTRY).key(CODE),
                association: Country::rivers,
                making: making!(river),
            }),
            Box::new(Linked {
                link: Link::through("countries.leagues", "leagues", leagues.clone()),
                association: Country::leagues,
                build: |new: &New| league(League::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(Linked {
                link: Link::through("leagues.countries", "countries", leagues.turned()),
                association: League::countries,
                build: |new: &New| country_with_all(Country::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(MayPoint {
                link: Link::of("cities.country", "countries", COUNTRY)
                    .key(CODE)
                    .nullable(),
                association: City::country,
                build: |new: &New| country_with_all(Country::create(), new),
            }),
            Box::new(Pointing {
                link: Link::of("rivers.country", "countries", COUNTRY).key(CODE),
                association: River::country,
                build: |new: &New| country_with_all(Country::create(), new),
            }),
        ],
        makers: vec![
            Box::new(Modelled {
                table: "countries",
                nests: &[0, 1, 2],
                making: making!(|(), new| country_with_all(Country::create(), new)),
            }),
            Box::new(Modelled {
                table: "cities",
                nests: &[],
                making: making!(|(), new| city(City::create(), new)),
            }),
            Box::new(Modelled {
                table: "rivers",
                nests: &[],
                making: making!(|(), new| {
                    let country = new.text("country_code").unwrap_or_default();
                    river(River::create(), new).country_code(country)
                }),
            }),
            Box::new(Modelled {
                table: "leagues",
                nests: &[3],
                making: making!(|(), new| league(League::create(), new)),
            }),
        ],
    }
}

fn country_with_all(row: CountryCreate<Missing>, new: &New) -> CountryCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = match new.value("code") {
        Some(_) => row.code(new.text("code")),
        None => row,
    };
    let row = below!(row, new, 0, Country::cities, city);
    let row = below!(row, new, 1, Country::rivers, river);
    below!(row, new, 2, Country::leagues, league)
}

fn league(row: LeagueCreate<Missing>, new: &New) -> LeagueCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = match new.value("code") {
        Some(_) => row.code(new.text("code")),
        None => row,
    };
    below!(row, new, 3, League::countries, country_with_all)
}

fn city(row: CityCreate<Missing>, new: &New) -> CityCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    match new.value("country_code") {
        Some(_) => row.country_code(new.text("country_code")),
        None => row,
    }
}

fn river<C>(row: RiverCreate<Missing, C>, new: &New) -> RiverCreate<Given, C> {
    numbered!(row.label(&*new.label), new)
}
