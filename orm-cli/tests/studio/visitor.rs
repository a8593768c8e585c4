//! A studio that runs, and whoever asks it: requests are written byte by byte, so that they
//! can be such as no browser sends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// A studio, and the cookie that it gave.
pub(crate) struct Studio {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) cookie: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Studio {
    /// Starts it, and asks nothing yet.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut lines = out.by_ref().lines().map(Result::unwrap);
        let address = lines.find_map(|line| {
            let rest = line.trim().strip_prefix("http://127.0.0.1:")?.to_owned();
            let (port, token) = rest.split_once("/?token=")?;
            Some((port.parse().unwrap(), token.to_owned()))
        });
        let (port, token) = address.expect("the address is printed");
        Studio {
            child,
            out,
            port,
            token,
            cookie: String::new(),
        }
    }

    /// Starts it and goes in.
    pub(crate) fn open(command: Command) -> Self {
        let mut studio = Self::start(command);
        let answer = studio.ask(&format!("/?token={}", studio.token), &[]);
        assert_eq!(answer.status, 303, "{answer:?}");
        let cookie = answer.header("set-cookie").unwrap();
        studio.cookie = cookie.split(';').next().unwrap().to_owned();
        studio
    }

    /// How it ends by a signal, and what it says then.
    pub(crate) fn told(mut self, signal: &str) -> (ExitStatus, String) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args([signal, &id]).status();
        assert!(told.unwrap().success());
        let mut said = String::new();
        self.out.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap(), said)
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A GET with these headers and no others.
    pub(crate) fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let host = self.host();
        let mut all = vec![("Host", host.as_str())];
        all.extend(headers);
        self.send("GET", path, &all)
    }

    /// A page, as whoever is in asks for it.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(path, &[("Cookie", &self.cookie)])
    }

    /// A page that must be there.
    #[track_caller]
    pub(crate) fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.body
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut request = format!("{method} {path} HTTP/1.1\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        Answer {
            status: head.split(' ').nth(1).unwrap_or("0").parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (it, value) = line.split_once(": ")?;
            it.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The addresses that a page leads to, as they are asked for.
pub(crate) fn links(page: &str) -> Vec<String> {
    let rest = page.split(" href=\"").skip(1);
    let links = rest.filter_map(|it| Some(it.split_once('"')?.0.replace("&amp;", "&")));
    links.collect()
}

/// The address behind the link with this text.
#[track_caller]
pub(crate) fn link(page: &str, text: &str) -> String {
    let end = format!(">{text}</a>");
    let before = page.split(&end).next().filter(|it| it.len() < page.len());
    let before = before.unwrap_or_else(|| panic!("no link `{text}`: {page}"));
    let start = before.rfind(" href=\"").unwrap() + 7;
    before[start..].trim_end_matches('"').replace("&amp;", "&")
}

/// The cells of a table's body, as texts.
pub(crate) fn cells(page: &str) -> Vec<Vec<String>> {
    let body = page.split("<tbody>").nth(1).unwrap_or_default();
    let body = body.split("</tbody>").next().unwrap_or_default();
    let rows = body.split("<tr>").skip(1);
    rows.map(|row| row.split("<td").skip(1).map(text).collect())
        .collect()
}

/// What is left of markup without its tags.
fn text(markup: &str) -> String {
    let inside = markup.split_once('>').map_or("", |(_, rest)| rest);
    let mut out = String::new();
    let mut is_tag = false;
    for character in inside.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => out.push(character),
            _ => {}
        }
    }
    out
}
