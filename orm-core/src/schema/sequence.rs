//! How the numbers of a sequence follow each other.

use super::TableName;

/// What a model says of the sequence that numbers a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceDef {
    /// The name of a sequence that stands alone, which several columns may ask;
    /// `None` is the column's own.
    pub shared: Option<TableName>,
    /// How its numbers follow each other.
    pub options: SequenceOptions,
}

/// How the numbers of a sequence follow each other; what is `None` is left to the
/// database, in a sequence that exists as well as in a new one.
///
/// ```
/// # use orm_core::schema::SequenceOptions;
/// let by_ten = SequenceOptions {
///     start: Some(1000),
///     increment: Some(10),
///     ..SequenceOptions::UNSAID
/// };
/// assert_eq!(by_ten.cache, None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SequenceOptions {
    /// The first number, and the one after a restart; 1 if left out.
    pub start: Option<i64>,
    /// What is added for the next number, never 0; 1 if left out.
    pub increment: Option<i64>,
    /// The least number; 1 if left out.
    pub min: Option<i64>,
    /// The greatest number; that of the type if left out.
    pub max: Option<i64>,
    /// How many numbers a connection takes at a time, 1 or more; those that it does not
    /// use are lost. 1 if left out.
    pub cache: Option<i64>,
    /// Whether it begins again behind its last number; no if left out.
    pub cycle: Option<bool>,
}

impl SequenceOptions {
    /// Nothing said.
    pub const UNSAID: SequenceOptions = SequenceOptions {
        start: None,
        increment: None,
        min: None,
        max: None,
        cache: None,
        cycle: None,
    };

    /// Whether each number is less than the one before.
    pub(crate) fn counts_down(&self) -> bool {
        self.increment.is_some_and(|it| it < 0)
    }

    /// These, and of the others what is said there.
    pub(crate) fn or(self, others: SequenceOptions) -> SequenceOptions {
        SequenceOptions {
            start: self.start.or(others.start),
            increment: self.increment.or(others.increment),
            min: self.min.or(others.min),
            max: self.max.or(others.max),
            cache: self.cache.or(others.cache),
            cycle: self.cycle.or(others.cycle),
        }
    }

    /// What of these options is not so in `live`, where all are said.
    pub(crate) fn unlike(&self, live: &SequenceOptions) -> SequenceOptions {
        SequenceOptions {
            start: self.start.filter(|_| self.start != live.start),
            increment: self.increment.filter(|_| self.increment != live.increment),
            min: self.min.filter(|_| self.min != live.min),
            max: self.max.filter(|_| self.max != live.max),
            cache: self.cache.filter(|_| self.cache != live.cache),
            cycle: self.cycle.filter(|_| self.cycle != live.cycle),
        }
    }

    /// What `live` has in the place of each of these options.
    pub(crate) fn as_in(&self, live: &SequenceOptions) -> SequenceOptions {
        SequenceOptions {
            start: self.start.and(live.start),
            increment: self.increment.and(live.increment),
            min: self.min.and(live.min),
            max: self.max.and(live.max),
            cache: self.cache.and(live.cache),
            cycle: self.cycle.and(live.cycle),
        }
    }

    /// Without what a sequence of a whole number up to `greatest` has by itself.
    pub(crate) fn unusual(&self, greatest: i64) -> SequenceOptions {
        let counts_down = self.counts_down();
        let (min, max) = match counts_down {
            true => (-greatest - 1, -1),
            false => (1, greatest),
        };
        let start = if counts_down { self.max } else { self.min };
        self.unlike(&SequenceOptions {
            start,
            increment: Some(1),
            min: Some(min),
            max: Some(max),
            cache: Some(1),
            cycle: Some(false),
        })
    }

    /// The options that are said, in PostgreSQL's words.
    pub(crate) fn clauses(&self) -> Vec<String> {
        let numbers = [
            ("START WITH", self.start),
            ("INCREMENT BY", self.increment),
            ("MINVALUE", self.min),
            ("MAXVALUE", self.max),
            ("CACHE", self.cache),
        ];
        let numbers = numbers
            .into_iter()
            .filter_map(|(words, number)| Some(format!("{words} {}", number?)));
        let cycle = self.cycle.map(|it| if it { "CYCLE" } else { "NO CYCLE" });
        numbers.chain(cycle.map(Into::into)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::SequenceOptions;

    fn live(increment: i64, [start, min, max]: [i64; 3]) -> SequenceOptions {
        SequenceOptions {
            start: Some(start),
            increment: Some(increment),
            min: Some(min),
            max: Some(max),
            cache: Some(1),
            cycle: Some(false),
        }
    }

    #[test]
    fn what_a_sequence_has_by_itself_is_not_said() {
        const INT: i64 = i32::MAX as i64;
        assert_eq!(live(1, [1, 1, INT]).unusual(INT), SequenceOptions::UNSAID);
        let down = live(-1, [-1, i64::from(i32::MIN), -1]).unusual(INT);
        assert_eq!(down.clauses(), ["INCREMENT BY -1"]);
        let narrow = live(2, [10, 10, 99]).unusual(INT);
        assert_eq!(
            narrow.clauses(),
            ["INCREMENT BY 2", "MINVALUE 10", "MAXVALUE 99"]
        );
        let late = live(1, [5, 1, INT]).unusual(INT);
        assert_eq!(late.clauses(), ["START WITH 5"]);
        let big = live(1, [1, 1, i64::MAX]).unusual(i64::MAX);
        assert_eq!(big, SequenceOptions::UNSAID);
    }

    #[test]
    fn only_what_is_said_is_compared() {
        let said = SequenceOptions {
            cache: Some(20),
            cycle: Some(true),
            ..SequenceOptions::UNSAID
        };
        let there = live(1, [7, 1, 100]);
        assert_eq!(said.unlike(&there), said);
        assert_eq!(said.as_in(&there).clauses(), ["CACHE 1", "NO CYCLE"]);
        assert_eq!(
            SequenceOptions::UNSAID.unlike(&there),
            SequenceOptions::UNSAID
        );
    }
}
