//! A transaction for each request that asks for one.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::StatusCode;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use orm::exec::{Db, Tx, TxOptions};
use orm_http::is_kept;

use crate::{Failure, Result};

/// The transaction of a request, from the middleware [`Transactions`].
///
/// It begins when the first extractor or handler asks for it; all that ask in one request
/// get the same. It is committed before the response begins if its status is below 400, and
/// rolled back if it is not, if the handler panics, and if its future is dropped.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug, Clone)]
/// # #[model(table = "accounts")]
/// # pub struct Account {
/// #     #[column(primary_key, auto_increment)]
/// #     pub id: i64,
/// #     pub balance: i64,
/// # }
/// use actix_web::http::StatusCode;
/// use orm_actix::{Json, Path, Result, Transaction};
///
/// async fn transfer(
///     Transaction(tx): Transaction,
///     Path((from, to)): Path<(i64, i64)>,
/// ) -> Result<Json<i64>> {
///     let from = Account::find(from).for_update().one(&tx).await?;
///     from.update().set(Account::balance, Account::balance - 1).save(&tx).await?;
///     let to = Account::find(to).one(&tx).await?; // 404, and nothing has happened
///     let to = to.update().set(Account::balance, Account::balance + 1).save(&tx).await?;
///     Ok(Json(to.balance))
/// }
/// ```
///
/// It holds a connection of the pool for as long as the handler runs. A handler that uses
/// the `Db` beside it needs a second one, which a pool may not have: give `&tx` to all
/// that runs meanwhile. What is kept longer than the handler runs, in the body of the
/// response or in a task, keeps the transaction from being committed: that is answered
/// by 500, and rolled back.
///
/// A client that closes its connection may have closed only its own half, so actix-web lets
/// the handler run to its end, and the status decides as ever. With
/// [`h1_allow_half_closed(false)`](actix_web::HttpServer::h1_allow_half_closed) the handler
/// is dropped, and what it wrote is rolled back.
#[derive(Debug, Clone)]
pub struct Transaction(pub Arc<Tx>);

/// Begins the [`Transaction`] of a request when the handler says so.
///
/// All extractors of a handler run side by side. So that a client that sends slowly does not
/// hold a connection meanwhile, a handler with a body begins by itself:
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug, Clone)]
/// # #[model(table = "tags")]
/// # pub struct Tag {
/// #     #[column(primary_key, auto_increment)]
/// #     pub id: i64,
/// #     pub word: String,
/// # }
/// use orm_actix::{Begin, Json, Result};
///
/// async fn import(begin: Begin, Json(words): Json<Vec<String>>) -> Result<Json<usize>> {
///     let tx = begin.transaction().await?;
///     for word in &words {
///         Tag::create().word(word).save(&tx).await?;
///     }
///     Ok(Json(words.len()))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Begin(orm_http::Begin);

impl Begin {
    /// The request's transaction, begun if it is not yet.
    ///
    /// # Errors
    /// 503 if there is no connection.
    pub async fn transaction(&self) -> Result<Arc<Tx>> {
        Ok(self.0.transaction().await?)
    }
}

/// The middleware that gives a [`Transaction`] to the requests of an app or a scope.
///
/// ```
/// use actix_web::{App, HttpServer, web};
/// use orm::exec::{Db, Isolation, TxOptions};
/// use orm_actix::Transactions;
///
/// # async fn nothing() -> &'static str { "" }
/// async fn serve(db: Db) -> std::io::Result<()> {
///     let serializable = TxOptions::new().isolation(Isolation::Serializable);
///     let transactions = Transactions::new(db).options(serializable);
///     let app = move || App::new().wrap(transactions.clone()).route("/", web::get().to(nothing));
///     HttpServer::new(app).bind("127.0.0.1:3000")?.run().await
/// }
/// ```
#[derive(Clone)]
pub struct Transactions {
    db: Db,
    options: TxOptions,
    keeps: fn(StatusCode) -> bool,
}

impl Transactions {
    /// Transactions of this database, kept where the status is below 400.
    pub fn new(db: Db) -> Self {
        Transactions {
            db,
            options: TxOptions::new(),
            keeps: |status| is_kept(status.as_u16()),
        }
    }

    /// With an isolation level or access mode.
    #[must_use]
    pub fn options(mut self, options: TxOptions) -> Self {
        self.options = options;
        self
    }

    /// Says of which statuses a transaction is committed.
    ///
    /// ```
    /// # use orm::exec::Db;
    /// # use orm_actix::Transactions;
    /// # fn example(db: Db) -> Transactions {
    /// // Attempts to sign in are counted also where they are refused.
    /// Transactions::new(db).commit_if(|status| status.as_u16() < 400 || status == 401)
    /// # }
    /// ```
    #[must_use]
    pub fn commit_if(mut self, keeps: fn(StatusCode) -> bool) -> Self {
        self.keeps = keeps;
        self
    }
}

impl fmt::Debug for Transactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transactions")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<S, B> Transform<S, ServiceRequest> for Transactions
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = TransactionService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        let transactions = self.clone();
        ready(Ok(TransactionService {
            inner,
            transactions,
        }))
    }
}

/// A service whose requests may have a [`Transaction`], from [`Transactions`].
#[derive(Debug, Clone)]
pub struct TransactionService<S> {
    inner: S,
    transactions: Transactions,
}

impl<S, B> Service<ServiceRequest> for TransactionService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let Transactions { db, options, keeps } = self.transactions.clone();
        let (begin, end) = orm_http::transaction(db, options);
        request.extensions_mut().insert(Begin(begin));
        let answer = self.inner.call(request);
        // Dropped before its end, as when the handler panics, it drops the handler and then
        // `end`, which rolls back.
        Box::pin(async move {
            let answer = answer.await;
            let status = match &answer {
                Ok(response) => response.status(),
                // Of a middleware below; those of handlers are answers by now.
                Err(error) => error.as_response_error().status_code(),
            };
            match (end.with(keeps(status)).await.map_err(Failure::from), answer) {
                (Ok(()), answer) => Ok(answer?.map_into_left_body()),
                (Err(failure), Ok(response)) => {
                    Ok(response.error_response(failure).map_into_right_body())
                }
                (Err(failure), Err(_)) => Err(failure.into()),
            }
        })
    }
}

impl FromRequest for Transaction {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let begin = begin(request);
        Box::pin(async move { begin?.transaction().await.map(Transaction) })
    }
}

impl FromRequest for Begin {
    type Error = Failure;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(begin(request))
    }
}

fn begin(request: &HttpRequest) -> Result<Begin> {
    let begin = request.extensions().get::<Begin>().cloned();
    begin.ok_or_else(|| {
        let what = "a request's transaction was asked for without the middleware Transactions";
        orm_http::Failure::unexpected(what).into()
    })
}
