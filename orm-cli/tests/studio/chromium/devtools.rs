//! A real browser, told what to do through a pipe.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// What the programs are called.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A browser with one page open.
pub(super) struct Browser {
    child: Child,
    folder: PathBuf,
    to: File,
    from: File,
    /// What it said and nobody has read.
    left: Vec<u8>,
    number: u64,
    session: Option<String>,
    /// What happened meanwhile.
    pub(super) events: Vec<Value>,
}

/// The browser's program, if there is one.
pub(super) fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut places =
        std::env::split_paths(&path).flat_map(|folder| NAMES.map(|it| folder.join(it)));
    places.find(|it| it.is_file())
}

impl Browser {
    pub(super) fn start(program: &Path) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("browser-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let (to, from) = (folder.join("to"), folder.join("from"));
        let made = Command::new("mkfifo").args([&to, &from]).status().unwrap();
        assert!(made.success());
        let run = "exec \"$0\" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
             --no-first-run --host-resolver-rules=\"MAP rebound.example 127.0.0.1\"  --hide-scrollbars --user-data-dir=\"$1\" --remote-debugging-pipe \
             3<\"$2\" 4>\"$3\" about:blank";
        let child = Command::new("sh")
            .args(["-c", run])
            .args([program, &folder.join("profile"), &to, &from])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Each waits for the other end.
        let to = File::options().write(true).open(to).unwrap();
        let from = File::open(from).unwrap();
        let mut browser = Browser {
            child,
            folder,
            to,
            from,
            left: Vec::new(),
            number: 0,
            session: None,
            events: Vec::new(),
        };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let target = &target["targetId"];
        let attached = browser.call(
            "Target.attachToTarget",
            &json!({ "targetId": target, "flatten": true }),
        );
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Log", "Runtime", "Network"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser.size(1280, 900);
        browser
    }

    pub(super) fn size(&mut self, width: u32, height: u32) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        );
    }

    pub(super) fn dark(&mut self, value: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.call(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
    }

    /// Goes to an address, and waits until the page is there with its pictures.
    pub(super) fn go(&mut self, address: &str) {
        self.events.clear();
        let went = self.call("Page.navigate", &json!({ "url": address }));
        if went.get("errorText").is_none() {
            self.wait_for_page();
        }
    }

    fn wait_for_page(&mut self) {
        let is_there = |it: &Value| it["method"] == "Page.loadEventFired";
        while !self.events.iter().any(is_there) {
            let event = self.read();
            self.events.push(event);
        }
    }

    /// What an expression is in the page.
    pub(super) fn value(&mut self, expression: &str) -> Value {
        let asked = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true,
        });
        self.call("Runtime.evaluate", &asked)["result"]["value"].clone()
    }

    /// Clicks what a selector finds, and waits for the page that follows.
    pub(super) fn click(&mut self, selector: &str) {
        self.events.clear();
        let selector = json!(selector);
        self.value(&format!("document.querySelector({selector}).click()"));
        self.wait_for_page();
    }

    /// A picture of the page, for people to look at.
    pub(super) fn picture(&mut self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("studio-pictures");
        fs::create_dir_all(&folder).unwrap();
        let shot = self.call("Page.captureScreenshot", &json!({ "format": "png" }));
        let bytes = decoded(shot["data"].as_str().unwrap());
        assert!(bytes.starts_with(b"\x89PNG"));
        fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }

    /// Complaints of the browser about the page: what its policy forbade, what was not there.
    pub(super) fn complaints(&self) -> Vec<String> {
        let entries = self.events.iter();
        let entries = entries.filter(|it| it["method"] == "Log.entryAdded");
        entries
            .map(|it| it["params"]["entry"]["text"].to_string())
            .collect()
    }

    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.number += 1;
        let mut message = json!({ "id": self.number, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.to.write_all(message.to_string().as_bytes()).unwrap();
        self.to.write_all(b"\0").unwrap();
        loop {
            let said = self.read();
            if said["id"] == self.number {
                assert!(said.get("error").is_none(), "{method}: {said}");
                return said["result"].clone();
            }
            self.events.push(said);
        }
    }

    fn read(&mut self) -> Value {
        loop {
            if let Some(end) = self.left.iter().position(|it| *it == 0) {
                let message: Vec<u8> = self.left.drain(..=end).collect();
                return serde_json::from_slice(&message[..end]).unwrap();
            }
            let mut part = vec![0; 64 * 1024];
            let length = self.from.read(&mut part).unwrap();
            assert!(length > 0, "the browser ended");
            self.left.extend(&part[..length]);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Base64, as the browser sends pictures.
fn decoded(text: &str) -> Vec<u8> {
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    out
}
