//! Notes over HTTP: a service of one file.
//!
//! ```sh
//! DATABASE_URL=sqlite:notes.db cargo run -p orm-axum --example notes
//! curl -i localhost:3000/notes -H 'content-type: application/json' -d '{"title": "Milk"}'
//! curl -i 'localhost:3000/notes?text=milk&order=-title&size=5'
//! curl -i -X PATCH localhost:3000/notes/1 -H 'if-match: "0"' \
//!     -H 'content-type: application/json' -d '{"folder": null}'
//! ```

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};

use orm::prelude::*;
use orm::query::Page;
use orm_axum::{
    Begin, ETag, Failure, HasListing, IfMatch, Json, List, Listing, Path, Result, TransactionLayer,
    given,
};
use serde::{Deserialize, Serialize};

/// What is written down.
#[derive(Model, Serialize, Debug, Clone)]
#[model(table = "notes", unique(columns = (folder, title)))]
pub struct Note {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// What it is about.
    #[validate(len(min = 1, max = 80, message = "must have 1 to 80 characters"))]
    pub title: String,
    /// Where it is kept.
    pub folder: Option<String>,
    /// How often it was written.
    #[column(version)]
    pub version: i32,
}

impl HasListing for Note {
    fn listing() -> Listing<Self> {
        Listing::new()
            .equal("folder", Note::folder)
            .filter("text", |text| Some(Note::title.icontains(text)))
            .order("title", Note::title)
            .usually(Note::id.desc())
            .sizes(20, 100)
    }
}

/// What a client may say of a new note: neither its id nor its version.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    title: String,
    folder: Option<String>,
}

/// What a client may change. A field that is missing stays as it is.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NotePatch {
    #[serde(default, deserialize_with = "given")]
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    folder: Option<Option<String>>,
}

async fn list(list: List<Note>, State(db): State<Db>) -> Result<Json<Page<Note>>> {
    Ok(Json(
        list.pages(Note::query()).with_total().fetch(&db).await?,
    ))
}

async fn create(
    State(db): State<Db>,
    Json(new): Json<NewNote>,
) -> Result<(StatusCode, ETag, Json<Note>)> {
    let note = Note::create()
        .title(new.title)
        .folder(new.folder)
        .save(&db)
        .await?;
    Ok((StatusCode::CREATED, ETag(note.version.into()), Json(note)))
}

async fn show(Path(id): Path<i64>, State(db): State<Db>) -> Result<(ETag, Json<Note>)> {
    let note = Note::find(id).one(&db).await?;
    Ok((ETag(note.version.into()), Json(note)))
}

async fn change(
    Path(id): Path<i64>,
    read: IfMatch,
    State(db): State<Db>,
    Json(patch): Json<NotePatch>,
) -> Result<(ETag, Json<Note>)> {
    let note = Note::find(id).one(&db).await?;
    read.check(note.version)?;
    let changed = note
        .update()
        .set_if_some(Note::title, patch.title)
        .set_if_some(Note::folder, patch.folder)
        .save(&db)
        .await;
    let note = changed.map_err(|error| read.failure(error))?;
    Ok((ETag(note.version.into()), Json(note)))
}

async fn remove(Path(id): Path<i64>, read: IfMatch, State(db): State<Db>) -> Result<StatusCode> {
    let note = Note::find(id).one(&db).await?;
    read.check(note.version)?;
    note.delete(&db)
        .await
        .map_err(|error| read.failure(error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes several notes: all of them or none.
async fn import(
    Path(folder): Path<String>,
    begin: Begin,
    Json(titles): Json<Vec<String>>,
) -> Result<Json<usize>> {
    let tx = begin.transaction().await?;
    for title in &titles {
        Note::create()
            .title(title)
            .folder(folder.clone())
            .save(&tx)
            .await?;
    }
    Ok(Json(titles.len()))
}

/// The service.
pub fn router(db: Db) -> Router {
    Router::new()
        .route("/notes", get(list).post(create))
        .route("/notes/{id}", get(show).patch(change).delete(remove))
        .route("/folders/{folder}", post(import))
        .fallback(async || Failure::not_found())
        .method_not_allowed_fallback(async || {
            Failure::new(StatusCode::METHOD_NOT_ALLOWED, "this cannot be done here")
        })
        .layer(TransactionLayer::new(db.clone()))
        .with_state(db)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect(Config::from_env()?).await?;
    db.create_missing(orm::models![Note]).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, router(db.clone())).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header::CONTENT_TYPE};
    use orm::prelude::*;
    use orm_testkit::TestFile;
    use tower::ServiceExt as _;

    use super::{Note, router};

    fn note(body: &'static str) -> Result<Request<Body>, axum::http::Error> {
        let request = Request::post("/notes").header(CONTENT_TYPE, "application/json");
        request.body(Body::from(body))
    }

    #[tokio::test]
    async fn a_title_is_used_once_in_a_folder() -> Result<(), Box<dyn std::error::Error>> {
        let file = TestFile::create()?;
        let db = Db::connect(Config::from_url(&file.url())?).await?;
        db.create_missing(orm::models![Note]).await?;
        let service = router(db);

        let milk = r#"{"title": "Milk", "folder": "shop"}"#;
        let first = service.clone().oneshot(note(milk)?).await?;
        assert_eq!(first.status(), StatusCode::CREATED);
        let second = service.clone().oneshot(note(milk)?).await?;
        assert_eq!(second.status(), StatusCode::CONFLICT);
        let nameless = service.oneshot(note(r#"{"title": ""}"#)?).await?;
        assert_eq!(nameless.status(), StatusCode::UNPROCESSABLE_ENTITY);
        Ok(())
    }
}
