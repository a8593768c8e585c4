//! The other pages: tables, the picture, migrations, drift, lint.

use crate::place::Place;
use crate::visitor::{cells, link};

#[tokio::test]
async fn tables_are_listed_with_their_models_and_rows() {
    for place in Place::shops().await {
        let page = place.studio_of_models().page("/");
        let orders = cells(&page)
            .into_iter()
            .find(|it| it[0] == "orders")
            .unwrap();
        assert_eq!(orders[1..4], ["Order", "2", orders[3].as_str()]);
        assert!(!page.contains("does not know your models"));
        let page = place.studio().page("/");
        assert!(page.contains("does not know your models"));
        let items = cells(&page).into_iter().find(|it| it[0] == "order_items");
        assert_eq!(items.unwrap()[1], "OrderItem");
    }
}

#[tokio::test]
async fn the_picture_shows_all_tables_or_the_near_ones() {
    for place in Place::shops().await {
        let studio = place.studio();
        let page = studio.page("/picture");
        assert!(page.contains("<img src=\"/picture.svg\""), "{page}");
        let all = studio.get("/picture.svg");
        assert_eq!(
            all.header("content-type"),
            Some("image/svg+xml; charset=utf-8")
        );
        for table in ["users", "products", "orders", "order_items"] {
            assert!(all.body.contains(&format!(">{table}</text>")), "{table}");
        }
        let near = studio.page("/picture.svg?table=users");
        assert!(near.contains(">orders</text>") && !near.contains(">products</text>"));
        let page = studio.page(&link(&page, "users"));
        assert!(page.contains("/picture.svg?table=users"));
        assert_eq!(studio.get("/picture.svg?table=nothing").status, 404);
    }
}

#[tokio::test]
async fn migrations_drift_and_lint_are_told() {
    for place in Place::shops().await {
        let studio = place.studio_of_models();
        // The tables are there, made without a migration.
        let page = studio.page("/migrations");
        let name = "20240310091200-create-users";
        assert!(page.contains(name) && page.contains(">pending<"), "{page}");
        let lint = studio.page("/lint");
        assert!(lint.contains("pending migration"), "{lint}");
        let drift = studio.page("/drift");
        assert!(drift.contains("what the models say"), "{drift}");
        place
            .run("ALTER TABLE users ADD COLUMN nickname text")
            .await;
        place.run("DROP TABLE order_items").await;
        let drift = studio.page("/drift");
        assert!(
            drift.contains("nickname") && drift.contains("order_items"),
            "{drift}"
        );
        assert!(
            drift.contains(">missing<") && drift.contains(">differs<"),
            "{drift}"
        );
        let plain = place.studio().page("/drift");
        assert!(plain.contains("knows its models"));
    }
}

#[tokio::test]
async fn an_empty_database_and_what_is_not_there() {
    for place in Place::both().await {
        if let Place::Sqlite(file) = &place {
            std::fs::write(file.path(), "").unwrap();
        }
        let studio = place.studio();
        assert!(studio.page("/").contains("no tables"));
        assert!(studio.page("/picture").contains("no tables"));
        for path in [
            "/nothing",
            "/table",
            "/table?table=none",
            "/row?table=none&k=1",
        ] {
            assert_eq!(studio.get(path).status, 404, "{path}");
        }
        assert_eq!(studio.page("/style.css").split('{').next(), Some(":root "));
    }
}

#[tokio::test]
async fn where_there_are_no_migrations_the_page_says_what_to_type() {
    let place = Place::postgres().await;
    let studio = place.studio_with("--migrations-path no/such/folder");
    for path in ["/migrations", "/lint"] {
        let page = studio.page(path);
        assert!(
            page.contains("There is no folder <code>no/such/folder</code>"),
            "{page}"
        );
        assert!(page.contains("<code>orm init</code>"), "{page}");
    }
}

// What one view is made of is gone: all else is there.
#[tokio::test]
async fn a_view_that_cannot_be_read_is_named_and_left_out() {
    let place = Place::sqlite();
    place
        .run(
            "CREATE TABLE t (a int); CREATE VIEW good AS SELECT a FROM t; \
             CREATE VIEW b1 AS SELECT gone FROM t; CREATE VIEW b2 AS SELECT * FROM good_bye; \
             CREATE VIEW b3 AS SELECT no_such_function(a) FROM t; \
             CREATE VIEW b4 AS SELECT * FROM b2",
        )
        .await;
    let studio = place.studio();
    let page = studio.page("/");
    let names: Vec<String> = cells(&page)
        .into_iter()
        .map(|mut it| it.swap_remove(0))
        .collect();
    assert!(names.iter().any(|it| it.starts_with("good")), "{names:?}");
    for view in ["b1", "b2", "b3", "b4"] {
        assert!(
            page.contains(&format!("<code>{view}</code> is left out")),
            "{page}"
        );
        assert!(!names.iter().any(|it| it.starts_with(view)), "{names:?}");
    }
    studio.page("/table?table=good");
}

// To stop it is how it ends.
#[cfg(unix)]
#[tokio::test]
async fn it_ends_well_when_it_is_told_to_stop() {
    for place in Place::both().await {
        place.run("CREATE TABLE t (a int)").await;
        for signal in ["-INT", "-TERM"] {
            let studio = place.studio();
            studio.page("/");
            let (status, said) = studio.told(signal);
            assert_eq!(status.code(), Some(0), "{said}");
            assert!(said.contains("The studio has stopped."), "{said}");
        }
    }
}

#[tokio::test]
async fn a_history_is_told_as_it_is() {
    for place in Place::both().await {
        let applied = place.orm("migrate --to 20240311143000-create-products");
        assert!(applied.status.success(), "{applied:?}");
        let studio = place.studio();
        let states: Vec<String> = cells(&studio.page("/migrations"))
            .into_iter()
            .map(|mut it| it.swap_remove(1))
            .collect();
        assert_eq!(states, ["applied", "applied", "pending", "pending"]);
        place
            .run(
                "UPDATE orm_migrations SET checksum = 'another' WHERE name LIKE '%create-users'; \
                 UPDATE orm_migrations SET name = '2023-gone' WHERE name LIKE '%create-products'",
            )
            .await;
        let page = studio.page("/migrations");
        assert!(
            page.contains("edited since") && page.contains("its file is gone"),
            "{page}"
        );
        assert!(studio.page("/lint").contains("3 pending migrations"));
    }
}
