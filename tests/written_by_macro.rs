//! Models that a macro writes: names in generated code see each other whatever
//! the spans of the model's own tokens are.

use orm::create::Values;
use orm::prelude::*;
use orm::validate::{Fault, ValidationErrors};

macro_rules! gallery {
    ($note:ident, $post:ident) => {
        #[derive(Polymorphic, Debug, Clone, PartialEq)]
        enum Subject {
            Post($post),
            Photo(Photo),
        }

        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "posts", timestamps)]
        #[association(has_many, as = "notes", model = $note, foreign_key = "subject_id", polymorphic = Subject)]
        #[association(belongs_to, as = "editor", model = Editor, foreign_key = ("team", "seat"))]
        struct $post {
            #[column(primary_key, auto_increment)]
            id: i64,
            #[validate(len(1, 20))]
            title: String,
            team: i32,
            seat: Option<i32>,
            created_at: DateTime<Utc>,
            updated_at: DateTime<Utc>,
        }

        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "photos", validate = whole)]
        #[association(has_one, as = "note", model = $note, foreign_key = "subject_id", polymorphic = Subject)]
        struct Photo {
            #[column(primary_key)]
            id: i64,
            #[validate(custom = is_even, when = is_stored)]
            size: i32,
        }

        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "notes")]
        #[association(belongs_to, as = "subject", polymorphic = Subject, foreign_key = "subject_id", type_column = "subject_type")]
        struct $note {
            #[column(primary_key)]
            id: i64,
            subject_type: SubjectType,
            subject_id: i64,
        }

        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "editors")]
        #[association(has_many, as = "posts", model = $post, foreign_key = ("team", "seat"))]
        struct Editor {
            #[column(primary_key)]
            team: i32,
            #[column(primary_key)]
            seat: i32,
        }

        #[derive(Projection, Debug, Clone)]
        #[projection(model = $post)]
        #[allow(dead_code)]
        struct Line {
            id: i64,
            title: String,
        }
    };
}

gallery!(Note, Post);

fn is_even(size: &i32) -> bool {
    size % 2 == 0
}

fn is_stored(photo: &Values<'_, Photo>) -> bool {
    photo.get(Photo::id) > Some(0)
}

fn whole(photo: &Values<'_, Photo>, errors: &mut ValidationErrors) {
    if photo.get(Photo::size) == Some(6) {
        errors.push(Fault {
            column: None,
            rule: "whole",
            message: "no photo has 6 bytes".to_owned(),
        });
    }
}

#[test]
fn they_are_models_like_any_other() {
    let sql = Post::query()
        .include(Post::notes)
        .include(Post::editor)
        .to_sql();
    assert!(
        sql.contains(r#"FROM "notes""#) && sql.contains(r#"FROM "editors""#),
        "{sql}"
    );
    let sql = Post::query().select::<Line>().to_sql();
    assert_eq!(sql, r#"SELECT "id", "title" FROM "posts""#);
    let note = Note {
        id: 1,
        subject_type: SubjectType::Photo,
        subject_id: 7,
    };
    assert!(note.validate().is_ok());
    let faults = |id, size| Photo { id, size }.validate().err().map(|it| it.to_string());
    assert_eq!(faults(0, 7), None);
    assert!(faults(1, 7).is_some_and(|told| told.contains("size")));
    assert!(faults(1, 6).is_some_and(|told| told.contains("no photo has 6 bytes")));
    let sql = Note::query().include(Note::subject).to_sql();
    assert!(sql.contains(r#"FROM "photos""#), "{sql}");
}
