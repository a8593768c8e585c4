//! Columns of `secrecy`: secrets are stored, found by equality and read, and stand in no text
//! that a program writes by itself.

use orm::error::ErrorKind;
use orm::prelude::*;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, serde::Serialize)]
#[model(table = "accounts")]
#[association(has_many, as = "keys", model = ApiKey, foreign_key = "account_id")]
struct Account {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(varchar(60))]
    #[validate(len(min = 8))]
    #[serde(skip_serializing)]
    password_hash: SecretString,
    #[serde(skip_serializing)]
    recovery: Option<SecretString>,
}

#[derive(DbType, Debug, Clone)]
struct Token(SecretString);

#[derive(Model, Debug, Clone)]
#[model(table = "api_keys")]
#[association(belongs_to, as = "account", model = Account, foreign_key = "account_id")]
struct ApiKey {
    #[column(primary_key, auto_increment)]
    id: i32,
    account_id: i32,
    #[column(unique)]
    token: Token,
    salt: Option<SecretSlice<u8>>,
}

const SECRET: &str = "correct horse";

async fn place() -> Test<Place> {
    with_models(orm::models![Account, ApiKey]).await
}

fn token(text: &str) -> Token {
    Token(text.into())
}

#[tokio::test]
async fn they_come_back_as_they_went() -> Test {
    let place = place().await?;
    let db = &place.db;
    let account = Account::create().password_hash(SECRET).save(db).await?;
    assert_eq!(account.password_hash.expose_secret(), SECRET);
    assert!(account.recovery.is_none());
    let changed = account
        .update()
        .set(Account::password_hash, SecretString::from("battery staple"))
        .set(Account::recovery, "blue door".to_owned())
        .save(db)
        .await?;
    let read = Account::find(changed.id).one(db).await?;
    assert_eq!(read.password_hash.expose_secret(), "battery staple");
    let recovery = read.recovery.ok_or("it has one")?;
    assert_eq!(recovery.expose_secret(), "blue door");

    let keys = ["a1", "b2"].map(|text| {
        let key = ApiKey::create().account_id(account.id).token(token(text));
        key.salt(&[0_u8, 255][..])
    });
    ApiKey::create_many(keys).save(db).await?;
    let found = ApiKey::find_by(ApiKey::token, token("b2")).one(db).await?;
    let salt = found.salt.as_ref().ok_or("it has one")?;
    assert_eq!(salt.expose_secret(), [0, 255]);
    let listed = ApiKey::token.in_([token("a1"), token("c3")]);
    assert_eq!(ApiKey::query().filter(listed).count(db).await?, 1);
    let loaded = Account::query().include(Account::keys).all(db).await?;
    assert_eq!(loaded[0].keys.len(), 2);
    Ok(())
}

/// Whatever a program prints, answers or writes down by itself.
#[tokio::test]
async fn nothing_tells_them() -> Test {
    let place = place().await?;
    let db = &place.db;
    let new = Account::create().password_hash(SECRET).recovery(SECRET);
    let account = new.save(db).await?;
    let key = || ApiKey::create().account_id(account.id).token(token(SECRET));
    key().save(db).await?;
    let taken = key().save(db).await.unwrap_err();
    assert!(taken.is_unique_violation(), "{taken}");
    let short = Account::create().password_hash("horse").save(db).await;
    let short = short.unwrap_err();
    assert!(short.is_validation(), "{short}");
    let long = Account::create()
        .password_hash(SECRET.repeat(9))
        .save(db)
        .await;
    let long = long.unwrap_err();
    let missing = ApiKey::find_by(ApiKey::token, token("no horse"))
        .one(db)
        .await;
    let missing = missing.unwrap_err();
    let query = ApiKey::query().filter(ApiKey::token.eq(token(SECRET)));
    let loaded = Account::query().include(Account::keys).one(db).await?;
    let written = [
        format!("{account:?} {:?}", key()),
        format!("{query:?} {:#?}", query.to_sql()),
        format!("{loaded:?}"),
        serde_json::to_string(&account)?,
        format!("{:?}", account.update().set(Account::password_hash, SECRET)),
        place.log.statements().join("\n"),
        format!("{taken} {taken:?} {short} {short:?} {long} {long:?} {missing} {missing:?}"),
    ];
    for text in written {
        assert!(!text.contains("horse"), "{text}");
    }
    Ok(())
}

/// A cursor shows the values that rows are sorted by to whoever takes it apart.
#[tokio::test]
async fn no_cursor_is_made_of_one() -> Test {
    let place = place().await?;
    let by_secret = Account::query().order_by(Account::password_hash);
    let error = by_secret.page(5).fetch(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let words = "cannot be sorted by a secret, which would stand in its cursors";
    assert!(error.to_string().contains(words), "{error}");
    Ok(())
}
