// A row holds one value in a column: the key's, the owner's type, or the scope's.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "pages", foreign_key = ("shelf", "book_no"), scope(shelf = 1))]
#[association(has_one, as = "cover", model = Page, foreign_key = ("shelf", "book_no"), scope(kind = "a", kind = "b"))]
struct Book {
    #[column(primary_key)]
    shelf: i32,
    #[column(primary_key)]
    no: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "book", foreign_key = ("shelf", "book_no"))]
struct Page {
    #[column(primary_key)]
    id: i32,
    shelf: i32,
    book_no: i32,
    kind: String,
}

#[derive(Polymorphic, Clone)]
enum Subject {
    Book(Shop),
}

#[derive(Model, Clone)]
#[association(has_many, as = "notes", foreign_key = "subject_id", polymorphic = Subject, scope(subject_type = SubjectType::Book))]
struct Shop {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "subject", polymorphic = Subject)]
struct Note {
    #[column(primary_key)]
    id: i32,
    subject_type: SubjectType,
    subject_id: i32,
}

fn main() {}
