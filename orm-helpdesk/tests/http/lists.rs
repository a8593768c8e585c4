//! Lists of tickets, as pages and as CSV.

use http_body_util::BodyExt;
use orm::prelude::*;
use orm_helpdesk::models::{Status, Ticket};
use serde_json::json;
use tower::ServiceExt;

use crate::desk::{Answer, Desk};

fn titles(answer: &Answer) -> String {
    let rows = answer.body["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| row["title"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join(" ")
}

async fn a_list_is_one_statement_with_its_counts(desk: Desk) {
    let first = desk
        .ticket(r#"{"title":"One","tags":["vpn"],"body":"a"}"#)
        .await;
    let comments = format!("/tickets/{}/comments", first.body["id"]);
    desk.json("acme-bot", "POST", &comments, r#"{"body":"b"}"#)
        .await;
    desk.ticket(r#"{"title":"Two","priority":1}"#).await;
    desk.ticket(r#"{"title":"Three","priority":5,"tags":["vpn","mac"]}"#)
        .await;
    desk.json("rival-ann", "POST", "/tickets", r#"{"title":"Theirs"}"#)
        .await;

    let scope = desk.log.scope();
    let list = desk.call("acme-ann", "GET", "/tickets").await;
    // One to know who asks, one for the list.
    scope.assert_count(2);
    assert_eq!(
        (&*titles(&list), &list.body["total"]),
        ("Three Two One", &json!(3))
    );
    let one = &list.body["rows"][2];
    assert_eq!(
        (&one["comments"], &one["assignee"]),
        (&json!(2), &json!(null))
    );

    for (asked, found) in [
        ("tag=vpn", "Three One"),
        ("tag=vpn&tag=mac&status=open", "Three One"),
        ("status=closed", ""),
        ("text=t&order=title", "Three Two"),
        ("order=-comments,title", "One Three Two"),
        ("order=priority&size=2", "Two One"),
        ("priority=1&priority=5", "Three Two"),
    ] {
        let list = desk
            .call("acme-ann", "GET", &format!("/tickets?{asked}"))
            .await;
        assert_eq!(list.status, 200, "{asked}: {}", list.text);
        assert_eq!(titles(&list), found, "{asked}");
    }
    for asked in [
        "organisation=2",
        "order=organisation_id",
        "size=101",
        "status=lost",
        "team=x",
    ] {
        let list = desk
            .call("acme-ann", "GET", &format!("/tickets?{asked}"))
            .await;
        assert_eq!(list.status, 400, "{asked}");
    }
    let page = desk.call("acme-ann", "GET", "/tickets?size=2").await;
    let next = page.body["next"].as_str().unwrap();
    let rest = desk
        .call("acme-ann", "GET", &format!("/tickets?size=2&cursor={next}"))
        .await;
    assert_eq!(titles(&rest), "One");
}

async fn many(desk: &Desk, number: usize) {
    let mine = desk.ticket(r#"{"title":"=1+1, \"now\""}"#).await;
    let id = mine.body["id"].as_i64().unwrap();
    let ticket = Ticket::find(id).one(&desk.db).await.unwrap();
    let organisation = ticket.organisation_id;
    let new = (1..number).map(|at| {
        Ticket::create()
            .organisation_id(organisation)
            .title(format!("T {at}"))
            .status(Status::Closed)
    });
    Ticket::create_many(new).save(&desk.db).await.unwrap();
}

async fn a_list_is_written_as_csv(desk: Desk) {
    many(&desk, 1_201).await;
    let scope = desk.log.scope();
    let csv = desk
        .call("acme-ann", "GET", "/tickets.csv?order=created")
        .await;
    // One to know who asks, three for 1,201 rows.
    scope.assert_count(4);
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<&str> = csv.text.lines().collect();
    assert_eq!(lines.len(), 1_202);
    assert_eq!(lines[0], "id,title,status,priority,created_at");
    assert!(
        lines[1].contains(r#","'=1+1, ""now""",open,3,"#),
        "{}",
        lines[1]
    );
    let closed = desk
        .call("acme-ann", "GET", "/tickets.csv?status=open")
        .await;
    assert_eq!(closed.text.lines().count(), 2);
    assert_eq!(
        desk.call("acme-ann", "GET", "/tickets.csv?colour=red")
            .await
            .status,
        400
    );
}

async fn a_csv_ends_when_its_reader_goes(desk: Desk) {
    many(&desk, 1_201).await;
    let request = desk.request("acme-ann", "GET", "/tickets.csv");
    let response = desk.router.clone().oneshot(request).await.unwrap();
    let mut body = response.into_body();
    let scope = desk.log.scope();
    assert!(body.frame().await.unwrap().is_ok());
    scope.assert_count(1);
    // Nothing is held while the client does not read.
    assert_eq!(desk.db.pool_status().in_use, 0);
    drop(body);
    scope.assert_count(1);
}

on_both! {
    a_list_is_one_statement_with_its_counts;
    a_list_is_written_as_csv;
    a_csv_ends_when_its_reader_goes;
}
