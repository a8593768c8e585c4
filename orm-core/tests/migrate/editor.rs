//! Every operation of the schema editor, and back.

use orm_core::Result;
use orm_core::migrate::{
    Column, ColumnType, ForeignKey, Index, Migration, Migrator, NewEnumValue, SchemaEditor, Table,
    Undo,
};
use orm_core::schema::{Action, IndexMethod, SqlType};

use crate::support::{ask, database};

struct Shop;

impl Migration for Shop {
    fn name(&self) -> &str {
        "20240101000000-shop"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.create_enum("state", ["new", "it's"]).await?;
        schema.rename_enum_value("state", "it's", "paid").await?;
        schema
            .create_table(
                Table::new("Order \"x\"")
                    .column(Column::new("id", SqlType::Int4).identity().primary_key())
                    .column(Column::new("email", SqlType::Varchar(Some(255))).unique())
                    .column(Column::new("state", ColumnType::named("state")).default("paid"))
                    .check_raw("order_id_check", "id > 0"),
            )
            .await?;
        schema.rename_table("Order \"x\"", "orders").await?;
        let items = Table::new("items")
            .column(Column::new("order_id", SqlType::Int4))
            .column(Column::new("n", SqlType::Int4).default(0))
            .primary_key(["order_id", "n"])
            .foreign_key(
                ForeignKey::new(["order_id"], "orders", ["id"]).on_delete(Action::Cascade),
            );
        schema.create_table(items).await
    }

    async fn down(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.drop_table("items").await?;
        schema.drop_table("orders").await?;
        schema.drop_enum("state").await
    }
}

struct Changes;

impl Migration for Changes {
    fn name(&self) -> &str {
        "20240102000000-changes"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.rename_enum("state", "order_state").await?;
        schema
            .add_enum_value("order_state", "sent", NewEnumValue::Before("paid"))
            .await?;
        schema
            .add_column("orders", Column::new("note", SqlType::Text).nullable())
            .await?;
        schema.rename_column("orders", "note", "remark").await?;
        schema
            .set_type("orders", "remark", SqlType::Varchar(Some(10)))
            .await?;
        schema
            .set_default("orders", "remark", r"it's \ fine")
            .await?;
        schema.set_not_null("orders", "remark").await?;
        schema
            .set_type_using_raw("items", "n", SqlType::Int8, "n + 1")
            .await?;
        schema.set_default_raw("items", "n", "1 + 1").await?;
        schema.add_unique("orders", ["remark", "state"]).await?;
        schema
            .add_check_not_valid_raw("items", "items_n_check", "n > 0")
            .await?;
        schema.validate_constraint("items", "items_n_check").await?;
        schema
            .drop_constraint("items", "items_order_id_fkey")
            .await?;
        let key = ForeignKey::new(["order_id"], "orders", ["id"])
            .name("to_order")
            .not_valid();
        schema.add_foreign_key("items", key).await?;
        schema.validate_constraint("items", "to_order").await?;
        let partial = Index::on("orders", ["remark"])
            .name("remark_idx")
            .filter_raw("id > 10");
        schema.add_index(partial.include(["email"])).await?;
        let hash = Index::on("orders", [])
            .part_raw("lower(email)")
            .method(IndexMethod::Hash);
        schema.add_index(hash.name("email_idx")).await?;
        schema
            .add_index(Index::on("items", ["n"]).unique().name("items_n_key"))
            .await?;
        schema
            .add_unique_using_index("items", "items_n_unique", "items_n_key")
            .await?;
        schema.add_check_raw("items", "small", "n < 100").await
    }

    async fn down(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.drop_constraint("items", "small").await?;
        schema.drop_constraint("items", "items_n_unique").await?;
        schema.drop_index("email_idx").await?;
        schema.drop_index(("public", "remark_idx")).await?;
        schema.drop_not_null("orders", "remark").await?;
        schema.drop_default("orders", "remark").await?;
        schema.drop_column("orders", "remark").await
    }
}

#[tokio::test]
async fn every_operation_does_what_it_says() {
    let (database, config) = database().await;
    let migrator = Migrator::new().with(Shop).with(Changes);
    migrator.up(&config).await.unwrap();
    let client = database.connect().await.unwrap();
    let remark = "SELECT format_type(atttypid, atttypmod) || '|' || attnotnull || '|' \
         || pg_get_expr(adbin, adrelid) FROM pg_attribute JOIN pg_attrdef \
         ON adrelid = attrelid AND adnum = attnum WHERE attname = 'remark'";
    assert_eq!(
        ask(&client, remark).await.as_deref(),
        Some(r"character varying(10)|true|'it''s \ fine'::character varying")
    );
    let labels = "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum";
    assert_eq!(ask(&client, labels).await.as_deref(), Some("new,sent,paid"));
    let constraints = "SELECT string_agg(conname, ',' ORDER BY conname COLLATE \"C\") \
         FROM pg_constraint WHERE conrelid = 'items'::regclass AND contype <> 'n'";
    assert_eq!(
        ask(&client, constraints).await.as_deref(),
        Some("items_n_check,items_n_unique,items_pkey,small,to_order")
    );
    let indexes = "SELECT string_agg(indexdef, E'\\n' ORDER BY indexname) FROM pg_indexes \
         WHERE indexname IN ('remark_idx', 'email_idx')";
    assert_eq!(
        ask(&client, indexes).await.as_deref(),
        Some(
            "CREATE INDEX email_idx ON public.orders USING hash (lower((email)::text))\n\
             CREATE INDEX remark_idx ON public.orders USING btree (remark) INCLUDE (email) \
             WHERE (id > 10)"
        )
    );
}

#[tokio::test]
async fn the_way_back_leaves_nothing() {
    let (database, config) = database().await;
    let migrator = Migrator::new().with(Shop);
    migrator.up(&config).await.unwrap();
    migrator.undo(&config, &Undo::All).await.unwrap();
    let client = database.connect().await.unwrap();
    let left = "SELECT string_agg(relname, ',') FROM pg_class \
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    assert_eq!(ask(&client, left).await.as_deref(), Some("orm_migrations"));
}
