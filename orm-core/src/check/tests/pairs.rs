//! The two sides of `many_to_many`, and the join models between them.

use super::{belongs_to, key, model, one_sided, pairs_with, plain, said, table};
use crate::check::{HeldKey, NO_COLUMN, join_model, plain_join_fault, through_fault};
use crate::model::Model;
use crate::schema::{AssociationDef, ColumnDef, JoinTable, SqlType, TableName};

#[test]
fn pairs_that_agree_are_not_spoken_of() {
    model!(
        User,
        [key("id")],
        [
            pairs_with::<Group>("groups", table("members", &["user_id"], &["group_id"])),
            pairs_with::<Group>("led", join_model::<Lead>(&["user_id"], &["group_id"])),
        ]
    );
    model!(
        Group,
        [key("id")],
        [
            pairs_with::<User>("users", table("members", &["group_id"], &["user_id"])),
            pairs_with::<User>("leads", join_model::<Lead>(&["group_id"], &["user_id"])),
        ]
    );
    model!(
        Lead,
        [key("user_id"), key("group_id")],
        [
            one_sided(belongs_to::<User>("user", &[0], &[0])),
            one_sided(belongs_to::<Group>("group", &[1], &[0])),
        ]
    );
    for at in 0..2 {
        assert_eq!(said::<User, Group>(at), None);
        assert_eq!(said::<Group, User>(at), None);
    }
    assert_eq!(between::<User, Group, Lead>(1), None);
    assert_eq!(between::<Group, User, Lead>(1), None);
}

#[test]
fn pairs_of_one_side_are_written_out() {
    model!(
        User,
        [key("id")],
        [
            pairs_with::<Group>(
                "groups",
                table("members", &["user_id"], &["hall", "group_id"])
            ),
            pairs_with::<Group>("led", join_model::<Lead>(&["user_no"], &["group_no"])),
        ]
    );
    model!(Group, [key("id")], []);
    model!(
        Lead,
        [named("user_id", "user_no"), named("group_id", "group_no")],
        []
    );
    assert_eq!(
        said::<User, Group>(0).as_deref(),
        Some(
            "`User.groups` has no other side: `Group` declares no `many_to_many` to `User` \
             through the same table\nhelp: add to `Group`: #[association(many_to_many, as = \
             \"others\", model = User, through = \"members\", foreign_key = (\"hall\", \
             \"group_id\"), other_key = \"user_id\")]"
        )
    );
    // A join model's fields are named, not its columns.
    assert_eq!(
        said::<User, Group>(1).as_deref(),
        Some(
            "`User.led` has no other side: `Group` declares no `many_to_many` to `User` through \
             the same table\nhelp: add to `Group`: #[association(many_to_many, as = \"others\", \
             model = User, through = Lead, foreign_key = \"group_id\", other_key = \"user_id\")]"
        )
    );
}

const fn named(field: &'static str, column: &'static str) -> ColumnDef {
    ColumnDef::new(column, field, SqlType::Int4)
}

#[test]
fn pairs_through_different_tables() {
    model!(
        User,
        [key("id")],
        [pairs_with::<Group>(
            "groups",
            table("members", &["user_id"], &["group_id"])
        ),]
    );
    model!(
        Group,
        [key("id")],
        [pairs_with::<User>(
            "users",
            table("member_s", &["group_id"], &["user_id"])
        ),]
    );
    assert_eq!(
        said::<Group, User>(0).as_deref(),
        Some(
            "`Group.users` goes through the table `member_s`, but `User.groups` through the \
             table `members`\nhelp: write on `User.groups`: through = \"member_s\", foreign_key \
             = \"user_id\", other_key = \"group_id\""
        )
    );
    assert_eq!(said::<User, Group>(0), None);
}

#[test]
fn pairs_through_a_table_of_another_schema() {
    const fn in_schema(schema: Option<&'static str>) -> JoinTable {
        let name = "members";
        JoinTable::plain(TableName { schema, name }, &["a"], &["b"])
    }
    const fn turned(schema: Option<&'static str>) -> JoinTable {
        let name = "members";
        JoinTable::plain(TableName { schema, name }, &["b"], &["a"])
    }
    model!(
        User,
        [key("id")],
        [
            pairs_with::<Alpha>("alphas", in_schema(Some("one"))),
            pairs_with::<Beta>("betas", in_schema(Some("one"))),
            pairs_with::<Gamma>("gammas", in_schema(None)),
        ]
    );
    model!(
        Alpha,
        [key("id")],
        [pairs_with::<User>("users", turned(Some("one")))]
    );
    model!(
        Beta,
        [key("id")],
        [pairs_with::<User>("users", turned(Some("two")))]
    );
    model!(
        Gamma,
        [key("id")],
        [pairs_with::<User>("users", turned(Some("one")))]
    );
    assert_eq!(said::<Alpha, User>(0), None);
    assert!(said::<Beta, User>(0).is_some());
    assert!(said::<Gamma, User>(0).is_some());
}

#[test]
fn pairs_through_a_model_and_its_table_or_a_namesake() {
    model!(
        User,
        [key("id")],
        [
            pairs_with::<Group>("groups", join_model::<Lead>(&["user_id"], &["group_id"])),
            pairs_with::<Team>("teams", join_model::<Lead>(&["user_id"], &["group_id"])),
            pairs_with::<Club>("clubs", join_model::<Lead>(&["user_id"], &["group_id"])),
        ]
    );
    model!(
        Group,
        [key("id")],
        [pairs_with::<User>(
            "users",
            table("Lead", &["group_id"], &["user_id"])
        ),]
    );
    mod old {
        use super::super::{key, model};
        model!(Lead as "tests::old::" in Some("old"), [key("user_id"), key("group_id")], []);
        pub(super) type Old = Lead;
    }
    model!(Mark, [key("user_id"), key("group_id")], []);
    model!(
        Team,
        [key("id")],
        [pairs_with::<User>(
            "users",
            join_model::<old::Old>(&["group_id"], &["user_id"])
        ),]
    );
    model!(
        Club,
        [key("id")],
        [pairs_with::<User>(
            "users",
            join_model::<Mark>(&["group_id"], &["user_id"])
        ),]
    );
    model!(Lead, [key("user_id"), key("group_id")], []);
    let first = |said: Option<String>| said.map(|it| it.split('\n').next().unwrap().to_owned());
    assert_eq!(
        first(said::<Group, User>(0)).as_deref(),
        Some(
            "`Group.users` goes through the table `Lead`, but `User.groups` through the model \
             `Lead`"
        )
    );
    assert_eq!(
        first(said::<Team, User>(0)).as_deref(),
        Some(
            "`Team.users` goes through the model `tests::old::Lead`, but `User.teams` through \
             the model `tests::Lead`"
        )
    );
    assert_eq!(
        first(said::<Club, User>(0)).as_deref(),
        Some(
            "`Club.users` goes through the model `Mark`, but `User.clubs` through the model `Lead`"
        )
    );
}

#[test]
fn pairs_in_other_columns() {
    model!(
        User,
        [key("id"), plain("number")],
        [
            pairs_with::<Group>("groups", table("members", &["user_id"], &["group_id"])),
            pairs_with::<Team>("teams", table("players", &["user_id"], &["team_id"])),
            pairs_with::<Club>("clubs", table("guests", &["user_id"], &["club_id"])),
        ]
    );
    model!(
        Group,
        [key("id")],
        [pairs_with::<User>(
            "users",
            table("members", &["user_id"], &["group_id"])
        ),]
    );
    assert_eq!(
        said::<Group, User>(0).as_deref(),
        Some(
            "`Group.users` has its own key in `user_id` and the other in `group_id`, but \
             `User.groups` its own in `user_id` and the other in `group_id`\nhelp: write on \
             `User.groups`: foreign_key = \"group_id\", other_key = \"user_id\""
        )
    );
    assert_eq!(said::<User, Group>(0), None);
    // One of the two columns is another.
    model!(
        Team,
        [key("id")],
        [pairs_with::<User>(
            "users",
            table("players", &["team_id"], &["player_id"])
        ),]
    );
    let said_of_team = said::<Team, User>(0).unwrap();
    assert!(
        said_of_team
            .starts_with("`Team.users` has its own key in `team_id` and the other in `player_id`"),
        "{said_of_team}"
    );
    // One of the two names fewer.
    model!(
        Hall,
        [key("a"), key("b")],
        [pairs_with::<Door>(
            "doors",
            table("ways", &["hall_a", "hall_b"], &["door"])
        )]
    );
    model!(
        Door,
        [key("id")],
        [pairs_with::<Hall>(
            "halls",
            table("ways", &["door"], &["hall_a"])
        )]
    );
    let fewer = said::<Door, Hall>(0).unwrap();
    assert!(
        fewer.starts_with(
            "`Door.halls` has its own key in `door` and the other in `hall_a`, but `Hall.doors` \
             its own in `hall_a`, `hall_b` and the other in `door`"
        ),
        "{fewer}"
    );
    // The columns are the same and hold other keys.
    model!(
        Club,
        [key("id")],
        [AssociationDef {
            target_columns: &[1],
            ..pairs_with::<User>("users", table("guests", &["club_id"], &["user_id"]))
        },]
    );
    assert_eq!(
        said::<Club, User>(0).as_deref(),
        Some(
            "`Club.users` pairs `id` with `number`, but `User.clubs` pairs `id` with `id`\nhelp: \
             write on `User.clubs`: source_key = \"number\", target_key = \"id\""
        )
    );
}

// Both sides stand in one list, each with the other's keys behind it.
#[test]
fn pairs_of_one_model() {
    model!(
        Person,
        [key("id")],
        [
            pairs_with::<Person>("friends", table("friendships", &["a"], &["b"])),
            pairs_with::<Person>("friend_of", table("friendships", &["b"], &["a"])),
            pairs_with::<Person>("parents", table("families", &["child"], &["parent"])),
            pairs_with::<Person>("children", table("familys", &["parent"], &["child"])),
            one_sided(pairs_with::<Person>(
                "idols",
                table("fans", &["fan"], &["idol"])
            )),
            pairs_with::<Person>("bosses", table("work", &["low"], &["high"])),
        ]
    );
    let first = |at| {
        let said = said::<Person, Person>(at);
        said.map(|it| it.split('\n').next().unwrap().to_owned())
    };
    assert_eq!((first(0), first(1)), (None, None));
    assert_eq!(
        first(2).as_deref(),
        Some(
            "`Person.parents` goes through the table `families`, but `Person.children` through \
             the table `familys`"
        )
    );
    assert_eq!(first(3), None);
    assert_eq!(
        said::<Person, Person>(5).as_deref(),
        Some(
            "`Person.bosses` has no other side: `Person` declares no `many_to_many` to `Person` \
             through the same table\nhelp: add to `Person`: #[association(many_to_many, as = \
             \"others\", model = Person, through = \"work\", foreign_key = \"high\", other_key = \
             \"low\")], or `one_sided` here"
        )
    );
}

/// What is said of the join model of an association.
fn between<O: Model, T: Model, J: Model>(at: usize) -> Option<String> {
    let conventions = [("owner", "owner_id"), ("target", "target_id")];
    through_fault::<O, T, J>(at, conventions).map(|fault| fault.as_str().to_owned())
}

#[test]
fn a_join_model_belongs_to_both() {
    model!(
        User,
        [key("id"), plain("number")],
        [
            pairs_with::<Group>("groups", join_model::<Lead>(&["user_no"], &["group_id"])),
            one_sided(pairs_with::<Group>(
                "led",
                join_model::<Half>(&["user_id"], &["group_id"])
            )),
            AssociationDef {
                owner_columns: &[1],
                ..pairs_with::<Group>("known", join_model::<Half>(&["user_id"], &["group_id"]))
            },
            // The other side asks for its own.
            pairs_with::<Group>("more", join_model::<Half>(&["user_id"], &["group_id"])),
        ]
    );
    model!(Group, [key("id")], []);
    model!(
        Lead,
        [named("user_id", "user_no"), plain("group_id")],
        [
            // Another key, another model, and no `belongs_to`.
            one_sided(belongs_to::<User>("second", &[1], &[0])),
            one_sided(belongs_to::<Group>("first", &[0], &[0])),
            pairs_with::<User>("users", table("x", &["user_no"], &["b"])),
        ]
    );
    model!(
        Half,
        [key("user_id"), key("group_id")],
        [one_sided(belongs_to::<User>("user", &[0], &[0])),]
    );
    assert_eq!(
        between::<User, Group, Lead>(0).as_deref(),
        Some(
            "`User.groups` goes through `Lead`, which declares no `belongs_to` to `User` with \
             the key `user_id`\nhelp: add to `Lead`: #[association(belongs_to, as = \"owner\", \
             model = User, foreign_key = \"user_id\", one_sided)]"
        )
    );
    assert_eq!(
        between::<User, Group, Half>(1).as_deref(),
        Some(
            "`User.led` goes through `Half`, which declares no `belongs_to` to `Group` with the \
             key `group_id`\nhelp: add to `Half`: #[association(belongs_to, as = \"target\", \
             model = Group, foreign_key = \"group_id\", one_sided)]"
        )
    );
    assert_eq!(
        between::<User, Group, Half>(2).as_deref(),
        Some(
            "`User.known` is held by `number` of `User`, but `Half.user` refers to `id`\nhelp: \
             write on `User.known`: source_key = \"id\""
        )
    );
    assert_eq!(between::<User, Group, Half>(3), None);
}

#[test]
fn a_part_of_a_key_is_no_key_of_a_join_model() {
    model!(
        User,
        [key("id")],
        [pairs_with::<Group>(
            "groups",
            join_model::<Wide>(&["user_id"], &["group_id"])
        )]
    );
    model!(Group, [key("id")], []);
    model!(
        Wide,
        [key("user_id"), key("group_id")],
        [one_sided(belongs_to::<User>("user", &[0, 1], &[0, 1]))]
    );
    let said = between::<User, Group, Wide>(0).unwrap();
    assert!(
        said.contains("which declares no `belongs_to` to `User`"),
        "{said}"
    );
}

#[test]
fn the_keys_of_a_join_model_that_cannot_be_known() {
    const UNKNOWN: &[&str] = &[""];
    model!(
        User,
        [key("id")],
        [
            pairs_with::<Group>("groups", join_model::<Lead>(UNKNOWN, &["group_id"])),
            pairs_with::<Group>("led", join_model::<Lead>(&["user_id"], UNKNOWN)),
            pairs_with::<Club>("clubs", join_model::<Lead>(&["user_id"], UNKNOWN)),
            pairs_with::<Club>("twice", join_model::<Twice>(UNKNOWN, &["club_id"])),
            pairs_with::<Club>("broken", join_model::<Broken>(UNKNOWN, &["club_id"])),
        ]
    );
    model!(
        Group,
        [key("id")],
        [pairs_with::<User>(
            "users",
            join_model::<Lead>(UNKNOWN, &["user_id"])
        ),]
    );
    model!(
        Club,
        [key("id")],
        [
            // It misses nothing of its own.
            pairs_with::<User>("users", join_model::<Lead>(&["club_id"], &["user_id"])),
            // Another model, and another one between them.
            pairs_with::<Group>("groups", join_model::<Lead>(UNKNOWN, &["group_id"])),
            pairs_with::<User>("more", join_model::<Twice>(UNKNOWN, &["user_id"])),
        ]
    );
    model!(
        Lead,
        [key("user_id"), key("group_id")],
        [one_sided(belongs_to::<User>("user", &[0], &[0])),]
    );
    model!(
        Twice,
        [key("user_id"), key("teacher_id"), plain("club_id")],
        [],
        [
            HeldKey::new::<User>(&[0], &[0]),
            HeldKey::new::<User>(&[1], &[0])
        ]
    );
    model!(
        Broken,
        [key("user_id")],
        [AssociationDef {
            name: "",
            ..belongs_to::<User>("", &[0], &[0])
        },]
    );
    assert_eq!(
        between::<User, Group, Lead>(0).as_deref(),
        Some(
            "`User.groups` goes through `Lead`, which declares no `belongs_to` to `User` with \
             the key `owner_id`\nhelp: add to `Lead`: #[association(belongs_to, as = \"owner\", \
             model = User, foreign_key = \"owner_id\", one_sided)]"
        )
    );
    // `Group.users` asks for the key that it misses itself.
    assert_eq!(between::<User, Group, Lead>(1), None);
    assert_eq!(
        between::<User, Club, Lead>(2).as_deref(),
        Some(
            "`User.clubs` goes through `Lead`, which declares no `belongs_to` to `Club` with \
             the key `target_id`\nhelp: add to `Lead`: #[association(belongs_to, as = \
             \"target\", model = Club, foreign_key = \"target_id\", one_sided)]"
        )
    );
    assert_eq!(
        between::<User, Club, Twice>(3).as_deref(),
        Some(
            "`User.twice` does not say by which key: `Twice` belongs to `User` by `user_id` and \
             by `teacher_id`\nhelp: name one: `foreign_key = \"..\"`"
        )
    );
    // A name that was written is reported where it stands, and so is a model's own error.
    let named = through_fault::<User, Group, Lead>(0, [("owner", ""), ("target", "")]);
    assert!(named.is_none());
    assert_eq!(between::<User, Club, Broken>(4), None);
}

#[test]
fn a_join_table_is_neither_of_the_two() {
    const fn schema(name: &'static str) -> JoinTable {
        let schema = Some("s");
        JoinTable::plain(TableName { schema, name }, &["a"], &["b"])
    }
    model!(
        User,
        [key("id")],
        [
            pairs_with::<Group>("own", table("User", &["a"], &["b"])),
            pairs_with::<Group>("theirs", table("Group", &["a"], &["b"])),
            pairs_with::<Group>("another", schema("Group")),
            pairs_with::<Group>("members", table("members", &["a"], &["b"])),
            belongs_to::<Group>("group", &[0], &[0]),
            pairs_with::<Hidden>("hidden", schema("Hidden")),
            pairs_with::<Hidden>("shown", table("Hidden", &["a"], &["b"])),
        ]
    );
    model!(Group, [key("id")], []);
    model!(Hidden as "tests::" in Some("s"), [key("id")], []);
    let said = |at| plain_join_fault::<User, Group>(at).map(|it| it.as_str().to_owned());
    assert_eq!(
        said(0).as_deref(),
        Some(
            "`User.own` goes through the table of `User` itself, whose rows are no pairs\nhelp: \
             name a table, or a model, whose rows hold the keys of both"
        )
    );
    assert!(said(1).unwrap().contains("the table of `Group` itself"));
    for at in 2..5 {
        assert_eq!(said(at), None, "{at}");
    }
    assert!(plain_join_fault::<User, Hidden>(5).is_some());
    assert!(plain_join_fault::<User, Hidden>(6).is_none());
    assert!(through_fault::<User, Group, Group>(1, [("", ""); 2]).is_some());
    assert!(through_fault::<User, Group, Group>(4, [("", ""); 2]).is_none());
}

#[test]
fn a_key_of_the_pair_that_is_not_known_is_not_compared() {
    model!(
        User,
        [key("id")],
        [
            AssociationDef {
                target_columns: &[NO_COLUMN],
                ..pairs_with::<Group>("groups", table("members", &["user_id"], &["group_id"]))
            },
            pairs_with::<Group>("led", table("leads", &[""], &["group_id"])),
            pairs_with::<Group>("left", table("leads", &["user_id"], &[""])),
        ]
    );
    model!(Group, [key("id")], []);
    for at in 0..3 {
        let fault = crate::check::other_side_fault::<User, Group>(at, "users", "");
        assert!(fault.is_none(), "{at}");
    }
}
