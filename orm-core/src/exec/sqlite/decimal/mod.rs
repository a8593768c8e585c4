//! Decimal numbers in SQLite: exact, though they are stored as texts.
//!
//! The collation `decimal` and the functions `decimal`, `decimal_add`, `decimal_sub`,
//! `decimal_mul`, `decimal_cmp` and `decimal_sum` mean what they mean in SQLite's own
//! extension of that name, which its shell has built in: a file with an index that is
//! sorted by the collation can be read there too. The others are ours.

mod compare;
mod exact;
#[cfg(test)]
mod tests;

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::ValueRef;
use smallvec::SmallVec;

use self::exact::{Exact, Fault};

/// Makes all of it known to a connection.
pub(in crate::exec) fn register(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_collation("decimal", compare::texts)?;
    one(connection, "decimal", Ok)?;
    two(connection, "decimal_add", Exact::add)?;
    two(connection, "decimal_sub", Exact::sub)?;
    two(connection, "decimal_mul", Exact::mul)?;
    two(connection, "orm_decimal_div", Exact::div)?;
    two(connection, "orm_decimal_rem", Exact::rem)?;
    one(connection, "orm_decimal_neg", |number| Ok(number.negated()))?;
    one(connection, "orm_decimal_abs", |number| Ok(number.abs()))?;
    one(connection, "orm_decimal_round", |number| number.rounded(0))?;
    one(connection, "orm_decimal_ceil", |number| number.whole(true))?;
    one(connection, "orm_decimal_floor", |number| {
        number.whole(false)
    })?;
    connection.create_scalar_function("decimal_cmp", 2, flags(), |context| {
        let (left, right) = (argument(context, 0)?, argument(context, 1)?);
        Ok(left.zip(right).map(|(left, right)| left.cmp(&right) as i64))
    })?;
    connection.create_scalar_function("orm_numeric", 3, flags(), |context| {
        let (precision, scale) = (context.get(1)?, context.get(2)?);
        let fitted = argument(context, 0)?.map(|number| number.fitted(precision, scale));
        written(fitted)
    })?;
    connection.create_window_function("decimal_sum", 1, flags(), Sum)?;
    connection.create_window_function("orm_decimal_avg", 1, flags(), Average)
}

/// They depend on nothing but their arguments, and may stand in an index or a check of
/// a database that is not trusted.
fn flags() -> FunctionFlags {
    FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS
}

fn one(
    connection: &Connection,
    name: &str,
    compute: fn(Exact) -> Result<Exact, Fault>,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 1, flags(), move |context| {
        written(argument(context, 0)?.map(compute))
    })
}

fn two(
    connection: &Connection,
    name: &str,
    compute: fn(&Exact, &Exact) -> Result<Exact, Fault>,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 2, flags(), move |context| {
        let (left, right) = (argument(context, 0)?, argument(context, 1)?);
        written(left.zip(right).map(|(left, right)| compute(&left, &right)))
    })
}

fn written(result: Option<Result<Exact, Fault>>) -> rusqlite::Result<Option<String>> {
    match result {
        Some(Ok(number)) => Ok(Some(number.to_string())),
        Some(Err(fault)) => Err(refused(fault)),
        None => Ok(None),
    }
}

#[cold]
fn refused(fault: Fault) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(Box::new(fault))
}

/// A number; `None` is NULL.
fn argument(context: &Context<'_>, at: usize) -> rusqlite::Result<Option<Exact>> {
    let number = match context.get_raw(at) {
        ValueRef::Null => return Ok(None),
        ValueRef::Integer(value) => Ok(Exact::of_integer(value)),
        // A double has 15 digits that are sure.
        ValueRef::Real(value) => Exact::read(&shortest(&format!("{value:.14e}"))),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Exact::read(text),
            Err(_) => Err(Fault::NotANumber),
        },
        ValueRef::Blob(_) => Err(Fault::NotANumber),
    };
    number.map(Some).map_err(refused)
}

/// `1.25000000000000e1` without the zeros.
fn shortest(text: &str) -> String {
    match text.split_once('e') {
        Some((number, exponent)) => {
            let number = number.trim_end_matches('0').trim_end_matches('.');
            format!("{number}e{exponent}")
        }
        None => text.to_owned(),
    }
}

/// The numbers of a group or window so far.
struct Total {
    sum: Exact,
    count: u64,
    /// How many numbers have how many digits after the point: the sum has as many as
    /// any of those that are left.
    scales: SmallVec<[(u32, u64); 2]>,
}

impl Total {
    fn none() -> Self {
        Total {
            sum: Exact::zero(),
            count: 0,
            scales: SmallVec::new(),
        }
    }

    fn enter(&mut self, context: &Context<'_>) -> rusqlite::Result<()> {
        let Some(number) = argument(context, 0)? else {
            return Ok(());
        };
        self.sum = self.sum.add(&number).map_err(refused)?;
        self.count += 1;
        let mut known = self.scales.iter_mut();
        match known.find(|(scale, _)| *scale == number.scale()) {
            Some((_, count)) => *count += 1,
            None => self.scales.push((number.scale(), 1)),
        }
        Ok(())
    }

    fn leave(&mut self, context: &Context<'_>) -> rusqlite::Result<()> {
        let Some(number) = argument(context, 0)? else {
            return Ok(());
        };
        for (scale, count) in &mut self.scales {
            *count = count.saturating_sub(u64::from(*scale == number.scale()));
        }
        self.scales.retain(|(_, count)| *count > 0);
        let most = self.scales.iter().map(|(scale, _)| *scale).max();
        let rest = self.sum.sub(&number).map_err(refused)?;
        self.sum = rest.rounded(most.unwrap_or(0)).map_err(refused)?;
        self.count -= 1;
        Ok(())
    }

    fn sum(&self) -> rusqlite::Result<Option<String>> {
        Ok((self.count > 0).then(|| self.sum.to_string()))
    }

    fn average(&self) -> rusqlite::Result<Option<String>> {
        let count = i64::try_from(self.count).unwrap_or(i64::MAX);
        let count = (count > 0).then(|| Exact::of_integer(count));
        written(count.map(|count| self.sum.div(&count)))
    }
}

struct Sum;
struct Average;

macro_rules! totals {
    ($($aggregate:ident: $result:ident;)*) => {$(
        impl Aggregate<Total, Option<String>> for $aggregate {
            fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Total> {
                Ok(Total::none())
            }

            fn step(&self, context: &mut Context<'_>, total: &mut Total) -> rusqlite::Result<()> {
                total.enter(context)
            }

            fn finalize(
                &self,
                _: &mut Context<'_>,
                total: Option<Total>,
            ) -> rusqlite::Result<Option<String>> {
                total.as_ref().map_or(Ok(None), Total::$result)
            }
        }

        impl WindowAggregate<Total, Option<String>> for $aggregate {
            fn value(&self, total: Option<&mut Total>) -> rusqlite::Result<Option<String>> {
                total.map_or(Ok(None), |total| total.$result())
            }

            fn inverse(
                &self,
                context: &mut Context<'_>,
                total: &mut Total,
            ) -> rusqlite::Result<()> {
                total.leave(context)
            }
        }
    )*};
}

totals! {
    Sum: sum;
    Average: average;
}
