//! Queries of any length and depth: an answer or an error, on the stack that the
//! threads of a runtime have. An abort would end this program.

use std::time::{Duration, Instant};

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{Expr, Filter};

use crate::database::{Place, Test, most_values, shop, takes_the_deepest};
use crate::shop::{Order, Role, User, UserRole};

/// Far more links than an expression can have.
const DEEP: usize = 20_000;

/// Runs a test on the stack of a worker thread.
fn on_a_worker<F: Future<Output = Test> + 'static>(test: fn() -> F) -> Test {
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let ended = runtime.map(|runtime| runtime.block_on(test()));
        ended
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())
    };
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let ended = thread.spawn(run)?.join();
    Ok(ended.map_err(|_| "the test failed")??)
}

async fn ids(shop: &Place, filter: Filter<User>) -> orm::Result<Vec<i32>> {
    let users = User::query().filter(filter).order_by(User::id);
    let users = users.all(&shop.db).await?;
    Ok(users.iter().map(|user| user.id).collect())
}

/// Ways to nest a condition in another.
type Around = fn(Filter<User>) -> Filter<User>;

const CONDITIONS: [(&str, Around); 7] = [
    ("and, or and not", |it| {
        it.or(User::id.eq(0)).and(User::age.gt(0)).not()
    }),
    ("from the other side", |it| {
        !(User::id.ne(0) & (User::id.eq(-1) | it))
    }),
    ("is_not_true", Filter::is_not_true),
    ("case", |it| orm::query::case(it, User::age, 1).gt(5)),
    ("holds", |it| orm::query::holds(it).eq(true)),
    ("an association", |it| User::referrer.any(it)),
    ("all of an association", |it| User::referrer.all(it)),
];

/// Ways to nest a number in another.
type Number = Expr<User, Option<i32>>;

const NUMBERS: [(&str, fn(Number) -> Number); 4] = [
    ("a sum", |it| it + 1),
    ("of the sum", |it| orm::query::value(Some(1)) - it),
    ("coalesce", |it| it.coalesce(1).cast()),
    ("case", |it| orm::query::case(User::id.eq(1), User::age, it)),
];

fn is_refused<T>(answer: orm::Result<T>, what: &str) -> Test {
    let error = answer.err().ok_or(format!("{what}: an answer"))?;
    assert_eq!(error.kind(), ErrorKind::Usage, "{what}: {error}");
    let text = error.to_string();
    assert!(
        text.starts_with("User: ") && text.contains("256 levels"),
        "{text}"
    );
    Ok(())
}

async fn deep() -> Test {
    let shop = &shop().await?;
    let db = &shop.db;
    let all = ids(shop, Filter::always()).await?;
    let orders = Order::query().limit(2).all(db).await?;
    shop.log.clear();
    for (what, around) in CONDITIONS {
        let deep = || (0..DEEP).fold(User::age.gt(20), |it, _| around(it));
        is_refused(ids(shop, deep()).await, what)?;
        is_refused(User::query().filter(deep()).count(db).await, what)?;
        is_refused(User::query().filter(deep()).exists(db).await, what)?;
        is_refused(User::query().filter(deep()).delete().run(db).await, what)?;
        is_refused(
            User::query()
                .filter(deep().not())
                .delete()
                .returning(db)
                .await,
            what,
        )?;
        is_refused(
            User::query()
                .filter(deep())
                .all_rows()
                .delete()
                .run(db)
                .await,
            what,
        )?;
        let update = User::query().filter(deep()).update().set(User::age, 1);
        is_refused(update.save(db).await, what)?;
        let included = Order::query().include(Order::customer.filter(deep()));
        is_refused(included.all(db).await.map(drop), what)?;
        let customers = Order::customer.filter(deep());
        is_refused(customers.load_for(&orders, db).await, what)?;
        let counted = User::query().values(orm::query::count().filter_where(deep()));
        is_refused(counted.all(db).await, what)?;
    }
    for (what, around) in NUMBERS {
        let age = orm::query::case(User::id.eq(1), User::age, 1);
        let deep = || (0..DEEP).fold(age.clone(), |it, _| around(it));
        is_refused(ids(shop, deep().gt(0)).await, what)?;
        is_refused(User::query().order_by(deep().asc()).all(db).await, what)?;
        is_refused(User::query().values(deep()).all(db).await, what)?;
        is_refused(
            User::query()
                .values(User::id)
                .group_by(deep().asc())
                .all(db)
                .await,
            what,
        )?;
        let update = User::query().filter(User::id.gt(0)).update();
        is_refused(update.set(User::age, deep()).save(db).await, what)?;
        let Some(user) = User::query().first(db).await? else {
            return Err("no user".into());
        };
        is_refused(user.update().set(User::age, deep()).save(db).await, what)?;
    }
    let deep = || (0..DEEP).fold(UserRole::user_id.gt(0), |it, _| it.is_not_true());
    let users = || Role::users.filter_join_rows(deep());
    let role = Role {
        id: 1,
        name: String::new(),
    };
    is_refused(Role::query().include(users()).all(db).await, "join rows")?;
    is_refused(users().load_for([&role], db).await, "join rows")?;
    let sent = shop.log.statements();
    assert_eq!(sent.len(), NUMBERS.len(), "only for a user: {sent:?}");
    assert_eq!(
        ids(shop, Filter::always()).await?,
        all,
        "nothing was removed"
    );
    Ok(())
}

#[test]
fn what_is_nested_too_deep_is_refused_and_changes_nothing() -> Test {
    on_a_worker(deep)
}

async fn deepest() -> Test {
    let shop = &shop().await?;
    // The server plans what is in a NOT EXISTS twice, and so on: years for this one.
    let answered = CONDITIONS
        .iter()
        .filter(|(what, _)| *what != "all of an association");
    for (what, around) in answered {
        let mut last = None;
        let mut filter = User::age.gt(20);
        // What is one link less than too deep, the server takes too.
        while !format!("{filter:?}").starts_with("Filter { ast: TooDeep") {
            last = Some(filter.clone());
            filter = around(filter);
        }
        let last = last.ok_or("none")?;
        let Err(error) = ids(shop, last).await else {
            continue;
        };
        let fewer = error.kind() == ErrorKind::Usage && error.to_string().contains("levels");
        assert!(fewer && !takes_the_deepest(), "{what}: {error}");
    }
    Ok(())
}

#[test]
fn the_server_takes_the_deepest() -> Test {
    on_a_worker(deepest)
}

async fn wide() -> Test {
    let shop = &shop().await?;
    let began = Instant::now();
    // Nothing is bound.
    let either = (0..100_000).map(|_| User::age.is_null());
    assert_eq!(ids(shop, Filter::any_of(either)).await?, [2]);
    let both = (0..100_000).fold(Filter::always(), |all, _| all.and(User::age.is_null()));
    assert_eq!(ids(shop, both).await?, [2]);
    let from_the_end = (0..50_000).fold(User::age.is_null(), |all, _| User::age.is_null().or(all));
    assert_eq!(ids(shop, from_the_end).await?, [2]);
    // As many values as the protocol counts, and more.
    let one_of = |ids: std::ops::Range<i32>| Filter::any_of(ids.map(|id| User::id.eq(id)));
    assert_eq!(ids(shop, one_of(3..most_values())).await?, [3, 4]);
    let error = ids(shop, one_of(0..100_000))
        .await
        .err()
        .ok_or("an answer")?;
    assert_eq!(error.kind(), ErrorKind::Usage);
    let text = error.to_string();
    assert!(text.contains("values") && text.contains(".in_("), "{text}");
    assert_eq!(ids(shop, User::id.in_(3..100_000)).await?, [3, 4]);
    // Of groups, whose equal values are looked for.
    let having =
        Filter::any_of((0..i64::from(most_values())).map(|n| orm::query::count().gt(n + 1_000)));
    let groups = User::query()
        .values(User::age)
        .group_by(User::age)
        .having(having);
    assert_eq!(groups.all(&shop.db).await?.len(), 0);
    assert!(
        began.elapsed() < Duration::from_secs(600),
        "{:?}",
        began.elapsed()
    );
    Ok(())
}

#[test]
fn a_query_may_have_100_000_conditions() -> Test {
    on_a_worker(wide)
}

#[tokio::test]
async fn limits_and_offsets_may_be_as_large_as_their_type() -> Test {
    let shop = &shop().await?;
    let db = &shop.db;
    let none = User::query()
        .order_by(User::id)
        .limit(u32::MAX)
        .offset(u64::MAX);
    assert!(none.all(db).await?.is_empty());
    assert_eq!(User::query().limit(u32::MAX).all(db).await?.len(), 4);
    let orders = User::orders
        .order_by(Order::id)
        .limit(u32::MAX)
        .offset(u64::MAX);
    let users = User::query().include(orders).all(db).await?;
    assert!(users.len() == 4 && users.iter().all(|user| user.orders.is_empty()));
    Ok(())
}
