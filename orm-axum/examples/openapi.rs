//! A service that describes itself: authors and their books, and `/openapi.json`.
//!
//! ```sh
//! DATABASE_URL=sqlite:library.db cargo run -p orm-axum --example openapi --features utoipa
//! curl localhost:3000/openapi.json
//! ```

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use orm::prelude::*;
use orm::query::Page;
use orm_axum::{Failure, HasListing, Json, List, Listing, Path, Result};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// Who writes.
#[derive(Model, Serialize, ToSchema, Debug, Clone)]
#[model(table = "authors")]
#[association(has_many, as = "books", model = Book, foreign_key = "author_id")]
pub struct Author {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// As it stands on the cover.
    #[column(unique)]
    #[validate(len(min = 1, max = 80))]
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
}

/// What they write.
#[derive(Model, Serialize, ToSchema, Debug, Clone)]
#[model(table = "books")]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id")]
pub struct Book {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// Who wrote it.
    pub author_id: i64,
    /// What it is called.
    pub title: String,
    /// In which year it was printed, where that is known.
    pub year: Option<i32>,
}

/// An author with what they wrote: the row's fields, and `books`.
pub type AuthorWithBooks = orm::loaded!(Author { books });

/// What a client sends.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(deny_unknown_fields)]
struct NewAuthor {
    name: String,
}

impl HasListing for Author {
    fn listing() -> Listing<Self> {
        Listing::new()
            .filter("text", |text| Some(Author::name.icontains(text)))
            .order("name", Author::name)
            .usually(Author::id.asc())
            .sizes(20, 100)
    }
}

/// Authors, by pages.
#[utoipa::path(
    get, path = "/authors", params(List<Author>),
    responses((status = 200, body = Page<Author>), Failure)
)]
async fn list(asked: List<Author>, State(db): State<Db>) -> Result<Json<Page<Author>>> {
    Ok(Json(asked.pages(Author::query()).fetch(&db).await?))
}

/// An author and their books.
#[utoipa::path(
    get, path = "/authors/{id}", params(("id" = i64, Path)),
    responses((status = 200, body = AuthorWithBooks), Failure)
)]
async fn show(Path(id): Path<i64>, State(db): State<Db>) -> Result<Json<AuthorWithBooks>> {
    let author = Author::find(id).include(Author::books);
    Ok(Json(author.one(&db).await?))
}

/// A new author.
#[utoipa::path(
    post, path = "/authors", request_body = NewAuthor,
    responses((status = 201, body = Author), Failure)
)]
async fn create(
    State(db): State<Db>,
    Json(new): Json<NewAuthor>,
) -> Result<(StatusCode, Json<Author>)> {
    let author = Author::create().name(new.name).save(&db).await?;
    Ok((StatusCode::CREATED, Json(author)))
}

// What answers from 400 refer to is named here; the rest is found at the paths.
#[derive(OpenApi)]
#[openapi(paths(list, show, create), components(schemas(Failure)))]
struct Document;

/// The service.
pub fn router(db: Db) -> Router {
    let document = async || Json(Document::openapi());
    Router::new()
        .route("/authors", get(list).post(create))
        .route("/authors/{id}", get(show))
        .route("/openapi.json", get(document))
        .fallback(async || Failure::not_found())
        .with_state(db)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect(Config::from_env()?).await?;
    db.create_missing(orm::models![Author, Book]).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, router(db)).await?;
    Ok(())
}
