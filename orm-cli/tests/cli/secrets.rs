//! No password in anything that the command prints, whatever its URL looks like.

use std::process::Command;

use crate::support::{Done, Project};

const CANARY: &str = "canary";

/// What stands around a password in a URL that was put together from parts. Every
/// character that means something in a URL is here, alone and with others.
const AROUND: [(&str, &str); 20] = [
    ("", ""),
    ("@", ""),
    ("", "@"),
    ("/", ""),
    ("", "/"),
    ("?", "x"),
    ("x", "?"),
    ("#", "#"),
    (":", ":"),
    ("", ":1"),
    (",", ","),
    ("=", "&"),
    ("&", "="),
    ("%", "%"),
    ("%4", "%zz"),
    ("[", "]"),
    ("]", "["),
    (" ", " "),
    ("a@b/", "?c=d"),
    ("'", "\\"),
];

const USERS: [&str; 4] = ["app", "app@corp", "a%40b", ""];

/// Nothing listens there, or there is no such place.
const HOSTS: [&str; 6] = [
    "127.0.0.1:1",
    "[::1]:1",
    "127.0.0.1:1,127.0.0.1:2",
    "no-such-host.invalid",
    "127.0.0.1:port",
    "",
];

const RESTS: [&str; 7] = [
    "/d",
    "",
    "/d?sslmode=require",
    "?application_name=x",
    "/d?host=%2Fnonexistent",
    "/d?pooler=transaction",
    "/d?nonsense=1&connect_timeout=x",
];

const COMMANDS: [&str; 10] = [
    "migrate",
    "migrate status",
    "migrate undo",
    "migrate check",
    "db url",
    "db create",
    "db drop --yes --database d",
    "db pull",
    "schema dump",
    "seed",
];

/// Where a program may be told of its database.
const VARIABLES: [&str; 6] = [
    "DATABASE_URL",
    "DIRECT_URL",
    "DB_HOST",
    "DB_USER",
    "DB_NAME",
    "DB_PORT",
];

fn url(n: usize) -> String {
    let (before, after) = AROUND[n % AROUND.len()];
    let user = USERS[n / 3 % USERS.len()];
    let host = HOSTS[n % HOSTS.len()];
    let rest = RESTS[n % RESTS.len()];
    format!("postgres://{user}:{before}{CANARY}{after}@{host}{rest}")
}

fn shows_nothing(mut command: Command, what: &str) {
    let done: Done = command.output().unwrap().into();
    let shown = format!("{}{}", done.out, done.err);
    assert!(!shown.contains(CANARY), "{what}: {shown}");
    assert!(done.code.is_some(), "{what}: {shown}");
}

#[tokio::test]
async fn no_text_of_the_command_shows_the_password_of_any_url() {
    let project = Project::with(&[("20260101000000-one", "CREATE TABLE t ();", "DROP TABLE t;")]);
    let project = project.await;
    for n in 0..120 {
        let (url, arguments) = (url(n), COMMANDS[n % COMMANDS.len()]);
        let what = format!("{arguments} with {url}");
        let mut command = project.without_database(arguments);
        command.arg("--url").arg(&url);
        shows_nothing(command, &what);

        let variable = VARIABLES[n % VARIABLES.len()];
        let mut command = project.without_database(arguments);
        command.env(variable, &url).env("RUST_BACKTRACE", "full");
        if variable != "DATABASE_URL" {
            command.env("DB_PASS", CANARY);
        }
        shows_nothing(command, &format!("{variable}: {what}"));
    }
}
