//! Exact decimal numbers of any length that occurs.

use std::cmp::Ordering;
use std::fmt;

use smallvec::{SmallVec, smallvec};

/// Nine digits each, the last ones first, no zeros at the end.
type Limbs = SmallVec<[u32; 8]>;

const BASE: u64 = 1_000_000_000;
const DIGITS: u32 = 9;
/// So many digits a number may have; those that a program reads have 28.
const MOST_DIGITS: u32 = 1_000;

/// A number: its digits as an integer, and how many of them stand after the point.
#[derive(Debug, Clone)]
pub(super) struct Exact {
    negative: bool,
    digits: Limbs,
    scale: u32,
}

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    NotANumber,
    TooLong,
    DivisionByZero,
    /// It has more digits before the point than its type.
    Overflow,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NotANumber => "a value is not a decimal number",
            Fault::TooLong => "a decimal number has more than 1000 digits",
            Fault::DivisionByZero => "division by zero",
            Fault::Overflow => "numeric field overflow",
        })
    }
}

impl std::error::Error for Fault {}

type Result<T> = std::result::Result<T, Fault>;

impl Exact {
    pub(super) fn zero() -> Self {
        Exact {
            negative: false,
            digits: Limbs::new(),
            scale: 0,
        }
    }

    fn new(negative: bool, mut digits: Limbs, scale: u32) -> Result<Self> {
        trim(&mut digits);
        if scale > MOST_DIGITS || length(&digits) > MOST_DIGITS {
            return Err(Fault::TooLong);
        }
        Ok(Exact {
            negative: negative && !digits.is_empty(),
            digits,
            scale,
        })
    }

    pub(super) fn of_integer(value: i64) -> Self {
        let mut rest = value.unsigned_abs();
        let mut digits = Limbs::new();
        while rest > 0 {
            digits.push((rest % BASE) as u32);
            rest /= BASE;
        }
        Exact {
            negative: value < 0,
            digits,
            scale: 0,
        }
    }

    /// `-12.50`, `1.25e1`
    pub(super) fn read(text: &str) -> Result<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse().map_err(|_| Fault::NotANumber)?),
            None => (text, 0_i32),
        };
        let (negative, number) = match number.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let count = whole.len() + fraction.len();
        if count == 0 {
            return Err(Fault::NotANumber);
        }
        let longest = MOST_DIGITS as usize;
        if count > 2 * longest || exponent.unsigned_abs() > MOST_DIGITS {
            return Err(Fault::TooLong);
        }
        let all = || whole.bytes().chain(fraction.bytes());
        if !all().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::NotANumber);
        }
        let mut digits: Limbs = smallvec![0; count.div_ceil(DIGITS as usize)];
        for (at, digit) in all().enumerate() {
            let power = (count - 1 - at) as u32;
            digits[(power / DIGITS) as usize] += u32::from(digit - b'0') * pow10(power % DIGITS);
        }
        let scale = fraction.len() as i32 - exponent;
        if scale < 0 {
            shift(&mut digits, scale.unsigned_abs());
        }
        Exact::new(negative, digits, scale.max(0) as u32)
    }

    /// How many digits stand after the point.
    pub(super) fn scale(&self) -> u32 {
        self.scale
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The digits with so many of them after the point, which are not fewer than now.
    fn at_scale(&self, scale: u32) -> Limbs {
        let mut digits = self.digits.clone();
        shift(&mut digits, scale - self.scale);
        digits
    }

    pub(super) fn negated(mut self) -> Self {
        self.negative = !self.negative && !self.is_zero();
        self
    }

    pub(super) fn abs(mut self) -> Self {
        self.negative = false;
        self
    }

    pub(super) fn add(&self, other: &Exact) -> Result<Self> {
        let scale = self.scale.max(other.scale);
        let (left, right) = (self.at_scale(scale), other.at_scale(scale));
        if self.negative == other.negative {
            return Exact::new(self.negative, sum(&left, &right), scale);
        }
        match compare(&left, &right) {
            Ordering::Less => Exact::new(other.negative, difference(right, &left), scale),
            _ => Exact::new(self.negative, difference(left, &right), scale),
        }
    }

    pub(super) fn sub(&self, other: &Exact) -> Result<Self> {
        self.add(&other.clone().negated())
    }

    pub(super) fn mul(&self, other: &Exact) -> Result<Self> {
        let digits = product(&self.digits, &other.digits);
        Exact::new(
            self.negative != other.negative,
            digits,
            self.scale + other.scale,
        )
    }

    /// With as many digits after the point as PostgreSQL gives it, the last one rounded.
    pub(super) fn div(&self, other: &Exact) -> Result<Self> {
        if other.is_zero() {
            return Err(Fault::DivisionByZero);
        }
        let scale = self.scale_of_quotient(other);
        // One digit more tells how to round.
        let mut dividend = self.digits.clone();
        let mut divisor = other.digits.clone();
        let wanted = scale + 1 + other.scale;
        match wanted.checked_sub(self.scale) {
            Some(more) => shift(&mut dividend, more),
            None => shift(&mut divisor, self.scale - wanted),
        }
        let (quotient, _) = divided(&dividend, &divisor);
        Exact::new(self.negative != other.negative, quotient, scale + 1)?.rounded(scale)
    }

    /// At least 16 significant digits, counted in groups of four.
    fn scale_of_quotient(&self, other: &Exact) -> u32 {
        let (weight, first) = self.first_group();
        let (other_weight, other_first) = other.first_group();
        let weight = weight - other_weight - i32::from(first <= other_first);
        let significant = (16 - weight * 4).max(0) as u32;
        significant
            .max(self.scale)
            .max(other.scale)
            .min(MOST_DIGITS - 1)
    }

    /// The power of 10,000 of the first group of four digits, and these.
    fn first_group(&self) -> (i32, u32) {
        if self.is_zero() {
            return (0, 0);
        }
        let count = length(&self.digits) as i32;
        let power = count - 1 - self.scale as i32;
        let wanted = power.rem_euclid(4) + 1;
        let mut first = self.digits.clone();
        if count >= wanted {
            unshift(&mut first, (count - wanted) as u32);
        } else {
            shift(&mut first, (wanted - count) as u32);
        }
        (power.div_euclid(4), first.first().copied().unwrap_or(0))
    }

    /// What is left of a division without digits after the point.
    pub(super) fn rem(&self, other: &Exact) -> Result<Self> {
        if other.is_zero() {
            return Err(Fault::DivisionByZero);
        }
        let scale = self.scale.max(other.scale);
        let (_, rest) = divided(&self.at_scale(scale), &other.at_scale(scale));
        Exact::new(self.negative, rest, scale)
    }

    /// To so many digits after the point, halves away from zero.
    pub(super) fn rounded(self, scale: u32) -> Result<Self> {
        let Some(surplus) = self.scale.checked_sub(scale).filter(|surplus| *surplus > 0) else {
            let digits = self.at_scale(scale);
            return Exact::new(self.negative, digits, scale);
        };
        let mut digits = self.digits;
        let last = unshift(&mut digits, surplus);
        if last >= 5 {
            digits = sum(&digits, &[1]);
        }
        Exact::new(self.negative, digits, scale)
    }

    /// To a whole number: the next one below, or above.
    pub(super) fn whole(self, up: bool) -> Result<Self> {
        let mut digits = self.digits.clone();
        unshift(&mut digits, self.scale);
        let whole = Exact::new(self.negative, digits, 0)?;
        match whole.cmp(&self) {
            Ordering::Less if up => whole.add(&Exact::of_integer(1)),
            Ordering::Greater if !up => whole.sub(&Exact::of_integer(1)),
            _ => Ok(whole),
        }
    }

    /// As a column of the type `numeric(precision, scale)` takes it.
    pub(super) fn fitted(self, precision: u32, scale: u32) -> Result<Self> {
        let fitted = self.rounded(scale)?;
        match length(&fitted.digits) > precision {
            true => Err(Fault::Overflow),
            false => Ok(fitted),
        }
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.negative != other.negative {
            return other.negative.cmp(&self.negative);
        }
        let scale = self.scale.max(other.scale);
        let order = compare(&self.at_scale(scale), &other.at_scale(scale));
        if self.negative {
            order.reverse()
        } else {
            order
        }
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (at, limb) in self.digits.iter().rev().enumerate() {
            let limb = match at {
                0 => format!("{limb}"),
                _ => format!("{limb:09}"),
            };
            text.push_str(&limb);
        }
        let scale = self.scale as usize;
        // At least one digit before the point.
        let text = format!("{text:0>width$}", width = scale + 1);
        let (whole, fraction) = text.split_at(text.len() - scale);
        if self.negative {
            f.write_str("-")?;
        }
        f.write_str(whole)?;
        if scale > 0 {
            write!(f, ".{fraction}")?;
        }
        Ok(())
    }
}

/// At most 10^9.
const fn pow10(power: u32) -> u32 {
    10_u32.pow(power)
}

fn trim(digits: &mut Limbs) {
    while digits.last() == Some(&0) {
        digits.pop();
    }
}

/// The number of digits.
fn length(digits: &[u32]) -> u32 {
    match digits {
        [] => 0,
        [rest @ .., first] => rest.len() as u32 * DIGITS + first.ilog10() + 1,
    }
}

/// Times a power of ten.
fn shift(digits: &mut Limbs, power: u32) {
    if power == 0 || digits.is_empty() {
        return;
    }
    let factor = u64::from(pow10(power % DIGITS));
    let mut carry = 0;
    for limb in digits.iter_mut() {
        let value = u64::from(*limb) * factor + carry;
        *limb = (value % BASE) as u32;
        carry = value / BASE;
    }
    if carry > 0 {
        digits.push(carry as u32);
    }
    digits.insert_many(0, (0..power / DIGITS).map(|_| 0));
}

/// Divided by a power of ten that is not 1; the last digit that went is returned.
fn unshift(digits: &mut Limbs, power: u32) -> u32 {
    if power == 0 {
        return 0;
    }
    let drop_digits = |digits: &mut Limbs, power: u32| {
        let limbs = (power / DIGITS) as usize;
        digits.drain(..limbs.min(digits.len()));
        let divisor = u64::from(pow10(power % DIGITS));
        let mut rest = 0;
        for limb in digits.iter_mut().rev() {
            let value = rest * BASE + u64::from(*limb);
            *limb = (value / divisor) as u32;
            rest = value % divisor;
        }
        trim(digits);
    };
    drop_digits(digits, power - 1);
    let last = digits.first().copied().unwrap_or(0) % 10;
    drop_digits(digits, 1);
    last
}

fn compare(left: &[u32], right: &[u32]) -> Ordering {
    let by_length = left.len().cmp(&right.len());
    by_length.then_with(|| left.iter().rev().cmp(right.iter().rev()))
}

fn sum(left: &[u32], right: &[u32]) -> Limbs {
    let (long, short) = match left.len() < right.len() {
        true => (right, left),
        false => (left, right),
    };
    let mut out = Limbs::from_slice(long);
    let mut carry = 0;
    for (at, limb) in out.iter_mut().enumerate() {
        let value = u64::from(*limb) + u64::from(short.get(at).copied().unwrap_or(0)) + carry;
        *limb = (value % BASE) as u32;
        carry = value / BASE;
        if carry == 0 && at >= short.len() {
            break;
        }
    }
    if carry > 0 {
        out.push(carry as u32);
    }
    out
}

/// `larger - smaller`
fn difference(mut larger: Limbs, smaller: &[u32]) -> Limbs {
    let mut borrow = 0;
    for (at, limb) in larger.iter_mut().enumerate() {
        let taken = u64::from(smaller.get(at).copied().unwrap_or(0)) + borrow;
        let value = u64::from(*limb) + BASE - taken;
        *limb = (value % BASE) as u32;
        borrow = u64::from(value < BASE);
    }
    trim(&mut larger);
    larger
}

fn product(left: &[u32], right: &[u32]) -> Limbs {
    let mut out: Limbs = smallvec![0; left.len() + right.len()];
    for (at, &limb) in left.iter().enumerate() {
        let mut carry = 0;
        for (place, &other) in right.iter().enumerate() {
            let value = u64::from(out[at + place]) + u64::from(limb) * u64::from(other) + carry;
            out[at + place] = (value % BASE) as u32;
            carry = value / BASE;
        }
        out[at + right.len()] = carry as u32;
    }
    trim(&mut out);
    out
}

/// Quotient and remainder, limb by limb.
fn divided(dividend: &[u32], divisor: &[u32]) -> (Limbs, Limbs) {
    let mut quotient: Limbs = smallvec![0; dividend.len()];
    let mut rest = Limbs::new();
    for at in (0..dividend.len()).rev() {
        rest.insert(0, dividend[at]);
        trim(&mut rest);
        let times = how_often(&rest, divisor);
        quotient[at] = times;
        rest = difference(rest, &product(divisor, &[times]));
    }
    trim(&mut quotient);
    (quotient, rest)
}

/// How often a number is contained in one that is less than 10^9 times as large.
fn how_often(number: &[u32], divisor: &[u32]) -> u32 {
    let (mut least, mut beyond) = (0, BASE as u32);
    while beyond - least > 1 {
        let middle = least + (beyond - least) / 2;
        match compare(&product(divisor, &[middle]), number) {
            Ordering::Greater => beyond = middle,
            _ => least = middle,
        }
    }
    least
}
