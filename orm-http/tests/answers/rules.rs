//! Rules of `garde` beside those of models: judged one after the other, answered in one shape.

use garde::Validate;
use orm::prelude::*;
use serde::Deserialize;

use crate::calls::{Place, call};
use crate::served::sign_up;

#[derive(Model, Debug, Clone)]
#[model(table = "members")]
pub(crate) struct Member {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i64,
    #[validate(email)]
    pub(crate) email: String,
}

#[derive(Deserialize, Validate)]
pub(crate) struct SignUp {
    #[garde(skip)]
    pub(crate) email: String,
    #[garde(length(min = 12))]
    password: String,
    #[garde(matches(password))]
    repeated: String,
    #[garde(dive)]
    friends: Vec<Friend>,
}

#[derive(Deserialize, Validate)]
pub(crate) struct Friend {
    #[garde(length(min = 1))]
    name: String,
}

async fn both_are_judged(place: Place) {
    let db = place.db().await;
    db.create_missing(orm::models![Member]).await.unwrap();
    let router = sign_up(db).await;
    let send = async |email: &str, password: &str, repeated: &str, friend: &str| {
        let body = serde_json::json!({
            "email": email, "password": password, "repeated": repeated,
            "friends": [{ "name": "Bob" }, { "name": friend }],
        });
        call("POST", "/").json(&body.to_string()).to(&router).await
    };
    let good = "correct horse";
    assert_eq!(
        send("ann@example.com", good, good, "Cleo").await.status,
        201
    );
    let body = send("nobody", "horse", "house", "").await;
    assert_eq!(body.status, 422);
    let faults = [
        ("friends[1].name", "rule"),
        ("password", "rule"),
        ("repeated", "rule"),
    ];
    assert_eq!(body.faults(), faults);
    assert!(
        !body.text.contains("horse") && !body.text.contains("house"),
        "{}",
        body.text
    );
    let row = send("nobody", good, good, "Cleo").await;
    assert_eq!((row.status, row.faults()), (422, vec![("email", "email")]));
    let none = call("POST", "/").json("{}").to(&router).await;
    assert_eq!(none.faults(), [("email", "required")]);
}

on_both! { both_are_judged; }
