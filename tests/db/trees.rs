//! Rows that follow from each other: trees down and up, graphs, circles.

use orm::forest::{Forest, Tree};
use orm::prelude::*;
use serde_json::json;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[model(table = "Folder", soft_delete)]
#[association(has_many, as = "folders", model = Folder, foreign_key = ("drive", "above"))]
#[association(belongs_to, as = "parent", model = Folder, foreign_key = ("drive", "above"))]
struct Folder {
    #[column(primary_key)]
    drive: String,
    #[column(primary_key)]
    id: i32,
    above: Option<i32>,
    name: String,
    hidden: bool,
    #[serde(skip)]
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "people")]
#[association(many_to_many, as = "follows", model = Person, through = Following, foreign_key = "who", other_key = "whom")]
#[association(many_to_many, as = "followers", model = Person, through = Following, foreign_key = "whom", other_key = "who")]
struct Person {
    #[column(primary_key)]
    id: i32,
    fame: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "followings")]
#[association(belongs_to, as = "one", model = Person, foreign_key = "who", one_sided)]
#[association(belongs_to, as = "other", model = Person, foreign_key = "whom", one_sided)]
struct Following {
    #[column(primary_key, auto_increment)]
    id: i32,
    who: i32,
    whom: i32,
}

/// Two drives: on `é`, 300 folders in a tree; on `c`, a chain of 50, then a circle.
async fn drives() -> Test<(Place, Vec<Folder>)> {
    let place = with_models(orm::models![Folder]).await?;
    let folder = |drive: &str, id: i32, above: Option<i32>| Folder {
        drive: drive.to_owned(),
        id,
        above,
        name: format!("{}", (id * 7_919) % 1_000),
        hidden: id % 5 == 3,
        deleted_at: None,
    };
    let mut folders = Vec::new();
    for id in 1..=300 {
        folders.push(folder("é", id, (id > 3).then_some(id / 3)));
    }
    for id in 1..=50 {
        folders.push(folder("c", id, (id > 1).then_some(id - 1)));
    }
    let rows = folders.iter().map(|it| {
        let row = Folder::create().drive(&*it.drive).id(it.id).above(it.above);
        row.name(&*it.name).hidden(it.hidden)
    });
    Folder::create_many(rows).save(&place.db).await?;
    place.log.clear();
    Ok((place, folders))
}

fn printed(forest: &Forest<Folder>) -> Vec<(u32, i32)> {
    forest
        .rows()
        .iter()
        .map(|it| (it.depth, it.row.id))
        .collect()
}

/// The same, walked in memory.
fn naive(
    folders: &[Folder],
    at: &Folder,
    depth: u32,
    goes: &dyn Fn(&Folder, u32) -> bool,
    found: &mut Vec<(u32, i32)>,
) {
    found.push((depth, at.id));
    if !goes(at, depth) {
        return;
    }
    let below = folders
        .iter()
        .filter(|it| it.drive == at.drive && it.above == Some(at.id));
    let mut below: Vec<&Folder> = below.collect();
    below.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    for folder in below {
        naive(folders, folder, depth + 1, goes, found);
    }
}

fn naive_tree(
    folders: &[Folder],
    root: impl Fn(&Folder) -> bool,
    goes: &dyn Fn(&Folder, u32) -> bool,
) -> Vec<(u32, i32)> {
    let mut roots: Vec<&Folder> = folders.iter().filter(|it| root(it)).collect();
    roots.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let mut found = Vec::new();
    for root in roots {
        naive(folders, root, 0, goes, &mut found);
    }
    found
}

#[tokio::test]
async fn down_to_any_depth_in_one_statement() -> Test {
    let (place, folders) = drives().await?;
    let db = &place.db;
    let of_drive = || Folder::query().filter(Folder::drive.eq("é").and(Folder::above.is_null()));
    let query = || {
        of_drive()
            .order_by((Folder::name, Folder::id))
            .follow(Folder::folders)
    };
    let is_root = |it: &Folder| it.drive == "é" && it.above.is_none();
    let all = query().all(db).await?;
    place.log.assert_count(1);
    assert_eq!(all.len(), 300);
    assert_eq!(printed(&all), naive_tree(&folders, is_root, &|_, _| true));
    for row in 0..all.len() {
        let path = all.path(row);
        assert_eq!(path.len() as u32, all.rows()[row].depth + 1);
        assert!(
            path.windows(2)
                .all(|pair| pair[1].above == Some(pair[0].id))
        );
    }
    for depth in [0, 1, 3] {
        let some = query().max_depth(depth).all(db).await?;
        assert_eq!(
            printed(&some),
            naive_tree(&folders, is_root, &|_, at| at < depth)
        );
    }
    let stopped = query().stop_at(Folder::hidden.eq(true)).all(db).await?;
    assert_eq!(
        printed(&stopped),
        naive_tree(&folders, is_root, &|it, _| !it.hidden)
    );
    let only = query().only(Folder::hidden.eq(false)).all(db).await?;
    let shown = query().show(Folder::hidden.eq(false)).all(db).await?;
    let hides = |found: Vec<(u32, i32)>| {
        found
            .into_iter()
            .filter(|(_, id)| id % 5 != 3)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        printed(&shown),
        hides(naive_tree(&folders, is_root, &|_, _| true))
    );
    // The third root is hidden, and where it begins is the query's own filter.
    let goes = |it: &Folder, depth: u32| depth == 0 || !it.hidden;
    let expected = naive_tree(&folders, is_root, &goes);
    let roots = [1, 2, 3];
    let expected: Vec<_> = expected
        .into_iter()
        .filter(|(_, id)| roots.contains(id) || id % 5 != 3)
        .collect();
    assert_eq!(printed(&only), expected);
    // A limit is of where it begins.
    let first = Folder::query()
        .filter(Folder::above.is_null())
        .order_by((Folder::name, Folder::id));
    let first = first.limit(1).follow(Folder::folders).all(db).await?;
    let roots = naive_tree(&folders, |it| it.above.is_none(), &|_, _| false);
    assert_eq!(first.rows()[0].row.id, roots[0].1);
    assert_eq!(first.rows().iter().filter(|it| it.depth == 0).count(), 1);
    Ok(())
}

#[tokio::test]
async fn up_to_the_root_and_as_trees() -> Test {
    let (place, folders) = drives().await?;
    let db = &place.db;
    let way = Folder::find(("é", 299))
        .follow(Folder::parent)
        .all(db)
        .await?;
    assert_eq!(printed(&way), [(0, 299), (1, 99), (2, 33), (3, 11), (4, 3)]);
    let deep = Folder::find(("c", 1))
        .follow(Folder::folders)
        .all(db)
        .await?;
    assert_eq!(deep.len(), 50);
    assert_eq!(deep.sizes()[0], 49);
    let trees: Vec<Tree<Folder>> = deep.into_trees();
    let mut at = &trees[0];
    for id in 1..50 {
        assert_eq!((at.id, at.children.len()), (id, 1));
        at = &at.children[0];
    }
    let small = Folder::find(("é", 99))
        .order_by(Folder::id)
        .follow(Folder::folders);
    let small = small.max_depth(1).all(db).await?.into_trees();
    let words = serde_json::to_value(&small[0])?;
    assert_eq!(words["children"][1]["id"], json!(298));
    assert_eq!(words["children"][1]["children"], json!([]));
    // Rows marked as deleted are not there, nor what is below them.
    let marked =
        "UPDATE \"Folder\" SET deleted_at = '2023-11-14 22:13:20.000000+00:00' WHERE id = 11";
    place.run(marked).await?;
    let gone = Folder::find(("é", 299))
        .follow(Folder::parent)
        .all(db)
        .await?;
    assert_eq!(printed(&gone), [(0, 299), (1, 99), (2, 33)]);
    let all = Folder::find(("é", 299))
        .with_deleted()
        .follow(Folder::parent)
        .all(db)
        .await?;
    assert_eq!(all.len(), 5);
    let _ = folders;
    Ok(())
}

#[tokio::test]
async fn circles_are_cut_and_told() -> Test {
    let (place, _) = drives().await?;
    let db = &place.db;
    place
        .run("UPDATE \"Folder\" SET above = 50 WHERE drive = 'c' AND id = 40")
        .await?;
    let circle = Folder::find(("c", 45))
        .follow(Folder::folders)
        .all(db)
        .await?;
    let ids: Vec<i32> = circle.rows().iter().map(|it| it.row.id).collect();
    assert_eq!(ids, [45, 46, 47, 48, 49, 50, 40, 41, 42, 43, 44]);
    let back: Vec<i32> = circle
        .rows()
        .iter()
        .filter(|it| it.leads_back)
        .map(|it| it.row.id)
        .collect();
    assert_eq!(back, [44]);
    let limited = Folder::find(("c", 45))
        .follow(Folder::folders)
        .max_depth(30)
        .all(db)
        .await?;
    assert_eq!(limited, circle);
    // Nothing is walked through as often as a limit says.
    place
        .run("UPDATE \"Folder\" SET above = 1 WHERE drive = 'c' AND id = 1")
        .await?;
    for (id, rows) in [(1, 1), (45, 11)] {
        let forest = Folder::find(("c", id)).follow(Folder::parent);
        for steps in [1_000, 1_001, u32::MAX] {
            let limited = forest.clone().max_depth(steps).all(db).await?;
            assert_eq!(limited, forest.clone().all(db).await?, "{steps}");
            assert_eq!((limited.len(), limited.has_circles()), (rows, true));
        }
    }
    let up = Folder::find(("c", 45))
        .follow(Folder::parent)
        .all(db)
        .await?;
    assert_eq!((up.len(), up.has_circles()), (11, true));
    // Where all rows are roots, those in a circle begin with the first.
    let all = Folder::query()
        .filter(Folder::drive.eq("c"))
        .order_by(Folder::id);
    let all = all.follow(Folder::folders).all(db).await?;
    assert_eq!(all.len(), 50);
    let roots: Vec<i32> = all
        .rows()
        .iter()
        .filter(|it| it.depth == 0)
        .map(|it| it.row.id)
        .collect();
    assert_eq!(roots, [1, 40]);
    Ok(())
}

/// A limit is the same where the database counts the steps and where we do.
#[tokio::test]
async fn thousands_of_steps() -> Test {
    let place = with_models(orm::models![Folder]).await?;
    let db = &place.db;
    let folder = |id: i32| Folder::create().drive("a").id(id).name("");
    let rows = (0..1_500).map(|id| folder(id).above((id > 0).then(|| id - 1)).hidden(false));
    Folder::create_many(rows).save(db).await?;
    // From the first on, and from one in the middle.
    let begin = Folder::query().filter(Folder::id.in_([0, 300]));
    for (steps, rows) in [(900, 1_201), (1_000, 1_301), (1_001, 1_302), (1_198, 1_499)] {
        let limited = begin.clone().follow(Folder::folders).max_depth(steps);
        let ids: Vec<i32> = limited
            .all(db)
            .await?
            .rows()
            .iter()
            .map(|it| it.row.id)
            .collect();
        assert_eq!(ids, (0..rows).collect::<Vec<_>>(), "{steps}");
        let up = Folder::find(("a", 1_499)).follow(Folder::parent);
        assert_eq!(up.max_depth(steps).all(db).await?.len(), steps as usize + 1);
    }
    Ok(())
}

#[tokio::test]
async fn graphs_are_shown_once_or_for_each_way() -> Test {
    let place = with_models(orm::models![Person, Following]).await?;
    let db = &place.db;
    Person::create_many((1..=7).map(|id| Person::create().id(id).fame(10 - id)))
        .save(db)
        .await?;
    // The pair of 1 and 2 is there twice; 6 and 7 follow each other.
    let pairs = [
        (1, 2),
        (1, 2),
        (1, 3),
        (2, 4),
        (3, 4),
        (4, 5),
        (5, 1),
        (6, 7),
        (7, 6),
    ];
    let pairs = pairs.map(|(who, whom)| Following::create().who(who).whom(whom));
    Following::create_many(pairs).save(db).await?;
    place.log.clear();
    let rows = |forest: Forest<Person>| {
        let rows = forest.into_rows().into_iter();
        rows.map(|it| (it.depth, it.row.id, it.leads_back))
            .collect::<Vec<_>>()
    };
    let query = || {
        Person::find(1)
            .order_by(Person::fame)
            .follow(Person::follows)
    };
    let once = rows(query().all(db).await?);
    assert_eq!(
        once,
        [
            (0, 1, false),
            (1, 3, false),
            (2, 4, false),
            (3, 5, true),
            (1, 2, false)
        ]
    );
    let each = rows(query().each_way().all(db).await?);
    let way = |id| [(1, id, false), (2, 4, false), (3, 5, true)];
    assert_eq!(each, [&[(0, 1, false)][..], &way(3), &way(2)].concat());
    let back = Person::find(6).follow(Person::followers).all(db).await?;
    assert_eq!(rows(back), [(0, 6, false), (1, 7, true)]);
    place.log.assert_count(3);
    let by_fame = Person::query()
        .filter(Person::id.le(3))
        .order_by(Person::fame.desc());
    let by_fame = by_fame
        .follow(Person::follows)
        .stop_at(Person::fame.eq(6))
        .all(db)
        .await?;
    assert_eq!(
        rows(by_fame),
        [(0, 1, false), (1, 2, false), (2, 4, false), (1, 3, false)]
    );
    Ok(())
}

#[tokio::test]
async fn what_has_no_meaning_is_refused() -> Test {
    let (place, _) = drives().await?;
    let folded = Folder::query()
        .follow(Folder::folders)
        .stop_at(Folder::id.max().gt(1));
    assert!(
        folded
            .all(&place.db)
            .await
            .is_err_and(|it| it.to_string().contains("a filter chooses"))
    );
    let sorted = Folder::query()
        .order_by(Folder::id.max())
        .follow(Folder::folders);
    assert!(sorted.all(&place.db).await.is_err());
    assert!(place.log.statements().is_empty());
    Ok(())
}

/// Which of the rows that lead from pond to pond are there, SQLite cannot say.
fn named() -> orm::query::Filter<Brook> {
    Brook::name.matches("^[a-z]")
}

#[derive(Model, Debug, Clone)]
#[model(table = "brooks", default_scope = named)]
#[association(belongs_to, as = "one", model = Pond, foreign_key = "upper", one_sided)]
#[association(belongs_to, as = "other", model = Pond, foreign_key = "lower", one_sided)]
struct Brook {
    #[column(primary_key)]
    upper: i32,
    #[column(primary_key)]
    lower: i32,
    name: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "ponds")]
#[association(many_to_many, as = "below", model = Pond, through = Brook, foreign_key = "upper", other_key = "lower")]
#[association(many_to_many, as = "above", model = Pond, through = Brook, foreign_key = "lower", other_key = "upper")]
struct Pond {
    #[column(primary_key)]
    id: i32,
}

#[tokio::test]
async fn join_rows_are_asked_what_the_database_has() -> Test {
    only_on_a_file!();
    let place = with_models(orm::models![Pond, Brook]).await?;
    let error = Pond::query().follow(Pond::below).all(&place.db).await;
    let error = error.err().ok_or("it is refused")?;
    assert!(error.is_unsupported(), "{error}");
    assert!(place.log.statements().is_empty());
    Ok(())
}
