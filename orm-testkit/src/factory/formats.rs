//! Texts of a format. Where a digit checks the others, all are tried.

use orm_core::validate::Format;

use super::values::rotated;

/// Texts of which one has the format, if any is known.
pub(super) fn texts(format: Format, n: u64) -> Vec<String> {
    let small = n % 1_000_000;
    let one = match format {
        Format::Alpha => letters(n),
        Format::Alphanumeric => format!("x{n}"),
        Format::FullWidth | Format::HalfWidth | Format::VariableWidth | Format::Multibyte => {
            format!("\u{540d}{n}")
        }
        Format::SurrogatePair => format!("\u{1f600}{n}"),
        Format::Slug => format!("slug-{n}"),
        Format::StrongPassword => format!("Passw0rd-{n}"),
        Format::Numeric | Format::Int | Format::Float | Format::Decimal | Format::Json => {
            n.to_string()
        }
        Format::Boolean => "true".to_owned(),
        Format::Hexadecimal => format!("{n:x}"),
        Format::Octal => format!("{n:o}"),
        Format::Port => (1 + n % 65_535).to_string(),
        Format::Email => format!("user{n}@example.com"),
        Format::MailtoUri => format!("mailto:user{n}@example.com"),
        Format::Ip | Format::Ipv4 => ipv4(n),
        Format::Ipv6 => format!("2001:db8::{:x}:{:x}", (n >> 16) & 0xFFFF, n & 0xFFFF),
        Format::IpRange => format!("{}/32", ipv4(n)),
        Format::Fqdn => format!("host{n}.example.com"),
        Format::MacAddress => {
            let octets = n.to_be_bytes().map(|it| format!("{it:02x}"));
            format!("02:{}", octets[3..].join(":"))
        }
        Format::DataUri => format!("data:,{n}"),
        Format::MagnetUri => format!("magnet:?xt=urn:btih:{n:040x}"),
        Format::MimeType => format!("text/x{n}"),
        Format::SemVer => format!("1.0.{n}"),
        Format::HexColor => format!("#{:06x}", n & 0xFF_FFFF),
        Format::RgbColor => format!("rgb({}, {}, {})", (n >> 16) & 255, (n >> 8) & 255, n & 255),
        Format::Hsl => format!("hsl({}, {}%, 50%)", n % 360, (n / 360) % 101),
        Format::Base32 => format!("{:A>8}", letters(n).to_uppercase()),
        Format::Base58 => return vec![letters(n).replace('l', "L"), letters(n).to_uppercase()],
        Format::Base64 => format!("{n:020}"),
        Format::Md5 => format!("{n:032x}"),
        Format::Ulid => format!("{n:026}"),
        Format::MongoId => format!("{n:024x}"),
        Format::EthereumAddress => format!("0x{n:040x}"),
        Format::Isrc => format!("USRC1{:07}", n % 10_000_000),
        Format::Bic => format!("{}DEFF", four_letters(n)),
        Format::Locale => "en".to_owned(),
        Format::LatLong => format!("{},{}", n % 90, (n / 90) % 180),
        Format::MobilePhone => format!("+491512{:07}", n % 10_000_000),
        Format::Date | Format::Iso8601 => {
            let (year, month) = ((n / 336) % 100, 1 + (n / 28) % 12);
            format!("20{year:02}-{month:02}-{:02}", 1 + n % 28)
        }
        Format::Rfc3339 => format!("2024-01-01T{}Z", clock(n)),
        Format::Time => clock(n),
        Format::Iso4217 => return listed(&["EUR", "USD", "GBP", "JPY", "CHF", "SEK"], n),
        Format::Iso31661Alpha2 => return listed(&["DE", "FR", "GB", "US", "JP", "SE"], n),
        Format::Iso31661Alpha3 => return listed(&["DEU", "FRA", "GBR", "USA", "JPN"], n),
        Format::Iso31661Numeric => return listed(&["276", "250", "826", "840", "392"], n),
        Format::Iso6391 => return listed(&["de", "en", "fr", "ja", "sv", "it"], n),
        Format::Iso15924 => return listed(&["Latn", "Cyrl", "Grek", "Arab"], n),
        Format::Luhn | Format::Imei => return checked(|it| format!("3{n:013}{it}")),
        Format::Ean => return checked(|it| format!("4{n:011}{it}")),
        Format::Isbn => return checked(|it| format!("978{n:09}{it}")),
        Format::Isin => return checked(|it| format!("US{n:09}{it}")),
        Format::AbaRouting => return checked(|it| format!("02{small:06}{it}")),
        Format::CreditCard => return checked(|it| format!("4{n:014}{it}")),
        Format::Iso6346 => return checked(|it| format!("ABCU{small:06}{it}")),
        Format::Issn => {
            let (first, last) = (small / 1000, small % 1000);
            let digits = checked(|it| format!("{first:04}-{last:03}{it}"));
            return digits
                .into_iter()
                .chain([format!("{first:04}-{last:03}X")])
                .collect();
        }
        Format::Iban => {
            let checks = 2..=98;
            return checks.map(|it| format!("DE{it:02}{n:018}")).collect();
        }
        // Others have letters and digits of any kind, or are not known.
        _ => return Vec::new(),
    };
    vec![one]
}

/// The texts with each digit.
fn checked(with: impl Fn(u8) -> String) -> Vec<String> {
    (0..=9).map(with).collect()
}

fn listed(all: &[&str], n: u64) -> Vec<String> {
    rotated(all, n).map(str::to_owned).collect()
}

fn ipv4(n: u64) -> String {
    format!("10.{}.{}.{}", (n >> 16) & 255, (n >> 8) & 255, n & 255)
}

fn clock(n: u64) -> String {
    format!("{:02}:{:02}:{:02}", (n / 3600) % 24, (n / 60) % 60, n % 60)
}

fn four_letters(n: u64) -> String {
    format!("{:A>4}", letters(n % 26_u64.pow(4)).to_uppercase())
}

/// A number in letters.
pub(super) fn letters(n: u64) -> String {
    in_base(n, b"abcdefghijklmnopqrstuvwxyz")
}

/// A number in letters and digits.
pub(super) fn in_base_36(n: u64) -> String {
    in_base(n, b"0123456789abcdefghijklmnopqrstuvwxyz")
}

fn in_base<const BASE: usize>(mut n: u64, digits: &[u8; BASE]) -> String {
    let base = BASE as u64;
    let mut written = Vec::new();
    while written.is_empty() || n > 0 {
        written.push(digits[(n % base) as usize]);
        n /= base;
    }
    written.iter().rev().map(|&it| char::from(it)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use orm_core::validate::{Rule, View};

    use super::*;

    /// What no text is made for.
    const UNKNOWN: [Format; 2] = [Format::Jwt, Format::BtcAddress];
    /// What plain texts have.
    const PLAIN: [Format; 3] = [Format::Ascii, Format::Lowercase, Format::Uppercase];

    #[test]
    fn texts_have_their_format() {
        let mut missing = Vec::new();
        for &format in Format::ALL {
            let rule = Rule::Format(format);
            for n in [1, 2, 3, 17, 100, 1234, 99_999] {
                let mut texts = texts(format, n).into_iter();
                if !texts.any(|it| rule.check(&View::Text(&it))) {
                    missing.push((format.name(), n));
                }
            }
        }
        missing.retain(|(name, _)| !UNKNOWN.iter().chain(&PLAIN).any(|it| it.name() == *name));
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn addresses_differ() {
        let emails: HashSet<_> = (1..=100).flat_map(|n| texts(Format::Email, n)).collect();
        assert_eq!(emails.len(), 100);
        assert_eq!((letters(1), in_base_36(37)), ("b".into(), "11".into()));
    }
}
