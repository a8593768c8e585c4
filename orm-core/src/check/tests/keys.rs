//! Which columns hold a key, by the names of fields.

use super::{belongs_to, has_many, key, model, plain};
use crate::check::{
    HeldKey, NO_COLUMN, field_fault, held_key, held_width, join_columns, named_key, nullable,
    prefilled, primary_key,
};
use crate::model::Model;
use crate::schema::{AssociationDef, ColumnDef};

#[test]
fn fields_are_found_by_name() {
    model!(Seat, [key("hotel"), key("number"), plain("guest_id")], []);
    assert_eq!(named_key::<Seat, 2>(["number", "hotel"]), [1, 0]);
    // All of them, or none.
    assert_eq!(named_key::<Seat, 2>(["number", "hotels"]), [NO_COLUMN; 2]);
    assert_eq!(named_key::<Seat, 1>(["Number"]), [NO_COLUMN]);
    assert_eq!(primary_key::<Seat, 2>(), [0, 1]);
    assert_eq!(primary_key::<Seat, 1>(), [0]);
    model!(Late, [plain("name"), key("id")], []);
    assert_eq!(primary_key::<Late, 1>(), [1]);
    assert_eq!(join_columns::<Seat, 2>([2, NO_COLUMN]), ["guest_id", ""]);
}

fn said<M: Model>(fields: &[&str]) -> Option<String> {
    field_fault::<M>(fields).map(|fault| fault.as_str().to_owned())
}

#[test]
fn a_field_that_is_not_there_is_another_or_one_of_these() {
    model!(Seat, [key("hotel"), key("number"), plain("guest_id")], []);
    assert_eq!(said::<Seat>(&["guest_id", "hotel"]), None);
    assert_eq!(
        said::<Seat>(&["hotel", "gest_id"]).as_deref(),
        Some("no field `gest_id` in `Seat`\nhelp: did you mean `guest_id`?")
    );
    assert_eq!(
        said::<Seat>(&["room"]).as_deref(),
        Some("no field `room` in `Seat`\nhelp: expected one of `hotel`, `number`, `guest_id`")
    );
    // Not more than somebody would read.
    model!(
        Wide,
        [
            key("a"),
            plain("b"),
            plain("c"),
            plain("d"),
            plain("e"),
            plain("f"),
            plain("g"),
            plain("h"),
            plain("i"),
            plain("j"),
            plain("k")
        ],
        []
    );
    let said = said::<Wide>(&["nothing"]).unwrap();
    assert!(said.ends_with("`h`, `i`, `j`"), "{said}");
}

#[test]
fn the_nearest_field_is_meant() {
    model!(
        Near,
        [
            key("hotel"),
            plain("title"),
            plain("titel"),
            plain("x"),
            plain("né")
        ],
        []
    );
    let meant = |written: &str| {
        let said = said::<Near>(&[written]).unwrap();
        let meant = said.split_once("did you mean ");
        meant.map(|(_, meant)| meant.trim_end_matches('?').to_owned())
    };
    // Inserted, left out, replaced; a third of the letters may differ.
    assert_eq!(meant("hoteel").as_deref(), Some("`hotel`"));
    assert_eq!(meant("hotl").as_deref(), Some("`hotel`"));
    assert_eq!(meant("hotal").as_deref(), Some("`hotel`"));
    assert_eq!(meant("hotells").as_deref(), Some("`hotel`"));
    assert_eq!(meant("hotalls"), None);
    assert_eq!(meant("motal"), None);
    // The first of two that are as near.
    assert_eq!(meant("titlel").as_deref(), Some("`title`"));
    assert_eq!(meant("titell").as_deref(), Some("`titel`"));
    assert_eq!(meant("y").as_deref(), Some("`x`"));
    assert_eq!(meant(&"t".repeat(64)), None);
    assert_eq!(meant(&"t".repeat(63)), None);
}

#[test]
fn a_key_is_the_one_that_the_other_model_declares() {
    model!(User, [key("id"), plain("number")], []);
    model!(
        Post,
        [
            key("id"),
            plain("author_id"),
            plain("user_id"),
            plain("site"),
            plain("user_no")
        ],
        [],
        [
            HeldKey::new::<Post>(&[3], &[0]),
            HeldKey::new::<User>(&[1], &[0]),
            HeldKey::new::<User>(&[2], &[0]),
            HeldKey::new::<User>(&[4], &[1]),
            HeldKey::new::<User>(&[3, 4], &[0, 1])
        ]
    );
    // Of several the one that is called so.
    assert_eq!(held_key::<User, Post, 1>(&[0], "user_id"), [2]);
    assert_eq!(held_key::<User, Post, 1>(&[0], "author_id"), [1]);
    assert_eq!(held_key::<User, Post, 1>(&[0], "writer_id"), [NO_COLUMN]);
    // The one that refers to that key.
    assert_eq!(held_key::<User, Post, 1>(&[1], "user_id"), [4]);
    assert_eq!(held_key::<User, Post, 2>(&[0, 1], "user_id"), [3, 4]);
    assert_eq!(
        held_key::<User, Post, 3>(&[0, 1], "user_id"),
        [NO_COLUMN; 3]
    );
    // Where none refers to it, those of other keys are compared, and found to differ.
    model!(
        Note,
        [key("id"), plain("user_no")],
        [],
        [HeldKey::new::<User>(&[1], &[1])]
    );
    assert_eq!(held_key::<User, Note, 1>(&[0], "user_id"), [1]);
    assert_eq!(held_key::<Post, Note, 1>(&[0], "user_no"), [NO_COLUMN]);
    model!(
        Pair,
        [key("a"), key("b")],
        [],
        [HeldKey::new::<User>(&[0, 1], &[0, 1])]
    );
    assert_eq!(held_width::<User, Pair>(), 2);
    assert_eq!(held_width::<Post, Pair>(), 1);
    assert_eq!(held_width::<User, Post>(), 1);
}

#[test]
fn what_an_association_fills_is_what_a_key_holds() {
    model!(User, [key("id")], [has_many::<Post>("posts", &[0], &[1])]);
    model!(
        Post,
        [key("id"), plain("user_id"), plain("kind"), plain("site")],
        [
            has_many::<Post>("replies", &[3], &[3]),
            AssociationDef {
                type_column: Some(2),
                ..belongs_to::<User>("user", &[0, 1], &[0])
            },
        ]
    );
    assert_eq!(prefilled::<Post>(1), 1);
    assert_eq!(prefilled::<Post>(0), 0);
    assert_eq!(prefilled::<Post>(2), 2);
    assert_eq!(prefilled::<Post>(3), NO_COLUMN);
    assert_eq!(prefilled::<User>(0), NO_COLUMN);
}

#[test]
fn a_key_may_be_null_where_a_part_of_it_may() {
    let columns = [
        plain("a"),
        ColumnDef {
            nullable: true,
            ..plain("b")
        },
    ];
    assert!(nullable(&columns, &[0, 1]));
    assert!(!nullable(&columns, &[0]));
    assert!(!nullable(&columns, &[]));
    // Reported elsewhere.
    assert!(!nullable(&columns, &[NO_COLUMN]));
    assert!(nullable(&columns, &[NO_COLUMN, 1]));
}
