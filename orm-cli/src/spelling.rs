//! Sequelize's words for our commands.

use std::ffi::OsString;

/// What users of `sequelize-cli` type, and what it is here.
const SPELLINGS: &[(&str, &[&str])] = &[
    ("db:migrate", &["migrate"]),
    ("db:migrate:status", &["migrate", "status"]),
    ("db:migrate:undo", &["migrate", "undo"]),
    ("db:migrate:undo:all", &["migrate", "undo", "--all"]),
    ("db:create", &["db", "create"]),
    ("db:drop", &["db", "drop"]),
    ("db:seed", &["seed", "run"]),
    ("db:seed:all", &["seed", "run"]),
    ("db:seed:undo", &["seed", "undo"]),
    ("db:seed:undo:all", &["seed", "undo", "--all"]),
    ("migration:generate", &["migrate", "generate"]),
    ("migration:create", &["migrate", "generate"]),
    ("seed:generate", &["seed", "generate"]),
    ("seed:create", &["seed", "generate"]),
    ("init:migrations", &["init"]),
    ("init:seeders", &["init"]),
];

/// The arguments in our own words. Only the first of Sequelize's is one: a
/// later one may be a value.
pub(crate) fn translated(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut out = Vec::new();
    let mut done = false;
    for arg in args {
        let known = SPELLINGS.iter().find(|(theirs, _)| !done && arg == *theirs);
        match known {
            Some((_, ours)) => {
                done = true;
                out.extend(ours.iter().map(Into::into));
            }
            None => out.push(arg),
        }
    }
    if done { without_needless_all(out) } else { out }
}

/// `db:migrate:undo:all --to NAME` undoes down to a migration, not all.
fn without_needless_all(args: Vec<OsString>) -> Vec<OsString> {
    let is_to = |arg: &OsString| {
        arg.to_str()
            .is_some_and(|it| it == "--to" || it.starts_with("--to="))
    };
    if !args.iter().any(is_to) {
        return args;
    }
    args.into_iter().filter(|arg| arg != "--all").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translate(line: &str) -> String {
        let args = translated(line.split(' ').map(Into::into));
        args.join(" ".as_ref()).into_string().unwrap()
    }

    #[test]
    fn the_words_of_sequelize_are_understood() {
        for (theirs, ours) in [
            ("orm db:migrate", "orm migrate"),
            ("orm --json db:migrate:status", "orm --json migrate status"),
            (
                "orm db:migrate:undo:all --yes",
                "orm migrate undo --all --yes",
            ),
            ("orm db:migrate:undo:all --to a", "orm migrate undo --to a"),
            (
                "orm migration:generate --name db:drop",
                "orm migrate generate --name db:drop",
            ),
            ("orm db:seed:all", "orm seed run"),
            ("orm migrate status", "orm migrate status"),
        ] {
            assert_eq!(translate(theirs), ours);
        }
    }
}
