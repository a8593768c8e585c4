//! Names that stand in one statement beside those of tables: of named queries, and of the
//! queries that a tree is made of.

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::Rows;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tree")]
#[association(has_many, as = "below", model = Tree, foreign_key = "parent_id")]
#[association(belongs_to, as = "parent", model = Tree, foreign_key = "parent_id")]
#[association(has_many, as = "nests", model = Nest, foreign_key = "tree_id")]
struct Tree {
    #[column(primary_key)]
    id: i64,
    parent_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "l0")]
#[association(belongs_to, as = "tree", model = Tree, foreign_key = "tree_id")]
#[association(many_to_many, as = "birds", model = Bird, through = "pairs")]
struct Nest {
    #[column(primary_key)]
    id: i64,
    tree_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "l1")]
#[association(many_to_many, as = "nests", model = Nest, through = "pairs")]
struct Bird {
    #[column(primary_key)]
    id: i64,
    name: String,
}

/// Called as the join table, but for a capital.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(named_query, table = "Pairs")]
struct Old {
    #[column(primary_key)]
    id: i64,
}

/// Nothing has this name.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(named_query, table = "l2")]
struct Young {
    #[column(primary_key)]
    id: i64,
}

async fn wood() -> Test<Place> {
    let place = with_models(orm::models![Tree, Nest, Bird]).await?;
    place
        .run(
            "INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2), (4, NULL);
             INSERT INTO l0 VALUES (10, 1), (11, 1), (12, 2);
             INSERT INTO l1 VALUES (100, 'a'), (101, 'b');
             INSERT INTO pairs (nest_id, bird_id) VALUES (10, 100), (10, 101), (12, 101);",
        )
        .await?;
    place.log.clear();
    Ok(place)
}

fn trees() -> Rows<Tree, i64> {
    Tree::query().filter(Tree::id.le(2)).values(Tree::id)
}

#[tokio::test]
async fn tables_may_be_called_as_they_like() -> Test {
    let wood = wood().await?;
    let forest = Tree::find(1).follow(Tree::below).all(&wood.db).await?;
    let ids: Vec<i64> = forest.rows().iter().map(|it| it.row.id).collect();
    assert_eq!(ids, [1, 2, 3]);
    let up = Tree::find(3).follow(Tree::parent).all(&wood.db).await?;
    assert_eq!(up.rows().len(), 3);
    let trees = Tree::query()
        .order_by(Tree::id)
        .include(Tree::nests.order_by(Nest::id).include(Nest::birds))
        .all(&wood.db)
        .await?;
    let birds = trees.iter().map(|tree| {
        let nests = tree.nests.iter().map(|nest| nest.birds.len());
        nests.collect::<Vec<_>>()
    });
    assert_eq!(
        birds.collect::<Vec<_>>(),
        [vec![2, 0], vec![1], vec![], vec![]]
    );
    let birds = Bird::query()
        .order_by(Bird::id)
        .include(Bird::nests.order_by(Nest::id).limit(1).include(Nest::tree))
        .all(&wood.db)
        .await?;
    let of_tree = birds.iter().map(|bird| bird.nests[0].tree.id);
    assert_eq!(of_tree.collect::<Vec<_>>(), [1, 1]);
    Ok(())
}

#[tokio::test]
async fn so_may_named_queries() -> Test {
    let wood = wood().await?;
    let young = || Tree::id.in_subquery(Young::query().values(Young::id));
    let trees = Tree::query()
        .with::<Young>(trees())
        .filter(young())
        .include(
            Tree::nests
                .include(Nest::birds)
                .filter(Nest::tree.any(young())),
        )
        .all(&wood.db)
        .await?;
    assert_eq!(trees.len(), 2);
    let forest = Tree::query()
        .with::<Young>(self::trees())
        .filter(Tree::parent_id.is_null())
        .follow(Tree::below)
        .only(young())
        .all(&wood.db)
        .await?;
    assert_eq!(forest.rows().len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_name_hides_no_join_table() -> Test {
    let wood = wood().await?;
    let refused = |error: orm::Error| {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert_eq!(
            error.to_string(),
            "Nest: its join table `pairs` has the name of the named query Old, which hides it: give that \
             one another, `#[model(named_query, table = \"..\")]`"
        );
    };
    let nests = || Nest::query().with::<Old>(trees());
    let asked = nests().filter(Nest::birds.any(Bird::name.eq("a")));
    refused(asked.all(&wood.db).await.expect_err("hidden"));
    let counted = nests().values(Nest::birds.count());
    refused(counted.all(&wood.db).await.expect_err("hidden"));
    let included = nests().include(Nest::birds);
    refused(included.all(&wood.db).await.expect_err("hidden"));
    wood.log.assert_count(0);
    assert_eq!(nests().count(&wood.db).await?, 3);
    Ok(())
}

// SQLite says in its plans by which name it reads.
#[tokio::test]
async fn a_plan_names_the_tables_alone() -> Test {
    let wood = wood().await?;
    let birds = Bird::query().filter(Bird::name.ne("c")).values(Bird::id);
    let plan = Young::query()
        .with::<Young>(birds.distinct().limit(3))
        .explain(&wood.db)
        .await?;
    assert_eq!(plan.scanned().collect::<Vec<_>>(), ["l1"], "{plan}");
    let tree = Tree::query().include(Tree::nests).explain(&wood.db).await?;
    assert!(tree.scanned().all(|it| !it.starts_with("orm ")), "{tree}");
    Ok(())
}
