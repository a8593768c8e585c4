//! Types that answer: words of texts, likeness, fields of documents, ranges, arrays,
//! vectors. Each operation beside SQL written by hand, over some hundreds of random rows.

mod arrays;
mod json_fields;
mod ranges;
mod search;
mod trigrams;
mod vectors;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// Some of these, with blanks between them.
    fn words(&mut self, from: &[&str], most: u64) -> String {
        let count = self.below(most + 1);
        let words: Vec<&str> = (0..count).map(|_| self.pick(from)).collect();
        words.join(" ")
    }
}

/// Whether the server has an extension to be created.
async fn has_extension(db: &orm::exec::Db, name: &str) -> orm::Result<bool> {
    let asked = "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = $1)";
    orm::raw::raw_sql(asked).bind(name).scalar(db).await
}

/// A migration written from models creates the extension that they need, and then there is
/// nothing more to do.
async fn brings_its_extension(models: orm::ddl::Models, name: &str) -> crate::database::Test {
    let place = crate::database::with_tables("SELECT 1").await?;
    if !has_extension(&place.db, name).await? {
        return Ok(());
    }
    let options = orm::diff::Options::default();
    let diff = place.db.diff(models, &options).await?;
    assert_eq!(diff.changes[0].summary, format!("create extension {name}"));
    for statement in diff.changes.iter().flat_map(|it| &it.up) {
        place.run(statement).await?;
    }
    let rest = place.db.diff(models, &options).await?;
    assert!(rest.is_empty(), "{rest}");
    let report = place.db.create_missing(models).await?;
    assert!(report.plan.is_empty() && report.differences.is_empty());
    Ok(())
}
