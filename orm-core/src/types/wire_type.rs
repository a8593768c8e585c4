//! The type of a value as it crosses the wire.
//!
//! Values have one canonical form, PostgreSQL's binary one, and its built-in types
//! have fixed numbers. A driver of another database writes the same form, so that
//! each Rust type is read and written by one piece of code.

use std::fmt;

#[cfg(feature = "postgres")]
use tokio_postgres::types as driver;

/// The type that a column or a bound value has on the wire.
///
/// Small and `Copy`; two are equal when they are the same type of the same server.
///
/// ```
/// use orm_core::types::WireType;
///
/// assert_eq!(WireType::INT4_ARRAY.name(), "_int4");
/// assert_eq!(format!("{:?}", WireType::JSONB), "WireType(jsonb)");
/// ```
#[derive(Clone, Copy)]
pub struct WireType<'t> {
    oid: u32,
    described: Described<'t>,
}

/// Who knows more about a type.
#[derive(Clone, Copy)]
enum Described<'t> {
    /// The table below.
    BuiltIn,
    #[cfg(feature = "postgres")]
    Server(&'t driver::Type),
    /// Nobody: there is no server to ask.
    #[cfg(not(feature = "postgres"))]
    Nobody(std::convert::Infallible, std::marker::PhantomData<&'t ()>),
}

/// What kind of type it is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum TypeKind<'t> {
    /// A plain type.
    Simple,
    /// A list of labels.
    Enum,
    /// An array of another type.
    Array(WireType<'t>),
    /// A range over another type.
    Range(WireType<'t>),
    /// Another type under a name of its own, with rules.
    Domain(WireType<'t>),
    /// Composite and pseudo types: no column type reads them.
    Other,
}

macro_rules! built_in {
    ($($name:ident = $oid:literal $text:literal $($kind:ident $of:ident)?;)*) => {
        impl WireType<'static> {
            $(
                #[doc = concat!("The type `", $text, "`.")]
                pub const $name: Self = WireType::built_in($oid);
            )*
        }

        /// The numbers of the built-in types, to match on; of most nobody does.
        pub(super) mod oid {
            $(#[allow(dead_code)] pub(in super::super) const $name: u32 = $oid;)*
        }

        fn built_in_name(oid: u32) -> &'static str {
            match oid {
                $(oid::$name => $text,)*
                _ => "unknown",
            }
        }

        fn built_in_kind(oid: u32) -> TypeKind<'static> {
            match oid {
                $($(oid::$name => TypeKind::$kind(WireType::$of),)?)*
                _ => TypeKind::Simple,
            }
        }
    };
}

built_in! {
    BOOL = 16 "bool";
    BYTEA = 17 "bytea";
    NAME = 19 "name";
    INT8 = 20 "int8";
    INT2 = 21 "int2";
    INT4 = 23 "int4";
    TEXT = 25 "text";
    JSON = 114 "json";
    XML = 142 "xml";
    POINT = 600 "point";
    CIDR = 650 "cidr";
    FLOAT4 = 700 "float4";
    FLOAT8 = 701 "float8";
    UNKNOWN = 705 "unknown";
    INET = 869 "inet";
    BOOL_ARRAY = 1000 "_bool" Array BOOL;
    BYTEA_ARRAY = 1001 "_bytea" Array BYTEA;
    INT2_ARRAY = 1005 "_int2" Array INT2;
    INT4_ARRAY = 1007 "_int4" Array INT4;
    TEXT_ARRAY = 1009 "_text" Array TEXT;
    VARCHAR_ARRAY = 1015 "_varchar" Array VARCHAR;
    INT8_ARRAY = 1016 "_int8" Array INT8;
    FLOAT4_ARRAY = 1021 "_float4" Array FLOAT4;
    FLOAT8_ARRAY = 1022 "_float8" Array FLOAT8;
    BPCHAR = 1042 "bpchar";
    VARCHAR = 1043 "varchar";
    DATE = 1082 "date";
    TIME = 1083 "time";
    TIMESTAMP = 1114 "timestamp";
    DATE_ARRAY = 1182 "_date" Array DATE;
    TIMESTAMPTZ = 1184 "timestamptz";
    INTERVAL = 1186 "interval";
    NUMERIC_ARRAY = 1231 "_numeric" Array NUMERIC;
    NUMERIC = 1700 "numeric";
    UUID = 2950 "uuid";
    UUID_ARRAY = 2951 "_uuid" Array UUID;
    JSONB = 3802 "jsonb";
    JSONB_ARRAY = 3807 "_jsonb" Array JSONB;
    TSVECTOR = 3614 "tsvector";
    TSVECTOR_ARRAY = 3643 "_tsvector" Array TSVECTOR;
    INT4_RANGE = 3904 "int4range" Range INT4;
    INT4_RANGE_ARRAY = 3905 "_int4range" Array INT4_RANGE;
    NUM_RANGE = 3906 "numrange" Range NUMERIC;
    TS_RANGE = 3908 "tsrange" Range TIMESTAMP;
    TSTZ_RANGE = 3910 "tstzrange" Range TIMESTAMPTZ;
    DATE_RANGE = 3912 "daterange" Range DATE;
    INT8_RANGE = 3926 "int8range" Range INT8;
}

impl<'t> WireType<'t> {
    const fn built_in(oid: u32) -> Self {
        WireType {
            oid,
            described: Described::BuiltIn,
        }
    }

    /// A type as a PostgreSQL server describes it.
    #[cfg(feature = "postgres")]
    #[inline]
    pub(crate) fn of_server(described: &'t driver::Type) -> Self {
        WireType {
            oid: described.oid(),
            described: Described::Server(described),
        }
    }

    /// The type's number: fixed for what PostgreSQL has built in.
    #[inline]
    pub fn oid(self) -> u32 {
        self.oid
    }

    /// The type's name in the server's words, such as `int4`.
    pub fn name(self) -> &'t str {
        match self.described {
            Described::BuiltIn => built_in_name(self.oid),
            #[cfg(feature = "postgres")]
            Described::Server(described) => described.name(),
            #[cfg(not(feature = "postgres"))]
            Described::Nobody(nobody, _) => match nobody {},
        }
    }

    /// What kind of type it is.
    pub fn kind(self) -> TypeKind<'t> {
        match self.described {
            Described::BuiltIn => built_in_kind(self.oid),
            #[cfg(feature = "postgres")]
            Described::Server(described) => match described.kind() {
                driver::Kind::Simple => TypeKind::Simple,
                driver::Kind::Enum(_) => TypeKind::Enum,
                driver::Kind::Array(element) => TypeKind::Array(WireType::of_server(element)),
                driver::Kind::Range(bound) => TypeKind::Range(WireType::of_server(bound)),
                driver::Kind::Domain(base) => TypeKind::Domain(WireType::of_server(base)),
                _ => TypeKind::Other,
            },
            #[cfg(not(feature = "postgres"))]
            Described::Nobody(nobody, _) => match nobody {},
        }
    }
}

impl PartialEq for WireType<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.oid == other.oid
    }
}

impl Eq for WireType<'_> {}

impl fmt::Debug for WireType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireType({})", self.name())
    }
}
