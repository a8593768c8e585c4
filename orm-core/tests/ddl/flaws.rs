//! Models that no database could hold are refused before one is asked.

use orm_core::ddl::Models;
use orm_core::error::ErrorKind;
use orm_core::schema::{
    Action, AssociationDef, ColumnDef, DefaultValue, Deferrable, EnumDef, SqlType, StorageDef,
    TableDef, UniqueDef,
};
use orm_core::types::Param;

use crate::connect::Place;
use crate::declare::{belongs_to, column, id, nullable, table};

/// What is said about the models, without a statement being sent.
async fn refused(models: Models) -> Vec<String> {
    let place = Place::new().await;
    let scope = place.log.scope();
    let error = place.db.create_missing(models).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(scope.matching("CREATE").is_empty());
    error.to_string().lines().map(Into::into).collect()
}

static PLAIN: TableDef = table("plain", &[id(), nullable(column("note", SqlType::Text))]);

#[tokio::test]
async fn names_that_the_server_would_change() {
    static LONG: &str = "sixty-four bytes, and the server would quietly forget the last of them";
    static TABLE: TableDef = table(
        LONG,
        &[
            id(),
            column("", SqlType::Text),
            column("a\0b", SqlType::Text),
        ],
    );
    assert_eq!(
        refused(tables![&TABLE]).await,
        [
            "the column `` has an empty name",
            "the column `a\\0b` has a NUL in its name",
            &format!("the table `{LONG}` is 70 bytes long, and PostgreSQL keeps 63: shorten it"),
        ]
    );
}

#[tokio::test]
async fn two_models_of_one_table() {
    static OTHER: TableDef = table("plain", &[id()]);
    assert_eq!(
        refused(tables![&PLAIN, &OTHER]).await,
        ["`plain` is the table of two models"]
    );
}

#[tokio::test]
async fn two_enums_of_one_name() {
    static ONE: EnumDef = EnumDef {
        schema: None,
        name: "size",
        labels: &["s", "m"],
    };
    static TWO: EnumDef = EnumDef {
        schema: None,
        name: "size",
        labels: &["m", "s"],
    };
    static TABLE: TableDef = table(
        "sizes",
        &[
            id(),
            column("one", SqlType::Enum(&ONE)),
            column("two", SqlType::Enum(&TWO)),
        ],
    );
    assert_eq!(
        refused(tables![&TABLE]).await,
        ["the enum type `size` is declared twice, not alike"]
    );
}

#[tokio::test]
async fn one_name_for_two_relations() {
    static TABLE: TableDef = TableDef {
        uniques: &[UniqueDef {
            name: "plain",
            columns: &[1],
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        }],
        ..table("other", &[id(), column("a", SqlType::Int4)])
    };
    assert_eq!(
        refused(tables![&PLAIN, &TABLE]).await,
        ["`plain` is the name of two tables, indexes or sequences"]
    );
}

#[tokio::test]
async fn foreign_keys_that_cannot_be() {
    static TABLE: TableDef = TableDef {
        model: "Reply",
        associations: &[
            AssociationDef {
                on_delete: Action::SetNull,
                ..belongs_to("thread", || &PLAIN, &[1])
            },
            AssociationDef {
                target_columns: &[1],
                ..belongs_to("note", || &PLAIN, &[2])
            },
            belongs_to("again", || &PLAIN, &[1]),
        ],
        ..table(
            "replies",
            &[
                id(),
                column("thread_id", SqlType::Int4),
                column("note", SqlType::Text),
            ],
        )
    };
    assert_eq!(
        refused(tables![&TABLE, &PLAIN]).await,
        [
            "`Reply::again` and another association disagree about one foreign key",
            "`Reply::note` refers to `plain` (note), which is neither its primary key nor unique",
            "`Reply::thread` sets a key to NULL that may not be NULL",
        ]
    );
}

// What is checked late is the key of nothing, and what is logged stays whole.
#[tokio::test]
async fn foreign_keys_to_what_cannot_be_relied_on() {
    static DRAFTS: TableDef = TableDef {
        model: "Draft",
        uniques: &[UniqueDef {
            name: "",
            columns: &[1],
            nulls_not_distinct: false,
            deferrable: Deferrable::InitiallyImmediate,
        }],
        storage: StorageDef {
            unlogged: true,
            ..StorageDef::PLAIN
        },
        ..table("drafts", &[id(), column("code", SqlType::Int4)])
    };
    static TABLE: TableDef = TableDef {
        model: "Note",
        associations: &[AssociationDef {
            target_columns: &[1],
            ..belongs_to("draft", || &DRAFTS, &[1])
        }],
        ..table("notes", &[id(), column("draft", SqlType::Int4)])
    };
    assert_eq!(
        refused(tables![&TABLE, &DRAFTS]).await,
        [
            "`Note::draft` refers from a table that is logged to `Draft`, which is not",
            "`Note::draft` refers to `Draft` (code), which is neither its primary key nor unique",
        ]
    );
}

#[tokio::test]
async fn a_default_that_has_no_text() {
    static TABLE: TableDef = table(
        "defaults",
        &[
            id(),
            ColumnDef {
                default: Some(DefaultValue::Value(|| Param::Text("a\0b".into()))),
                ..column("note", SqlType::Text)
            },
        ],
    );
    assert_eq!(
        refused(tables![&TABLE]).await,
        ["the default of `defaults.note` cannot be written in SQL"]
    );
}

#[tokio::test]
async fn a_table_that_is_nowhere() {
    static TABLE: TableDef = TableDef {
        associations: &[belongs_to("plain", || &PLAIN, &[1])],
        ..table("replies", &[id(), column("plain_id", SqlType::Int4)])
    };
    assert_eq!(
        refused(tables![&TABLE]).await,
        ["`replies` refers to the table `plain`, which does not exist: add its model to the list"]
    );
}
