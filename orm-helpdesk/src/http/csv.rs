//! The list of tickets as CSV, written while it is read.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, header};
use futures_util::stream;
use orm::prelude::*;
use orm::query::PageCursor;
use orm::types::DbEnum as _;
use orm_axum::{List, Result};

use super::Caller;
use crate::models::{Status, Ticket};

/// So many tickets are read at once.
const AT_ONCE: u32 = 500;

enum Place {
    Begin,
    At(PageCursor),
    End,
}

/// The tickets that the caller may see, in the order of the list, page by page: the next is
/// read when the client has taken the one before, and no connection is held while it does.
/// When the client goes away the body is dropped, and nothing more is read.
pub(crate) async fn tickets(
    caller: Caller,
    list: List<Ticket>,
    State(db): State<Db>,
) -> Result<([(HeaderName, &'static str); 2], Body)> {
    let query = list.query(Ticket::query().filter(caller.tickets()));
    let pages = query.select::<Row>().page(AT_ONCE);
    let rows = stream::try_unfold(Place::Begin, move |place| {
        let (pages, db) = (pages.clone(), db.clone());
        async move {
            let (mut text, cursor) = match place {
                Place::Begin => ("id,title,status,priority,created_at\n".to_owned(), None),
                Place::At(cursor) => (String::new(), Some(cursor)),
                Place::End => return Ok(None),
            };
            let page = pages.at(cursor).fetch(&db).await?;
            for row in &page.rows {
                line(&mut text, row);
            }
            let place = page.next.map_or(Place::End, Place::At);
            Ok::<_, orm::Error>(Some((Bytes::from(text), place)))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"tickets.csv\"",
        ),
    ];
    Ok((headers, Body::from_stream(rows)))
}

/// A ticket in a line.
#[derive(Projection, Debug)]
#[projection(model = Ticket)]
struct Row {
    id: i64,
    title: String,
    status: Status,
    priority: i32,
    created_at: DateTime<Utc>,
}

fn line(text: &mut String, row: &Row) {
    let Row {
        id,
        priority,
        created_at,
        ..
    } = row;
    let (title, status) = (cell(&row.title), row.status.label());
    text.push_str(&format!(
        "{id},{title},{status},{priority},{created_at:?}\n"
    ));
}

/// A text as a cell, always in quotes. A spreadsheet takes what begins with one of these
/// signs for a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_a_text_and_no_formula() {
        assert_eq!(cell("It is \"slow\", again"), r#""It is ""slow"", again""#);
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
        assert_eq!(cell("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
        assert_eq!(cell(""), "\"\"");
    }
}
