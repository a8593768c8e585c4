//! Hooks around the writes of a model: in which order they are called, what they see,
//! and what becomes of it.
//!
//! Each hook writes a line into a table with the executor that it is handed, and fails
//! where one of its rows is called `fail` and its name.

mod ends;
mod far;
mod order;
mod refused;
mod unseen;

use orm::exec::{Executor, PoolOptions};
use orm::hooks::{HookResult, Hooks, Unsaved, Write};
use orm::prelude::*;
use orm::query::Upserted;

use crate::database::{Place, Test, with_models};

/// What hooks have written.
#[derive(Model, Debug, Clone)]
#[model(table = "lines")]
struct Line {
    #[column(primary_key, auto_increment)]
    id: i32,
    text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves")]
#[association(has_many, as = "items", model = Item, foreign_key = "shelf_id")]
struct Shelf {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "items", hooks, soft_delete, validate = noted)]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = "shelf_id", on_delete = "cascade")]
#[association(has_many, as = "parts", model = Part, foreign_key = "item_id")]
#[association(has_many, as = "taggings", model = Tagging, foreign_key = "item_id")]
#[association(many_to_many, as = "tags", model = Tag, through = Tagging)]
struct Item {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    #[validate(max_length(40))]
    name: String,
    #[column(default = 7)]
    stock: i32,
    #[column(version)]
    version: i32,
    shelf_id: Option<i32>,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parts", hooks)]
#[association(belongs_to, as = "item", model = Item, foreign_key = "item_id", on_delete = "restrict")]
struct Part {
    #[column(primary_key, auto_increment)]
    id: i32,
    item_id: i32,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "items", model = Item, through = Tagging)]
#[association(has_many, as = "taggings", model = Tagging, foreign_key = "tag_id")]
struct Tag {
    #[column(primary_key)]
    id: i32,
}

/// A pair, which has hooks too.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "taggings", hooks)]
#[association(belongs_to, as = "item", model = Item, foreign_key = "item_id", on_delete = "no_action")]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", on_delete = "cascade")]
struct Tagging {
    #[column(primary_key)]
    item_id: i32,
    #[column(primary_key)]
    tag_id: i32,
}

impl Hooks for Tagging {}

/// A validator that hooks can see: it counts itself.
fn noted(values: &orm::create::Values<'_, Item>, errors: &mut orm::validate::ValidationErrors) {
    if let Some(name) = values.get(Item::name) {
        JUDGED.with_borrow_mut(|judged| judged.push(name.clone()));
        if name == "refused" {
            errors.push(orm::validate::Fault {
                column: Some("name"),
                rule: "noted",
                message: "is refused".to_owned(),
            });
        }
    }
}

thread_local! {
    /// The names that the validator has judged: a test is a thread.
    static JUDGED: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

fn judged() -> Vec<String> {
    JUDGED.take()
}

async fn note(hook: &str, names: Vec<String>, on: &dyn Executor) -> HookResult {
    let line = Line::create().text(format!("{hook}: {}", names.join(", ")));
    line.save(&on).await?;
    match names.contains(&format!("fail {hook}")) {
        true => Err(format!("{hook} does not like it").into()),
        false => Ok(()),
    }
}

fn given(rows: &[Unsaved<Item>]) -> Vec<String> {
    let name = |row: &Unsaved<Item>| {
        let before = row.before().map(|before| before.name.clone());
        row.get(Item::name).or(before).unwrap_or_default()
    };
    rows.iter().map(name).collect()
}

fn names(rows: &[Item]) -> Vec<String> {
    rows.iter().map(|row| row.name.clone()).collect()
}

impl Hooks for Item {
    async fn before_validate(rows: &mut [Unsaved<Self>], tx: &Tx) -> HookResult {
        for row in rows.iter_mut() {
            // What a hook changes is judged and written.
            if let Some(name) = row.get(Item::name) {
                row.set(Item::name, name.trim());
            }
        }
        note("before_validate", given(rows), tx).await
    }

    async fn after_validate(rows: &[Unsaved<Self>], tx: &Tx) -> HookResult {
        note("after_validate", given(rows), tx).await
    }

    async fn before_create(rows: &mut [Unsaved<Self>], tx: &Tx) -> HookResult {
        for row in rows.iter_mut() {
            assert!(row.before().is_none() && row.is_given(Item::name));
            if row.get(Item::stock) == Some(7) {
                row.set(Item::stock, 8);
            }
        }
        note("before_create", given(rows), tx).await
    }

    async fn after_create(rows: &[Self], tx: &Tx) -> HookResult {
        // Its own rows are there to be read.
        let ids = rows.iter().map(|row| row.id);
        let found = Item::query().filter(Item::id.in_(ids)).count(tx).await?;
        assert_eq!(usize::try_from(found)?, rows.len());
        note("after_create", names(rows), tx).await
    }

    async fn before_update(rows: &mut [Unsaved<Self>], tx: &Tx) -> HookResult {
        for row in rows.iter_mut() {
            let before = row.before().map(|before| before.stock);
            row.set(Item::stock, before.unwrap_or_default() + 1);
        }
        note("before_update", given(rows), tx).await
    }

    async fn after_update(rows: &[Self], tx: &Tx) -> HookResult {
        note("after_update", names(rows), tx).await
    }

    async fn before_delete(rows: &[Self], tx: &Tx) -> HookResult {
        note("before_delete", names(rows), tx).await
    }

    async fn after_delete(rows: &[Self], tx: &Tx) -> HookResult {
        note("after_delete", names(rows), tx).await
    }

    async fn before_restore(rows: &[Self], tx: &Tx) -> HookResult {
        note("before_restore", names(rows), tx).await
    }

    async fn after_restore(rows: &[Self], tx: &Tx) -> HookResult {
        note("after_restore", names(rows), tx).await
    }

    async fn before_upsert(rows: &mut [Unsaved<Self>], tx: &Tx) -> HookResult {
        for row in rows.iter_mut() {
            assert!(row.before().is_none());
            if !row.is_given(Item::stock) {
                row.set(Item::stock, 3);
            }
        }
        note("before_upsert", given(rows), tx).await
    }

    async fn after_upsert(rows: &[Upserted<Self>], tx: &Tx) -> HookResult {
        let told = |it: &Upserted<Item>| match (it.created, it.updated) {
            (true, _) => format!("{} created", it.row.name),
            (_, true) => format!("{} updated", it.row.name),
            _ => format!("{} left", it.row.name),
        };
        note("after_upsert", rows.iter().map(told).collect(), tx).await
    }

    async fn after_commit(write: Write, rows: &[Self], db: &Db) -> HookResult {
        note(&format!("committed {write:?}"), names(rows), db).await?;
        match rows.iter().any(|row| row.name == "fail after_commit") {
            true => Err("after_commit does not like it".into()),
            false => Ok(()),
        }
    }

    async fn after_rollback(write: Write, rows: &[Self], db: &Db) {
        let noted = note(&format!("rolled back {write:?}"), names(rows), db).await;
        noted.expect("the connection is free");
    }
}

impl Hooks for Part {
    async fn before_create(rows: &mut [Unsaved<Self>], tx: &Tx) -> HookResult {
        // The key of the parent is there.
        let items = rows.iter().filter_map(|row| row.get(Part::item_id)).count();
        let names = rows.iter().filter_map(|row| row.get(Part::name));
        let line = format!("before_create of {items} parts");
        let names: Vec<String> = names.collect();
        note(&line, names.clone(), tx).await?;
        match names.contains(&"fail".to_owned()) {
            true => Err("no such part".into()),
            false => Ok(()),
        }
    }

    async fn after_create(rows: &[Self], tx: &Tx) -> HookResult {
        let names = rows.iter().map(|row| row.name.clone());
        note("after_create of parts", names.collect(), tx).await
    }
}

async fn place() -> Test<Place> {
    JUDGED.take();
    with_models(orm::models![Line, Shelf, Item, Part, Tag, Tagging]).await
}

/// The same database through one connection: whoever waits for a second waits in vain.
async fn through_one(place: &Place) -> Test<Db> {
    let one = PoolOptions::new().max(1);
    Ok(Db::connect(place.config()?.pool(one)).await?)
}

/// What hooks have written since they were asked last.
async fn lines(db: &dyn Executor) -> Test<Vec<String>> {
    let lines = Line::query().order_by(Line::id.asc()).all(db).await?;
    Line::query().all_rows().delete().run(db).await?;
    Ok(lines.into_iter().map(|line| line.text).collect())
}

async fn item(name: &str, db: &Db) -> Test<Item> {
    let item = Item::create().name(name).save(db).await?;
    lines(db).await?;
    judged();
    Ok(item)
}
