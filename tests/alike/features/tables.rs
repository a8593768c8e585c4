//! What a model can say of its table.

use chrono::{NaiveDate, Utc};
use orm::prelude::*;
use orm::query::Query;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Ground, Group, group};

/// The tables are made, or are not: of a model that does not fit, a query says the same
/// in the words of the model.
async fn made<M: Model>(on: &Ground, models: orm::ddl::Models) -> orm::Result<()> {
    match on.db.create_missing(models).await {
        Ok(report) => assert!(report.differences.is_empty(), "{report}"),
        Err(error) if error.is_unsupported() => {
            Query::<M>::new().count(&on.db).await?;
            return Err(error);
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

#[derive(Model, Debug, Clone)]
struct Parent {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[association(
    belongs_to,
    as = "parent",
    foreign_key = "parent_id",
    on_delete = "cascade",
    on_update = "cascade",
    one_sided
)]
struct Child {
    #[column(primary_key)]
    a: i32,
    #[column(primary_key)]
    b: i32,
    parent_id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(unique(columns = (a, b)), comment = "Of numbers", check(expression = "a < b"))]
struct Constrained {
    #[column(primary_key)]
    id: i32,
    a: i32,
    b: i32,
    #[column(generated = "a + b")]
    sum: i32,
    #[column(unique, check = "length(word) > 0")]
    word: String,
}

#[derive(Model, Debug, Clone)]
#[model(timestamps)]
struct Defaulted {
    #[column(primary_key)]
    #[column(default_sql = "gen_random_uuid()")]
    id: uuid::Uuid,
    #[column(default = 7)]
    number: i32,
    #[column(default_sql = "now()")]
    made: DateTime<Utc>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone)]
#[model(schema = "elsewhere")]
struct InSchema {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "sqlite_things")]
struct Reserved {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
struct ByCase {
    #[column(primary_key)]
    id: i32,
    name: String,
    #[column(name = "Name")]
    other: String,
}

#[derive(Model, Debug, Clone)]
struct Numbered {
    #[column(primary_key)]
    id: String,
    #[column(identity)]
    number: i64,
}

#[derive(Model, Debug, Clone)]
struct GeneratedKey {
    half: i32,
    #[column(primary_key, generated = "half * 2")]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(unique(columns = (a, b), nulls_not_distinct))]
struct NullsAlike {
    #[column(primary_key)]
    id: i32,
    a: Option<i32>,
    b: Option<i32>,
}

#[derive(Model, Debug, Clone)]
#[model(unique(columns = (a, b), deferrable))]
struct UniqueLate {
    #[column(primary_key)]
    id: i32,
    a: i32,
    b: i32,
}

#[derive(Model, Debug, Clone)]
#[model(exclude(columns = (room with =), method = btree))]
struct Apart {
    #[column(primary_key)]
    id: i32,
    room: i32,
}

#[derive(Model, Debug, Clone)]
struct IndexedRoomy {
    #[column(primary_key)]
    id: i32,
    #[column(index(storage(fillfactor = 70)))]
    room: i32,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "parent", model = Parent, match_full, one_sided)]
struct Whole {
    #[column(primary_key)]
    id: i32,
    parent_id: Option<i32>,
}

#[derive(Model, Debug, Clone)]
struct Collated {
    #[column(primary_key)]
    id: i32,
    #[column(collation = "C")]
    name: String,
}

#[derive(Model, Debug, Clone)]
struct Counting {
    #[column(primary_key, identity(start = 1000, increment = 10))]
    id: i32,
}

#[derive(Model, Debug, Clone)]
struct Asking {
    #[column(primary_key)]
    id: i32,
    #[column(sequence(name = "numbers"))]
    number: i64,
}

#[derive(Model, Debug, Clone)]
#[model(unlogged)]
struct Unlogged {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(storage(fillfactor = 70))]
struct Roomy {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(partition_by(hash = id))]
struct Partitioned {
    #[column(primary_key)]
    id: i32,
}

/// Of texts: a model with a column of vectors is told of the column first.
macro_rules! of_vectors {
    ($($model:ident $method:ident)*) => {$(
        #[derive(Model, Debug, Clone)]
        #[model(index(expression = "CAST(numbers AS vector(2))", method = $method, ops = "vector_l2_ops"))]
        struct $model {
            #[column(primary_key)]
            id: i32,
            numbers: String,
        }
    )*};
}

#[derive(Model, Debug, Clone)]
struct Pictured {
    #[column(primary_key)]
    id: i32,
    seen: Vector<2>,
}

of_vectors! {
    Hnsw hnsw
    IvfFlat ivfflat
}

macro_rules! indexed {
    ($($model:ident #[$($attribute:tt)*])*) => {$(
        #[derive(Model, Debug, Clone)]
        #[$($attribute)*]
        struct $model {
            #[column(primary_key)]
            id: i32,
            n: i32,
            title: String,
            document: Value,
        }
    )*};
}

indexed! {
    Indexed #[model(index(columns = (title, n desc)))]
    IndexedPart #[model(index(columns = (n), name = "indexed_part", where = "n > 0"))]
    IndexedExpression #[model(index(expression = "lower(title)"))]
    IndexedNulls #[model(index(columns = (n nulls last), name = "nulls_last"))]
    Hash #[model(index(columns = (n), method = hash))]
    Gin #[model(index(columns = (document), method = gin))]
    Gist #[model(index(expression = "int4range(n, n + 1)", name = "gist", method = gist))]
    SpGist #[model(index(columns = (title), method = spgist))]
    Brin #[model(index(columns = (n), method = brin))]
    Including #[model(index(columns = (title), name = "including", include = (n)))]
    Operators #[model(index(columns = (title), name = "operators", ops = "text_pattern_ops"))]
}

#[derive(Model, Debug, Clone)]
#[association(
    belongs_to,
    as = "parent",
    foreign_key = "parent_id",
    deferrable = "initially_deferred",
    one_sided
)]
struct Deferred {
    #[column(primary_key)]
    id: i32,
    parent_id: i32,
}

#[derive(Model, Debug, Clone)]
#[association(
    belongs_to,
    as = "parent",
    foreign_key = "parent_id",
    on_delete = "set_default",
    one_sided
)]
struct Fallback {
    #[column(primary_key)]
    id: i32,
    #[column(default = 1)]
    parent_id: i32,
}

macro_rules! checked {
    ($($model:ident $check:literal)*) => {$(
        #[derive(Model, Debug, Clone)]
        #[model(check(expression = $check))]
        struct $model {
            #[column(primary_key)]
            id: i32,
            n: i32,
            title: String,
            day: NaiveDate,
            #[column(numeric(10, 2))]
            price: Decimal,
        }
    )*};
}

checked! {
    CastByColons "title::text <> ''"
    OfArray "ARRAY[n] <> ARRAY[0]"
    OfOperator "title ~ '^[A-Z]'"
    OfTyped "day > date '2000-01-01'"
    OfFunction "left(title, 1) <> ''"
    OfTime "day < current_date + 1"
    OfDecimals "price * 2 > 1"
}

async fn schema(on: &Ground) {
    if on.db.backend() == orm::schema::Backend::Postgres {
        let _ = on.db.executor().batch("CREATE SCHEMA elsewhere").await;
    }
}

pub(super) fn group() -> Group {
    group! { "Tables";
        "keys that are numbered, of several columns, to other tables with actions": |on| made::<Child>(on, orm::models![Parent, Child]).await;
        "unique constraints, checks, generated columns": |on| made::<Constrained>(on, orm::models![Constrained]).await;
        "defaults, `gen_random_uuid()`, `now()`, `timestamps`": |on| {
            made::<Defaulted>(on, orm::models![Defaulted]).await?;
            let row = Defaulted::create().save(&on.db).await?;
            assert_eq!(row.number, 7);
            Ok(())
        };
        "keys checked at COMMIT, `deferrable`": |on| made::<Deferred>(on, orm::models![Parent, Deferred]).await;
        "`on_delete = \"set_default\"`": |on| made::<Fallback>(on, orm::models![Parent, Fallback]).await;
        "a schema": |on| {
            schema(on).await;
            made::<InSchema>(on, orm::models![InSchema]).await
        };
        "names that begin with `sqlite_`": |on| made::<Reserved>(on, orm::models![Reserved]).await;
        "columns whose names differ by case alone": |on| made::<ByCase>(on, orm::models![ByCase]).await;
        "numbers for a column that is not the key": |on| made::<Numbered>(on, orm::models![Numbered]).await;
        "a generated primary key": |on| made::<GeneratedKey>(on, orm::models![GeneratedKey]).await;
        "`nulls_not_distinct`": |on| made::<NullsAlike>(on, orm::models![NullsAlike]).await;
        "unique constraints checked at COMMIT, `deferrable`": |on| made::<UniqueLate>(on, orm::models![UniqueLate]).await;
        "exclusion constraints, `exclude(..)`": |on| {
            made::<Apart>(on, orm::models![Apart]).await?;
            Apart::create().id(1).room(1).save(&on.db).await?;
            let again = Apart::create().id(2).room(1).save(&on.db).await;
            let says = |error: &orm::Error| error.is_exclusion_violation() && error.fields() == ["room"];
            assert!(again.as_ref().is_err_and(says), "{again:?}");
            Ok(())
        };
        "storage parameters of indexes": |on| made::<IndexedRoomy>(on, orm::models![IndexedRoomy]).await;
        "`match_full`": |on| made::<Whole>(on, orm::models![Parent, Whole]).await;
        "`collation`": |on| made::<Collated>(on, orm::models![Collated]).await;
        "numbers with options, `identity(start = ..)`": |on| made::<Counting>(on, orm::models![Counting]).await;
        "a sequence for several columns, `sequence(..)`": |on| made::<Asking>(on, orm::models![Asking]).await;
        "`unlogged`": |on| made::<Unlogged>(on, orm::models![Unlogged]).await;
        "storage parameters, `storage(..)`": |on| made::<Roomy>(on, orm::models![Roomy]).await;
        "partitions, `partition_by(..)`": |on| made::<Partitioned>(on, orm::models![Partitioned]).await;
        "indexes, `unique`, `desc`": |on| made::<Indexed>(on, orm::models![Indexed]).await;
        "indexes of a part of the rows": |on| made::<IndexedPart>(on, orm::models![IndexedPart]).await;
        "indexes of an expression": |on| made::<IndexedExpression>(on, orm::models![IndexedExpression]).await;
        "indexes with another place of NULLs": |on| made::<IndexedNulls>(on, orm::models![IndexedNulls]).await;
        "`method = hash`": |on| made::<Hash>(on, orm::models![Hash]).await;
        "`method = gin`": |on| made::<Gin>(on, orm::models![Gin]).await;
        "`method = gist`": |on| made::<Gist>(on, orm::models![Gist]).await;
        "`method = spgist`": |on| made::<SpGist>(on, orm::models![SpGist]).await;
        "`method = brin`": |on| made::<Brin>(on, orm::models![Brin]).await;
        "columns of vectors, `Vector<N>`": |on| {
            if super::queries::vectors(&on.db).await? {
                made::<Pictured>(on, orm::models![Pictured]).await?;
            }
            Ok(())
        };
        "`method = hnsw`, for vectors": |on| {
            if super::queries::vectors(&on.db).await? {
                made::<Hnsw>(on, orm::models![Hnsw]).await?;
            }
            Ok(())
        };
        "`method = ivfflat`, for vectors": |on| {
            if super::queries::vectors(&on.db).await? {
                made::<IvfFlat>(on, orm::models![IvfFlat]).await?;
            }
            Ok(())
        };
        "`include` of an index": |on| made::<Including>(on, orm::models![Including]).await;
        "`ops` of an index": |on| made::<Operators>(on, orm::models![Operators]).await;
        "`::` in SQL of a model": |on| made::<CastByColons>(on, orm::models![CastByColons]).await;
        "arrays in SQL of a model": |on| made::<OfArray>(on, orm::models![OfArray]).await;
        "operators of PostgreSQL's in SQL of a model": |on| made::<OfOperator>(on, orm::models![OfOperator]).await;
        "`date '..'` in SQL of a model": |on| made::<OfTyped>(on, orm::models![OfTyped]).await;
        "functions of PostgreSQL's in SQL of a model": |on| made::<OfFunction>(on, orm::models![OfFunction]).await;
        "the time in a check": |on| made::<OfTime>(on, orm::models![OfTime]).await;
        "arithmetic with decimals in a check": |on| made::<OfDecimals>(on, orm::models![OfDecimals]).await;
    }
}
