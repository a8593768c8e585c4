//! The formats a text can have: one table, one line per format.

use super::rules::{encoding, finance, identifier, mail, net, number, place, text, time, web};
use super::view::{ValueKind, View};

/// Makes the enum and its lookups from the table, so that they cannot differ.
macro_rules! formats {
    ($($variant:ident $name:literal $sequelize:literal $test:path, $doc:literal;)*) => {
        /// A format without arguments.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Format {
            $(#[doc = $doc] $variant,)*
        }

        impl Format {
            /// Every format, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name as written in a model.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What Sequelize calls it.
            #[must_use]
            pub const fn sequelize(self) -> &'static str {
                match self { $(Self::$variant => $sequelize,)* }
            }

            /// What must hold and who defined it, in one line.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }

            fn check_text(self, text: &str) -> bool {
                match self { $(Self::$variant => $test(text),)* }
            }
        }
    };
}

formats! {
    // Characters
    Alpha "alpha" "isAlpha" text::alpha, "ASCII letters only.";
    Alphanumeric "alphanumeric" "isAlphanumeric" text::alphanumeric, "ASCII letters and digits only.";
    Ascii "ascii" "isAscii" text::ascii, "ASCII characters only (ANSI X3.4).";
    Lowercase "lowercase" "isLowercase" text::lowercase, "Equal to itself in lower case (Unicode).";
    Uppercase "uppercase" "isUppercase" text::uppercase, "Equal to itself in upper case (Unicode).";
    FullWidth "full_width" "isFullWidth" text::full_width, "Has a character that is not half-width (UAX #11).";
    HalfWidth "half_width" "isHalfWidth" text::half_width, "Has a half-width character (UAX #11).";
    VariableWidth "variable_width" "isVariableWidth" text::variable_width, "Has both half-width and other characters (UAX #11).";
    Multibyte "multibyte" "isMultibyte" text::multibyte, "Has a character outside ASCII.";
    SurrogatePair "surrogate_pair" "isSurrogatePair" text::surrogate_pair, "Has a character that UTF-16 writes as a surrogate pair.";
    Slug "slug" "isSlug" text::slug, "Lower-case words of ASCII letters and digits, joined by single `-` or `_`.";
    StrongPassword "strong_password" "isStrongPassword" text::strong_password, "8 characters, among them a lower-case and an upper-case letter, a digit and a symbol.";
    // Numbers
    Numeric "numeric" "isNumeric" number::numeric, "A number in digits, without exponent.";
    Int "int" "isInt" number::int, "A whole number.";
    Float "float" "isFloat" number::float, "A finite number, with or without exponent.";
    Decimal "decimal" "isDecimal" number::float, "A number PostgreSQL's numeric reads, with or without exponent.";
    Boolean "boolean" "isBoolean" number::boolean, "`true`, `false`, `1` or `0`.";
    Hexadecimal "hexadecimal" "isHexadecimal" number::hexadecimal, "Hexadecimal digits, with or without `0x`.";
    Octal "octal" "isOctal" number::octal, "Octal digits, with or without `0o`.";
    Luhn "luhn" "isLuhnNumber" number::luhn, "Digits with a Luhn check digit (ISO/IEC 7812-1 annex B).";
    Port "port" "isPort" number::port, "A port number from 1 to 65535 (RFC 6335).";
    // Mail and network
    Email "email" "isEmail" mail::email, "A mail address (RFC 5321, 6531) on a public domain.";
    MailtoUri "mailto_uri" "isMailtoURI" mail::mailto_uri, "A `mailto:` URI (RFC 6068).";
    Ip "ip" "isIP" net::ip, "An IPv4 or IPv6 address (RFC 791, 4291).";
    Ipv4 "ipv4" "isIPv4" net::ipv4, "An IPv4 address in dotted decimal (RFC 791).";
    Ipv6 "ipv6" "isIPv6" net::ipv6, "An IPv6 address (RFC 4291), with or without zone (RFC 4007).";
    IpRange "ip_range" "isIPRange" net::ip_range, "An address block in CIDR notation (RFC 4632, 4291).";
    Fqdn "fqdn" "isFQDN" net::fqdn, "A fully qualified domain name (RFC 1035, 5890).";
    MacAddress "mac_address" "isMACAddress" net::mac_address, "An EUI-48 or EUI-64 address (IEEE 802).";
    DataUri "data_uri" "isDataURI" web::data_uri, "A `data:` URI (RFC 2397).";
    MagnetUri "magnet_uri" "isMagnetURI" web::magnet_uri, "A `magnet:` link with an exact topic (BEP 9).";
    MimeType "mime_type" "isMimeType" web::mime_type, "A media type (RFC 6838, 2045).";
    Json "json" "isJSON" web::json, "A JSON text (RFC 8259).";
    Jwt "jwt" "isJWT" web::jwt, "A signed JSON web token in compact form (RFC 7519, 7515); the signature is not verified.";
    SemVer "sem_ver" "isSemVer" web::sem_ver, "A semantic version (SemVer 2.0.0).";
    HexColor "hex_color" "isHexColor" web::hex_color, "3, 4, 6 or 8 hexadecimal digits, with or without `#` (CSS Color 4).";
    RgbColor "rgb_color" "isRgbColor" web::rgb_color, "`rgb()` or `rgba()` with commas (CSS Color 4).";
    Hsl "hsl" "isHSL" web::hsl, "`hsl()` or `hsla()`, with commas or spaces (CSS Color 4).";
    // Encodings
    Base32 "base32" "isBase32" encoding::base32, "Padded base 32 (RFC 4648 section 6).";
    Base58 "base58" "isBase58" encoding::base58, "Base 58 in Bitcoin's alphabet.";
    Base64 "base64" "isBase64" encoding::base64, "Padded base 64 (RFC 4648 section 4).";
    Md5 "md5" "isMD5" encoding::md5, "An MD5 digest in hexadecimal digits (RFC 1321).";
    // Identifiers
    Ulid "ulid" "isULID" identifier::ulid, "A ULID: 26 characters of Crockford's base 32, within 128 bits.";
    MongoId "mongo_id" "isMongoId" identifier::mongo_id, "A MongoDB ObjectId: 24 hexadecimal digits.";
    Ean "ean" "isEAN" identifier::ean, "An EAN-8, EAN-13 or GTIN-14 with its check digit (GS1).";
    Isbn "isbn" "isISBN" identifier::isbn, "An ISBN of 10 or 13 digits with its check digit (ISO 2108).";
    Issn "issn" "isISSN" identifier::issn, "An ISSN with its check digit (ISO 3297).";
    Isin "isin" "isISIN" identifier::isin, "An ISIN with its check digit (ISO 6166).";
    Isrc "isrc" "isISRC" identifier::isrc, "An ISRC, with or without hyphens (ISO 3901).";
    Imei "imei" "isIMEI" identifier::imei, "An IMEI with its check digit (3GPP TS 23.003).";
    Iso6346 "iso6346" "isISO6346" identifier::iso6346, "A freight container code with its check digit (ISO 6346).";
    // Money
    CreditCard "credit_card" "isCreditCard" finance::credit_card, "12 to 19 digits with a Luhn check digit, plain or in groups (ISO/IEC 7812-1).";
    Iban "iban" "isIBAN" finance::iban, "An IBAN of its country's length with its check digits (ISO 13616).";
    Bic "bic" "isBIC" finance::bic, "A BIC of 8 or 11 characters (ISO 9362).";
    AbaRouting "aba_routing" "isAbaRouting" finance::aba_routing, "An ABA routing number with its check digit (ANSI X9).";
    Iso4217 "iso4217" "isISO4217" finance::iso4217, "A currency code in capitals (ISO 4217, list of 2025).";
    BtcAddress "btc_address" "isBtcAddress" finance::btc_address, "A Bitcoin mainnet address with its checksum (Base58Check, BIP 173, BIP 350).";
    EthereumAddress "ethereum_address" "isEthereumAddress" finance::ethereum_address, "`0x` and 40 hexadecimal digits; the EIP-55 case checksum is not verified.";
    // Places and languages
    Iso31661Alpha2 "iso31661_alpha2" "isISO31661Alpha2" place::alpha2, "A country code of two capitals (ISO 3166-1).";
    Iso31661Alpha3 "iso31661_alpha3" "isISO31661Alpha3" place::alpha3, "A country code of three capitals (ISO 3166-1).";
    Iso31661Numeric "iso31661_numeric" "isISO31661Numeric" place::numeric, "A country code of three digits (ISO 3166-1).";
    Iso6391 "iso6391" "isISO6391" place::iso6391, "A language code of two small letters (ISO 639-1).";
    Iso15924 "iso15924" "isISO15924" place::iso15924, "A script code of four letters, the first a capital (ISO 15924).";
    Locale "locale" "isLocale" place::locale, "A language tag of BCP 47's shape; `_` may stand for `-`.";
    LatLong "lat_long" "isLatLong" place::lat_long, "A latitude and a longitude in decimal degrees, joined by a comma.";
    MobilePhone "mobile_phone" "isMobilePhone" place::mobile_phone, "A phone number in international form, `+` and 7 to 15 digits (E.164); national forms are not accepted.";
    // Time
    Date "date" "isDate" time::date, "A calendar date with or without time, in ISO 8601's extended form.";
    Iso8601 "iso8601" "isISO8601" time::iso8601, "A calendar, week or ordinal date with or without time (ISO 8601-1).";
    Rfc3339 "rfc3339" "isRFC3339" time::rfc3339, "A date and time with zone (RFC 3339).";
    Time "time" "isTime" time::time, "A time of day, `hh:mm` or `hh:mm:ss` (ISO 8601-1).";
}

impl Format {
    /// Whether the format makes sense on a column of this kind.
    ///
    /// Every format applies to text; some say something that a number, boolean
    /// or date column promises already, and are welcome there too.
    #[must_use]
    pub const fn applies_to(self, kind: ValueKind) -> bool {
        match self {
            _ if matches!(kind, ValueKind::Text) => true,
            Self::Numeric | Self::Int | Self::Float | Self::Decimal => kind.is_number(),
            Self::Boolean => matches!(kind, ValueKind::Bool),
            Self::Port => matches!(kind, ValueKind::Int),
            Self::Date => kind.is_date(),
            Self::Time => matches!(kind, ValueKind::Time),
            _ => false,
        }
    }

    /// The kind of column the format is for, as words in a sentence.
    #[must_use]
    pub const fn expects(self) -> &'static str {
        match self {
            Self::Numeric | Self::Int | Self::Float | Self::Decimal => "a number or text",
            Self::Boolean => "a boolean or text",
            Self::Port => "a whole number or text",
            Self::Date => "a date, a timestamp or text",
            Self::Time => "a time or text",
            _ => "text",
        }
    }

    /// Whether a value, of a kind the format applies to, has the format.
    pub(super) fn check(self, value: &View<'_>) -> bool {
        match (self, value) {
            (_, View::Text(text)) => self.check_text(text),
            (Self::Int, View::Float(number)) => number.is_finite() && number.fract() == 0.0,
            (_, View::Float(number)) => number.is_finite(),
            #[cfg(feature = "decimal")]
            (Self::Int, View::Decimal(number)) => number.is_integer(),
            (Self::Port, View::Int(number)) => (1..=65_535).contains(number),
            _ => true,
        }
    }
}
