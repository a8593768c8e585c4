//! The functions the typed layer can call.

use super::{TextConfig, Weight};

/// A function, by meaning; the dialect knows its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Function {
    /// `lower(x)`
    Lower,
    /// `upper(x)`
    Upper,
    /// `char_length(x)`
    CharLength,
    /// `btrim(x)`
    Trim,
    /// `coalesce(x, ..)`
    Coalesce,
    /// `nullif(x, y)`
    NullIf,
    /// `greatest(x, ..)`
    Greatest,
    /// `least(x, ..)`
    Least,
    /// `abs(x)`
    Abs,
    /// `round(x)`
    Round,
    /// `ceil(x)`
    Ceil,
    /// `floor(x)`
    Floor,
    /// `now()`
    Now,
    /// `statement_timestamp()`, when the server received the statement
    StatementTime,
    /// `date_trunc('unit', x)`
    DateTrunc(TimeUnit),
    /// `extract(unit from x)`, as double precision
    Extract(TimeUnit),
    /// `cardinality(x)`
    Cardinality,
    /// `array_append(x, element)`
    ArrayAppend,
    /// `array_prepend(element, x)`
    ArrayPrepend,
    /// `array_remove(x, element)`
    ArrayRemove,
    /// `array_replace(x, from, to)`
    ArrayReplace,
    /// `array_cat(x, y)`
    ArrayConcat,
    /// `lower(range)`
    RangeStart,
    /// `upper(range)`
    RangeEnd,
    /// `isempty(range)`
    IsEmptyRange,
    /// `range_merge(x, y)`
    RangeMerge,
    /// `to_tsvector('config', x)`
    ToTsVector(TextConfig),
    /// `setweight(x, 'A')`
    SetWeight(Weight),
    /// `websearch_to_tsquery('config', x)`
    WebsearchQuery(TextConfig),
    /// `plainto_tsquery('config', x)`
    PlainQuery(TextConfig),
    /// `phraseto_tsquery('config', x)`
    PhraseQuery(TextConfig),
    /// `to_tsquery('config', x)`
    WrittenQuery(TextConfig),
    /// `tsquery_and(x, y)`
    QueryAnd,
    /// `tsquery_or(x, y)`
    QueryOr,
    /// `tsquery_not(x)`
    QueryNot,
    /// `ts_rank(words, query)`
    TextRank,
    /// `ts_rank_cd(words, query)`
    TextRankCover,
    /// `ts_headline('config', x, query, options)`
    Headline(TextConfig),
    /// `similarity(x, y)`
    Similarity,
    /// `word_similarity(x, y)`
    WordSimilarity,
    /// `x -> 'key'`
    JsonMember(&'static str),
    /// `x ->> 'key'`
    JsonMemberText(&'static str),
    /// `jsonb_array_length(x)`
    JsonArrayLength,
    /// `count(*)` or `count(x)`
    Count,
    /// `sum(x)`
    Sum,
    /// `avg(x)`
    Avg,
    /// `min(x)`
    Min,
    /// `max(x)`
    Max,
    /// `array_agg(x)`
    ArrayAgg,
    /// `string_agg(x, separator)`
    StringAgg,
    /// `bool_and(x)`
    BoolAnd,
    /// `bool_or(x)`
    BoolOr,
    /// `row_number()`
    RowNumber,
    /// `rank()`
    Rank,
    /// `dense_rank()`
    DenseRank,
    /// `lag(x)`
    Lag,
    /// `lead(x)`
    Lead,
    /// What is given a filter or a window and is no aggregate; no query takes it.
    NotAnAggregate,
}

/// A unit of time that timestamps are cut or asked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeUnit {
    /// Microseconds, with the seconds.
    Microseconds,
    /// Milliseconds, with the seconds.
    Milliseconds,
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days of the month.
    Day,
    /// ISO weeks, starting on Monday.
    Week,
    /// Months.
    Month,
    /// Quarters of a year.
    Quarter,
    /// Years.
    Year,
}
