//! Columns that get another type by a second column, which is filled while others go on.

use orm_core::ddl::blueprint::{Column, Table};
use orm_core::diff::{Goal, Options};
use orm_core::schema::Identity;

use crate::declare::{check, column, default, goal, index, key, nullable, table, unique};
use crate::load::Load;
use crate::place::Place;

/// A table whose key and amount are of these types, with all that may be built on them.
fn lines(id: &str, amount: &str) -> Goal {
    let mut it = table(
        "Line",
        [
            default(column("amount", amount), "7"),
            nullable("parent", id),
            column("no", "integer"),
        ],
    );
    it.columns[0].kind = column("", id).kind;
    it.columns[1].comment = Some("in cents; it's exact".into());
    let it = check(it, "line_amount_check", "amount >= 0 AND no > 0");
    let it = unique(it, "line_amount_key", &["no", "amount"]);
    let mut it = index(it, "line_amount_idx", &["amount", "no"]);
    it.indexes[0].include = vec!["parent".into()];
    let it = index(it, "line_parent_idx", &["parent"]);
    let it = key(it, "parent", "Line", "id");
    let other = key(
        table("others", [nullable("line", id)]),
        "line",
        "Line",
        "id",
    );
    goal([it, other])
}

fn seconds(columns: &[(&str, &str)]) -> Options {
    let all = columns.iter();
    all.fold(Options::new(), |it, (table, column)| {
        it.second_column(*table, *column)
    })
}

const ROWS: &str = "INSERT INTO \"Line\" (amount, no, parent) SELECT i * 10, i, nullif(i / 2, 0) \
     FROM generate_series(1, 3000) i; INSERT INTO others (line) SELECT generate_series(1, 50)";

#[tokio::test]
async fn every_step_can_be_taken_back_whatever_is_built_on_the_column() {
    let place = Place::at(lines("integer", "integer")).await;
    place.run(ROWS).await;
    let options = seconds(&[("Line", "amount")]);
    let drafts = place
        .there_and_back(lines("integer", "numeric(12,2)"), &options)
        .await;
    let words: Vec<&str> = drafts.iter().map(|it| it.words.as_str()).collect();
    assert_eq!(words, ["change-online", "change-swap", "change-checks"]);
    let sum = "SELECT sum(amount)::text FROM \"Line\"";
    assert_eq!(place.texts(sum).await, ["45015000.00"]);
    place.run("INSERT INTO \"Line\" (no) VALUES (1)").await;
    let given = "SELECT amount::text FROM \"Line\" WHERE no = 1 AND amount < 10";
    assert_eq!(place.texts(given).await, ["7.00"]);
}

// The key itself, what refers to it from the table itself and from another one.
#[tokio::test]
async fn a_numbered_key_and_what_refers_to_it() {
    let place = Place::at(lines("integer", "integer")).await;
    place.run(ROWS).await;
    let options = seconds(&[("Line", "id"), ("Line", "parent"), ("others", "line")]);
    place
        .there_and_back(lines("bigint", "integer"), &options)
        .await;
    let next = "INSERT INTO \"Line\" (no, amount) VALUES (9, 1) RETURNING id::text";
    assert_eq!(place.texts(next).await, ["3001"]);
    let refused = place.db.clone();
    let dangling = "INSERT INTO others (line) VALUES (999999)";
    let done = orm_core::exec::Executor::executor(&refused)
        .batch(dangling)
        .await;
    assert_eq!(done.unwrap_err().sqlstate(), Some("23503"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_a_table_that_others_read_and_write() {
    let place = Place::at(lines("integer", "integer")).await;
    place.run(ROWS).await;
    let load = Load::on(
        &place,
        &[
            "INSERT INTO \"Line\" (no, amount) VALUES (1 + floor(random() * 99999)::int, \
             floor(random() * 1e9)) ON CONFLICT DO NOTHING RETURNING id",
            "DELETE FROM \"Line\" WHERE id IN (SELECT id FROM \"Line\" WHERE id > 3000 ORDER BY id \
             LIMIT 2) RETURNING id",
            "UPDATE \"Line\" SET amount = amount + 1 WHERE no IN (SELECT 1 + floor(random() * \
             3000)::int) RETURNING id, amount",
            "SELECT id, amount FROM \"Line\" ORDER BY no DESC LIMIT 1",
            "INSERT INTO others (line) SELECT min(id) FROM \"Line\" RETURNING line",
            "DELETE FROM others WHERE id IN (SELECT id FROM others WHERE id > 50 ORDER BY id LIMIT 2)",
        ],
    )
    .await;
    let options = seconds(&[
        ("Line", "id"),
        ("Line", "parent"),
        ("Line", "amount"),
        ("others", "line"),
    ]);
    place.go(lines("bigint", "bigint"), &options).await;
    load.ends().await;
    let whole = "SELECT (count(*) >= 3000 AND max(amount) >= 30000 AND count(parent) = 2999)::text \
         FROM \"Line\"";
    assert_eq!(place.texts(whole).await, ["true"]);
}

fn numbers(kind: &str) -> Goal {
    goal([table("t", [column("a", kind)])])
}

#[tokio::test]
async fn values_that_need_a_cast() {
    let place = Place::at(numbers("text")).await;
    place.run("INSERT INTO t (a) VALUES ('7'), ('-12')").await;
    let options = seconds(&[("t", "a")]);
    place.there_and_back(numbers("integer"), &options).await;
    assert_eq!(place.texts("SELECT sum(a)::text FROM t").await, ["-5"]);
    // What has no place in the new type stops it, and nothing is cut off.
    let narrow = goal([table("t", [column("a", "character varying(2)")])]);
    place.go(numbers("text"), &Options::new()).await;
    let diff = place.diff(narrow, &options).await;
    let error = place.try_apply(&diff).await.unwrap_err().to_string();
    assert!(
        error.contains("22001") || error.contains("too long"),
        "{error}"
    );
    assert_eq!(place.texts("SELECT max(a) FROM t").await, ["7"]);
}

#[tokio::test]
async fn a_serial_goes_on_counting() {
    let place = Place::new().await;
    place
        .run("CREATE TABLE t (id serial PRIMARY KEY, a text NOT NULL)")
        .await;
    place.run("INSERT INTO t (a) VALUES ('x'), ('y')").await;
    let mut wanted = goal([table("t", [column("a", "text")])]);
    let id: &mut Column = &mut wanted.blueprint.tables[0].columns[0];
    id.kind = column("", "bigint").kind;
    assert_eq!(id.identity, Some(Identity::ByDefault));
    place.there_and_back(wanted, &seconds(&[("t", "id")])).await;
    let next = "INSERT INTO t (a) VALUES ('z') RETURNING id::text";
    assert_eq!(place.texts(next).await, ["3"]);
    let owned = "SELECT pg_get_serial_sequence('t', 'id') || ' ' || data_type FROM pg_sequences";
    assert_eq!(place.texts(owned).await, ["public.t_id_seq bigint"]);
}

#[tokio::test]
async fn what_keeps_a_column_from_it_is_said() {
    let problems = async |before: Table, setup: &str, after: Table| {
        let place = Place::at(goal([before])).await;
        place.run(setup).await;
        let diff = place.diff(goal([after]), &seconds(&[("t", "a")])).await;
        assert!(
            diff.changes
                .iter()
                .all(|it| !it.summary.contains("second column")),
            "{diff:#?}"
        );
        diff.problems.join("; ")
    };
    let of = |kind: &str| table("t", [column("a", kind)]);
    let view = "CREATE VIEW v AS SELECT a FROM t";
    let said = problems(of("integer"), view, of("bigint")).await;
    assert!(
        said.contains("the view `public.v` is built on it"),
        "{said}"
    );
    let over = |kind: &str| index(of(kind), "t_idx", &["(a + 1)"]);
    let said = problems(over("integer"), "", over("bigint")).await;
    assert!(
        said.contains("the index `t_idx` is over an expression of it"),
        "{said}"
    );
    let empty = table("t", [nullable("a", "bigint")]);
    let said = problems(of("integer"), "", empty).await;
    assert!(
        said.contains("NULL or its numbering changes, too"),
        "{said}"
    );
    let indexed = index(of("bigint"), "t_idx", &["a"]);
    let said = problems(of("integer"), "", indexed).await;
    assert!(
        said.contains("the index `t_idx` on it changes, too"),
        "{said}"
    );
    // What is spelled otherwise is not passed over in silence.
    for (table, column) in [("t", "b"), ("u", "a")] {
        let place = Place::at(goal([of("integer")])).await;
        let diff = place
            .diff(goal([of("bigint")]), &seconds(&[(table, column)]))
            .await;
        let said = format!("`{table}.{column}` can have no second column: no model has this one");
        assert_eq!(diff.problems, [said]);
    }
}

/// What is said of a change by second columns that is not made so.
async fn refused(before: Goal, after: Goal, options: &Options) -> String {
    let place = Place::at(before).await;
    let diff = place.diff(after, options).await;
    diff.problems.join("; ")
}

fn pair(parent: &str, child: &str) -> Goal {
    let mut a = table("a", []);
    a.columns[0].kind = column("", parent).kind;
    let b = key(table("b", [nullable("a", child)]), "a", "a", "id");
    goal([a, b])
}

#[tokio::test]
async fn keys_that_change_otherwise_are_named_before_anything_is_written() {
    let one = seconds(&[("a", "id")]);
    let said = refused(pair("integer", "integer"), pair("bigint", "bigint"), &one).await;
    assert!(said.contains("`--second-column b.a`"), "{said}");
    let without = goal([{
        let mut a = table("a", []);
        a.columns[0].kind = column("", "bigint").kind;
        a
    }]);
    let said = refused(pair("integer", "integer"), without, &one).await;
    assert!(
        said.contains("the foreign key `b_a_fkey` of `b` changes or goes, too"),
        "{said}"
    );
}

// A domain's default would be there before the rows are filled, and stay.
#[tokio::test]
async fn a_domain_with_a_default_is_no_second_column() {
    let place = Place::at(goal([table("t", [nullable("a", "integer")])])).await;
    place.run("CREATE DOMAIN amount AS bigint DEFAULT 5").await;
    let mut after = goal([table("t", [nullable("a", "")])]);
    after.blueprint.tables[0].columns[1].kind =
        orm_core::ddl::blueprint::Type::Other("amount".into());
    let diff = place.diff(after, &seconds(&[("t", "a")])).await;
    let said = diff.problems.join("; ");
    assert!(
        said.contains("a domain may give rows a value of its own"),
        "{said}"
    );
}

// It would be made anew by what the model says of it.
#[tokio::test]
async fn a_key_that_stores_columns_stays_as_it_is() {
    let place = Place::at(pair("integer", "integer")).await;
    place
        .run("ALTER TABLE b DROP CONSTRAINT b_pkey, ADD PRIMARY KEY (id) INCLUDE (a)")
        .await;
    let mut after = pair("integer", "integer");
    after.blueprint.tables[1].columns[0].kind = column("", "bigint").kind;
    let diff = place.diff(after, &seconds(&[("b", "id")])).await;
    let said = diff.problems.join("; ");
    assert!(
        said.contains("`b_pkey` has more to it than a model says"),
        "{said}"
    );
}

// A trigger that returns NULL and a rule keep rows from being filled.
#[tokio::test]
async fn no_value_is_lost_that_was_not_filled() {
    let of = |kind: &str| goal([table("t", [nullable("a", kind)])]);
    for keeps in [
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF OLD.id < 5 THEN \
         RETURN NULL; END IF; RETURN NEW; END'; \
         CREATE TRIGGER keep BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION keep()",
        "CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING",
    ] {
        let place = Place::at(of("integer")).await;
        place
            .run("INSERT INTO t (a) SELECT generate_series(1, 20)")
            .await;
        place.run(keeps).await;
        let diff = place.diff(of("bigint"), &seconds(&[("t", "a")])).await;
        let error = place.try_apply(&diff).await.unwrap_err().to_string();
        assert!(
            error.contains("t_a_next_check") || error.contains("violated"),
            "{error}"
        );
        assert_eq!(place.texts("SELECT count(a)::text FROM t").await, ["20"]);
    }
}

// What another trigger makes of a row is seen, whatever that one is called.
#[tokio::test]
async fn other_triggers_come_first() {
    let of = |kind: &str| goal([table("t", [nullable("a", kind)])]);
    let place = Place::at(of("integer")).await;
    let caps = "CREATE FUNCTION caps() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.a := \
         least(NEW.a, 50); RETURN NEW; END'; \
         CREATE TRIGGER zzz BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION caps()";
    place.run(caps).await;
    let diff = place.diff(of("bigint"), &seconds(&[("t", "a")])).await;
    for change in &diff.changes[..1] {
        for statement in &change.up {
            place.run(statement).await;
        }
    }
    place.run("INSERT INTO t (a) VALUES (77)").await;
    assert_eq!(place.texts("SELECT a__next::text FROM t").await, ["50"]);
}

#[tokio::test]
async fn what_may_be_lost_needs_permission_and_a_zone_is_nobodys() {
    let of = |kind: &str| goal([table("t", [nullable("a", kind)])]);
    let options = seconds(&[("t", "a")]);
    let place = Place::at(of("text")).await;
    let diff = place.diff(of("integer"), &options).await;
    let refused_loss = diff.migrations("x", orm_core::diff::Destructive::Refused);
    assert!(refused_loss.is_err(), "{diff:#?}");
    let said = refused(
        of("timestamp without time zone"),
        of("timestamp with time zone"),
        &options,
    );
    let said = said.await;
    assert!(said.contains("time zone of its own"), "{said}");
}
