//! What a search of texts is told in the text of a statement, not in its values.

/// A configuration of text search: how a text is split into words, and which words are one.
///
/// It is written into the statement, so that an index over
/// `to_tsvector('english', body)` is found. Which there are, `pg_ts_config` says.
///
/// ```
/// use orm_core::query::TextConfig;
///
/// assert_ne!(TextConfig::ENGLISH, TextConfig::SIMPLE);
/// const UNACCENTED: TextConfig = TextConfig::named("search.english_unaccented");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextConfig(&'static str);

impl TextConfig {
    /// Words as they are, in small letters.
    pub const SIMPLE: Self = Self::named("simple");
    /// Danish.
    pub const DANISH: Self = Self::named("danish");
    /// Dutch.
    pub const DUTCH: Self = Self::named("dutch");
    /// English.
    pub const ENGLISH: Self = Self::named("english");
    /// Finnish.
    pub const FINNISH: Self = Self::named("finnish");
    /// French.
    pub const FRENCH: Self = Self::named("french");
    /// German.
    pub const GERMAN: Self = Self::named("german");
    /// Hungarian.
    pub const HUNGARIAN: Self = Self::named("hungarian");
    /// Italian.
    pub const ITALIAN: Self = Self::named("italian");
    /// Norwegian.
    pub const NORWEGIAN: Self = Self::named("norwegian");
    /// Portuguese.
    pub const PORTUGUESE: Self = Self::named("portuguese");
    /// Romanian.
    pub const ROMANIAN: Self = Self::named("romanian");
    /// Russian.
    pub const RUSSIAN: Self = Self::named("russian");
    /// Spanish.
    pub const SPANISH: Self = Self::named("spanish");
    /// Swedish.
    pub const SWEDISH: Self = Self::named("swedish");
    /// Turkish.
    pub const TURKISH: Self = Self::named("turkish");

    /// Any other configuration of the database, by its name as it was created; behind the
    /// name of its schema and a dot where that is not on the search path.
    pub const fn named(name: &'static str) -> Self {
        TextConfig(name)
    }

    /// The names that it is written by: that of its schema first, if there is one.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        self.0.splitn(2, '.')
    }
}

/// How much a word counts by where it stands: `A` most, in a title, say.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum Weight {
    /// Most.
    A,
    /// More.
    B,
    /// Less.
    C,
    /// Least: what a word has unless it is said.
    #[default]
    D,
}
