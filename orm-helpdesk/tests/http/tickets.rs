//! One ticket.

use serde_json::{Value, json};

use crate::desk::Desk;

async fn a_ticket_is_written_with_all_that_belongs_to_it(desk: Desk) {
    let new = desk
        .ticket(r#"{"title":"It is slow","tags":["vpn","mac","vpn"],"details":{"os":"mac","versions":[1,null]},"body":"Since Monday."}"#)
        .await;
    assert_eq!(new.tag(), "\"0\"");
    let body = &new.body;
    assert_eq!(
        (&body["status"], &body["priority"]),
        (&json!("open"), &json!(3))
    );
    assert_eq!(body["tags"], json!(["mac", "vpn"]));
    assert_eq!(body["details"], json!({"os": "mac", "versions": [1, null]}));
    let id = &body["id"];

    let said = desk
        .json(
            "acme-bot",
            "POST",
            &format!("/tickets/{id}/comments"),
            r#"{"body":"Hello"}"#,
        )
        .await;
    assert_eq!(
        (said.status.as_u16(), &said.body["by"]),
        (201, &json!("bot"))
    );
    let read = desk
        .call("acme-ben", "GET", &format!("/tickets/{id}"))
        .await;
    let by: Vec<_> = read.body["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["by"], &it["name"], &it["body"]))
        .collect();
    assert_eq!(
        by,
        [
            (&json!("user"), &json!("Ann"), &json!("Since Monday.")),
            (&json!("bot"), &json!("Greeter"), &json!("Hello")),
        ]
    );
}

async fn what_a_client_may_not_say(desk: Desk) {
    for (body, field) in [
        (r#"{"title":"A","organisation_id":2}"#, "organisation_id"),
        (r#"{"title":"A","author_id":2}"#, "author_id"),
        (r#"{"title":"A","version":7}"#, "version"),
        (
            r#"{"title":"A","created_at":"2020-01-01T00:00:00Z"}"#,
            "created_at",
        ),
    ] {
        let answer = desk.json("acme-ann", "POST", "/tickets", body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.faults()),
            (422, vec![(field, "unknown")])
        );
    }
    let empty = desk
        .json(
            "acme-ann",
            "POST",
            "/tickets",
            r#"{"title":"","priority":9}"#,
        )
        .await;
    assert_eq!(
        (empty.status.as_u16(), empty.faults()),
        (422, vec![("title", "len"), ("priority", "max")])
    );
    // A team of somebody else, or of nobody: the same answer. Nothing was written.
    let theirs = desk.call("rival-ann", "GET", "/teams").await.body[0]["id"].clone();
    for team in [theirs, json!(987_654)] {
        let body = json!({"title": "A", "team_id": team}).to_string();
        let answer = desk.json("acme-ann", "POST", "/tickets", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.faults()),
            (422, vec![("team_id", "exists")])
        );
    }
    let long = json!({"title": "A", "tags": ["x".repeat(41)]}).to_string();
    let long = desk.json("acme-ann", "POST", "/tickets", &long).await;
    assert_eq!(
        (long.status.as_u16(), long.faults()),
        (422, vec![("word", "len")])
    );
    assert_eq!(
        desk.call("acme-ann", "GET", "/tickets").await.body["total"],
        0
    );
}

async fn who_asks_is_known_and_sees_their_own(desk: Desk) {
    for who in ["", "nobody", "acme-ann "] {
        let answer = desk.call(who, "GET", "/tickets").await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["www-authenticate"]),
            (401, &"Bearer".parse().unwrap())
        );
    }
    let id = desk.ticket(r#"{"title":"Ours"}"#).await.body["id"].clone();
    for (method, address) in [
        ("GET", format!("/tickets/{id}")),
        ("DELETE", format!("/tickets/{id}")),
        ("POST", format!("/tickets/{id}/restore")),
        ("GET", format!("/tickets/{id}/files/a")),
        ("PUT", format!("/tickets/{id}/files/a")),
    ] {
        let answer = desk.call("rival-ann", method, &address).await;
        assert_eq!(answer.status, 404, "{method} {address}");
    }
    let said = desk
        .json(
            "rival-ann",
            "POST",
            &format!("/tickets/{id}/comments"),
            r#"{"body":"Hi"}"#,
        )
        .await;
    assert_eq!(said.status, 404);
    let patch = desk
        .matching(
            "rival-ann",
            "PATCH",
            &format!("/tickets/{id}"),
            Some("*"),
            "{}",
        )
        .await;
    assert_eq!(patch.status, 404);
    assert_eq!(
        desk.call("rival-ann", "GET", "/tickets").await.body["total"],
        0
    );
    assert_eq!(
        desk.call("rival-ann", "GET", &format!("/tickets/{id}/history"))
            .await
            .body,
        json!([])
    );
}

async fn a_change_says_what_it_has_read(desk: Desk) {
    let new = desk
        .ticket(r#"{"title":"Slow","details":{"a":1},"tags":["vpn"]}"#)
        .await;
    let address = format!("/tickets/{}", new.body["id"]);
    let blind = desk
        .json("acme-ann", "PATCH", &address, r#"{"title":"B"}"#)
        .await;
    assert_eq!(blind.status, 428);

    let changed = desk
        .matching(
            "acme-ann",
            "PATCH",
            &address,
            Some("\"0\""),
            r#"{"title":"B","status":"waiting"}"#,
        )
        .await;
    assert_eq!(
        (changed.status.as_u16(), changed.tag()),
        (200, "\"1\""),
        "{}",
        changed.text
    );
    // What was missing stays.
    assert_eq!(
        (&changed.body["details"], &changed.body["tags"]),
        (&json!({"a": 1}), &json!(["vpn"]))
    );
    let late = desk
        .matching(
            "acme-ben",
            "PATCH",
            &address,
            Some("\"0\""),
            r#"{"title":"C"}"#,
        )
        .await;
    assert_eq!(late.status, 412);

    let cleared = r#"{"details":null,"tags":[]}"#;
    let cleared = desk
        .matching("acme-ann", "PATCH", &address, Some("\"1\""), cleared)
        .await;
    assert_eq!(
        (&cleared.body["details"], &cleared.body["tags"]),
        (&Value::Null, &json!([]))
    );
    let null = desk
        .matching(
            "acme-ann",
            "PATCH",
            &address,
            Some("*"),
            r#"{"title":null}"#,
        )
        .await;
    assert_eq!(
        (null.status.as_u16(), null.faults()),
        (422, vec![("title", "type")])
    );
}

async fn a_deleted_ticket_can_be_brought_back(desk: Desk) {
    let new = desk.ticket(r#"{"title":"Slow","body":"Hi"}"#).await;
    let id = &new.body["id"];
    let address = format!("/tickets/{id}");
    assert_eq!(
        desk.matching("acme-ann", "DELETE", &address, Some("\"9\""), "")
            .await
            .status,
        412
    );
    assert_eq!(desk.call("acme-ann", "DELETE", &address).await.status, 204);
    assert_eq!(desk.call("acme-ann", "GET", &address).await.status, 404);
    assert_eq!(desk.call("acme-ann", "DELETE", &address).await.status, 404);
    let back = desk
        .call("acme-ann", "POST", &format!("{address}/restore"))
        .await;
    assert_eq!(
        (back.status.as_u16(), &back.body["comments"][0]["body"]),
        (200, &json!("Hi"))
    );
    assert_eq!(
        desk.call("acme-ann", "POST", &format!("{address}/restore"))
            .await
            .status,
        404
    );
    let history = desk
        .call("acme-ben", "GET", &format!("{address}/history"))
        .await;
    let done: Vec<_> = history
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect();
    assert_eq!(done, ["created", "deleted", "restored"]);
}

async fn files_are_kept_and_given_back(desk: Desk) {
    let new = desk.ticket(r#"{"title":"Slow"}"#).await;
    let address = format!("/tickets/{}/files/log.html", new.body["id"]);
    for (status, content) in [(201, "<script>"), (204, "<b>")] {
        let mut request = desk.request("acme-ann", "PUT", &address);
        *request.body_mut() = content.into();
        assert_eq!(desk.send(request).await.status, status);
    }
    let file = desk.call("acme-ann", "GET", &address).await;
    assert_eq!((file.status.as_u16(), &*file.text), (200, "<b>"));
    assert_eq!(file.headers["content-type"], "application/octet-stream");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    let read = desk
        .call("acme-ann", "GET", &format!("/tickets/{}", new.body["id"]))
        .await;
    assert_eq!(read.body["files"], json!([{"name": "log.html", "size": 3}]));
    let mut large = desk.request("acme-ann", "PUT", &address);
    *large.body_mut() = vec![0_u8; 3_000_000].into();
    assert_eq!(desk.send(large).await.status, 413);
}

on_both! {
    a_ticket_is_written_with_all_that_belongs_to_it;
    what_a_client_may_not_say;
    who_asks_is_known_and_sees_their_own;
    a_change_says_what_it_has_read;
    a_deleted_ticket_can_be_brought_back;
    files_are_kept_and_given_back;
}
