//! A schema of GraphQL over models: associations by batches, lists by cursors.
//!
//! ```sh
//! DATABASE_URL=sqlite:library.db cargo run -p orm-examples --example graphql -- \
//!     '{ authors(first: 2) { edges { node { name books { title } } } pageInfo { endCursor } } }'
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{
    Context, EmptySubscription, ErrorExtensions, Object, Request, Schema, SimpleObject,
};
use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::PageCursor;

/// Who writes.
#[derive(Model, Debug, Clone, PartialEq, Eq, Hash)]
#[model(table = "authors")]
#[association(has_many, as = "books", model = Book, foreign_key = "author_id")]
pub struct Author {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// As it stands on the cover.
    #[column(unique)]
    #[validate(len(min = 1, max = 80))]
    pub name: String,
}

/// What they write.
#[derive(Model, Debug, Clone, PartialEq, Eq, Hash)]
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
}

/// What a request loads for rows that it has: all that is asked for at one moment, together.
#[derive(Debug)]
pub struct Rows(Db);

/// The author of books, by its key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct AuthorOf(i64);

impl Loader<AuthorOf> for Rows {
    type Value = Author;
    type Error = Arc<orm::Error>;

    async fn load(&self, keys: &[AuthorOf]) -> Result<HashMap<AuthorOf, Author>, Self::Error> {
        let keys = keys.iter().map(|AuthorOf(id)| *id);
        let authors = Author::query().filter(Author::id.in_(keys));
        let authors = authors.all(&self.0).await?;
        Ok(authors
            .into_iter()
            .map(|it| (AuthorOf(it.id), it))
            .collect())
    }
}

/// The first so many books of an author.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct BooksOf(Author, u32);

impl Loader<BooksOf> for Rows {
    type Value = Vec<Book>;
    type Error = Arc<orm::Error>;

    /// One statement for all authors of whom equally many books are asked for.
    async fn load(&self, keys: &[BooksOf]) -> Result<HashMap<BooksOf, Vec<Book>>, Self::Error> {
        let mut alike: HashMap<u32, Vec<&Author>> = HashMap::new();
        for BooksOf(author, first) in keys {
            alike.entry(*first).or_default().push(author);
        }
        let mut loaded = HashMap::with_capacity(keys.len());
        for (first, authors) in alike {
            let books = Author::books.order_by(Book::id).limit(first);
            let books = books.load_for(authors.iter().copied(), &self.0).await?;
            let keys = authors.into_iter().map(|it| BooksOf(it.clone(), first));
            loaded.extend(keys.zip(books));
        }
        Ok(loaded)
    }
}

// The getters of `SimpleObject` have the names of columns, so types of the schema stand
// beside the models, which also says what is shown.
struct AuthorNode(Author);

#[Object(name = "Author")]
impl AuthorNode {
    async fn id(&self) -> i64 {
        self.0.id
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn books(
        &self,
        context: &Context<'_>,
        #[graphql(default = 10)] first: u32,
    ) -> async_graphql::Result<Vec<BookNode>> {
        let key = BooksOf(self.0.clone(), first.clamp(1, 100));
        let books = rows(context)?
            .load_one(key)
            .await
            .map_err(|it| refused(&it))?;
        Ok(books
            .unwrap_or_default()
            .into_iter()
            .map(BookNode)
            .collect())
    }
}

struct BookNode(Book);

#[Object(name = "Book")]
impl BookNode {
    async fn id(&self) -> i64 {
        self.0.id
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn author(&self, context: &Context<'_>) -> async_graphql::Result<Option<AuthorNode>> {
        let key = AuthorOf(self.0.author_id);
        let author = rows(context)?
            .load_one(key)
            .await
            .map_err(|it| refused(&it))?;
        Ok(author.map(AuthorNode))
    }
}

fn rows<'c>(context: &Context<'c>) -> async_graphql::Result<&'c DataLoader<Rows>> {
    context.data()
}

/// How many rows all pages have, where it is asked for.
#[derive(SimpleObject)]
struct Total {
    total_count: Option<i64>,
}

/// What can be read.
#[derive(Debug)]
pub struct Reads;

#[Object(name = "Query")]
impl Reads {
    async fn author(
        &self,
        context: &Context<'_>,
        id: i64,
    ) -> async_graphql::Result<Option<AuthorNode>> {
        let author = Author::find(id).one_or_none(context.data::<Db>()?).await;
        Ok(author.map_err(|it| refused(&it))?.map(AuthorNode))
    }

    /// Authors by name; `first` and `after`, or `last` and `before`.
    async fn authors(
        &self,
        context: &Context<'_>,
        first: Option<u32>,
        after: Option<String>,
        last: Option<u32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<String, AuthorNode, Total>> {
        let cursor = |text: Option<String>| -> Result<Option<PageCursor>, orm::Error> {
            text.map(|text| text.parse()).transpose()
        };
        let cursor = |text| cursor(text).map_err(|it| refused(&it));
        let size = first.or(last).unwrap_or(20).clamp(1, 100);
        let mut pages = Author::query().order_by(Author::name).page(size);
        if context.look_ahead().field("totalCount").exists() {
            pages = pages.with_total();
        }
        let pages = match (first, last) {
            (None, Some(_)) => pages.last().before(cursor(before)?),
            _ => pages.after(cursor(after)?),
        };
        let page = pages
            .fetch(context.data::<Db>()?)
            .await
            .map_err(|it| refused(&it))?;
        let page = page.into_connection().map_err(|it| refused(&it))?;
        let (info, total_count) = (page.page_info, page.total_count);
        let mut answer = Connection::with_additional_fields(
            info.has_previous_page,
            info.has_next_page,
            Total { total_count },
        );
        answer.edges.extend(page.edges.into_iter().map(|edge| {
            let node = AuthorNode(edge.node);
            Edge::<_, _, EmptyFields>::new(edge.cursor.to_string(), node)
        }));
        Ok(answer)
    }
}

/// What can be written.
#[derive(Debug)]
pub struct Writes;

#[Object(name = "Mutation")]
impl Writes {
    async fn create_author(
        &self,
        context: &Context<'_>,
        name: String,
    ) -> async_graphql::Result<AuthorNode> {
        let author = Author::create()
            .name(name)
            .save(context.data::<Db>()?)
            .await;
        author.map(AuthorNode).map_err(|it| refused(&it))
    }
}

/// What a client is told of an error: a word that does not change, the fields, and nothing
/// that the database said.
fn refused(error: &orm::Error) -> async_graphql::Error {
    let (code, told) = match error.kind() {
        ErrorKind::Validation => ("INVALID", "some values cannot be taken"),
        ErrorKind::UniqueViolation => ("TAKEN", "there is one like it"),
        ErrorKind::NotFound => ("NOT_FOUND", "there is no such thing"),
        ErrorKind::Cursor => ("BAD_CURSOR", "this cursor leads to no page of the list"),
        _ => ("INTERNAL", "the request could not be carried out"),
    };
    async_graphql::Error::new(told).extend_with(|_, more| {
        more.set("code", code);
        let fields = error.fields();
        if !fields.is_empty() {
            more.set("fields", fields.to_vec());
        }
    })
}

/// The schema.
pub type Library = Schema<Reads, Writes, EmptySubscription>;

/// The schema over a database.
pub fn schema(db: Db) -> Library {
    Schema::build(Reads, Writes, EmptySubscription)
        .limit_depth(8)
        .data(db)
        .finish()
}

/// A request. Each has a loader of its own: nobody gets what another one read before.
pub fn request(query: &str, db: &Db) -> Request {
    Request::new(query).data(DataLoader::new(Rows(db.clone()), tokio::spawn))
}

#[tokio::main]
#[allow(clippy::print_stdout, reason = "the answer is what it is run for")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let query = std::env::args().nth(1).ok_or("say what to query")?;
    let db = Db::connect(Config::from_env()?).await?;
    db.create_missing(orm::models![Author, Book]).await?;
    let answer = schema(db.clone()).execute(request(&query, &db)).await;
    println!("{}", serde_json::to_string_pretty(&answer)?);
    Ok(())
}
