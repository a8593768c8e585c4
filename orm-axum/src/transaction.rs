//! A transaction for each request that asks for one.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use orm::exec::{Db, Tx, TxOptions};
use orm_http::is_kept;
use tower_layer::Layer;
use tower_service::Service;

use crate::{Failure, Result};

/// The transaction of a request, from a [`TransactionLayer`].
///
/// It begins when the first extractor or handler asks for it; all that ask in one request
/// get the same. It is committed before the response begins if its status is below 400, and
/// rolled back if it is not, if the handler panics, and if the client goes away.
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
/// use axum::Router;
/// use axum::routing::post;
/// use orm_axum::{Path, Result, Transaction, TransactionLayer};
///
/// async fn transfer(Transaction(tx): Transaction, Path((from, to)): Path<(i64, i64)>) -> Result<()> {
///     let from = Account::find(from).for_update().one(&tx).await?;
///     from.update().set(Account::balance, Account::balance - 1).save(&tx).await?;
///     let to = Account::find(to).one(&tx).await?; // 404, and nothing has happened
///     to.update().set(Account::balance, Account::balance + 1).save(&tx).await?;
///     Ok(())
/// }
///
/// fn router(db: Db) -> Router {
///     Router::new()
///         .route("/transfers/{from}/{to}", post(transfer))
///         .layer(TransactionLayer::new(db))
/// }
/// ```
///
/// It holds a connection of the pool for as long as the handler runs. A handler that uses
/// the `Db` beside it needs a second one, which a pool may not have: give `&tx` to all
/// that runs meanwhile. What is kept longer than the handler runs, in the body of the
/// response or in a task, keeps the transaction from being committed: that is answered
/// by 500, and rolled back.
#[derive(Debug, Clone)]
pub struct Transaction(pub Arc<Tx>);

/// Begins the [`Transaction`] of a request when the handler says so.
///
/// A body is read by the last extractor, behind the transaction's. So that a client that
/// sends slowly does not hold a connection meanwhile, a handler with a body begins by itself:
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
/// use orm_axum::{Begin, Json, Result};
///
/// async fn import(begin: Begin, Json(words): Json<Vec<String>>) -> Result<()> {
///     let tx = begin.transaction().await?;
///     for word in words {
///         Tag::create().word(word).save(&tx).await?;
///     }
///     Ok(())
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

/// Gives a [`Transaction`] to the requests of a router.
///
/// ```
/// use axum::Router;
/// use orm::exec::{Db, Isolation, TxOptions};
/// use orm_axum::TransactionLayer;
///
/// fn with_transactions(router: Router, db: Db) -> Router {
///     let serializable = TxOptions::new().isolation(Isolation::Serializable);
///     router.layer(TransactionLayer::new(db).options(serializable))
/// }
/// ```
#[derive(Clone)]
pub struct TransactionLayer {
    db: Db,
    options: TxOptions,
    keeps: fn(StatusCode) -> bool,
}

impl TransactionLayer {
    /// Transactions of this database, kept where the status is below 400.
    pub fn new(db: Db) -> Self {
        TransactionLayer {
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
    /// # use orm_axum::TransactionLayer;
    /// # fn example(db: Db) -> TransactionLayer {
    /// // Attempts to sign in are counted also where they are refused.
    /// TransactionLayer::new(db).commit_if(|status| status.as_u16() < 400 || status == 401)
    /// # }
    /// ```
    #[must_use]
    pub fn commit_if(mut self, keeps: fn(StatusCode) -> bool) -> Self {
        self.keeps = keeps;
        self
    }
}

impl fmt::Debug for TransactionLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionLayer")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for TransactionLayer {
    type Service = TransactionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TransactionService {
            inner,
            layer: self.clone(),
        }
    }
}

/// A service whose requests may have a [`Transaction`], from [`TransactionLayer`].
#[derive(Debug, Clone)]
pub struct TransactionService<S> {
    inner: S,
    layer: TransactionLayer,
}

impl<S> Service<Request> for TransactionService<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let (begin, end) = orm_http::transaction(self.layer.db.clone(), self.layer.options);
        request.extensions_mut().insert(Begin(begin));
        let answer = self.inner.call(request);
        let keeps = self.layer.keeps;
        // Dropped before its end, as when the client goes away or the handler panics, it
        // drops the handler and then `end`, which rolls back.
        Box::pin(async move {
            let response = answer.await?.into_response();
            Ok(match end.with(keeps(response.status())).await {
                Ok(()) => response,
                Err(failure) => Failure::from(failure).into_response(),
            })
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Transaction {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let begin = Begin::from_request_parts(parts, state).await?;
        begin.transaction().await.map(Transaction)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Begin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let begin = parts.extensions.get::<Begin>().cloned();
        begin.ok_or_else(|| {
            let what = "a request's transaction was asked for without a TransactionLayer";
            orm_http::Failure::unexpected(what).into()
        })
    }
}
