//! The two columns the ORM sets to the time of the write.

use super::Fields;
use crate::diag::{Diagnostics, suggest};
use crate::model::Timestamp;
use crate::parse::options::Options;
use crate::parse::value::Value;

/// Which fields record the time of a write, by position.
#[derive(Default)]
pub(super) struct Stamps {
    created: Option<usize>,
    updated: Option<usize>,
}

impl Stamps {
    pub(super) fn of(&self, field: usize) -> Option<Timestamp> {
        match Some(field) {
            at if at == self.created => Some(Timestamp::Created),
            at if at == self.updated => Some(Timestamp::Updated),
            _ => None,
        }
    }
}

/// Finds the fields that `timestamps` speaks of.
pub(super) fn fields(options: &Options, fields: &Fields, diag: &mut Diagnostics) -> Stamps {
    let Some(entry) = options.get("timestamps") else {
        return Stamps::default();
    };
    let none = Options::empty(entry.key.clone());
    let renamed = match &entry.value {
        Value::Options(renamed) => renamed,
        _ => &none,
    };
    let missing: Vec<&str> = ["created_at", "updated_at"]
        .into_iter()
        .filter(|name| !renamed.has(name) && fields.position(name).is_none())
        .collect();
    if !missing.is_empty() {
        let add: Vec<String> = missing
            .iter()
            .map(|name| format!("pub {name}: DateTime<Utc>"))
            .collect();
        diag.error(
            &entry.key,
            format!("`timestamps` needs {}", fields_named(&missing)),
            format!(
                "add `{}`, or name yours: `timestamps({} = \"..\")`",
                add.join(", "),
                missing[0]
            ),
        );
    }
    let mut find = |name: &str| match renamed.name(name) {
        Some(own) => fields.resolve(own, &options.owner, diag),
        None => fields.position(name),
    };
    Stamps {
        created: find("created_at"),
        updated: find("updated_at"),
    }
}

fn fields_named(names: &[&str]) -> String {
    match names {
        [one] => format!("a field `{one}`"),
        _ => format!(
            "the fields {}",
            suggest::list(names).replace(" or ", " and ")
        ),
    }
}
