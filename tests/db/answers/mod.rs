//! Types that answer: words of texts, likeness, fields of documents, ranges, arrays,
//! vectors. Each operation beside SQL written by hand, over some hundreds of random rows.

mod arrays;
mod json_fields;
mod ranges;
mod search;
mod trigrams;

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
