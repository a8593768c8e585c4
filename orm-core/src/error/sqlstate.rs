//! The codes of the SQL standard and of PostgreSQL, by which errors are told apart.

/// Five letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SqlState([u8; 5]);

macro_rules! states {
    ($($name:ident $code:literal;)*) => {
        impl SqlState {
            $(pub(super) const $name: Self = Self(*$code);)*
        }
    };
}

states! {
    FEATURE_NOT_SUPPORTED b"0A000";
    STRING_DATA_RIGHT_TRUNCATION b"22001";
    NUMERIC_VALUE_OUT_OF_RANGE b"22003";
    INVALID_DATETIME_FORMAT b"22007";
    DATETIME_FIELD_OVERFLOW b"22008";
    DIVISION_BY_ZERO b"22012";
    CHARACTER_NOT_IN_REPERTOIRE b"22021";
    INVALID_ESCAPE_SEQUENCE b"22025";
    INVALID_TEXT_REPRESENTATION b"22P02";
    INVALID_BINARY_REPRESENTATION b"22P03";
    UNTRANSLATABLE_CHARACTER b"22P05";
    INVALID_REGULAR_EXPRESSION b"2201B";
    SEQUENCE_GENERATOR_LIMIT_EXCEEDED b"2200H";
    RESTRICT_VIOLATION b"23001";
    NOT_NULL_VIOLATION b"23502";
    FOREIGN_KEY_VIOLATION b"23503";
    UNIQUE_VIOLATION b"23505";
    CHECK_VIOLATION b"23514";
    EXCLUSION_VIOLATION b"23P01";
    ACTIVE_SQL_TRANSACTION b"25001";
    READ_ONLY_SQL_TRANSACTION b"25006";
    IDLE_IN_TRANSACTION_SESSION_TIMEOUT b"25P03";
    IN_FAILED_SQL_TRANSACTION b"25P02";
    INVALID_SQL_STATEMENT_NAME b"26000";
    INVALID_AUTHORIZATION_SPECIFICATION b"28000";
    INVALID_PASSWORD b"28P01";
    INVALID_CATALOG_NAME b"3D000";
    T_R_SERIALIZATION_FAILURE b"40001";
    T_R_DEADLOCK_DETECTED b"40P01";
    INSUFFICIENT_PRIVILEGE b"42501";
    UNDEFINED_COLUMN b"42703";
    UNDEFINED_OBJECT b"42704";
    DATATYPE_MISMATCH b"42804";
    UNDEFINED_FUNCTION b"42883";
    UNDEFINED_TABLE b"42P01";
    TOO_MANY_CONNECTIONS b"53300";
    LOCK_NOT_AVAILABLE b"55P03";
    QUERY_CANCELED b"57014";
    ADMIN_SHUTDOWN b"57P01";
    CRASH_SHUTDOWN b"57P02";
    CANNOT_CONNECT_NOW b"57P03";
    DATABASE_DROPPED b"57P04";
    IDLE_SESSION_TIMEOUT b"57P05";
    INTERNAL_ERROR b"XX000";
}

impl SqlState {
    /// Reads a code; what is none counts as an internal error of the server.
    pub(super) fn from_code(code: &str) -> Self {
        match <[u8; 5]>::try_from(code.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_alphanumeric) => Self(letters),
            _ => Self::INTERNAL_ERROR,
        }
    }

    pub(super) fn code(&self) -> &str {
        // ASCII, as was seen when it was read.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}
