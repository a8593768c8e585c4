//! SVG that needs nothing else.

use std::fmt::Write;

use super::diagram::{Diagram, Entity, Line, Row};
use super::layout::{CHARACTER, HEAD, Layout, MARKS, Place, ROW, columns};
use super::route::Path;

const FONT: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const INK: &str = "#1f2328";
const FAINT: &str = "#656d76";
const BORDER: &str = "#8c959f";
const HEAD_FILL: &str = "#dbe7f5";

pub(super) fn write(diagram: &Diagram, layout: &Layout) -> String {
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"{FONT}\" font-size=\"12\">"
    );
    out.push_str("<title>Entity-relationship diagram</title>\n");
    let _ = writeln!(
        out,
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
    );
    for (line, path) in diagram.lines.iter().zip(&layout.paths) {
        draw_line(&mut out, diagram, line, path);
    }
    for (entity, place) in diagram.entities.iter().zip(&layout.boxes) {
        draw_box(&mut out, entity, *place);
    }
    out.push_str("</svg>\n");
    out
}

fn draw_box(out: &mut String, entity: &Entity, place: Place) {
    let Place {
        x,
        y,
        width,
        height,
    } = place;
    let _ = writeln!(out, "<g transform=\"translate({x:.1} {y:.1})\">");
    let _ = writeln!(
        out,
        "<rect width=\"{width:.1}\" height=\"{height:.1}\" rx=\"4\" fill=\"#ffffff\" stroke=\"{BORDER}\"/>"
    );
    let _ = writeln!(
        out,
        "<path d=\"M0 {HEAD} V4 a4 4 0 0 1 4 -4 H{:.1} a4 4 0 0 1 4 4 V{HEAD} Z\" fill=\"{HEAD_FILL}\" stroke=\"{BORDER}\"/>",
        width - 4.0
    );
    text(
        out,
        10.0,
        HEAD - 8.0,
        &format!("font-weight=\"bold\" font-size=\"13\" fill=\"{INK}\""),
        &entity.name,
    );
    let (names, _) = columns(entity);
    for (at, row) in entity.rows.iter().enumerate() {
        let baseline = HEAD + ROW * (at as f64 + 0.5) + 6.0;
        draw_row(out, row, baseline, MARKS + names as f64 * CHARACTER + 22.0);
    }
    out.push_str("</g>\n");
}

fn draw_row(out: &mut String, row: &Row, y: f64, kind_x: f64) {
    let marks = marks(row);
    if !marks.is_empty() {
        text(
            out,
            8.0,
            y,
            &format!("font-size=\"9\" fill=\"{FAINT}\""),
            &marks,
        );
    }
    let weight = if row.primary_key {
        " font-weight=\"bold\""
    } else {
        ""
    };
    text(
        out,
        MARKS + 6.0,
        y,
        &format!("fill=\"{INK}\"{weight}"),
        &row.name,
    );
    let null = if row.nullable { "?" } else { "" };
    text(
        out,
        kind_x,
        y,
        &format!("fill=\"{FAINT}\""),
        &format!("{}{null}", row.kind),
    );
}

/// What a column is, in short: `PK FK`, `FK U`.
pub(super) fn marks(row: &Row) -> String {
    let all = [
        (row.primary_key, "PK"),
        (row.foreign_key, "FK"),
        (row.unique, "U"),
    ];
    let marks: Vec<&str> = all.iter().filter(|it| it.0).map(|it| it.1).collect();
    marks.join(" ")
}

fn text(out: &mut String, x: f64, y: f64, style: &str, text: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" {style} xml:space=\"preserve\">{}</text>",
        escaped(text)
    );
}

fn draw_line(out: &mut String, diagram: &Diagram, line: &Line, path: &Path) {
    let (Some(&first), Some(&last)) = (path.points.first(), path.points.last()) else {
        return;
    };
    let names = [line.child, line.parent].map(|at| escaped(&diagram.entities[at].name));
    let _ = writeln!(
        out,
        "<g fill=\"none\" stroke=\"{FAINT}\"><title>{} ({}) - {}</title>",
        names[0],
        escaped(&line.label),
        names[1]
    );
    let _ = writeln!(out, "<path d=\"{}\"/>", rounded(&path.points));
    let _ = writeln!(
        out,
        "<path d=\"{}\"/>",
        held_end(first, path.to_right.0, line.optional)
    );
    let _ = writeln!(
        out,
        "<path d=\"{}\"/>",
        holding_end(last, path.to_right.1, line.one)
    );
    out.push_str("</g>\n");
}

/// Corners with a small radius.
fn rounded(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, &(x, y)) in points.iter().enumerate() {
        let around = at
            .checked_sub(1)
            .and_then(|it| points.get(it))
            .zip(points.get(at + 1));
        let Some((&before, &after)) = around else {
            let _ = write!(path, "{}{x:.1} {y:.1} ", if at == 0 { "M" } else { "L" });
            continue;
        };
        let (a, b) = (toward((x, y), before), toward((x, y), after));
        let _ = write!(
            path,
            "L{:.1} {:.1} Q{x:.1} {y:.1} {:.1} {:.1} ",
            a.0, a.1, b.0, b.1
        );
    }
    path.trim_end().to_owned()
}

/// A point a little on the way from one to another.
fn toward(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return from;
    }
    let part = 5.0_f64.min(length / 2.0) / length;
    (from.0 + dx * part, from.1 + dy * part)
}

/// One row, or none if the key may be NULL.
fn held_end((x, y): (f64, f64), to_right: bool, optional: bool) -> String {
    let out = if to_right { 1.0 } else { -1.0 };
    let bar = bar(x + 6.0 * out, y);
    if optional {
        bar + &circle(x + 14.0 * out, y)
    } else {
        bar + &self::bar(x + 11.0 * out, y)
    }
}

/// None, one or many rows.
fn holding_end((x, y): (f64, f64), to_right: bool, one: bool) -> String {
    let out = if to_right { 1.0 } else { -1.0 };
    if one {
        return bar(x + 6.0 * out, y) + &circle(x + 14.0 * out, y);
    }
    let tip = x + 11.0 * out;
    let foot = format!(
        "M{tip:.1} {y:.1} L{x:.1} {:.1} M{tip:.1} {y:.1} L{x:.1} {:.1} ",
        y - 5.0,
        y + 5.0
    );
    foot + &circle(tip + 4.0 * out, y)
}

fn bar(x: f64, y: f64) -> String {
    format!("M{x:.1} {:.1} V{:.1} ", y - 5.0, y + 5.0)
}

/// A circle of radius 4 in front of the line.
fn circle(x: f64, y: f64) -> String {
    format!("M{:.1} {y:.1} a4 4 0 1 0 8 0 a4 4 0 1 0 -8 0 ", x - 4.0)
}

/// Text in XML, which knows no control characters.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Nor those that are no characters, or turn text around.
            _ if c.is_control() || is_invisible(c) => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fffe}'..='\u{ffff}')
}
