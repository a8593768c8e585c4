//! SQL that the author of a model wrote, read as far as it takes to see what a
//! database does not know in it.

use super::{Need, Shown, is_same_word};
use crate::schema::{Backend, ColumnDef, SqlType};

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a default: evaluated once, when a row is written.
    Default,
    /// In a check, an index or a generated column: the same value for ever.
    Stored,
}

/// Defaults of PostgreSQL's that are said in the words of each database.
const TRANSLATED: &[&str] = &[
    "now()",
    "current_timestamp",
    "localtimestamp",
    "transaction_timestamp()",
    "statement_timestamp()",
    "clock_timestamp()",
    "current_date",
    "current_time",
    "gen_random_uuid()",
    "uuid_generate_v4()",
];

/// The functions that SQLite has in every build, and words that stand before a
/// parenthesis without being one.
const SQLITE: &[&str] = &[
    "abs",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "date",
    "datetime",
    "format",
    "glob",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_object",
    "json_type",
    "json_valid",
    "julianday",
    "last_insert_rowid",
    "length",
    "like",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "octet_length",
    "printf",
    "quote",
    "random",
    "randomblob",
    "replace",
    "round",
    "rtrim",
    "sign",
    "strftime",
    "substr",
    "substring",
    "time",
    "trim",
    "typeof",
    "unicode",
    "unixepoch",
    "upper",
    "zeroblob",
    "and",
    "as",
    "between",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "decimal",
    "else",
    "escape",
    "exists",
    "from",
    "in",
    "is",
    "not",
    "null",
    "numeric",
    "on",
    "or",
    "then",
    "values",
    "varchar",
    "when",
    "where",
];

/// What is another value each time it is asked for.
const CHANGING: &[&str] = &[
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "now",
    "clock_timestamp",
    "random",
    "randomblob",
];

/// Words that say of which type the text behind them is.
const TYPES: &[&str] = &[
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "interval",
    "e",
    "b",
    "u",
];

/// The first thing in a text that a database does not know.
pub(super) const fn lacked(
    text: &'static str,
    place: Place,
    columns: &[ColumnDef],
    backend: Backend,
) -> Option<Shown> {
    match backend {
        // The home of every model: what it does not know, it says itself.
        Backend::Postgres => None,
        Backend::Sqlite => in_sqlite(text, place, columns),
    }
}

const fn in_sqlite(text: &'static str, place: Place, columns: &[ColumnDef]) -> Option<Shown> {
    if matches!(place, Place::Default) && is_one_of(trimmed(text), TRANSLATED) {
        return None;
    }
    let mut before = Token::NONE;
    let mut token = next(text, 0);
    while !matches!(token.kind, Kind::End) {
        let after = next(text, token.to);
        let word = cut(text, token.from, token.to);
        let found = match token.kind {
            Kind::Sign => sign(word),
            Kind::Bracket => Some(Need::ArrayValue),
            Kind::Word => called(word, after.kind, place),
            _ => None,
        };
        if let Some(need) = found {
            return Some((
                need,
                if matches!(need, Need::ArrayValue) {
                    ""
                } else {
                    word
                },
            ));
        }
        if let Kind::Word | Kind::Name = token.kind
            && (is_arithmetic(text, before) || is_arithmetic(text, after))
            && is_decimal(columns, word)
        {
            return Some((Need::DecimalArithmetic, word));
        }
        before = token;
        token = after;
    }
    None
}

/// What a run of signs needs.
const fn sign(signs: &str) -> Option<Need> {
    const KNOWN: &[&str] = &[
        "+", "-", "*", "/", "%", "<", ">", "=", "<=", ">=", "<>", "!=", "||", "->", "->>", "&",
        "|", "<<", ">>", "=-", ">-", "<-", ">=-", "<=-", "<>-", "!=-", "*-", "/-", "+-", "-+",
    ];
    if is_one_of(signs, &["::"]) {
        Some(Need::Cast)
    } else if is_one_of(signs, KNOWN) {
        None
    } else {
        Some(Need::Operator)
    }
}

/// What a word needs.
const fn called(word: &str, after: Kind, place: Place) -> Option<Need> {
    if matches!(after, Kind::Text) && is_one_of(word, TYPES) {
        return Some(Need::TypedValue);
    }
    if matches!(place, Place::Stored) && is_one_of(word, CHANGING) {
        return Some(Need::ChangingFunction);
    }
    if is_one_of(
        word,
        &["ilike", "similar", "any", "all", "some", "overlaps"],
    ) {
        return Some(Need::Operator);
    }
    if matches!(after, Kind::Open) && !is_one_of(word, SQLITE) {
        return Some(Need::Function);
    }
    None
}

const fn is_arithmetic(text: &'static str, token: Token) -> bool {
    matches!(token.kind, Kind::Sign)
        && is_one_of(
            cut(text, token.from, token.to),
            &["+", "-", "*", "/", "%", "*-", "/-", "+-", "-+"],
        )
}

/// Whether a name, quoted or not, is that of a decimal column.
const fn is_decimal(columns: &[ColumnDef], name: &str) -> bool {
    let bytes = name.as_bytes();
    let name = if bytes.len() > 1 && bytes[0] == b'"' {
        cut_within(name, 1, bytes.len() - 1)
    } else {
        name
    };
    let mut at = 0;
    while at < columns.len() {
        if matches!(columns[at].sql_type, SqlType::Numeric(_))
            && is_same_word(columns[at].name, name)
        {
            return true;
        }
        at += 1;
    }
    false
}

/// A word, a sign, or what else a text is made of.
#[derive(Clone, Copy)]
struct Token {
    kind: Kind,
    from: usize,
    to: usize,
}

impl Token {
    const NONE: Token = Token {
        kind: Kind::End,
        from: 0,
        to: 0,
    };
}

#[derive(Clone, Copy)]
enum Kind {
    Word,
    /// A name in double quotes.
    Name,
    /// In single quotes, or between dollars.
    Text,
    Sign,
    Open,
    Bracket,
    Other,
    End,
}

/// The token at or behind a place.
const fn next(text: &str, mut from: usize) -> Token {
    let bytes = text.as_bytes();
    while from < bytes.len() && bytes[from].is_ascii_whitespace() {
        from += 1;
    }
    if from >= bytes.len() {
        return Token {
            kind: Kind::End,
            from,
            to: from,
        };
    }
    let (kind, to) = match bytes[from] {
        b'\'' => (Kind::Text, quoted(bytes, from)),
        b'"' => (Kind::Name, quoted(bytes, from)),
        b'(' => (Kind::Open, from + 1),
        b'[' => (Kind::Bracket, from + 1),
        b'0'..=b'9' => (Kind::Other, number(bytes, from)),
        byte if is_of_word(byte) => (Kind::Word, word(bytes, from)),
        byte if is_sign(byte) => (Kind::Sign, signs(bytes, from)),
        _ => (Kind::Other, from + 1),
    };
    Token { kind, from, to }
}

/// Behind the quote that ends what begins here; doubled ones are part of it.
const fn quoted(bytes: &[u8], from: usize) -> usize {
    let quote = bytes[from];
    let mut at = from + 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if at + 1 >= bytes.len() || bytes[at + 1] != quote {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    at
}

const fn word(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && (is_of_word(bytes[at]) || bytes[at].is_ascii_digit()) {
        at += 1;
    }
    at
}

const fn number(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'.') {
        at += 1;
    }
    at
}

const fn signs(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_sign(bytes[at]) {
        at += 1;
    }
    at
}

/// Bytes beyond ASCII are letters, as the server takes them too.
const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

const fn is_sign(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'-'
            | b'*'
            | b'/'
            | b'%'
            | b'<'
            | b'>'
            | b'='
            | b'!'
            | b'~'
            | b'@'
            | b'#'
            | b'^'
            | b'&'
            | b'|'
            | b'?'
            | b':'
            | b'$'
    )
}

const fn is_one_of(word: &str, list: &[&str]) -> bool {
    let mut at = 0;
    while at < list.len() {
        if is_same_word(word, list[at]) {
            return true;
        }
        at += 1;
    }
    false
}

const fn trimmed(text: &'static str) -> &'static str {
    text.trim_ascii()
}

const fn cut(text: &'static str, from: usize, to: usize) -> &'static str {
    cut_within(text, from, to)
}

/// A part of a text; tokens begin and end between characters.
const fn cut_within(text: &str, from: usize, to: usize) -> &str {
    text.split_at(to).0.split_at(from).1
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[ColumnDef] = &[
        ColumnDef::new("price", "price", SqlType::Numeric(None)),
        ColumnDef::new("quantity", "quantity", SqlType::Int4),
    ];

    fn stored(text: &'static str) -> Option<Shown> {
        lacked(text, Place::Stored, COLUMNS, Backend::Sqlite)
    }

    #[test]
    fn what_both_databases_know_is_let_through() {
        for text in [
            "quantity > 0",
            "price >= 0 AND price <= 100",
            "quantity BETWEEN -1 AND 10 OR quantity IN (12, 13)",
            "starts < ends",
            "lower(trim(name)) = name",
            "status = 'a::b ~ now()'",
            "\"Any\" = 'it''s' OR \"price*\" IS NULL",
            "(quantity * 2 + 1) % 3 <> 0",
            "CASE WHEN quantity>-1 THEN TRUE ELSE FALSE END",
            "name LIKE 'a%' ESCAPE '\\'",
            "größe > 1",
            "deleted_at IS NULL",
            "details ->> 'size' = 'xl'",
            "CAST(quantity AS varchar(10)) <> ''",
        ] {
            assert_eq!(stored(text), None, "{text}");
            assert_eq!(
                lacked(text, Place::Default, COLUMNS, Backend::Postgres),
                None
            );
        }
    }

    #[test]
    fn what_sqlite_does_not_know_is_found_with_its_word() {
        for (text, need, word) in [
            ("lower(name)::text", Need::Cast, "::"),
            ("name ~ '^a'", Need::Operator, "~"),
            ("name !~* '^a'", Need::Operator, "!~*"),
            ("tags @> '{a}'", Need::Operator, "@>"),
            ("name ILIKE 'a%'", Need::Operator, "ILIKE"),
            ("name = ANY('{a}')", Need::Operator, "ANY"),
            ("status IN (ARRAY['a'])", Need::ArrayValue, ""),
            ("took < interval '1 day'", Need::TypedValue, "interval"),
            ("day > DATE '2020-01-01'", Need::TypedValue, "DATE"),
            ("cardinality(tags) > 0", Need::Function, "cardinality"),
            ("char_length(name) > 0", Need::Function, "char_length"),
            ("starts > now()", Need::ChangingFunction, "now"),
            (
                "starts > CURRENT_DATE",
                Need::ChangingFunction,
                "CURRENT_DATE",
            ),
            ("price * quantity", Need::DecimalArithmetic, "price"),
            (
                "quantity * \"price\" > 0",
                Need::DecimalArithmetic,
                "\"price\"",
            ),
        ] {
            assert_eq!(stored(text), Some((need, word)), "{text}");
        }
    }

    #[test]
    fn a_default_may_ask_for_the_time_and_for_chance() {
        let default = |text| lacked(text, Place::Default, COLUMNS, Backend::Sqlite);
        for text in TRANSLATED {
            assert_eq!(default(text), None, "{text}");
        }
        assert_eq!(default(" NOW() "), None);
        assert_eq!(default("'new'"), None);
        assert_eq!(default("-1"), None);
        assert_eq!(
            default("nextval('numbers')"),
            Some((Need::Function, "nextval"))
        );
        assert_eq!(
            default("now() + interval '1 day'"),
            Some((Need::Function, "now"))
        );
        assert_eq!(default("'{}'::jsonb"), Some((Need::Cast, "::")));
    }

    #[test]
    fn no_text_is_too_odd_to_be_read() {
        for text in [
            "", " ", "'", "\"", "(", "''''", "$$a$$", "é'", "1.5e3", "a.",
        ] {
            let _ = stored(text);
        }
    }
}
