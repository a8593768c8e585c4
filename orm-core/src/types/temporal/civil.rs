//! The calendar: days counted from 2000-01-01, and years, months and days.
//!
//! Gregorian throughout, as the server counts, and for every number of days there is.

/// A day of the calendar. Years count as astronomers do: 0 is 1 BC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) year: i32,
    pub(crate) month: u32,
    pub(crate) day: u32,
}

/// 400 years, after which the calendar repeats.
const DAYS_OF_400_YEARS: i64 = 146_097;
/// From 0000-03-01 to 2000-01-01. Years begin in March, so that the leap day is the last.
const DAYS_TO_2000: i64 = 730_425;

impl Day {
    /// The day so many days after 2000-01-01.
    pub(crate) const fn of_number(days: i32) -> Self {
        let days = days as i64 + DAYS_TO_2000;
        let era = days.div_euclid(DAYS_OF_400_YEARS);
        let day_of_era = days.rem_euclid(DAYS_OF_400_YEARS);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = (month_from_march + 2) % 12 + 1;
        Self {
            // 2^31 days are some 5.9 million years.
            year: (era * 400 + year_of_era + (month <= 2) as i64) as i32,
            month: month as u32,
            day: (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32,
        }
    }

    /// The days from 2000-01-01; `None` if the calendar has no such day.
    pub(crate) const fn number(self) -> Option<i32> {
        let exists = self.month >= 1 && self.month <= 12 && self.day >= 1;
        if !exists || self.day > days_in(self.year, self.month) {
            return None;
        }
        let year = self.year as i64 - (self.month <= 2) as i64;
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (self.month as i64 + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day as i64 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = year.div_euclid(400) * DAYS_OF_400_YEARS + day_of_era - DAYS_TO_2000;
        if days < i32::MIN as i64 || days > i32::MAX as i64 {
            return None;
        }
        Some(days as i32)
    }
}

pub(crate) const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn day(year: i32, month: u32, day: u32) -> Day {
        Day { year, month, day }
    }

    #[test]
    fn days_are_counted_from_2000() {
        for (number, expected) in [
            (0, day(2000, 1, 1)),
            (-1, day(1999, 12, 31)),
            (59, day(2000, 2, 29)),
            (-10_957, day(1970, 1, 1)),
            (-730_119, day(1, 1, 1)),
            (-730_120, day(0, 12, 31)),
            (2_921_939, day(9999, 12, 31)),
        ] {
            assert_eq!(Day::of_number(number), expected);
            assert_eq!(expected.number(), Some(number));
        }
        for absent in [
            day(1900, 2, 29),
            day(2001, 2, 29),
            day(2000, 13, 1),
            day(2000, 4, 31),
        ] {
            assert_eq!(absent.number(), None, "{absent:?}");
        }
        assert_eq!(day(i32::MAX, 1, 1).number(), None);
        assert_eq!(day(i32::MIN, 1, 1).number(), None);
    }

    proptest! {
        #[test]
        fn every_number_is_a_day(number in any::<i32>()) {
            prop_assert_eq!(Day::of_number(number).number(), Some(number));
        }

        #[test]
        fn chrono_counts_alike(number in -90_000_000..90_000_000_i32) {
            use chrono::Datelike as _;
            let date = chrono::NaiveDate::from_num_days_from_ce_opt(number + 730_120).unwrap();
            let expected = day(date.year(), date.month(), date.day());
            prop_assert_eq!(Day::of_number(number), expected);
        }
    }
}
