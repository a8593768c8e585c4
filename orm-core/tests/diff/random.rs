//! Random pairs of schemas, with rows.

use std::collections::BTreeMap;

use orm_core::ddl::blueprint::{Column, EnumType, Table, Type};
use orm_core::diff::{Diff, Goal, LossKind, Options};
use proptest::prelude::*;

use crate::declare::{check, default, goal, index, key, nullable, of_enum, table, unique};
use crate::place::Place;

/// Types with a value that most others can be made of, and a default.
const TYPES: [(&str, &str, &str); 14] = [
    ("text", "'1'", "'2'"),
    ("character varying(5)", "'1'", "'2'"),
    ("character varying(90)", "'1'", "'2'"),
    ("character(4)", "'1'", "'2'"),
    ("smallint", "1", "2"),
    ("integer", "1", "2"),
    ("bigint", "1", "2"),
    ("numeric(10,2)", "1", "2.50"),
    ("double precision", "1", "2.5"),
    ("boolean", "true", "false"),
    ("jsonb", "'1'", "'[]'"),
    ("timestamp with time zone", "'2024-01-01'", "now()"),
    ("date", "'2024-01-01'", "CURRENT_DATE"),
    ("text[]", "'{1}'", "'{}'"),
];

/// What a random column is made of.
#[derive(Debug, Clone)]
struct Field {
    kind: usize,
    nullable: bool,
    default: bool,
    comment: bool,
    generated: bool,
    unique: bool,
    indexed: u8,
    checked: bool,
    is_enum: bool,
}

fn field() -> impl Strategy<Value = Field> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let rare = (0..6_u8, 0..4_u8, 0..5_u8, 0..5_u8);
    (0..TYPES.len(), flags, rare, 0..4_u8).prop_map(
        |(kind, (nullable, default, comment, checked), rare, is_enum)| Field {
            kind,
            nullable,
            default,
            comment,
            checked: checked && rare.3 == 0,
            generated: rare.0 == 0,
            unique: rare.1 == 0,
            indexed: rare.2,
            is_enum: is_enum == 0,
        },
    )
}

#[derive(Debug, Clone)]
struct Sketch {
    labels: Vec<usize>,
    tables: BTreeMap<&'static str, (BTreeMap<&'static str, Field>, Option<&'static str>)>,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let labels = Just(vec![0, 1, 2, 3])
        .prop_shuffle()
        .prop_flat_map(|all| proptest::sample::subsequence(all, 1..=4));
    let fields = proptest::collection::btree_map(
        proptest::sample::select(&["a", "b", "c", "d"][..]),
        field(),
        0..4,
    );
    let key = proptest::option::of(proptest::sample::select(&["t", "u", "v"][..]));
    let tables = proptest::collection::btree_map(
        proptest::sample::select(&["t", "u", "v"][..]),
        (fields, key),
        1..4,
    );
    (labels, tables).prop_map(|(labels, tables)| Sketch { labels, tables })
}

const LABELS: [&str; 4] = ["1", "two", "th'ree", "four"];

impl Sketch {
    fn goal(&self) -> Goal {
        let tables = self.tables.iter().map(|(name, (fields, target))| {
            let mut it = table(name, []);
            for (field, of) in fields {
                it = of.add_to(it, field, &self.labels);
            }
            match target.filter(|it| self.tables.contains_key(it)) {
                Some(target) => {
                    it.columns.push(nullable("ref", "integer"));
                    key(it, "ref", target, "id")
                }
                None => it,
            }
        });
        let mut goal = goal(tables.collect::<Vec<_>>());
        goal.blueprint.enums.push(EnumType {
            name: crate::declare::name("kind"),
            labels: self.labels.iter().map(|&it| LABELS[it].into()).collect(),
        });
        goal
    }
}

impl Field {
    fn add_to(&self, mut table: Table, name: &str, labels: &[usize]) -> Table {
        let (kind, _, usual) = TYPES[self.kind];
        let first = format!("'{}'", LABELS[labels[0]].replace('\'', "''"));
        let mut column: Column = if self.is_enum {
            of_enum(name, "kind")
        } else {
            crate::declare::column(name, kind)
        };
        if self.default || !self.nullable {
            column = default(column, if self.is_enum { &first } else { usual });
        }
        column.nullable = self.nullable;
        column.comment = self.comment.then(|| format!("about {name}"));
        if self.generated {
            column.default = None;
            column.nullable = true;
            column.kind = Type::BuiltIn("integer".into());
            column.generated = Some("id * 2".into());
        }
        let sortable = kind != "jsonb" || self.is_enum || self.generated;
        let of = table.name.name.clone();
        table.columns.push(column);
        if self.unique && self.nullable {
            table = unique(table, &format!("{of}_{name}_key"), &[name, "id"]);
        }
        match self.indexed {
            1 if sortable => table = index(table, &format!("{of}_{name}_idx"), &[name]),
            2 => {
                table = index(table, &format!("{of}_{name}_idx"), &["id"]);
                let place = table.indexes.len() - 1;
                table.indexes[place].filter = Some(format!("{name} IS NOT NULL"));
            }
            3 if self.is_enum && !self.generated => {
                table = index(table, &format!("{of}_{name}_idx"), &["id"]);
                let place = table.indexes.len() - 1;
                table.indexes[place].filter = Some(format!("{name} = {first}"));
            }
            _ => {}
        }
        if self.checked {
            table = check(
                table,
                &format!("{of}_{name}_check"),
                &format!("{name} IS NOT NULL OR id > 0"),
            );
        }
        table
    }

    fn value(&self, labels: &[usize]) -> String {
        if self.is_enum {
            format!("'{}'", LABELS[labels[0]].replace('\'', "''"))
        } else {
            TYPES[self.kind].1.into()
        }
    }
}

async fn fill(place: &Place, sketch: &Sketch) {
    for (name, (fields, _)) in &sketch.tables {
        let stored: Vec<_> = fields.iter().filter(|(_, it)| !it.generated).collect();
        let names: String = stored.iter().map(|(name, _)| format!(", {name}")).collect();
        let values: String = stored
            .iter()
            .map(|(_, it)| format!(", {}", it.value(&sketch.labels)))
            .collect();
        place
            .run(&format!(
                "INSERT INTO {name} (id{names}) SELECT n{values} FROM generate_series(1, 3) n"
            ))
            .await;
    }
}

/// Every value of every table, as texts.
async fn values(place: &Place, tables: &[(String, Vec<String>)]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (table, columns) in tables {
        let texts: Vec<String> = columns.iter().map(|it| format!("{it}::text")).collect();
        let sql = format!(
            "SELECT concat_ws('|', id, {}) FROM {table} ORDER BY id",
            texts.join(", ")
        );
        all.push(place.texts(&sql).await);
    }
    all
}

/// The tables of both sides, with the columns whose values must not change.
fn kept(from: &Goal, to: &Goal, diff: &Diff) -> Vec<(String, Vec<String>)> {
    let announced = |table: &str, column: &str| {
        diff.losses().any(|loss| match &loss.kind {
            LossKind::Table(name, _) => name.name == table,
            LossKind::Column(name, own) => name.name == table && own == column,
            LossKind::Narrowing {
                table: name,
                column: own,
                ..
            } => name.name == table && own == column,
            _ => false,
        })
    };
    let both = from.blueprint.tables.iter().filter_map(|table| {
        let name = &table.name.name;
        let other = to.blueprint.tables.iter().find(|it| it.name == table.name);
        let columns = table.columns.iter().filter(|column| {
            // The texts of numbers and blanks differ, their values do not.
            let same = other
                .and_then(|it| it.column(&column.name))
                .is_some_and(|it| it.kind == column.kind);
            column.generated.is_none()
                && !announced(name, &column.name)
                && (same || other.is_none())
        });
        let columns: Vec<String> = columns.map(|it| it.name.clone()).collect();
        (!announced(name, "")).then(|| (name.clone(), columns))
    });
    both.collect()
}

async fn pair(a: Sketch, b: Sketch, plain: bool) {
    let place = Place::at(a.goal()).await;
    fill(&place, &a).await;
    let options = if plain {
        Options::new().plain()
    } else {
        Options::new()
    };
    let diff = place.diff(b.goal(), &options).await;
    assert_eq!(diff.problems, Vec::<String>::new());
    let before = place.fingerprint().await;
    let kept = kept(&a.goal(), &b.goal(), &diff);
    let rows = values(&place, &kept).await;
    match place.try_apply(&diff).await {
        Ok(drafts) => {
            assert_eq!(values(&place, &kept).await, rows, "{drafts:#?}");
            let rest = place.diff(b.goal(), &options).await;
            assert!(rest.is_empty(), "{rest:#?}\n{drafts:#?}");
            return;
        }
        // What does not fit was announced, and left as it was.
        Err(error) => {
            assert!(diff.losses().next().is_some(), "{error}\n{diff:#?}");
            let applied = place
                .texts("SELECT count(*)::text FROM orm_migrations WHERE finished_at IS NOT NULL")
                .await;
            if applied == ["1"] {
                assert_eq!(place.fingerprint().await, before, "{error}");
                assert_eq!(values(&place, &kept).await, rows, "{error}");
            }
        }
    }
    // Without rows nothing can be in the way.
    let place = Place::at(a.goal()).await;
    place.there_and_back(b.goal(), &options).await;
}

/// Few, as each case makes databases; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() {
            usual.cases
        } else {
            16
        },
        max_shrink_iters: 60,
        failure_persistence: None,
        ..usual
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_schema_becomes_any_other_and_comes_back(a in sketch(), b in sketch(), plain: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(pair(a, b, plain));
    }

    #[test]
    fn empty_tables_go_there_and_back(a in sketch(), b in sketch()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let place = Place::at(a.goal()).await;
            place.there_and_back(b.goal(), &Options::new()).await;
        });
    }
}
