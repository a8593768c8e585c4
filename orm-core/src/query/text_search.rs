//! Full text search: the words of a text, what is looked for, how well it fits.

use super::expression::Base;
use super::{Expr, Expression, Filter};
use crate::ast::{self, BinaryOp, Function, TextConfig, Weight};
use crate::schema::SqlType;
use crate::types::{Param, Searchable, Textual, TsVector};

/// What is looked for in the words of a text. A query without words finds nothing.
///
/// ```
/// use orm_core::query::{TextConfig, TsQuery};
///
/// let typed = TsQuery::websearch(TextConfig::ENGLISH, r#""red shoes" -leather"#);
/// let query = typed.or(TsQuery::prefix(TextConfig::ENGLISH, "boo"));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a query of words does nothing until a text is searched for it"]
pub struct TsQuery {
    ast: ast::Expr,
}

impl TsQuery {
    /// As people type it: words, `"phrases"`, `or`, and `-` before what must not be
    /// there. Whatever is typed is a query.
    pub fn websearch(config: TextConfig, typed: &str) -> Self {
        TsQuery::of(Function::WebsearchQuery(config), typed.to_owned())
    }

    /// All of the words, wherever they stand.
    pub fn plain(config: TextConfig, words: &str) -> Self {
        TsQuery::of(Function::PlainQuery(config), words.to_owned())
    }

    /// The words one behind the other.
    pub fn phrase(config: TextConfig, words: &str) -> Self {
        TsQuery::of(Function::PhraseQuery(config), words.to_owned())
    }

    /// Words that begin so, all of them: what is typed before it is complete.
    pub fn prefix(config: TextConfig, beginnings: &str) -> Self {
        let mut written = String::with_capacity(beginnings.len() + 8);
        for beginning in beginnings.split_whitespace() {
            written.push_str(if written.is_empty() { "'" } else { " & '" });
            for letter in beginning.chars() {
                if matches!(letter, '\'' | '\\') {
                    written.push(letter);
                }
                written.push(letter);
            }
            written.push_str("':*");
        }
        TsQuery::of(Function::WrittenQuery(config), written)
    }

    /// What is found by both.
    pub fn and(self, other: TsQuery) -> Self {
        TsQuery::joined(Function::QueryAnd, vec![self.ast, other.ast])
    }

    /// What is found by either.
    pub fn or(self, other: TsQuery) -> Self {
        TsQuery::joined(Function::QueryOr, vec![self.ast, other.ast])
    }

    /// What is not found by it.
    pub fn negated(self) -> Self {
        TsQuery::joined(Function::QueryNot, vec![self.ast])
    }

    fn of(function: Function, text: String) -> Self {
        TsQuery::joined(function, vec![ast::Expr::Param(Param::Text(text))])
    }

    fn joined(function: Function, parts: Vec<ast::Expr>) -> Self {
        TsQuery {
            ast: ast::Expr::call(function, parts),
        }
    }
}

/// How [`headline`](TextSearch::headline) shows where words were found.
///
/// ```
/// use orm_core::query::Headline;
///
/// let marked = Headline { start: "[".into(), stop: "]".into(), ..Headline::default() };
/// assert_eq!(marked.max_words, 35);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// What stands before a word that was found.
    pub start: String,
    /// What stands behind it.
    pub stop: String,
    /// So many words at most.
    pub max_words: u16,
    /// So many words at least, less than `max_words`.
    pub min_words: u16,
    /// Words this short do not end it, unless they were looked for.
    pub short_word: u16,
    /// The whole text.
    pub highlight_all: bool,
    /// So many pieces of the text at most; 0 is one piece that is chosen otherwise.
    pub max_fragments: u16,
    /// What stands between two pieces.
    pub fragment_delimiter: String,
}

/// What the server takes where nothing is said.
impl Default for Headline {
    fn default() -> Self {
        Headline {
            start: "<b>".to_owned(),
            stop: "</b>".to_owned(),
            max_words: 35,
            min_words: 15,
            short_word: 3,
            highlight_all: false,
            max_fragments: 0,
            fragment_delimiter: " ... ".to_owned(),
        }
    }
}

impl Headline {
    /// The options as the server reads them.
    fn written(&self) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "''");
        format!(
            "StartSel='{}', StopSel='{}', MaxWords={}, MinWords={}, ShortWord={}, \
             HighlightAll={}, MaxFragments={}, FragmentDelimiter='{}'",
            quoted(&self.start),
            quoted(&self.stop),
            self.max_words,
            self.min_words,
            self.short_word,
            self.highlight_all,
            self.max_fragments,
            quoted(&self.fragment_delimiter),
        )
    }
}

/// Full text search, of PostgreSQL.
#[allow(clippy::wrong_self_convention)] // as of `Expression`
pub trait TextSearch: Expression {
    /// The words of a text: `to_tsvector('english', self)`. An index over the same
    /// expression finds them.
    ///
    /// ```
    /// # use orm_core::{Model, model::Column, query::Filter};
    /// # fn demo<Article: Model, K>(body: Column<Article, String, K>) -> Filter<Article> {
    /// use orm_core::prelude::*;
    /// use orm_core::query::{TextConfig, TsQuery};
    ///
    /// let query = TsQuery::websearch(TextConfig::ENGLISH, "fat rats");
    /// body.to_tsvector(TextConfig::ENGLISH).search(&query)
    /// # }
    /// ```
    fn to_tsvector(self, config: TextConfig) -> Expr<Self::Model, Option<TsVector>>
    where
        Base<Self>: Textual,
    {
        let text = typed_text(self.into_ast());
        Expr::new(ast::Expr::call(Function::ToTsVector(config), vec![text]))
    }

    /// A piece of the text with the words that were found marked: `ts_headline`.
    ///
    /// The text is shown as it is stored: before it becomes HTML it is to be escaped,
    /// with marks of your own in place of `<b>`.
    fn headline(
        self,
        config: TextConfig,
        query: &TsQuery,
        shown: &Headline,
    ) -> Expr<Self::Model, Option<String>>
    where
        Base<Self>: Textual,
    {
        let options = ast::Expr::Param(Param::Text(shown.written()));
        let arguments = vec![typed_text(self.into_ast()), query.ast.clone(), options];
        Expr::new(ast::Expr::call(Function::Headline(config), arguments))
    }

    /// Whether the words are what is looked for: `self @@ query`.
    fn search(self, query: &TsQuery) -> Filter<Self::Model>
    where
        Base<Self>: Searchable,
    {
        let (words, query) = (self.into_ast(), query.ast.clone());
        Filter::new(ast::Expr::binary(BinaryOp::TextMatch, words, query))
    }

    /// How well the words fit, by how often they stand there: `ts_rank`.
    fn rank(self, query: &TsQuery) -> Expr<Self::Model, Option<f32>>
    where
        Base<Self>: Searchable,
    {
        ranked(Function::TextRank, self, query)
    }

    /// How well the words fit, by how near they stand: `ts_rank_cd`.
    fn rank_cd(self, query: &TsQuery) -> Expr<Self::Model, Option<f32>>
    where
        Base<Self>: Searchable,
    {
        ranked(Function::TextRankCover, self, query)
    }

    /// The words, each of this weight: `setweight`.
    fn weighted(self, weight: Weight) -> Expr<Self::Model, Self::Type>
    where
        Base<Self>: Searchable,
    {
        let words = vec![self.into_ast()];
        Expr::new(ast::Expr::call(Function::SetWeight(weight), words))
    }

    /// The words of both, those of the other text behind: `self || other`.
    fn followed_by<E>(self, other: E) -> Expr<Self::Model, Option<TsVector>>
    where
        Base<Self>: Searchable,
        E: Expression<Model = Self::Model>,
        Base<E>: Searchable,
    {
        let (words, others) = (self.into_ast(), other.into_ast());
        Expr::new(ast::Expr::binary(BinaryOp::Concat, words, others))
    }
}

impl<E: Expression> TextSearch for E {}

/// A bound value that the server would not know to be a text.
fn typed_text(text: ast::Expr) -> ast::Expr {
    match text {
        ast::Expr::Param(value) => ast::Expr::TypedParam(value, SqlType::Text),
        other => other,
    }
}

fn ranked<E: Expression>(
    function: Function,
    words: E,
    query: &TsQuery,
) -> Expr<E::Model, Option<f32>> {
    let arguments = vec![words.into_ast(), query.ast.clone()];
    Expr::new(ast::Expr::call(function, arguments))
}
