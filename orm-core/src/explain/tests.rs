//! Plans are read as the databases write them.

use serde_json::json;

use super::sqlite::{self, Line};
use super::{QueryPlan, postgres};

fn of_sqlite(text: &str, lines: &[(i64, i64, &str)]) -> QueryPlan {
    let lines = lines.iter().map(|&(id, parent, words)| Line {
        id,
        parent,
        words: words.to_owned(),
    });
    QueryPlan {
        nodes: sqlite::nodes(lines.collect(), text),
        note: None,
    }
}

#[test]
fn documents_become_nodes() {
    let document = json!([{"Plan": {
        "Node Type": "Nested Loop", "Total Cost": 12.5, "Plan Rows": 3,
        "Plans": [
            {"Node Type": "Seq Scan", "Relation Name": "users", "Filter": "(name = 'secret'::text)",
             "Total Cost": 4, "Plan Rows": 1},
            {"Node Type": "Bitmap Heap Scan", "Relation Name": "orders", "Recheck Cond": "(a = 1)",
             "Plans": [{"Node Type": "Bitmap Index Scan", "Index Name": "orders_a", "Index Cond": "(a = 1)"}]},
            {"Node Type": "Index Scan", "Relation Name": "tags", "Index Name": "tags_pkey", "Filter": "x"},
            {"Node Type": "Index Scan", "Relation Name": "notes", "Index Name": "notes_pkey",
             "Index Cond": "(id = 1)", "Filter": "x"},
            {"Node Type": "Sort", "Sort Key": ["a DESC", "b"], "Plans": [{"Node Type": "CTE Scan"}]}
        ]
    }}]);
    let plan = QueryPlan {
        nodes: postgres::nodes(&document),
        note: None,
    };
    assert_eq!((plan.cost(), plan.rows()), (Some(12.5), Some(3.0)));
    let indexes: Vec<&str> = plan.indexes().collect();
    assert_eq!(indexes, ["orders_a", "tags_pkey", "notes_pkey"]);
    let scanned: Vec<&str> = plan.scanned().collect();
    assert_eq!(scanned, ["users", "tags"]);
    let error = plan
        .indexed()
        .map_or_else(|error| error.to_string(), |()| String::new());
    assert_eq!(
        error,
        "no index leads to the rows that are asked for of tags, users"
    );
    assert!(plan.to_string().starts_with(
        "Nested Loop  (cost 12.50, rows 3)\n  Seq Scan on users  (cost 4.00, rows 1)\n    \
         Filter: (name = 'secret'::text)\n  Bitmap Heap Scan on orders\n"
    ));
    assert!(
        plan.to_string()
            .contains("  Sort\n    Sort Key: a DESC, b\n    CTE Scan\n")
    );
    assert!(!format!("{plan:?}").contains("secret"));
    // What is not as expected is no panic.
    assert_eq!(postgres::nodes(&json!(null)), []);
    assert_eq!(postgres::nodes(&json!([{"Plan": 3}, {}]))[0].operation, "");
}

#[test]
fn lines_become_nodes() {
    let text = "SELECT t0.\"id\", (SELECT count(*) FROM \"a \"\"b. c\" AS t1 WHERE 1) FROM \"s\".\"users\" AS t0 \
                JOIN \"tags\" AS t10 ON 1";
    let plan = of_sqlite(
        text,
        &[
            (3, 0, "SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)"),
            (5, 0, "CORRELATED SCALAR SUBQUERY 1"),
            (7, 5, "SCAN t1"),
            (9, 5, "LIST SUBQUERY 3"),
            (11, 9, "SCAN rarray VIRTUAL TABLE INDEX 1:"),
            (
                13,
                0,
                "SEARCH t10 USING COVERING INDEX my (x) index (a=? AND b>?)",
            ),
            (15, 0, "SEARCH t0 USING AUTOMATIC COVERING INDEX (a=?)"),
            (17, 0, "USE TEMP B-TREE FOR ORDER BY"),
        ],
    );
    assert_eq!(plan.nodes.len(), 5);
    assert_eq!(plan.nodes[1].children.len(), 2);
    let scanned: Vec<&str> = plan.scanned().collect();
    assert_eq!(scanned, ["a \"b. c", "users"]);
    let indexes: Vec<&str> = plan.indexes().collect();
    assert_eq!(indexes, ["PRIMARY KEY", "my (x) index"]);
    assert_eq!(
        plan.to_string().lines().take(4).collect::<Vec<_>>(),
        [
            "SEARCH using PRIMARY KEY on users",
            "  By: rowid=?",
            "CORRELATED SCALAR SUBQUERY 1",
            "  SCAN on a \"b. c"
        ]
    );
    assert_eq!((plan.cost(), plan.rows()), (None, None));
    // Without an alias the name is the table's; a query with a name is none.
    let text = "WITH \"orm level 0\" AS MATERIALIZED (SELECT \"id\" FROM \"users\") SELECT 0 FROM \"orm level 0\"";
    let plan = of_sqlite(
        text,
        &[
            (1, 0, "MATERIALIZE orm level 0"),
            (2, 1, "SCAN users"),
            (3, 0, "SCAN orm level 0"),
        ],
    );
    assert_eq!(plan.scanned().collect::<Vec<_>>(), ["users"]);
    assert!(of_sqlite("", &[]).indexed().is_ok());
}
