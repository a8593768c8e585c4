//! Who is not answered.

use std::net::TcpStream;

use crate::place::Place;
use crate::visitor::{Answer, Studio};

fn studio() -> (Place, Studio) {
    let place = Place::sqlite();
    std::fs::write(place_path(&place), "").unwrap();
    let studio = place.studio();
    (place, studio)
}

fn place_path(place: &Place) -> std::path::PathBuf {
    match place {
        Place::Sqlite(file) => file.path().to_owned(),
        Place::Postgres(_) => unreachable!("a file"),
    }
}

const PATHS: [&str; 11] = [
    "/",
    "/table?table=users",
    "/row?table=users&k=1",
    "/plan?table=users",
    "/picture",
    "/picture.svg",
    "/migrations",
    "/drift",
    "/lint",
    "/style.css",
    "/nothing",
];

/// What every answer says to the browser, whatever it answers.
fn is_guarded(answer: &Answer) {
    let policy = answer.header("content-security-policy").unwrap();
    for word in [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(word), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("script"));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{answer:?}");
    }
    assert!(answer.header("access-control-allow-origin").is_none());
}

#[test]
fn the_token_leaves_the_address_and_works_once() {
    let place = Place::sqlite();
    std::fs::write(place_path(&place), "").unwrap();
    let studio = Studio::start(place.command(""));
    assert!(studio.token.len() >= 32, "128 bits at least");
    let enter = format!("/?token={}", studio.token);
    let wrong = format!("/?token={}", "0".repeat(studio.token.len()));
    assert_eq!(studio.ask(&wrong, &[]).status, 403);
    let answer = studio.ask(&enter, &[]);
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), Some("/"));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"));
    assert!(!cookie.contains(&studio.token) && !cookie.contains("Domain"));
    is_guarded(&answer);
    let again = studio.ask(&enter, &[]);
    assert_eq!(again.status, 403, "{again:?}");
    assert!(again.header("set-cookie").is_none());
    assert!(!again.body.contains(&studio.token));
    // With the cookie it is answered, without another one.
    let cookie = cookie.split(';').next().unwrap();
    let again = studio.ask(&enter, &[("Cookie", cookie)]);
    assert_eq!(again.status, 303);
    assert!(again.header("set-cookie").is_none());
    assert_eq!(studio.ask("/", &[("Cookie", cookie)]).status, 200);
}

#[test]
fn without_this_runs_cookie_there_is_nothing() {
    let (place, studio) = studio();
    let other = place.studio();
    for path in PATHS {
        let answer = studio.ask(path, &[]);
        assert_eq!(answer.status, 403, "{path}");
        is_guarded(&answer);
        // Neither its name nor its value is known here.
        let renamed = other
            .cookie
            .replace(&other.port.to_string(), &studio.port.to_string());
        for cookie in [&other.cookie, &renamed, "orm_studio=", "a=b"] {
            let answer = studio.ask(path, &[("Cookie", cookie)]);
            assert_eq!(answer.status, 403, "{path}");
        }
    }
    is_guarded(&studio.get("/"));
    is_guarded(&studio.get("/nothing"));
    is_guarded(&studio.get("/style.css"));
}

#[test]
fn another_name_is_not_answered() {
    let (_place, studio) = studio();
    let port = studio.port;
    let ask = |host: &str| {
        let headers = [("Host", host), ("Cookie", studio.cookie.as_str())];
        studio.send("GET", "/", &headers).status
    };
    assert_eq!(ask(&format!("localhost:{port}")), 200);
    for host in [
        format!("rebound.example:{port}"),
        format!("127.0.0.1.nip.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port.wrapping_add(1)),
        format!("localhost.:{port}"),
        format!("2130706433:{port}"),
        format!("[::1]:{port}"),
    ] {
        assert_eq!(ask(&host), 421, "{host}");
    }
    let none = studio.send("GET", "/", &[("Cookie", &studio.cookie)]);
    assert!(matches!(none.status, 400 | 421), "{none:?}");
    let whole = format!("http://127.0.0.1:{port}/");
    let host = studio.host();
    let headers = [("Host", host.as_str()), ("Cookie", &studio.cookie)];
    assert_eq!(studio.send("GET", &whole, &headers).status, 421);
    // It listens on one address of this machine, and not on all.
    #[cfg(target_os = "linux")]
    assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
}

#[test]
fn another_page_is_not_answered() {
    let (_place, studio) = studio();
    let own = format!("http://{}", studio.host());
    let ask = |name: &str, value: &str| {
        let headers = [("Cookie", studio.cookie.as_str()), (name, value)];
        studio.ask("/", &headers)
    };
    assert_eq!(ask("Origin", &own).status, 200);
    assert_eq!(ask("Sec-Fetch-Site", "same-origin").status, 200);
    for (name, value) in [
        ("Origin", "null"),
        ("Origin", "http://evil.example"),
        ("Origin", "http://127.0.0.1:1"),
        ("Origin", "http://localhost"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let answer = ask(name, value);
        assert_eq!(answer.status, 403, "{name}: {value}");
        is_guarded(&answer);
    }
}

#[test]
fn nothing_but_get_is_answered() {
    let (_place, studio) = studio();
    let host = studio.host();
    let origin = format!("http://{host}");
    for method in ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"] {
        let headers = [
            ("Host", host.as_str()),
            ("Cookie", &studio.cookie),
            ("Origin", &origin),
            ("Content-Length", "0"),
        ];
        let answer = studio.send(method, "/", &headers);
        assert_eq!(answer.status, 405, "{method}: {answer:?}");
        assert_eq!(answer.header("allow"), Some("GET"));
        is_guarded(&answer);
    }
    let with_body = [
        ("Host", host.as_str()),
        ("Cookie", &studio.cookie),
        ("Content-Length", "4"),
    ];
    assert_eq!(studio.send("GET", "/", &with_body).status, 400);
    let long = format!("/?q={}", "x".repeat(200_000));
    assert!(matches!(studio.get(&long).status, 400 | 414 | 431));
}

#[test]
fn machines_and_missing_files_are_told() {
    let place = Place::sqlite();
    let json = place.command("--json").output().unwrap();
    assert_eq!(json.status.code(), Some(1));
    let missing = place.command("").output().unwrap();
    assert_eq!(missing.status.code(), Some(1));
    assert!(!place_path(&place).exists(), "no file was made");
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    std::fs::write(place_path(&place), "").unwrap();
    let port = busy.local_addr().unwrap().port();
    let taken = place.command(&format!("--port {port}")).output().unwrap();
    let said = String::from_utf8(taken.stderr).unwrap();
    assert!(
        said.contains(&format!("listen on 127.0.0.1:{port}")),
        "{said}"
    );
}
