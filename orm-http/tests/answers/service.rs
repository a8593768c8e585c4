//! The example, asked as a client asks it.

use serde_json::{Value, json};

use crate::calls::{Place, call};
use crate::notes::Note;
use crate::served::{Service, notes};

async fn service(place: &Place) -> Service {
    let db = place.db().await;
    db.create_missing(orm::models![Note]).await.unwrap();
    notes(db).await
}

async fn a_note_is_written_read_changed_and_removed(place: Place) {
    let router = service(&place).await;
    let new = call("POST", "/notes")
        .json(r#"{"title":"Milk","folder":"shop"}"#)
        .to(&router)
        .await;
    assert_eq!(
        (new.status, &new.headers["etag"]),
        (201, &"\"0\"".to_owned())
    );
    let id = &new.body["id"];
    let address = format!("/notes/{id}");

    let read = call("GET", &address).to(&router).await;
    assert_eq!((read.status, &read.body), (200, &new.body));

    let moved = call("PATCH", &address)
        .header("if-match", "\"0\"")
        .json(r#"{"folder":null}"#);
    let moved = moved.to(&router).await;
    assert_eq!(
        (moved.status, &moved.headers["etag"]),
        (200, &"\"1\"".to_owned())
    );
    assert_eq!(
        moved.body,
        json!({"id": id, "title": "Milk", "folder": null, "version": 1})
    );

    let late = call("PATCH", &address)
        .header("if-match", "\"0\"")
        .json(r#"{"title":"Oats"}"#);
    assert_eq!(late.to(&router).await.status, 412);
    let weak = call("DELETE", &address).header("if-match", "W/\"1\"");
    assert_eq!(weak.to(&router).await.status, 412);
    let wrong = call("DELETE", &address).header("if-match", "1");
    assert_eq!(wrong.to(&router).await.status, 400);

    let same = call("PATCH", &address).json("{}").to(&router).await;
    assert_eq!((same.status, &same.body["version"]), (200, &Value::from(1)));

    let gone = call("DELETE", &address)
        .header("if-match", "\"0\", \"1\"")
        .to(&router)
        .await;
    assert_eq!((gone.status, &*gone.text), (204, ""));
    assert_eq!(call("GET", &address).to(&router).await.status, 404);
    assert_eq!(
        call("PATCH", &address).json("{}").to(&router).await.status,
        404
    );
}

async fn what_a_client_may_not_say(place: Place) {
    let router = service(&place).await;
    let own_id = call("POST", "/notes")
        .json(r#"{"title":"Milk","id":7}"#)
        .to(&router)
        .await;
    assert_eq!(
        (own_id.status, own_id.faults()),
        (422, vec![("id", "unknown")])
    );
    let empty = call("POST", "/notes")
        .json(r#"{"title":""}"#)
        .to(&router)
        .await;
    assert_eq!(
        (empty.status, empty.faults()),
        (422, vec![("title", "len")])
    );
    let null = call("PATCH", "/notes/1")
        .json(r#"{"title":null}"#)
        .to(&router)
        .await;
    assert_eq!((null.status, null.faults()), (422, vec![("title", "type")]));
    assert_eq!(call("GET", "/elsewhere").to(&router).await.status, 404);
    assert_eq!(call("PUT", "/notes").to(&router).await.status, 405);
}

async fn an_import_is_all_or_nothing(place: Place) {
    let router = service(&place).await;
    let all = call("POST", "/folders/shop")
        .json(r#"["Milk","Oats"]"#)
        .to(&router)
        .await;
    assert_eq!((all.status, &all.body), (200, &Value::from(2)));
    let twice = call("POST", "/folders/shop")
        .json(r#"["Bread","Milk"]"#)
        .to(&router)
        .await;
    assert_eq!(twice.status, 409);
    let mut faults = twice.faults();
    faults.sort_unstable();
    assert_eq!(faults, [("folder", "unique"), ("title", "unique")]);
    let list = call("GET", "/notes?folder=shop&order=title")
        .to(&router)
        .await;
    assert_eq!(
        (&list.body["total"], &list.body["rows"][0]["title"]),
        (&2.into(), &"Milk".into())
    );
}

on_both! {
    a_note_is_written_read_changed_and_removed;
    what_a_client_may_not_say;
    an_import_is_all_or_nothing;
}
