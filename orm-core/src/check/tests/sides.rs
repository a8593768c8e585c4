//! `belongs_to` and its other sides.

use super::{belongs_to, has_many, has_one, key, model, one_sided, plain, said};
use crate::check::{HeldKey, NO_COLUMN};
use crate::schema::{AssociationDef, ColumnDef, SqlType};
use crate::types::Param;

#[test]
fn sides_that_agree_are_not_spoken_of() {
    model!(
        User,
        [key("id"), plain("number")],
        [
            has_many::<Post>("posts", &[0], &[1]),
            has_one::<Post>("draft", &[1], &[2]),
        ]
    );
    model!(
        Post,
        [key("id"), plain("user_id"), plain("draft_of")],
        [
            belongs_to::<User>("user", &[1], &[0]),
            belongs_to::<User>("drafter", &[2], &[1]),
        ]
    );
    for at in 0..2 {
        assert_eq!(said::<User, Post>(at), None);
        assert_eq!(said::<Post, User>(at), None);
    }
}

#[test]
fn a_side_that_is_missing_is_written_out() {
    model!(
        User,
        [key("id"), plain("number")],
        [
            has_many::<Post>("posts", &[0], &[1]),
            has_one::<Post>("draft", &[1], &[2]),
        ]
    );
    model!(Post, [key("id"), plain("user_id"), plain("draft_of")], []);
    assert_eq!(
        said::<User, Post>(0).as_deref(),
        Some(
            "`User.posts` has no other side: `Post` declares no `belongs_to` to `User` with the \
             key `user_id`\nhelp: add to `Post`: #[association(belongs_to, as = \"others\", \
             model = User, foreign_key = \"user_id\")]"
        )
    );
    assert_eq!(
        said::<User, Post>(1).as_deref(),
        Some(
            "`User.draft` has no other side: `Post` declares no `belongs_to` to `User` with the \
             key `draft_of`\nhelp: add to `Post`: #[association(belongs_to, as = \"others\", \
             model = User, foreign_key = \"draft_of\", target_key = \"number\")]"
        )
    );
    model!(
        Seat,
        [key("hotel"), key("number"), plain("guest_id")],
        [
            belongs_to::<Guest>("guest", &[2], &[0]),
            belongs_to::<Guest>("payer", &[0, 2], &[0, 1]),
            belongs_to::<Room>("room", &[0, 1], &[0, 1]),
        ]
    );
    model!(Guest, [key("id"), plain("number")], []);
    model!(Room, [key("hotel"), key("number")], []);
    assert_eq!(
        said::<Seat, Guest>(0).as_deref(),
        Some(
            "`Seat.guest` has no other side: `Guest` declares no `has_many` or `has_one` to \
             `Seat` with the key `guest_id`\nhelp: add to `Guest`: #[association(has_many, as = \
             \"others\", model = Seat, foreign_key = \"guest_id\")]"
        )
    );
    // A key that is not the primary key, or not it alone, is named.
    assert_eq!(
        said::<Seat, Guest>(1).as_deref(),
        Some(
            "`Seat.payer` has no other side: `Guest` declares no `has_many` or `has_one` to \
             `Seat` with the key `hotel`, `guest_id`\nhelp: add to `Guest`: \
             #[association(has_many, as = \"others\", model = Seat, foreign_key = (\"hotel\", \
             \"guest_id\"), source_key = (\"id\", \"number\"))]"
        )
    );
    assert_eq!(
        said::<Seat, Room>(2).as_deref(),
        Some(
            "`Seat.room` has no other side: `Room` declares no `has_many` or `has_one` to \
             `Seat` with the key `hotel`, `number`\nhelp: add to `Room`: \
             #[association(has_many, as = \"others\", model = Seat, foreign_key = (\"hotel\", \
             \"number\"))]"
        )
    );
}

#[test]
fn a_part_of_a_primary_key_is_not_the_key() {
    model!(
        Stay,
        [key("id"), plain("hotel")],
        [
            belongs_to::<Room>("room", &[1], &[0]),
            belongs_to::<Room>("door", &[1, 0], &[1, 0]),
        ]
    );
    model!(Room, [key("hotel"), key("number")], []);
    let source_key = |at| {
        let said = said::<Stay, Room>(at).unwrap();
        said.split_once("source_key = ").unwrap().1.to_owned()
    };
    assert_eq!(source_key(0), "\"hotel\")]");
    assert_eq!(source_key(1), "(\"number\", \"hotel\"))]");
}

#[test]
fn sides_of_one_kind_are_no_sides() {
    model!(
        Person,
        [key("id"), plain("passport_id")],
        [belongs_to::<Passport>("passport", &[1], &[0]),]
    );
    model!(
        Passport,
        [key("id"), plain("person_id")],
        [belongs_to::<Person>("person", &[1], &[0]),]
    );
    // One of them speaks, whichever.
    assert_eq!(
        said::<Passport, Person>(0).as_deref(),
        Some(
            "`Passport.person` is `belongs_to`, so `Person` needs a `has_many` or `has_one` to \
             `Passport`, but `Person.passport` is `belongs_to`\nhelp: add to `Person`: \
             #[association(has_many, as = \"others\", model = Passport, foreign_key = \
             \"person_id\")]"
        )
    );
    assert_eq!(said::<Person, Passport>(0), None);

    model!(
        Author,
        [key("id"), plain("book_id")],
        [has_many::<Book>("books", &[0], &[1]),]
    );
    model!(
        Book,
        [key("id"), plain("author_id")],
        [has_one::<Author>("author", &[0], &[1]),]
    );
    assert_eq!(
        said::<Author, Book>(0).as_deref(),
        Some(
            "`Author.books` is `has_many`, so `Book` needs a `belongs_to` to `Author`, but \
             `Book.author` is `has_one`\nhelp: add to `Book`: #[association(belongs_to, as = \
             \"others\", model = Author, foreign_key = \"author_id\")]"
        )
    );
    assert_eq!(said::<Book, Author>(0), None);
}

#[test]
fn two_keys_that_disagree_are_both_named() {
    model!(
        User,
        [key("id"), plain("number")],
        [has_many::<Post>("posts", &[0], &[1]),]
    );
    model!(
        Post,
        [key("id"), plain("user_id"), plain("author_id")],
        [belongs_to::<User>("author", &[2], &[0]),]
    );
    assert_eq!(
        said::<Post, User>(0).as_deref(),
        Some(
            "`Post.author` holds the key in `author_id`, but `User.posts` looks for it in \
             `user_id`\nhelp: write on `User.posts`: foreign_key = \"author_id\""
        )
    );
    assert_eq!(said::<User, Post>(0), None);

    model!(
        Shop,
        [key("id"), plain("number")],
        [has_one::<Sign>("sign", &[1], &[1]),]
    );
    model!(
        Sign,
        [key("id"), plain("shop_id")],
        [belongs_to::<Shop>("shop", &[1], &[0]),]
    );
    assert_eq!(
        said::<Sign, Shop>(0).as_deref(),
        Some(
            "`Sign.shop` refers to `id`, but `Shop.sign` gives `number`\nhelp: write on \
             `Sign.shop`: target_key = \"number\""
        )
    );
    assert_eq!(said::<Shop, Sign>(0), None);
}

// Of several that nothing answers the first is meant by the first.
#[test]
fn of_several_each_has_its_own_other_side() {
    model!(
        User,
        [key("id")],
        [
            has_many::<Post>("posts", &[0], &[1]),
            has_many::<Post>("edited", &[0], &[3]),
            one_sided(has_many::<Post>("old", &[0], &[4])),
            has_many::<Post>("read", &[0], &[5]),
        ]
    );
    model!(
        Post,
        [
            key("id"),
            plain("a"),
            plain("b"),
            plain("c"),
            plain("d"),
            plain("e"),
            plain("f")
        ],
        [
            belongs_to::<User>("author", &[1], &[0]),
            belongs_to::<User>("editor", &[2], &[0]),
            one_sided(belongs_to::<User>("owner", &[6], &[0])),
            belongs_to::<User>("reader", &[6], &[0]),
        ]
    );
    let first = |at| said::<Post, User>(at).map(|it| it.split('\n').next().unwrap().to_owned());
    assert_eq!(first(0), None);
    assert_eq!(
        first(1).as_deref(),
        Some("`Post.editor` holds the key in `b`, but `User.edited` looks for it in `c`")
    );
    assert_eq!(
        first(3).as_deref(),
        Some("`Post.reader` holds the key in `f`, but `User.read` looks for it in `e`")
    );
    for at in [0, 1, 3] {
        assert_eq!(said::<User, Post>(at), None, "{at}");
    }
}

// A model of the same name somewhere else is another one.
#[test]
fn models_are_told_apart_by_their_paths() {
    mod elsewhere {
        use super::super::{key, model};
        model!(User as "elsewhere::" in None, [key("id")], []);
        pub(super) type Other = User;
    }
    model!(User, [key("id")], [has_many::<Post>("posts", &[0], &[1])]);
    model!(
        Post,
        [key("id"), plain("user_id")],
        [belongs_to::<elsewhere::Other>("user", &[1], &[0]),]
    );
    assert!(said::<User, Post>(0).is_some());
}

// Whose error it is speaks for itself.
#[test]
fn what_is_not_known_is_not_judged() {
    const NOWHERE: &[u16] = &[NO_COLUMN];
    model!(
        User,
        [key("id")],
        [
            has_many::<Post>("posts", &[0], NOWHERE),
            has_many::<Note>("notes", &[0], &[1]),
        ]
    );
    model!(Post, [key("id"), plain("user_id")], []);
    model!(
        Note,
        [key("id"), plain("user_id")],
        [AssociationDef {
            name: "",
            ..belongs_to::<User>("", &[1], &[0])
        },]
    );
    assert_eq!(said::<User, Note>(1), None);
    let said = |convention| {
        let fault = crate::check::other_side_fault::<User, Post>(0, "user", convention);
        fault.map(|fault| fault.as_str().to_owned())
    };
    // The name that was written is reported where it stands.
    assert_eq!(said(""), None);
    assert_eq!(
        said("user_id").as_deref(),
        Some(
            "`User.posts` has no other side: `Post` declares no `belongs_to` to `User`\nhelp: \
             add to `Post`: #[association(belongs_to, as = \"user\", model = User, foreign_key \
             = \"user_id\")]"
        )
    );
}

#[test]
fn of_several_keys_one_has_to_be_named() {
    model!(
        User,
        [key("id")],
        [has_many::<Post>("posts", &[0], &[NO_COLUMN])]
    );
    model!(
        Post,
        [
            key("id"),
            plain("author_id"),
            plain("site"),
            plain("editor_id"),
            plain("post_id")
        ],
        [],
        [
            HeldKey::new::<User>(&[1], &[0]),
            HeldKey::new::<Post>(&[4], &[0]),
            HeldKey::new::<User>(&[2, 3], &[0])
        ]
    );
    assert_eq!(
        said::<User, Post>(0).as_deref(),
        Some(
            "`User.posts` does not say by which key: `Post` belongs to `User` by `author_id` and \
             by `site`, `editor_id`\nhelp: name one: `foreign_key = \"..\"`"
        )
    );
}

// One key is there, and of another width.
#[test]
fn one_key_is_not_several() {
    model!(
        User,
        [key("id")],
        [has_many::<Post>("posts", &[0], &[NO_COLUMN])]
    );
    model!(
        Post,
        [key("id"), plain("a"), plain("b")],
        [],
        [HeldKey::new::<User>(&[1, 2], &[0, 1])]
    );
    let said = said::<User, Post>(0).unwrap();
    assert!(said.starts_with("`User.posts` has no other side"), "{said}");
}

#[test]
fn a_model_with_an_error_of_its_own_is_not_judged() {
    model!(
        User,
        [key("id")],
        [AssociationDef {
            name: "",
            ..has_many::<Post>("", &[0], &[2])
        }]
    );
    model!(
        Post,
        [key("id"), plain("user_id"), plain("other_id")],
        [belongs_to::<User>("user", &[1], &[0])]
    );
    assert_eq!(said::<Post, User>(0), None);
}

#[test]
fn one_of_several_models_is_said_on_both_sides() {
    const OF_POST: &[(u16, fn() -> Param)] = &[(1, || Param::Int4(1))];
    const OTHER: &[(u16, fn() -> Param)] = &[(0, || Param::Int4(1)), (2, || Param::Int4(1))];
    model!(
        Post,
        [key("id")],
        [
            AssociationDef {
                scope: OF_POST,
                ..has_many::<Note>("notes", &[0], &[2])
            },
            has_many::<Note>("unsaid", &[0], &[2]),
            AssociationDef {
                scope: OTHER,
                ..has_many::<Note>("other", &[0], &[2])
            },
        ]
    );
    model!(
        Note,
        [key("id"), plain("subject_type"), plain("subject_id")],
        [AssociationDef {
            type_column: Some(1),
            ..belongs_to::<Post>("subject", &[2], &[0])
        },]
    );
    assert_eq!(said::<Post, Note>(0), None);
    assert_eq!(said::<Note, Post>(0), None);
    for at in 1..3 {
        assert_eq!(
            said::<Post, Note>(at).as_deref(),
            Some(
                "the other side belongs to one of several models, which this side does not \
                 say\nhelp: add `polymorphic = ..` with the name of their enum"
            )
        );
    }
}

#[test]
fn a_padded_text_is_held_as_one() {
    const fn padded(field: &'static str) -> ColumnDef {
        ColumnDef::new(field, field, SqlType::Char(3))
    }
    model!(
        Shelf,
        [key("id"), padded("code"), plain("hall")],
        [
            has_many::<Book>("books", &[2, 1], &[1, 2]),
            has_many::<Book>("others", &[2, 1], &[1, 3]),
            has_many::<Book>("more", &[2, 2], &[1, 3]),
        ]
    );
    model!(
        Book,
        [key("id"), plain("hall"), plain("shelf"), padded("place")],
        [
            belongs_to::<Shelf>("shelf", &[1, 2], &[2, 1]),
            belongs_to::<Shelf>("place", &[1, 3], &[2, 1]),
            belongs_to::<Shelf>("hall", &[1, 3], &[2, 2]),
        ]
    );
    for at in 0..3 {
        assert_eq!(said::<Shelf, Book>(at), None);
    }
    assert_eq!(said::<Book, Shelf>(1), None);
    assert_eq!(
        said::<Book, Shelf>(0).as_deref(),
        Some(
            "`Book.shelf` compares a padded text with one that is not: `Shelf.code` is a \
             `char(n)`, and `Book.shelf` is not\nhelp: write on `Book.shelf` too: \
             #[column(char(..))], with the same length"
        )
    );
    assert_eq!(
        said::<Book, Shelf>(2).as_deref(),
        Some(
            "`Book.hall` compares a padded text with one that is not: `Book.place` is a \
             `char(n)`, and `Shelf.hall` is not\nhelp: write on `Shelf.hall` too: \
             #[column(char(..))], with the same length"
        )
    );
}
