//! Tables that are changed.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};

use orm::diff::{Destructive, Options};
use orm::migrate::{
    Column, Embedded, EmbeddedSource, ForeignKey, Index, Migration, Migrator, SchemaEditor, Table,
    Undo,
};
use orm::prelude::*;
use orm::schema::SqlType;
use orm_testkit::TestFile;

use super::{Ground, Group, group};

type Work<'a> = Pin<Box<dyn Future<Output = orm::Result<()>> + Send + 'a>>;

/// A migration in Rust.
struct Edit(for<'a> fn(&'a SchemaEditor<'a>) -> Work<'a>);

impl Migration for Edit {
    fn name(&self) -> &str {
        "20240101000000-edit"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> orm::Result<()> {
        (self.0)(schema).await
    }

    async fn down(&self, _: &SchemaEditor<'_>) -> orm::Result<()> {
        Ok(())
    }
}

/// One that knows of no other.
fn alone(migrator: Migrator) -> Migrator {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    migrator.history_table(&format!("history_{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// Makes two tables anew, and changes one of them.
async fn edited(
    on: &Ground,
    change: for<'a> fn(&'a SchemaEditor<'a>) -> Work<'a>,
) -> orm::Result<()> {
    let first = alone(Migrator::new().with(Edit(|schema| {
        Box::pin(async move {
            for table in ["boxes", "shelves"] {
                schema
                    .execute_raw(&format!("DROP TABLE IF EXISTS {table}"))
                    .await?;
            }
            let shelves = Table::new("shelves")
                .column(Column::new("id", SqlType::Int8).identity().primary_key());
            schema.create_table(shelves).await?;
            let boxes = Table::new("boxes")
                .column(Column::new("id", SqlType::Int8).primary_key())
                .column(Column::new("shelf", SqlType::Int8).nullable())
                .column(Column::new("name", SqlType::Text).default("x"))
                .foreign_key(ForeignKey::new(["shelf"], "shelves", ["id"]));
            schema.create_table(boxes).await
        })
    })));
    first.up(&on.config).await?;
    alone(Migrator::new().with(Edit(change)))
        .up(&on.config)
        .await
        .map(drop)
}

#[derive(Model, Debug, Clone)]
struct Ship {
    #[column(primary_key)]
    id: i32,
    #[column(varchar(20))]
    name: String,
}

pub(super) fn group() -> Group {
    group! { "Tables that change";
        "`create_missing`, and what differs": |on| {
            on.db.create_missing(orm::models![Ship]).await?;
            assert!(on.db.create_missing(orm::models![Ship]).await?.is_in_step());
            on.db.executor().batch("ALTER TABLE ships RENAME COLUMN name TO title").await?;
            let report = on.db.plan_missing(orm::models![Ship]).await?;
            assert!(!report.is_in_step());
            on.db.executor().batch("DROP TABLE ships").await
        };
        "migrations from what differs, there and back": |on| {
            let (place, _home) = on.another().await;
            let tables = "CREATE TABLE ships (id integer PRIMARY KEY, name text, extra text); \
                          INSERT INTO ships VALUES (1, 'a', 'b')";
            place.db.executor().batch(tables).await?;
            let ships = orm::models![Ship];
            let diff = place.db.diff(ships, &Options::new()).await?;
            let folder = TestFile::create().expect("a folder");
            let folder = folder.path().with_file_name("migrations");
            for (number, draft) in diff.migrations("ships", Destructive::Allowed)?.iter().enumerate() {
                let one = folder.join(format!("2024010100000{number}-{}", draft.words));
                std::fs::create_dir_all(&one).expect("a folder");
                std::fs::write(one.join("up.sql"), &draft.up).expect("a file");
                std::fs::write(one.join("down.sql"), &draft.down).expect("a file");
            }
            let migrator = Migrator::from_folder(&folder);
            migrator.up(&place.config).await?;
            assert_eq!(Ship::find(1).one(&place.db).await?.name, "a");
            let options = Options::new().ignore_table("orm_migrations");
            assert!(place.db.diff(ships, &options).await?.is_empty());
            migrator.undo(&place.config, &Undo::All).await?;
            let extra = orm::raw::raw_sql("SELECT count(extra) FROM ships");
            assert_eq!(extra.scalar::<i64>(&place.db).await?, 0);
            Ok(())
        };
        "migrations in SQL, there and back": |on| {
            let migrator = alone(Migrator::embedded(&[Embedded {
                name: "20240101000000-moons",
                source: EmbeddedSource::TwoFiles {
                    up: "CREATE TABLE moons (id integer PRIMARY KEY); INSERT INTO moons VALUES (1);",
                    down: Some("DROP TABLE moons;"),
                },
            }]));
            assert_eq!(migrator.up(&on.config).await?.len(), 1);
            migrator.undo(&on.config, &Undo::All).await.map(drop)
        };
        "`create_table`, `rename_table`, `drop_table`": |on| edited(on, |schema| Box::pin(async move {
            schema.rename_table("boxes", "crates").await?;
            schema.drop_table("crates").await
        })).await;
        "`add_column`, `rename_column`, `drop_column`": |on| edited(on, |schema| Box::pin(async move {
            schema.add_column("boxes", Column::new("height", SqlType::Int4).nullable()).await?;
            schema.rename_column("boxes", "height", "width").await?;
            schema.drop_column("boxes", "width").await
        })).await;
        "`add_index`, `drop_index`": |on| edited(on, |schema| Box::pin(async move {
            schema.add_index(Index::on("boxes", ["name"]).name("by_name").unique()).await?;
            schema.drop_index("by_name").await
        })).await;
        "`set_type`": |on| edited(on, |schema| Box::pin(async move {
            schema.set_type("boxes", "name", SqlType::Varchar(Some(9))).await
        })).await;
        "`set_not_null`, `drop_not_null`": |on| edited(on, |schema| Box::pin(async move {
            schema.set_not_null("boxes", "shelf").await?;
            schema.drop_not_null("boxes", "shelf").await
        })).await;
        "`set_default`, `drop_default`": |on| edited(on, |schema| Box::pin(async move {
            schema.set_default("boxes", "name", "y").await?;
            schema.drop_default("boxes", "name").await
        })).await;
        "`add_unique`": |on| edited(on, |schema| Box::pin(async move {
            schema.add_unique("boxes", ["name"]).await
        })).await;
        "`add_check_raw`, `drop_constraint`": |on| edited(on, |schema| Box::pin(async move {
            schema.add_check_raw("boxes", "named", "name <> ''").await?;
            schema.drop_constraint("boxes", "named").await
        })).await;
        "`add_foreign_key`": |on| edited(on, |schema| Box::pin(async move {
            schema.add_foreign_key("boxes", ForeignKey::new(["id"], "shelves", ["id"])).await
        })).await;
        "`create_enum`": |on| edited(on, |schema| Box::pin(async move {
            schema.create_enum("colour", ["red", "green"]).await
        })).await;
    }
}
