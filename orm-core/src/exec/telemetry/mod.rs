//! Spans and durations of statements, by the stable conventions of OpenTelemetry for
//! databases (semantic conventions 1.33, "Database client spans").
//!
//! They are those of `tracing`, so that whoever exports them chooses how: the layers of
//! `tracing-opentelemetry` read `otel.kind`, `otel.name` and `histogram.*`.

mod guards;
mod summary;

use std::future::Future;
use std::time::Duration;

use tracing::instrument::Instrument as _;
use tracing::{Level, Span, field};

pub(crate) use self::guards::Within;
pub(super) use self::guards::{Guards, Place};
use self::summary::Summary;
pub(super) use self::summary::without_literals;
use super::executor::Exec;
use crate::error::Error;
use crate::schema::Backend;

/// What the spans of transactions are called.
pub(super) const TRANSACTION: &str = "transaction";
pub(super) const SAVEPOINT: &str = "savepoint";

/// Where statements go, as a span says it.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) backend: Backend,
    /// The name of the database.
    pub(super) namespace: Option<String>,
    /// The host, or the directory of its socket; none of a file.
    pub(super) address: Option<String>,
    pub(super) port: Option<u16>,
}

impl Peer {
    fn system(&self) -> &'static str {
        match self.backend {
            Backend::Postgres => "postgresql",
            Backend::Sqlite => "sqlite",
        }
    }

    fn port(&self) -> Option<u64> {
        self.port.map(u64::from)
    }
}

/// Whether anybody wants spans of statements, or their durations.
pub(super) fn is_wanted() -> bool {
    tracing::enabled!(target: "orm::client", Level::DEBUG) || wants_durations()
}

fn wants_durations() -> bool {
    tracing::enabled!(target: "orm::metrics", Level::DEBUG)
}

/// The span of a statement that is about to be sent; it ends when this is dropped.
pub(super) struct Client {
    span: Span,
    summary: Summary,
}

impl Client {
    pub(super) fn begin(sql: &str, peer: &Peer) -> Box<Self> {
        let summary = Summary::of(sql, peer.backend);
        let span = tracing::debug_span!(
            target: "orm::client",
            "statement",
            otel.kind = "client",
            otel.name = summary.text(),
            otel.status_code = field::Empty,
            db.system.name = peer.system(),
            db.namespace = peer.namespace.as_deref(),
            db.query.summary = summary.text(),
            db.query.text = &*without_literals(sql, peer.backend),
            db.operation.name = summary.operation(),
            db.collection.name = summary.only_table(),
            server.address = peer.address.as_deref(),
            server.port = peer.port(),
            db.response.status_code = field::Empty,
            db.response.returned_rows = field::Empty,
            error.type = field::Empty,
        );
        Box::new(Client { span, summary })
    }

    /// The statement has ended. Of an error its code and kind are told, and not its words,
    /// which may hold values.
    pub(super) fn end(
        &self,
        peer: &Peer,
        duration: Duration,
        rows: Option<u64>,
        error: Option<&Error>,
    ) {
        let code = error.and_then(Error::sqlstate);
        let kind = error.map(|error| match code {
            Some(code) => code.to_owned(),
            None => format!("{:?}", error.kind()),
        });
        if let Some(kind) = &kind {
            self.span.record("otel.status_code", "ERROR");
            self.span.record("error.type", kind.as_str());
        }
        if let Some(code) = code {
            self.span.record("db.response.status_code", code);
        }
        if let Some(rows) = rows.filter(|_| self.summary.reads()) {
            self.span.record("db.response.returned_rows", rows);
        }
        tracing::event!(
            target: "orm::metrics",
            parent: &self.span,
            Level::DEBUG,
            histogram.db.client.operation.duration = duration.as_secs_f64(),
            db.system.name = peer.system(),
            db.namespace = peer.namespace.as_deref(),
            db.operation.name = self.summary.operation(),
            db.collection.name = self.summary.only_table(),
            db.query.summary = self.summary.text(),
            server.address = peer.address.as_deref(),
            server.port = peer.port(),
            db.response.status_code = code,
            error.type = kind.as_deref(),
        );
    }
}

/// The span of what takes several statements, which says what they are for.
pub(super) fn operation(name: &str, model: &'static str) -> Span {
    let span = tracing::debug_span!(
        target: "orm::client",
        "operation",
        otel.kind = "internal",
        otel.name = field::Empty,
        model = model,
    );
    if !span.is_disabled() {
        let name = format!("{name} {model}");
        span.record("otel.name", name.trim_end());
    }
    span
}

/// The span of a transaction that the library opens for statements of its own; none where
/// they have one already, that of the operation which they are for.
pub(super) fn own_transaction() -> Span {
    match guards::is_within() {
        true => Span::none(),
        false => operation(TRANSACTION, ""),
    }
}

impl Exec<'_> {
    /// Runs what takes several statements below a span of its own, which says what they are
    /// for.
    pub(crate) fn within<F: Future + Unpin>(
        self,
        name: &'static str,
        model: &'static str,
        work: F,
    ) -> Within<F> {
        Within::new(self.place(), || operation(name, model), work)
    }
}

/// Runs a migration below a span of its own, which has its name.
pub(crate) fn migration<F: Future>(name: &str, work: F) -> impl Future<Output = F::Output> {
    let span = tracing::debug_span!(
        target: "orm::client",
        "migration",
        otel.kind = "internal",
        otel.name = "migration",
        migration = name,
    );
    work.instrument(span)
}
