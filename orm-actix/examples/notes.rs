//! Notes over HTTP, on actix-web: a service of one file.
//!
//! ```sh
//! DATABASE_URL=sqlite:notes.db cargo run -p orm-actix --example notes
//! curl -i localhost:3000/notes -H 'content-type: application/json' -d '{"title": "Milk"}'
//! curl -i 'localhost:3000/notes?text=milk&order=-title&size=5'
//! curl -i -X PATCH localhost:3000/notes/1 -H 'if-match: "0"' \
//!     -H 'content-type: application/json' -d '{"folder": null}'
//! ```

use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, Responder, web};

use orm::prelude::*;
use orm::query::Page;
use orm_actix::{
    Begin, ETag, Failure, HasListing, IfMatch, Json, List, Listing, Path, Result, Transactions,
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

async fn list(list: List<Note>, db: web::Data<Db>) -> Result<Json<Page<Note>>> {
    let pages = list.pages(Note::query()).with_total();
    Ok(Json(pages.fetch(db.get_ref()).await?))
}

/// A note and its version.
fn answer(note: Note) -> impl Responder {
    let version = ETag(note.version.into());
    Json(note).customize().insert_header(version)
}

async fn create(db: web::Data<Db>, Json(new): Json<NewNote>) -> Result<impl Responder> {
    let note = Note::create()
        .title(new.title)
        .folder(new.folder)
        .save(db.get_ref())
        .await?;
    Ok((answer(note), StatusCode::CREATED))
}

async fn show(Path(id): Path<i64>, db: web::Data<Db>) -> Result<impl Responder> {
    Ok(answer(Note::find(id).one(db.get_ref()).await?))
}

async fn change(
    Path(id): Path<i64>,
    read: IfMatch,
    db: web::Data<Db>,
    Json(patch): Json<NotePatch>,
) -> Result<impl Responder> {
    let note = Note::find(id).one(db.get_ref()).await?;
    read.check(note.version)?;
    let changed = note
        .update()
        .set_if_some(Note::title, patch.title)
        .set_if_some(Note::folder, patch.folder)
        .save(db.get_ref())
        .await;
    let note = changed.map_err(|error| read.failure(error))?;
    Ok(answer(note))
}

async fn remove(Path(id): Path<i64>, read: IfMatch, db: web::Data<Db>) -> Result<HttpResponse> {
    let note = Note::find(id).one(db.get_ref()).await?;
    read.check(note.version)?;
    note.delete(db.get_ref())
        .await
        .map_err(|error| read.failure(error))?;
    Ok(HttpResponse::NoContent().finish())
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

async fn nowhere() -> Result<HttpResponse> {
    Err(Failure::not_found())
}

async fn not_so() -> Result<HttpResponse> {
    let detail = "this cannot be done here";
    Err(Failure::new(StatusCode::METHOD_NOT_ALLOWED, detail))
}

/// The service, below an app that has the `Db` and the transactions.
pub fn notes(config: &mut web::ServiceConfig) {
    let at = |path| web::resource(path).default_service(web::to(not_so));
    config
        .service(at("/notes").get(list).post(create))
        .service(at("/notes/{id}").get(show).patch(change).delete(remove))
        .service(at("/folders/{folder}").post(import))
        .default_service(web::to(nowhere));
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect(Config::from_env()?).await?;
    db.create_missing(orm::models![Note]).await?;
    let app = move || {
        App::new()
            .app_data(web::Data::new(db.clone()))
            .wrap(Transactions::new(db.clone()))
            .configure(notes)
    };
    // A client that goes away ends its request, and with it the transaction.
    let server = HttpServer::new(app).h1_allow_half_closed(false);
    server.bind("127.0.0.1:3000")?.run().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, web};
    use orm::prelude::*;
    use orm_actix::Transactions;
    use orm_testkit::TestFile;
    use serde_json::json;

    use super::{Note, notes};

    #[tokio::test]
    async fn a_title_is_used_once_in_a_folder() -> Result<(), Box<dyn std::error::Error>> {
        let file = TestFile::create()?;
        let db = Db::connect(Config::from_url(&file.url())?).await?;
        db.create_missing(orm::models![Note]).await?;
        let app = App::new().app_data(web::Data::new(db.clone()));
        let service = init_service(app.wrap(Transactions::new(db)).configure(notes)).await;
        let send = async |body| {
            let request = TestRequest::post().uri("/notes").set_json(body);
            call_service(&service, request.to_request()).await.status()
        };

        let milk = json!({ "title": "Milk", "folder": "shop" });
        assert_eq!(send(milk.clone()).await, StatusCode::CREATED);
        assert_eq!(send(milk).await, StatusCode::CONFLICT);
        let nameless = json!({ "title": "" });
        assert_eq!(send(nameless).await, StatusCode::UNPROCESSABLE_ENTITY);
        Ok(())
    }
}
