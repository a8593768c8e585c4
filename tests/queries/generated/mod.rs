//! Random typed queries: the server accepts each, and returns what a naive
//! evaluation in memory does. See `docs/testing.md` for how to run more of them.

mod dice;
mod expression;
mod report;
mod sets;
mod typed;
mod world;

use dice::Dice;
use report::Report;
use sets::Sets;
use world::{Table, World};

use crate::database::{Place, Test, empty};
use crate::models::{Author, Post, Tag};

/// How many shapes of queries, where `ORACLE_QUERIES` says nothing.
const CASES: u64 = 300;

/// How many queries are asked of the same rows.
const OF_ONE_WORLD: u64 = 20;

/// How deep expressions get.
const DEPTH: u64 = 4;

#[tokio::test]
async fn random_queries_equal_a_naive_evaluation() {
    if let Err(error) = run().await {
        panic!("{error}");
    }
}

async fn run() -> Test {
    let first = setting("ORACLE_SEED")?.unwrap_or(0);
    let cases = setting("ORACLE_QUERIES")?.unwrap_or(CASES);
    let place = empty().await?;
    let mut filled = None;
    for seed in first..first.saturating_add(cases) {
        let number = seed / OF_ONE_WORLD;
        let world = World::random(&mut Dice::new(number));
        if filled != Some(number) {
            place.run(&world.sql()).await?;
            filled = Some(number);
        }
        // The second statement has the text of the first, if their values allow it.
        for constants in [seed, !seed] {
            let dice = Dice::with_constants(seed ^ 0x5eed, constants);
            let compared = compare(&place, &world, dice, seed % DEPTH).await;
            let compared = match compared {
                Ok(()) => {
                    let dice = Dice::with_constants(seed ^ 0x5e75, constants);
                    compare_sets(&place, &world, dice, seed % DEPTH).await
                }
                wrong => wrong,
            };
            compared
                .map_err(|error| format!("{error}\nagain: ORACLE_SEED={seed} ORACLE_QUERIES=1"))?;
        }
    }
    Ok(())
}

fn setting(name: &str) -> Test<Option<u64>> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value.parse()?)),
        Err(_) => Ok(None),
    }
}

async fn compare(place: &Place, world: &World, mut dice: Dice, depth: u64) -> Test {
    let report = Report::random(&mut dice, depth as usize);
    let answer = match report.table {
        Table::Author => report.ask::<Author>(&place.db, |it| it.id).await,
        Table::Post => report.ask::<Post>(&place.db, |it| it.id).await,
        Table::Tag => report.ask::<Tag>(&place.db, |it| it.id).await,
    };
    let what = || format!("{report:?}\n{}\n{}", world.sql(), answer.sql);
    let naive = report.evaluate(world);
    match answer.rows {
        Ok(ref rows) if *rows == naive => {}
        Ok(ref rows) => {
            return Err(format!("{}\nrows {rows:?}\nnaively {naive:?}", what()).into());
        }
        Err(ref error) => return Err(format!("{}\n{error:?}", what()).into()),
    }
    let sources = report.sources(world);
    let mut keys: Vec<i64> = sources.iter().map(|at| at.row.id).collect();
    let mut found = answer
        .keys
        .as_ref()
        .map_err(|error| format!("{}\n{error:?}", what()))?
        .clone();
    if !report.sorts_sources() {
        keys.sort_unstable();
        found.sort_unstable();
    }
    if found != keys {
        return Err(format!("{}\nkeys {found:?}\nnaively {keys:?}", what()).into());
    }
    match answer.sources {
        Ok(seen) if seen == (keys.len() as i64, !keys.is_empty()) => Ok(()),
        ref other => Err(format!("{}\n{other:?} of {keys:?}", what()).into()),
    }
}

async fn compare_sets(place: &Place, world: &World, mut dice: Dice, depth: u64) -> Test {
    let sets = Sets::random(&mut dice, depth as usize);
    let (sql, rows) = sets.ask(&place.db).await;
    let naive = sets.evaluate(world);
    match rows {
        Ok(rows) if rows == naive => Ok(()),
        other => {
            let what = format!("{sets:?}\n{}\n{sql}", world.sql());
            Err(format!("{what}\n{other:?}\nnaively {naive:?}").into())
        }
    }
}
