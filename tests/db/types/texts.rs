//! Hostile texts are values like any other.

use orm::error::ErrorKind;
use orm::prelude::*;

use crate::database::{Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
struct Note {
    #[column(primary_key)]
    key: String,
    body: Option<String>,
    tags: Vec<String>,
    meta: serde_json::Value,
}

const HOSTILE: [&str; 18] = [
    "'\"; DROP TABLE notes; --",
    "$1",
    "$$ $tag$ $1 $2",
    ":x :name ::text",
    "? ?? ?1",
    "%s %d {} {0}",
    "\\ \\' \\n \\x00 E'\\\\'",
    "/* -- */ ;",
    "\"quoted\" \"\" 'single' ''",
    "{curly,NULL,\"array\"}",
    "NULL",
    "",
    "   ",
    "line\nfeed\r\n\ttab\u{0007}\u{001b}[31m",
    "emoji 🦀👩‍👩‍👧‍👧 \u{1F1E9}\u{1F1EA}",
    "right to left \u{202e} שלום مرحبا",
    "combining e\u{0301} \u{feff}bom \u{fffd}",
    "ünïcödé ﷺ 漢字 𝕏",
];

fn note(text: &str) -> NoteCreate<orm::create::Given, orm::create::Given, orm::create::Given> {
    Note::create()
        .key(text)
        .body(text)
        .tags([text, text])
        .meta(serde_json::json!({ text: [text] }))
}

#[tokio::test]
async fn hostile_texts_are_stored_found_and_changed_as_they_are() -> Test {
    let place = with_models(orm::models![Note]).await?;
    for text in HOSTILE {
        let saved = note(text).save(&place.db).await?;
        assert_eq!(
            (
                saved.key.as_str(),
                saved.body.as_deref(),
                saved.tags[1].as_str()
            ),
            (text, Some(text), text)
        );
        assert_eq!(saved.meta, serde_json::json!({ text: [text] }));
        assert_eq!(Note::find(text).one(&place.db).await?, saved);
        let by_everything = Note::query()
            .filter(
                Note::body.eq(text)
                    & Note::key.in_([text])
                    & Note::key.starts_with(text)
                    & Note::key.contains(text),
            )
            .filter(Note::tags.contains_all([text]))
            .filter(Note::meta.json_text([text, "0"]).eq(text) & Note::meta.has_key(text));
        assert_eq!(by_everything.one(&place.db).await?, saved, "{text:?}");
        let moved = saved
            .update()
            .set(Note::body, Note::body.concat(text))
            .save(&place.db)
            .await?;
        assert_eq!(moved.body, Some(format!("{text}{text}")));
    }
    assert_eq!(Note::query().count(&place.db).await?, 18);
    Ok(())
}

#[tokio::test]
async fn hostile_texts_survive_bulk_writes() -> Test {
    let place = with_models(orm::models![Note]).await?;
    let saved = Note::create_many(HOSTILE.map(note)).save(&place.db).await?;
    for (row, text) in saved.iter().zip(HOSTILE) {
        assert_eq!(
            (row.key.as_str(), row.tags.as_slice()),
            (text, &[text.to_owned(), text.to_owned()][..])
        );
    }
    let found = Note::query()
        .filter(Note::key.in_(HOSTILE))
        .count(&place.db)
        .await?;
    assert_eq!(found, 18);
    Ok(())
}

#[tokio::test]
async fn a_megabyte_comes_back() -> Test {
    let place = with_models(orm::models![Note]).await?;
    let text = "ä'\"\\\n🦀".repeat(100_000);
    assert!(text.len() >= 1_000_000);
    let saved = note("big")
        .body(&text)
        .tags([&*text, "b"])
        .save(&place.db)
        .await?;
    assert!(saved.body.as_deref() == Some(&*text) && saved.tags[0] == text);
    assert!(Note::find("big").one(&place.db).await? == saved);
    Ok(())
}

#[tokio::test]
async fn nul_is_a_typed_error_wherever_it_stands() -> Test {
    let place = with_models(orm::models![Note]).await?;
    let nul = "canary\0text";
    let saved = note("fine").save(&place.db).await?;
    let errors = [
        note(nul).save(&place.db).await.unwrap_err(),
        note("b").tags([nul]).save(&place.db).await.unwrap_err(),
        Note::create_many([note("c"), note("d").body(nul)])
            .save(&place.db)
            .await
            .unwrap_err(),
        Note::create_many([note("c"), note("d").tags([nul])])
            .save(&place.db)
            .await
            .unwrap_err(),
        note("e")
            .meta(serde_json::json!({ "k": nul }))
            .save(&place.db)
            .await
            .unwrap_err(),
        saved
            .update()
            .set(Note::body, nul)
            .save(&place.db)
            .await
            .unwrap_err(),
        Note::find(nul).one(&place.db).await.unwrap_err(),
        Note::query()
            .filter(Note::body.contains(nul))
            .all(&place.db)
            .await
            .unwrap_err(),
        Note::query()
            .filter(Note::key.in_(["a", nul]))
            .all(&place.db)
            .await
            .unwrap_err(),
        Note::upsert(note(nul))
            .on_key()
            .save(&place.db)
            .await
            .unwrap_err(),
    ];
    for error in errors {
        // What is to be written is judged by field, before it is sent.
        let by_field = error.is_validation() && !error.fields().is_empty();
        assert!(by_field || error.kind() == ErrorKind::Encode, "{error}");
        let told = format!("{error} {error:?}");
        assert!(told.contains("NUL") && !told.contains("canary"), "{told}");
    }
    assert_eq!(
        Note::query().count(&place.db).await?,
        1,
        "the connection is still good"
    );
    Ok(())
}
