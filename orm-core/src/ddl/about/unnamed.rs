//! Constraints that SQLite does not name, found by what it does say.

use super::{About, Written};
use crate::ddl::blueprint::{ForeignKey, Rule, Table};
use crate::ddl::violated::{fields_of, named_in};
use crate::ddl::{desired, known};
use crate::error::Direction;
use crate::schema::{Action, Backend, TableDef};

/// The unique constraint or primary key over these columns.
pub(super) fn unique(table: &'static TableDef, columns: &[String]) -> Option<String> {
    let table = named_in(table);
    let constraints = table.constraints.iter().find(|it| match &it.rule {
        Rule::PrimaryKey(key) | Rule::Unique { columns: key, .. } => key == columns,
        _ => false,
    });
    let named = constraints.map(|it| it.name.clone());
    named.or_else(|| {
        let mut indexes = table.indexes.iter().filter(|it| it.unique);
        let index = indexes.find(|it| {
            let key = it.columns().unwrap_or_default();
            key.iter().eq(columns)
        })?;
        Some(index.name.clone())
    })
}

/// The foreign key that a statement broke, where there is only one that it can
/// have broken by the columns that it wrote. Which of several it was SQLite does not say.
pub(super) fn key(
    written: Option<Written>,
    direction: Option<Direction>,
    wrote: &[String],
) -> About {
    let table = match written {
        Some(Written::Model(table)) => table,
        Some(Written::Pairs { .. }) => {
            return About {
                in_join_table: true,
                ..About::default()
            };
        }
        None => return About::default(),
    };
    let own = named_in(table);
    let wrote = |columns: &[String]| {
        wrote.is_empty() || columns.iter().any(|column| wrote.contains(column))
    };
    let refers: Vec<_> = match direction {
        Some(Direction::IsReferredTo) => Vec::new(),
        _ => {
            let keys = own.foreign_keys();
            keys.filter(|(_, key)| wrote(&key.columns)).collect()
        }
    };
    let referred = match direction {
        Some(Direction::RefersToNothing) => Vec::new(),
        _ => {
            let mut keys = referring(table);
            keys.retain(|(_, key, _)| wrote(&key.target_columns));
            keys
        }
    };
    let about = About {
        model: Some(table.model),
        ..About::default()
    };
    match (refers.as_slice(), referred.as_slice()) {
        ([(name, key)], []) => About {
            fields: fields_of(table, &key.columns),
            other: known::named(None, &key.target.name).map(|it| it.model),
            constraint: Some((*name).into()),
            direction: Some(Direction::RefersToNothing),
            ..about
        },
        ([], [(name, key, holder)]) => About {
            fields: fields_of(table, &key.target_columns),
            other: *holder,
            constraint: Some(name.clone()),
            direction: Some(Direction::IsReferredTo),
            ..about
        },
        _ => about,
    }
}

/// The keys that keep a row of a table from going, with the models that hold them.
fn referring(table: &'static TableDef) -> Vec<(String, ForeignKey, Option<&'static str>)> {
    let mut found: Vec<(String, ForeignKey, Option<&'static str>)> = Vec::new();
    let mut add = |holder: &Table, model| {
        for (name, key) in holder.foreign_keys() {
            let holds = [key.on_delete, key.on_update]
                .iter()
                .any(|it| matches!(it, Action::Restrict | Action::NoAction));
            let is_new = found.iter().all(|(known, ..)| known != name);
            if key.target == table.name.into() && holds && is_new {
                found.push((name.into(), key.clone(), model));
            }
        }
    };
    let mut known = known::all();
    if !known.iter().any(|it| it.name == table.name) {
        known.push(table);
    }
    for holder in known {
        add(&named_in(holder), Some(holder.model));
        for join_table in desired::join_tables(Backend::Postgres, holder) {
            add(&join_table, None);
        }
    }
    found
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use crate::ddl::tests::models::{ORDERS, USERS};
    use crate::error::{Error, Violation};

    // The codes of SQLite: UNIQUE, FOREIGN KEY, CHECK.
    const UNIQUE: i32 = 2067;
    const FOREIGN_KEY: i32 = 787;
    const CHECK: i32 = 275;

    #[test]
    fn what_sqlite_says_leads_to_the_constraint_and_the_field() {
        let seen = |error: Error| {
            let violation = error.violation().cloned().unwrap();
            let rule: &crate::error::Rule = Violation::rule(&violation);
            let constraint = rule.constraint().unwrap_or_default().to_owned();
            (rule.model(), rule.fields().to_vec(), constraint)
        };
        let told = |code, message: &str| Error::of_sqlite(code, message).in_table(&USERS);
        assert_eq!(
            seen(told(UNIQUE, "UNIQUE constraint failed: users.email")),
            (Some("User"), vec!["email"], "users_email_key".into())
        );
        assert_eq!(
            seen(told(
                UNIQUE,
                "UNIQUE constraint failed: users.name, users.active"
            )),
            (
                Some("User"),
                vec!["name", "active"],
                "users_name_active_key".into()
            )
        );
        assert_eq!(
            seen(told(UNIQUE, "UNIQUE constraint failed: users.id")),
            (Some("User"), vec!["id"], "users_pkey".into())
        );
        assert_eq!(
            seen(told(
                UNIQUE,
                "UNIQUE constraint failed: index 'users_lower_name'"
            )),
            (Some("User"), vec!["name"], "users_lower_name".into())
        );
        assert_eq!(
            seen(told(
                CHECK,
                "CHECK constraint failed: users_email_type_check"
            )),
            (Some("User"), vec!["email"], "users_email_type_check".into())
        );
        let broken = |text| {
            let error = Error::of_sqlite(FOREIGN_KEY, "FOREIGN KEY constraint failed");
            seen(error.broken_by(text).in_table(&ORDERS))
        };
        assert_eq!(
            broken("INSERT INTO orders (user_id) VALUES (?1)"),
            (Some("Order"), vec!["user_id"], "orders_user_id_fkey".into())
        );
        assert_eq!(broken("UPDATE orders SET id = 1").0, Some("Order"));
        let moved = "UPDATE \"orders\" SET \"total\" = f(1, 2), \"user_id\" = ?1 WHERE id = 1";
        let error = Error::of_sqlite(FOREIGN_KEY, "FOREIGN KEY constraint failed");
        let error = error.broken_by(moved).in_table(&ORDERS);
        assert!(error.refers_to_nothing(), "{error}");
        assert_eq!(seen(error).1, ["user_id"]);
    }
}
