//! Expressions over the rows of one table: made at random, and evaluated as SQL
//! says, NULL being unknown.

use std::cmp::Ordering;

use super::dice::Dice;
use super::world::{Row, Side, Table, World, some_text};

/// A number that may be NULL.
#[derive(Debug, Clone)]
pub(super) enum Int {
    Number,
    Calc(Calc, Box<Int>, Operand),
    Abs(Box<Int>),
    Case(Box<Cond>, Box<Int>, Operand),
    Length(Box<Text>),
    /// The value of a post's author.
    OfAuthor(Box<Int>),
}

/// A number that is never NULL.
#[derive(Debug, Clone)]
pub(super) enum Sure {
    Id,
    Amount,
    Constant(i32),
    Calc(Calc, Box<Sure>, Box<Sure>),
    Coalesce(Box<Int>, Box<Sure>),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Calc {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

/// What a number is compared or calculated with.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Constant(i32),
    Int(Box<Int>),
    Sure(Box<Sure>),
}

/// A text that may be NULL.
#[derive(Debug, Clone)]
pub(super) enum Text {
    Label,
    Lower(Box<Text>),
    Upper(Box<Text>),
    Trim(Box<Text>),
    Concat(Box<Text>, String),
    WithTitle(Box<Text>),
    Case(Box<Cond>, Box<Text>, String),
    Digits(Box<Int>),
}

/// A text that is never NULL.
#[derive(Debug, Clone)]
pub(super) enum SureText {
    Title,
    Coalesce(Box<Text>, String),
    Lower(Box<SureText>),
}

/// How many rows the other side has, or has of those that pass a condition.
#[derive(Debug, Clone)]
pub(super) struct Count {
    pub(super) side: Side,
    pub(super) of: Option<Box<Cond>>,
}

#[derive(Debug, Clone)]
pub(super) enum Cond {
    Always,
    Never,
    Compare(Int, Compare, Operand),
    CompareSure(Sure, Compare, Operand),
    Between(Int, Operand, Operand),
    In(Int, Vec<i32>),
    NotIn(Int, Vec<i32>),
    IntNull(Int, bool),
    TextNull(Text, bool),
    TextIs(Text, Compare, String),
    TextIsTitle(Text, Compare),
    Like(Text, Pattern, String),
    LikeSure(SureText, Pattern, String),
    And(Vec<Cond>),
    Or(Vec<Cond>),
    Not(Box<Cond>),
    NotTrue(Box<Cond>),
    Quantified(Side, Quantifier, Box<Cond>),
    HasRows(Side, bool),
    CountIs(Count, Compare, i64),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Distinct,
    NotDistinct,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Pattern {
    Like,
    NotLike,
    StartsWith,
    EndsWith,
    Contains,
    Icontains,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Quantifier {
    Any,
    None,
    All,
}

/// A value of a result.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bool(bool),
}

impl Cell {
    /// The order of the server: NULL is the biggest value, texts are compared by bytes.
    pub(super) fn order(&self, other: &Cell) -> Ordering {
        match (self, other) {
            (Cell::Int(one), Cell::Int(other)) => one.cmp(other),
            (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
            (Cell::Bool(one), Cell::Bool(other)) => one.cmp(other),
            (one, other) => (*one == Cell::Null).cmp(&(*other == Cell::Null)),
        }
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Null, Into::into)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Cell {
        Cell::Int(value)
    }
}

impl From<i32> for Cell {
    fn from(value: i32) -> Cell {
        Cell::Int(value.into())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Cell {
        Cell::Text(value)
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Cell {
        Cell::Bool(value)
    }
}

/// What is shown, grouped or sorted by.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Int(Int),
    Sure(Sure),
    Text(Text),
    SureText(SureText),
    Cond(Cond),
    Count(Count),
}

const COMPARES: [Compare; 8] = [
    Compare::Eq,
    Compare::Ne,
    Compare::Lt,
    Compare::Le,
    Compare::Gt,
    Compare::Ge,
    Compare::Distinct,
    Compare::NotDistinct,
];

/// Makes expressions over the rows of a table, no deeper than `depth`.
pub(super) struct Maker<'d> {
    pub(super) dice: &'d mut Dice,
    pub(super) table: Table,
    pub(super) depth: usize,
}

impl Maker<'_> {
    fn deeper<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.depth -= 1;
        let made = make(self);
        self.depth += 1;
        made
    }

    fn within<T>(&mut self, table: Table, make: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::replace(&mut self.table, table);
        let made = self.deeper(make);
        self.table = around;
        made
    }

    fn calc(&mut self) -> Calc {
        self.dice
            .pick(&[Calc::Add, Calc::Sub, Calc::Mul, Calc::Div, Calc::Rem])
    }

    pub(super) fn int(&mut self) -> Int {
        if self.depth == 0 {
            return Int::Number;
        }
        match self.dice.below(8) {
            0 | 1 => Int::Number,
            2 | 3 => self.deeper(|it| {
                let calc = it.calc();
                let operand = match calc {
                    // Nothing overflows, and nothing is divided by zero.
                    Calc::Mul => Operand::Constant(it.dice.between(-2, 2)),
                    Calc::Div | Calc::Rem => Operand::Constant(it.dice.constant(&[-2, 1, 2, 3])),
                    Calc::Add | Calc::Sub => it.operand(),
                };
                Int::Calc(calc, Box::new(it.int()), operand)
            }),
            4 => self.deeper(|it| Int::Abs(Box::new(it.int()))),
            5 => self.deeper(|it| Int::Case(Box::new(it.cond()), Box::new(it.int()), it.operand())),
            6 => self.deeper(|it| Int::Length(Box::new(it.text()))),
            _ if self.table == Table::Post => {
                self.within(Table::Author, |it| Int::OfAuthor(Box::new(it.int())))
            }
            _ => Int::Number,
        }
    }

    pub(super) fn sure(&mut self) -> Sure {
        if self.depth == 0 {
            return if self.dice.one_in(2) {
                Sure::Id
            } else {
                Sure::Amount
            };
        }
        match self.dice.below(5) {
            0 => Sure::Id,
            1 => Sure::Amount,
            2 => Sure::Constant(self.dice.between(-3, 3)),
            3 => self.deeper(|it| {
                let calc = it.calc();
                let right = match calc {
                    Calc::Mul => Sure::Constant(it.dice.between(-2, 2)),
                    Calc::Div | Calc::Rem => Sure::Constant(it.dice.constant(&[-2, 1, 2, 3])),
                    Calc::Add | Calc::Sub => it.sure(),
                };
                Sure::Calc(calc, Box::new(it.sure()), Box::new(right))
            }),
            _ => self.deeper(|it| Sure::Coalesce(Box::new(it.int()), Box::new(it.sure()))),
        }
    }

    fn operand(&mut self) -> Operand {
        match self.dice.below(3) {
            0 if self.depth > 0 => self.deeper(|it| Operand::Int(Box::new(it.int()))),
            1 if self.depth > 0 => self.deeper(|it| Operand::Sure(Box::new(it.sure()))),
            _ => Operand::Constant(self.dice.between(-4, 4)),
        }
    }

    pub(super) fn text(&mut self) -> Text {
        if self.depth == 0 {
            return Text::Label;
        }
        match self.dice.below(9) {
            0 | 1 => Text::Label,
            2 => self.deeper(|it| Text::Lower(Box::new(it.text()))),
            3 => self.deeper(|it| Text::Upper(Box::new(it.text()))),
            4 => self.deeper(|it| Text::Trim(Box::new(it.text()))),
            5 => self.deeper(|it| Text::Concat(Box::new(it.text()), some_text(it.dice))),
            6 => self.deeper(|it| Text::WithTitle(Box::new(it.text()))),
            7 => self.deeper(|it| {
                Text::Case(Box::new(it.cond()), Box::new(it.text()), some_text(it.dice))
            }),
            _ => self.deeper(|it| Text::Digits(Box::new(it.int()))),
        }
    }

    pub(super) fn sure_text(&mut self) -> SureText {
        match self.dice.below(3) {
            1 if self.depth > 0 => {
                self.deeper(|it| SureText::Coalesce(Box::new(it.text()), some_text(it.dice)))
            }
            2 if self.depth > 0 => self.deeper(|it| SureText::Lower(Box::new(it.sure_text()))),
            _ => SureText::Title,
        }
    }

    pub(super) fn count(&mut self) -> Count {
        let side = self.dice.pick(Side::of(self.table));
        let filtered = self.depth > 0 && self.dice.one_in(2);
        let of = filtered.then(|| Box::new(self.within(side.target(), Self::cond)));
        Count { side, of }
    }

    fn pattern(&mut self) -> (Pattern, String) {
        let pattern = self.dice.pick(&[
            Pattern::Like,
            Pattern::NotLike,
            Pattern::StartsWith,
            Pattern::EndsWith,
            Pattern::Contains,
            Pattern::Icontains,
        ]);
        let text = match pattern {
            Pattern::Like | Pattern::NotLike => self
                .dice
                .constant(&["%", "a%", "%a%", "_", "a\\_b", "日%", "%\\%"])
                .to_owned(),
            _ => some_text(self.dice),
        };
        (pattern, text)
    }

    pub(super) fn cond(&mut self) -> Cond {
        let compare = self.dice.pick(&COMPARES);
        if self.depth == 0 {
            return match self.dice.below(5) {
                0 => Cond::Always,
                1 => Cond::IntNull(self.int(), self.dice.one_in(2)),
                2 => Cond::TextIs(self.text(), compare, some_text(self.dice)),
                3 => Cond::CompareSure(self.sure(), compare, self.operand()),
                _ => Cond::Compare(self.int(), compare, self.operand()),
            };
        }
        self.deeper(|it| match it.dice.below(20) {
            0 => Cond::Never,
            1 => Cond::Always,
            2 | 3 => Cond::Compare(it.int(), compare, it.operand()),
            4 => Cond::CompareSure(it.sure(), compare, it.operand()),
            5 => Cond::Between(it.int(), it.operand(), it.operand()),
            6 => Cond::In(it.int(), it.dice.several(0, 3, |dice| dice.between(-3, 3))),
            7 => Cond::NotIn(it.int(), it.dice.several(0, 3, |dice| dice.between(-3, 3))),
            8 => Cond::IntNull(it.int(), it.dice.one_in(2)),
            9 => Cond::TextNull(it.text(), it.dice.one_in(2)),
            10 => Cond::TextIs(it.text(), compare, some_text(it.dice)),
            11 => Cond::TextIsTitle(it.text(), compare),
            12 => {
                let (pattern, text) = it.pattern();
                Cond::Like(it.text(), pattern, text)
            }
            13 => {
                let (pattern, text) = it.pattern();
                Cond::LikeSure(it.sure_text(), pattern, text)
            }
            14 => Cond::And(it.conds()),
            15 => Cond::Or(it.conds()),
            16 => match it.dice.one_in(2) {
                true => Cond::Not(Box::new(it.cond())),
                false => Cond::NotTrue(Box::new(it.cond())),
            },
            17 if it.depth > 0 => {
                let side = it.dice.pick(Side::of(it.table));
                let all = [Quantifier::Any, Quantifier::None, Quantifier::All];
                let quantifier = it.dice.pick(&all);
                let inner = it.within(side.target(), Self::cond);
                Cond::Quantified(side, quantifier, Box::new(inner))
            }
            18 => Cond::HasRows(it.dice.pick(Side::of(it.table)), it.dice.one_in(2)),
            _ => Cond::CountIs(it.count(), compare, it.dice.between(0, 2).into()),
        })
    }

    fn conds(&mut self) -> Vec<Cond> {
        let count = self.dice.below(4);
        (0..count).map(|_| self.cond()).collect()
    }

    pub(super) fn value(&mut self) -> Value {
        match self.dice.below(7) {
            0 | 1 => Value::Int(self.int()),
            2 => Value::Sure(self.sure()),
            3 => Value::Text(self.text()),
            4 => Value::SureText(self.sure_text()),
            5 => Value::Cond(self.cond()),
            _ => Value::Count(self.count()),
        }
    }
}

/// A row that expressions are evaluated for.
#[derive(Clone, Copy)]
pub(super) struct At<'w> {
    pub(super) world: &'w World,
    pub(super) table: Table,
    pub(super) row: &'w Row,
}

impl<'w> At<'w> {
    fn there(self, side: Side) -> Vec<At<'w>> {
        let rows = self.world.other_side(self.table, self.row, side);
        let at = |row| At {
            world: self.world,
            table: side.target(),
            row,
        };
        rows.into_iter().map(at).collect()
    }

    pub(super) fn value(self, value: &Value) -> Cell {
        match value {
            Value::Int(int) => self.int(int).into(),
            Value::Sure(sure) => self.sure(sure).into(),
            Value::Text(text) => self.text(text).into(),
            Value::SureText(text) => self.sure_text(text).into(),
            Value::Cond(cond) => self.cond(cond).into(),
            Value::Count(count) => self.count(count).into(),
        }
    }

    pub(super) fn int(self, int: &Int) -> Option<i64> {
        match int {
            Int::Number => self.row.number,
            Int::Calc(calc, left, right) => {
                Some(calculate(*calc, self.int(left)?, self.operand(right)?))
            }
            Int::Abs(int) => self.int(int).map(i64::abs),
            Int::Case(cond, then, otherwise) => match self.cond(cond) {
                Some(true) => self.int(then),
                _ => self.operand(otherwise),
            },
            Int::Length(text) => Some(self.text(text)?.chars().count() as i64),
            Int::OfAuthor(int) => self.there(Side::Author).first()?.int(int),
        }
    }

    pub(super) fn sure(self, sure: &Sure) -> i64 {
        match sure {
            Sure::Id => self.row.id,
            Sure::Amount => self.row.amount,
            Sure::Constant(n) => (*n).into(),
            Sure::Calc(calc, left, right) => calculate(*calc, self.sure(left), self.sure(right)),
            Sure::Coalesce(int, otherwise) => self.int(int).unwrap_or_else(|| self.sure(otherwise)),
        }
    }

    fn operand(self, operand: &Operand) -> Option<i64> {
        match operand {
            Operand::Constant(n) => Some((*n).into()),
            Operand::Int(int) => self.int(int),
            Operand::Sure(sure) => Some(self.sure(sure)),
        }
    }

    pub(super) fn text(self, text: &Text) -> Option<String> {
        Some(match text {
            Text::Label => self.row.label.clone()?,
            // The database compares and converts by bytes: letters of ASCII only.
            Text::Lower(text) => self.text(text)?.to_ascii_lowercase(),
            Text::Upper(text) => self.text(text)?.to_ascii_uppercase(),
            Text::Trim(text) => self.text(text)?.trim_matches(' ').to_owned(),
            Text::Concat(text, more) => self.text(text)? + more,
            Text::WithTitle(text) => self.text(text)? + &self.row.title,
            Text::Case(cond, then, otherwise) => match self.cond(cond) {
                Some(true) => self.text(then)?,
                _ => otherwise.clone(),
            },
            Text::Digits(int) => self.int(int)?.to_string(),
        })
    }

    pub(super) fn sure_text(self, text: &SureText) -> String {
        match text {
            SureText::Title => self.row.title.clone(),
            SureText::Coalesce(text, otherwise) => {
                self.text(text).unwrap_or_else(|| otherwise.clone())
            }
            SureText::Lower(text) => self.sure_text(text).to_ascii_lowercase(),
        }
    }

    pub(super) fn count(self, count: &Count) -> i64 {
        let passes = |at: &At<'_>| {
            let cond = count.of.as_ref();
            cond.is_none_or(|cond| at.cond(cond) == Some(true))
        };
        self.there(count.side)
            .iter()
            .filter(|at| passes(at))
            .count() as i64
    }

    /// TRUE, FALSE or unknown.
    pub(super) fn cond(self, cond: &Cond) -> Option<bool> {
        match cond {
            Cond::Always => Some(true),
            Cond::Never => Some(false),
            Cond::Compare(left, op, right) => compare(*op, self.int(left), self.operand(right)),
            Cond::CompareSure(left, op, right) => {
                compare(*op, Some(self.sure(left)), self.operand(right))
            }
            Cond::Between(int, low, high) => {
                let int = self.int(int);
                let above = compare(Compare::Ge, int, self.operand(low));
                and([above, compare(Compare::Le, int, self.operand(high))])
            }
            Cond::In(int, list) => self.in_list(int, list),
            Cond::NotIn(int, list) => self.in_list(int, list).map(|found| !found),
            Cond::IntNull(int, null) => Some(self.int(int).is_none() == *null),
            Cond::TextNull(text, null) => Some(self.text(text).is_none() == *null),
            Cond::TextIs(text, op, value) => compare(*op, self.text(text), Some(value.clone())),
            Cond::TextIsTitle(text, op) => {
                compare(*op, self.text(text), Some(self.row.title.clone()))
            }
            Cond::Like(text, pattern, value) => Some(matches(*pattern, &self.text(text)?, value)),
            Cond::LikeSure(text, pattern, value) => {
                Some(matches(*pattern, &self.sure_text(text), value))
            }
            Cond::And(conds) => and(conds.iter().map(|cond| self.cond(cond))),
            Cond::Or(conds) => {
                let none = and(conds.iter().map(|cond| Some(!self.cond(cond)?)));
                none.map(|none| !none)
            }
            Cond::Not(cond) => Some(!self.cond(cond)?),
            Cond::NotTrue(cond) => Some(self.cond(cond) != Some(true)),
            Cond::Quantified(side, quantifier, cond) => {
                let there = self.there(*side);
                let mut passes = there.iter().map(|at| at.cond(cond) == Some(true));
                Some(match quantifier {
                    Quantifier::Any => passes.any(|passes| passes),
                    Quantifier::None => !passes.any(|passes| passes),
                    Quantifier::All => passes.all(|passes| passes),
                })
            }
            Cond::HasRows(side, wanted) => Some(self.there(*side).is_empty() != *wanted),
            Cond::CountIs(count, op, n) => compare(*op, Some(self.count(count)), Some(*n)),
        }
    }

    /// Of no values a test is never unknown.
    fn in_list(self, int: &Int, list: &[i32]) -> Option<bool> {
        if list.is_empty() {
            return Some(false);
        }
        let int = self.int(int)?;
        Some(list.iter().any(|n| i64::from(*n) == int))
    }
}

fn calculate(calc: Calc, left: i64, right: i64) -> i64 {
    match calc {
        Calc::Add => left + right,
        Calc::Sub => left - right,
        Calc::Mul => left * right,
        Calc::Div => left / right,
        Calc::Rem => left % right,
    }
}

pub(super) fn compare<T: Ord>(op: Compare, left: Option<T>, right: Option<T>) -> Option<bool> {
    match op {
        Compare::Distinct => return Some(left != right),
        Compare::NotDistinct => return Some(left == right),
        _ => {}
    }
    let order = left?.cmp(&right?);
    Some(match op {
        Compare::Eq | Compare::NotDistinct => order.is_eq(),
        Compare::Ne | Compare::Distinct => order.is_ne(),
        Compare::Lt => order.is_lt(),
        Compare::Le => order.is_le(),
        Compare::Gt => order.is_gt(),
        Compare::Ge => order.is_ge(),
    })
}

/// FALSE if one is, unknown if one is, else TRUE.
fn and(conds: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for cond in conds {
        match cond {
            Some(false) => return Some(false),
            None => all = None,
            Some(true) => {}
        }
    }
    all
}

fn matches(pattern: Pattern, text: &str, value: &str) -> bool {
    match pattern {
        Pattern::Like => like(text, value),
        Pattern::NotLike => !like(text, value),
        Pattern::StartsWith => text.starts_with(value),
        Pattern::EndsWith => text.ends_with(value),
        Pattern::Contains => text.contains(value),
        Pattern::Icontains => text
            .to_ascii_lowercase()
            .contains(&value.to_ascii_lowercase()),
    }
}

/// `%` is any text, `_` any character, `\` takes the next one literally.
fn like(text: &str, pattern: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('%') => {
            let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            starts.any(|at| like(&text[at..], rest.as_str()))
        }
        Some(wanted) => {
            let literal = (wanted == '\\').then(|| rest.next()).flatten();
            let mut text = text.chars();
            match (text.next(), literal) {
                (None, _) => false,
                (Some(c), Some(literal)) if c != literal => false,
                (Some(c), None) if wanted != '_' && wanted != c => false,
                _ => like(text.as_str(), rest.as_str()),
            }
        }
    }
}
