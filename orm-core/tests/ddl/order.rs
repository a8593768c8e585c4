//! The order of tables, and keys in cycles.

use orm_core::ddl::{self, Step};
use orm_core::schema::{AssociationDef, ColumnDef, SqlType, TableDef};

use crate::connect::Place;
use crate::declare::{belongs_to, column, id, nullable, table};

const COLUMNS: &[ColumnDef] = &[
    id(),
    nullable(column("left_id", SqlType::Int4)),
    nullable(column("right_id", SqlType::Int4)),
];

const fn knot(name: &'static str, associations: &'static [AssociationDef]) -> TableDef {
    TableDef {
        associations,
        ..table(name, COLUMNS)
    }
}

// a -> b -> c -> a is a cycle, c also refers to itself, and d hangs off it.
static A: TableDef = knot("a", &[belongs_to("b", || &B, &[1])]);
static B: TableDef = knot(
    "b",
    &[belongs_to("c", || &C, &[1]), belongs_to("e", || &E, &[2])],
);
static C: TableDef = knot(
    "c",
    &[belongs_to("a", || &A, &[1]), belongs_to("c", || &C, &[2])],
);
static D: TableDef = knot("d", &[belongs_to("a", || &A, &[1])]);
static E: TableDef = knot("e", &[]);

/// B with its associations the other way round.
static B_TURNED: TableDef = knot(
    "b",
    &[belongs_to("e", || &E, &[2]), belongs_to("c", || &C, &[1])],
);

#[test]
fn tables_come_after_those_they_refer_to() {
    let plan = ddl::plan(tables![&A, &B, &C, &D, &E]);
    let tables: Vec<&str> = plan
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::CreateTable(table) => Some(table.name.name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(tables, ["e", "a", "c", "b", "d"]);
    // The cycle is cut once, and the table's reference to itself is not in the way.
    let late: Vec<String> = plan
        .steps
        .iter()
        .filter(|step| matches!(step, Step::AddConstraint(..)))
        .map(Step::summary)
        .collect();
    assert_eq!(late, ["constraint a_left_id_fkey on a"]);
}

#[tokio::test]
async fn a_cycle_can_be_created() {
    let models = tables![&A, &B, &C, &D, &E];
    let place = Place::with(models).await;
    let keys = "SELECT conname::text FROM pg_constraint WHERE contype = 'f' ORDER BY 1";
    let expected = [
        "a_left_id_fkey",
        "b_left_id_fkey",
        "b_right_id_fkey",
        "c_left_id_fkey",
        "c_right_id_fkey",
        "d_left_id_fkey",
    ];
    assert_eq!(place.texts(keys).await, expected);
    place.expect_in_step(models).await;
}

// Neither the order of the models nor that of a model's associations is seen
// in the result (S89).
#[test]
fn no_order_of_declaration_is_seen() {
    let expected = ddl::sql(tables![&A, &B, &C, &D, &E]);
    assert_eq!(ddl::sql(tables![&E, &D, &C, &B, &A]), expected);
    assert_eq!(ddl::sql(tables![&C, &A, &E, &B_TURNED, &D]), expected);
}

// A model listed twice is one table.
#[test]
fn a_model_listed_twice_counts_once() {
    assert_eq!(ddl::sql(tables![&E, &E]), ddl::sql(tables![&E]));
}
