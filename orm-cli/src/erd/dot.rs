//! Graphviz: tables as HTML labels, foreign keys with crow's feet.

use std::fmt::Write;

use super::diagram::{Diagram, Entity, Line, Row};
use super::svg::{escaped, marks};

pub(super) fn write(diagram: &Diagram) -> String {
    let mut out = String::from(
        "digraph schema {\n    rankdir=LR;\n    node [shape=plain, fontname=\"monospace\", fontsize=11];\n    edge [dir=both, fontname=\"monospace\", fontsize=9, color=\"#57606a\"];\n",
    );
    for (at, entity) in diagram.entities.iter().enumerate() {
        node(&mut out, at, entity);
    }
    for line in &diagram.lines {
        edge(&mut out, line);
    }
    out.push_str("}\n");
    out
}

fn node(out: &mut String, at: usize, entity: &Entity) {
    let _ = write!(
        out,
        "    t{at} [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\">\n        <tr><td colspan=\"3\" bgcolor=\"#dbe7f5\"><b>{}</b></td></tr>\n",
        cell(&entity.name)
    );
    for (row_at, row) in entity.rows.iter().enumerate() {
        let _ = writeln!(out, "        {}", row_cells(row_at, row));
    }
    out.push_str("    </table>>];\n");
}

fn row_cells(at: usize, row: &Row) -> String {
    let null = if row.nullable { "?" } else { "" };
    format!(
        "<tr><td>{}</td><td align=\"left\" port=\"c{at}\">{}</td><td align=\"left\">{}{null}</td></tr>",
        cell(&marks(row)),
        cell(&row.name),
        cell(&row.kind)
    )
}

/// An empty cell is no cell.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return " ".into();
    }
    escaped(text)
}

fn edge(out: &mut String, line: &Line) {
    let held = if line.optional { "teeodot" } else { "teetee" };
    let holders = if line.one { "teeodot" } else { "crowodot" };
    let _ = writeln!(
        out,
        "    t{}:c{} -> t{}:c{} [arrowtail={held}, arrowhead={holders}];",
        line.parent, line.parent_row, line.child, line.child_row
    );
}
