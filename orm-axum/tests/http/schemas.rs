//! Schemas of what is answered describe what `serde` writes: rows alone, with associations,
//! in pages and connections, as projections, of several models.

use axum::response::IntoResponse;
use http_body_util::BodyExt;
use orm::prelude::*;
use orm::query::{Connection, Page};
use orm::types::Json;
use orm_axum::Failure;
use schemars::{JsonSchema, SchemaGenerator};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::calls::Place;
use crate::schema::assert_described;

#[derive(DbEnum, Serialize, JsonSchema, ToSchema, Debug, Clone, Copy)]
enum Level {
    Beginner,
    Expert,
}

#[derive(Serialize, Deserialize, JsonSchema, ToSchema, Debug, Clone)]
struct Settings {
    theme: String,
}

/// Somebody who learns.
#[derive(Model, Serialize, JsonSchema, ToSchema, Debug, Clone)]
#[model(table = "pupils")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[association(has_many, as = "exam_papers", model = Paper, foreign_key = "pupil_id")]
#[association(has_many, as = "visits", model = Visit, foreign_key = "pupil_id")]
#[association(has_one, as = "locker", model = Locker, foreign_key = "pupil_id")]
#[association(many_to_many, as = "courses", model = Course, through = Visit, foreign_key = "pupil_id", other_key = "course_id")]
struct Pupil {
    #[column(primary_key, auto_increment)]
    id: i64,
    full_name: String,
    level: Level,
    settings: Option<Json<Settings>>,
    #[serde(skip)]
    pin: Option<SecretString>,
}

#[derive(Model, Serialize, JsonSchema, ToSchema, Debug, Clone)]
#[model(table = "papers")]
#[association(belongs_to, as = "pupil", model = Pupil, foreign_key = "pupil_id")]
#[association(belongs_to, as = "course", model = Course, foreign_key = "course_id")]
struct Paper {
    #[column(primary_key, auto_increment)]
    id: i64,
    pupil_id: i64,
    course_id: Option<i64>,
    points: f64,
}

#[derive(Model, Serialize, JsonSchema, ToSchema, Debug, Clone)]
#[model(table = "lockers")]
#[association(belongs_to, as = "pupil", model = Pupil, foreign_key = "pupil_id")]
struct Locker {
    #[column(primary_key, auto_increment)]
    id: i64,
    #[column(unique)]
    pupil_id: i64,
}

#[derive(Model, Serialize, JsonSchema, ToSchema, Debug, Clone)]
#[model(table = "courses")]
#[association(has_many, as = "papers", model = Paper, foreign_key = "course_id")]
#[association(has_many, as = "visits", model = Visit, foreign_key = "course_id")]
#[association(many_to_many, as = "pupils", model = Pupil, through = Visit, foreign_key = "course_id", other_key = "pupil_id")]
struct Course {
    #[column(primary_key, auto_increment)]
    id: i64,
    name: String,
}

#[derive(Model, Serialize, JsonSchema, ToSchema, Debug, Clone)]
#[model(table = "visits")]
#[association(belongs_to, as = "pupil", model = Pupil, foreign_key = "pupil_id")]
#[association(belongs_to, as = "course", model = Course, foreign_key = "course_id")]
struct Visit {
    #[column(primary_key)]
    pupil_id: i64,
    #[column(primary_key)]
    course_id: i64,
}

/// What a note is about.
#[derive(Polymorphic, Serialize, JsonSchema, ToSchema, Debug, Clone)]
enum Subject {
    Pupil(Pupil),
    Course(Course),
}

#[derive(Model, Serialize, JsonSchema, ToSchema, Debug, Clone)]
#[model(table = "remarks")]
#[association(belongs_to, as = "subject", polymorphic = Subject)]
struct Remark {
    #[column(primary_key, auto_increment)]
    id: i64,
    subject_type: SubjectType,
    subject_id: i64,
}

/// A name, and the papers.
#[derive(Projection, Serialize, JsonSchema, ToSchema, Debug, Clone)]
#[projection(model = Pupil)]
struct Card {
    full_name: String,
    exam_papers: Vec<Points>,
}

#[derive(Projection, Serialize, JsonSchema, ToSchema, Debug, Clone)]
#[projection(model = Paper)]
struct Points {
    points: f64,
}

/// What `utoipa` says of a type, with all that it refers to.
fn openapi<T: ToSchema>() -> (Value, Value) {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    let schemas: serde_json::Map<String, Value> = schemas
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap()))
        .collect();
    let document = serde_json::json!({ "components": { "schemas": schemas } });
    (serde_json::to_value(T::schema()).unwrap(), document)
}

#[track_caller]
fn assert_both<T: Serialize + ToSchema + JsonSchema>(value: &T) {
    let value = serde_json::to_value(value).unwrap();
    let (schema, document) = openapi::<T>();
    assert_described(&value, &schema, &document);
    let schema = SchemaGenerator::default()
        .into_root_schema_for::<T>()
        .to_value();
    assert_described(&value, &schema, &schema);
}

async fn values_are_described(place: Place) {
    let db = place.db().await;
    let models = orm::models![Pupil, Paper, Locker, Course, Visit, Remark];
    db.create_missing(models).await.unwrap();
    let course = Course::create().name("Latin").save(&db).await.unwrap();
    let settings = Settings {
        theme: "dark".into(),
    };
    let ann = Pupil::create().full_name("Ann").level(Level::Expert);
    let ann = ann
        .settings(Json(settings))
        .pin("1234")
        .save(&db)
        .await
        .unwrap();
    let bob = Pupil::create().full_name("Bob").level(Level::Beginner);
    let bob = bob.save(&db).await.unwrap();
    let paper = Paper::create().pupil_id(ann.id).points(7.5);
    paper.course_id(course.id).save(&db).await.unwrap();
    let paper = Paper::create().pupil_id(ann.id).points(3.0);
    paper.save(&db).await.unwrap();
    Locker::create().pupil_id(ann.id).save(&db).await.unwrap();
    let visit = Visit::create().pupil_id(ann.id).course_id(course.id);
    visit.save(&db).await.unwrap();
    for (kind, id) in [
        (SubjectType::Pupil, bob.id),
        (SubjectType::Course, course.id),
    ] {
        let remark = Remark::create().subject_type(kind).subject_id(id);
        remark.save(&db).await.unwrap();
    }

    assert_both(&ann);
    let all = || Pupil::query().order_by(Pupil::id);
    let loaded = all()
        .include(Pupil::exam_papers.include(Paper::course))
        .include(Pupil::locker);
    assert_both(&loaded.all(&db).await.unwrap());
    let page = all().include(Pupil::exam_papers).page(1).with_total();
    let page = page.fetch(&db).await.unwrap();
    assert_both(&page);
    assert_both(&page.into_connection().unwrap());
    let joined = all().include(Pupil::courses.with_join_row());
    assert_both(&joined.all(&db).await.unwrap());
    let cards: Vec<Card> = all().select::<Card>().all(&db).await.unwrap();
    assert_both(&cards);
    let remarks = Remark::query().include(Remark::subject);
    assert_both(&remarks.all(&db).await.unwrap());
    let papers = Pupil::query().include(Pupil::exam_papers);
    let remarks = Remark::query().include(Remark::subject.on(papers));
    assert_both(&remarks.all(&db).await.unwrap());
}

on_both! { values_are_described; }

type Graded = orm::loaded!(Pupil { exam_papers { course }, locker });

/// Two types that differ have two names, which say what is loaded.
#[test]
fn names_say_what_is_loaded() {
    assert_eq!(PupilLoaded::<Vec<Paper>>::name(), "Pupil-examPapers");
    assert_eq!(Graded::name(), "Pupil-examPapers-examPapers.course-locker");
    let (schema, _) = openapi::<Page<Graded>>();
    assert!(schema["properties"]["rows"].is_object(), "{schema}");
    let (schema, _) = openapi::<Connection<Graded>>();
    assert!(schema["properties"]["pageInfo"].is_object(), "{schema}");
}

/// The body of what was refused, with fields and without.
#[tokio::test]
async fn failures_are_described() {
    let (schema, document) = openapi::<Failure>();
    let root = SchemaGenerator::default().into_root_schema_for::<Failure>();
    let root = root.to_value();
    for failure in [
        Failure::not_found(),
        Failure::not_found().field("a", "b", "c"),
    ] {
        let body = failure.into_response().into_body().collect().await.unwrap();
        let body: Value = serde_json::from_slice(&body.to_bytes()).unwrap();
        assert_described(&body, &schema, &document);
        assert_described(&body, &root, &root);
    }
}
