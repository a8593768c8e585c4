//! Writes the tables of `README.md` and the charts beside them from the figures
//! in `results/`: no figure is copied by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use orm_bench::contender::Result;

/// What is drawn for each contender, in the order of the legends.
const COLOURS: [(&str, &str); 10] = [
    ("raw", "#9aa0a6"),
    ("raw on a thread", "#5f6368"),
    ("orm", "#1a73e8"),
    ("orm, shared", "#12b5cb"),
    ("diesel", "#a15c00"),
    ("diesel-async", "#e8710a"),
    ("SeaORM", "#9334e6"),
    ("sqlx", "#188038"),
    ("Toasty", "#d93025"),
    ("pgbench", "#5f6368"),
];

fn main() -> Result<()> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let results = home.join("results");
    let read = |name: &str| Figures::read(&results.join(name));
    let (raw, peers, toasty) = (read("raw.csv")?, read("peers.csv")?, read("toasty.csv")?);
    let (mut rates, compile) = (read("throughput.csv")?, read("compile-time.csv")?);
    rates.add("Toasty", read("throughput-toasty.csv")?);

    let (sqlite, sqlite_rates) = (read("sqlite.csv")?, read("sqlite-throughput.csv")?);
    let sqlite_peers = read("sqlite-peers.csv")?;

    let readme = home.join("README.md");
    let mut text = std::fs::read_to_string(&readme)?;
    replace(&mut text, "raw", &beside_raw(&raw))?;
    replace(&mut text, "peers", &beside_peers(&peers, &toasty))?;
    replace(&mut text, "pooler", &behind_a_pooler(&read("pooler.csv")?))?;
    replace(&mut text, "opening", &before_work(&read("opening.csv")?))?;
    replace(&mut text, "throughput", &requests(&rates))?;
    replace(&mut text, "compile-time", &compiling(&compile))?;
    replace(&mut text, "sqlite", &on_sqlite(&sqlite))?;
    replace(&mut text, "sqlite-peers", &on_sqlite(&sqlite_peers))?;
    let one_core = on_sqlite(&read("sqlite-one-core.csv")?);
    replace(&mut text, "sqlite-one-core", &one_core)?;
    replace(&mut text, "sqlite-throughput", &requests(&sqlite_rates))?;
    std::fs::write(readme, text)?;

    let title = "Time relative to rusqlite by hand; shorter is faster";
    let chart = ratios(&[&sqlite_peers], "SQLite", title);
    std::fs::write(results.join("ratio-sqlite.svg"), chart)?;
    for distance in ["0 ms", "1 ms"] {
        let title = format!(
            "Time relative to hand-written tokio-postgres, {distance} away; shorter is faster"
        );
        let chart = ratios(&[&peers, &toasty], distance, &title);
        let name = format!("ratio-{}.svg", distance.replace(' ', ""));
        std::fs::write(results.join(name), chart)?;
    }
    std::fs::write(results.join("throughput.svg"), rates_chart(&rates))?;
    Ok(())
}

/// A file of comma-separated values.
struct Figures {
    rows: Vec<BTreeMap<String, String>>,
}

impl Figures {
    fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let mut lines = text.lines();
        let names = fields(lines.next().unwrap_or_default());
        let rows = lines.map(|line| names.iter().cloned().zip(fields(line)).collect());
        Ok(Figures {
            rows: rows.collect(),
        })
    }

    /// Adds what another run has of a contender.
    fn add(&mut self, who: &str, other: Figures) {
        let rows = other.rows.into_iter().filter(|row| row["who"] == who);
        self.rows.extend(rows);
    }

    /// The values of a column, each once, in the order of the file.
    fn distinct(&self, column: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for row in &self.rows {
            let value = row[column].as_str();
            if !found.contains(&value) {
                found.push(value);
            }
        }
        found
    }

    /// The row that has these values.
    fn find(&self, wanted: &[(&str, &str)]) -> Option<&BTreeMap<String, String>> {
        self.rows
            .iter()
            .find(|row| wanted.iter().all(|(column, value)| row[*column] == *value))
    }
}

/// The fields of a line; those with a comma are quoted.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().into_iter().for_each(|it| it.push(letter)),
        }
    }
    fields
}

/// Puts a table between its two markers.
fn replace(text: &mut String, name: &str, table: &str) -> Result<()> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let missing = || format!("README.md has no `{}`", begin.trim_end());
    let from = text.find(&begin).ok_or_else(missing)? + begin.len();
    let to = from + text[from..].find(&end).ok_or_else(missing)?;
    text.replace_range(from..to, table);
    Ok(())
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row.get(column)
        .and_then(|it| it.parse().ok())
        .unwrap_or(f64::NAN)
}

fn millis(row: &BTreeMap<String, String>, column: &str) -> f64 {
    number(row, column) / 1e3
}

fn beside_raw(figures: &Figures) -> String {
    let mut text = String::from(
        "| work | distance | raw median / p90 | orm median / p90 | ratio | allocations raw / orm | peak kB raw / orm | client CPU raw / orm |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for distance in figures.distinct("distance") {
        for work in figures.distinct("work") {
            let of = |who| figures.find(&[("work", work), ("distance", distance), ("who", who)]);
            let (Some(raw), Some(orm)) = (of("raw"), of("orm")) else {
                continue;
            };
            let _ = writeln!(
                text,
                "| {work} | {distance} | {:.3} / {:.3} | {:.3} / {:.3} | {:.2} | {} / {} | {} / {} | {:.3} / {:.3} |",
                millis(raw, "median_us"),
                millis(raw, "p90_us"),
                millis(orm, "median_us"),
                millis(orm, "p90_us"),
                number(orm, "ratio"),
                raw["allocations"],
                orm["allocations"],
                raw["peak_kb"],
                orm["peak_kb"],
                millis(raw, "cpu_us"),
                millis(orm, "cpu_us"),
            );
        }
    }
    text
}

const PEERS: [&str; 6] = ["orm", "diesel", "diesel-async", "SeaORM", "sqlx", "Toasty"];

fn beside_peers(peers: &Figures, toasty: &Figures) -> String {
    let mut text = String::from(
        "| work | distance | raw | orm | diesel | diesel-async | SeaORM | sqlx | Toasty | allocations raw / orm / diesel / diesel-async / SeaORM / sqlx / Toasty |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for distance in peers.distinct("distance") {
        for work in peers.distinct("work") {
            let of = |who| {
                let wanted = [("work", work), ("distance", distance), ("who", who)];
                if who == "Toasty" { toasty } else { peers }.find(&wanted)
            };
            let Some(raw) = of("raw") else { continue };
            let _ = write!(
                text,
                "| {work} | {distance} | {:.3} ms",
                millis(raw, "median_us")
            );
            let mut allocations = vec![raw["allocations"].clone()];
            for who in PEERS {
                let cell = of(who).map(|row| format!("{:.2}", number(row, "ratio")));
                let _ = write!(text, " | {}", cell.unwrap_or_else(none));
                allocations.push(of(who).map_or_else(none, |row| row["allocations"].clone()));
            }
            let _ = writeln!(text, " | {} |", allocations.join(" / "));
        }
    }
    text
}

/// Everyone's time, and that of others relative to the first's.
fn on_sqlite(figures: &Figures) -> String {
    let everyone = figures.distinct("who");
    let mut text = format!(
        "| work | {} | allocations |\n|---|---|",
        everyone.join(" | ")
    );
    text.push_str(&"---|".repeat(everyone.len()));
    text.push('\n');
    for work in figures.distinct("work") {
        let _ = write!(text, "| {work} |");
        let mut allocations = Vec::new();
        for (place, who) in everyone.iter().enumerate() {
            let row = figures.find(&[("work", work), ("who", who)]);
            let cell = row.map(|row| match place {
                0 => format!("{:.3} ms", millis(row, "median_us")),
                _ => format!("{:.2}", number(row, "ratio")),
            });
            let _ = write!(text, " {} |", cell.unwrap_or_else(none));
            allocations.push(row.map_or_else(none, |row| row["allocations"].clone()));
        }
        let _ = writeln!(text, " {} |", allocations.join(" / "));
    }
    text
}

fn behind_a_pooler(figures: &Figures) -> String {
    let everyone = figures.distinct("who");
    let mut text = format!(
        "| work (ms, ratio to raw) | {} |\n|---|",
        everyone.join(" | ")
    );
    text.push_str(&"---|".repeat(everyone.len()));
    text.push('\n');
    for work in figures.distinct("work") {
        let _ = write!(text, "| {work} |");
        for who in &everyone {
            let row = figures.find(&[("work", work), ("who", who)]);
            let cell = row.map(|row| {
                format!(
                    "{:.3} ({:.2})",
                    millis(row, "median_us"),
                    number(row, "ratio")
                )
            });
            let _ = write!(text, " {} |", cell.unwrap_or_else(none));
        }
        text.push('\n');
    }
    text
}

fn before_work(figures: &Figures) -> String {
    let everyone = figures.distinct("who");
    let mut text = format!("| ms | {} |\n|---|", everyone.join(" | "));
    text.push_str(&"---|".repeat(everyone.len()));
    text.push('\n');
    for stage in figures.distinct("stage") {
        let _ = write!(text, "| {stage} |");
        for who in &everyone {
            let row = figures.find(&[("stage", stage), ("who", who)]);
            let cell = row.map(|row| format!("{:.3}", millis(row, "median_us")));
            let _ = write!(text, " {} |", cell.unwrap_or_else(none));
        }
        text.push('\n');
    }
    text
}

fn none() -> String {
    "–".to_owned()
}

fn requests(figures: &Figures) -> String {
    let everyone = figures.distinct("who");
    let mut text = String::from("| work | tasks |");
    for who in &everyone {
        let _ = write!(text, " {who} /s (p50 / p99 ms) |");
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|".repeat(everyone.len()));
    text.push('\n');
    for work in figures.distinct("work") {
        for tasks in figures.distinct("tasks") {
            let _ = write!(text, "| {work} | {tasks} |");
            for who in &everyone {
                let row = figures.find(&[("work", work), ("tasks", tasks), ("who", who)]);
                let cell = row.map(|row| {
                    let rate = number(row, "per_second");
                    if row["p50_us"].is_empty() {
                        return format!("{rate:.0}");
                    }
                    let (p50, p99) = (millis(row, "p50_us"), millis(row, "p99_us"));
                    format!("{rate:.0} ({p50:.2} / {p99:.2})")
                });
                let _ = write!(text, " {} |", cell.unwrap_or_else(none));
            }
            text.push('\n');
        }
    }
    text
}

fn compiling(figures: &Figures) -> String {
    let mut text = String::from(
        "| models | who | check | build | touch one: check | touch one: build | rustc's memory | crates | dependencies from nothing |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for row in &figures.rows {
        let seconds = |column| match number(row, column) / 1e3 {
            unknown if unknown.is_nan() => none(),
            short if short < 1.0 => format!("{short:.2} s"),
            long => format!("{long:.1} s"),
        };
        let memory = number(row, "rustc_kb") / 1024.0;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {memory:.0} MiB | {} | {} |",
            row["models"],
            row["who"],
            seconds("check_ms"),
            seconds("build_ms"),
            seconds("touch_check_ms"),
            seconds("touch_build_ms"),
            row["crates"],
            seconds("dependencies_ms"),
        );
    }
    text
}

/// A bar per contender and work: its time, raw's being one.
fn ratios(all: &[&Figures], distance: &str, title: &str) -> String {
    let mut groups = Vec::new();
    for work in all[0].distinct("work") {
        let mut bars: Vec<(&str, f64)> = Vec::new();
        for (who, _) in COLOURS {
            let wanted = [("work", work), ("distance", distance), ("who", who)];
            if let Some(row) = all.iter().find_map(|figures| figures.find(&wanted)) {
                bars.push((who, number(row, "ratio")));
            }
        }
        groups.push((work.to_owned(), bars));
    }
    chart(title, &groups, 4.0, |ratio| format!("{ratio:.2}"))
}

/// A bar per contender and number of tasks: requests per second.
fn rates_chart(figures: &Figures) -> String {
    let mut groups = Vec::new();
    let mut most: f64 = 1.0;
    for work in figures.distinct("work") {
        for tasks in figures.distinct("tasks") {
            let mut bars = Vec::new();
            for (who, _) in COLOURS {
                if let Some(row) = figures.find(&[("work", work), ("tasks", tasks), ("who", who)]) {
                    most = most.max(number(row, "per_second"));
                    bars.push((who, number(row, "per_second")));
                }
            }
            groups.push((format!("{work}, {tasks}"), bars));
        }
    }
    let title = "Requests per second by number of tasks, 16 connections; longer is better";
    chart(title, &groups, most, |rate| format!("{rate:.0}"))
}

/// Horizontal bars in groups; what is longer than `full` is cut and says so.
fn chart(
    title: &str,
    groups: &[(String, Vec<(&str, f64)>)],
    full: f64,
    label: impl Fn(f64) -> String,
) -> String {
    const BAR: usize = 11;
    const WIDTH: f64 = 520.0;
    let mut body = String::new();
    let mut y = 66;
    for (name, bars) in groups.iter().filter(|(_, bars)| !bars.is_empty()) {
        let _ = writeln!(
            body,
            "<text x=\"142\" y=\"{}\" text-anchor=\"end\">{name}</text>",
            y + BAR
        );
        for (who, value) in bars {
            let colour = colour_of(who);
            let width = (value / full).min(1.0) * WIDTH;
            let cut = if *value > full { " →" } else { "" };
            let _ = writeln!(
                body,
                "<rect x=\"150\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\" fill=\"{colour}\"><title>{who}</title></rect>\
                 <text class=\"v\" x=\"{:.1}\" y=\"{}\">{}{cut}</text>",
                BAR - 2,
                154.0 + width,
                y + BAR - 3,
                label(*value),
            );
            y += BAR;
        }
        y += 8;
    }
    let mut legend = String::new();
    let mut x = 150;
    for (who, colour) in COLOURS {
        let is_drawn = groups
            .iter()
            .any(|(_, bars)| bars.iter().any(|(name, _)| *name == who));
        if is_drawn {
            let _ = write!(
                legend,
                "<rect x=\"{x}\" y=\"36\" width=\"10\" height=\"10\" fill=\"{colour}\"/><text x=\"{}\" y=\"45\">{who}</text>",
                x + 14
            );
            x += 30 + 7 * who.len();
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <style>.v {{ font-size: 8px; fill: #5f6368 }}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"150\" y=\"22\" font-size=\"13\">{title}</text>\n{legend}\n{body}</svg>\n"
    )
}

fn colour_of(who: &str) -> &'static str {
    let found = COLOURS.iter().find(|(name, _)| *name == who);
    found.map_or("black", |(_, colour)| colour)
}
