//! Rows: pages of them, conditions on them, ways between them.

use std::collections::BTreeSet;

use crate::place::Place;
use crate::visitor::{Studio, cells, link};

/// All rows of a table, page by page: the column that is asked for.
fn walk(studio: &Studio, first: &str, column: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut page = studio.page(first);
    loop {
        found.extend(
            cells(&page)
                .into_iter()
                .map(|mut it| it.swap_remove(column)),
        );
        if !page.contains(">Next page</a>") {
            return found;
        }
        page = studio.page(&link(&page, "Next page"));
    }
}

const NUMBERS: &str = "CREATE TABLE numbers (a integer NOT NULL, b text NOT NULL, \
     size integer, weight double precision, PRIMARY KEY (a, b)); \
     WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 172) \
     INSERT INTO numbers SELECT i / 10, 'k' || (i % 10), CASE WHEN i % 7 > 0 THEN i % 5 END, \
     i / 3.0 FROM n;";

#[tokio::test]
async fn pages_show_every_row_once() {
    for place in Place::both().await {
        let numbers = match place.is_sqlite() {
            true => NUMBERS.replace("double precision", "real"),
            false => NUMBERS.to_owned(),
        };
        place.run(&numbers).await;
        place
            .run("CREATE VIEW seen AS SELECT a, b FROM numbers")
            .await;
        let studio = place.studio();
        for asked in [
            "",
            "&order=a&desc=1",
            "&order=size",
            "&order=size&desc=1",
            "&order=weight",
            "&order=b",
        ] {
            let first = format!("/table?table=numbers{asked}");
            let a = walk(&studio, &first, 1);
            let b = walk(&studio, &first, 2);
            let rows: BTreeSet<_> = a.iter().zip(&b).collect();
            assert_eq!((a.len(), rows.len()), (173, 173), "{asked}");
        }
        let sizes = walk(&studio, "/table?table=numbers&order=size&desc=1", 3);
        assert_eq!(sizes[0], "4");
        assert_eq!(sizes[172], "NULL");
        assert!(
            sizes.is_sorted_by(|a, b| b == "NULL" || a >= b),
            "{sizes:?}"
        );
        // Nothing tells the rows of a view apart: they are passed over by number.
        assert_eq!(walk(&studio, "/table?table=seen", 0).len(), 173);
        // Conditions hold on every page.
        let some = walk(
            &studio,
            "/table?table=numbers&c=a&is=ge&v=5&order=b&desc=1",
            1,
        );
        assert_eq!(some.len(), 123);
    }
}

// SQLite takes NULL for a key, any number of times.
#[tokio::test]
async fn a_key_that_may_be_null_is_walked_to_the_end() {
    let place = Place::sqlite();
    place
        .run(
            "CREATE TABLE loose (a text, b integer, n integer, PRIMARY KEY (a, b)); \
             WITH RECURSIVE i (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 172) \
             INSERT INTO loose SELECT CASE WHEN i % 2 > 0 THEN 'k' || i END, \
             CASE WHEN i % 3 > 0 THEN i END, i FROM i",
        )
        .await;
    let studio = place.studio();
    for asked in [
        "",
        "&order=n",
        "&order=n&desc=1",
        "&order=a",
        "&order=b&desc=1",
    ] {
        let walked = walk(&studio, &format!("/table?table=loose{asked}"), 3);
        let rows: BTreeSet<_> = walked.iter().collect();
        assert_eq!((walked.len(), rows.len()), (173, 173), "{asked}");
    }
    // A row whose key has no NULL is found by it.
    let page = studio.page("/table?table=loose&c=n&is=eq&v=5");
    assert!(studio.page(&link(&page, "open")).contains("k5"));
    let page = studio.page("/table?table=loose&c=n&is=eq&v=6");
    assert!(!page.contains(">open</a>"), "{page}");
}

#[tokio::test]
async fn a_condition_is_shown_as_rust_and_as_sql() {
    for place in Place::shops().await {
        let studio = place.studio_of_models();
        let page = studio.page("/table?table=users&c=full_name&is=contains&v=O%27H");
        assert!(page.contains("User::query()"), "{page}");
        assert!(
            page.contains(".filter(User::full_name.contains(&quot;O&#39;H&quot;))"),
            "{page}"
        );
        let sign = if place.is_sqlite() { "?1" } else { "$1" };
        let sql = format!("WHERE &quot;full_name&quot; LIKE {sign} ESCAPE");
        assert!(page.contains(&sql), "{page}");
        assert!(page.contains("<code>%O&#39;H%</code>"), "{page}");
        assert!(page.contains(&format!("{sign} = <code>")), "{page}");
        assert_eq!(cells(&page).len(), 1);
        let status = studio.page("/table?table=orders&c=status&is=eq&v=pending");
        let code = "Order::status.eq(OrderStatus::Pending)";
        assert!(status.contains(code), "{status}");
        let plan = studio.page(&link(&page, "Plan of this query"));
        assert!(plan.contains("Scan") || plan.contains("SCAN"), "{plan}");
    }
}

#[tokio::test]
async fn each_test_is_asked_of_the_types_that_have_it() {
    for place in Place::shops().await {
        let studio = place.studio();
        let count = |asked: &str| {
            let page = studio.page(&format!("/table?table=orders&{asked}"));
            cells(&page).len()
        };
        for (asked, rows) in [
            ("c=total_in_cents&is=eq&v=500", 1),
            ("c=total_in_cents&is=ne&v=500", 1),
            ("c=total_in_cents&is=lt&v=1990", 1),
            ("c=total_in_cents&is=le&v=1990", 2),
            ("c=total_in_cents&is=gt&v=1990", 0),
            ("c=status&is=eq&v=delivered", 1),
            ("c=created_at&is=ge&v=2024-03-16", 2),
            ("c=created_at&is=is_not_null", 2),
            ("c=user_id&is=is_null&v=", 0),
            ("c=total_in_cents&is=ge&v=500&c=status&is=ne&v=pending", 1),
            ("c=&is=eq&v=", 2),
        ] {
            assert_eq!(count(asked), rows, "{asked}");
        }
        let users = studio.page("/table?table=users&c=email&is=starts_with&v=b");
        assert_eq!(cells(&users).len(), 1);
        let users = studio.page("/table?table=users&c=email&is=contains&v=%25");
        assert_eq!(cells(&users).len(), 0, "a sign is a sign");
        for (asked, said) in [
            (
                "c=total_in_cents&is=eq&v=1+OR+1%3D1",
                "expected a whole number",
            ),
            ("c=total_in_cents&is=contains&v=1", "is not asked"),
            ("c=nothing&is=eq&v=1", "shows no column"),
        ] {
            let answer = studio.get(&format!("/table?table=orders&{asked}"));
            assert_eq!(answer.status, 400);
            assert!(answer.body.contains(said), "{}", answer.body);
        }
        // The form holds what is asked, and each condition can be dropped.
        let page = studio.page("/table?table=orders&c=total_in_cents&is=ge&v=500&c=id&is=lt&v=9");
        assert_eq!(page.matches("type=\"hidden\" name=\"c\"").count(), 2);
        let without = link(&page, "×");
        assert!(
            !without.contains("total_in_cents") && without.contains("v=9"),
            "{without}"
        );
    }
}

#[tokio::test]
async fn associations_are_walked_both_ways() {
    for place in Place::shops().await {
        for studio in [place.studio(), place.studio_of_models()] {
            let page = studio.page("/table?table=users&order=id");
            let ann = studio.page(&link(&page, "open"));
            assert!(ann.contains("Ann O&#39;Hara"));
            let is_known = ann.contains("User::orders → Order");
            let label = if is_known {
                "User::orders → Order"
            } else {
                "orders.user_id →"
            };
            let orders = studio.page(&link(&ann, label));
            assert_eq!(cells(&orders).len(), 2);
            let order = studio.page(&link(&orders, "open"));
            let label = if is_known {
                "Order::customer → User"
            } else {
                "user_id → users"
            };
            let back = studio.page(&link(&order, label));
            assert!(back.contains("Ann O&#39;Hara"));
            assert!(back.contains("User::find(1)"), "{back}");
        }
        let missing = place.studio().get("/row?table=users&k=999");
        assert_eq!(missing.status, 404);
        let few = place.studio().get("/row?table=users");
        assert_eq!(few.status, 400);
    }
}

#[tokio::test]
async fn tables_of_other_schemas_and_composite_keys() {
    let place = Place::postgres().await;
    place
        .run(
            "CREATE SCHEMA \"Sales Dept\"; CREATE TYPE \"Sales Dept\".\"Mood\" AS ENUM ('Good', 'so-so'); \
             CREATE TABLE \"Sales Dept\".\"Group\" (tenant int, \"user\" uuid, mood \"Sales Dept\".\"Mood\", \
             price numeric(6,2), PRIMARY KEY (tenant, \"user\")); \
             CREATE TABLE member (id int PRIMARY KEY, tenant int, \"user\" uuid, \
             FOREIGN KEY (tenant, \"user\") REFERENCES \"Sales Dept\".\"Group\"); \
             INSERT INTO \"Sales Dept\".\"Group\" VALUES (1, '6f1c2f0e-0000-4000-8000-000000000001', 'Good', 12.50), \
             (1, '6f1c2f0e-0000-4000-8000-000000000002', 'so-so', NULL); \
             INSERT INTO member VALUES (1, 1, '6f1c2f0e-0000-4000-8000-000000000002'), (2, 1, NULL);",
        )
        .await;
    let studio = place.studio();
    let first = studio.page("/");
    let page = studio.page(&link(&first, "Sales Dept.Group"));
    assert_eq!(cells(&page).len(), 2);
    let table = "/table?schema=Sales+Dept&table=Group";
    let good = studio.page(&format!("{table}&c=mood&is=eq&v=Good"));
    assert_eq!(cells(&good).len(), 1);
    assert!(good.contains("Group::mood.eq(Mood::Good)"), "{good}");
    assert!(
        good.contains("$1::text::&quot;Sales Dept&quot;.&quot;Mood&quot;"),
        "{good}"
    );
    let price = studio.page(&format!("{table}&c=price&is=gt&v=12.4999"));
    assert_eq!(
        cells(&price).len(),
        1,
        "a value is not rounded to the column's digits"
    );
    let key = "c=user&is=eq&v=6f1c2f0e-0000-4000-8000-000000000001";
    assert_eq!(cells(&studio.page(&format!("{table}&{key}"))).len(), 1);
    // No such value: the database says so, and the page shows it.
    assert_eq!(studio.get(&format!("{table}&c=user&is=eq&v=x")).status, 400);
    let member = studio.page("/row?table=member&k=1");
    let group = studio.page(&link(&member, "tenant, user → Sales Dept.Group"));
    assert!(group.contains("so-so"), "{group}");
    assert!(group.contains("Group::find((1, "), "{group}");
    let members = studio.page(&link(&group, "member.tenant, user →"));
    assert_eq!(cells(&members).len(), 1);
    let alone = studio.page("/row?table=member&k=2");
    assert!(!alone.contains(">tenant, user → Sales Dept.Group</a>"));
}

#[tokio::test]
async fn join_tables_and_owners_of_several_models_are_walked() {
    for place in Place::both().await {
        let db = place.db().await;
        crate::blog::fill(&db).await;
        db.close().await;
        let studio = place.studio_of_blog();
        // It is shown, and the query says how a program sees it.
        let page = studio.page("/table?table=posts");
        assert!(page.contains("Post::query().with_deleted()"), "{page}");
        let post = studio.page(&link(&page, "open"));
        assert!(post.contains("Post::find(1).with_deleted()"), "{post}");
        let pairs = studio.page(&link(&post, "Post::tags → Tag, through post_tags"));
        assert_eq!(cells(&pairs).len(), 2);
        let pair = studio.page(&link(&pairs, "open"));
        let tag = studio.page(&link(&pair, "tag_id → tags"));
        assert!(tag.contains("Tag::find("), "{tag}");
        // Notes of other models have the same keys.
        let notes = studio.page(&link(&post, "Post::notes → Note"));
        assert_eq!(cells(&notes).len(), 1, "{notes}");
        assert!(notes.contains("On a post"));
        let notes = studio.page(&link(&tag, "Tag::notes → Note"));
        assert!(notes.contains("On a tag") && cells(&notes).len() == 1);
        let note = studio.page(&link(&notes, "open"));
        assert!(!note.contains("Note::subject → Post"), "{note}");
        let back = studio.page(&link(&note, "Note::subject → Tag"));
        assert!(back.contains("Tag::find("), "{back}");
    }
}
