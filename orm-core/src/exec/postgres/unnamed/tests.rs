//! Conversations of a driver and a server, cut in every way.

use bytes::{BufMut, BytesMut};
use proptest::prelude::*;

use super::answers::Answers;
use super::plans::Plans;
use super::questions::Questions;
use super::settings::{LocalSettings, message};

/// A message: its first byte and its body.
fn m(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = BytesMut::new();
    message(&mut out, kind, |it| it.put_slice(body));
    out.to_vec()
}

fn start() -> Vec<u8> {
    let body = b"\0\x03\0\0user\0me\0\0";
    let length = u32::try_from(body.len() + 4).unwrap();
    [&length.to_be_bytes()[..], body].concat()
}

/// A RowDescription of one column.
fn row_of(name: &str, oid: u8) -> Vec<u8> {
    let mut body = vec![0, 1];
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(&[0, 0, 0, 0, 7, 0, 1, 0, 0, 0, oid]);
    body.extend_from_slice(&[0, 4, 255, 255, 255, 255, 0, 0]);
    m(b'T', &body)
}

const SYNC: (u8, &[u8]) = (b'S', b"");
const EXECUTE: (u8, &[u8]) = (b'E', b"\0\0\0\0\0");

fn all(messages: &[(u8, &[u8])]) -> Vec<u8> {
    messages
        .iter()
        .flat_map(|(kind, body)| m(*kind, body))
        .collect()
}

/// Both directions of one connection.
struct Talk {
    plans: Plans,
    questions: Questions,
    answers: Answers,
    piece: usize,
}

impl Talk {
    fn new(settings: LocalSettings, piece: usize) -> Self {
        Self::greeted(settings, piece, b"TimeZone\0UTC\0")
    }

    /// Where the other side tells this setting when it lets us in.
    fn greeted(settings: LocalSettings, piece: usize, told: &[u8]) -> Self {
        let questions = Questions::new(settings.into());
        let (plans, answers) = (Plans::default(), Answers::default());
        let mut talk = Talk {
            plans,
            questions,
            answers,
            piece,
        };
        let sent = talk.ask(&start());
        assert!(sent.ends_with(b"TimeZone\0UTC\0standard_conforming_strings\0on\0\0"));
        assert_eq!(usize::from(sent[3]), sent.len());
        let welcome = all(&[(b'R', &[0; 4]), (b'S', told), (b'Z', b"I")]);
        assert_eq!(talk.answer(&welcome), welcome);
        talk
    }

    /// What the network gets where the driver sends `bytes`.
    fn ask(&mut self, bytes: &[u8]) -> Vec<u8> {
        for piece in bytes.chunks(self.piece) {
            self.questions.take(piece, &mut self.plans).unwrap();
        }
        self.questions.out.split().to_vec()
    }

    /// What the driver gets where the network gives `bytes`.
    fn answer(&mut self, bytes: &[u8]) -> Vec<u8> {
        for piece in bytes.chunks(self.piece) {
            self.answers.take(piece, &mut self.plans).unwrap();
        }
        self.answers.out.split().to_vec()
    }

    /// Has `s1` described as one int4 in, one column of type `oid` out.
    fn prepare(&mut self, oid: u8) {
        let asked = [all(&[
            (b'P', b"s1\0SELECT $1\0\0\0"),
            (b'D', b"Ss1\0"),
            SYNC,
        ])]
        .concat();
        let sent = self.ask(&asked);
        let expected = all(&[(b'P', b"\0SELECT $1\0\0\0"), (b'D', b"S\0"), SYNC]);
        assert!(sent.ends_with(&expected), "{sent:?}");
        let told = [
            all(&[(b'1', b""), (b't', b"\0\x01\0\0\0\x17")]),
            row_of("a", oid),
            m(b'Z', b"I"),
        ];
        assert_eq!(self.answer(&told.concat()), told.concat());
    }

    fn execute(&mut self) -> Vec<u8> {
        self.ask(&all(&[(b'B', b"\0s1\0\0\0\0\0\0\0"), EXECUTE, SYNC]))
    }
}

fn expected_execution() -> Vec<u8> {
    let parse = (b'P', &b"\0SELECT $1\0\0\x01\0\0\0\x17"[..]);
    all(&[
        parse,
        (b'B', b"\0\0\0\0\0\0\0\0"),
        (b'D', b"P\0"),
        EXECUTE,
        SYNC,
    ])
}

/// What the server says of an execution.
fn rows(oid: u8) -> Vec<u8> {
    [
        all(&[(b'1', b""), (b'2', b"")]),
        row_of("a", oid),
        all(&[(b'D', b"row"), (b'C', b"SELECT 1\0"), (b'Z', b"I")]),
    ]
    .concat()
}

proptest! {
    #[test]
    fn an_execution_brings_its_text_along_however_bytes_are_cut(piece in 1..200_usize) {
        let mut talk = Talk::new(LocalSettings::default(), piece);
        talk.prepare(23);
        for _ in 0..2 {
            prop_assert_eq!(talk.execute(), expected_execution());
            let heard = talk.answer(&rows(23));
            let hears = all(&[(b'2', b""), (b'D', b"row"), (b'C', b"SELECT 1\0"), (b'Z', b"I")]);
            prop_assert_eq!(heard, hears);
        }
        // The driver closes it; the server has nothing of this name.
        prop_assert_eq!(talk.ask(&all(&[(b'C', b"Ss1\0"), SYNC])), all(&[(b'C', b"S\0"), SYNC]));
        let closed = all(&[(b'3', b""), (b'Z', b"I")]);
        prop_assert_eq!(talk.answer(&closed), closed);
        prop_assert!(talk.plans.by_name.is_empty());
        prop_assert!(talk.plans.on_their_way.is_empty());
    }

    #[test]
    fn rows_of_another_shape_do_not_reach_the_driver(piece in 1..200_usize) {
        let mut talk = Talk::new(LocalSettings::default(), piece);
        talk.prepare(23);
        talk.execute();
        let heard = talk.answer(&rows(20));
        prop_assert_eq!(heard[0], b'E');
        prop_assert!(heard.ends_with(&m(b'Z', b"I")));
        prop_assert!(!heard.windows(3).any(|it| it == b"row"));
        // Where it failed anyway, that is what is told; the next is as ever.
        talk.execute();
        let failed = [
            all(&[(b'1', b""), (b'2', b"")]),
            row_of("a", 20),
            all(&[(b'D', b"row"), (b'E', b"why\0"), (b'Z', b"I")]),
        ];
        let told = all(&[(b'E', b"why\0"), (b'Z', b"I")]);
        prop_assert_eq!(talk.answer(&failed.concat()), told);
        talk.execute();
        prop_assert_eq!(talk.answer(&rows(23))[0], b'2');
    }

    #[test]
    fn answers_to_several_questions_keep_their_order(piece in 1..200_usize) {
        let mut talk = Talk::new(LocalSettings::default(), piece);
        talk.prepare(23);
        talk.ask(&m(b'Q', b"BEGIN\0"));
        talk.execute();
        talk.execute();
        let begun = all(&[(b'C', b"BEGIN\0"), (b'N', b"a notice"), (b'Z', b"T")]);
        let refused = all(&[(b'E', b"no\0"), (b'Z', b"T")]);
        let heard = talk.answer(&[begun.clone(), refused.clone(), rows(23)].concat());
        prop_assert!(heard.starts_with(&[begun, refused].concat()));
        prop_assert!(heard.ends_with(&all(&[(b'D', b"row"), (b'C', b"SELECT 1\0"), (b'Z', b"I")])));
    }

    #[test]
    fn settings_go_before_what_is_outside_a_transaction(piece in 1..200_usize) {
        let settings = || LocalSettings::new(&[("search_path", "\"a\"".to_owned())]);
        let set = settings().of(false).messages().to_vec();
        let mut talk = Talk::new(settings(), piece);
        let asked = all(&[(b'P', b"s1\0SELECT $1\0\0\0"), (b'D', b"Ss1\0"), SYNC]);
        prop_assert!(talk.ask(&asked).starts_with(&set));
        let own = all(&[(b'1', b""), (b'2', b""), (b'D', b"own"), (b'C', b"SELECT 1\0")]);
        let described = [
            all(&[(b'1', b""), (b't', b"\0\x01\0\0\0\x17")]),
            row_of("a", 23),
            m(b'Z', b"I"),
        ]
        .concat();
        prop_assert_eq!(talk.answer(&[own.clone(), described.clone()].concat()), described);
        prop_assert_eq!(talk.execute(), [set, expected_execution()].concat());
        let heard = talk.answer(&[own, rows(23)].concat());
        let hears = all(&[(b'2', b""), (b'D', b"row"), (b'C', b"SELECT 1\0"), (b'Z', b"I")]);
        prop_assert_eq!(heard, hears);

        let begun = talk.ask(&m(b'Q', b"BEGIN READ ONLY\0"));
        prop_assert_eq!(begun, m(b'Q', b"BEGIN READ ONLY;SET LOCAL search_path = \"a\";\0"));
        prop_assert_eq!(talk.execute(), expected_execution());
        prop_assert_eq!(talk.ask(&m(b'Q', b"COMMIT\0")), m(b'Q', b"COMMIT\0"));
        let batch = talk.ask(&m(b'Q', b"CREATE TABLE t ()\0"));
        prop_assert_eq!(batch, m(b'Q', b"SET LOCAL search_path = \"a\";CREATE TABLE t ()\0"));
        prop_assert_eq!(talk.ask(&m(b'Q', b"\0")), m(b'Q', b"\0"));
    }

    #[test]
    fn a_pooler_that_contradicts_the_start_is_told_for_every_transaction(piece in 1..200_usize) {
        for (told, contradicts) in [
            (b"TimeZone\0UTC\0", false),
            (b"TimeZone\0GMT\0", true),
        ] {
            let settings = LocalSettings::new(&[]);
            let all = settings.of(true).messages().to_vec();
            let mut talk = Talk::greeted(settings, piece, told);
            let asked = self::all(&[(b'P', b"s1\0SELECT $1\0\0\0"), (b'D', b"Ss1\0"), SYNC]);
            prop_assert_eq!(talk.ask(&asked).starts_with(&all), contradicts);
            let begun = talk.ask(&m(b'Q', b"BEGIN\0"));
            let begun = String::from_utf8_lossy(&begun);
            let sets = begun.contains("BEGIN;SET LOCAL jit = \"off\";SET LOCAL TimeZone = \"UTC\";");
            prop_assert_eq!(sets, contradicts);
        }
    }

    // What is no protocol is an error, never a panic and never endless.
    #[test]
    fn nonsense_is_refused_or_passes(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        piece in 1..50_usize,
    ) {
        let mut talk = Talk::new(LocalSettings::default(), piece);
        talk.prepare(23);
        talk.execute();
        for piece in bytes.chunks(piece) {
            let _ = talk.questions.take(piece, &mut talk.plans);
        }
        for piece in bytes.chunks(piece) {
            let _ = talk.answers.take(piece, &mut talk.plans);
        }
    }
}
