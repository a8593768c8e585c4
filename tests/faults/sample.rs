//! Which bytes are tried: all of them, or the ends of messages and some others.

use orm_testkit::Random;

/// `FAULT_SEED`, else always the same.
pub(crate) fn random() -> Random {
    let seed = std::env::var("FAULT_SEED").ok();
    Random::new(seed.and_then(|it| it.parse().ok()).unwrap_or(1))
}

/// So many of the places from 0 to `length`, half of them at the ends of the
/// protocol's messages; `FAULT_BYTES` asks for another number, or for `all`.
pub(crate) fn places(
    answers: &[u8],
    length: usize,
    usual: usize,
    random: &mut Random,
) -> Vec<usize> {
    let wanted = match std::env::var("FAULT_BYTES").as_deref() {
        Ok("all") => return (0..=length).collect(),
        Ok(number) => number.parse().expect("FAULT_BYTES is a number or `all`"),
        Err(_) => usual,
    };
    let ends = ends_of_messages(answers);
    let mut places: Vec<usize> = (0..wanted)
        .map(|i| match ends.get(random.below(ends.len())) {
            // Before, at and behind the end; in the middle of the next length.
            Some(end) if i % 2 == 0 => (end + random.below(5)).saturating_sub(1).min(length),
            _ => random.below(length + 1),
        })
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Where each message of the server ends: a letter, then the length of the rest.
fn ends_of_messages(answers: &[u8]) -> Vec<usize> {
    let mut ends = vec![0];
    let mut at = 0;
    while let Some(&[_, a, b, c, d]) = answers.get(at..at + 5) {
        at += 1 + u32::from_be_bytes([a, b, c, d]) as usize;
        ends.push(at);
    }
    ends
}
