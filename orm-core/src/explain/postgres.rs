//! What PostgreSQL says of its plans, as a document.

use serde_json::Value;

use super::PlanNode;

/// The nodes of `[{"Plan": {..}}]`.
pub(crate) fn nodes(document: &Value) -> Vec<PlanNode> {
    let statements = document.as_array().map_or(&[][..], Vec::as_slice);
    let plans = statements.iter().filter_map(|it| it.get("Plan"));
    plans.map(node).collect()
}

/// Words that say what is looked for and compared.
const DETAILS: &[&str] = &[
    "Index Cond",
    "Recheck Cond",
    "Filter",
    "Hash Cond",
    "Merge Cond",
    "Join Filter",
    "Sort Key",
    "Presorted Key",
    "Group Key",
    "TID Cond",
    "CTE Name",
    "Subplan Name",
];

fn node(plan: &Value) -> PlanNode {
    let text = |name: &str| plan.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| plan.get(name).and_then(Value::as_f64);
    let operation = text("Node Type").unwrap_or_default();
    let has = |name: &str| plan.get(name).is_some();
    let reads_all = match operation.as_str() {
        "Seq Scan" => true,
        // In the order of an index: rows that do not pass are passed one by one.
        "Index Scan" | "Index Only Scan" => !has("Index Cond") && has("Filter"),
        _ => false,
    };
    let details = DETAILS.iter().filter_map(|&name| {
        let words = match plan.get(name)? {
            Value::String(words) => words.clone(),
            Value::Array(parts) => {
                let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
                parts.join(", ")
            }
            _ => return None,
        };
        Some((name.to_owned(), words))
    });
    let below = plan.get("Plans").and_then(Value::as_array);
    PlanNode {
        table: text("Relation Name"),
        index: text("Index Name"),
        cost: number("Total Cost"),
        rows: number("Plan Rows"),
        reads_all,
        details: details.collect(),
        children: below.into_iter().flatten().map(node).collect(),
        operation,
    }
}
