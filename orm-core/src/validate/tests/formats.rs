//! Every format on texts it must accept and texts it must refuse.

use super::accepts;
use crate::validate::{Format, Rule};

/// A format, texts that have it, texts that do not.
type Example = (Format, &'static [&'static str], &'static [&'static str]);

const CHARACTERS: &[Example] = &[
    (Format::Alpha, &["abcXYZ"], &["", "é", "a1", "a b"]),
    (Format::Alphanumeric, &["a1"], &["", "é", "a_1", "١"]),
    (Format::Ascii, &["", "a~\n"], &["é", "😀"]),
    (Format::Lowercase, &["ünï 1", "ß"], &["Ünï", "ǅ"]),
    (Format::Uppercase, &["ÜNÏ 1"], &["üNÏ", "ß"]),
    (
        Format::FullWidth,
        &["ひらがな", "３ー", "a字"],
        &["abc", "ﾎﾟ", ""],
    ),
    (Format::HalfWidth, &["abc", "ﾎﾟ", "a字"], &["ひらがな", ""]),
    (
        Format::VariableWidth,
        &["a字", "ひらがなﾎﾟ"],
        &["abc", "字", ""],
    ),
    (Format::Multibyte, &["aé", "😀"], &["abc", ""]),
    (Format::SurrogatePair, &["a😀"], &["字", "é", ""]),
    (
        Format::Slug,
        &["a", "a-b_c-1"],
        &["", "-a", "a-", "a--b", "A", "a b", "é"],
    ),
    (
        Format::StrongPassword,
        &["Aa1!aaaa", "Éé1€____"],
        &[
            "aa1!aaaa", "AA1!AAAA", "Aaa!aaaa", "Aa1aaaaa", "Aa1!aaa", "Aa1 aaaa",
        ],
    ),
];

const NUMBERS: &[Example] = &[
    (
        Format::Numeric,
        &["0", "-1.50", "+.5"],
        &["", ".", "1.", "1e5", "١", "--1", "0x1"],
    ),
    (Format::Int, &["-00", "+7"], &["", "-", "1.0", "١", " 1"]),
    (
        Format::Float,
        &["1.", "-.5E+3"],
        &["", ".", "e5", ".e5", "1e", "1e1.5", "NaN", "1..", "0x1"],
    ),
    (
        Format::Decimal,
        &["+1.", "1E-9"],
        &["-", "1,5", "NaN", "1_000"],
    ),
    (
        Format::Boolean,
        &["true", "false", "1", "0"],
        &["TRUE", "yes", "", "2"],
    ),
    (
        Format::Hexadecimal,
        &["dead", "0xBEEF", "0"],
        &["", "0x", "0xg", "#ff"],
    ),
    (Format::Octal, &["0755", "0o17"], &["", "8", "0o", "0x1"]),
    (
        Format::Luhn,
        &["79927398713", "00"],
        &["79927398710", "0", "", "7992739871x"],
    ),
    (
        Format::Port,
        &["1", "65535"],
        &["0", "65536", "080", "-1", "+80", ""],
    ),
];

const NETWORK: &[Example] = &[
    (
        Format::Email,
        &[
            "x@example.com",
            "üser+tag@exämple.com",
            "नमस्ते@भारत.भारत",
            "😀@example.com",
            "用户@例子.广告",
            "x@xn--bcher-kva.example",
            "\"a@b\"@example.com",
            "o'brien@example.co.uk",
        ],
        &[
            "",
            "@",
            "x@",
            "Ann <ann@example.com>",
            "x@[127.0.0.1]",
            "x@127.0.0.1",
            "x@example",
            "x@example.c",
            "x@example.c0m",
            ".x@example.com",
            "x.@example.com",
            "x@example..com",
            "x@example-.com",
            "x@exam_ple.com",
            "x@example.com.",
            " x@example.com",
            "x@exa mple.com",
            "x@y@example.com",
            "x@example.com\n",
            "x\u{200B}@exam\u{200B}ple.com",
        ],
    ),
    (
        Format::MailtoUri,
        &[
            "mailto:a@b.co",
            "MAILTO:a@b.co,c@d.co?subject=Hi%20there&body=x",
            "mailto:?to=a@b.co&cc=c%40d.co",
        ],
        &[
            "mailto:",
            "mailto:a",
            "mailto:?subject=x",
            "mailto:a@b.co?cc=x",
            "mailto:a@b.co?x",
            "mailto:a@b.co?subject=%zz",
            "http:a@b.co",
            "a@b.co",
        ],
    ),
    (
        Format::Ip,
        &["127.0.0.1", "::"],
        &["127.1", "1.2.3.4.5", "", "localhost"],
    ),
    (
        Format::Ipv4,
        &["255.255.255.255"],
        &["256.0.0.1", "1.2.3.04", "0x7f.0.0.1", "1.2.3.4/8"],
    ),
    (
        Format::Ipv6,
        &["1:2:3:4:5:6:7:8", "fe80::1%eth0", "::1.2.3.4"],
        &["1::2::3", "12345::", "[::1]", "::1%", "::1%a b", "1.2.3.4"],
    ),
    (
        Format::IpRange,
        &["10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "::/128"],
        &[
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0",
            "10.0.0.0/08",
            "10.0.0.0/",
            "x/8",
            "10.0.0.0/+8",
        ],
    ),
    (
        Format::Fqdn,
        &[
            "example.com",
            "a.b.exämple.рф",
            "xn--bcher-kva.xn--p1ai",
            "हिन्दी.भारत",
        ],
        &[
            "localhost",
            "example.com.",
            "-a.com",
            "a-.com",
            "a_b.com",
            "a.c",
            "a.123",
            "",
            ".com",
        ],
    ),
    (
        Format::MacAddress,
        &[
            "01:23:45:67:89:ab",
            "01-23-45-67-89-AB",
            "0123.4567.89ab",
            "01:23:45:67:89:ab:cd:ef",
        ],
        &[
            "01:23:45:67:89",
            "01:23:45:67:89-ab",
            "0123456789ab",
            "01:23:45:67:89:ag",
            "1:2:3:4:5:6",
        ],
    ),
];

const WEB: &[Example] = &[
    (
        Format::DataUri,
        &[
            "data:,",
            "data:text/plain;charset=utf-8;base64,Zm9v",
            "data:;charset=x,a%FF",
            "DATA:image/png,x",
        ],
        &[
            "data:",
            "data:text,x",
            "data:;base64,Zm9",
            "data:,a b",
            "data:,%f",
            "http:,x",
        ],
    ),
    (
        Format::MagnetUri,
        &[
            "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a",
            "magnet:?dn=x&xt.1=urn:sha1:YNCKHTQCWBTRNJIV4WNAE52SJUQCZO5C",
        ],
        &[
            "magnet:?dn=x",
            "magnet:?xt=urn:btih:abc",
            "magnet:?xt=btih:abc",
            "magnet:?xt=urn:x:",
            "xt=urn:a:b",
        ],
    ),
    (
        Format::MimeType,
        &[
            "text/html",
            "application/vnd.api+json; charset=\"utf-8\"",
            "Text/HTML;a=b",
        ],
        &[
            "text",
            "text/",
            "/html",
            "text/*",
            "nonsense/html",
            "text/html;",
            "text/html; a",
            "text/ht ml",
        ],
    ),
    (
        Format::Json,
        &["{\"a\": [1, null]}", " \"x\" ", "1"],
        &["", "{a:1}", "[1,]", "'x'", "01", "NaN", "{} {}"],
    ),
    (
        Format::Jwt,
        &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
        &[
            "",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0",
            "eyJhbGciOiJIUzI1NiJ9.MQ.c2ln",
            "e30.e30.c2l=",
            "e30.e30.a",
            "e30.e30.c2ln.c2ln",
        ],
    ),
    (
        Format::SemVer,
        &["0.0.0", "1.2.3-alpha.1+build.007", "1.0.0-0a.--", "1.0.0+-"],
        &[
            "1.2",
            "v1.2.3",
            "01.2.3",
            "1.2.3-01",
            "1.2.3-",
            "1.2.3+",
            "1.2.3-a..b",
            "1.2.3.4",
            "1.2.3-é",
        ],
    ),
    (
        Format::HexColor,
        &["#fff", "FFF8", "#00ff00", "#00ff0080"],
        &["#", "#ff", "#fffff", "##fff", "#ggg"],
    ),
    (
        Format::RgbColor,
        &[
            "rgb(0,128,255)",
            "rgba( 1 , 2 , 3 , .5 )",
            "RGB(0%,50%,100%)",
            "rgba(1,2,3,50%)",
        ],
        &[
            "rgb(256,0,0)",
            "rgb(1,2)",
            "rgb(1%,2,3)",
            "rgb(101%,2%,3%)",
            "rgba(1,2,3,2)",
            "#fff",
            "rgb(1,2,3",
            "xrgb(1,2,3)",
            "rgb(1,2,3,)",
            "rgb(1,2,3,1,1)",
            "rgb(1 2 3)",
            "rgb(-1,2,3)",
            "rgb()",
        ],
    ),
    (
        Format::Hsl,
        &[
            "hsl(120,100%,50%)",
            "hsla(-.5turn, 1%, 2.5%, 0.3)",
            "hsl(120deg 100% 50% / 20%)",
        ],
        &[
            "hsl(120,100,50)",
            "hsl(120,101%,50%)",
            "hsl(120)",
            "hsl(120 100%, 50%)",
            "hsl(120 100% 50% 20%",
            "hsl(120 100% 50% 20%)",
            "hsl(1,1%,1%,1,1)",
            "hsl(120 100% 50% /)",
            "hsl(120em,1%,1%)",
            "hsl(x,1%,1%)",
        ],
    ),
];

const ENCODINGS: &[Example] = &[
    (
        Format::Base32,
        &["", "MZXW6===", "MZXW6YTB"],
        &["mzxw6===", "MZXW6", "MZXW====X", "MZX=====", "MZXW0YTB"],
    ),
    (
        Format::Base58,
        &["BukQL", "3KMUV89zab"],
        &["", "0", "O", "I", "l", "a+"],
    ),
    (
        Format::Base64,
        &["", "Zg==", "Zm8=", "+/+/"],
        &["Zg=", "Z===", "Zm9v=", "Zm-_", "Zm 9", "=Zm9"],
    ),
    (
        Format::Md5,
        &["D41D8cd98f00b204e9800998ecf8427e"],
        &["", "d41d8cd98f00b204e9800998ecf8427"],
    ),
];

const IDENTIFIERS: &[Example] = &[
    (
        Format::Ulid,
        &["01ARZ3NDEKTSV4RRFFQ69G5FAV", "7zzzzzzzzzzzzzzzzzzzzzzzzz"],
        &[
            "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU",
            "01ARZ3",
            "",
        ],
    ),
    (
        Format::MongoId,
        &["507f1f77bcf86cd799439011"],
        &["507f1f77bcf86cd79943901", "507f1f77bcf86cd79943901z"],
    ),
    (
        Format::Ean,
        &["73513537", "9421023610112", "98412345678908"],
        &[
            "73513536",
            "9421023610113",
            "012345678905",
            "",
            "942102361011x",
        ],
    ),
    (
        Format::Isbn,
        &[
            "0-306-40615-2",
            "043942089X",
            "978-0-306-40615-7",
            "979 10 90636 07 1",
        ],
        &[
            "0-306-40615-3",
            "977-0-306-40615-8",
            "978--0306406157",
            "97803064061",
            "X43942089X",
            "",
        ],
    ),
    (
        Format::Issn,
        &["0378-5955", "20493630", "2434-561x"],
        &["0378-5954", "03785-955", "0378-595", ""],
    ),
    (
        Format::Isin,
        &["US0378331005", "AU0000XVGZA3"],
        &[
            "US0378331004",
            "us0378331005",
            "0S0378331005",
            "US037833100",
            "",
        ],
    ),
    (
        Format::Isrc,
        &["USS1Z9900001", "US-S1Z-99-00001"],
        &[
            "usS1Z9900001",
            "US-S1Z9900001",
            "USS1Z990000",
            "USS1Z99é001",
            "",
        ],
    ),
    (
        Format::Imei,
        &["352099001761481", "35-209900-176148-1"],
        &["352099001761480", "3520990017614", "35-209900-1761481", ""],
    ),
    (
        Format::Iso6346,
        &["CSQU3054383", "HLXU2008419"],
        &[
            "CSQU3054384",
            "CSQA3054383",
            "csqu3054383",
            "CSQU305438",
            "ÉSQ3054383",
        ],
    ),
];

const MONEY: &[Example] = &[
    (
        Format::CreditCard,
        &[
            "4111111111111111",
            "3782 822463 10005",
            "5555-5555-5555-4444",
        ],
        &[
            "4111111111111112",
            "4111  1111 1111 1111",
            "4111-1111 1111-1111",
            "0000000000000000",
            "4111-",
            "",
            "41111111111111x1",
        ],
    ),
    (
        Format::Iban,
        &[
            "GB82WEST12345698765432",
            "DE89 3704 0044 0532 0130 00",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
        ],
        &[
            "GB82WEST12345698765433",
            "GB82WEST1234569876543",
            "gb82west12345698765432",
            "ZZ82WEST12345698765432",
            "GB",
            "",
            "GB82WEST1234569876543é",
        ],
    ),
    (
        Format::Bic,
        &["DEUTDEFF", "DEUTDEFF500", "NEDSZAJJXXX", "NCBVXKPR"],
        &[
            "deutdeff",
            "DEUTZZFF",
            "DEUTDEFF50",
            "DEUTDEF",
            "",
            "ÉDEUTDE",
        ],
    ),
    (
        Format::AbaRouting,
        &["021000021", "122105155"],
        &["021000022", "991000021", "02100002", "", "02100002x"],
    ),
    (
        Format::Iso4217,
        &["EUR", "USD", "XXX"],
        &["eur", "EURO", "DEM", "HRK", ""],
    ),
    (
        Format::BtcAddress,
        &[
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "bc1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqs5pgpxg",
        ],
        &[
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
            "11BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8F3t4",
            "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
            // Sound checksums over programs with five bits of padding, padding
            // that is not zero, version 17, BIP 350's sum in version 0, and of
            // 25, 1 and 41 bytes.
            "bc1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqswgtaf",
            "bc1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpuk5vwf",
            "bc13qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0hg8yd",
            "bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqs9wcxj",
            "bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzmcn54",
            "bc1pqqlppvpg",
            "bc1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqepcyyg",
            "bc1",
            "",
        ],
    ),
    (
        Format::EthereumAddress,
        &["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
        &[
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
            "0xg",
        ],
    ),
];

const PLACES: &[Example] = &[
    (
        Format::Iso31661Alpha2,
        &["DE", "AX"],
        &["de", "XK", "UK", "DEU", ""],
    ),
    (Format::Iso31661Alpha3, &["DEU"], &["deu", "DE", "XXX", ""]),
    (
        Format::Iso31661Numeric,
        &["276", "004"],
        &["4", "000", "999", ""],
    ),
    (Format::Iso6391, &["de", "zh"], &["DE", "deu", "xx", ""]),
    (
        Format::Iso15924,
        &["Latn", "Cyrl", "Qabx"],
        &["latn", "Qaby", "Xxxx", ""],
    ),
    (
        Format::Locale,
        &[
            "en",
            "en-US",
            "zh_Hans_CN",
            "es-419",
            "sl-rozaj-biske",
            "de-DE-u-co-phonebk",
            "en-x-a",
            "zh-yue-HK",
        ],
        &[
            "", "e", "en-", "en--US", "en-US-DE", "en-a", "en-x", "én", "123", "en US",
        ],
    ),
    (
        Format::LatLong,
        &["1,2", "-90.0, +180", "(52.5,13.4)"],
        &[
            "90.1,0", "0,180.1", "1", "1,2,3", "(1,2", "1,2)", "1,  2", "1e1,2", "", ",",
        ],
    ),
    (
        Format::MobilePhone,
        &["+15417543010", "+2907123"],
        &[
            "15417543010",
            "+0123456789",
            "+1 541 754 3010",
            "+1234567890123456",
            "+123456",
            "",
            "+",
        ],
    ),
];

const TIME: &[Example] = &[
    (
        Format::Date,
        &[
            "2012-02-29",
            "2011-11-05T10:00",
            "2011-11-05 10:00:00.5+02",
            "2011-11-05t10:00:00z",
        ],
        &[
            "2011-02-29",
            "2011-1-5",
            "20111105",
            "2011-11-05T",
            "2011-11-05T24:00",
            "2011-11-05T10:00+24:00",
            "2011-11-05x10:00",
            "05/11/2011",
            "٢٠١١-١١-٠٥",
        ],
    ),
    (
        Format::Iso8601,
        &[
            "2011",
            "2011-11",
            "20111105",
            "2011-W44-6",
            "2011W446",
            "2011-W44",
            "2011-309",
            "2011309",
            "2012-366",
            "20111105T100000Z",
            "2011-11-05T10",
            "2011-11-05T10:00,5+02:00",
            "2011-11-05T24:00:00Z",
            "20111105T1000+0200",
            "2009-W53-4",
        ],
        &[
            "201111",
            "2011-00",
            "2011-13",
            "2011-366",
            "2011-000",
            "2011-W53-1",
            "2011-W44-8",
            "2011-W00-1",
            "2011-11T10:00",
            "2011-11-05T1000",
            "20111105T10:00",
            "2011-11-05T24:00:01",
            "2011-11-05T10:60",
            "2011-11-05T10:00+25:00",
            "2011-11-05T10:00.",
            "2011-11-05T",
            "2011-11-05 10:00",
            "é",
            "",
        ],
    ),
    (
        Format::Rfc3339,
        &["2011-11-05T10:00:00Z", "2011-11-05T10:00:00.123-03:30"],
        &[
            "2011-11-05",
            "2011-11-05T10:00Z",
            "2011-11-05T10:00:00",
            "2011-02-30T10:00:00Z",
            "2011-11-05T10:00:00+0200",
            "",
        ],
    ),
    (
        Format::Time,
        &["00:00", "23:59:59", "10:00:00.123456"],
        &[
            "24:00",
            "10:60",
            "10:00:60",
            "1:00",
            "10",
            "10:00Z",
            "10:00:",
            "10:00:00.",
            "",
        ],
    ),
];

fn examples() -> impl Iterator<Item = &'static Example> {
    [
        CHARACTERS,
        NUMBERS,
        NETWORK,
        WEB,
        ENCODINGS,
        IDENTIFIERS,
        MONEY,
        PLACES,
        TIME,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn every_format_knows_its_own() {
    let mut wrong_verdicts = Vec::new();
    for (format, sound, wrong) in examples() {
        let accepted = |text: &&&str| accepts(Rule::Format(*format), text);
        let refused = sound.iter().filter(|text| !accepted(text));
        wrong_verdicts.extend(refused.map(|text| format!("{format:?} refuses {text:?}")));
        let wrong = wrong.iter().filter(accepted);
        wrong_verdicts.extend(wrong.map(|text| format!("{format:?} accepts {text:?}")));
    }
    assert!(wrong_verdicts.is_empty(), "{wrong_verdicts:#?}");
}

#[test]
fn every_format_has_examples() {
    for format in Format::ALL {
        let shown = examples()
            .any(|(shown, sound, wrong)| shown == format && !sound.is_empty() && !wrong.is_empty());
        assert!(shown, "{format:?}");
    }
}

// RFC 5321 and 1035 count octets, also of letters outside ASCII.
#[test]
fn addresses_end_where_their_standards_say() {
    let (email, fqdn) = (Rule::Format(Format::Email), Rule::Format(Format::Fqdn));
    let domain = |labels: usize| format!("{}com", format!("{}.", "a".repeat(49)).repeat(labels));
    for (rule, longest, longer) in [
        (
            email,
            format!("{}@b.co", "é".repeat(32)),
            format!("{}@b.co", "é".repeat(33)),
        ),
        (
            email,
            format!("{}@{}", "a".repeat(50), domain(4)),
            format!("{}@{}", "a".repeat(51), domain(4)),
        ),
        (
            fqdn,
            format!("{}.com", "a".repeat(63)),
            format!("{}.com", "a".repeat(64)),
        ),
        (fqdn, domain(5), domain(6)),
    ] {
        assert_eq!(
            (accepts(rule, &longest), accepts(rule, &longer)),
            (true, false),
            "{longest}"
        );
    }
}
