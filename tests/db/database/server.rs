//! Databases of a server.

use std::error::Error;

use orm::prelude::*;
use orm_testkit::{Template, TestDatabase};

use super::{SHOP, Test};

pub(super) async fn run(database: &TestDatabase, sql: &str) -> Test {
    Ok(database.connect().await?.batch_execute(sql).await?)
}

pub(super) async fn empty_shop() -> Test<TestDatabase> {
    static TEMPLATE: Template = Template::new();
    copy_of(&TEMPLATE, "").await
}

pub(super) async fn shop(rows: &'static str) -> Test<TestDatabase> {
    static TEMPLATE: Template = Template::new();
    copy_of(&TEMPLATE, rows).await
}

async fn copy_of(template: &Template, rows: &'static str) -> Test<TestDatabase> {
    let prepare = async |url: String| -> Result<(), Box<dyn Error + Send + Sync>> {
        let db = Db::connect(Config::from_url(&url)?).await?;
        db.create_missing(SHOP).await?;
        for statement in rows.split_inclusive(';').filter(|it| it.contains(';')) {
            orm::raw::raw_sql(statement).execute(&db).await?;
        }
        db.close().await;
        Ok(())
    };
    Ok(template.database(prepare).await?)
}
