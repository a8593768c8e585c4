//! Teams.

use serde_json::json;

use crate::desk::Desk;

async fn leads_say_who_is_in_a_team(desk: Desk) {
    let teams = desk.call("acme-ann", "GET", "/teams").await;
    let team = &teams.body[0];
    assert_eq!(
        (&team["name"], &team["members"][0]["role"]),
        (&json!("Support"), &json!("lead"))
    );
    let ann = team["members"][0]["id"].as_i64().unwrap();
    let ben = format!("/teams/{}/members/{}", team["id"], ann + 1);

    let himself = desk
        .json("acme-ben", "PUT", &ben, r#"{"role":"lead"}"#)
        .await;
    assert_eq!(himself.status, 403);
    assert_eq!(
        desk.json("acme-bot", "PUT", &ben, r#"{"role":"lead"}"#)
            .await
            .status,
        403
    );
    assert_eq!(
        desk.json("rival-ann", "PUT", &ben, r#"{"role":"lead"}"#)
            .await
            .status,
        404
    );
    let king = desk
        .json("acme-ann", "PUT", &ben, r#"{"role":"king"}"#)
        .await;
    assert_eq!(
        (king.status.as_u16(), king.faults()),
        (422, vec![("role", "type")])
    );

    for role in ["member", "lead"] {
        let body = json!({ "role": role }).to_string();
        assert_eq!(desk.json("acme-ann", "PUT", &ben, &body).await.status, 204);
        let teams = desk.call("acme-ben", "GET", "/teams").await;
        assert_eq!(teams.body[0]["members"][1]["role"], role);
    }
    assert_eq!(desk.call("acme-ann", "DELETE", &ben).await.status, 204);
    assert_eq!(desk.call("acme-ann", "DELETE", &ben).await.status, 409);
    let teams = desk.call("acme-ann", "GET", "/teams").await;
    assert_eq!(teams.body[0]["members"].as_array().unwrap().len(), 1);
}

on_both! {
    leads_say_who_is_in_a_team;
}
