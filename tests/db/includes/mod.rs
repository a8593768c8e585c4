//! Eager loading.

mod choice;
mod keys;
mod shapes;
mod statements;

fn ids<T: Clone>(rows: &[T], id: impl Fn(&T) -> i32) -> Vec<i32> {
    rows.iter().map(id).collect()
}
