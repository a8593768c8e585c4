//! The pages in a real browser, and a hostile page beside them. Pictures of all of them are
//! put into `studio-pictures` of the folder for tests' files, to be looked at.

mod devtools;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use devtools::Browser;

use crate::place::Place;
use crate::visitor::Studio;

/// The browser, or a line that says why nothing is tested here.
fn browser() -> Option<Browser> {
    let Some(program) = devtools::program() else {
        // Not `eprintln!`, which only shows where a test fails.
        let said = b"skipped: there is no Chromium on the PATH\n";
        std::io::stderr().write_all(said).unwrap();
        return None;
    };
    Some(Browser::start(&program))
}

/// Many tables, each of which refers to some before it.
fn many(count: usize) -> String {
    let mut sql = String::new();
    for at in 0..count {
        let mut columns = String::from("id integer PRIMARY KEY, name text NOT NULL, made_at text");
        for (number, other) in [at / 2, at / 3].into_iter().enumerate() {
            if other < at && (number == 0 || at % 3 == 0) {
                columns += &format!(", ref_{number} integer REFERENCES thing_{other:02} (id)");
            }
        }
        sql += &format!("CREATE TABLE thing_{at:02} ({columns});");
    }
    sql
}

const ODD: &str = r#"
CREATE TABLE "<img src=x onerror=alert(1)>" ("id" integer PRIMARY KEY, "</td><script>alert(2)</script>" text, "note" text, "data" text);
INSERT INTO "<img src=x onerror=alert(1)>" VALUES
 (1, '<script>window.hit = 1</script>', '', NULL),
 (2, '"><img src=x onerror="window.hit=1">', 'a long text, which goes on and on and on and on and on and on and on and on and on and on and on, and further', 'naïve 漢字 🦀'),
 (3, 'javascript:alert(1)', NULL, 'two
lines');
CREATE VIEW busy AS SELECT user_id, count(*) AS orders FROM orders GROUP BY user_id;
"#;

// One test, for a browser takes long to start.
#[tokio::test]
async fn pages_are_whole_in_a_browser_and_closed_to_other_pages() {
    let Some(mut browser) = browser() else {
        return;
    };
    let place = Place::postgres().await;
    place.fill().await;
    place.run(ODD).await;
    let studio = Studio::start(place.command_of_models());
    let base = format!("http://127.0.0.1:{}", studio.port);
    browser.go(&format!("{base}/?token={}", studio.token));
    assert_eq!(browser.value("location.href"), format!("{base}/"));
    assert_eq!(browser.value("document.cookie"), "");
    pages(&mut browser, &base);
    form(&mut browser, &base);
    hostile(&mut browser, &base);
    drop(studio);
    let place = Place::sqlite();
    place.run(&many(40)).await;
    let studio = Studio::start(place.command(""));
    let base = format!("http://127.0.0.1:{}", studio.port);
    browser.go(&format!("{base}/?token={}", studio.token));
    for (name, path) in [
        ("40-tables", "/"),
        ("40-picture", "/picture"),
        ("40-near", "/picture?table=thing_07"),
        ("40-alone", "/picture.svg"),
    ] {
        browser.go(&format!("{base}{path}"));
        browser.picture(name);
    }
}

/// Every page is styled, loads all it names, and runs nothing.
fn pages(browser: &mut Browser, base: &str) {
    let odd = "%3Cimg+src%3Dx+onerror%3Dalert%281%29%3E";
    for (name, path) in [
        ("tables", "/"),
        ("users", "/table?table=users&order=email&desc=1"),
        (
            "orders",
            "/table?table=orders&c=total_in_cents&is=ge&v=500&c=status&is=ne&v=shipped",
        ),
        ("row", "/row?table=users&k=1"),
        ("plan", "/plan?table=orders&c=id&is=eq&v=1"),
        ("picture", "/picture"),
        ("migrations", "/migrations"),
        ("drift", "/drift"),
        ("lint", "/lint"),
        ("view", "/table?table=busy"),
        ("odd", &format!("/table?table={odd}")),
        ("odd-row", &format!("/row?table={odd}&k=2")),
        ("missing", "/table?table=none"),
        ("refused", "/table?table=orders&c=created_at&is=eq&v=never"),
    ] {
        browser.go(&format!("{base}{path}"));
        browser.picture(name);
        let font =
            browser.value("getComputedStyle(document.querySelector('nav .name')).fontWeight");
        assert_eq!(font, "650", "{path} has its style");
        assert_eq!(browser.value("window.hit === undefined"), true, "{path}");
        assert_eq!(browser.value("document.scripts.length"), 0, "{path}");
        let broken = "[...document.images].filter(it => !it.naturalWidth).length";
        assert_eq!(browser.value(broken), 0, "{path}");
        let complaints = browser.complaints();
        let is_known = |it: &&String| !it.contains("40") && !it.contains("502");
        assert!(
            !complaints.iter().any(|it| is_known(&it)),
            "{path}: {complaints:?}"
        );
        // Nothing is wider than the window but what scrolls by itself.
        let wide = "document.documentElement.scrollWidth > innerWidth";
        assert_eq!(browser.value(wide), false, "{path}");
    }
    browser.dark("dark");
    browser.go(&format!("{base}/table?table=orders&order=id"));
    browser.picture("dark");
    browser.dark("light");
    browser.size(420, 800);
    browser.go(&format!("{base}/row?table=users&k=1"));
    browser.picture("narrow");
    browser.size(1280, 900);
}

/// The form asks, links sort, and rows open.
fn form(browser: &mut Browser, base: &str) {
    browser.go(&format!("{base}/table?table=users"));
    browser.value(
        "(() => { const all = document.querySelector('form').elements; \
         all.c.value = 'email'; [...all].find(it => it.name == 'is').value = 'starts_with'; \
         [...all].find(it => it.name == 'v').value = 'ann'; })()",
    );
    browser.click("form button");
    let rows = "document.querySelectorAll('tbody tr').length";
    assert_eq!(browser.value(rows), 1);
    browser.click("tbody td a");
    let title = browser.value("document.title");
    assert_eq!(title, "User 1 · orm studio");
    browser.click(".associations a");
    assert_eq!(browser.value(rows), 2);
}

/// A page of another server of this machine sees and does nothing, though its requests
/// carry the cookie: for browsers all ports of a machine are one site.
fn hostile(browser: &mut Browser, base: &str) {
    let page = format!(
        "<!doctype html><title>elsewhere</title><img id=i src=\"{base}/picture.svg\">\
         <iframe id=f src=\"{base}/table?table=users\"></iframe>\
         <link rel=stylesheet href=\"{base}/style.css\"><script src=\"{base}/\"></script>"
    );
    let (elsewhere, asked) = serve(page);
    browser.go(&elsewhere);
    assert_eq!(browser.value("document.title"), "elsewhere");
    assert_eq!(
        browser.value("document.getElementById('i').naturalWidth"),
        0
    );
    let tried = format!(
        "Promise.all(['cors', 'no-cors'].map(mode => \
         fetch('{base}/table?table=users', {{ mode, credentials: 'include' }}) \
         .then(it => it.text(), () => '')))"
    );
    assert_eq!(browser.value(&tried), serde_json::json!(["", ""]));
    let posted = format!(
        "fetch('{base}/', {{ method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x' }})\
         .then(it => it.type, () => 'refused')"
    );
    assert!(matches!(
        browser.value(&posted).as_str(),
        Some("refused" | "opaque")
    ));
    let framed = browser.value(
        "(() => { try { return document.getElementById('f').contentDocument === null } \
         catch { return true } })()",
    );
    assert_eq!(framed, true);
    // A window that is opened there is cut off from whoever opened it.
    let opened = format!(
        "(() => {{ const it = window.open('{base}/'); \
         return it === null || it.location === null || it.closed || true }})()"
    );
    browser.value(&opened);
    browser.picture("hostile");
    // Its requests did carry the cookie of the studio, had it been for the site alone.
    let seen = asked.lock().unwrap().clone();
    assert!(!seen.is_empty());
    // A foreign name that was made to lead here reads nothing.
    let rebound = base.replace("127.0.0.1", "rebound.example");
    browser.go(&format!("{rebound}/table?table=users"));
    let said = browser.value("document.body.innerText");
    assert!(said.as_str().unwrap().contains("and no other"), "{said}");
    // Who is in is still in.
    browser.go(&format!("{base}/"));
    assert_eq!(browser.value("document.title"), "Tables · orm studio");
}

/// A server that answers everything with one page, and what it was asked.
fn serve(page: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            seen.lock().unwrap().push(request);
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{page}",
                page.len()
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, asked)
}
