//! The same work on SQLite, beside hand-written rusqlite.
//!
//! | Module | What |
//! |---|---|
//! | `fixture` | a file with the rows of the work |
//! | `hand` | the work by hand, on a connection |
//! | `raw` | that, called directly and on a thread |

mod fixture;
mod hand;
mod raw;

pub use self::fixture::Fixture;
pub(crate) use self::hand::Decode;
pub use self::raw::Raw;

use crate::arguments::Arguments;
use crate::contender::{Result, Work};
use crate::run::{Seat, compared, rates, write};
use crate::{report, throughput};

/// Measures what the command line asks for. `connect` seats everyone at a file, by its
/// URL; the first is who the others are compared with.
///
/// # Errors
/// When a contender fails, or finds other rows than the first.
pub async fn run(connect: impl AsyncFn(&Fixture) -> Result<Vec<Box<dyn Seat>>>) -> Result<()> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let fixture = Fixture::create(arguments.wants(Work::Stream) && !arguments.throughput)?;
    let seats = connect(&fixture).await?;
    if arguments.throughput {
        let works = [Work::FindByKey, Work::Rows100, Work::W1];
        let entries = rates(&seats, &arguments, &works, &[1, 2, 8]).await?;
        return write(&arguments, &throughput::csv(&entries));
    }
    let works: Vec<_> = Work::ON_SQLITE
        .into_iter()
        .filter(|&work| arguments.wants(work))
        .collect();
    let empty = async || fixture.empty_articles();
    let entries = compared(&arguments, &seats, &works, "SQLite", empty).await?;
    println!("{}", report::table(&entries));
    write(&arguments, &report::csv(&entries))
}
