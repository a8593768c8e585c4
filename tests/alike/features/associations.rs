//! Every kind of association, and trees of them.

use orm::prelude::*;

use super::{Group, group};
use crate::models::{Author, Book, BookTag, Chapter, Page, Tag};

#[derive(Polymorphic, Debug, Clone, PartialEq)]
enum Noted {
    House(House),
    Garden(Garden),
}

#[derive(Model, Debug, Clone, PartialEq)]
#[association(has_many, as = "notes", model = Note, foreign_key = "subject_id", polymorphic = Noted)]
#[association(has_one, as = "garden", model = Garden, foreign_key = "house_id")]
#[association(has_many, as = "parts", model = House, foreign_key = "whole_id")]
#[association(belongs_to, as = "whole", model = House, foreign_key = "whole_id", on_delete = "set_null")]
struct House {
    #[column(primary_key, auto_increment)]
    id: i64,
    whole_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[association(has_many, as = "notes", model = Note, foreign_key = "subject_id", polymorphic = Noted)]
#[association(has_many, as = "good_notes", model = Note, foreign_key = "subject_id", polymorphic = Noted, scope(mark = "good"))]
#[association(belongs_to, as = "house", model = House, foreign_key = "house_id")]
struct Garden {
    #[column(primary_key, auto_increment)]
    id: i64,
    house_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[association(belongs_to, as = "subject", polymorphic = Noted, foreign_key = "subject_id", type_column = "subject_type")]
struct Note {
    #[column(primary_key, auto_increment)]
    id: i64,
    subject_type: NotedType,
    subject_id: i64,
    #[column(default = "")]
    mark: String,
}

const HOUSES: orm::ddl::Models = orm::models![House, Garden, Note];

pub(super) fn group() -> Group {
    group! { "Associations and trees";
        "`belongs_to`, `has_many`": |on| {
            let authors = Author::query().include(Author::books).order_by(Author::id).all(&on.db).await?;
            assert_eq!(authors[0].books.len(), 2);
            let book = Book::find(1).include(Book::author).one(&on.db).await?;
            assert!(book.author.is_some());
            Ok(())
        };
        "`has_one`, of a model and itself": |on| {
            on.db.create_missing(HOUSES).await?;
            let house = House::create().with(House::garden, |garden| [garden()]).save(&on.db).await?;
            house.related(House::parts).create().save(&on.db).await?;
            let house = House::find(house.id).include(House::garden).include(House::parts).one(&on.db).await?;
            assert!(house.garden.is_some() && house.parts.len() == 1);
            Ok(())
        };
        "`polymorphic`, `scope(..)`": |on| {
            on.db.create_missing(HOUSES).await?;
            let house = House::create().save(&on.db).await?;
            house.related(House::notes).create().save(&on.db).await?;
            let garden = house.related(House::garden).create().save(&on.db).await?;
            garden.related(Garden::good_notes).create().save(&on.db).await?;
            let note = Note::query().filter(Note::mark.eq("good")).include(Note::subject).one(&on.db).await?;
            assert_eq!(note.subject, Some(Noted::Garden(garden)));
            Ok(())
        };
        "what is loaded of each of several models, `on`": |on| {
            on.db.create_missing(HOUSES).await?;
            let house = House::create().with(House::garden, |garden| [garden()]).save(&on.db).await?;
            let note = house.related(House::notes).create().save(&on.db).await?;
            let subject = Note::subject.on(House::query().include(House::garden)).required();
            let note = Note::find(note.id).include(subject).one(&on.db).await?;
            assert!(matches!(note.subject, NotedWith::House(house) if house.garden.is_some()));
            Ok(())
        };
        "`many_to_many`, with the row of the join table": |on| {
            let book = Book::find(1).include(Book::tags.with_join_row::<BookTag>()).one(&on.db).await?;
            assert_eq!(book.tags.len(), 2);
            Ok(())
        };
        "keys of several columns": |on| {
            let chapters = Chapter::query().include(Chapter::pages).order_by((Chapter::book_id, Chapter::chapter));
            assert_eq!(chapters.all(&on.db).await?[0].pages.len(), 2);
            Ok(())
        };
        "trees of several levels": |on| {
            let tree = Author::books.include(Book::tags).include(Book::chapters.include(Chapter::pages));
            let authors = Author::query().include(tree).order_by(Author::id).all(&on.db).await?;
            assert_eq!(authors[0].books[0].chapters[0].pages.len(), 2);
            Ok(())
        };
        "a filter, an order and a limit per parent": |on| {
            let tags = Book::tags.filter(Tag::name.ne("x")).order_by(Tag::name).limit(1);
            let books = Book::query().include(tags).order_by(Book::id).all(&on.db).await?;
            assert_eq!(books[0].tags[0].name, "green");
            Ok(())
        };
        "`required`, `load_for`": |on| {
            let books = Book::query().include(Book::chapters.required()).order_by(Book::id).all(&on.db).await?;
            assert_eq!(books.len(), 3);
            let chapters = Chapter::query().order_by((Chapter::book_id, Chapter::chapter)).all(&on.db).await?;
            let pages = Chapter::pages.filter(Page::id.gt(1)).load_for(&chapters, &on.db).await?;
            assert_eq!(pages[0].len(), 1);
            Ok(())
        };
        "in one statement, `together`": |on| Author::query().include(Author::books.together()).all(&on.db).await.map(drop);
    }
}
