//! Values of every type: shown, looked for as they are shown, and sorted by.

use crate::place::Place;
use crate::visitor::{Studio, cells, link};

/// A column that holds one value, as it is declared and written.
struct Case(&'static str, &'static str, &'static str);

const POSTGRES: [Case; 27] = [
    Case("a_bool", "boolean", "true"),
    Case("a_small", "smallint", "-7"),
    Case("a_big", "bigint", "9223372036854775807"),
    Case("a_real", "real", "0.1"),
    Case("a_double", "double precision", "0.1"),
    Case("a_numeric", "numeric(8,3)", "12.5"),
    Case("a_varchar", "varchar(9)", "'it''s 100%'"),
    Case("a_char", "char(5)", "'ab'"),
    Case("a_name", "name", "'pg_x'"),
    Case("a_date", "date", "'2024-02-29'"),
    Case("a_time", "time(3)", "'10:11:12.5'"),
    Case("a_moment", "timestamp", "'2024-02-29 10:11:12'"),
    Case(
        "an_instant",
        "timestamptz",
        "'2024-02-29 10:11:12.345678+02'",
    ),
    Case("an_interval", "interval", "'1 year 2 days'"),
    Case("a_uuid", "uuid", "'6f1c2f0e-0000-4000-8000-000000000001'"),
    Case("a_jsonb", "jsonb", "'{\"a\": [1, \"<b>\"]}'"),
    Case("an_inet", "inet", "'10.0.0.1/8'"),
    Case("a_cidr", "cidr", "'10.0.0.0/8'"),
    Case("numbers", "integer[]", "'{1,NULL,3}'"),
    Case("words", "text[]", "'{\"a,b\",\"{}\"}'"),
    Case("a_range", "int4range", "'[1,5)'"),
    Case("bits", "bit varying(8)", "B'0101'"),
    Case("money", "money", "'12.34'"),
    Case("a_mood", "\"Mood<\"", "'so \"so\"'"),
    Case("moods", "\"Mood<\"[]", "'{good}'"),
    Case("a_domain", "short", "'abc'"),
    Case("a_vector", "tsvector", "'a b'"),
];

const SQLITE: [Case; 6] = [
    Case("a_bool", "INTEGER CHECK (a_bool IN (0, 1))", "1"),
    Case("a_big", "INTEGER", "9223372036854775807"),
    Case("a_real", "REAL", "0.1"),
    Case("a_text", "TEXT", "'it''s 100%'"),
    Case("a_decimal", "DECIMAL(8,3)", "12.5"),
    Case("anything", "ANYTHING", "'x'"),
];

/// Each column shows a value, by which its row is found, and can be sorted by.
fn is_found(studio: &Studio, cases: &[Case]) {
    let page = studio.page("/table?table=types");
    let shown = &cells(&page)[0];
    for (at, Case(name, kind, _)) in cases.iter().enumerate() {
        let shown = shown[at + 2].as_str();
        let value = form(&unescaped(shown));
        let found = studio.page(&format!("/table?table=types&c={name}&is=eq&v={value}"));
        assert_eq!(cells(&found).len(), 1, "{kind}: {shown}");
        let others = studio.page(&format!("/table?table=types&c={name}&is=ne&v={value}"));
        assert_eq!(cells(&others).len(), 0, "{kind}: {shown}");
        let sorted = studio.get(&format!("/table?table=types&order={name}&desc=1"));
        assert!(matches!(sorted.status, 200 | 400), "{kind}: {sorted:?}");
        studio.page(&format!("/table?table=types&c={name}&is=is_null"));
        studio.page(&format!("/plan?table=types&c={name}&is=eq&v={value}"));
    }
    let row = studio.page("/row?table=types&k=1");
    assert_eq!(cells(&row).len(), cases.len() + 1);
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

/// A text as forms send it.
fn form(text: &str) -> String {
    let bytes = text.bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}

async fn made(place: &Place, before: &str, cases: &[Case]) -> Studio {
    let columns: String = cases
        .iter()
        .map(|it| format!(", {} {}", it.0, it.1))
        .collect();
    let values: String = cases.iter().map(|it| format!(", {}", it.2)).collect();
    place
        .run(&format!(
            "{before} CREATE TABLE types (id integer PRIMARY KEY{columns}); \
             INSERT INTO types VALUES (1{values}); INSERT INTO types (id) VALUES (2)"
        ))
        .await;
    place.studio()
}

#[tokio::test]
async fn values_are_found_as_they_are_shown() {
    let place = Place::postgres().await;
    let before = "CREATE TYPE \"Mood<\" AS ENUM ('good', 'so \"so\"'); \
         CREATE DOMAIN short AS varchar(5) CHECK (VALUE <> 'x');";
    is_found(&made(&place, before, &POSTGRES).await, &POSTGRES);
    let place = Place::sqlite();
    is_found(&made(&place, "", &SQLITE).await, &SQLITE);
}

/// Types that PostgreSQL has beside those above, each with a value.
const OTHERS: [(&str, &str); 44] = [
    ("bit(4)", "B'0101'"),
    ("bit(4)[]", "ARRAY[B'0101']"),
    ("char(3)[]", "'{abc}'"),
    ("varchar(3)[]", "'{abc}'"),
    ("numeric(8,3)[]", "'{12.5}'"),
    ("\"char\"", "'x'"),
    ("date", "'infinity'"),
    ("date", "'0044-03-15 BC'"),
    ("date", "'5874897-12-31'"),
    ("date[]", "'{2024-02-29,NULL}'"),
    ("timestamp(0)", "'2024-02-29 10:11:12'"),
    ("timestamp", "'-infinity'"),
    ("timestamp", "'294276-12-31 23:59:59.999999'"),
    (
        "timestamp(3) with time zone",
        "'0044-03-15 10:11:12.345+00 BC'",
    ),
    ("timestamptz[]", "'{2024-02-29 10:11:12+02}'"),
    ("time", "'24:00:00'"),
    ("time(3) with time zone", "'10:11:12.5+02'"),
    ("interval year to month", "'1 year 2 months'"),
    ("interval day to second(3)", "'2 days 00:00:01.5'"),
    ("interval[]", "'{1 day}'"),
    ("numeric", "'NaN'"),
    ("double precision", "'-Infinity'"),
    ("real", "'NaN'"),
    ("daterange", "'[2024-01-01,2024-02-29)'"),
    ("tstzrange", "'[2024-01-01 00:00:00+00,)'"),
    ("int4multirange", "'{[1,3),[5,7)}'"),
    ("money[]", "'{12.34}'"),
    ("oid", "42"),
    ("regclass", "'pg_class'"),
    ("pg_lsn", "'16/B374D848'"),
    ("macaddr8", "'08:00:2b:01:02:03:04:05'"),
    ("tsquery", "'a & b'"),
    ("jsonb[]", "ARRAY['{}'::jsonb]"),
    ("pair", "ROW(1, 'a,b')::pair"),
    ("pair[]", "ARRAY[ROW(1, 'a')::pair]"),
    ("bytea[]", "ARRAY['\\x00'::bytea]"),
    ("point", "'(1,2)'"),
    ("box", "'(1,2),(3,4)'"),
    ("polygon", "'((1,2),(3,4),(5,6))'"),
    ("json[]", "ARRAY['{}'::json]"),
    ("xml", "'<a/>'"),
    ("jsonpath", "'$.a'"),
    ("xid", "'7'"),
    ("pg_snapshot", "'10:20:'"),
];

// Whatever the type, each of the things that a page offers is a page or is refused in words.
#[tokio::test]
async fn no_type_is_the_databases_failure() {
    let place = Place::postgres().await;
    let columns = OTHERS.iter().enumerate();
    let columns = columns.map(|(at, (kind, _))| format!(", c{at} {kind}"));
    let values = OTHERS.iter().map(|(_, value)| format!(", {value}"));
    let (columns, values) = (columns.collect::<String>(), values.collect::<String>());
    place
        .run(&format!(
            "CREATE TYPE pair AS (a integer, b text); \
             CREATE TABLE others (id integer PRIMARY KEY{columns}); \
             INSERT INTO others SELECT i{values} FROM generate_series(1, 60) i"
        ))
        .await;
    let studio = place.studio();
    let shown = &cells(&studio.page("/table?table=others"))[0];
    let mut wrong = Vec::new();
    for (at, (kind, value)) in OTHERS.iter().enumerate() {
        let cell = form(&unescaped(&shown[at + 2]));
        let eq = format!("c=c{at}&is=eq&v={cell}");
        let found = studio.get(&format!("/table?table=others&{eq}"));
        let is_found = found.status == 200 && cells(&found.body).len() == 50;
        if !is_found && found.status != 400 {
            wrong.push(format!("{kind} {value} = : {}", found.status));
        }
        for asked in [
            format!("/table?table=others&order=c{at}"),
            format!("/table?table=others&c=c{at}&is=ge&v={cell}"),
            format!("/table?table=others&c=c{at}&is=eq&v=nonsense+%27%28"),
            format!("/table?table=others&c=c{at}&is=lt&v="),
            format!("/plan?table=others&{eq}"),
            format!("/plan?table=others&c=c{at}&is=eq&v=nonsense"),
        ] {
            let answer = studio.get(&asked);
            if !matches!(answer.status, 200 | 400) {
                wrong.push(format!("{kind} {value} {asked}: {}", answer.body));
            }
        }
        // Every row is on one of two pages.
        let sorted = studio.get(&format!("/table?table=others&order=c{at}&desc=1"));
        if sorted.status == 200 {
            let next = studio.get(&link(&sorted.body, "Next page"));
            if next.status != 200 || cells(&next.body).len() != 10 {
                wrong.push(format!("{kind} {value} next: {}", next.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let offered = studio.page("/table?table=others");
    let at = OTHERS.iter().position(|it| it.0 == "point").unwrap();
    assert!(!offered.contains(&format!("order=c{at}\"")), "{offered}");
}

// A number beyond those of a column is a number all the same.
#[tokio::test]
async fn numbers_of_any_size_are_looked_for() {
    for place in Place::both().await {
        place
            .run("CREATE TABLE n (id smallint PRIMARY KEY, m integer); INSERT INTO n VALUES (1, 2)")
            .await;
        let studio = place.studio();
        for (asked, rows) in [
            ("c=id&is=lt&v=70000", 1),
            ("c=m&is=eq&v=9223372036854775807", 0),
            ("c=m&is=gt&v=-9223372036854775808", 1),
        ] {
            let page = studio.page(&format!("/table?table=n&{asked}"));
            assert_eq!(cells(&page).len(), rows, "{asked}");
        }
        assert_eq!(studio.get("/row?table=n&k=70000").status, 404);
    }
}

// Types without equality or order are shown all the same.
#[tokio::test]
async fn what_cannot_be_compared_is_shown() {
    let place = Place::postgres().await;
    place
        .run(
            "CREATE TABLE shapes (id integer PRIMARY KEY, at point, doc json, data bytea); \
             INSERT INTO shapes VALUES (1, '(1,2)', '{\"a\": 1}', '\\x00'); \
             CREATE TABLE keyless (doc json); INSERT INTO keyless VALUES ('1'), ('2'); \
             CREATE TABLE sessions (token text PRIMARY KEY, since date); \
             INSERT INTO sessions VALUES ('canary', '2024-01-01'); \
             CREATE TABLE nothing ();",
        )
        .await;
    let studio = place.studio();
    let page = studio.page("/table?table=shapes");
    assert!(page.contains("(1,2)") && page.contains("1 byte"), "{page}");
    for asked in [
        "c=doc&is=eq&v=1",
        "c=data&is=eq&v=1",
        "order=doc",
        "c=doc&is=lt&v=1",
    ] {
        let answer = studio.get(&format!("/table?table=shapes&{asked}"));
        assert_eq!(answer.status, 400, "{asked}");
    }
    assert_eq!(cells(&studio.page("/table?table=keyless")).len(), 2);
    assert_eq!(studio.get("/row?table=keyless&k=1").status, 400);
    // A key that is a secret tells no rows apart here.
    let page = studio.page("/table?table=sessions");
    assert!(
        page.contains("2024-01-01") && !page.contains("canary"),
        "{page}"
    );
    assert!(!page.contains(">open</a>"));
    assert_eq!(studio.get("/row?table=sessions&k=canary").status, 400);
    studio.page("/table?table=nothing");
}
