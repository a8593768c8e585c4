//! Models in hostile surroundings. Whatever is declared around a model, the
//! code the derive writes must compile and mean the same.
#![deny(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    non_camel_case_types
)]
#![deny(non_snake_case, non_upper_case_globals)]

/// Every name of the prelude means something else here.
mod shadowed {
    #![allow(dead_code, missing_docs)] // the shadows are there to be in the way

    pub(crate) struct Option;
    pub(crate) struct Result;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct Vec;
    pub(crate) struct Box;
    pub(crate) trait Clone {}
    pub(crate) trait Debug {}
    pub(crate) trait Default {}
    pub(crate) trait From {}
    pub(crate) trait Into {}
    pub(crate) trait Send {}
    pub(crate) trait Model {}
    pub(crate) mod std {}
    pub(crate) mod core {}
    pub(crate) mod orm {}

    #[derive(::orm::Model, ::std::clone::Clone, ::std::fmt::Debug)]
    #[association(belongs_to, as = "parent", model = Shadowed, foreign_key = "parent_id")]
    #[association(has_many, as = "children", model = Shadowed, foreign_key = "parent_id")]
    pub(crate) struct Shadowed {
        #[column(primary_key, auto_increment)]
        id: i64,
        #[column(varchar(20), default = "x")]
        #[validate(len(1, 20), not_empty)]
        name: ::std::string::String,
        parent_id: ::std::option::Option<i64>,
    }

    #[test]
    fn a_nullable_key_is_seen_through_its_full_path() {
        assert!(<Shadowed as ::orm::Model>::COLUMNS[2].nullable);
    }
}

/// Fields and aliases that are keywords, setters that have the names of methods.
pub mod keywords {
    use orm::prelude::*;

    /// A model of keywords.
    #[derive(Model, Clone, Debug, PartialEq)]
    #[model(table = "select", schema = "Order By")]
    #[association(has_many, as = "loop", model = r#Struct, foreign_key = "type")]
    #[association(belongs_to, as = "match", model = r#Struct, foreign_key = "type")]
    pub struct r#Struct {
        /// The key.
        #[column(primary_key, name = "Primary \"Key\"")]
        pub r#fn: i32,
        /// The kind.
        pub r#type: Option<i32>,
        /// Clashes with the builder's own method.
        pub save: String,
        /// Another one.
        #[column(name = "größe 😀")]
        pub set: Option<String>,
    }

    #[test]
    fn names_reach_the_database_as_written() {
        let names: Vec<&str> = Struct::COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(names, ["Primary \"Key\"", "type", "save", "größe 😀"]);
        let fields: Vec<&str> = Struct::COLUMNS.iter().map(|column| column.field).collect();
        assert_eq!(fields, ["fn", "type", "save", "set"]);
        let _ = Struct::create()
            .r#fn(1)
            .r#type(2)
            .save_("x")
            .set_("y".to_owned())
            .set(Struct::set, "z");
        let _ = (Struct::r#loop, Struct::r#match, Struct::r#type);
    }
}

/// Two models in two modules that refer to each other, one of them private.
mod mutual {
    mod author {
        use super::book::Book;
        use orm::prelude::*;

        #[derive(Model, Clone)]
        #[association(has_many, as = "books")]
        #[association(belongs_to, as = "favourite", model = Book, foreign_key = "favourite_id", one_sided)]
        pub(super) struct Author {
            #[column(primary_key)]
            pub(super) id: i32,
            pub(super) favourite_id: Option<i32>,
        }
    }

    mod book {
        use super::author;
        use orm::prelude::*;

        // The parameter of the companion would be called like the newtype.
        #[derive(DbType, Clone, Debug)]
        pub(super) struct Title(String);

        #[derive(Model, Clone)]
        #[association(belongs_to, as = "author", model = author::Author)]
        pub(super) struct Book {
            #[column(primary_key)]
            pub(super) id: i32,
            pub(super) author_id: i32,
            pub(super) title: Title,
        }

        impl Book {
            pub(super) fn new(title: &str) -> Self {
                Book {
                    id: 1,
                    author_id: 2,
                    title: Title(title.to_owned()),
                }
            }
        }
    }

    #[test]
    fn the_two_sides_agree() {
        use orm::Model;
        let (author, book) = (author::Author::TABLE, book::Book::TABLE);
        assert_eq!((author.associations[0].target)().name, book.name);
        assert_eq!(
            author.associations[0].target_columns,
            book.associations[0].owner_columns
        );
        let _ = (
            book::Book::new("x").title,
            book::Book::new("y").id,
            book::Book::new("y").author_id,
        );
        let _ = author::Author {
            id: 1,
            favourite_id: None,
        }
        .favourite_id;
    }
}

/// The facade under another name.
mod renamed {
    mod mine {
        pub(crate) use orm as database;
    }

    #[derive(mine::database::Model, Clone)]
    #[model(crate = mine::database)]
    struct Thing {
        #[column(primary_key)]
        id: i32,
        kind: Kind,
    }

    #[derive(mine::database::DbEnum, Clone, Copy)]
    #[db_enum(crate = mine::database, name = "thing kind", rename_all = "SCREAMING_SNAKE_CASE")]
    enum Kind {
        OneThing,
        #[db_enum(label = "other 'thing'")]
        OtherThing,
    }

    #[test]
    fn the_labels_are_as_written() {
        use orm::Model;
        let orm::schema::SqlType::Enum(def) = Thing::COLUMNS[1].sql_type else {
            panic!("an enum column")
        };
        assert_eq!(
            (def.name, def.labels),
            ("thing kind", &["ONE_THING", "other 'thing'"][..])
        );
        let thing = Thing {
            id: 1,
            kind: Kind::OtherThing,
        };
        assert!(matches!((thing.id, thing.kind), (1, Kind::OtherThing)));
        let _ = Kind::OneThing;
    }
}

/// A composite key, held by a composite key.
mod composite {
    use orm::prelude::*;

    #[derive(Model, Clone)]
    #[association(has_many, as = "stays", foreign_key = ("hotel_id", "number"))]
    struct Room {
        #[column(primary_key)]
        hotel_id: i32,
        #[column(primary_key)]
        number: i16,
    }

    #[derive(Model, Clone)]
    #[model(index(columns = (number, hotel_id desc nulls last), where = "number > 0", method = btree))]
    #[association(belongs_to, as = "room", foreign_key = (hotel_id, number))]
    struct Stay {
        #[column(primary_key, identity(always))]
        id: i64,
        hotel_id: i32,
        number: Option<i16>,
    }

    #[test]
    fn the_key_is_a_tuple() {
        let room = Room {
            hotel_id: 7,
            number: 12,
        };
        assert_eq!(orm::Model::key(&room), (7, 12));
        assert_eq!(Room::TABLE.associations[0].target_columns, [1, 2]);
        let _ = Stay::create().hotel_id(1);
        let stay = Stay {
            id: 1,
            hotel_id: 7,
            number: None,
        };
        assert_eq!((stay.id, stay.hotel_id, stay.number), (1, 7, None));
    }
}

/// Many to many, through a model and through a plain table; to itself, too.
mod through {
    use orm::prelude::*;

    #[derive(Model, Clone)]
    #[association(many_to_many, as = "roles", through = "user_roles")]
    #[association(many_to_many, as = "groups", through = Membership)]
    #[association(many_to_many, as = "followers", model = User, through = "follows",
                  foreign_key = "followed_id", other_key = "follower_id")]
    #[association(many_to_many, as = "followed", model = User, through = "follows",
                  foreign_key = "follower_id", other_key = "followed_id")]
    struct User {
        #[column(primary_key)]
        id: i32,
    }

    #[derive(Model, Clone)]
    #[association(many_to_many, as = "users", through = "user_roles")]
    struct Role {
        #[column(primary_key)]
        id: i64,
    }

    #[derive(Model, Clone)]
    #[association(many_to_many, as = "users", through = Membership)]
    struct Group {
        #[column(primary_key)]
        id: String,
    }

    #[derive(Model, Clone)]
    #[association(belongs_to, as = user, one_sided)]
    #[association(belongs_to, as = group, one_sided)]
    struct Membership {
        #[column(primary_key)]
        user_id: i32,
        #[column(primary_key)]
        group_id: String,
        since: Option<NaiveDate>,
    }

    #[test]
    fn the_join_tables_hold_both_keys() {
        let join = |at: usize| User::TABLE.associations[at].through.unwrap();
        assert_eq!(
            (join(0).name.name, join(0).owner_columns),
            ("user_roles", &["user_id"][..])
        );
        assert_eq!(
            (join(1).name.name, join(1).target_columns),
            ("memberships", &["group_id"][..])
        );
        assert_eq!(
            (join(2).owner_columns, join(2).target_columns),
            (&["followed_id"][..], &["follower_id"][..])
        );
        let _ = (
            User { id: 1 }.id,
            Role { id: 1 }.id,
            Group { id: String::new() }.id,
        );
        let row = Membership {
            user_id: 1,
            group_id: String::new(),
            since: None,
        };
        assert_eq!((row.user_id, row.group_id.len(), row.since), (1, 0, None));
    }
}

/// Validators that are functions, under conditions, and of the whole model.
mod validators {
    use orm::create::Values;
    use orm::prelude::*;
    use orm::validate::{Fault, ValidationErrors};

    fn is_even(value: &i32) -> bool {
        value % 2 == 0
    }

    fn has_no_tab(value: &str) -> Result<(), String> {
        if value.contains('\t') {
            Err("A tab is in it".to_owned())
        } else {
            Ok(())
        }
    }

    fn is_published(values: &Values<'_, Article>) -> bool {
        values.get(Article::published) == Some(true)
    }

    fn dates_in_order(values: &Values<'_, Article>, errors: &mut ValidationErrors) {
        if values.get(Article::starts) > values.get(Article::ends) {
            let message = "The end comes after the start".to_owned();
            errors.push(Fault {
                column: None,
                rule: "dates_in_order",
                message,
            });
        }
    }

    #[derive(Model, Clone)]
    #[model(validate = dates_in_order)]
    struct Article {
        #[column(primary_key)]
        id: i32,
        #[validate(custom = has_no_tab)]
        #[validate(len(min = 10, message = "Too short to publish"), when = is_published)]
        title: String,
        #[validate(custom(is_even, message = "Pages come in pairs"), min(2), max(1_000))]
        pages: Option<i32>,
        published: bool,
        starts: i32,
        ends: i32,
    }

    #[test]
    fn each_is_asked() {
        let mut article = Article {
            id: 1,
            title: "a\tb".into(),
            pages: Some(3),
            published: true,
            starts: 2,
            ends: 1,
        };
        let errors = validate(&article);
        assert_eq!(
            errors,
            "A tab is in it|Too short to publish|Pages come in pairs|The end comes after the start"
        );
        article = Article {
            title: "ab".into(),
            pages: None,
            published: false,
            ends: 3,
            ..article
        };
        assert_eq!(validate(&article), "");
        assert_eq!(article.id, 1);
    }

    fn validate(article: &Article) -> String {
        use orm::query::Queries;
        let Err(error) = article.validate() else {
            return String::new();
        };
        let errors: &ValidationErrors = error.validation_errors().expect("a validation error");
        errors
            .iter()
            .map(|fault| fault.message.clone())
            .collect::<Vec<_>>()
            .join("|")
    }
}

/// A field's constant and setter are as narrow as the field, and its type may
/// be narrower than the model.
pub mod private_fields {
    #![deny(warnings, private_bounds, private_interfaces, unreachable_pub)]
    use orm::prelude::*;

    #[derive(DbType, Clone, Debug, PartialEq)]
    struct Hash(String);

    /// A document with a secret.
    #[derive(serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq, JsonFields)]
    pub struct Profile {
        /// For everybody.
        pub name: Option<String>,
        secret: Secret,
    }

    #[derive(serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq, JsonFields)]
    struct Secret(i64);

    /// A model with a secret.
    #[derive(Model, Clone, Debug, PartialEq)]
    pub struct Account {
        /// The key.
        #[column(primary_key)]
        pub id: i32,
        /// Nobody outside selects, filters or sets it.
        password_hash: Hash,
        /// For the crate alone.
        pub(crate) attempts: Option<i32>,
    }

    impl Account {
        /// The only way to make one outside this module.
        pub fn new_row(
            id: i32,
            password: &str,
        ) -> AccountCreate<::orm::create::Given, ::orm::create::Given> {
            Account::create()
                .id(id)
                .password_hash(Hash(format!("hash of {password}")))
        }

        /// Whether the hash is that of this password.
        pub fn is(&self, password: &str) -> bool {
            self.password_hash == Hash(format!("hash of {password}"))
        }
    }

    #[test]
    fn the_module_itself_uses_them() {
        let filter = Account::password_hash.eq(Hash("x".to_owned()));
        let _ = (Account::query().filter(filter), Account::attempts);
        let _ = Account::new_row(1, "secret").attempts(3);
    }
}

#[test]
fn a_row_with_a_private_column_is_made_by_its_module() {
    use private_fields::Account;
    let _ = <Account as orm::query::Queries>::create_many([Account::new_row(1, "secret")]);
}

/// Fields that differ by an underscore or a digit, or are called like the
/// builder's methods, its parameters, or the functions of every model.
mod near_names {
    #![deny(warnings)]
    use orm::prelude::*;

    #[derive(Model, Clone, Debug)]
    #[association(has_many, as = "link1", model = Near, foreign_key = "query")]
    #[association(belongs_to, as = "link_1", model = Near, foreign_key = "query")]
    struct Near {
        #[column(primary_key)]
        _1: i32,
        __: i32,
        line1: String,
        line_1: String,
        with: i32,
        with_: i32,
        save: bool,
        given: bool,
        missing: bool,
        near: i32,
        query: i32,
        create: i32,
        find_by: Option<i32>,
    }

    #[test]
    fn each_has_its_own_constant_and_setter() {
        let names: Vec<&str> = Near::COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(names[2..6], ["line1", "line_1", "with", "with_"]);
        let _ = Near::create()
            ._1(1)
            .__(1)
            .line1("a")
            .line_1("b")
            .with__(1)
            .with_(2)
            .save_(true)
            .given(true)
            .missing(false)
            .near(1)
            .query(1)
            .create(2)
            .set(Near::find_by_, 3);
        let _ = Near::query()
            .filter(Near::query_.eq(1) & Near::create_.eq(2))
            .include(Near::link1)
            .include(Near::link_1);
        #[derive(Projection, Clone, Debug)]
        #[projection(model = Near)]
        struct Part {
            query: i32,
            line_1: String,
        }
        let part = Part {
            query: 1,
            line_1: String::new(),
        };
        let _ = (part.query, part.line_1);
    }
}

/// What the derive writes beside a model does not meet what stands there.
mod beside {
    #![deny(warnings)]
    use orm::prelude::*;

    /// What a web form sends.
    #[derive(Debug)]
    struct UserCreate {
        name: String,
    }

    /// What a web page shows.
    #[derive(Debug)]
    struct UserLoaded;

    #[allow(dead_code)] // it is there to be in the way
    trait NameOfUser {}
    #[allow(dead_code)] // it is there to be in the way
    enum PetsOfUser {}

    #[derive(Model, Clone, Debug)]
    #[model(create = "NewUser", loaded = UserWith)]
    #[association(has_many, as = "pets")]
    struct User {
        #[column(primary_key, auto_increment)]
        id: i32,
        name: String,
    }

    #[derive(Model, Clone, Debug)]
    #[association(belongs_to, as = "user")]
    struct Pet {
        #[column(primary_key)]
        id: i32,
        user_id: i32,
    }

    fn new_row(form: UserCreate) -> NewUser<orm::create::Given> {
        User::create().name(form.name)
    }

    fn count(user: &UserWith<Vec<Pet>>) -> usize {
        user.pets.len()
    }

    #[test]
    fn each_has_its_name() {
        let form = UserCreate {
            name: "Ann".to_owned(),
        };
        let _ = new_row(form);
        assert_eq!(format!("{UserLoaded:?}"), "UserLoaded");
        let user = User {
            id: 1,
            name: String::new(),
        };
        let pets = vec![Pet {
            id: 1,
            user_id: user.id,
        }];
        assert_eq!(pets[0].id, 1);
        let user = ::orm::model::Fill::<User_pets, _>::fill(user, pets);
        assert_eq!(count(&user), 1);
    }
}

/// Everything a strict crate denies.
pub mod strict {
    #![deny(
        warnings,
        missing_docs,
        missing_debug_implementations,
        unused_qualifications,
        unreachable_pub,
        single_use_lifetimes,
        trivial_casts,
        unused_lifetimes,
        unused_import_braces,
        let_underscore_drop,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    use orm::prelude::*;

    /// Where a parcel is.
    #[derive(DbEnum, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum State {
        /// Not yet sent.
        Packed,
        /// On its way.
        Sent,
    }

    /// Who a note is about.
    #[derive(Polymorphic, Clone, Debug)]
    pub enum Subject {
        /// A parcel.
        Parcel(Parcel),
        /// A sender.
        Sender(Sender),
    }

    /// Who sends parcels.
    #[derive(Model, Clone, Debug)]
    #[allow(non_snake_case)]
    #[association(has_many, as = "parcels")]
    #[association(many_to_many, as = "friends", model = Sender, through = "friends",
                  foreign_key = "sender_id", other_key = "friend_id", one_sided)]
    pub struct Sender {
        /// The key.
        #[column(primary_key, auto_increment)]
        pub id: i64,
        /// No longer told.
        #[deprecated = "nobody asks"]
        pub is_new: Option<bool>,
        /// As another system spells it.
        pub fullName: String,
        #[doc(hidden)]
        pub internal: Option<String>,
        secret: Option<String>,
    }

    /// A parcel.
    #[derive(Model, Clone, Debug)]
    #[model(timestamps)]
    #[association(belongs_to, as = "sender")]
    pub struct Parcel {
        /// The key.
        #[column(primary_key, auto_increment)]
        pub id: i64,
        /// Who sends it.
        pub sender_id: i64,
        /// Where it is.
        pub state: State,
        /// When it was packed.
        pub created_at: DateTime<Utc>,
        /// When it last changed.
        pub updated_at: DateTime<Utc>,
    }

    /// A note.
    #[derive(Model, Clone, Debug)]
    #[association(belongs_to, as = "subject", polymorphic = Subject)]
    pub struct Note {
        /// The key.
        #[column(primary_key, auto_increment)]
        pub id: i64,
        /// About what.
        pub subject_type: SubjectType,
        /// About which.
        pub subject_id: i64,
    }

    /// What a list shows.
    #[derive(Projection, Clone, Debug)]
    #[projection(model = Parcel)]
    pub struct Line {
        /// The key.
        pub id: i64,
        /// Where it is.
        pub state: State,
    }

    #[test]
    fn fields_are_used_as_ever() {
        let draft = Sender::create().fullName("Ann").secret("s");
        assert!(!format!("{draft:?}").is_empty());
        assert_eq!(Sender::COLUMNS.len(), 5);
    }
}

/// The enum of types is part of rows that are written as JSON and sorted.
mod types_of_owners {
    use orm::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Polymorphic, Clone, Debug)]
    #[polymorphic(
        type_name = "Kind",
        derive(PartialOrd, Ord),
        attributes(allow(dead_code))
    )]
    enum Subject {
        BlogPost(BlogPost),
        Photo(Photo),
    }

    /// Another type has the name that it would have.
    struct SubjectType;

    #[derive(Model, Clone, Debug, Serialize, Deserialize)]
    #[association(belongs_to, as = "subject", polymorphic = Subject)]
    struct Comment {
        #[column(primary_key)]
        id: i32,
        subject_type: Kind,
        subject_id: i32,
    }

    #[derive(Model, Clone, Debug)]
    struct BlogPost {
        #[column(primary_key)]
        id: i32,
    }

    #[derive(Model, Clone, Debug)]
    struct Photo {
        #[column(primary_key)]
        id: i32,
    }

    #[test]
    fn it_is_written_as_its_label_and_read_again() {
        let json = r#"{"id":1,"subject_type":"blog_post","subject_id":2}"#;
        let comment: Comment = serde_json::from_str(json).expect("a comment");
        assert_eq!(comment.subject_type, Kind::BlogPost);
        assert_eq!(serde_json::to_string(&comment).expect("JSON"), json);
        let error = serde_json::from_str::<Kind>(r#""secret""#).expect_err("no label");
        assert!(
            error.to_string().contains("`blog_post` or `photo`"),
            "{error}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
        assert!(Kind::BlogPost < Kind::Photo);
        let _ = (SubjectType, comment.id, comment.subject_id);
        let _ = (BlogPost { id: 1 }.id, Photo { id: 1 }.id);
    }
}

/// A model that everyone sees, and what only its module knows of it.
#[allow(unreachable_pub)] // a binary has no other crate that could see it
mod seen_by_few {
    use orm::prelude::*;

    /// Seen by everyone.
    #[derive(Model, Clone, Debug)]
    #[association(has_many, as = "sessions", vis = "pub(self)")]
    #[association(
        many_to_many,
        as = "keys",
        through = "account_keys",
        one_sided,
        vis = "pub(super)"
    )]
    pub struct Account {
        /// Its number.
        #[column(primary_key)]
        pub id: i32,
    }

    #[derive(Model, Clone, Debug)]
    #[association(belongs_to, as = "account", model = Account)]
    struct Session {
        #[column(primary_key)]
        id: i32,
        account_id: i32,
    }

    #[derive(Model, Clone, Debug)]
    pub(super) struct Key {
        #[column(primary_key)]
        pub(super) id: i32,
    }

    #[test]
    fn its_module_loads_it() {
        let sql = Account::query().include(Account::sessions).to_sql();
        assert!(sql.contains("sessions"), "{sql}");
    }
}

#[test]
fn an_association_is_seen_where_it_says() {
    use orm::prelude::*;
    use seen_by_few::{Account, Key};

    let sql = Account::query().filter(Account::keys.any(Key::id.eq(1)));
    assert!(sql.to_sql().contains("account_keys"));
}
