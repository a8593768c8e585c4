//! What the web passes around as text.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::encoding::{base64, base64url_decoded, percent_decoded};
use super::number::{is_digits, is_hex, numeric};
use super::text::each;

pub(in crate::validate) fn json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

pub(in crate::validate) fn jwt(text: &str) -> bool {
    let is_object = |part: &str| {
        base64url_decoded(part)
            .is_some_and(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).is_ok())
    };
    match text.split('.').collect::<Vec<_>>().as_slice() {
        // An empty signature would be an unsecured token.
        [header, claims, signature] => {
            !signature.is_empty()
                && base64url_decoded(signature).is_some()
                && is_object(header)
                && is_object(claims)
        }
        _ => false,
    }
}

pub(in crate::validate) fn sem_ver(text: &str) -> bool {
    let (rest, build) = match text.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (text, None),
    };
    let (core, pre) = match rest.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (rest, None),
    };
    let identifier = |part: &str| each(part, |c| c.is_ascii_alphanumeric() || c == '-');
    let ranked = |part: &str| identifier(part) && (!is_digits(part) || is_plain_number(part));
    core.split('.').count() == 3
        && core.split('.').all(is_plain_number)
        && pre.is_none_or(|pre| pre.split('.').all(ranked))
        && build.is_none_or(|build| build.split('.').all(identifier))
}

/// Digits without a leading zero.
fn is_plain_number(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

pub(in crate::validate) fn hex_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or(text);
    matches!(digits.len(), 3 | 4 | 6 | 8) && is_hex(digits)
}

pub(in crate::validate) fn rgb_color(text: &str) -> bool {
    let Some(arguments) = color_arguments(text, ["rgb", "rgba"]) else {
        return false;
    };
    let parts: Vec<_> = arguments
        .split(',')
        .map(|part| part.trim_matches(' '))
        .collect();
    match parts.as_slice() {
        [channels @ .., alpha] if channels.len() == 3 => are_channels(channels) && is_alpha(alpha),
        channels => channels.len() == 3 && are_channels(channels),
    }
}

/// Numbers up to 255, or percentages, but not both.
fn are_channels(parts: &[&str]) -> bool {
    parts.iter().all(|part| is_up_to(part, 255.0)) || parts.iter().all(|part| is_percentage(part))
}

pub(in crate::validate) fn hsl(text: &str) -> bool {
    color_arguments(text, ["hsl", "hsla"]).is_some_and(|arguments| {
        let parts: Vec<_> = if arguments.contains(',') {
            arguments
                .split(',')
                .map(|part| part.trim_matches(' '))
                .collect()
        } else {
            spaced(arguments)
        };
        match parts.as_slice() {
            [hue, color @ .., alpha] if color.len() == 2 => {
                is_hue(hue) && color.iter().all(|part| is_percentage(part)) && is_alpha(alpha)
            }
            [hue, color @ ..] if color.len() == 2 => {
                is_hue(hue) && color.iter().all(|part| is_percentage(part))
            }
            _ => false,
        }
    })
}

/// Three parts joined by spaces and perhaps a fourth after a slash; otherwise nothing.
fn spaced(arguments: &str) -> Vec<&str> {
    let (color, alpha) = match arguments.split_once('/') {
        Some((color, alpha)) => (color, Some(alpha.trim_matches(' '))),
        None => (arguments, None),
    };
    let parts: Vec<_> = color.split(' ').filter(|part| !part.is_empty()).collect();
    if parts.len() == 3 {
        parts.into_iter().chain(alpha).collect()
    } else {
        Vec::new()
    }
}

/// What stands between the parentheses of one of two CSS functions.
fn color_arguments<'a>(text: &'a str, names: [&str; 2]) -> Option<&'a str> {
    let (name, arguments) = text.strip_suffix(')')?.split_once('(')?;
    names
        .iter()
        .any(|own| own.eq_ignore_ascii_case(name))
        .then_some(arguments)
}

fn is_hue(text: &str) -> bool {
    let units = ["deg", "grad", "rad", "turn"];
    let number = units
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .unwrap_or(text);
    numeric(number)
}

fn is_alpha(text: &str) -> bool {
    is_up_to(text, 1.0) || is_percentage(text)
}

fn is_percentage(text: &str) -> bool {
    text.strip_suffix('%')
        .is_some_and(|number| is_up_to(number, 100.0))
}

fn is_up_to(text: &str, most: f64) -> bool {
    numeric(text)
        && text
            .parse::<f64>()
            .is_ok_and(|number| (0.0..=most).contains(&number))
}

pub(in crate::validate) fn mime_type(text: &str) -> bool {
    let mut parts = text.split(';');
    parts.next().is_some_and(is_media_name) && parts.all(is_parameter)
}

fn is_media_name(text: &str) -> bool {
    const TOP_LEVEL: [&str; 11] = [
        "application",
        "audio",
        "example",
        "font",
        "haptics",
        "image",
        "message",
        "model",
        "multipart",
        "text",
        "video",
    ];
    text.split_once('/').is_some_and(|(top, sub)| {
        TOP_LEVEL.contains(&top.to_ascii_lowercase().as_str())
            && sub.len() <= 127
            && sub.starts_with(|c: char| c.is_ascii_alphanumeric())
            && each(sub, |c| {
                c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c)
            })
    })
}

/// ` name=value`, the value a token or a quoted string without semicolon.
fn is_parameter(text: &str) -> bool {
    let token = |part: &str| {
        each(part, |c| {
            c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?=".contains(c)
        })
    };
    let quoted = |part: &str| {
        part.strip_prefix('"')
            .and_then(|part| part.strip_suffix('"'))
            .is_some_and(|inner| {
                inner
                    .chars()
                    .all(|c| !c.is_control() && !matches!(c, '"' | '\\'))
            })
    };
    text.trim_matches(' ')
        .split_once('=')
        .is_some_and(|(name, value)| token(name) && (token(value) || quoted(value)))
}

pub(in crate::validate) fn data_uri(text: &str) -> bool {
    let Some((head, data)) = text.split_once(',') else {
        return false;
    };
    let Some((scheme, media)) = head.split_once(':') else {
        return false;
    };
    let (media, encoded) = match media.strip_suffix(";base64") {
        Some(media) => (media, true),
        None => (media, false),
    };
    let media_sound = match media.strip_prefix(';') {
        Some(parameters) => parameters.split(';').all(is_parameter),
        None => media.is_empty() || mime_type(media),
    };
    let data_sound = |bytes: Vec<u8>| !encoded || std::str::from_utf8(&bytes).is_ok_and(base64);
    scheme.eq_ignore_ascii_case("data")
        && media_sound
        && percent_decoded(data).is_some_and(data_sound)
}

pub(in crate::validate) fn magnet_uri(text: &str) -> bool {
    let Some((scheme, query)) = text.split_once(":?") else {
        return false;
    };
    let exact_topic = |parameter: &str| {
        parameter.split_once('=').is_some_and(|(name, topic)| {
            let number = name.strip_prefix("xt.").unwrap_or("1");
            (name == "xt" || name.starts_with("xt.")) && is_digits(number) && is_topic(topic)
        })
    };
    scheme.eq_ignore_ascii_case("magnet")
        && percent_decoded(query).is_some()
        && query.split('&').any(exact_topic)
}

/// `urn:<namespace>:<hash>`, with BitTorrent's hashes of their proper form.
fn is_topic(topic: &str) -> bool {
    let alphanumeric = |text: &str| each(text, |c| c.is_ascii_alphanumeric());
    let Some(name) = topic.strip_prefix("urn:") else {
        return false;
    };
    match name.rsplit_once(':') {
        Some(("btih", hash)) => {
            hash.len() == 40 && is_hex(hash)
                || hash.len() == 32
                    && hash
                        .bytes()
                        .all(|b| b.is_ascii_alphabetic() || matches!(b, b'2'..=b'7'))
        }
        Some(("btmh", hash)) => hash
            .strip_prefix("1220")
            .is_some_and(|h| h.len() == 64 && is_hex(h)),
        Some((namespace, hash)) => {
            namespace.split(':').all(alphanumeric)
                && each(hash, |c| c.is_ascii_alphanumeric() || c == '.')
        }
        None => false,
    }
}
