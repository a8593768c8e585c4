#!/bin/sh
# How long generated projects take to compile: models with 6 columns, 2
# associations and 3 queries each, for `orm` and for plain structs with
# hand-written decoding. Dependencies are built before the clock starts.
#
#     orm-bench/compile-time.sh [MODELS]...      (default: 10 50)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=${WORK:-$(mktemp -d)}
export CARGO_TARGET_DIR="$work/target"

manifest() { # kind
    mkdir -p "$work/$1/src"
    {
        printf '[package]\nname = "compile-%s"\nversion = "0.1.0"\nedition = "2024"\n' "$1"
        printf '[workspace]\n[profile.dev]\ndebug = "line-tables-only"\n[dependencies]\n'
        printf 'tokio = { version = "1", features = ["rt-multi-thread", "macros"] }\n'
        printf 'chrono = { version = "0.4", default-features = false, features = ["std", "clock"] }\n'
        case $1 in
            orm) printf 'orm = { path = "%s" }\n' "$root" ;;
            plain)
                printf 'tokio-postgres = { version = "0.7", features = ["with-chrono-0_4"] }\n'
                printf 'deadpool-postgres = "0.14"\n'
                ;;
        esac
    } > "$work/$1/Cargo.toml"
    cp "$root/Cargo.lock" "$work/$1/Cargo.lock"
}

# Model i has many of model i+1 and belongs to model i-1, in a circle.
orm_model() { # i previous next
    cat <<MODEL
use orm::prelude::*;
use super::m$2::M$2;
use super::m$3::M$3;

#[derive(Model, Debug, Clone)]
#[model(table = "m$1", timestamps)]
#[association(belongs_to, as = "parent", model = M$2, foreign_key = "m$2_id")]
#[association(has_many, as = "children", model = M$3, foreign_key = "m$1_id")]
pub struct M$1 {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub m$2_id: i32,
    #[column(varchar(150))]
    pub name: String,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub async fn find(db: &Db, id: i32) -> orm::Result<M$1> {
    M$1::find(id).one(db).await
}

pub async fn named(db: &Db, name: &str) -> orm::Result<Vec<M$1>> {
    M$1::query().filter(M$1::name.eq(name)).order_by(M$1::id.desc()).limit(20).all(db).await
}

pub async fn children(db: &Db, id: i32) -> orm::Result<usize> {
    let row = M$1::find(id).include(M$1::children).one(db).await?;
    Ok(row.children.len())
}
MODEL
}

plain_model() { # i previous next
    cat <<MODEL
use chrono::{DateTime, Utc};
use deadpool_postgres::Pool;
use tokio_postgres::Row;
use super::m$3::M$3;
use crate::Failure;

#[derive(Debug, Clone)]
pub struct M$1 {
    pub id: i32,
    pub m$2_id: i32,
    pub name: String,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl M$1 {
    pub fn decode(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(M$1 {
            id: row.try_get(0)?,
            m$2_id: row.try_get(1)?,
            name: row.try_get(2)?,
            note: row.try_get(3)?,
            created_at: row.try_get(4)?,
            updated_at: row.try_get(5)?,
        })
    }
}

pub async fn find(pool: &Pool, id: i32) -> Result<M$1, Failure> {
    let client = pool.get().await?;
    let statement = client
        .prepare_cached("SELECT id, m$2_id, name, note, created_at, updated_at FROM m$1 WHERE id = \$1")
        .await?;
    Ok(M$1::decode(&client.query_one(&statement, &[&id]).await?)?)
}

pub async fn named(pool: &Pool, name: &str) -> Result<Vec<M$1>, Failure> {
    let client = pool.get().await?;
    let statement = client
        .prepare_cached("SELECT id, m$2_id, name, note, created_at, updated_at FROM m$1 WHERE name = \$1 ORDER BY id DESC LIMIT 20")
        .await?;
    let rows = client.query(&statement, &[&name]).await?;
    Ok(rows.iter().map(M$1::decode).collect::<Result<_, _>>()?)
}

pub async fn children(pool: &Pool, id: i32) -> Result<usize, Failure> {
    let row = find(pool, id).await?;
    let client = pool.get().await?;
    let statement = client
        .prepare_cached("SELECT id, m$1_id, name, note, created_at, updated_at FROM m$3 WHERE m$1_id = \$1")
        .await?;
    let rows = client.query(&statement, &[&row.id]).await?;
    let children: Vec<M$3> = rows.iter().map(M$3::decode).collect::<Result<_, _>>()?;
    Ok(children.len())
}
MODEL
}

# The program calls everything, so that nothing is left out of the build.
generate() { # kind models
    rm -rf "$work/$1/src" && mkdir -p "$work/$1/src"
    main=$work/$1/src/main.rs
    case $1 in
        orm) handle='&orm::prelude::Db' result='orm::Result<usize>' ;;
        plain) handle='&deadpool_postgres::Pool' result='Result<usize, Failure>' ;;
    esac
    {
        [ "$1" = plain ] && echo 'pub type Failure = Box<dyn std::error::Error + Send + Sync>;'
        i=0; while [ $i -lt "$2" ]; do echo "mod m$i;"; i=$((i + 1)); done
        echo "pub async fn all(db: $handle) -> $result { let mut n = 0;"
        i=0; while [ $i -lt "$2" ]; do
            echo "n += m$i::find(db, 1).await?.id as usize + m$i::named(db, \"a\").await?.len() + m$i::children(db, 1).await?;"
            i=$((i + 1))
        done
        echo 'Ok(n) }'
        case $1 in
            orm) echo '#[tokio::main] async fn main() { let config = orm::prelude::Config::from_env().unwrap(); let db = orm::prelude::Db::connect(config).await.unwrap(); println!("{}", all(&db).await.unwrap()); }' ;;
            plain) echo '#[tokio::main] async fn main() { let manager = deadpool_postgres::Manager::new("host=localhost".parse().unwrap(), tokio_postgres::NoTls); let pool = deadpool_postgres::Pool::builder(manager).build().unwrap(); println!("{}", all(&pool).await.unwrap()); }' ;;
        esac
    } > "$main"
    i=0; while [ $i -lt "$2" ]; do
        "$1_model" $i $(((i + $2 - 1) % $2)) $(((i + 1) % $2)) > "$work/$1/src/m$i.rs"
        i=$((i + 1))
    done
}

now() { date +%s%N; }

# The quickest of three, in milliseconds: other work on the machine only adds.
quickest() { # command before each, then the measured one
    best=
    for _ in 1 2 3; do
        sh -c "$1"
        started=$(now)
        sh -c "$2" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
        took=$((($(now) - started) / 1000000))
        if [ -z "$best" ] || [ $took -lt "$best" ]; then best=$took; fi
    done
    echo "$best"
}

echo '| models | who | check | build | touch one: check | touch one: build |'
echo '|---|---|---|---|---|---|'
for models in "${@:-10 50}"; do
    for count in $models; do
        for kind in plain orm; do
            manifest $kind
            generate $kind "$count"
            cd "$work/$kind"
            cargo build -q && cargo check -q
            clean="cargo clean -q -p compile-$kind"
            check=$(quickest "$clean" "cargo check")
            build=$(quickest "$clean; cargo check -q" "cargo build")
            edit="echo '// edited' >> src/m0.rs"
            touch_check=$(quickest "$edit" "cargo check")
            touch_build=$(quickest "$edit" "cargo build")
            echo "| $count | $kind | $check ms | $build ms | $touch_check ms | $touch_build ms |"
        done
    done
done
